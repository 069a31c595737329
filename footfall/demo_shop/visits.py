"""The visits: when they start, from which device and channel, and what comes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footfall.demo_shop.persons import lifted
from footfall.demo_shop.run import CALENDAR, DAY, draw, of_types
from footfall.demo_shop.settings import SHOP
from footfall.demo_shop.vocabulary import CHANNELS, DEVICE_TYPES


def _draw_devices(
    rng: np.random.Generator, is_identified: np.ndarray, person: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the device of each visit, and its type.

    Persons own two device numbers each and mostly use the first; some customers use the first
    device of the person before them instead.
    """
    people = np.arange(len(is_identified))
    borrows = (people % 2 == 1) & is_identified & np.roll(is_identified, 1)
    borrows &= rng.random(len(people)) < SHOP.shared_device_share
    has_second = rng.random(len(people)) < SHOP.second_device_share
    uses_second = has_second[person] & (rng.random(len(person)) < SHOP.second_device_use)
    device = (2 * (people - borrows)[person] + uses_second).astype(np.int32)
    return device, draw(rng, tuple(DEVICE_TYPES.values()), 2 * len(people))[device]


def _draw_channels(
    rng: np.random.Generator, is_arrival: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the channel of each visit, and its campaign (-1: the channel has none)."""
    first_weights, other_weights, campaigns = zip(*CHANNELS.values(), strict=True)
    count = len(is_arrival)
    first, other = draw(rng, first_weights, count), draw(rng, other_weights, count)
    channel = np.where(is_arrival, first, other)
    offered = np.array([len(names) for names in campaigns])
    choice = np.floor(rng.random(count) * offered[channel]).astype(np.int32)
    campaign = (np.cumsum(offered) - offered)[channel] + choice
    return channel, np.where(offered[channel] > 0, campaign, -1)


def make_visits(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """Draw the visits of all persons of a chunk, in time order, without their events.

    Returns:
        One row per visit: `person` (row of `persons`), `started` (seconds), `device`,
        `device_type`, `channel`, `campaign` and `arm` (-1: none), `has_order`, `has_checkout`,
        `products` (viewed), `carts` (of these, the last ones), `lines` (of these, the last ones;
        0 without an order) and `login` (the position from which the person is known).

    """
    active_from = persons["active_from"].to_numpy()
    lived = np.minimum(persons["churned"].to_numpy(), CALENDAR.horizon) - active_from
    is_new = ~persons["is_returning"].to_numpy()
    visits = rng.poisson(persons["visits_per_day"].to_numpy() * lived) + is_new
    person = np.repeat(np.arange(len(persons), dtype=np.int32), visits)
    count = len(person)
    at = active_from[person] + rng.random(count) * lived[person]
    is_arrival = np.zeros(count, dtype=bool)
    is_arrival[(np.cumsum(visits) - visits)[is_new]] = True
    at[is_arrival] = active_from[person[is_arrival]]
    by_time = np.argsort(at, kind="stable")
    person, is_arrival = person[by_time], is_arrival[by_time]
    started = CALENDAR.wall(at[by_time]).astype(np.int64)

    experiment = SHOP.experiment
    arm = persons["arm"].to_numpy()[person]
    day = (started - CALENDAR.start) // DAY
    in_experiment = (day >= experiment.first_day) & (day < experiment.first_day + experiment.days)
    order_probability = persons["order_probability"].to_numpy()[person]
    order_probability = np.where(in_experiment, lifted(order_probability, arm), order_probability)
    has_order = rng.random(count) < order_probability

    kind = persons["kind"].to_numpy()[person]
    lines = np.where(has_order, 1 + rng.poisson(of_types("lines_per_order")[kind] - 1), 0)
    sigma = SHOP.products_per_visit_sigma
    more_products = (of_types("products_per_visit")[kind] - 1) * np.exp(
        sigma * rng.standard_normal(count) - sigma**2 / 2
    )
    products = np.maximum(1 + rng.poisson(more_products), lines)
    carts = lines + rng.binomial(products - lines, of_types("cart_probability")[kind])
    abandons_checkout = (carts > 0) & (rng.random(count) < SHOP.abandoned_checkout_share)

    is_identified = persons["is_identified"].to_numpy()
    login_choice = rng.random(count)
    logs_in_late = login_choice < SHOP.starts_anonymous_share
    stays_anonymous = ~has_order & (login_choice > 1 - SHOP.stays_anonymous_share)
    login = np.where(logs_in_late, 1 + np.floor(rng.random(count) * products), 0)
    login[stays_anonymous | ~is_identified[person]] = np.iinfo(np.int32).max

    is_crossover = persons["is_crossover"].to_numpy()[person]
    shown_arm = np.where(is_crossover, rng.integers(0, len(experiment.arms), count), arm)

    device, device_type = _draw_devices(rng, is_identified, person)
    channel, campaign = _draw_channels(rng, is_arrival)
    return pd.DataFrame(
        {
            "person": person,
            "started": started,
            "device": device,
            "device_type": device_type,
            "channel": channel,
            "campaign": campaign,
            "arm": np.where(in_experiment, shown_arm, -1).astype(np.int32),
            "has_order": has_order,
            "has_checkout": has_order | abandons_checkout,
            "products": products.astype(np.int32),
            "carts": carts.astype(np.int32),
            "lines": lines.astype(np.int32),
            "login": login.astype(np.int32),
        }
    )
