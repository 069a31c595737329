"""The persons: who they are, how often they come, and when they leave for good."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footfall.demo_shop.run import CALENDAR, DAY, Run, draw, of_types
from footfall.demo_shop.settings import SHOP
from footfall.demo_shop.vocabulary import GENDERS, PLACES


def make_persons(run: Run, chunk: int) -> pd.DataFrame:
    """Draw the persons of a chunk: demographics, latent type, rates, life and experiment arm.

    Returns:
        One row per person. `active_from` and `churned` are busy days; `signed_up` is in seconds;
        `number` is unique in the run; undeclared demographics are -1.

    """
    rng = run.stream("persons", chunk)
    count = run.chunk_sizes[chunk]
    age = np.clip(18 + rng.gamma(4.0, 6.0, count), 18, 85)
    age_score = (age - 42) / 12
    salary_score = rng.normal(0.25 * np.clip(age_score, -2, 2), 1.0)

    pull = np.outer(salary_score, of_types("salary_pull"))
    pull += np.outer(age_score, of_types("age_pull"))
    edges = np.cumsum(of_types("weight") * np.exp(pull), axis=1)
    kind = (edges[:, :-1] <= rng.random((count, 1)) * edges[:, -1:]).sum(axis=1)

    concentration = SHOP.order_probability_concentration
    order_probability = of_types("order_probability")[kind]
    is_buyer = order_probability > 0
    order_probability[is_buyer] = rng.beta(
        concentration * order_probability[is_buyer],
        concentration * (1 - order_probability[is_buyer]),
    )
    spread = rng.gamma(SHOP.visit_rate_shape, 1 / SHOP.visit_rate_shape, count)
    is_returning = rng.random(count) < of_types("returning_share")[kind]
    active_from = np.where(is_returning, 0.0, rng.random(count) * CALENDAR.horizon)
    known_for = rng.integers(1, 730 * DAY, count)
    is_identified = of_types("is_identified")[kind]

    is_bot = np.zeros(count, dtype=bool)
    if chunk == 0:
        is_bot[np.argmax(is_returning & is_identified)] = True

    def declared(values: np.ndarray) -> np.ndarray:
        return np.where(rng.random(count) < SHOP.undeclared_share, -1, values).astype(np.int32)

    return pd.DataFrame(
        {
            "number": sum(run.chunk_sizes[:chunk]) + np.arange(1, count + 1),
            "kind": kind,
            "is_identified": is_identified,
            "is_returning": is_returning,
            "is_bot": is_bot,
            "visits_per_day": of_types("visits_per_day")[kind] * spread,
            "churn_per_day": of_types("churn_per_day")[kind],
            "order_probability": order_probability,
            "active_from": active_from,
            "churned": active_from
            + rng.standard_exponential(count) / of_types("churn_per_day")[kind],
            "arm": rng.integers(0, len(SHOP.experiment.arms), count).astype(np.int8),
            "is_crossover": rng.random(count) < SHOP.experiment.crossover_share,
            "gender": declared(draw(rng, tuple(GENDERS.values()), count)),
            "age": declared(age),
            "salary": declared(np.exp(np.log(36_000) + 0.42 * salary_score) // 100 * 100),
            "place": draw(rng, tuple(PLACES.values()), count),
            "signed_up": np.where(
                is_returning, CALENDAR.start - known_for, CALENDAR.wall(active_from)
            ).astype(np.int64),
        }
    )


def lifted(order_probability: np.ndarray, arm: np.ndarray | int) -> np.ndarray:
    """Return the chance of ordering per visit while the experiment runs."""
    return np.minimum(order_probability * (1 + np.array(SHOP.experiment.lifts)[arm]), 1.0)
