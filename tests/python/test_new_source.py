"""A scaffolded source builds as it is, and its own tests pass."""

import re
import subprocess
import sys

import pytest
from warehouses import ROOT, built, run_dbt

from footfall.cli import main
from footfall.new_source import CALLS, OURS, USUAL_NAMES, read_contract, usual_names

LINTED = "models/staging/clicks/stg_clicks__events.sql"
PLAIN = "event_at,raw_event_type,customer_id,event_id,unit_price,quantity,order_id\n"


def test_a_source_in_the_contract_s_own_names_builds_at_once(project, tmp_path):
    assert main(["new-source", "my_shop"]) == 0
    files = tmp_path / "raw"
    files.mkdir()
    (files / "day.csv").write_text(
        PLAIN
        + "".join(f"2025-01-01 10:00:00,view,c1,v{n},,,\n" for n in range(9))
        + "2025-01-01 10:05:00,purchase,c1,,9.5,2,o1\n"
        + "not a time,view,c1,b,,,\n"
    )
    shop = built(
        tmp_path,
        "build",
        "-s",
        "+fct_orders",
        "+source_reconciliation",
        "--indirect-selection",
        "buildable",
        project=project,
        source="my_shop",
        raw_path=str(files),
    )
    types = shop.query("select event_type from marts.fct_events order by 1")["event_type"]
    assert types.tolist() == ["purchase"] + ["view"] * 9
    assert shop.value("select revenue from marts.fct_orders where order_id = 'o1'") == 19
    assert shop.query("select rejection_reason from marts.rejected_events").to_numpy().tolist() == [
        ["unparseable_time"]
    ]
    assert shop.value("select bool_and(is_reconciled) from marts.source_reconciliation")
    stale = run_dbt(
        tmp_path,
        "build",
        "-s",
        "+quality_gate",
        project=project,
        source="my_shop",
        raw_path=str(files),
        expected_until="2025-01-02",
    )
    assert stale.returncode != 0
    assert "event_at.days_behind (observed 1)" in stale.output


def test_a_sample_file_gives_the_columns(project, tmp_path):
    sample = tmp_path / "clicks.csv"
    sample.write_text(
        "Event Time,event_type,user_id,Price,order,left,no,source_row,colour\n"
        "2025-01-01,view,u,1.5,1,2,3,4,red\n"
    )
    assert main(["new-source", "clicks", "--sample", str(sample)]) == 0
    clicks = built(
        tmp_path,
        "build",
        "-s",
        "base_clicks__events",
        "stg_clicks__events",
        "quality_gate",
        "+quality_gate",
        project=project,
        source="clicks",
        raw_path=str(sample),
    )
    row = clicks.query("select * from staging.stg_clicks__events").iloc[0]
    assert (row["customer_id"], row["raw_event_type"], float(row["unit_price"])) == (
        "u",
        "view",
        1.5,
    )
    assert str(row["event_at"]) == "2025-01-01 00:00:00"
    (project / "lint.cfg").write_text("[sqlfluff:templater:dbt:context]\nsource = clicks\n")
    linted = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--config", "lint.cfg", LINTED],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["My Shop"], "use lower case letters, digits and underscores"),
        (["rees46"], "source name 'rees46' is taken"),
        (["no"], "use lower case letters, digits and underscores"),
        (["my_shop", "--sample", "nothing.csv"], "sample 'nothing.csv' cannot be read"),
        (["my_shop", "--sample", "twice.csv"], "has more than one column 'user_id'"),
        (["my_shop", "--sample", "empty.csv"], "sample 'empty.csv' is empty"),
        (["demo", "--remove"], "was not written by `footfall new-source`"),
        (["my_shop", "--remove"], "was not written by `footfall new-source`"),
        (["my_shop", "--sample", "foreign.csv"], "has no header with names that SQL can use"),
    ],
)
def test_a_wrong_call_is_one_line_and_writes_nothing(project, capsys, arguments, message):
    (project / "twice.csv").write_text("User ID,user_id\n1,2\n")
    (project / "empty.csv").write_text("")
    (project / "foreign.csv").write_text("時間,客户\n1,2\n")
    sources = project / "macros" / "sources"
    before = {path: path.read_bytes() for path in sources.iterdir()}
    assert main(["new-source", *arguments]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert {path: path.read_bytes() for path in sources.iterdir()} == before
    assert not (project / "models" / "staging" / "my_shop").exists()


def test_what_was_written_can_be_taken_back(project, tmp_path):
    sample = tmp_path / "orders.csv"
    sample.write_text("order_id,order_date,email,sku,price,status\no1,2025-01-01,m@x,s,1,paid\n")
    changed = ["macros/sources/source_config.sql", "dbt_project.yml"]
    changed.append("seeds/config/expectations.csv")
    before = [(project / name).read_text() for name in changed]
    assert main(["new-source", "first", "--sample", str(sample)]) == 0
    between = [(project / name).read_text() for name in changed]
    assert main(["new-source", "second", "--sample", str(sample)]) == 0
    assert main(["new-source", "second", "--remove"]) == 0
    assert [(project / name).read_text() for name in changed] == between
    assert not (project / "models" / "staging" / "second").exists()
    assert not (project / "macros" / "sources" / "second.sql").exists()
    assert main(["new-source", "first", "--remove"]) == 0
    assert [(project / name).read_text() for name in changed] == before
    assert not (project / "models" / "staging" / "first").exists()
    assert not (project / "macros" / "sources" / "first.sql").exists()


def test_every_column_of_the_contract_is_thought_of():
    contract = read_contract(ROOT)
    assert set(contract) == {*usual_names(contract), *OURS}
    # a column that was added to the contract alone goes by its own name
    assert usual_names(contract | {"colour": "string"}) == usual_names(contract) | {
        "colour": ["colour"]
    }
    assert "traffic_medium" in contract.keys() - USUAL_NAMES.keys()


def test_every_source_has_a_branch_that_dbt_sees():
    """Without the call, dbt would go on with what it parsed before a source's file was edited."""
    files = {path.stem for path in (ROOT / CALLS).parent.glob("*.sql")} - {CALLS.stem}
    branches = r"source == '(\w+)' -%}{{ (\w+)_source\(\) }}\n"
    called = re.findall(branches, (ROOT / CALLS).read_text(encoding="utf-8"))
    assert sorted(called) == [(name, name) for name in sorted(files)]
    assert "demo" in files
