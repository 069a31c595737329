"""Warehouses that tests share: each is built once per test run, and nobody writes to it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from warehouses import ROOT, Warehouse, built, built_source


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
