"""Files as shops and tools really export them: `new-source`, then a build, unedited."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from warehouses import ROOT, Warehouse, built, run_dbt

from footfall.cli import main
from footfall.sample_file import read_sample

CASES = Path(__file__).with_name("field_cases")
MARTS = ("+fct_orders", "+fct_sessions", "+uncounted_orders", "+source_reconciliation")
MARTS += ("every_raw_row_is_kept_or_rejected",)


def scaffolded(
    project: Path,
    folder: Path,
    source: str,
    sample: Path,
    *options: str,
    raw_path: Path | None = None,
) -> Warehouse:
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
        raw_path=str(raw_path or sample),
    )


def settings(project: Path, source: str) -> dict:
    text = (project / "macros" / "sources" / f"{source}.sql").read_text()
    return yaml.safe_load(text.split("_source() %}")[1].removesuffix("{% endmacro %}\n"))


def test_a_shop_with_decimal_commas(project, tmp_path):
    shop = scaffolded(project, tmp_path, "laden", CASES / "decimal-comma-source" / "orders.csv")
    orders = shop.query("select count(*) n, sum(revenue) revenue from marts.fct_orders").iloc[0]
    assert (orders["n"], Decimal(orders["revenue"])) == (20, Decimal("14855.50"))
    found = shop.query("select * from marts.source_reconciliation").iloc[0]
    assert found["is_reconciled"]
    assert found["amount_in"] == found["amount_kept"] == Decimal("14855.50")
    first = shop.value("select min(ordered_at) from marts.fct_orders")
    assert str(first) == "2025-03-03 10:00:00"
    # expectations read numbers and times in one form
    sampled = shop.query("select raw_row from intermediate.int_source_sample order by source_row")
    row = json.loads(sampled["raw_row"][1])
    assert (row["einzelpreis"], row["bestelldatum"]) == ("1299.0000", "2025-03-04 10:00:00")

    # numbers of a Parquet file are none that somebody wrote with a comma
    parquet = tmp_path / "orders.parquet"
    duckdb.execute(
        f"""
        copy (
            select
                'o' || price as bestellnummer,
                timestamp '2025-03-03 10:00:00' as bestelldatum,
                'k' as kunde,
                'a' as artikel,
                2::double as menge,
                price as einzelpreis
            from (values (1.299::double), (12.5), (0.25), (1299)) as prices (price)
        ) to '{parquet}'
        """
    )
    call = {"project": project, "source": "laden", "raw_path": str(parquet)}
    models = ("run", "-s", "base_laden__events", "stg_laden__events")
    other = run_dbt(tmp_path, *models, warehouse=tmp_path / "other.duckdb", **call)
    assert other.returncode == 0, other.output
    prices = other.query("select unit_price from staging.stg_laden__events order by 1")
    assert prices["unit_price"].astype("float64").tolist() == [0.25, 1.299, 12.5, 1299]
    assert other.value("select bool_and(quantity = 2) from staging.stg_laden__events")


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


def test_order_exports_that_overlap(project, tmp_path):
    """The last export knows how an order ended; its lines are the same lines again."""
    header = (
        "Name,Email,Financial Status,Currency,Total,Discount Amount,Created at,Lineitem quantity"
    )
    header += ",Lineitem name,Lineitem price,Lineitem sku,Refunded Amount\n"
    lamp, time = "Lamp,20.00,L-1", "2025-03-03 10:00:00 +0100"
    monday = f"#1,a@m,paid,USD,35,5.00,{time},1,{lamp},0.00\n#1,a@m,,,,,{time},1,{lamp},\n"
    monday += f"#2,b@m,pending,USD,20,0.00,{time},1,{lamp},0.00\n"
    tuesday = f"#1,a@m,partially_refunded,USD,35,5.00,{time},1,{lamp},10.00\n"
    tuesday += f"#1,a@m,,,,,{time},1,{lamp},\n#2,b@m,voided,USD,20,0.00,{time},1,{lamp},0.00\n"
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "2025-03-03.csv").write_text(header + monday)
    (folder / "2025-03-04.csv").write_text(header + tuesday)
    sample = folder / "2025-03-03.csv"
    shop = scaffolded(project, tmp_path, "shop", sample, raw_path=folder)
    orders = shop.query(
        "select order_id, status, revenue, net_revenue, item_count from marts.fct_orders"
    )
    assert orders.to_numpy().tolist() == [["#1", "partially_refunded", 35, 25, 2]]
    assert shop.value("select status from marts.uncounted_orders where order_id = '#2'") == "voided"
    reconciled = "select sum(rows_kept), sum(rows_repeated), min(is_reconciled) from marts"
    assert shop.query(f"{reconciled}.source_reconciliation").to_numpy().tolist() == [[3, 3, True]]


def test_an_export_of_woocommerce_in_german_numbers(project, tmp_path):
    sample = tmp_path / "orders.csv"
    sample.write_text(
        "Order ID;Order Date;Order Status;Billing Email;SKU;Item Cost;Quantity;Order Discount;"
        "Order Refund Amount;Order Total\n"
        "71;03.03.25 10:00;completed;a@m;L-1;1.299,00;2;98,00;-;2.500,00\n"
        "71;03.03.25 10:00;completed;a@m;S-1;10,00;1;98,00;-;2.500,00\n"
        "72;04.03.25 10:00;failed;b@m;L-1;1.299,00;1;0,00;-;1.299,00\n"
        "73;05.03.25 10:00;completed;c@m;S-1;10,00;1;0,00;4,00;10,00\n"
    )
    shop = scaffolded(project, tmp_path, "woo", sample)
    orders = shop.query("select order_id, revenue, net_revenue from marts.fct_orders order by 1")
    assert orders.to_numpy().tolist() == [["71", 2510, 2510], ["73", 10, 6]]
    assert shop.value("select order_id from marts.uncounted_orders") == "72"
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
    changed = [project / "macros/sources/source_config.sql", project / "dbt_project.yml"]
    changed.append(project / "seeds" / "config" / "expectations.csv")
    before = [path.read_bytes() for path in changed]
    assert main(["new-source", "x", "--sample", str(sample)]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert [path.read_bytes() for path in changed] == before
    assert not (project / "models" / "staging" / "x").exists()
    assert not (project / "macros" / "sources" / "x.sql").exists()


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
        ("time_zone: Mars", "time_zone 'Mars', not a known time zone"),
        ("provides: stg_tracking__events", "provides 'stg_tracking__events'; it must be a mapping"),
        ("entities: null", "entities null; it must be a mapping"),
        ("entities: {events: {}}", "columns null for entity 'events'; it must be a list"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path, setting, message):
    config = settings(ROOT, "tracking") | yaml.safe_load(setting)
    given = json.dumps({"source": "tracking", "config": config})
    said = run_dbt(tmp_path, "run-operation", "check_source_config", "--args", given)
    assert said.returncode != 0
    assert f"Footfall: macros/sources/tracking.sql has {message}" in said.output


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("sources/demo", "time_zone: UTC", "", "macros/sources/demo.sql has time_zone null"),
        ("sources/demo", "provides: {", "provides: {[", "macros/sources/demo.sql cannot be read"),
        ("sources/demo", "demo_source", "other_source", "'demo', which is no known source"),
        ("sources/source_config", "'demo'", "'other'", "source 'demo' has no branch in macro"),
        (
            "prediction/customer_feature_list",
            "\nratios:",
            "\nratio:",
            "macros/prediction/customer_feature_list.sql has no mapping 'ratios'",
        ),
        (
            "prediction/customer_feature_list",
            "unit: year, ",
            "",
            "customer_feature_list.sql: 'start_year' in session_measures has no 'unit'",
        ),
    ],
)
def test_a_broken_file_of_settings_is_one_line(project, tmp_path, file, before, after, message):
    path = project / "macros" / f"{file}.sql"
    path.write_text(path.read_text().replace(before, after, 1))
    said = run_dbt(tmp_path, "parse", project=project)
    assert said.returncode != 0
    assert sum(message in line for line in said.output.splitlines()) == 1
    assert "Traceback" not in said.output
