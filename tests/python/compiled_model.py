"""Run one model's SQL in plain DuckDB, over given frames in place of the models that it reads.

A build of dbt takes seconds for one set of rows; this takes milliseconds, so that a test can try
thousands of histories.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from warehouses import built

COLUMNS = "event_id,timestamp,customer_id,session_id,event_type"
ROW = "e1,2025-03-01 10:00:00,c1,s1,view"


@dataclass(frozen=True)
class CompiledModel:
    """A model's compiled SQL, and by name what the relations are called that it reads."""

    sql: str
    relations: dict[str, str]

    def run(self, **frames: pd.DataFrame) -> pd.DataFrame:
        """Give the model's rows over these frames, each in place of a model or seed."""
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            for name, frame in frames.items():
                relation = self.relations[name]
                database, schema, _ = relation.split(".")
                connection.execute(f"attach if not exists ':memory:' as {database}")
                connection.execute(f"create schema if not exists {database}.{schema}")
                connection.register("given", frame)
                connection.execute(f"create table {relation} as from given")
            return connection.execute(self.sql).df()


def compiled(folder: Path, *models: str, **variables) -> dict[str, CompiledModel]:
    """Compile models as `dbt build` does on a new warehouse, where nothing is incremental yet."""
    (folder / "events.csv").write_text(f"{COLUMNS}\n{ROW}\n", encoding="utf-8")
    raw_path = str(folder / "events.csv")
    built(folder, "compile", "-s", *models, source="tracking", raw_path=raw_path, **variables)
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    relations = {
        node["name"]: node["relation_name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    files = {path.stem: path for path in (folder / "target" / "compiled").rglob("*.sql")}
    return {
        model: CompiledModel(files[model].read_text(encoding="utf-8"), relations)
        for model in models
    }
