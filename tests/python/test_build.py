"""What `make build` leaves out because it did not change, and what it must not leave out."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from warehouses import ROOT

from footfall import build
from footfall.cli import main

TRACKING = '{source: "tracking", raw_path: "raw"}'


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A project with one file of each kind, and raw files."""
    for name in (
        "dbt_project.yml",
        "macros/core/values.sql",
        "models/marts/core/fct_orders.sql",
        "models/marts/core/_core__models.yml",
        "models/intermediate/core/int_events.sql",
        "python_models/quality/py_results.py",
        "seeds/config/event_types.csv",
        "seeds/config/funnel_steps.csv",
        "tests/core/orders_add_up.sql",
        "tests/generic/listed_once.sql",
        "tests/python/test_core.py",
        "footfall/churn.py",
        "raw/events_1.csv",
        "raw/older/events_0.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")
    (tmp_path / "vars.yml").write_text("vars: {raw_path: null}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(before, variables=TRACKING):
    return build.changes(before, build.snapshot(variables))


def test_nothing_has_changed(folder):
    assert changed(build.snapshot(TRACKING)) == []
    assert changed(build.snapshot(""), "") == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("models/marts/core/fct_orders.sql", ["fct_orders"]),
        ("models/marts/core/fct_new.sql", ["fct_new"]),
        ("python_models/quality/py_results.py", ["py_results"]),
        ("seeds/config/funnel_steps.csv", ["funnel_steps"]),
        ("tests/core/orders_add_up.sql", ["orders_add_up"]),
        # everything is built where a file may concern more than one model
        ("tests/generic/listed_once.sql", []),
        ("macros/core/values.sql", []),
        ("models/marts/core/_core__models.yml", []),
        ("models/intermediate/core/int_events.sql", []),
        ("seeds/config/event_types.csv", []),
        ("footfall/churn.py", []),
        ("dbt_project.yml", []),
        ("vars.yml", []),
    ],
)
def test_an_edited_file_is_seen(folder, path, names):
    before = build.snapshot(TRACKING)
    with (folder / path).open("a") as file:
        file.write("# edited\n")
    assert changed(before) == [path]
    assert build.edited_nodes([path]) == names


def test_a_model_that_is_gone_may_concern_others(folder):
    before = build.snapshot(TRACKING)
    (folder / "models/marts/core/fct_orders.sql").unlink()
    assert changed(before) == ["models/marts/core/fct_orders.sql"]
    assert build.edited_nodes(changed(before)) == []


def test_one_edited_macro_among_models_is_enough_to_build_everything(folder):
    assert not build.edited_nodes(["macros/core/values.sql", "models/marts/core/fct_orders.sql"])


def test_a_file_that_is_as_it_was_again_has_not_changed(folder):
    before = build.snapshot(TRACKING)
    model = folder / "models/marts/core/fct_orders.sql"
    model.write_text("two\n")
    model.write_text("one\n")
    (folder / "tests/python/test_core.py").write_text("two\n")
    assert changed(before) == []


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: touch(raw / "events_1.csv"),
        lambda raw: touch(raw / "older/events_0.csv"),
        lambda raw: (raw / "events_2.csv").touch(),
        lambda raw: (raw / "older/events_0.csv").unlink(),
        lambda raw: (raw / "events_1.csv").rename(raw / "events_3.csv"),
        lambda raw: (raw / "even\\ts.csv").touch(),
        shutil.rmtree,
    ],
)
@pytest.mark.parametrize("raw_path", ["raw", "raw/**/*.csv"])
def test_changed_raw_files_build_everything(folder, raw_path, change):
    variables = TRACKING.replace('"raw"', f'"{raw_path}"')
    before = build.snapshot(variables)
    change(folder / "raw")
    assert changed(before, variables) is None


def test_a_raw_path_in_vars_yml_is_looked_at(folder):
    (folder / "vars.yml").write_text("vars: {raw_path: raw}")
    before = build.snapshot("")
    touch(folder / "raw/events_1.csv")
    assert changed(before, "") is None


def test_other_vars_or_another_environment_build_everything(folder, monkeypatch):
    before = build.snapshot(TRACKING)
    assert changed(before, '{source: "tracking", raw_path: "raw", random_seed: 2}') is None
    monkeypatch.setenv("FOOTFALL_MEMORY_LIMIT", "1GB")
    assert changed(before) is None


def test_what_dbt_will_refuse_is_left_to_dbt(folder):
    assert build.raw_files("{source: ") is None
    assert build.raw_files("{raw_path: no/such/folder}") == {}


