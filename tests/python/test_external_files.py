"""Files from outside: broken lines cost themselves only, and a wrong set-up is refused early."""

import gzip
import hashlib
import io
import shutil
from collections.abc import Iterable

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warehouses import EVENTS_ONLY, Warehouse, built, make, run_dbt

from footfall.cli import main

COLUMNS = (
    "event_id,timestamp,customer_id,session_id,event_type,product_id,device_type,traffic_source,"
    "campaign_id,page_category,session_duration_sec,experiment_group"
)


BACKSLASHES = (
    *("line one\\nline two", "\\n.", "C:\\new\\report", "\\r\\n", "a\\tb", "ends with \\", "\0n"),
)


def line(event_id: str, page: str = "home") -> str:
    return f"{event_id},2025-03-01 10:00:00,c1,s1,view,p1,mobile,email,,{page},5,"


def write(path, *lines: str, header: str = COLUMNS, newline: str = "\n", encoding="utf-8"):
    path.write_bytes((newline.join([header, *lines]) + newline).encode(encoding))


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Warehouse:
    """One build over many files, each with another defect."""
    folder = tmp_path_factory.mktemp("broken")
    files = folder / "raw"
    files.mkdir()
    many = [line(f"open{n}") for n in range(3000)]
    many[10] = 'open10,2025-03-01 10:00:00,c1,"s1,view,p1,mobile,email,,home,5,'
    write(files / "events_open_quote.csv", *many)
    write(
        files / "events_columns.csv",
        line("cols1"),
        "too,few",
        line("cols2") + ",one more",
        line("cols3"),
        line("cut")[:25],
    )
    write(files / "events_crlf.csv", line("crlf1"), "", line("crlf2"), newline="\r\n")
    write(files / "events_bom.csv", line("bom1", "café"), encoding="utf-8-sig")
    (files / "events_bytes.csv").write_bytes(
        "\n".join([COLUMNS, line("bytes1"), line("bytes2", "XX"), line("bytes3", "вход")])
        .encode()
        .replace(b"XX", b"caf\xe9")
    )
    write(
        files / "events_quotes.csv",
        line("quotes1", '"a, ""b"""'),
        line("quotes2", '5" pipe'),
        line("quotes3", "bell \x07 rings"),
        header=",".join(f'"{name.upper()}"' for name in COLUMNS.split(",")),
    )
    reordered = COLUMNS.split(",")[::-1]
    write(
        files / "events_reordered.csv",
        ",".join(line("order1").split(",")[::-1]) + ",12.5,kept?",
        header=",".join([*reordered, "unit_price", "something_else"]),
    )
    write(
        files / "events_semicolon.csv",
        line("semi1", '"x;y"').replace(",", ";"),
        header=COLUMNS.replace(",", ";"),
    )
    (files / "events_zipped.csv.gz").write_bytes(
        gzip.compress((COLUMNS + "\n" + line("zip1")).encode())
    )
    write(
        files / "events_spanning.csv",
        line("span1"),
        line("span2", '"two\nlines, ""quoted"""'),
        line("span3", '"three\n\n""lines"""'),
        line("span4"),
        line("span5", '"never closed'),
        line("span6"),
        # its second line has as many fields as a record
        line("span7", '"two\n,,,,,,,,,lines"'),
        line("span8"),
    )
    (files / "events_ends.csv").write_bytes(
        f"{COLUMNS}\r\n{line('ends1')}\r\n{line('ends2')}\r{line('ends3')}\n".encode()
    )
    (files / "events_double_ends.csv").write_bytes(
        f"{COLUMNS}\r\r\n{line('double1')}\r\r\n{line('double2')}\r\r\n".encode()
    )
    write(files / "events[1].csv", line("copy1"))
    write(files / "events1.csv", line("copy2"))
    # a large price is a price; what money columns cannot hold is rejected
    write(
        files / "events_prices.csv",
        line("price1") + ",1500000,1",
        line("price2") + ",999999,2147483647",
        line("price3") + ",abc,1",
        header=COLUMNS + ",unit_price,quantity",
    )
    # two stray quotes in one column, rows of their own between them: no record spans these
    write(
        files / "events_stray.csv",
        line("stray1", '"27 inch'),
        line("stray2"),
        line("stray3"),
        line("stray4", 'tv 27"'),
    )
    # what a reader may take for its own stands in the last column too
    write(
        files / "events_backslash.csv",
        *[f"{line(f'back{n}', text)}{text}" for n, text in enumerate(BACKSLASHES)],
    )
    write(files / "events_header_only.csv")
    write(files / "events_last_line_open.csv", line("last1"), line("last2", '"never closed'))
    # a column with gaps is floating-point in pandas; ids must not become 123456789.0
    pd.DataFrame([line("parquet1").split(","), line("parquet2").split(",")]).set_axis(
        COLUMNS.split(","), axis=1
    ).assign(quantity=[2, None], customer_id=[123456789, None], unit_price=[9.99, 10.0]).rename(
        columns={"customer_id": "Customer ID"}
    ).to_parquet(files / "events_typed.parquet")
    return built(folder, *EVENTS_ONLY, source="tracking", raw_path=str(files))


