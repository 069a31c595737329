"""The benchmark, on a shop so small that it takes seconds: it runs, and says what it measured."""

import json
import subprocess
import sys

import pytest
from warehouses import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
    subprocess.run(
        [
            *(sys.executable, ROOT / "benchmarks" / "run.py", "--size", "20k"),
            *("--parts", "shop", "compiled", "questions", "--engines", "duckdb", "pandas"),
            *("--work", folder, "--results", folder),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


@pytest.fixture(scope="module")
def measured(results):
    return json.loads((results / "results" / "20000.json").read_text())


def test_every_model_is_timed_in_both_builds_and_alone(measured):
    names = {
        run: {node["name"]: node for node in measured[run]["models"]["nodes"]}
        for run in ("full", "day")
    }
    assert names["full"].keys() == names["day"].keys()
    assert {"fct_events", "py_customer_clusters"} < names["full"].keys()
    sql = {name for name, node in names["full"].items() if node["kind"] == "sql model"}
    assert measured["compiled"]["seconds"].keys() == sql


def test_the_new_day_adds_rows(measured):
    full, day = (measured[run]["rows"]["fct_events"] for run in ("full", "day"))
    # one of 270 days
    assert 0 < day - full < full / 50


def test_times_and_memory_are_plausible(measured):
    for run in ("full", "day"):
        models = measured[run]["models"]
        assert 0 < sum(node["seconds"] for node in models["nodes"]) < models["seconds"]
        peaks = [node["peak_gb"] for node in models["nodes"] if node["peak_gb"] is not None]
        assert 0.05 < max(peaks) <= models["peak_gb"] < 5


def test_engines_answer(measured):
    assert {(asked["engine"], asked["question"]) for asked in measured["questions"]} == {
        (engine, question)
        for engine in ("duckdb", "pandas")
        for question in ("sessions", "customers", "funnel")
    }
    assert {asked["outcome"] for asked in measured["questions"]} == {"answered"}


def test_results_name_every_part(results, measured):
    text = (results / "RESULTS.md").read_text()
    customers = measured["full"]["rows"]["dim_customers"]
    assert [line for line in text.splitlines() if line.startswith("##")] == [
        "## 0.02 million events",
        "### Full build and new day",
        f"### Python models, {customers:,} customers",
        "### SQL models",
        "### The same questions the usual way",
    ]
    assert "| `fct_events` |" in text
