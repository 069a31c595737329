"""Files as shops and tools really export them: `new-source`, then a build, unedited."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from warehouses import ROOT, Warehouse, built, run_dbt

from footfall.cli import main
from footfall.sample_file import read_sample

CASES = Path(__file__).with_name("field_cases")
MARTS = ("+fct_orders", "+fct_sessions", "+uncounted_orders", "+source_reconciliation")
MARTS += ("every_raw_row_is_kept_or_rejected",)


def scaffolded(project: Path, folder: Path, source: str, sample: Path, *options: str) -> Warehouse:
    """Build a source as `new-source` leaves it, with its own unit test."""
    assert main(["new-source", source, "--sample", str(sample), *options]) == 0
    chosen = ("-s", f"stg_{source}__events", *MARTS, "--indirect-selection", "buildable")
    shared = (
        "--exclude",
        "test_type:unit,path:models/intermediate",
        "test_type:unit,path:models/marts",
    )
    return built(
        folder,
        "build",
        *chosen,
        *shared,
        project=project,
        source=source,
        raw_path=str(sample),
    )


def settings(project: Path, source: str) -> dict:
    return yaml.safe_load((project / "vars.yml").read_text())["vars"]["sources"][source]


def test_a_shop_with_decimal_commas(project, tmp_path):
    shop = scaffolded(project, tmp_path, "laden", CASES / "decimal-comma-source" / "orders.csv")
    orders = shop.query("select count(*) n, sum(revenue) revenue from marts.fct_orders").iloc[0]
    assert (orders["n"], Decimal(orders["revenue"])) == (20, Decimal("14855.50"))
    found = shop.query("select * from marts.source_reconciliation").iloc[0]
    assert found["is_reconciled"]
    assert found["amount_in"] == found["amount_kept"] == Decimal("14855.50")
    first = shop.value("select min(ordered_at) from marts.fct_orders")
    assert str(first) == "2025-03-03 10:00:00"


def test_an_export_of_google_analytics(project, tmp_path):
    shop = scaffolded(project, tmp_path, "ga4", CASES / "ga4-microseconds" / "events.csv")
    assert shop.value("select count(*) from marts.fct_sessions") == 12
    orders = shop.query("select count(*) n, sum(revenue) revenue from marts.fct_orders").iloc[0]
    assert (orders["n"], Decimal(orders["revenue"])) == (12, Decimal("96.00"))
    assert (
        str(shop.value("select min(started_at) from marts.fct_sessions")) == "2025-03-03 10:00:00"
    )


def test_order_facts_on_the_first_line(project, tmp_path):
    sample = CASES / "order-facts-on-the-first-line" / "orders_export.csv"
    shop = scaffolded(project, tmp_path, "shopify", sample)
    orders = shop.query("select * from marts.fct_orders order by order_id")
    assert orders["order_id"].tolist() == ["#1001", "#1003"]
    assert orders["revenue"].tolist() == [Decimal(45), Decimal(40)]
    assert orders["net_revenue"].tolist() == [Decimal(45), Decimal(20)]
    assert orders["status"].tolist() == ["paid", "partially_refunded"]
    uncounted = (
        shop.query("select order_id, reason from marts.uncounted_orders").to_numpy().tolist()
    )
    assert uncounted == [["#1002", "status_is_no_purchase"]]
    assert shop.value("select bool_and(is_reconciled) from marts.source_reconciliation")


def test_a_file_without_a_header(project, tmp_path):
    sample = CASES / "new-source-of-no-table" / "no_header.csv"
    names = "user_id,item_id,category,event,time"
    shop = scaffolded(project, tmp_path, "clicks", sample, "--columns", names)
    events = shop.query(
        "select customer_id, raw_event_type from marts.fct_events order by event_at"
    )
    assert events.to_numpy().tolist() == [["41", "pv"], ["41", "cart"], ["42", "buy"]]
    rows = shop.query("select source_row, time from staging.base_clicks__events order by 1")
    assert rows.to_numpy().tolist() == [[1, "1741000000"], [2, "1741000060"], [3, "1741000120"]]
    sample = tmp_path / "short.csv"
    sample.write_text("41,9001,77,pv\n")
    call = {"project": project, "source": "clicks", "raw_path": str(sample)}
    refused = run_dbt(tmp_path, "run", warehouse=tmp_path / "other.duckdb", **call)
    assert refused.returncode != 0
    assert "has 4 fields in its first line" in refused.output


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("events.jsonl", None, "holds JSON"),
        ("no_header.csv", None, "begins with data, '41,9001,77,pv,1741000000'"),
        ("orders.xlsx", None, "is a spreadsheet"),
        ("array.json", b'\n [{"a": 1}]', "holds JSON"),
        ("export.csv", b'\xef\xbb\xbf{"a": 1}\n', "holds JSON"),
        ("book.ods", b"PK\x03\x04mimetype", "is a spreadsheet"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a spreadsheet"),
        ("page.csv", b"<html><table>", "holds HTML or XML"),
        ("wide.csv", "user;price\n1;2\n".encode("utf-16"), "is UTF-16 text"),
        ("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is binary"),
        ("lines.csv", b"one line of text\nand another\n", "is no table of columns"),
        ("prose.csv", b"Dear all, this is\nno table\nat all\nreally\n", "is no table of columns"),
        ("dates.csv", b"2025-03-03 10:00;view;c1\n2025-03-03 10:01;cart;c1\n", "begins with data"),
        ("money.csv", b"u1;49,90;view\nu2;7,50;view\n", "begins with data"),
        ("german.csv", b"u1;03.03.2025 10:00;view\n", "begins with data"),
        ("zipped.csv.gz", b"no gz at all", "cannot be read"),
    ],
)
def test_what_is_no_table_is_named_in_one_line(project, capsys, name, content, message):
    sample = CASES / "new-source-of-no-table" / name
    if content is not None:
        sample = project / name
        sample.write_bytes(content)
    changed = [project / "vars.yml", project / "dbt_project.yml"]
    changed.append(project / "seeds" / "config" / "expectations.csv")
    before = [path.read_bytes() for path in changed]
    assert main(["new-source", "x", "--sample", str(sample)]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert [path.read_bytes() for path in changed] == before
    assert not (project / "models" / "staging" / "x").exists()


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "order_id;order_date;preis",
            "1;03.03.2025;1.299,00",
            {"decimal_mark": ",", "day_first": True},
        ),
        ("order_id;order_date;preis", "1;2025-03-03;7,5", {"decimal_mark": ","}),
        ("order_id,order_date,price", '1,3/14/2025 2:05 PM,"1,299.00"', {"day_first": False}),
        ("order_id,order_date,price", "1,14/3/2025,12.50", {"day_first": True}),
        ("order_id,order_date,price,qty", '1,2025-03-03,"2.50","1,299"', {"decimal_mark": "."}),
        ("order_id,order_date,price", "1,20250303,12.50", {"time_formats": ["%Y%m%d"]}),
        (
            "order_id\torder_date\tprice",
            "1\t03.03.25 10:00\t-",
            {"time_formats": ["%d.%m.%y %H:%M"], "null_words": ["-"]},
        ),
        ("order_id,order_date,price", "1,45719.5,12", {}),
        ("order_id,order_date,price", "1,1741000000.0,0.5", {}),
        ("order_id|order_date|price", "1|2025-03-03T10:00:00Z|$1,299.00", {}),
    ],
)
def test_settings_are_proposed_from_the_sample(project, capsys, header, row, expected):
    sample = project / "sample.csv"
    sample.write_text(f"{header}\n{row}\n")
    assert main(["new-source", "shop", "--sample", str(sample)]) == 0
    assert "refused" not in capsys.readouterr().out
    entry = settings(project, "shop")
    ways = ("decimal_mark", "day_first", "time_formats", "null_words")
    assert {name: entry[name] for name in ways if name in entry} == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("price,when_it_was,stamp,user\n1,2025-03-03,1741000000000,u1\n", "when_it_was, stamp."),
        ("price,user,colour\n1,u1,red\n", "none looks like one."),
        ("zeitpunkt;user\n03.03.2025 10:00;u1\n", "these look like one: zeitpunkt."),
        (
            "time,price\n03/04/2025,1\n",
            "Times in time such as 03/04/2025 are refused until day_first",
        ),
        ('time,price\n2025-03-04,"1,299"\n', "such as 1,299 could mean two things"),
        (
            "time;price\n2025-03-04;1,5\n2025-03-04;1.5\n",
            "written with both marks, such as 1,5 and 1.5",
        ),
    ],
)
def test_what_the_sample_cannot_tell_is_said(project, capsys, text, message):
    sample = project / "sample.csv"
    sample.write_text(text)
    assert main(["new-source", "shop", "--sample", str(sample)]) == 0
    assert message in capsys.readouterr().out


def test_a_zipped_sample_is_read(tmp_path):
    path = tmp_path / "sample.csv.gz"
    path.write_bytes(gzip.compress(b'"Order ID","Total, net"\r\n1,"2,5"\r\n'))
    sample = read_sample(path)
    assert (sample.columns, sample.rows) == (["order_id", "total_net"], [["1", "2,5"]])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("decimal_mark: ';'", "decimal_mark ';'; it must be '.' or ','."),
        ("day_first: 1", "day_first '1'; it must be true or false."),
        ("has_header: no_way", "has_header 'no_way'; it must be true or false."),
        ("has_header: false", "optional_columns for entity 'events'"),
        ("time_formats: '%d.%m.%Y'", "time_formats '%d.%m.%Y'; it must be a list"),
        ("time_formats: ['%d.%m']", "time_formats with '%d.%m'"),
        ("time_formats: [5]", "time_formats with '5'"),
        ("null_words: 5", "null_words '5'; it must be a list"),
        ("decimalmark: ','", "'decimalmark', which is no setting. Use one of: time_zone"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path, setting, message):
    sources = yaml.safe_load((ROOT / "vars.yml").read_text())["vars"]["sources"]
    sources["tracking"] |= yaml.safe_load(setting)
    said = run_dbt(tmp_path, "run-operation", "check_vars", source="tracking", sources=sources)
    assert said.returncode != 0
    assert f"Footfall: var 'sources': entry 'tracking' has {message}" in said.output