def kept_ids(broken: Warehouse, prefix: str) -> set[str]:
    return set(
        broken.query(f"select event_id from marts.fct_events where event_id like '{prefix}%'")[
            "event_id"
        ]
    )


def rejected_in(broken: Warehouse, file: str) -> list[tuple[int, str]]:
    found = broken.query(
        f"""
        select source_row, rejection_reason from marts.rejected_events
        where source_file like '%{file}' order by source_row
        """
    )
    return list(found.itertuples(index=False, name=None))


def test_an_open_quote_costs_one_line(broken):
    assert len(kept_ids(broken, "open")) == 2999
    assert rejected_in(broken, "open_quote.csv") == [(12, "open_quote")]
    assert rejected_in(broken, "last_line_open.csv") == [(3, "open_quote")]
    assert kept_ids(broken, "last") == {"last1"}


def test_wrong_column_counts_are_rejected_with_their_line(broken):
    assert kept_ids(broken, "cols") == {"cols1", "cols3"}
    assert rejected_in(broken, "columns.csv") == [
        (3, "wrong_column_count"),
        (4, "wrong_column_count"),
        (6, "wrong_column_count"),
    ]
    raw = broken.value(
        """
        select raw_row from marts.rejected_events
        where source_file like '%columns.csv' and source_row = 3
        """
    )
    assert "too,few" in raw


def test_a_backslash_and_an_n_are_two_characters(broken):
    found = broken.query(
        """
        select page_type, experiment_group from marts.fct_events
        where event_id like 'back%' order by event_id
        """
    )
    assert found["page_type"].tolist() == list(BACKSLASHES)
    assert found["experiment_group"].tolist() == list(BACKSLASHES)


def test_bad_bytes_cost_one_line_and_other_languages_survive(broken):
    assert rejected_in(broken, "bytes.csv") == [(3, "bad_encoding")]
    pages = broken.query("select event_id, page_type from marts.fct_events").set_index("event_id")
    assert pages.loc["bytes3", "page_type"] == "вход"
    assert pages.loc["bom1", "page_type"] == "café"


def test_ordinary_variants_of_csv_are_read(broken):
    pages = broken.query("select event_id, page_type from marts.fct_events").set_index("event_id")
    assert pages.loc["quotes1", "page_type"] == 'a, "b"'
    assert pages.loc["quotes2", "page_type"] == '5" pipe'
    assert pages.loc["quotes3", "page_type"] == "bell \x07 rings"
    assert pages.loc["semi1", "page_type"] == "x;y"
    assert kept_ids(broken, "crlf") == {"crlf1", "crlf2"}
    assert kept_ids(broken, "zip") == {"zip1"}
    reordered = broken.query("from marts.fct_events where event_id = 'order1'").iloc[0]
    assert (reordered["customer_id"], float(reordered["unit_price"])) == ("c1", 12.5)


def test_a_quoted_field_may_span_lines(broken):
    assert rejected_in(broken, "spanning.csv") == [(9, "open_quote")]
    pages = broken.query(
        "select event_id, page_type from marts.fct_events where event_id like 'span%'"
    ).set_index("event_id")["page_type"]
    assert pages.to_dict() == {
        "span1": "home",
        "span2": 'two\nlines, "quoted"',
        "span3": 'three\n\n"lines"',
        "span4": "home",
        "span6": "home",
        "span7": "two\n,,,,,,,,,lines",
        "span8": "home",
    }


def test_parquet_is_read_with_its_own_types(broken):
    found = broken.query(
        """
        select event_id, quantity, customer_id, cast(unit_price as varchar) as unit_price
        from marts.fct_events where event_id like 'parquet%'
        """
    ).set_index("event_id")
    # parquet2 has no customer, and its session many
    assert found.loc["parquet1"].tolist() == [2, "123456789", "9.9900"]
    assert found.loc["parquet2"].tolist() == [1, "session~s1", "10.0000"]


