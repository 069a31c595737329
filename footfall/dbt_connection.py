"""The plugin that profiles.yml loads into dbt: readable errors, and SQL functions about raw files.

dbt-duckdb calls the plugin each time before it connects. Without it, dbt prints DuckDB's error
below some four hundred lines of traceback. No other module of the package imports dbt.
"""

import logging
import os
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from footfall.raw_files import file_problem, hidden_files
from footfall.warehouse import why_not_open


class Plugin(BasePlugin):
    """Opens the warehouse once before dbt does, and gives SQL two functions about raw files."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Let a full disk end in one error; otherwise each line of the log prints a traceback."""
        logging.raiseExceptions = False

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Raise RuntimeError, which dbt prints in one line, if the warehouse cannot be written."""
        limit = config["memory_limit"]
        try:
            duckdb.connect(config={"memory_limit": limit}).close()
        except duckdb.Error as error:
            raise RuntimeError(
                f"Footfall: FOOTFALL_MEMORY_LIMIT is '{limit}', which is no amount of memory. "
                "Write it like '4GB' or '35%'."
            ) from error
        try:
            duckdb.connect(creds.path, config=config).close()
        except duckdb.Error as error:
            raise RuntimeError(f"Footfall: {why_not_open(creds.path, error)}") from error
        # where the folder is read-only, DuckDB opens the file and fails at the first commit
        if not os.access(folder := Path(creds.path).absolute().parent, os.W_OK):
            raise RuntimeError(
                f"Footfall: warehouse '{creds.path}' cannot be written, since its folder may not. "
                f"Allow writing in '{folder}', or set FOOTFALL_WAREHOUSE to another file."
            )

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Create the SQL functions that macros/staging/raw_files.sql calls."""
        may_be_null = {"null_handling": "special"}
        conn.create_function(
            "raw_file_problem", file_problem, ["VARCHAR", "BOOLEAN"], "VARCHAR", **may_be_null
        )
        conn.create_function("hidden_raw_files", hidden_files, ["VARCHAR"], "VARCHAR[]")
