"""Warehouses that tests share, each built once per test run, and how many builds a run may make.

Tests cost as many builds of dbt as they make, whatever the number of rows. So a run counts them,
and fails when there are more than `max_dbt_builds` in pyproject.toml. Nobody writes to a shared
warehouse.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from warehouses import BUILDS, ROOT, Warehouse, built, built_source

# ---- how many builds a run may make --------------------------------------------------------------


def pytest_addoption(parser):
    parser.addini("max_dbt_builds", "builds of dbt that a run of all tests but the long may make")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Count from here on for this test's file; long tests may build as often as they need."""
    is_long = item.get_closest_marker("slow") or item.get_closest_marker("spark")
    BUILDS.test_file = None if is_long else item.path.name


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Add what another test process counted."""
    BUILDS.by_file.update(getattr(node, "workeroutput", {}).get("dbt_builds", {}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["dbt_builds"] = dict(BUILDS.by_file)
    elif BUILDS.by_file.total() > int(config.getini("max_dbt_builds")):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    count, allowed = BUILDS.by_file.total(), int(config.getini("max_dbt_builds"))
    if not count:
        return
    said = (
        f"Footfall: the tests made {count} builds of dbt, of {allowed} that pyproject.toml allows"
    )
    if count > allowed:
        most = ", ".join(f"{file} ({made})" for file, made in BUILDS.by_file.most_common(5))
        said += f"; share or merge some, most are in {most}"
    terminalreporter.write_line(f"{said}.", red=count > allowed)


# ---- warehouses that tests share -----------------------------------------------------------------


def built_once(tmp_path_factory, name: str, build: Callable[[Path], Warehouse]) -> Warehouse:
    """Build a warehouse for all test processes: the first that needs it does, another one waits."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is_built").exists():
            build(folder)
            (folder / "is_built").touch()
    output = (folder / "output.log").read_text(encoding="utf-8")
    return Warehouse(folder / "warehouse.duckdb", 0, output)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A copy of the project to add a source to, with the demo's raw data left out."""
    copy = tmp_path / "project"
    left_out = shutil.ignore_patterns(
        ".git", ".venv", "target", "logs", "warehouse", "raw", "python", "__pycache__"
    )
    shutil.copytree(ROOT, copy, ignore=left_out)
    (copy / "warehouse").mkdir()
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Warehouse:
    """The demo's warehouse; its build also runs all unit tests, as no other does."""
    return built_once(tmp_path_factory, "demo", lambda folder: built(folder, "build", "-s", "*"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data, which is not part of the project."""
    folder = Path(os.environ.get("FOOTFALL_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set FOOTFALL_TEST_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def rees46(tmp_path_factory, shared_data) -> Warehouse:
    files = str(shared_data / "rees46" / "*.csv")
    return built_once(
        tmp_path_factory, "rees46", lambda folder: built_source(folder, "rees46", raw_path=files)
    )
