"""The warehouse's rules once more, in plain pandas and Python loops over the raw files.

Written from the rules in the design, not from the models, to be compared with them. Slow and
simple on purpose.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pandas as pd

TYPES = {"cart": "add_to_cart", "page_view": "view"}
ORDER = {
    "view": 1,
    "search": 2,
    "click": 3,
    "add_to_cart": 4,
    "remove_from_cart": 5,
    "checkout": 6,
    "purchase": 7,
    "refund": 8,
}
ENGAGING = {"add_to_cart", "remove_from_cart", "checkout", "purchase"}


def read_tracking(folder) -> pd.DataFrame:
    """Accepted events of the demo files: typed, each once, with the person and the price."""
    events = pd.read_csv(folder / "demo_events.csv", dtype=str)
    products = pd.read_csv(folder / "demo_products.csv", dtype=str).set_index("product_id")
    events["at"] = pd.to_datetime(events["timestamp"], format="%Y-%m-%d %H:%M:%S", errors="coerce")
    events = events[events["at"].notna() & (events["at"] < "2040-01-01")]
    someone = events[["customer_id", "anonymous_id", "session_id"]].notna().any(axis=1)
    events = events[someone].drop_duplicates("event_id").copy()
    owners = events.dropna(subset=["customer_id", "anonymous_id"])
    owners = owners.groupby("anonymous_id")["customer_id"].agg(lambda ids: set(ids))
    owner = {device: next(iter(ids)) for device, ids in owners.items() if len(ids) == 1}
    events["person"] = (
        events["customer_id"]
        .fillna(events["anonymous_id"].map(owner))
        .fillna("anonymous~" + events["anonymous_id"])
        .fillna("session~" + events["session_id"])
    )
    events["type"] = events["event_type"].replace(TYPES)
    events["price"] = events["product_id"].map(products["unit_price"]).astype(float)
    events["units"] = events["quantity"].fillna("1").astype(int)
    events["amount"] = (events["price"].fillna(0) * events["units"]).round(4)
    active = events[~events["type"].isin(["purchase", "refund"])]
    daily = active.groupby(["person", active["at"].dt.date]).size()
    bots = set(daily[daily > 1000].index.get_level_values(0))
    events["is_bot"] = events["person"].isin(bots)
    events["rank"] = events["type"].map(ORDER)
    return events.sort_values(["person", "at", "rank", "event_id"])


def as_of(events: pd.DataFrame) -> pd.Timestamp:
    """The last event of the last usual day: what one wrong clock adds is none."""
    counts = events.groupby(events["at"].dt.normalize()).size()
    usual, days = counts.median(), list(counts.index)
    gaps = [(after - before).days for before, after in pairwise(days)]
    long = max(90, 10 * (pd.Series(gaps).median() if gaps else 0))
    stretches, found = [[]], None
    for day, gap in zip(days, [0, *gaps], strict=True):
        if gap > long:
            stretches.append([])
        stretches[-1].append(day)
    for number, stretch in enumerate(stretches):
        for day in stretch:
            week = counts[day - timedelta(days=6) : day].sum()
            is_alone = number > 0 and counts[stretch].sum() < 10 * usual
            if counts[day] >= usual / 10 and week >= usual / 2 and not is_alone:
                found = day
    return events.loc[events["at"].dt.normalize() == found, "at"].max()


def sessions(events: pd.DataFrame) -> dict[str, str]:
    """Session of every activity event, walking each person's day as the rule reads."""
    active = events[events["type"] != "refund"]
    pieces = defaultdict(list)
    for row in active[active["session_id"].notna()].itertuples():
        runs = pieces[row.session_id, row.person]
        if runs and row.at - runs[-1][-1][0] <= timedelta(hours=24):
            runs[-1].append((row.at, row.event_id))
        else:
            runs.append([(row.at, row.event_id)])
    by_id = defaultdict(list)
    for (session_id, person), runs in pieces.items():
        by_id[session_id] += [(run[0][0], person, run) for run in runs]
    found = {}
    for session_id, runs in by_id.items():
        for number, (_, _, run) in enumerate(sorted(runs, key=lambda item: item[:2]), start=1):
            name = session_id if number == 1 else f"{session_id}~{number}"
            found |= {event_id: name for _, event_id in run}
    for person, timeline in active.groupby("person"):
        opened, last = None, None
        for row in timeline.itertuples():
            if row.event_id in found:
                opened = found[row.event_id]
            elif last is None or row.at - last > timedelta(seconds=1800):
                opened = f"{person}~{row.at}"
            found.setdefault(row.event_id, opened)
            last = row.at
    return found


def orders(events: pd.DataFrame, session_of: dict[str, str]) -> pd.DataFrame:
    """Orders of persons who count: customer, session, lines, revenue, refunds."""
    lines = events[(events["type"] == "purchase") & ~events["is_bot"]].copy()
    lines["session"] = lines["event_id"].map(session_of)
    lines["order"] = lines["order_id"].fillna("session~" + lines["session"])
    # the same line of an order again, more than a minute after the order began, is a repeat
    began = lines.groupby("order_id")["at"].transform("min")
    same = ["order_id", "product_id", "price", "units"]
    first = lines.groupby(same, dropna=False)["at"].transform("min")
    repeats = (lines["at"] > first) & (lines["at"] - began > timedelta(seconds=60))
    lines = lines[~(repeats & lines["order_id"].notna())]
    made = lines.groupby("order").agg(
        customer_id=("person", "first"),
        lines=("event_id", "size"),
        revenue=("amount", "sum"),
        ordered_at=("at", "min"),
    )
    refunds = events[(events["type"] == "refund") & ~events["is_bot"]]
    refunds = refunds.groupby("order_id")["amount"].sum()
    made["refund_amount"] = made.index.map(refunds).fillna(0.0)
    return made


def funnel(events: pd.DataFrame, steps: list[str], days: int) -> pd.Series:
    """Steps completed per person: every step 1 is tried as the start, greedily from there."""
    best = {}
    for person, timeline in events[events["type"].isin(steps) & ~events["is_bot"]].groupby(
        "person"
    ):
        rows = list(timeline.sort_values(["at", "rank"])[["at", "type"]].itertuples(index=False))
        best[person] = 0
        for start, (start_at, kind) in enumerate(rows):
            if kind != steps[0]:
                continue
            done = 1
            for at, later in rows[start + 1 :]:
                if at - start_at > timedelta(days=days) or done == len(steps):
                    break
                done += later == steps[done]
            best[person] = max(best[person], done)
    return pd.Series(best)
