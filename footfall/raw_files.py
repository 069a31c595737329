"""Checks of raw files that SQL cannot do; dbt_connection makes SQL functions of them.

If a file is cut short, a query over it ends in an error that does not always name the file. So each
file is checked on its own before anything is built, and one line can name it.
"""

import glob
import gzip
import os
import re
import zlib

import duckdb

DATA_FILE = re.compile(r"[.](parquet|(csv|tsv|txt)([.]gz)?)$", re.IGNORECASE)
# columns that macro parquet_rows adds
ADDED = {"file_row_number", "source_file"}
GZIP = b"\x1f\x8b"
CHUNK = 1 << 20


def file_problem(path: str, is_new: bool) -> str | None:
    """Return why a raw file cannot be read, as words to follow its name; None if it can be read.

    A new file is read to its end if it is compressed or Parquet, because damage to it would stop
    the build with an error. Plain CSV is not: each of its lines is judged when it is loaded.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(2)
    except OSError as error:
        return f"cannot be read ({error.strerror}). Allow reading it, or move it elsewhere."
    if not is_new or not DATA_FILE.search(path):
        return None
    name = path.lower()
    if not start and name.endswith((".gz", ".parquet")):
        return "is empty. Bring the file again, or move it elsewhere."
    if start != GZIP and name.endswith(".gz"):
        return "is not compressed, though its name ends in .gz. Rename it, or bring the file again."
    try:
        if name.endswith(".gz"):
            _read_gzip(path)
        elif name.endswith(".parquet"):
            for taken in ADDED & _read_parquet(path):
                return f"has a column '{taken}', which the build adds itself. Rename it."
    except (OSError, EOFError, zlib.error, duckdb.Error) as error:
        return f"is damaged or cut short ({str(error).splitlines()[0]}). Bring the file again."
    return None


def _read_gzip(path: str) -> None:
    """Read a compressed file to its end, to compare its checksum, which DuckDB does not."""
    with gzip.open(path) as file:
        while file.read(CHUNK):
            pass


def _read_parquet(path: str) -> set[str]:
    """Read every value of a Parquet file, and return the names of its columns in lower case."""
    literal = re.sub(r"([*?[])", r"[\1]", path)
    with duckdb.connect() as connection:
        file_rows = connection.read_parquet(literal, hive_partitioning=False)
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in file_rows.columns)
        file_rows.aggregate(f"max(hash({columns}))").fetchall()
        return {name.lower() for name in file_rows.columns}


def hidden_files(raw_path: str) -> list[str]:
    """Return the data files under a folder or glob that have a backslash in their path.

    DuckDB takes a backslash for a separator of folders, so its own search misses such files.
    """
    if os.path.isdir(raw_path):
        folders = os.walk(raw_path)
        paths = [os.path.join(folder, name) for folder, _, names in folders for name in names]
    else:
        paths = glob.glob(raw_path, recursive=True)
    return sorted(path for path in paths if "\\" in path and DATA_FILE.search(path))
