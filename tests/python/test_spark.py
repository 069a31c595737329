"""The same SQL on a Spark cluster: every mart equals DuckDB's. Needs `make spark-up`."""

import os
import subprocess
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from warehouses import ROOT, Warehouse

pytestmark = pytest.mark.spark
FLOATS = ("DOUBLE", "FLOAT")


def make(folder: Path, *args: str, warehouse: Path) -> None:
    """Run a make target as a user does; dbt's own words are the message when it fails."""
    done = subprocess.run(
        ["make", *args],
        cwd=ROOT,
        env={
            **os.environ,
            "FOOTFALL_WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]


def built_on_spark(folder: Path, *settings: str) -> Warehouse:
    """Build every SQL model on the cluster, then what Python feeds on DuckDB over its tables."""
    warehouse = folder / "warehouse.duckdb"
    make(folder, "spark-build", *settings, warehouse=warehouse)
    make(folder, "spark-score", *settings, warehouse=warehouse)
    return Warehouse(warehouse, 0, "")


@pytest.fixture(scope="module")
def demo_on_spark(tmp_path_factory) -> Warehouse:
    return built_on_spark(tmp_path_factory.mktemp("demo_on_spark"))


@pytest.fixture(scope="module")
def rees46_on_spark(tmp_path_factory, shared_data) -> Warehouse:
    files = shared_data / "rees46" / "*.csv"
    return built_on_spark(
        tmp_path_factory.mktemp("rees46_on_spark"), "SOURCE=rees46", f"RAW_PATH={files}"
    )


def mart(warehouse: Warehouse, name: str) -> tuple[dict[str, str], pd.DataFrame]:
    """Return a mart's column types and its rows, sorted by what is exact, then by what is not."""
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        types = dict(
            connection.execute(
                f"select column_name, column_type from (describe marts.{name})"
            ).fetchall()
        )
        exact = [column for column, type_ in types.items() if type_ not in FLOATS]
        rows = connection.execute(
            f"select * from marts.{name} order by {', '.join([*exact, *set(types) - set(exact)])}"
        ).df()
    return types, rows


def assert_same_marts(spark: Warehouse, local: Warehouse) -> None:
    assert spark.marts() == local.marts()
    # learning enlarges the last bits in which sums of floats differ
    views = spark.query("select view_name from duckdb_views() where schema_name = 'marts'")
    tolerances = dict.fromkeys(local.marts(), 1e-6) | dict.fromkeys(views["view_name"], 1e-9)
    assert len(views) >= 16
    problems = []
    for name in local.marts():
        types, found = mart(spark, name)
        expected_types, expected = mart(local, name)
        if types != expected_types:
            problems.append(f"{name}: {sorted(set(types.items()) ^ set(expected_types.items()))}")
        elif len(found) != len(expected):
            problems.append(f"{name}: {len(found)} rows, not {len(expected)}")
        else:
            problems.extend(
                f"{name}.{column}: {different.sum()} rows"
                for column in types
                if (different := differing(found[column], expected[column], tolerances[name])).any()
            )
    assert not problems, "\n".join(problems)


def differing(found: pd.Series, expected: pd.Series, tolerance: float) -> np.ndarray:
    """Return where two columns differ; floats may by `tolerance` of their size."""
    if found.dtype.kind == "f":
        return ~np.isclose(found, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
    return ~((found == expected) | (found.isna() & expected.isna())).to_numpy()


def test_the_demo_is_the_same_on_spark(demo_on_spark, demo):
    assert_same_marts(demo_on_spark, demo)


def test_rees46_is_the_same_on_spark(rees46_on_spark, rees46):
    assert_same_marts(rees46_on_spark, rees46)
