"""Thousands of generated, broken files: no row crashes a build, gets lost or changes.

Each test writes a batch of files into one folder, builds once, and holds every file against what
its specification says. A failure shows the smallest file that went wrong, with its bytes.
"""

import gzip
import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from broken_files import (
    REES46,
    TRACKING,
    File,
    Rendered,
    Shape,
    csv_files,
    drawn,
    parquet_files,
    rendered,
)
from warehouses import EVENTS_ONLY, Warehouse, built, run_dbt

# the quality gate lets a fifth of the rows be broken, so clean ones must outnumber them
CLEAN_ROWS_PER_FILE = 30


def write_clean(shape: Shape, path: Path, count: int):
    values = {"event_type": "view", shape.time: "2025-03-01 10:00:00", shape.customer: "clean"}
    lines = [",".join(shape.columns)]
    for number in range(count):
        row = values | {shape.key: f"clean{number}", shape.session: f"clean{number // 10}"}
        lines.append(",".join(row.get(name, "") for name in shape.columns))
    path.write_text("\n".join(lines))


def build_files(
    folder: Path, shape: Shape, files: list[File]
) -> tuple[Warehouse, dict[str, Rendered]]:
    """Write the files into a folder of an odd name, build it, and give what to expect by path."""
    raw = folder / "country=DE, raw's"
    raw.mkdir()
    write_clean(shape, raw / "events_clean.csv", CLEAN_ROWS_PER_FILE * len(files))
    expected = {}
    for number, file in enumerate(files):
        result = rendered(shape, file, number)
        (raw / result.path).write_bytes(result.data)
        expected[str(raw / result.path)] = result
    arguments = (*EVENTS_ONLY, "+source_reconciliation")
    warehouse = built(folder, *arguments, source=shape.source, raw_path=str(raw))
    return warehouse, expected


def plain_bytes(file: Rendered) -> bytes:
    return gzip.decompress(file.data) if file.file.is_zipped else file.data


def comparable(file: Rendered, rejected: dict[int, str]):
    """Row numbers and reasons; reasons alone for a file whose lines have no true number."""
    return rejected if file.has_line_numbers else sorted(rejected.values())


def check_files(warehouse: Warehouse, shape: Shape, expected: dict[str, Rendered]):
    """Hold every file against its specification; fail with the smallest one that differs."""
    counts = {
        row.source_file: (row.rows_in, row.rows_kept, row.rows_rejected, row.rows_repeated)
        for row in warehouse.query("from marts.source_reconciliation").itertuples()
    }
    rejected: dict[str, dict] = {path: {} for path in expected}
    for row in warehouse.query("from marts.rejected_events").itertuples():
        rejected.setdefault(row.source_file, {})[row.source_row] = row.rejection_reason
    key, *columns = shape.marts
    kept = {
        row[0]: row[1:]
        for row in warehouse.query(
            f"""
            select {key}, {", ".join(columns)}, strftime(event_at, '%Y-%m-%d %H:%M:%S.%f')
            from marts.fct_events where {key} not like 'clean%'
            """
        )
        .astype(object)
        .where(lambda frame: frame.notna(), None)
        .itertuples(index=False, name=None)
    }
    wrong = {}
    for path, file in expected.items():
        repeats = sum(reason == "exact_repeat" for reason in file.rejected.values())
        wanted = (file.rows_in, len(file.kept), len(file.rejected) - repeats, repeats)
        found = {name: kept.pop(name, None) for name in file.kept}
        owed = {
            name: (*row[:-1], f"{row[-1]:%Y-%m-%d %H:%M:%S.%f}") for name, row in file.kept.items()
        }
        differences = [
            f"{what}: should be {should}, is {is_}"
            for what, should, is_ in (
                ("rows in, kept, rejected, repeated", wanted, counts.get(path, (0, 0, 0, 0))),
                (
                    "rejected rows",
                    comparable(file, file.rejected),
                    comparable(file, rejected[path]),
                ),
                ("kept rows", owed, found),
            )
            if should != is_
        ]
        if differences:
            wrong[path] = differences
    if wrong:
        path = min(wrong, key=lambda path: len(expected[path].data))
        pytest.fail(
            f"{len(wrong)} of {len(expected)} files are wrong; the smallest is {path}\n"
            + "\n".join(wrong[path])
            + f"\n{expected[path].file}\n{plain_bytes(expected[path])[:3000]!r}"
        )
    assert not kept, f"ids that no file holds: {list(kept)[:10]}"


