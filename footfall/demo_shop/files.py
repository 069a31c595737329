"""The files: raw events, customers and products, as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from footfall.demo_shop.catalogue import Catalogue, make_catalogue
from footfall.demo_shop.chunk import make_chunk
from footfall.demo_shop.run import Run
from footfall.demo_shop.settings import DEMO_EVENTS, DEMO_SEED
from footfall.demo_shop.vocabulary import CUSTOMER_COLUMNS, EVENT_COLUMNS, PRODUCT_COLUMNS


def generate(
    out: Path,
    *,
    events: int = DEMO_EVENTS,
    seed: int = DEMO_SEED,
    file_format: Literal["csv", "parquet"] = "csv",
    workers: int = 2,
) -> None:
    """Write a demo shop of about `events` events.

    CSV gives `demo_events.csv`, `demo_customers.csv` and `demo_products.csv`, replacing earlier
    ones. Parquet gives `events-00000.parquet` and so on, `customers.parquet` and
    `products.parquet`. Same arguments, same bytes.

    Args:
        out: Folder to write to; created when missing.
        events: Size of the shop, within a few percent; 2,000 or more.
        seed: Seed of every draw.
        file_format: "csv" or "parquet".
        workers: Threads that simulate and write Parquet parts; each needs about half a gigabyte.

    Raises:
        FileExistsError: If the folder already holds Parquet parts: two runs must not mix.
        ValueError: If `events` or `seed` is out of range.

    """
    run = Run(events, seed)
    out.mkdir(parents=True, exist_ok=True)
    catalogue = make_catalogue(run)
    if file_format == "csv":
        _write_csv(out, run, catalogue)
    else:
        _write_parquet(out, run, catalogue, workers)


def _write_csv(out: Path, run: Run, catalogue: Catalogue) -> None:
    """Write the three CSV files, one chunk after the other."""
    # No value holds a comma, a quote or a line end; Arrow would quote every text otherwise.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    columns = {"products": PRODUCT_COLUMNS, "customers": CUSTOMER_COLUMNS, "events": EVENT_COLUMNS}
    paths = {name: out / f"demo_{name}.csv" for name in columns}
    for name, path in paths.items():
        path.write_bytes((",".join(columns[name]) + "\n").encode())

    def append(name: str, table: pa.Table) -> None:
        with paths[name].open("ab") as file:
            pyarrow.csv.write_csv(table, file, options)

    append("products", catalogue.table)
    for chunk in range(len(run.chunk_sizes)):
        customers, events = make_chunk(run, chunk, catalogue)
        append("customers", customers)
        append("events", events)


def _write_parquet(out: Path, run: Run, catalogue: Catalogue, workers: int) -> None:
    """Write one part of events per chunk, several at a time, and the two small files."""
    if any(out.glob("events-*.parquet")):
        raise FileExistsError(f"{out} already holds events-*.parquet: choose another folder")

    def write_part(chunk: int) -> pa.Table:
        customers, events = make_chunk(run, chunk, catalogue)
        pyarrow.parquet.write_table(
            events, out / f"events-{chunk:05}.parquet", compression="zstd", compression_level=1
        )
        return customers

    pyarrow.parquet.write_table(catalogue.table, out / "products.parquet", compression="zstd")
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(write_part, range(len(run.chunk_sizes)))
        _write_parts(out / "customers.parquet", parts)


def _write_parts(path: Path, parts: Iterator[pa.Table]) -> None:
    """Write tables of one schema to one Parquet file as they come."""
    first = next(parts)
    with pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)
