"""What people rely on in marts: the README lists them, contracts keep their columns described."""

import csv
import re

import pytest
import yaml
from warehouses import ROOT

MARTS = {path.stem: path for path in sorted((ROOT / "models" / "marts").rglob("*.sql"))}
DESCRIBED = {
    model["name"]: model
    for path in sorted((ROOT / "models" / "marts").rglob("*.yml"))
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []
}


def test_the_readme_lists_each_mart_once_with_its_key():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| model \| one row is .*\n\|[-:|]+\n((?:\|.*\n)+)", readme, re.M)
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    assert sorted(name.strip("`") for name, *_ in rows) == sorted(MARTS)
    for name, _, key, _ in rows:
        columns = {column["name"] for column in DESCRIBED[name.strip("`")]["columns"]}
        assert set(key.split(", ")) <= columns, f"the key of {name} in README.md is no column of it"


def test_every_mart_is_described_in_yaml_and_nothing_else_is():
    assert DESCRIBED.keys() == MARTS.keys()


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_keeps_its_contract(mart):
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["models"]["footfall"]["marts"]["+contract"] == {"enforced": True}
    model = DESCRIBED[mart]
    # nothing takes the contract away again
    assert "contract" not in model.get("config", {})
    assert "contract" not in MARTS[mart].read_text(encoding="utf-8")
    assert model["description"].strip()
    for column in model["columns"]:
        assert column["data_type"], (mart, column["name"])
        assert column.get("description", "").strip(), (mart, column["name"])


def test_the_evidence_of_every_insight_is_a_mart():
    with (ROOT / "seeds" / "config" / "insight_questions.csv").open(encoding="utf-8") as seed:
        named = {row["evidence_table"] for row in csv.DictReader(seed)}
    assert named <= MARTS.keys()
    # and insights counts its rows: without a count, a question never has an answer
    sql = MARTS["insights"].read_text(encoding="utf-8")
    missing = {name for name in named if f"'{name}'" not in sql}
    assert not missing, "models/marts/insights/insights.sql counts no rows of these"
