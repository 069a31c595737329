"""Warehouses that tests share: each is built once per test run."""

import os
from pathlib import Path

import pytest
from warehouses import ROOT, Warehouse, built, built_source


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Warehouse:
    return built(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data, which is not part of the project."""
    folder = Path(os.environ.get("FOOTFALL_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set FOOTFALL_TEST_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def rees46(tmp_path_factory, shared_data) -> Warehouse:
    return built_source(
        tmp_path_factory.mktemp("rees46"),
        "rees46",
        raw_path=str(shared_data / "rees46" / "*.csv"),
    )
