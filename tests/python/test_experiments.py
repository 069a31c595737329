import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from footfall.experiments import (
    COMPARISON_DTYPES,
    SAMPLE_RATIO_DTYPES,
    compare_groups,
    holm,
    sample_ratio,
)

GROUPS = pd.DataFrame(
    [("checkout", "a", True, 0.5), ("checkout", "b", False, 0.5)],
    columns=["experiment_id", "experiment_group", "is_control", "expected_share"],
)
THREE_GROUPS = pd.concat(
    [GROUPS, pd.DataFrame([("checkout", "c", False, 0.5)], columns=GROUPS.columns)]
)
METRIC_COLUMNS = [
    "experiment_id",
    "metric_id",
    "experiment_group",
    "customers",
    "mean",
    "variance",
]


def aggregate(experiment_group, values, metric_id="revenue"):
    values = np.asarray(values, dtype=float)
    variance = values.var(ddof=1) if len(values) > 1 else None
    return ("checkout", metric_id, experiment_group, len(values), values.mean(), variance)


def metric_rows(*rows):
    return pd.DataFrame(list(rows), columns=METRIC_COLUMNS)


def dtypes(frame):
    return frame.dtypes.astype(str).to_dict()


def compare_two(control, treatment, **columns):
    metrics = metric_rows(aggregate("a", control), aggregate("b", treatment)).assign(**columns)
    return compare_groups(metrics, GROUPS, 0.95).iloc[0]


def test_absolute_effect_is_scipys_welch_test():
    rng = np.random.default_rng(7)
    control, treatment = rng.gamma(2, 10, 40), rng.gamma(2, 13, 55)
    row = compare_two(control, treatment)

    oracle = stats.ttest_ind(treatment, control, equal_var=False)
    interval = oracle.confidence_interval(0.95)
    assert row["p_value"] == pytest.approx(oracle.pvalue, rel=1e-12)
    assert row["degrees_of_freedom"] == pytest.approx(oracle.df, rel=1e-12)
    assert row["effect_absolute"] == pytest.approx(treatment.mean() - control.mean())
    assert row["effect_absolute_low"] == pytest.approx(interval.low, rel=1e-12)
    assert row["effect_absolute_high"] == pytest.approx(interval.high, rel=1e-12)
    assert (row["control_customers"], row["treatment_customers"]) == (40, 55)
    assert (row["adjustment"], row["confidence"]) == ("none", 0.95)


@pytest.mark.parametrize("control_variance", [0.0, 1e-6, 4.0])
@pytest.mark.parametrize("customers", [2, 30, 500_000])
def test_p_value_from_aggregates_is_scipys(customers, control_variance):
    metrics = metric_rows(
        ("checkout", "revenue", "a", customers, 10.0, control_variance),
        ("checkout", "revenue", "b", customers + 1, 10.01, 9.0),
    )
    row = compare_groups(metrics, GROUPS, 0.9).iloc[0]
    oracle = stats.ttest_ind_from_stats(
        10.01, 3.0, customers + 1, 10.0, control_variance**0.5, customers, equal_var=False
    )
    assert row["p_value"] == pytest.approx(oracle.pvalue, rel=1e-9)


def test_relative_interval_covers_the_true_lift():
    rng = np.random.default_rng(11)
    runs, customers, true_lift = 1_000, 400, 0.2
    control = rng.exponential(5.0, (runs, customers))
    treatment = rng.exponential(6.0, (runs, customers))
    ids = [f"e{run:04d}" for run in range(runs)]
    groups = pd.concat([GROUPS.assign(experiment_id=name) for name in ids])
    metrics = pd.concat(
        pd.DataFrame(
            {
                "experiment_id": ids,
                "metric_id": "revenue",
                "experiment_group": group,
                "customers": customers,
                "mean": values.mean(axis=1),
                "variance": values.var(axis=1, ddof=1),
            }
        )
        for group, values in {"a": control, "b": treatment}.items()
    )
    results = compare_groups(metrics, groups, 0.95)
    covered = results["effect_relative_low"].le(true_lift) & results["effect_relative_high"].ge(
        true_lift
    )
    assert 0.93 < covered.mean() < 0.97


def test_relative_interval_agrees_with_the_bootstrap():
    rng = np.random.default_rng(5)
    control, treatment = rng.gamma(2, 10, 800), rng.gamma(2, 12, 600)
    row = compare_two(control, treatment)
    control_means = rng.choice(control, (4_000, 800)).mean(axis=1)
    treatment_means = rng.choice(treatment, (4_000, 600)).mean(axis=1)
    low, high = np.quantile(treatment_means / control_means - 1, [0.025, 0.975])
    width = high - low
    assert row["effect_relative_low"] == pytest.approx(low, abs=0.06 * width)
    assert row["effect_relative_high"] == pytest.approx(high, abs=0.06 * width)


