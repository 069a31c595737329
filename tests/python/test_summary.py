"""The closing summary: what a build says at its end, and `footfall summary` afterwards.

One small shop is built, then a file comes whose purchases are all refused, then dbt runs on some
models only. The numbers were counted by hand.
"""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from test_money import HEADER, buy, event, write
from warehouses import Warehouse, run_dbt

from footfall.cli import main

# everything up to the summary: what a whole build has, without what Python feeds
WHOLE = ("build", "--exclude-resource-type", "unit_test", "-s", "+build_summary")
LINES_AT_MOST = 25


def told(warehouse: Warehouse) -> list[str]:
    """The summary as the run printed it, without dbt's clock."""
    lines = [line[10:] for line in warehouse.output.splitlines()]
    first = next(n for n, line in enumerate(lines) if line.startswith("Footfall: "))
    summary = []
    for line in lines[first:]:
        if " hook: footfall.on-run-end" in line:
            break
        summary.append(line)
    return summary


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("summary")
    rows = [buy(f"c{n}", f"o{n}", n, unit_price="10.50") for n in range(8)]
    rows += [event("view", f"c{n}", n) for n in range(40)]
    rows += [event("refund", "c1", 90, order_id="o1", unit_price="10.50", quantity=1)]
    rows += [buy("c2", "o99", 50, unit_price="ten"), event("vieww", "c3", 9)]
    write(folder / "raw", [*rows, dict(rows[0])])
    # last night's export came out empty
    (folder / "raw" / "events_night.csv").write_text(f"{HEADER}\n")
    return folder


@pytest.fixture(scope="module")
def whole(shop) -> Warehouse:
    built = run_dbt(shop, *WHOLE, source="tracking", raw_path=str(shop / "raw"))
    assert built.returncode == 0, built.output[-3000:]
    return built


def printed(capsys, *args: str) -> str:
    assert main(["summary", *args]) == 0
    return capsys.readouterr().out


def test_a_build_ends_with_what_it_did(whole, shop):
    lines = told(whole)
    assert len(lines) < LINES_AT_MOST
    text = "\n".join(" ".join(line.split()) for line in lines)
    events = shop / "raw" / "events.csv"
    assert lines[0] == "Footfall: source tracking is built. Money is in USD."
    assert "read 52 10 94.50 1 10.50" in text
    assert "kept 50 8 84.00 1 10.50" in text
    assert "refused 1 1 0.00 0 0.00" in text
    assert "repeated 1 1 10.50 0 0.00" in text
    assert "excluded 0 0 0.00 0 0.00" in text
    refused = f"refused: 1 purchase row as unparseable_price, such as {events}:51 (ten); write a"
    assert refused in text
    assert "8 orders brought 84.00 USD, 73.50 after refunds" in text
    assert "40 customers, 8 of them with an order" in text
    assert "from 2025-03-03 to 2025-03-03" in text
    assert "warning: event type vieww (1 events) has no row in seeds/config/event_types.csv" in text
    assert "warning: 1 of 10 purchase rows were refused" in text
    empty = shop / "raw" / "events_night.csv"
    assert f"warning: 1 files hold no rows, such as {empty}" in text
    assert f"warehouse: {whole.path}" in text
    assert lines[-1].startswith("next: .venv/bin/dbt show -s sales_by_month --vars")


def test_the_command_prints_the_same_and_more_as_json(whole, capsys):
    assert printed(capsys, "--warehouse", str(whole.path)).splitlines() == told(whole)
    summary = json.loads(printed(capsys, "--warehouse", str(whole.path), "--json"))
    assert summary["is_complete"]
    assert summary["lines"] == told(whole)
    figures = {row["label"]: row for row in summary["figures"]}
    assert figures["kept"]["purchase_count"] == 8
    assert figures["orders"]["purchase_amount"] == "84.0000"
    assert figures["days"]["last_date"] == "2025-03-03"
    assert {found["test"]: found["row_count"] for found in summary["findings"]} == {
        "event_types_without_a_row": 1,
        "purchases_refused": 1,
    }


def test_a_stopped_build_says_what_it_knows_and_nothing_of_an_older_one(
    whole, shop, tmp_path, capsys
):
    raw = tmp_path / "raw"
    shutil.copytree(shop / "raw", raw)
    write(tmp_path / "more", [buy(f"d{n}", f"p{n}", n, unit_price="x") for n in range(30)])
    shutil.copy(tmp_path / "more" / "events.csv", raw / "events2.csv")
    path = Path(shutil.copy(whole.path, tmp_path / "warehouse.duckdb"))
    stopped = run_dbt(tmp_path, *WHOLE, source="tracking", raw_path=str(raw), warehouse=path)
    assert stopped.returncode == 1
    lines = told(stopped)
    assert len(lines) < LINES_AT_MOST
    text = "\n".join(" ".join(line.split()) for line in lines)
    assert lines[0].startswith("Footfall: the build of source tracking failed: of ")
    assert "read 82 40 94.50 1 10.50" in text
    assert "refused 31 31 0.00 0 0.00" in text
    assert "refused: 31 purchase rows as unparseable_price" in text
    for of_the_older_build in ("orders brought", "with an order", "excluded  ", "84.00 USD"):
        assert of_the_older_build not in text
    assert "what the warehouse may hold of them is older" in text
    reasons = [line for line in lines if line.startswith("failed: ")]
    assert reasons == lines[-2:]
    assert reasons[0].startswith("failed: 31 of 40 purchase rows were refused")
    assert "var rejected_purchase_share_limit (0.2)" in reasons[0]
    assert printed(capsys, "--warehouse", str(path)).splitlines() == lines
    summary = json.loads(printed(capsys, "--warehouse", str(path), "--json"))
    assert not summary["is_complete"]
    assert summary["figures"] == []


def test_a_run_of_some_models_says_no_summary_and_is_noted(whole, shop, tmp_path, capsys):
    path = Path(shutil.copy(whole.path, tmp_path / "warehouse.duckdb"))
    partial = run_dbt(
        tmp_path,
        *(
            "build",
            "--exclude-resource-type",
            "unit_test",
            "-s",
            "fct_events",
            "event_types_without_a_row",
        ),
        source="tracking",
        raw_path=str(shop / "raw"),
        warehouse=path,
    )
    assert partial.returncode == 0, partial.output[-3000:]
    assert "is built" not in partial.output
    assert "Footfall: event type vieww (1 events) has no row" in partial.output
    note, *lines = printed(capsys, "--warehouse", str(path)).splitlines()
    assert note == "Note: dbt ran once on some of the models since this build."
    assert lines == told(whole)


def test_a_killed_build_leaves_no_summary(whole, tmp_path, capsys):
    path = Path(shutil.copy(whole.path, tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(path)) as connection:
        # what forget_summary does at the start of a build
        connection.execute("delete from state.summary")
        connection.execute("insert into state.summary (load_id) values (2)")
    assert main(["summary", "--warehouse", str(path)]) == 1
    error = capsys.readouterr().err
    assert error == (
        f"footfall: the last build of warehouse '{path}' did not come to its end; run `make build`"
        " again\n"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "there is no warehouse"),
        (b"no database", "cannot read warehouse"),
        ("empty", "has no summary; run `make build`"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path, capsys, content, problem):
    path = tmp_path / "shop.duckdb"
    if content == "empty":
        duckdb.connect(str(path)).close()
    elif content:
        path.write_bytes(content)
    assert main(["summary", "--warehouse", str(path)]) == 1
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1
