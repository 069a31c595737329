"""Source customer_model on a file like the published one, whose imputed nulls are known."""

import numpy as np
import pandas as pd
import pytest
from customer_model_file import LATER_TARGETS, TARGETS, customer_model
from warehouses import ROOT, built, built_source, run_dbt

from footfall.feature_list import read_features

FEATURES = {feature.rees46_name: feature.feature_name for feature in read_features(ROOT)}
FEATURES_ONLY = ("build", "--exclude-resource-type", "test", "unit_test", "-s")
FEATURES_ONLY += ("+customer_features",)


def expected(truth: pd.DataFrame) -> pd.DataFrame:
    """The mart's rows that `truth` should give."""
    known = truth.assign(customer_id=truth["user_id"].astype(str)).set_index("customer_id")
    return known[list(FEATURES)].rename(columns=FEATURES).astype(float).sort_index()


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("time_step").groupby("user_id").tail(1)


def features_of(warehouse) -> pd.DataFrame:
    found = warehouse.query("from marts.customer_features order by customer_id")
    return found.set_index("customer_id")


def test_the_source_reads_every_feature_of_the_list(warehouse):
    columns = warehouse.query("from staging.base_customer_model__features limit 0").columns
    assert columns[:270].tolist() == ["user_id", "time_step", *FEATURES]


def test_the_generated_file_has_all_276_names(shared_data):
    names = pd.read_csv(shared_data / "rees46_customer_model" / "rees46_276_columns.csv")
    table, _ = customer_model(users=20)
    assert table.columns.tolist() == names["column_name"].tolist()


@pytest.fixture(scope="module")
def model():
    return customer_model()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory, model):
    """The whole build, over two files with four rows among them that cannot be used."""
    folder = tmp_path_factory.mktemp("customer_model")
    table = model[0].astype({"user_id": object, "time_step": object})
    broken = table.iloc[:4].copy()
    broken.iloc[0, broken.columns.get_loc("user_id")] = ""
    broken.iloc[1, broken.columns.get_loc("time_step")] = "later"
    broken["length_mean"] = broken["length_mean"].astype(object)
    broken.iloc[2, broken.columns.get_loc("length_mean")] = "long"
    broken.iloc[2, broken.columns.get_loc("time_step")] = 99
    # a value of a refused row is no maximum
    broken["time_to_view_mean"] = 1e6
    table.iloc[:200].to_csv(folder / "first.csv", index=False)
    pd.concat([table.iloc[200:], broken]).to_csv(folder / "second.csv", index=False)
    return built_source(folder, "customer_model", raw_path=str(folder / "*.csv"))


def test_every_imputed_null_comes_back_and_no_value_is_lost(warehouse, model):
    table, truth = model
    found, wanted = features_of(warehouse), expected(latest(truth))
    planted = expected(latest(table)).notna() & wanted.isna()
    assert planted.to_numpy().sum() > 1_000
    assert planted.any().sum() > 60
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    # genuine maxima stand beside imputed ones
    at_maximum = wanted == expected(table).max()
    assert (at_maximum & planted.any()).any().sum() > 20


def test_users_have_several_windows_and_one_row(warehouse, model):
    assert model[0]["user_id"].duplicated().any()
    assert warehouse.value("select count(*) from marts.dim_customers") == 150
    assert warehouse.value("select count(*) from marts.customer_features") == 150
    assert warehouse.value("select count(*) from marts.fct_events") == 0


def test_what_cannot_be_used_is_kept_with_its_reason(warehouse, model):
    reasons = warehouse.query("from marts.rejected_events order by source_row")
    assert reasons["rejection_reason"].tolist() == [
        "no_customer",
        "unparseable_time_step",
        "unparseable_feature",
        "repeated_time_step",
    ]
    reconciled = warehouse.query("from marts.source_reconciliation")
    assert reconciled["rows_in"].sum() == len(model[0]) + 4
    assert reconciled["is_reconciled"].all()


def test_targets_are_nowhere_in_the_warehouse(warehouse):
    names = warehouse.query("select distinct column_name from information_schema.columns")
    assert not set(names["column_name"]) & {*TARGETS, *LATER_TARGETS, "row_id"}


def test_a_time_step_can_be_chosen_and_a_null_spread_be_the_maximum(tmp_path):
    table, truth = customer_model(seed=8, imputed_stddev="maximum")
    table.to_parquet(tmp_path / "model.parquet", index=False)
    found = built(
        tmp_path,
        *FEATURES_ONLY,
        source="customer_model",
        raw_path=str(tmp_path / "model.parquet"),
        customer_model_time_step=1,
    )
    wanted = expected(truth[truth["time_step"] == 1])
    assert np.isnan(wanted["minutes_per_view_stddev"]).any()
    pd.testing.assert_frame_equal(features_of(found), wanted, check_exact=True)


def test_a_time_step_that_is_none_is_named(tmp_path):
    customer_model(users=5)[0].to_csv(tmp_path / "model.csv", index=False)
    result = run_dbt(
        tmp_path,
        "build",
        source="customer_model",
        raw_path=str(tmp_path / "model.csv"),
        customer_model_time_step="last",
    )
    assert result.returncode != 0
    assert "var 'customer_model_time_step' is 'last'; it must be a whole number" in result.output