def test_relative_effect_of_a_negative_control_mean_keeps_the_sign_of_the_effect():
    row = compare_two([-11, -10, -9], [-6, -5, -4])
    assert row["effect_relative"] == pytest.approx(0.5)
    assert row["effect_relative_low"] < 0.5 < row["effect_relative_high"]


def test_relative_effect_is_null_without_a_control_mean():
    row = compare_two([-1, 0, 1], [4, 5, 6])
    assert row[["effect_relative", "effect_relative_low", "effect_relative_high"]].isna().all()
    assert row["verdict"] == "better"


@pytest.mark.parametrize(
    ("control", "treatment"),
    [
        ([5.0], [1.0, 2.0, 3.0]),
        ([1.0, 2.0, 3.0], [5.0]),
        ([1.0, 1.0], [1.0, 1.0]),
        ([0, 0], [1, 1]),
    ],
)
def test_one_customer_or_no_variance_at_all_is_not_enough_data(control, treatment):
    row = compare_two(control, treatment)
    assert row["verdict"] == "not_enough_data"
    assert row["effect_absolute"] == np.mean(treatment) - np.mean(control)
    tested = ["p_value", "p_value_adjusted", "degrees_of_freedom", "effect_absolute_low"]
    assert row[tested].isna().all()


def test_one_customer_is_not_enough_data_even_with_a_population_variance():
    metrics = metric_rows(("checkout", "revenue", "a", 1, 5.0, 0.0), aggregate("b", [1, 2, 3]))
    row = compare_groups(metrics, GROUPS, 0.95).iloc[0]
    assert row["verdict"] == "not_enough_data"
    assert np.isnan(row["degrees_of_freedom"])


def test_no_variance_in_one_group_is_tested_with_the_others():
    row = compare_two([1.0, 1.0, 1.0], [3.0, 4.0, 5.0])
    assert row["degrees_of_freedom"] == pytest.approx(2)


