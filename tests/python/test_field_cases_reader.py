"""Files that somebody really had: the build says why it stops, or reads what others call nested.

Each folder of field_cases/ has its story and the right answer in right.md; the tests add files of
the same kind in other forms.
"""

import json
from pathlib import Path

import duckdb
import pytest
from test_external_files import COLUMNS, line, write
from warehouses import Warehouse, built, run_dbt

CASES = Path(__file__).parent / "field_cases"
# what leads up to the gate, and the gate
TO_THE_GATE = ("build", "--exclude-resource-type", "test", "unit_test", "-s", "+quality_gate")


def refused(folder: Path, raw: Path) -> str:
    """Build up to the quality gate, and give the one line in which it says why it stopped."""
    result = run_dbt(folder, *TO_THE_GATE, source="tracking", raw_path=str(raw))
    assert result.returncode == 1, result.output[-3000:]
    assert "Traceback" not in result.output
    said = [text for text in result.output.splitlines() if "Footfall: the raw data failed" in text]
    (reason,) = [text for text in said if "Error" not in text]
    return reason


# ---- every line of a file is malformed, or a column of it says nothing ---------------------------


@pytest.mark.parametrize(
    ("name", "reason", "start"),
    [
        (
            "trailing",
            "wrong_column_count (18 fields, header has 17)",
            "e1,2025-03-04 10:00:00,anna1,",
        ),
        (
            "latin",
            "bad_encoding (no UTF-8; save the file as UTF-8)",
            "e1,2025-03-04 10:00:00,anna1,",
        ),
    ],
)
def test_every_line_malformed(tmp_path, name, reason, start):
    raw = CASES / "every-line-malformed" / name
    said = refused(tmp_path, raw)
    assert f"120 rows are malformed by {reason}, the first is {raw}/events.csv line 2: " in said
    assert f'line 2: "{start}' in said


