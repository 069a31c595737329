"""The events: what happens in each visit, refunds, and the bot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footfall.demo_shop.catalogue import Catalogue
from footfall.demo_shop.run import CALENDAR, DAY, draw
from footfall.demo_shop.settings import DEFECTS, SHOP
from footfall.demo_shop.vocabulary import (
    CATEGORY,
    CHANNELS,
    DEVICE_TYPES,
    HOME,
    PRODUCT,
    SEARCH,
    Step,
)


def make_activity(
    rng: np.random.Generator, catalogue: Catalogue, persons: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """Draw what happens in each visit.

    A visit is a row of positions: the products viewed, the checkout, the order lines. Each position
    has some of the eight steps; reading the positions x steps table row by row gives the events in
    the order in which they happen.

    Returns:
        One row per event: `time` (seconds), `step`, `person`, `is_known`, `visit` (row of
        `visits`), `has_session`, `duration` (seconds, of the visit), `product`, `page`, `order`
        (row of `visits`) and `quantity`; -1 where there is none.

    """
    products = visits["products"].to_numpy()
    lines = visits["lines"].to_numpy()
    length = products + visits["has_checkout"].to_numpy() + lines
    visit = np.repeat(np.arange(len(visits), dtype=np.int32), length)
    count = len(visit)
    position = np.arange(count) - np.repeat(np.cumsum(length) - length, length)
    after_products = position - products[visit]
    is_product = after_products < 0

    def happens(share: float) -> np.ndarray:
        return rng.random(count, dtype=np.float32) < share

    steps = np.zeros((count, Step.REFUND), dtype=bool)
    is_cart = is_product & (after_products >= -visits["carts"].to_numpy()[visit])
    is_bought = is_product & (after_products >= -lines[visit])
    steps[:, Step.PAGE] = is_product & happens(SHOP.page_view_share)
    steps[:, Step.SEARCH] = is_product & happens(SHOP.search_share)
    steps[:, Step.VIEW] = is_product
    steps[:, Step.CLICK] = is_product & happens(SHOP.click_share)
    steps[:, Step.ADD_TO_CART] = is_cart
    steps[:, Step.REMOVE_FROM_CART] = is_cart & ~is_bought & happens(SHOP.removal_share)
    steps[:, Step.CHECKOUT] = after_products == 0
    steps[:, Step.PURCHASE] = after_products > 0

    product = np.full(count, -1, dtype=np.int32)
    kind = persons["kind"].to_numpy()[visits["person"].to_numpy()]
    product[is_product] = catalogue.draw(rng, kind[visit[is_product]])
    line = np.flatnonzero(after_products > 0)
    product[line] = product[line - lines[visit[line]] - 1]

    row, step = np.divmod(np.flatnonzero(steps), Step.REFUND)
    visit, position, after_products = visit[row], position[row], after_products[row]
    count = len(row)
    is_first = np.diff(visit, prepend=-1) > 0
    gap = np.ceil(
        SHOP.gap_median_seconds * np.exp(SHOP.gap_sigma * rng.standard_normal(count))
    ).astype(np.int64)
    gap[is_first | (after_products > 1)] = 0
    elapsed = np.cumsum(gap)
    elapsed -= elapsed[is_first][visit]
    duration = elapsed[np.append(is_first[1:], True)]

    page = np.full(count, -1, dtype=np.int8)
    page[step == Step.PAGE] = CATEGORY
    page[(step == Step.PAGE) & is_first] = HOME
    page[step == Step.SEARCH] = SEARCH
    page[(step == Step.VIEW) | (step == Step.CLICK)] = PRODUCT
    is_line = step == Step.PURCHASE
    quantity = 1 + draw(rng, SHOP.quantity_shares, count)
    has_order_id = (rng.random(len(visits)) >= SHOP.no_order_id_share)[visit]
    return pd.DataFrame(
        {
            "time": visits["started"].to_numpy()[visit] + elapsed,
            "step": step.astype(np.int8),
            "person": visits["person"].to_numpy()[visit],
            "is_known": position >= visits["login"].to_numpy()[visit],
            "visit": visit,
            "has_session": is_first | is_line | ~(rng.random(count) < SHOP.no_session_id_share),
            "duration": duration[visit],
            "product": np.where(step < Step.VIEW, -1, product[row]),
            "page": page,
            "order": np.where(is_line & has_order_id, visit, -1),
            "quantity": np.where(is_line, quantity, -1).astype(np.int8),
        }
    )


def make_refunds(rng: np.random.Generator, activity: pd.DataFrame) -> pd.DataFrame:
    """Draw the back office's refunds of whole order lines, booked some days after the order."""
    is_refunded = (activity["order"].to_numpy() >= 0) & (
        rng.random(len(activity)) < SHOP.refund_share
    )
    refunds = activity[is_refunded]
    days_later = np.ceil(
        SHOP.refund_median_days * np.exp(SHOP.refund_sigma * rng.standard_normal(len(refunds)))
    ).astype(np.int64)
    office_hours = rng.integers(8 * 3_600, 17 * 3_600, len(refunds))
    day = refunds["time"].to_numpy() // DAY + days_later
    return refunds.assign(
        time=day * DAY + office_hours,
        step=np.int8(Step.REFUND),
        visit=np.int32(-1),
        has_session=False,
    )


def make_bot(
    rng: np.random.Generator, catalogue: Catalogue, persons: pd.DataFrame, next_visit: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the visits and the events of the chunk's bot: product views all day, nothing else.

    Args:
        rng: The random stream.
        catalogue: The products.
        persons: The persons of the chunk; without a bot among them both results are empty.
        next_visit: The row that the first of the bot's visits will have in the chunk's visits.

    """
    person = np.flatnonzero(persons["is_bot"]).astype(np.int32)
    days = np.repeat(np.array(DEFECTS.bot_days), len(person))
    person = np.tile(person, len(DEFECTS.bot_days))
    visits = pd.DataFrame(
        {
            "person": person,
            "started": CALENDAR.start + days * DAY + 6 * 3_600,
            "device": 2 * person,
            "device_type": np.int32(list(DEVICE_TYPES).index("desktop")),
            "channel": np.int32(list(CHANNELS).index("direct")),
            "campaign": np.int32(-1),
            "arm": np.int32(-1),
            "has_order": False,
        }
    )
    visit = np.repeat(np.arange(len(visits)), DEFECTS.bot_events_per_day)
    gaps = rng.integers(20, 40, (len(visits), DEFECTS.bot_events_per_day))
    elapsed = np.cumsum(gaps, axis=1)
    kind = persons["kind"].to_numpy()[person[visit]]
    events = pd.DataFrame(
        {
            "time": visits["started"].to_numpy()[visit] + elapsed.ravel(),
            "step": np.int8(Step.VIEW),
            "person": person[visit],
            "is_known": True,
            "visit": (next_visit + visit).astype(np.int32),
            "has_session": True,
            "duration": (elapsed[:, -1] - elapsed[:, 0])[visit],
            "product": catalogue.draw(rng, kind),
            "page": np.int8(PRODUCT),
            "order": -1,
            "quantity": np.int8(-1),
        }
    )
    return visits, events
