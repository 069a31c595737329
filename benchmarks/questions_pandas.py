"""The questions in pandas."""

from pathlib import Path

import pandas as pd

GAP = pd.Timedelta(minutes=30)
STEPS = ("view", "add_to_cart", "checkout", "purchase")


def start() -> None:
    """Need nothing."""


def sessions(path: Path) -> pd.DataFrame:
    """Return one row per customer and session."""
    events = pd.read_parquet(path, columns=["customer_id", "amount", "event_at"])
    events = events.sort_values(["customer_id", "event_at"])
    is_start = events.groupby("customer_id")["event_at"].diff() > GAP
    events["session_number"] = is_start.groupby(events["customer_id"]).cumsum()
    return events.groupby(["customer_id", "session_number"], as_index=False).agg(
        event_count=("event_at", "size"),
        amount=("amount", "sum"),
        started_at=("event_at", "min"),
        ended_at=("event_at", "max"),
    )


def customers(path: Path) -> pd.DataFrame:
    """Return one row per customer."""
    events = pd.read_parquet(path, columns=["customer_id", "event_type", "amount", "event_at"])
    events["is_purchase"] = events["event_type"] == "purchase"
    return events.groupby("customer_id", as_index=False).agg(
        event_count=("event_at", "size"),
        purchase_count=("is_purchase", "sum"),
        amount=("amount", "sum"),
        first_seen_at=("event_at", "min"),
        last_seen_at=("event_at", "max"),
    )


def funnel(path: Path) -> pd.DataFrame:
    """Return how many customers reached each step."""
    events = pd.read_parquet(path, columns=["customer_id", "event_type", "event_at"])
    counts = []
    reached = None
    for step in STEPS:
        of_step = events[events["event_type"] == step]
        if reached is not None:
            of_step = of_step.merge(reached, on="customer_id")
            of_step = of_step[of_step["event_at"] > of_step["reached_at"]]
        reached = of_step.groupby("customer_id")["event_at"].min().rename("reached_at")
        counts.append(len(reached))
    return pd.DataFrame({"step_number": range(1, len(STEPS) + 1), "customers": counts})


QUESTIONS = {"sessions": sessions, "customers": customers, "funnel": funnel}


def answer(_: None, question: str, events: Path, out: Path) -> None:
    """Write the answer to a question over a Parquet file of events."""
    QUESTIONS[question](events).to_parquet(out / "answer.parquet", index=False)
