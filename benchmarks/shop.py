"""The shop that is measured: generated, and delivered as one file per day."""

from __future__ import annotations

import shutil
from itertools import groupby
from pathlib import Path

import duckdb

from footfall import demo_shop


def deliver(folder: Path, events: int) -> Path:
    """Generate a shop in `folder` and return its last day's file, which lies outside it.

    The day of an event is the day it was loaded. The few rows that come after the last usual day
    are part of its file: events that are up to ten days late.
    """
    raw = folder.with_name("raw")
    days = folder.with_name("days")
    demo_shop.generate(raw, events=events, file_format="parquet", workers=2)
    (folder / "events").mkdir(parents=True)
    with duckdb.connect() as connection:
        # every day stays open while its rows come in, or it would become several files
        connection.execute("set partitioned_write_max_open_files = 1000")
        connection.execute(
            f"""
            copy (
                with rows as (from read_parquet('{raw}/events-*.parquet')),
                days as (select loaded_at, count(*) as row_count from rows group by loaded_at),
                last_day as (
                    select max(loaded_at) as loaded_at from days
                    where row_count > (select avg(row_count) from days) / 10
                )
                select
                    rows.*,
                    left(least(rows.loaded_at, last_day.loaded_at), 10) as load_day
                from rows cross join last_day
            ) to '{days}' (format parquet, compression zstd, partition_by (load_day))
            """
        )
    files = []
    for day in sorted(days.iterdir()):
        (file,) = day.iterdir()
        name = f"events-{day.name.removeprefix('load_day=')}.parquet"
        files.append(file.rename(folder / "events" / name))
    for name in ("customers.parquet", "products.parquet"):
        (raw / name).rename(folder / name)
    shutil.rmtree(raw)
    shutil.rmtree(days)
    return files[-1].rename(folder.with_name(files[-1].name))


def monthly(folder: Path, out: Path) -> None:
    """Write a shop of daily files to `out` with one file per month, as Spark likes it."""
    (out / "events").mkdir(parents=True)
    months = groupby(sorted((folder / "events").iterdir()), key=lambda file: file.stem[:-3])
    with duckdb.connect() as connection:
        for month, days in months:
            connection.execute(
                "copy (from read_parquet(?)) to ? (format parquet, compression zstd)",
                [list(map(str, days)), str(out / "events" / f"{month}.parquet")],
            )
    for name in ("customers.parquet", "products.parquet"):
        shutil.copy(folder / name, out / name)
