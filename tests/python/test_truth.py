"""Estimates against the planted truth: on the demo, and on a shop so large that noise is small."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score
from warehouses import Warehouse, built_source

from footfall.demo_shop import Truth, generate, true_purchase_probability, truth

LARGE = 2_000_000


@dataclass(frozen=True)
class Shop:
    warehouse: Warehouse
    truth: Truth


@pytest.fixture(scope="module")
def large_warehouse(tmp_path_factory) -> Warehouse:
    folder = tmp_path_factory.mktemp("large")
    generate(folder / "raw", events=LARGE, file_format="parquet")
    return built_source(folder, "tracking", raw_path=str(folder / "raw"))


@pytest.fixture(scope="module", params=["demo", pytest.param("large", marks=pytest.mark.slow)])
def shop(request) -> Shop:
    if request.param == "demo":
        return Shop(request.getfixturevalue("demo"), truth())
    return Shop(request.getfixturevalue("large_warehouse"), truth(events=LARGE))


def test_planted_effects_lie_inside_their_intervals(shop):
    results = shop.warehouse.query("from marts.experiment_results").set_index(
        ["metric_id", "treatment_group"]
    )
    effects = shop.truth.effects.query("population == 'everyone'").set_index("experiment_group")
    for metric, column in [
        ("customer_conversion", "conversion_effect_absolute"),
        ("revenue_per_customer", "revenue_effect_absolute"),
    ]:
        for group in ("variant_a", "variant_b"):
            true = effects.loc[group, column]
            found = results.loc[(metric, group)]
            assert found["effect_absolute_low"] < true < found["effect_absolute_high"]
    shipped = ["customer_conversion", "orders_per_customer", "revenue_per_customer"]
    results = results.loc[shipped]
    assert set(results.xs("variant_a", level=1)["verdict"]) == {"no_difference_found"}
    assert set(results.xs("variant_b", level=1)["verdict"]) == {"better"}
    assert not shop.warehouse.query("from marts.experiment_health")["has_srm"].any()


def test_clusters_resemble_the_latent_types(shop):
    clusters = shop.warehouse.query("from marts.customer_clusters").merge(
        shop.truth.customers, on="customer_id"
    )
    assert len(clusters) > 4000
    assert adjusted_rand_score(clusters["latent_type"], clusters["cluster_id"]) > 0.3


def test_churn_scores_approach_the_best_possible(shop):
    """On the test cutoff: better than recency alone, not better than knowing the true rates."""
    predictions = shop.warehouse.query(
        """
        select predictions.*, cutoff_at, days_since_visit
        from intermediate.py_churn_predictions as predictions
        join intermediate.int_churn_examples using (customer_id, split)
        where split = 'test'
        """
    ).merge(shop.truth.customers, on="customer_id", how="inner")
    cutoff = predictions["cutoff_at"].iloc[0]
    last_seen = cutoff - pd.to_timedelta(predictions["days_since_visit"], unit="D")
    ceiling = 1 - true_purchase_probability(predictions, cutoff, 30, last_seen_at=last_seen)
    churned = predictions["is_churned"].astype(bool)
    best = roc_auc_score(churned, ceiling)
    found = roc_auc_score(churned, predictions["churn_probability"])
    baseline = roc_auc_score(churned, predictions["baseline_probability"])
    assert baseline + 0.05 < found < best + 0.02
    assert found > best - 0.08
    performance = shop.warehouse.query("from marts.model_performance").set_index(
        ["split", "metric"]
    )
    assert np.isclose(performance.loc[("test", "auc"), "value"], found)
    assert np.isclose(performance.loc[("test", "auc"), "baseline_value"], baseline)