def test_every_kind_of_line_end_is_read(broken):
    assert kept_ids(broken, "ends") == {"ends1", "ends2", "ends3"}
    assert kept_ids(broken, "double") == {"double1", "double2"}


def test_a_file_name_is_no_pattern(broken):
    assert kept_ids(broken, "copy") == {"copy1", "copy2"}
    assert rejected_in(broken, "events[1].csv") == []


def test_prices_of_any_currency_fit(broken):
    found = broken.query("select event_id, unit_price from marts.fct_events").set_index("event_id")
    assert float(found.loc["price1", "unit_price"]) == 1_500_000
    assert rejected_in(broken, "prices.csv") == [
        (3, "amount_too_large"),
        (4, "unparseable_price"),
    ]


def test_stray_quotes_swallow_no_rows(broken):
    assert kept_ids(broken, "stray") == {"stray2", "stray3", "stray4"}
    assert rejected_in(broken, "stray.csv") == [(2, "open_quote")]


def test_nothing_is_lost(broken):
    raw, kept, rejected = broken.query(
        """
        select
            (select count(*) from staging.base_tracking__events) as raw,
            (select count(*) from marts.fct_events) as kept,
            (select count(*) from marts.rejected_events) as rejected
        """
    ).iloc[0]
    assert raw == kept + rejected
    assert rejected == 10


# ---- what is refused before anything is written --------------------------------------------------


@pytest.fixture
def good_file(tmp_path):
    write(tmp_path / "events.csv", line("e1"))
    return tmp_path / "events.csv"


def bad_setups(tmp_path, good_file):
    write(tmp_path / "no_type.csv", "a", header=COLUMNS.replace("event_type,", ""))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "not_really.parquet").write_bytes(b"no parquet at all")
    (tmp_path / "empty").mkdir()
    file = str(good_file)
    return {
        "misspelt var": (
            {"sesion_gap_seconds": 900},
            "var 'sesion_gap_seconds' is unknown; did you mean 'session_gap_seconds'?",
        ),
        "unknown source": ({"source": "shopify"}, "var 'source' is 'shopify'"),
        "no path": ({"source": "tracking"}, "var 'raw_path' is missing"),
        "path of the demo": ({"raw_path": file}, "var 'raw_path' is set"),
        "no such file": (
            {"source": "tracking", "raw_path": str(tmp_path / "nothing*.csv")},
            "no file matches",
        ),
        "empty folder": (
            {"source": "tracking", "raw_path": str(tmp_path / "empty")},
            "no file matches",
        ),
        "missing column": (
            {"source": "tracking", "raw_path": str(tmp_path / "no_type.csv")},
            "no column 'event_type'",
        ),
        "no table": (
            {"source": "tracking", "raw_path": str(tmp_path / "picture.png")},
            "neither CSV nor Parquet",
        ),
        "false parquet": (
            {"source": "tracking", "raw_path": str(tmp_path / "not_really.parquet")},
            f"Footfall: file '{tmp_path}/not_really.parquet' is damaged or cut short (",
        ),
        "bad date": ({"valid_from": "yesterday"}, "var 'valid_from' is 'yesterday'"),
        "contradiction": (
            {"valid_from": "2026-01-01", "valid_to": "2025-01-01"},
            "var 'valid_from' (2026-01-01) must be before",
        ),
        "no code": ({"currency": "U'D"}, "var 'currency' is 'U'D'"),
        "no list": ({"extra_columns": "utm"}, "var 'extra_columns' is 'utm'"),
        "bad number": ({"session_gap_seconds": "30 min"}, "var 'session_gap_seconds' is '30 min'"),
        "a template": (
            {"source": "tracking", "raw_path": "data/{{ 1/0 }}.csv"},
            "var 'raw_path' is 'data/{{ 1/0 }}.csv', but dbt would run what stands behind '{{'",
        ),
        "a template where dbt reads models": (
            {"currency": "{% if %}"},
            "var 'currency' is '{% if %}', but dbt would run",
        ),
        "web address": (
            {"source": "tracking", "raw_path": "http://127.0.0.1:9/events.csv"},
            "var 'raw_path' is 'http://127.0.0.1:9/events.csv', an address. Bring the files",
        ),
        "bucket": (
            {"source": "tracking", "raw_path": "s3://shop/*.parquet"},
            "var 'raw_path' is 's3://shop/*.parquet', an address",
        ),
        "several paths": (
            {"source": "tracking", "raw_path": [file, file]},
            "it must be one file, glob or folder",
        ),
        "line feed": (
            {"source": "tracking", "raw_path": "no\nfile"},
            "var 'raw_path' is 'no\\nfile': no file matches",
        ),
        "line feed in a name": ({"a\nb": 1}, "var 'a\\nb' is unknown"),
        "null currency": ({"currency": None}, "var 'currency' is null; it must be a code"),
        "null source": ({"source": None}, "var 'source' is null"),
        "null number": ({"churn_holdout_days": None}, "var 'churn_holdout_days' is null"),
        "null day": ({"valid_to": None}, "var 'valid_to' is null, not a date"),
        "null list": ({"extra_columns": None}, "var 'extra_columns' is null"),
        "list of more": ({"extra_columns": [["a"]]}, "it must be a list of column names"),
        "sources is no var": (
            {"sources": None},
            "var 'sources' is unknown; did you mean 'source'?",
        ),
        "bad zone": ({"reporting_time_zone": "Mars/Base"}, "var 'reporting_time_zone'"),
        "other source": (
            {"source": "tracking", "raw_path": file},
            "this warehouse holds source 'demo'",
        ),
    }