@pytest.fixture(scope="module")
def tracking(tmp_path_factory) -> tuple[Warehouse, dict[str, Rendered]]:
    files = drawn(csv_files, 1200) + drawn(parquet_files, 300)
    return build_files(tmp_path_factory.mktemp("tracking"), TRACKING, files)


def test_tracking_files(tracking):
    check_files(tracking[0], TRACKING, tracking[1])


def test_rees46_files(tmp_path):
    files = drawn(csv_files, 400) + drawn(parquet_files, 100)
    warehouse, expected = build_files(tmp_path, REES46, files)
    check_files(warehouse, REES46, expected)


@pytest.mark.slow
def test_many_tracking_files(tmp_path):
    files = drawn(csv_files, 20_000) + drawn(parquet_files, 2_000)
    # DuckDB looks through the whole folder for each name that looks like a pattern
    files = [replace(file, odd_name=file.odd_name.strip("*?[1]")) for file in files]
    warehouse, expected = build_files(tmp_path, TRACKING, files)
    check_files(warehouse, TRACKING, expected)


def misfit(file: Rendered, kind: str) -> tuple[str, bytes, str]:
    """Make a file that holds no table of the source: its name, its bytes, what is said of it."""
    text = plain_bytes(file).decode("utf-8", "replace").removeprefix("\ufeff")
    header, *_ = re.split("[\r\n]", text)
    name, delimiter = f"events{kind} {file.path}".removesuffix(".gz"), file.file.delimiter
    column = header.split(delimiter)[0]
    return {
        "headless": (name, text.removeprefix(header).lstrip("\r\n").encode(), ""),
        "nothing": (name, b"", "is empty or no UTF-8 text"),
        "blank": (name, f"\n{text}".encode(), "is empty or no UTF-8 text"),
        "utf-16": (name, text.encode("utf-16"), "is empty or no UTF-8 text"),
        "without": (name, text.replace(column, "x", 1).encode(), "has no column '"),
        "doubled": (name, f"{column}{delimiter}{text}".encode(), "has more than one column '"),
        "json": (f"{name}.json", text.encode(), "is neither CSV nor Parquet by its name"),
    }[kind]


def test_every_misfit_is_named_and_nothing_is_written(tracking, tmp_path):
    warehouse, expected = tracking
    before = hashlib.sha256(warehouse.path.read_bytes()).hexdigest()
    # in the plain layout, the first column is one that the source needs
    plain = [
        file
        for file in expected.values()
        if file.file.extension != "parquet"
        and file.file.layout == 0
        and not any(row.defect == "header_again" for row in file.file.rows)
    ]
    kinds = ("headless", "nothing", "blank", "utf-16", "without", "doubled", "json")
    said = {}
    for kind, file in zip(itertools.cycle(kinds), plain, strict=False):
        name, data, message = misfit(file, kind)
        (tmp_path / name).write_bytes(data)
        said[str(tmp_path / name)] = message
    write_clean(TRACKING, tmp_path / "events.csv", 1)
    result = run_dbt(
        tmp_path, "build", warehouse=warehouse.path, source="tracking", raw_path=str(tmp_path)
    )
    assert result.returncode != 0
    assert hashlib.sha256(warehouse.path.read_bytes()).hexdigest() == before
    lines = [line for line in result.output.splitlines() if "Footfall: file '" in line]
    for path, message in said.items():
        assert any(f"file '{path}' {message}" in line for line in lines), path
    assert len(said) > 100
    assert f"(And {len(said) - 1} more, listed above.)" in lines[-1]
    assert "Traceback" not in result.output
