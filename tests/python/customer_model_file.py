"""A file like the REES46 customer model, and the truth that its imputation hides."""

import numpy as np
import pandas as pd

MEASURES = [
    "length",
    "start_year",
    "start_yearday",
    "start_month",
    "start_monthday",
    "start_week",
    "start_weekday",
    "start_isweekend",
    "start_hour",
    "haspurchase",
    "click_count",
    "view_count",
    "cart_count",
    "purchase_count",
    "time_to_click",
    "time_to_view",
    "time_to_cart",
    "time_to_purchase",
    "view_revenue",
    "cart_revenue",
    "purchase_revenue",
    "time_to_click_revenue",
    "time_to_view_revenue",
    "time_to_cart_revenue",
    "time_to_purchase_revenue",
    "session_number",
    "inter_session_time",
    "session_recency",
    "purchase_number",
    "inter_purchase_time",
    "purchase_recency",
]
STATISTICS = ["mean", "sum", "min", "max", "stddev", "cv"]
SERIES = ["session_count", "purchase_count", "purchase_revenue", "customer_value"]
TARGETS = ["target_event", "target_revenue", "target_customer_value"]
LATER_TARGETS = ["target_customer_value_lag1", "target_actual_profit"]
KEYS = ["user_id", "time_step"]
# what a user never does
ABSTENTIONS = [[], ["view"], ["cart"], ["purchase"], ["cart", "purchase"], ["view", "cart"]]


def customer_model(users=150, steps=3, seed=7, *, imputed_stddev="zero"):
    """Return the table as published, and the same before nulls became maxima.

    imputed_stddev: whether the null stddev of a pace or distance became 0 or the column's maximum.
    """
    rng = np.random.default_rng(seed)
    sessions = draw_sessions(rng, users, steps)
    truth = describe(rng, sessions)
    paces = [name for name in truth if name.startswith(("time_to_", "inter_"))]
    spreads = [name for name in truth if name.endswith("_stddev")]
    if imputed_stddev == "maximum":
        spreads = [name for name in spreads if name not in paces]
    truth[spreads] = truth[spreads].fillna(0)
    maxima = [name for name in truth if name in paces or name.endswith("_cv")]
    table = truth.fillna(truth[maxima].max())
    return table, truth


def draw_sessions(rng, users, steps) -> pd.DataFrame:
    """One row per session of a user in a window, with the 31 measures."""
    rows = []
    for user in range(users):
        abstains = ABSTENTIONS[user % len(ABSTENTIONS)]
        does = [kind for kind in ("view", "cart", "purchase") if kind not in abstains]
        is_free = user % 17 == 0
        for step in sorted(rng.choice(steps, size=rng.integers(1, steps + 1), replace=False)):
            for _ in range(1 if rng.random() < 0.2 else rng.integers(2, 9)):
                counts = {kind: int(rng.poisson(1.2)) if kind in does else 0 for kind in does}
                counts[does[0]] += sum(counts.values()) == 0
                row = {"user_id": 500_000_000 + user, "time_step": int(step)}
                row["start"] = pd.Timestamp("2019-10-01") + pd.Timedelta(
                    seconds=int(rng.integers(0, 86400 * 90)) + 86400 * 28 * int(step)
                )
                for kind in ("view", "cart", "purchase"):
                    prices = rng.uniform(1, 500, counts.get(kind, 0)).round(2)
                    row[f"{kind}_count"] = len(prices)
                    row[f"{kind}_revenue"] = 0.0 if is_free else prices.sum()
                row["length"] = rng.exponential(9) if sum(counts.values()) > 1 else 0.0
                rows.append(row)
    frame = pd.DataFrame(rows).sort_values([*KEYS, "start"], ignore_index=True)
    start = frame["start"].dt
    frame["start_year"], frame["start_yearday"] = start.year, start.day_of_year
    frame["start_month"], frame["start_monthday"] = start.month, start.day
    frame["start_week"] = start.isocalendar()["week"].astype(int)
    frame["start_weekday"] = (start.day_of_week + 1) % 7 + 1
    frame["start_isweekend"] = (start.day_of_week >= 5).astype(int)
    frame["start_hour"] = start.hour
    frame["haspurchase"] = (frame["purchase_count"] > 0).astype(int)
    kinds = ["view", "cart", "purchase"]
    frame["click_count"] = frame[[f"{kind}_count" for kind in kinds]].sum(axis=1)
    clicked = frame[[f"{kind}_revenue" for kind in kinds]].sum(axis=1)
    for kind in ["click", *kinds]:
        amount = clicked if kind == "click" else frame[f"{kind}_revenue"]
        frame[f"time_to_{kind}"] = frame["length"] / frame[f"{kind}_count"].replace(0, np.nan)
        frame[f"time_to_{kind}_revenue"] = frame["length"] / amount.replace(0, np.nan)
    day = pd.Timedelta(days=1)
    for chosen, kind in [(frame, "session"), (frame[frame["haspurchase"] == 1], "purchase")]:
        grouped = chosen.groupby(KEYS)
        frame[f"{kind}_number"] = grouped.cumcount() + 1
        frame[f"inter_{kind}_time"] = grouped["start"].diff() / day
        last = chosen.groupby("time_step")["start"].transform("max")
        frame[f"{kind}_recency"] = (last - chosen["start"]) / day
    return frame[[*KEYS, *MEASURES]]


def describe(rng, sessions: pd.DataFrame) -> pd.DataFrame:
    """The 276 columns; months, factors and targets are drawn."""
    grouped = sessions.groupby(KEYS)
    described = {
        "mean": grouped[MEASURES].mean(),
        "sum": grouped[MEASURES].sum(min_count=1),
        "min": grouped[MEASURES].min(),
        "max": grouped[MEASURES].max(),
        "stddev": grouped[MEASURES].std(ddof=1),
    }
    described["cv"] = described["stddev"] / described["mean"].replace(0, np.nan)
    columns = {f"{m}_{s}": described[s][m] for s in STATISTICS for m in MEASURES}
    days = described["max"]["session_recency"].replace(0, np.nan)
    columns["session_count_ratio"] = described["max"]["session_number"] / days
    columns["click_count_ratio"] = described["sum"]["click_count"] / days
    columns["transaction_count_ratio"] = described["sum"]["purchase_count"] / days
    size = len(days)
    for series in SERIES:
        for at in ("lag0", "lag1", "lag2", "lag3", "ma3"):
            columns[f"{series}_month_{at}"] = rng.poisson(2, size) * rng.random(size)
    for kind, count in {"view": 41, "purchase": 18}.items():
        for number in range(count):
            columns[f"{kind}_latent_factor{number}"] = rng.normal(0, 1e-3, size)
    for target in [*TARGETS, *LATER_TARGETS]:
        columns[target] = rng.normal(1e6, 1, size)
    frame = pd.DataFrame(columns).reset_index()
    frame = pd.concat([pd.Series(frame.index, name="row_id"), frame], axis=1)
    # time_step stands among the targets
    names = [name for name in frame if name not in ("time_step", *LATER_TARGETS)]
    return frame[[*names, "time_step", *LATER_TARGETS]]
