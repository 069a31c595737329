"""The warehouse file: how it is read, why it cannot be opened, and the copy that BI tools read.

DuckDB lets one process write a file, or several read it, never both. So a dashboard that keeps the
warehouse open would stop every build, and a build that fails half-way leaves some marts new and
some old. The published copy has neither problem: it is only ever replaced as a whole.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

MARTS = """
    select table_name from information_schema.tables
    where table_catalog = current_database() and table_schema = 'marts'
    order by table_name
"""

# models and tests that failed or were not reached; see record_due in macros/state/
HAS_DUE = """
    select 1 from information_schema.tables
    where table_catalog = current_database() and table_schema = 'state' and table_name = 'due'
"""
DUE = "select node from state.due order by node"


def why_not_open(warehouse: Path | str, error: duckdb.Error) -> str:
    """Return why DuckDB could not open a warehouse for writing and what to do, in one line."""
    said = str(error).splitlines()[0]
    if "Could not set lock" in said:
        holder = re.search(r"held in (.+? \(PID \d+\))", said)
        return (
            f"warehouse '{warehouse}' is open in {holder[1] if holder else 'another program'}. "
            "Close it there, or wait for that build to end: DuckDB lets one process write, or "
            "several read. BI tools should read the copy that `make publish` writes."
        )
    return (
        f"warehouse '{warehouse}' cannot be opened for writing ({said}); mend that, or set "
        "FOOTFALL_WAREHOUSE to another file"
    )


@contextmanager
def open_to_read(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse for queries; no build can write it until it is closed.

    Raises:
        OSError: there is no such file, it cannot be opened, or a query of it fails.

    """
    if not warehouse.is_file():
        raise FileNotFoundError(
            f"there is no warehouse '{warehouse}'; build it, or say --warehouse"
        )
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise OSError(
            f"cannot read warehouse '{warehouse}' ({reason}); close what has it open for writing,"
            " or build it anew"
        ) from error


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query, each as {column: value}."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def publish(warehouse: Path, out: Path) -> None:
    """Copy the marts of a warehouse into a read-only file.

    A program that has an earlier copy open keeps reading that one until it opens the file again. An
    error or a kill leaves the earlier copy as it was.

    Raises:
        OSError: there is no such warehouse, it cannot be opened, or the copy cannot be written.
        ValueError: the copy would replace the warehouse itself; or the warehouse holds no marts,
            or marts of different states: its last build failed or was killed.

    """
    if not warehouse.is_file():
        raise FileNotFoundError(f"there is no warehouse '{warehouse}'; build it first")
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.unfinished")
    for written in (out, unfinished):
        if written.exists() and written.samefile(warehouse):
            raise ValueError(
                f"'{out}' is the warehouse itself, which the copy would destroy; "
                "give --out another file"
            )
    try:
        # opened for writing, so that no build can run meanwhile
        connection = duckdb.connect(str(warehouse))
    except duckdb.Error as error:
        raise OSError(why_not_open(warehouse, error)) from error
    with connection, _only_publication_to(out.parent):
        marts = [name for (name,) in connection.execute(MARTS).fetchall()]
        if not marts:
            raise ValueError(f"warehouse '{warehouse}' holds no marts; build it first")
        due = connection.execute(DUE).fetchall() if connection.execute(HAS_DUE).fetchone() else []
        if due:
            raise ValueError(
                f"a build of warehouse '{warehouse}' failed or was killed: {len(due)} models and "
                f"tests are due, among them '{due[0][0].split('.')[2]}'; build it again"
            )
        _remove(unfinished)  # left by a publication that was killed
        try:
            _copy(connection, marts, unfinished)
            unfinished.chmod(unfinished.stat().st_mode & ~0o222)
            # done while the warehouse is locked, so that an older copy cannot replace a newer one
            os.replace(unfinished, out)
        finally:
            _remove(unfinished)


@contextmanager
def _only_publication_to(folder: Path) -> Iterator[None]:
    """Wait until no other publication writes into the folder; a kill releases the lock."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _copy(connection: duckdb.DuckDBPyConnection, marts: list[str], target: Path) -> None:
    """Write marts into a new file and close it."""
    try:
        # the storage version of profiles.yml: BI tools may ship an older DuckDB
        connection.execute(f"attach {_text(target)} as copied (storage_version 'v1.4.0')")
        connection.execute("create schema copied.marts")
        for mart in marts:
            connection.execute(f'create table copied.marts."{mart}" as from marts."{mart}"')
        connection.execute("detach copied")
    except duckdb.Error as error:
        raise OSError(f"cannot write '{target}': {str(error).splitlines()[0]}") from error


def _remove(unfinished: Path) -> None:
    for file in (unfinished, Path(f"{unfinished}.wal")):
        file.unlink(missing_ok=True)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