def test_several_reasons_are_named_each_with_its_first_line(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    short = [line(f"e{number}").rsplit(",", 2)[0] for number in range(5)]
    write(raw / "events_a.csv", line("good"), *short)
    # a header in commas, rows in semicolons
    write(raw / "events_b.csv", *[line("e").replace(",", ";")] * 4)
    write(raw / "events_c.csv", *[line("e", '"never {{ 7 * 7 }} closed')] * 8)
    write(raw / "events_d.csv", *[line("e", "Córdoba")] * 7, encoding="latin-1")
    said = refused(tmp_path, raw)
    wanted = (
        f"9 rows are malformed by wrong_column_count (10 fields, header has 12), "
        f'the first is {raw}/events_a.csv line 3: "e0,',
        "8 rows are malformed by open_quote (nothing closes a quote), "
        f'the first is {raw}/events_c.csv line 2: "e,',
        "7 rows are malformed by bad_encoding (no UTF-8; save the file as UTF-8), "
        f'the first is {raw}/events_d.csv line 2: "e,',
    )
    # what a line holds is text, also when it looks like a template of dbt
    assert "never {{ 7 * 7 }} closed" in said
    positions = [said.find(text) for text in wanted]
    assert -1 not in positions, said
    assert positions == sorted(positions)


def test_a_column_that_is_unreadable_or_empty_throughout_shows_an_example(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = [line(f"e{number}").replace("2025-03-01", "soon") for number in range(30)]
    write(raw / "events.csv", *[row.replace(",view,", ",N/A,") for row in rows])
    said = refused(tmp_path, raw)
    assert (
        "30 rows have no time that is read in column 'timestamp', "
        f"the first 'soon 10:00:00' in {raw}/events.csv line 2"
    ) in said
    assert "day_first" in said
    assert "macros/sources/tracking.sql" in said
    assert (
        f"30 rows have nothing in column 'event_type', the first in {raw}/events.csv line 2" in said
    )


def test_a_header_without_rows_is_named(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    write(raw / "events.csv")
    assert f"file '{raw}/events.csv' has no row behind its first line" in refused(tmp_path, raw)


# ---- nested columns ------------------------------------------------------------------------------


def nested_base(folder: Path, columns: dict[str, str], rows: str = "range(2)") -> Warehouse:
    """Build a base model over a Parquet file that has these columns too, as SQL says them."""
    raw = folder / "raw"
    raw.mkdir()
    plain = ", ".join(
        f"'{text}' as {name}"
        for name, text in zip(COLUMNS.split(","), line("e").split(","), strict=True)
    )
    nested = ", ".join(f"{value} as {name}" for name, value in columns.items())
    duckdb.sql(f"copy (select {plain}, {nested} from {rows}) to '{raw}/events.parquet'")
    options = {"source": "tracking", "raw_path": str(raw), "extra_columns": list(columns)}
    return built(folder, "build", "-s", "base_tracking__events", **options)


def test_nested_parquet(tmp_path, monkeypatch):
    """The file of make.sql.txt: a parameter is read with the engine's JSON functions."""
    monkeypatch.chdir(tmp_path)
    duckdb.sql((CASES / "nested-parquet" / "make.sql.txt").read_text(encoding="utf-8"))
    names = ("event_params", "items", "ecommerce")
    base = nested_base(tmp_path, {name: name for name in names}, "'events.parquet'")
    found = base.query(
        """
        with params as (
            select unnest(from_json(event_params, '["json"]')) as param, items, ecommerce
            from staging.base_tracking__events
        )
        select
            json_extract_string(param, '$.key') as key,
            json_extract_string(param, '$.value.int_value') as number,
            json_extract_string(param, '$.value.string_value') as text,
            json_extract_string(ecommerce, '$.transaction_id') as transaction_id,
            cast(ecommerce -> '$.purchase_revenue' as decimal(18, 2)) as revenue,
            json_extract_string(items, '$[0].item_id') as item
        from params
        """
    )
    assert found.iloc[0]["revenue"] == 8
    assert found.iloc[0][["key", "number"]].tolist() == ["ga_session_id", "1741000000"]
    assert found.iloc[1]["text"] == 'https://shop.example/it\'s "new"'
    assert found.iloc[0][["transaction_id", "item"]].tolist() == ["T-1", "mug"]


def test_lists_maps_and_structs_become_json(tmp_path):
    columns = {
        "numbers": "[1, null, 3]",
        "words": "['a\"b', '', 'line' || chr(10) || 'end', '\\n', chr(0)]",
        "by_name": "map {'größe': 1.5, 'b': null}",
        "deep": "{'a': [{'b': map {1: [true]}}], 'at': timestamp '2025-03-01 10:00:00'}",
        "pair": "[7, 8]::int[2]",
        "sometimes": "case when range = 1 then [{'sku': 'x'}] end",
    }
    base = nested_base(tmp_path, columns)
    first, second = base.query("from staging.base_tracking__events order by source_row").to_dict(
        "records"
    )
    read = {name: json.loads(first[name]) for name in columns if name != "sometimes"}
    assert read == {
        "numbers": [1, None, 3],
        "words": ['a"b', "", "line\nend", "\\n", "\0"],
        "by_name": {"größe": 1.5, "b": None},
        "deep": {"a": [{"b": {"1": [True]}}], "at": "2025-03-01 10:00:00"},
        "pair": [7, 8],
    }
    assert first["sometimes"] is None or first["sometimes"] != first["sometimes"]
    assert json.loads(second["sometimes"]) == [{"sku": "x"}]


def test_json_lines_are_refused_in_one_line(tmp_path):
    for name in ("events.json", "events.jsonl", "events.ndjson.gz"):
        (tmp_path / name).write_text('{"event_name": "purchase"}\n', encoding="utf-8")
    result = run_dbt(tmp_path, "build", source="tracking", raw_path=str(tmp_path))
    assert result.returncode != 0
    assert "Traceback" not in result.output
    for name in ("events.json", "events.jsonl", "events.ndjson.gz"):
        assert (
            f"Footfall: file '{tmp_path}/{name}' is neither CSV nor Parquet by its name"
            in result.output
        )
