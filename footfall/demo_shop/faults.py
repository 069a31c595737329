"""The faults planted in the events of a clean shop, and how many rows each of them has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footfall.demo_shop.run import CALENDAR, DAY, Run
from footfall.demo_shop.settings import BAD_TIMES, DEFECTS, DEMO_EVENTS


def share_session_ids(rng: np.random.Generator, visits: pd.DataFrame) -> np.ndarray:
    """Return a session number for each visit of a chunk; some go to two customers.

    The two visits follow each other in time, are known from the start and hold no order.
    """
    person = visits["person"].to_numpy()
    is_plain = ((visits["login"] == 0) & ~visits["has_order"]).to_numpy()
    candidates = np.flatnonzero((person[1:] != person[:-1]) & is_plain[1:] & is_plain[:-1])
    taken = rng.choice(candidates, DEFECTS.shared_session_ids, replace=False)
    session = np.arange(len(visits))
    session[taken + 1] = session[taken]
    return session


def plant_row_defects(
    rng: np.random.Generator, events: pd.DataFrame, persons: int, is_first_chunk: bool
) -> pd.DataFrame:
    """Bring the events into time order and plant the faults of single rows.

    Returns:
        The events with `number` (exact repeats share it), `load_day` (days after the first date)
        and `bad_time` (position in `BAD_TIMES`, -1 for a good timestamp).

    """
    bad_times = np.arange(len(BAD_TIMES) * is_first_chunk, dtype=np.int8)
    counts = (
        int(DEFECTS.exact_repeat_share * persons),
        int(DEFECTS.late_arrival_share * persons),
        len(bad_times),
        DEFECTS.rows_without_ids * is_first_chunk,
    )
    chosen = rng.choice(len(events), sum(counts), replace=False)
    repeated, late, mistimed, nobody = np.split(chosen, np.cumsum(counts)[:-1])

    load_day = (events["time"].to_numpy() - CALENDAR.start) // DAY + 1
    load_day[late] += rng.integers(*DEFECTS.late_days, len(late), endpoint=True)
    events = events.assign(load_day=load_day.astype(np.int32), bad_time=np.int8(-1))
    events = pd.concat(
        [
            events,
            events.iloc[mistimed].assign(bad_time=bad_times),
            events.iloc[nobody].assign(is_known=False, visit=np.int32(-1), has_session=False),
        ]
    )
    times = np.ones(len(events), dtype=np.int64)
    times[repeated] = 2
    order = np.argsort(events["time"].to_numpy(), kind="stable")
    order = np.repeat(order, times[order])
    number = np.cumsum(np.diff(order, prepend=-1) != 0)
    return events.take(order).assign(number=number)


def defect_counts(*, events: int = DEMO_EVENTS) -> dict[str, int]:
    """Return how many rows of each fault `generate` plants at this size.

    Raw row counts: of `exact_repeat`, one row of each pair is too many; `late_arrival` rows are
    good rows that come late; `unparseable_time`, `future_time` and `no_identity` rows are extra
    rows, to be rejected; `bot_event` rows are the bot's, besides the customer's own few.
    `shared_session` counts session ids and the `product_` faults count products.
    """
    sizes = Run(events).chunk_sizes
    return {
        "exact_repeat": sum(int(DEFECTS.exact_repeat_share * size) for size in sizes),
        "late_arrival": sum(int(DEFECTS.late_arrival_share * size) for size in sizes),
        "unparseable_time": len(DEFECTS.unparseable_times),
        "future_time": len(DEFECTS.future_times),
        "no_identity": DEFECTS.rows_without_ids,
        "bot_event": DEFECTS.bot_events_per_day * len(DEFECTS.bot_days),
        "shared_session": DEFECTS.shared_session_ids * len(sizes),
        "product_without_brand": DEFECTS.products_without_brand,
        "product_without_category": DEFECTS.products_without_category,
        "product_without_price": DEFECTS.products_without_price,
    }