def test_a_wrong_setup_is_one_line_and_changes_nothing(demo, tmp_path, good_file):
    warehouse = shutil.copy(demo.path, tmp_path / "warehouse.duckdb")
    before = hashlib.sha256(warehouse.read_bytes()).hexdigest()
    for name, (variables, message) in bad_setups(tmp_path, good_file).items():
        result = run_dbt(tmp_path, "build", warehouse=warehouse, **variables)
        assert result.returncode != 0, name
        said = [text for text in result.output.splitlines() if message in text]
        assert said, (name, result.output[-2000:])
        assert "Footfall: " in said[-1]
        assert "Traceback" not in result.output, name
        assert hashlib.sha256(warehouse.read_bytes()).hexdigest() == before, name


def parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def first_unreadable(files: Iterable[bytes]) -> bytes:
    """Return the first Parquet file that another reader cannot read either."""
    for data in files:
        try:
            pq.read_table(io.BytesIO(data))
        except (OSError, pa.ArrowException):
            return data
    raise ValueError("all can be read")


def damaged_files(folder) -> dict[str, str]:
    """Write files that cannot be read to their end, and say what should be said of each."""
    text = "\n".join([COLUMNS, *[line(f"e{n}", f"page {n * 7919 % 1000}") for n in range(2000)]])
    table = pd.read_csv(io.StringIO(text), dtype=str)
    whole, zipped = parquet(table), gzip.compress(text.encode())
    (folder / "events_whole.parquet").write_bytes(whole)
    (folder / "events_whole.csv.gz").write_bytes(zipped)
    # two members are one file
    (folder / "events_two.csv.gz").write_bytes(zipped + gzip.compress(b"\n" + line("z").encode()))

    def flipped(data: bytes, at: int) -> bytes:
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    cut = "is damaged or cut short ("
    files = {
        "events_cut.csv.gz": (zipped[: len(zipped) // 2], cut),
        "events_without_checksum.csv.gz": (zipped[:-8], cut),
        "events_flipped.csv.gz": (flipped(zipped, len(zipped) // 2), cut),
        "events_plain.csv.gz": (text.encode(), "is not compressed, though its name ends in .gz"),
        "events_nothing.csv.gz": (b"", "is empty."),
        "events_cut.parquet": (whole[: len(whole) // 2], cut),
        "events_headless.parquet": (whole[100:], cut),
        "events_without_end.parquet": (whole[:-4], cut),
        "events_flipped.parquet": (
            first_unreadable(flipped(whole, at) for at in range(9, 999)),
            cut,
        ),
        "events_flipped_end.parquet": (flipped(whole, len(whole) - 8), cut),
        "events_text.parquet": (text.encode(), cut),
        "events_taken.parquet": (
            parquet(table.assign(Source_File="x")),
            "has a column 'source_file'",
        ),
        "events_nothing.parquet": (b"", "is empty."),
    }
    for name, (data, _) in files.items():
        (folder / name).write_bytes(data)
    return {name: said for name, (_, said) in files.items()}


def refused(folder, raw_path) -> list[str]:
    """Build, which must not begin, and give the lines in which it says why."""
    result = run_dbt(folder, "build", source="tracking", raw_path=str(raw_path))
    assert result.returncode != 0
    assert "Traceback" not in result.output
    assert " START sql" not in result.output
    return [text for text in result.output.splitlines() if "Footfall: " in text]


def test_a_damaged_file_is_named(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    expected = damaged_files(raw)
    said = refused(tmp_path, raw)
    for name, words in expected.items():
        assert any(f"Footfall: file '{raw}/{name}' {words}" in text for text in said), name
    assert not any("whole" in text or "two" in text for text in said)
    assert f"(And {len(expected) - 1} more, listed above.)" in said[-1]


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pa.table([[text] for text in line("e").split(",")], names=COLUMNS.split(","))
    doubles = {"same": "customer_id", "case": "CUSTOMER_ID", "words": "Customer ID"}
    for name, double in doubles.items():
        file = tmp_path / f"events_{name}.parquet"
        pq.write_table(table.append_column(double, pa.array(["other"])), file)
    # a name that only looks like a double's
    pq.write_table(
        table.append_column("customer_id_1", pa.array(["x"])), tmp_path / "events.parquet"
    )
    said = refused(tmp_path, tmp_path)
    for name in doubles:
        message = f"file '{tmp_path}/events_{name}.parquet' has more than one column 'customer_id'"
        assert any(message in text for text in said), name
    assert not any("events.parquet" in text for text in said)


def test_a_name_with_a_backslash_is_refused_and_not_skipped(tmp_path):
    raw = tmp_path / "raw"
    (raw / "d\\e").mkdir(parents=True)
    for name in ("events.csv", "events\\2025.csv", "d\\e/events.csv.gz"):
        write(raw / name, line("e1"))
    (raw / "read\\me.md").write_text("no data", encoding="utf-8")
    said = refused(tmp_path, raw)
    for name in ("events\\2025.csv", "d\\e/events.csv.gz"):
        message = f"Footfall: file '{raw}/{name}' would not be found: its path holds a backslash"
        assert any(message in text for text in said), name
    (found,) = refused(tmp_path, raw / "*.csv")
    assert "events\\2025.csv" in found


# ---- text is never a template --------------------------------------------------------------------

TEMPLATES = (
    "{{ 7919 * 7919 }}",
    "{% set n = 7919 * 7919 %}{{ n }}",
    "{# 7919 #}",
    "{{ 1÷0 }}",
    "{{",
)
RENDERED = str(7919 * 7919)


def test_templates_in_names_and_data_stay_text(tmp_path):
    """Nothing that dbt could have rendered is in the warehouse, report, logs or compiled SQL."""
    raw = tmp_path / "raw {{ 7919 * 7919 }}"
    raw.mkdir()
    for number, text in enumerate((*TEMPLATES, "line\nfeed")):
        rows = [
            line(f"e{number}-{n}", text.replace("÷", "/").replace("\n", " ")) for n in range(20)
        ]
        write(raw / f"events{text}.csv", *rows, f"too,few,{text}".replace("\n", " "))
    # the folder's name cannot be given as it is: dbt would render it
    said = refused(tmp_path / "refused", raw)
    assert "but dbt would run what stands behind '{{'" in said[-1]
    shop = built(
        tmp_path,
        *EVENTS_ONLY,
        "+source_reconciliation",
        source="tracking",
        raw_path=f"{tmp_path}/raw */*",
    )
    counts = shop.query("select source_file, rows_in from marts.source_reconciliation")
    assert dict(counts.to_numpy()) == dict.fromkeys(map(str, raw.iterdir()), 21)
    assert shop.value("select count(*) from marts.fct_events") == 6 * 20
    assert len(shop.query("from marts.rejected_events")) == 6
    pages = set(shop.query("select distinct page_type from marts.fct_events")["page_type"])
    assert pages == {*(text.replace("÷", "/") for text in TEMPLATES), "line feed"}
    assert main(["quality-report", "--warehouse", str(shop.path)]) == 0
    with duckdb.connect(str(shop.path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"select cast(rows as text) from {table} as rows").fetchall()
            assert RENDERED not in str(rows), table
    texts = [path for path in tmp_path.rglob("*") if path.is_file() and path != shop.path]
    assert {".html", ".log", ".sql"} <= {path.suffix for path in texts}
    for path in texts:
        assert RENDERED.encode() not in path.read_bytes(), path
    assert RENDERED not in shop.output


def test_make_build_shows_the_line_last(tmp_path):
    done = make(
        *("build", "SOURCE=tracking", "RAW_PATH=no/such/*.csv"), warehouse=tmp_path / "w.duckdb"
    )
    assert done.returncode != 0
    last = done.output.splitlines()[-1]
    assert last.startswith("Footfall: var 'raw_path' is 'no/such/*.csv': no file matches")
