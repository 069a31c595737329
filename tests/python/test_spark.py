"""The same SQL on a Spark cluster: every mart equals DuckDB's. Needs `make spark-up`."""

import json
import os
import subprocess
import uuid
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from shop_in_pieces import EVENT_COLUMNS, Shop, write
from warehouses import EVENTS_ONLY, ROOT, Warehouse, built, dbt_call

pytestmark = pytest.mark.spark
FLOATS = ("DOUBLE", "FLOAT")
TABLES = Path(os.environ.get("FOOTFALL_SPARK_HOME", ROOT / "warehouse" / "spark")) / "tables"


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
    assert_same(spark, local, tolerances)
    assert len(views) >= 16


def assert_same(spark: Warehouse, local: Warehouse, tolerances: dict[str, float]) -> None:
    """Compare marts row by row; floats may differ by a mart's tolerance."""
    problems = []
    for name in tolerances:
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


class GrownOnSpark:
    """A shop's events and sessions on the cluster, built again whenever the shop has changed."""

    def __init__(self, folder: Path, shop: Shop):
        self.folder = folder
        self.shop = shop
        # nothing that an earlier test left is taken up
        self.schema = f"test_{uuid.uuid4().hex}"
        self.warehouse = Warehouse(folder / "warehouse.duckdb", 0, "")

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess:
        call = dbt_call(
            self.folder,
            *arguments,
            warehouse=self.warehouse.path,
            source="tracking",
            raw_path=str(self.shop.folder),
        )
        call["env"]["FOOTFALL_SPARK_SCHEMA"] = self.schema
        return subprocess.run(**call, capture_output=True, check=False)

    def build(self) -> Warehouse:
        where = json.dumps({"folder": str(TABLES), "schema": self.schema})
        for arguments in (
            (*EVENTS_ONLY, "int_source_columns", "--target", "spark"),
            ("run-operation", "attach_spark_tables", "--args", where),
        ):
            done = self.dbt(*arguments)
            assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
        return self.warehouse

    def written(self, table: str) -> dict[str, int]:
        """When the folder of each events file was written, by the end of the file's name."""
        folders = (TABLES / f"{self.schema}_{table.replace('.', '.db/')}").glob(
            "source_file=*events_*"
        )
        return {
            folder.name.rpartition("events_")[2]: folder.stat().st_mtime_ns for folder in folders
        }


def as_parquet(csv: Path) -> None:
    """Replace a raw file by the same rows in Parquet, typed as DuckDB guesses."""
    duckdb.sql(f"from read_csv('{csv}')").write_parquet(str(csv.with_suffix(".parquet")))
    csv.unlink()


def test_a_shop_that_grows_on_spark_takes_only_files_that_changed(tmp_path):
    shop = Shop(tmp_path / "raw", seed=7)
    for day in range(3):
        shop.a_day(day)
    as_parquet(shop.folder / "events_00.csv")
    for name in ("02, late", "emptied"):
        shop.days[name] = [shop.event(shop.moment(1)) for _ in range(3)]
        shop.save(name)
    grown = GrownOnSpark(tmp_path / "spark", shop)
    grown.build()
    by_file = ("intermediate.int_events_checked", "intermediate.int_source_columns")
    before = {table: grown.written(table) for table in by_file}

    shop.days["01"][0].update(customer_id="c3", unit_price="99")
    shop.save("01")
    shop.days["02"] = []
    shop.save("02")
    write(shop.folder / "events_emptied.csv", EVENT_COLUMNS, [])
    shop.a_day(3)
    alone = grown.dbt("run", "-s", "int_events_checked", "--target", "spark")
    assert alone.returncode != 0
    assert (
        f"Footfall: 'int_events_checked' needs file '{shop.folder}/events_01.csv', which this run "
        "has not read. Run its parents too: dbt build -s +int_events_checked"
    ) in alone.stdout

    warehouse = grown.build()
    read = warehouse.query("select distinct source_file from staging.base_tracking__events")
    assert sorted(Path(file).name for file in read["source_file"]) == [
        "events_01.csv",
        "events_03.csv",
    ]
    for table in by_file:
        after = grown.written(table)
        assert sorted(after) == ["00.parquet", "01.csv", "02, late.csv", "03.csv"]
        assert after["00.parquet"] == before[table]["00.parquet"]
        assert after["01.csv"] > before[table]["01.csv"]

    local = built(tmp_path / "local", *EVENTS_ONLY, source="tracking", raw_path=str(shop.folder))
    # the report on the data is of Python
    marts = set(local.marts()) - {"data_quality_results"}
    assert {"fct_events", "fct_sessions", "rejected_events"} <= marts
    assert_same(warehouse, local, dict.fromkeys(marts, 1e-9))
