"""dbt builds of a shop: everything, one new day, and their parts by model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import measure

ROOT = Path(__file__).parents[1]
DBT = ROOT / ".venv" / "bin" / "dbt"
CLUSTER = ROOT / "spark" / "cluster.sh"
WORKERS = (1, 2)
WORKER_MEMORY = "4g"
# one process makes the seeds and the models; another one tests
MODELS = ("build", "--exclude-resource-type", "test", "unit_test")
TESTS = ("test", "--exclude-resource-type", "unit_test")


def dbt(
    folder: Path, *words: str, environment: dict[str, str] | None = None, **variables: str
) -> dict:
    """Run dbt with its files in `folder`; return its wall time, what it used and its nodes.

    A node's peak is that of the whole process while the node ran: memory that an earlier one left
    behind counts.
    """
    done = measure.run(
        [
            *(DBT, *words, "--vars", json.dumps(variables)),
            *("--target-path", folder / "target", "--log-path", folder / "logs"),
        ],
        folder=ROOT,
        environment={"FOOTFALL_WAREHOUSE": str(warehouse(folder)), **(environment or {})},
    )
    if done.exit_code:
        raise RuntimeError(f"dbt {words[0]} failed; its log is in {folder / 'logs'}")
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    nodes = manifest["nodes"] | manifest["unit_tests"]
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {
        "seconds": done.seconds,
        **done.used(),
        "nodes": [_node(result, nodes[result["unique_id"]], done) for result in results],
    }


def _node(result: dict, node: dict, done: measure.Run) -> dict:
    executed = [step for step in result["timing"] if step["name"] == "execute"]
    start, end = (
        datetime.fromisoformat(step[key]).timestamp()
        for step in executed
        for key in ("started_at", "completed_at")
    )
    is_model = node["resource_type"] == "model"
    return {
        "name": node["name"],
        "kind": f"{node['language']} model" if is_model else node["resource_type"],
        "seconds": result["execution_time"],
        **done.used(start, end),
    }


def warehouse(folder: Path) -> Path:
    """Return the warehouse file that builds in `folder` write."""
    return folder / "shop.duckdb"


def full_build(folder: Path, shop: Path) -> dict:
    """Build and test a shop from nothing; keep what dbt compiled in `full_target`."""
    variables = {"source": "tracking", "raw_path": str(shop)}
    models = dbt(folder, *MODELS, **variables)
    shutil.copytree(folder / "target", folder / "full_target")
    return {"models": models, "tests": dbt(folder, *TESTS, **variables), **sizes(folder)}


def new_day(folder: Path, shop: Path, day_file: Path) -> dict:
    """Add a day's file to the shop, then build and test again."""
    variables = {"source": "tracking", "raw_path": str(shop)}
    day_file.rename(shop / "events" / day_file.name)
    models = dbt(folder, *MODELS, **variables)
    return {"models": models, "tests": dbt(folder, *TESTS, **variables), **sizes(folder)}


def compiled(folder: Path) -> dict:
    """Run the full build's compiled SQL without dbt."""
    out = folder / "compiled"
    out.mkdir()
    costs = out / "costs.json"
    script = Path(__file__).with_name("compiled.py")
    done = measure.run(
        [sys.executable, script, folder / "full_target", warehouse(folder), out, costs]
    )
    if done.exit_code:
        raise RuntimeError("the compiled SQL does not run without dbt; its error is above")
    measured = json.loads(costs.read_text())
    shutil.rmtree(out)
    return {**measured, "peak_gb": done.used()["peak_gb"]}


def on_spark(folder: Path, shop: Path) -> dict[str, dict]:
    """Build all SQL models on clusters of this machine; return what dbt took, by workers.

    A worker has one core. Memory and processor time are dbt's own, not the cluster's.
    """
    runs = {}
    for workers in WORKERS:
        home = folder / "spark"
        shutil.rmtree(home, ignore_errors=True)
        environment = {"FOOTFALL_SPARK_HOME": str(home)}
        start = [CLUSTER, "up", str(workers), WORKER_MEMORY]
        subprocess.run(start, env={**os.environ, **environment}, check=True)
        try:
            runs[str(workers)] = dbt(
                folder,
                *(*MODELS, "--target", "spark"),
                environment=environment,
                source="tracking",
                raw_path=str(shop),
            )
        finally:
            subprocess.run([CLUSTER, "down"], env={**os.environ, **environment}, check=True)
    return runs


def sizes(folder: Path) -> dict:
    """Return how large the warehouse is: its file, and the rows of each table."""
    with duckdb.connect(str(warehouse(folder)), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where not internal"
        ).fetchall()
    return {"rows": dict(rows), "warehouse_gb": warehouse(folder).stat().st_size / 1e9}


def demo_build(folder: Path) -> dict:
    """Build and test the demo from nothing, the parsing of the project included."""
    return dbt(folder, "build")
