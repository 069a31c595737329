"""The purchase history, which has no times, against figures worked out with pandas."""

import numpy as np
import pandas as pd
import pytest
from warehouses import Warehouse, built_source

EMPTY = [
    "fct_events",
    "fct_sessions",
    "fct_orders",
    "uncounted_orders",
    "dim_products",
    "fct_funnel_progress",
    "fct_experiment_exposures",
    "experiment_results",
    "customer_rfm",
    "customer_churn_scores",
    "model_performance",
]


@pytest.fixture(scope="module")
def raw(shared_data) -> pd.DataFrame:
    return pd.read_csv(
        shared_data / "purchase_history" / "purchase_history.csv", dtype={"Customer ID": str}
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory, shared_data) -> Warehouse:
    return built_source(
        tmp_path_factory.mktemp("history"),
        "purchase_history",
        raw_path=str(shared_data / "purchase_history"),
    )


def test_what_needs_times_is_empty_and_says_so(history):
    counts = {mart: history.value(f"select count(*) from marts.{mart}") for mart in EMPTY}
    assert counts == dict.fromkeys(EMPTY, 0)
    findings = history.query("select evidence_table, finding from marts.insights")
    unanswered = findings[findings["finding"].str.startswith("Not answerable")]
    assert {"fct_sessions", "customer_rfm", "customer_churn_scores"} <= set(
        unanswered["evidence_table"]
    )


def test_every_row_and_every_price_is_kept(history, raw):
    found = history.query("select * from marts.source_reconciliation")
    assert found["rows_in"].tolist() == found["rows_kept"].tolist() == [len(raw)]
    assert float(found["amount_kept"].iloc[0]) == raw["Price"].sum()


def test_customers_are_who_the_file_says(history, raw):
    found = history.query("select * from marts.dim_customers").set_index("customer_id")
    expected = raw.set_index("Customer ID").loc[found.index]
    assert len(found) == len(raw)
    assert found["age"].tolist() == expected["Age"].tolist()
    assert found["salary"].astype(float).tolist() == expected["Salary"].astype(float).tolist()
    assert found["has_purchased"].tolist() == expected["Purchased"].astype(bool).tolist()


@pytest.mark.parametrize(("attribute", "width"), [("Age", 10), ("Salary", 10_000)])
def test_distributions_by_purchase(history, raw, attribute, width):
    found = history.query(
        f"""
        select * from marts.customer_demographics
        where attribute_name = '{attribute.lower()}' order by band_from
        """
    )
    bins = np.arange(raw[attribute].min() // width * width, raw[attribute].max() + width + 1, width)
    customers, _ = np.histogram(raw[attribute], bins)
    buyers, _ = np.histogram(raw.loc[raw["Purchased"] == 1, attribute], bins)
    seen = customers > 0
    assert found["band_from"].tolist() == bins[:-1][seen].tolist()
    assert found["customers"].tolist() == customers[seen].tolist()
    assert found["buyers"].tolist() == buyers[seen].tolist()
    assert np.allclose(found["buyer_share"], buyers[seen] / buyers.sum(), atol=1e-12)


def test_correlations_are_those_of_pandas(history, raw):
    expected = raw.assign(
        is_female=raw["Gender"].eq("Female").astype(float),
        age=raw["Age"],
        salary=raw["Salary"],
        mean_offer_price=raw["Price"],
        has_purchased=raw["Purchased"],
    )[["is_female", "age", "salary", "mean_offer_price", "has_purchased"]].corr()
    found = history.query("select * from marts.feature_correlations").pivot_table(
        index="feature_a", columns="feature_b", values="pearson_r"
    )
    found = found.loc[expected.index, expected.columns]
    assert np.allclose(found, expected, atol=1e-6)


def test_clusters_are_told_by_age_and_salary(history, raw):
    profiles = history.query("select * from marts.cluster_profiles")
    members = history.query("select customer_id, cluster_id from marts.customer_clusters")
    assert len(members) == len(raw)
    expected = members.merge(raw, left_on="customer_id", right_on="Customer ID").groupby(
        "cluster_id"
    )[["Age", "Salary", "Purchased"]]
    found = profiles.set_index("cluster_id").sort_index()
    columns = ["mean_age", "mean_salary", "buyer_share"]
    assert np.allclose(found[columns], expected.mean().to_numpy())
    assert found["recommended_action"].notna().all()
    assert found["mean_session_count"].isna().all()