@pytest.fixture
def warehouse(folder) -> Path:
    """A warehouse whose last build was complete, and remembered."""
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema state;
            create schema marts;
            create table marts.build_summary as select 1 as line_number;
            create table state.loads as select 1 as load_id;
            create table state.due (node text);
            create table state.findings (test text, status text, row_count int, findings text[]);
            create table state.summary as
            select 1 as load_id, true as is_complete, true as has_figures, ['is built'] as lines
        """)
    build.report_of(path).touch()
    build.keep(path, build.snapshot(TRACKING))
    return path


def test_a_complete_build_is_remembered(warehouse):
    last = build.last_build(warehouse)
    assert changed(last) == []
    assert last["summary"] == ["is built"]
    assert not list(warehouse.parent.glob("*unfinished*"))


@pytest.mark.parametrize(
    "sql",
    [
        "insert into state.due values ('model.footfall.fct_orders')",
        "update state.summary set is_complete = false",
        "insert into state.loads values (2)",
    ],
)
def test_a_build_that_is_not_complete_is_not_remembered(warehouse, sql):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)
    assert build.last_build(warehouse) is None
    build.keep(warehouse, build.snapshot(TRACKING))
    assert not build.record_of(warehouse).exists()


@pytest.mark.parametrize(
    "change",
    [
        touch,
        Path.unlink,
        lambda path: Path(f"{path}.wal").touch(),
        lambda path: build.report_of(path).unlink(),
        lambda path: build.record_of(path).unlink(),
        # a copy with the same time
        lambda path: (shutil.copy2(path, "copy"), os.replace("copy", path)),
    ],
)
def test_a_warehouse_that_was_touched_is_built_anew(warehouse, change):
    change(warehouse)
    assert build.last_build(warehouse) is None


def test_a_warehouse_that_was_only_read_is_up_to_date(warehouse, capsys):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("from state.due")
    assert main(["publish", "--warehouse", str(warehouse)]) == 0
    assert main(["build", "--warehouse", str(warehouse), "--vars", TRACKING]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("Nothing has changed since the build of 2")
    assert said[2:] == ["is built"]


@pytest.fixture
def asked(monkeypatch) -> list[list[str]]:
    """What dbt is asked to build, a list of names or an empty one; it fails at a file `broken`."""
    asked = []

    def run_dbt(variables, nodes):
        asked.append(nodes)
        return 1 if Path("broken").exists() else 0

    monkeypatch.setattr(build, "run_dbt", run_dbt)
    monkeypatch.setattr(build, "write_report", lambda warehouse: build.report_of(warehouse).touch())
    return asked


def test_a_build_that_failed_is_not_remembered(warehouse, asked):
    model = warehouse.parent / "models/marts/core/fct_orders.sql"
    model.write_text("edited\n")
    broken = warehouse.parent / "broken"
    broken.touch()
    assert main(["build", "--warehouse", str(warehouse), "--vars", TRACKING]) == 1
    broken.unlink()
    assert main(["build", "--warehouse", str(warehouse), "--vars", TRACKING]) == 0
    assert main(["build", "--warehouse", str(warehouse), "--vars", TRACKING]) == 0
    # dbt did not come to write into the warehouse
    assert asked == [["fct_orders"], ["fct_orders"]]


def test_many_edited_files_are_counted(warehouse, asked, capsys):
    for name in "abcde":
        (warehouse.parent / f"models/marts/core/{name}.sql").touch()
    assert main(["build", "--warehouse", str(warehouse), "--vars", TRACKING]) == 0
    assert asked == [["a", "b", "c", "d", "e"]]
    said = "Edited since the last build: a, b, c and 2 more; only what follows is built.\n"
    assert capsys.readouterr().out == said


def test_an_edited_seed_builds_what_comes_after_it(demo, tmp_path, monkeypatch, capfd):
    """The marts and the summary are those of a whole build, whose warning is not forgotten."""
    unwanted = shutil.ignore_patterns(".*", "target", "logs", "warehouse", "benchmarks", "python")
    project = shutil.copytree(ROOT, tmp_path / "project", ignore=unwanted)
    shop = Path(shutil.copy(demo.path, tmp_path / "warehouse.duckdb"))
    monkeypatch.chdir(project)
    monkeypatch.setenv("FOOTFALL_WAREHOUSE", str(shop))
    with duckdb.connect(str(shop)) as connection:
        connection.execute("insert into state.findings values ('a_test', 'warn', 1, ['it warns'])")
    build.write_report(shop)
    build.keep(shop, build.snapshot(""))

    grid = project / "seeds/config/rfm_segments_grid.csv"
    grid.write_text(grid.read_text().replace("Lost", "Gone"))
    assert main(["build", "--warehouse", str(shop)]) == 0
    said = capfd.readouterr().out.splitlines()
    assert said[0] == "Edited since the last build: rfm_segments_grid; only what follows is built."
    assert any(line.startswith("segmentation ") for line in said)
    assert not any(line.startswith("core ") for line in said)
    summary = said[said.index("Footfall: source demo is built. Money is in USD.") :]
    before = [line[10:] for line in demo.output.splitlines()]
    figures = before[before.index(summary[0]) :]
    assert summary[1:7] == figures[1:7]
    assert "warning: it warns" in summary
    with duckdb.connect(str(shop), read_only=True) as connection:
        segments = connection.execute("select rfm_segment from marts.rfm_segments").fetchall()
        assert ("Gone",) in segments
        assert ("Lost",) not in segments

    assert main(["build", "--warehouse", str(shop)]) == 0
    assert capfd.readouterr().out.splitlines()[1:] == summary
