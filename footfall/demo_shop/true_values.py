"""What is true of a generated shop but not written in its files, computed in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from footfall.demo_shop.catalogue import make_catalogue
from footfall.demo_shop.persons import lifted, make_persons
from footfall.demo_shop.run import CALENDAR, Run, of_types
from footfall.demo_shop.settings import DEMO_EVENTS, DEMO_SEED, SHOP


@dataclass(frozen=True)
class Truth:
    """What no warehouse can see: the latent state behind a generated shop.

    Attributes:
        customers: One row per customer of the customers file: `customer_id`, `latent_type`,
            `is_bot`, `is_crossover`, `experiment_group` (the assigned arm), `visits_per_day`,
            `churn_per_day`, `order_probability` (per visit, outside the experiment),
            `order_value` (expected revenue of an order before refunds), `active_from` and
            `churned_at` (NaT: later than the shop's calendar).
        effects: The planted experiment, see `experiment_effects`.

    """

    customers: pd.DataFrame
    effects: pd.DataFrame


def truth(*, events: int = DEMO_EVENTS, seed: int = DEMO_SEED) -> Truth:
    """Return the truth behind `generate` with the same arguments; no event is simulated."""
    run = Run(events, seed)
    order_value = make_catalogue(run).order_value
    chunks = range(len(run.chunk_sizes))
    persons = pd.concat([make_persons(run, chunk) for chunk in chunks], ignore_index=True)
    persons["order_value"] = order_value[persons["kind"]]
    known = persons[persons["is_identified"]]

    def moments(busy: pd.Series) -> pd.Series:
        return pd.to_datetime(pd.Series(CALENDAR.wall(busy), busy.index), unit="s")

    customers = pd.DataFrame(
        {
            "customer_id": "c" + known["number"].astype(str),
            "latent_type": of_types("name")[known["kind"]],
            "is_bot": known["is_bot"],
            "is_crossover": known["is_crossover"],
            "experiment_group": np.array(SHOP.experiment.arms)[known["arm"]],
            "visits_per_day": known["visits_per_day"],
            "churn_per_day": known["churn_per_day"],
            "order_probability": known["order_probability"],
            "order_value": known["order_value"],
            "active_from": moments(known["active_from"]),
            "churned_at": moments(known["churned"].where(known["churned"] < CALENDAR.horizon)),
        }
    )
    return Truth(customers.reset_index(drop=True), experiment_effects(persons))


def experiment_effects(persons: pd.DataFrame) -> pd.DataFrame:
    """Return the expected result of each arm, if everybody who can be exposed were in it.

    A person is exposed by a first visit while the experiment runs and converts by ordering in it.
    Given who is still alive on the first day and who arrives later, visits, orders and churn are
    averaged out: P(convert | exposed) is P(order) / P(visit), both in closed form.

    Args:
        persons: As `make_persons` returns them, with `order_value`.

    Returns:
        One row per `population` ("identified": customers; "everyone": with the visitors who never
        sign up) and `experiment_group`: `exposed` (expected persons), `customer_conversion_rate`,
        `orders_per_customer`, `revenue_per_customer` (before refunds), and the absolute and
        relative difference of conversion and revenue from control.

    """
    experiment = SHOP.experiment
    first = CALENDAR.days_from_start(experiment.first_day)
    last = CALENDAR.days_from_start(experiment.first_day + experiment.days)
    persons = persons[(persons["churned"] > first) & (persons["active_from"] < last)]
    arrives = (~persons["is_returning"] & (persons["active_from"] >= first)).to_numpy()
    days = last - np.maximum(persons["active_from"].to_numpy(), first)
    visits = persons["visits_per_day"].to_numpy()
    churn = persons["churn_per_day"].to_numpy()
    exposed = np.where(arrives, 1.0, _chance_before_churn(visits, churn, days))
    expected_visits = arrives + visits * -np.expm1(-churn * days) / churn

    rows = []
    for population, counted in (
        ("identified", persons["is_identified"].to_numpy()),
        ("everyone", np.ones(len(persons), dtype=bool)),
    ):
        for arm, name in enumerate(experiment.arms):
            chance = lifted(persons["order_probability"].to_numpy(), arm)
            later = _chance_before_churn(visits * chance, churn, days)
            converts = np.where(arrives, chance + (1 - chance) * later, later)
            orders = expected_visits * chance
            revenue = orders * persons["order_value"].to_numpy()
            total = exposed[counted].sum()
            rows.append(
                {
                    "population": population,
                    "experiment_group": name,
                    "exposed": total,
                    "customer_conversion_rate": converts[counted].sum() / total,
                    "orders_per_customer": orders[counted].sum() / total,
                    "revenue_per_customer": revenue[counted].sum() / total,
                }
            )
    effects = pd.DataFrame(rows)
    for metric, name in (
        ("customer_conversion_rate", "conversion"),
        ("revenue_per_customer", "revenue"),
    ):
        control = effects.groupby("population")[metric].transform("first")
        effects[f"{name}_effect_absolute"] = effects[metric] - control
        effects[f"{name}_effect_relative"] = effects[metric] / control - 1
    return effects


def true_purchase_probability(
    customers: pd.DataFrame,
    as_of: datetime | pd.Timestamp,
    horizon_days: int = 30,
    last_seen_at: pd.Series | None = None,
) -> pd.Series:
    """Return each customer's chance of an order in the `horizon_days` after `as_of`.

    Without `last_seen_at` the answer knows who is still alive: an oracle no model can match. With
    it, the answer knows every rate but has to infer life from the silence since the last visit, as
    P(alive) = 1 / (1 + churn / (visits + churn) x (exp((visits + churn) x silence) - 1)): the
    ceiling for a model, which has to estimate the rates as well.

    Args:
        customers: `Truth.customers`, or some of its rows.
        as_of: The moment of the prediction, UTC without a zone.
        horizon_days: Days to look ahead.
        last_seen_at: The last visit up to `as_of` of each customer, aligned with `customers`; NaT
            for none.

    Returns:
        Probabilities, aligned with `customers`; NaN for customers who had not arrived yet.

    """

    def busy(moments: pd.Series | datetime) -> np.ndarray:
        since = pd.to_datetime(moments) - pd.Timestamp(0)
        return CALENDAR.busy(np.asarray(since / pd.Timedelta(seconds=1), dtype=float))

    visits = customers["visits_per_day"].to_numpy()
    churn = customers["churn_per_day"].to_numpy()
    start = float(busy(as_of))
    end = float(busy(as_of + timedelta(days=horizon_days)))
    experiment = SHOP.experiment
    first = CALENDAR.days_from_start(experiment.first_day)
    last = CALENDAR.days_from_start(experiment.first_day + experiment.days)
    arm = pd.Index(experiment.arms).get_indexer(customers["experiment_group"])
    usual = customers["order_probability"].to_numpy()

    survives_without_order = np.ones(len(customers))
    orders = np.zeros(len(customers))
    for begin, finish in pairwise(sorted({start, end, *np.clip([first, last], start, end)})):
        chance = lifted(usual, arm) if first <= begin < last else usual
        rate = visits * chance
        orders += survives_without_order * _chance_before_churn(rate, churn, finish - begin)
        survives_without_order *= np.exp(-(rate + churn) * (finish - begin))

    if last_seen_at is None:
        alive = ~(customers["churned_at"] <= as_of).to_numpy()
    else:
        seen = last_seen_at.fillna(customers["active_from"])
        growth = np.expm1((visits + churn) * (start - busy(seen)))
        alive = 1 / (1 + churn / (visits + churn) * growth)
    has_arrived = (customers["active_from"] <= as_of).to_numpy()
    return pd.Series(np.where(has_arrived, orders * alive, np.nan), index=customers.index)


def _chance_before_churn(rate: np.ndarray, churn: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the chance of at least one event of this rate within `days` and before churn."""
    return rate / (rate + churn) * -np.expm1(-(rate + churn) * days)
