"""Verdicts on the raw data, kept as long as nothing that they depend on has changed.

Great Expectations takes four seconds to import, more than all that a small build asks of it.
So it is imported only when there is something new to judge.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

KNOWN = """
    select 1 from information_schema.columns
    where
        table_catalog = ? and table_schema = ? and table_name = ?
        and column_name = 'inputs_hash'
"""


def verdicts(
    session: duckdb.DuckDBPyConnection,
    earlier: Any,
    *,
    expectations: duckdb.DuckDBPyRelation,
    profile: duckdb.DuckDBPyRelation,
    sample: duckdb.DuckDBPyRelation,
) -> duckdb.DuckDBPyRelation | pd.DataFrame:
    """Return what `run_expectations` says of these inputs, and the hash of them as `inputs_hash`.

    Args:
        session: the connection to the warehouse.
        earlier: dbt's `this`, the table of the last verdicts, which may not be there yet.
        expectations: see `run_expectations`, as the two others.
        profile: facts of the whole tables.
        sample: raw rows.

    """
    inputs_hash = _inputs_hash(expectations, profile, sample)
    place = [earlier.database, earlier.schema, earlier.identifier]
    if session.execute(KNOWN, place).fetchall():
        known = session.sql(f"from {earlier} where inputs_hash = '{inputs_hash}'")
        if known.limit(1).fetchall():
            return known

    from footfall.expectations import run_expectations

    judged = run_expectations(expectations.df(), profile.df(), sample.df())
    return judged.assign(inputs_hash=inputs_hash)


def _inputs_hash(*inputs: duckdb.DuckDBPyRelation) -> str:
    """Return one text for the rows in any order, the code that judges them and its library."""
    code = Path(__file__).with_name("expectations.py").read_text(encoding="utf-8")
    parts = [version("great_expectations"), version("pandas"), code]
    for relation in inputs:
        columns = ", ".join(f'"{name}"' for name in relation.columns)
        row_count, hashes = relation.aggregate(f"count(*), sum(hash({columns}))").fetchall()[0]
        parts += [columns, str(row_count), str(hashes)]
    return hashlib.md5("\n".join(parts).encode()).hexdigest()
