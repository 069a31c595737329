"""Thousands of generated, broken files: no row crashes a build, gets lost or changes.

Each test writes a batch of files into one folder, builds once, and holds every file against what
its specification says. A failure shows the smallest file that went wrong, with its bytes.
"""

import gzip
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
from warehouses import EVENTS_ONLY, Warehouse, built

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


def test_tracking_files(tmp_path):
    files = drawn(csv_files, 1200) + drawn(parquet_files, 300)
    warehouse, expected = build_files(tmp_path, TRACKING, files)
    check_files(warehouse, TRACKING, expected)


def test_rees46_files(tmp_path):
    files = drawn(csv_files, 600) + drawn(parquet_files, 150)
    warehouse, expected = build_files(tmp_path, REES46, files)
    check_files(warehouse, REES46, expected)