def test_a_treatment_that_nobody_bought_in_has_no_relative_interval():
    row = compare_two([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    assert row["effect_relative"] == -1
    assert np.isnan(row["effect_relative_low"])
    assert row["p_value"] < 1


def test_configured_group_without_data_and_data_without_a_configured_group():
    metrics = metric_rows(
        aggregate("a", [1, 2, 3]), aggregate("b", [2, 3, 5]), aggregate("typo", [9, 9, 9])
    )
    results = compare_groups(metrics, THREE_GROUPS, 0.95)
    assert results["treatment_group"].tolist() == ["b", "c"]
    missing = results.iloc[1]
    assert (missing["treatment_customers"], missing["verdict"]) == (0, "not_enough_data")
    assert np.isnan(missing["treatment_mean"])
    assert results.loc[0, "p_value_adjusted"] == results.loc[0, "p_value"]


@pytest.mark.parametrize(
    ("columns", "verdict"),
    [
        ({}, "better"),
        ({"higher_is_better": False}, "worse"),
        ({"higher_is_better": None}, "better"),
    ],
)
def test_verdict_follows_the_direction_of_the_metric(columns, verdict):
    assert compare_two([1, 2, 3, 2], [11, 12, 13, 12], **columns)["verdict"] == verdict


def test_verdict_of_a_loss_and_of_noise():
    assert compare_two([11, 12, 13], [1, 2, 3])["verdict"] == "worse"
    assert compare_two([1, 2, 3], [1, 2, 4])["verdict"] == "no_difference_found"


def test_holm_runs_over_all_metrics_and_treatments_of_one_experiment():
    rng = np.random.default_rng(1)
    rows = [
        aggregate(group, rng.normal(shift, 1, 30), metric)
        for metric in ["orders", "revenue"]
        for group, shift in {"a": 0, "b": 0.5, "c": 0.9}.items()
    ]
    results = compare_groups(metric_rows(*rows), THREE_GROUPS, 0.95)
    keys = ["metric_id", "treatment_group"]
    assert results[keys].to_numpy().tolist() == [
        ["orders", "b"],
        ["orders", "c"],
        ["revenue", "b"],
        ["revenue", "c"],
    ]
    assert results["p_value_adjusted"].tolist() == pytest.approx(holm_by_hand(results["p_value"]))


def test_verdict_needs_the_adjusted_p_value():
    lift = [aggregate("a", [1, 2, 3, 4], "orders"), aggregate("b", [3, 4, 5, 6], "orders")]
    noise = [aggregate("a", [1, 2, 4]), aggregate("b", [1, 2, 4])]
    alone = compare_groups(metric_rows(*lift), GROUPS, 0.9).iloc[0]
    beside = compare_groups(metric_rows(*lift, *noise), GROUPS, 0.9).iloc[0]
    assert 0.05 < alone["p_value"] == beside["p_value"] < 0.1
    assert (alone["verdict"], beside["verdict"]) == ("better", "no_difference_found")


def holm_by_hand(p_values):
    """Reject while p <= alpha / (hypotheses left): the smallest alpha that rejects each one."""
    adjusted = {}
    highest = 0.0
    for done, (index, p_value) in enumerate(sorted(enumerate(p_values), key=lambda pair: pair[1])):
        highest = max(highest, min(1.0, p_value * (len(p_values) - done)))
        adjusted[index] = highest
    return [adjusted[index] for index in range(len(p_values))]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_the_step_down_procedure(p_values):
    adjusted = holm(pd.Series(p_values))
    assert adjusted.tolist() == pytest.approx(holm_by_hand(p_values))
    assert (adjusted >= pd.Series(p_values)).all()
    assert adjusted.le(1).all()


def test_holm_does_not_count_nulls():
    adjusted = holm(pd.Series([np.nan, 0.02, 0.01], index=[7, 8, 9]))
    assert adjusted.loc[[8, 9]].tolist() == [0.02, 0.02]
    assert np.isnan(adjusted.loc[7])


values = st.lists(st.integers(-50, 50), min_size=2, max_size=20)


@settings(max_examples=25, deadline=None)
@given(values, values)
def test_swapping_the_groups_flips_the_effect(control, treatment):
    forth, back = compare_two(control, treatment), compare_two(treatment, control)
    assert forth["effect_absolute"] == -back["effect_absolute"]
    pairs = [
        ("p_value", "p_value", 1),
        ("effect_absolute_low", "effect_absolute_high", -1),
        ("degrees_of_freedom", "degrees_of_freedom", 1),
    ]
    for one, other, sign in pairs:
        assert forth[one] == pytest.approx(sign * back[other], nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(values, values, st.floats(0.01, 1000))
def test_the_unit_of_a_metric_changes_only_absolute_figures(control, treatment, scale):
    row = compare_two(control, treatment)
    scaled = compare_two(np.array(control) * scale, np.array(treatment) * scale)
    for column in ["p_value", "effect_relative", "effect_relative_low", "degrees_of_freedom"]:
        if np.isfinite(row["p_value"]) and abs(row["control_mean"]) > 1e-6:
            assert scaled[column] == pytest.approx(row[column], rel=1e-6, abs=1e-9, nan_ok=True)
    assert scaled["effect_absolute"] == pytest.approx(scale * row["effect_absolute"], abs=1e-9)


def test_row_order_and_id_types_do_not_matter():
    groups = THREE_GROUPS.assign(experiment_id=3)
    metrics = metric_rows(
        aggregate("a", [1, 2, 3]), aggregate("b", [2, 3, 5]), aggregate("c", [2, 4, 9])
    ).assign(experiment_id=3)
    expected = compare_groups(metrics, groups, 0.95)
    shuffled = compare_groups(metrics[::-1], groups.sample(frac=1, random_state=0), 0.95)
    pd.testing.assert_frame_equal(expected, shuffled)
    assert expected["experiment_id"].tolist() == ["3", "3"]


def test_empty_input_gives_empty_typed_frames():
    metrics = metric_rows(aggregate("a", [1, 2]), aggregate("b", [1, 2]))
    exposures = exposure_rows(("a", 1, 0))
    for results in [
        compare_groups(metrics[:0], GROUPS, 0.95),
        compare_groups(metrics, GROUPS[:0], 0.95),
    ]:
        assert results.empty
        assert dtypes(results) == COMPARISON_DTYPES
    ratio = sample_ratio(exposures[:0], GROUPS[:0])
    assert ratio.empty
    assert dtypes(ratio) == SAMPLE_RATIO_DTYPES


def test_wrong_input_is_named():
    metrics = metric_rows(aggregate("a", [1, 2]), aggregate("b", [1, 2]))
    with pytest.raises(ValueError, match="metrics: missing column variance"):
        compare_groups(metrics.drop(columns="variance"), GROUPS, 0.95)
    with pytest.raises(ValueError, match="groups: missing column is_control"):
        compare_groups(metrics, GROUPS.drop(columns="is_control"), 0.95)
    with pytest.raises(ValueError, match=r"confidence: 95 is not between 0 and 1"):
        compare_groups(metrics, GROUPS, 95)
    with pytest.raises(ValueError, match=r"more than one row for .* = checkout, revenue, a"):
        compare_groups(pd.concat([metrics, metrics]), GROUPS, 0.95)
    with pytest.raises(ValueError, match="is_control must be true once in experiment checkout"):
        compare_groups(metrics, GROUPS.assign(is_control=True), 0.95)
    with pytest.raises(ValueError, match="expected_share must be positive"):
        sample_ratio(exposure_rows(("a", 1, 0)), GROUPS.assign(expected_share=[1.0, 0.0]))


def exposure_rows(*rows, experiment_id="checkout"):
    columns = ["experiment_group", "customers", "crossover_customers"]
    return pd.DataFrame(list(rows), columns=columns).assign(experiment_id=experiment_id)


def test_sample_ratio_is_scipys_chi_square():
    exposures = exposure_rows(("c", 330, 0), ("a", 300, 4), ("b", 420, 2), ("typo", 9, 0))
    groups = THREE_GROUPS.assign(expected_share=[1, 2, 1])
    ratio = sample_ratio(exposures, groups)
    oracle = stats.chisquare([300, 420, 330], [262.5, 525, 262.5])

    assert ratio["experiment_group"].tolist() == ["a", "b", "c", "typo"]
    assert ratio["is_configured"].tolist() == [True, True, True, False]
    assert ratio["customers"].tolist() == [300, 420, 330, 9]
    assert ratio["crossover_customers"].tolist() == [4, 2, 0, 0]
    assert ratio["expected_share"].tolist() == pytest.approx([0.25, 0.5, 0.25, np.nan], nan_ok=True)
    assert ratio["observed_share"].tolist()[:2] == pytest.approx([300 / 1050, 420 / 1050])
    assert ratio["chi_square"].tolist() == pytest.approx([oracle.statistic] * 4)
    assert ratio["srm_p_value"].tolist() == pytest.approx([oracle.pvalue] * 4)
    assert ratio["degrees_of_freedom"].tolist() == [2] * 4
    assert ratio["has_srm"].all()
    assert dtypes(ratio) == SAMPLE_RATIO_DTYPES


def test_a_configured_group_without_customers_is_a_mismatch():
    ratio = sample_ratio(exposure_rows(("a", 100, 0)), GROUPS)
    assert ratio["customers"].tolist() == [100, 0]
    assert ratio["has_srm"].all()


def test_an_even_split_is_no_mismatch():
    assert not sample_ratio(exposure_rows(("a", 510, 0), ("b", 490, 0)), GROUPS)["has_srm"].any()


def test_there_is_no_test_without_customers_or_configuration():
    exposures = exposure_rows(("x", 5, 1), experiment_id="unknown")
    ratio = sample_ratio(exposures, GROUPS)
    assert ratio["experiment_id"].tolist() == ["checkout", "checkout", "unknown"]
    assert ratio["chi_square"].isna().all()
    assert ratio["degrees_of_freedom"].isna().all()
    assert not ratio["has_srm"].any()


def test_the_module_imports_without_scikit_learn_and_scipy_stats():
    code = (
        "import sys, footfall.experiments as _; print({'sklearn', 'scipy.stats'} & {*sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize("metric", ["visit", "conversion", "spend"])
@pytest.mark.parametrize("treatment", ["Mens E-Mail", "Womens E-Mail"])
def test_the_hillstrom_mail_test_is_scipys(shared_data, metric, treatment):
    """64,000 customers, three arms: the public e-mail test of MineThatData."""
    customers = pd.read_csv(shared_data / "hillstrom" / "hillstrom.csv")
    arms = {"a": "No E-Mail", "b": treatment}
    values = {
        group: customers.loc[customers["segment"] == arm, metric] for group, arm in arms.items()
    }
    row = compare_two(values["a"], values["b"])
    oracle = stats.ttest_ind(values["b"], values["a"], equal_var=False)
    assert row["p_value"] == pytest.approx(oracle.pvalue, rel=1e-9)
    assert row["effect_absolute_low"] == pytest.approx(oracle.confidence_interval(0.95).low)
    assert row["control_mean"] == pytest.approx(values["a"].mean())
