"""What profiles.yml loads into dbt: a warehouse that cannot be written is said in one line.

dbt-duckdb calls the plugin each time it is about to connect. Without it, dbt prints DuckDB's error
below some four hundred lines of its own trace. No other module of the package knows dbt.
"""

import os
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from footfall.warehouse import why_not_open


class Plugin(BasePlugin):
    """Opens the warehouse once before dbt does."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Raise RuntimeError, which dbt prints without a trace, if it cannot be written."""
        try:
            duckdb.connect(creds.path, config=config).close()
        except duckdb.IOException as error:
            raise RuntimeError(f"Footfall: {why_not_open(creds.path, error)}") from error
        # DuckDB does open it then, and fails when the first table is committed
        if not os.access(folder := Path(creds.path).absolute().parent, os.W_OK):
            raise RuntimeError(
                f"Footfall: warehouse '{creds.path}' cannot be written, since its folder may not. "
                f"Allow writing in '{folder}', or set FOOTFALL_WAREHOUSE to another file."
            )
