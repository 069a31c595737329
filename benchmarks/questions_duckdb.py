"""The questions in DuckDB."""

from pathlib import Path

import duckdb
from questions_sql import QUERIES


def start() -> duckdb.DuckDBPyConnection:
    """Return a connection."""
    return duckdb.connect()


def answer(connection: duckdb.DuckDBPyConnection, question: str, events: Path, out: Path) -> None:
    """Write the answer to a question over a Parquet file of events."""
    connection.execute(f"create view events as from '{events}'")
    connection.execute(f"copy ({QUERIES[question]}) to '{out}/answer.parquet'")
