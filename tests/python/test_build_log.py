"""What `make build` shows of dbt's JSON log, from lines as dbt writes them."""

import io
import json

import pytest

from footfall.build_log import BuildLog

SEED = "seed.footfall.event_types"
MODEL = "model.footfall.fct_orders"
PYTHON = "model.footfall.py_churn_predictions"
NODES = {
    SEED: {"resource_type": "seed", "fqn": ["footfall", "config", "event_types"]},
    MODEL: {"resource_type": "model", "fqn": ["footfall", "marts", "core", "fct_orders"]},
    PYTHON: {"resource_type": "model", "fqn": ["footfall", "prediction", "py_churn_predictions"]},
    "model.footfall.stg_demo__events": {
        "resource_type": "model",
        "fqn": ["footfall", "staging", "demo", "stg_demo__events"],
    },
    "test.footfall.unique": {
        "resource_type": "test",
        "fqn": ["footfall", "marts", "core", "unique"],
        "test_metadata": {"name": "unique"},
        "attached_node": MODEL,
    },
    "test.footfall.money": {"resource_type": "test", "fqn": ["footfall", "core", "money"]},
    "test.footfall.of_another_source": {
        "resource_type": "test",
        "fqn": ["footfall", "staging", "olist", "of_another_source"],
        "test_metadata": {"name": "unique"},
        "attached_node": "model.footfall.stg_olist__orders",
    },
    "analysis.footfall.sales": {"resource_type": "analysis", "fqn": ["footfall", "sales"]},
}
TOTAL = 6


def event(name, said="", **data):
    return json.dumps({"info": {"name": name, "msg": said}, "data": data}) + "\n"


def node(key, status):
    kind = key.split(".")[0]
    return {
        "unique_id": key,
        "node_name": key.split(".")[2],
        "resource_type": kind,
        "node_status": status,
    }


def start(key, total=TOTAL):
    return event("LogStartLine", index=1, total=total, node_info=node(key, "started"))


def end(key, status="success", seconds=0.25):
    if status == "skipped":
        return event("SkippingDetails", node_info=node(key, status))
    name = {"model": "LogModelResult", "seed": "LogSeedResult", "test": "LogTestResult"}
    return event(name[key.split(".")[0]], execution_time=seconds, node_info=node(key, status))


@pytest.fixture
def shown(tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": NODES}))

    def show(*lines, out=None):
        out = out or io.StringIO()
        BuildLog(manifest, out).show(lines)
        return out.getvalue().splitlines()

    return show


def test_an_area_is_shown_once_all_its_models_and_tests_ended(shown):
    lines = shown(
        event("MainReportVersion", "Running with dbt=1.12.6"),
        start(SEED),
        end(SEED),
        start(MODEL),
        end(MODEL, seconds=1.5),
        end("test.footfall.unique", "pass"),
        end(PYTHON),
        end("test.footfall.money", "pass"),
        end("model.footfall.stg_demo__events"),
        event("StatsLine", "Done. PASS=6"),
    )
    assert lines == [
        "seeds           1 seeds,   0 tests,     0.2 s",
        "prediction     1 models,   0 tests,     0.2 s",
        "core           1 models,   2 tests,     2.0 s",
        "staging        1 models,   0 tests,     0.2 s",
    ]


def test_what_failed_is_named_at_once_and_counted(shown):
    lines = shown(
        start(MODEL),
        end(MODEL, "error"),
        end("test.footfall.unique", "skipped"),
        end("test.footfall.money", "warn"),
        event("JinjaLogInfo", "Footfall: fct_orders was not built: Constraint Error"),
        event("RunResultError", msg="Runtime Error in model fct_orders\n  Constraint Error"),
    )
    assert lines == [
        "failed: fct_orders",
        "warning: money",
        "core           1 models,   1 tests,     0.5 s, 1 warned, 1 failed, 1 left out",
        "Footfall: fct_orders was not built: Constraint Error",
    ]


def test_a_run_of_some_models_shows_what_it_ran_before_the_summary(shown):
    lines = shown(
        start(MODEL, total=1),
        end(MODEL),
        event("JinjaLogInfo", "Footfall: source demo is built."),
    )
    assert lines == [
        "core           1 models,   0 tests,     0.2 s",
        "Footfall: source demo is built.",
    ]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "Compilation Error in operation footfall-on-run-start-0 (./dbt_project.yml)\n"
            "  Footfall: var 'raw_path' is 'x': no file matches.\n  \n  > in macro raise_error",
            "Footfall: var 'raw_path' is 'x': no file matches.",
        ),
        (
            "Parsing Error\n  Invalid models config given in models/a.yml",
            "Footfall: Parsing Error: Invalid models config given in models/a.yml",
        ),
        ("Internal Error", "Footfall: Internal Error"),
    ],
)
def test_a_reason_of_dbt_itself_is_the_last_line(shown, said, reason):
    lines = shown(
        event("JinjaLogInfo", "Footfall: not read, by its name: notes.txt"),
        event("MainEncounteredError", "[ERROR]: Encountered an error:\n" + said, exc=said),
    )
    assert lines[-1] == reason


def test_an_error_that_no_macro_explained_is_explained(shown):
    lines = shown(event("RunResultError", msg="Runtime Error in model a (a.sql)\n  Out of paper"))
    assert lines == ["Footfall: Runtime Error in model a (a.sql): Out of paper"]


def test_what_is_no_event_is_shown_as_it_is(shown):
    assert shown("Error: Invalid value for '--vars'\n") == ["Error: Invalid value for '--vars'"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_shows_how_far_the_build_is_on_a_terminal_only(shown):
    lines = [start(SEED), end(SEED), start(MODEL), None]
    drawn = shown(*lines, out=Terminal())[-1]
    assert drawn == "\x1b[K[#####.........................] 1 of 6  fct_orders, 0 s"
    assert shown(*lines) == ["seeds           1 seeds,   0 tests,     0.2 s"]
