"""The limit of a build: its compiled SQL in one plain DuckDB process, without dbt.

    python compiled.py <build's target folder> <its warehouse> <folder of a new one> <costs file>

Each model becomes `create table as` its compiled query, in the build's order, with the profile's
settings. What no SQL model makes (seeds, tables of Python models, state) is copied from the build's
warehouse, untimed. The costs are written as JSON: seconds and processor seconds by model.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import duckdb
import jinja2
import yaml

PROFILES = Path(__file__).parents[1] / "profiles.yml"


def connect(file: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to a new file with the settings of the profile."""
    environment = jinja2.Environment()
    # dbt's own, which another target of the profile uses
    environment.filters["as_number"] = int
    text = environment.from_string(PROFILES.read_text()).render(
        env_var=lambda name, default=None: os.environ.get(name, default),
        var=lambda name, default=None: default,
    )
    target = yaml.safe_load(text)["footfall"]["outputs"]["duckdb"]
    connection = duckdb.connect(
        str(file), config={**target["config_options"], "temp_directory": f"{file}.tmp"}
    )
    for name, value in target["settings"].items():
        connection.execute(f"set {name} = '{value}'")
    return connection


def run_compiled(target: Path, warehouse: Path, out: Path) -> dict[str, dict]:
    """Run a build's compiled SQL into a new file; return what each model took."""
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    results = json.loads((target / "run_results.json").read_text())["results"]
    models = [
        (nodes[result["unique_id"]], result["compiled_code"])
        for result in results
        if nodes[result["unique_id"]].get("language") == "sql"
        and nodes[result["unique_id"]]["resource_type"] == "model"
    ]
    made = {(node["schema"], node["alias"]) for node, _ in models}
    costs: dict[str, dict] = {"seconds": {}, "cpu_seconds": {}}
    # compiled SQL names the warehouse by its file, so the new file has the same name elsewhere
    with connect(out / warehouse.name) as connection:
        connection.execute(f"attach '{warehouse}' as built (read_only)")
        others = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall()
        for schema in {schema for schema, _ in {*others, *made}}:
            connection.execute(f"create schema if not exists {schema}")
        for schema, table in set(others) - made:
            name = f'{schema}."{table}"'
            connection.execute(f"create table {name} as from built.{name}")
        for node, query in models:
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            start, cpu_start = time.perf_counter(), time.process_time()
            connection.execute(f'create {kind} {node["schema"]}."{node["alias"]}" as {query}')
            costs["seconds"][node["name"]] = time.perf_counter() - start
            costs["cpu_seconds"][node["name"]] = time.process_time() - cpu_start
    return costs


if __name__ == "__main__":
    target, warehouse, out, costs_file = map(Path, sys.argv[1:])
    costs_file.write_text(json.dumps(run_compiled(target, warehouse, out)))
