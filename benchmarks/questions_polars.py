"""The questions in Polars, as lazy queries on its streaming engine."""

from pathlib import Path

import polars as pl

STEPS = ("view", "add_to_cart", "checkout", "purchase")


def start() -> None:
    """Need nothing."""


def sessions(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per customer and session."""
    is_start = pl.col("event_at").diff() > pl.duration(minutes=30)
    return (
        events.sort("customer_id", "event_at")
        .with_columns(
            is_start.fill_null(False)
            .cum_sum()
            .over("customer_id")
            .cast(pl.Int64)
            .alias("session_number")
        )
        .group_by("customer_id", "session_number")
        .agg(
            pl.len().cast(pl.Int64).alias("event_count"),
            pl.col("amount").sum(),
            pl.col("event_at").min().alias("started_at"),
            pl.col("event_at").max().alias("ended_at"),
        )
    )


def customers(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per customer."""
    return events.group_by("customer_id").agg(
        pl.len().cast(pl.Int64).alias("event_count"),
        (pl.col("event_type") == "purchase").sum().cast(pl.Int64).alias("purchase_count"),
        pl.col("amount").sum(),
        pl.col("event_at").min().alias("first_seen_at"),
        pl.col("event_at").max().alias("last_seen_at"),
    )


def funnel(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return how many customers reached each step."""
    counts = []
    reached = None
    for number, step in enumerate(STEPS, start=1):
        of_step = events.filter(pl.col("event_type") == step)
        if reached is not None:
            of_step = of_step.join(reached, on="customer_id").filter(
                pl.col("event_at") > pl.col("reached_at")
            )
        reached = of_step.group_by("customer_id").agg(pl.col("event_at").min().alias("reached_at"))
        counts.append(
            reached.select(
                pl.lit(number, pl.Int64).alias("step_number"),
                pl.len().cast(pl.Int64).alias("customers"),
            )
        )
    return pl.concat(counts)


QUESTIONS = {"sessions": sessions, "customers": customers, "funnel": funnel}


def answer(_: None, question: str, events: Path, out: Path) -> None:
    """Write the answer to a question over a Parquet file of events."""
    query = QUESTIONS[question](pl.scan_parquet(events))
    query.sink_parquet(out / "answer.parquet", engine="streaming")
