import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from footfall.performance import PERFORMANCE_DTYPES, model_performance

METRICS = [
    "auc",
    "average_precision",
    "log_loss",
    "brier_score",
    "calibration_slope",
    "calibration_intercept",
]


def predictions(customers=1_000, seed=0, slope=1.0, shift=0.0, decimals=2):
    """Outcomes drawn from log-odds; the model misjudges them by a slope and a shift."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-0.5, 1.2, 2 * customers)
    noisy = log_odds + rng.normal(0, 1, 2 * customers)
    return pd.DataFrame(
        {
            "split": np.repeat(["train", "test"], customers),
            "is_churned": rng.random(2 * customers) < expit(log_odds),
            "churn_probability": expit((log_odds - shift) / slope).round(decimals),
            "baseline_probability": expit(noisy),
        }
    )


def measure(frame, **options):
    return model_performance(
        frame, model_name="churn", baseline_name="recency", **({"seed": 1} | options)
    )


def dtypes(frame):
    return frame.dtypes.astype(str).to_dict()


def by_scikit_learn(labels, probabilities):
    scores = logit(np.clip(probabilities, 1e-9, 1 - 1e-9))
    regression = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000)
    return [
        roc_auc_score(labels, probabilities),
        average_precision_score(labels, probabilities),
        log_loss(labels, np.clip(probabilities, 1e-9, 1 - 1e-9)),
        brier_score_loss(labels, probabilities),
        regression.fit(scores.to_numpy()[:, None], labels).coef_[0, 0],
    ]


def test_values_are_scikit_learns_with_ties():
    frame = predictions(decimals=1).query("0 < churn_probability < 1")
    performance = measure(frame, n_bootstrap=20)
    assert performance["split"].tolist() == ["train"] * 6 + ["test"] * 6
    assert performance["metric"].tolist() == METRICS * 2
    assert dtypes(performance) == PERFORMANCE_DTYPES
    assert set(performance["model_name"]) == {"churn"}
    assert set(performance["baseline_name"]) == {"recency"}
    for split, rows in performance.groupby("split"):
        part = frame[frame["split"] == split]
        assert (rows["customers"] == len(part)).all()
        for column, values in {
            "churn_probability": rows["value"],
            "baseline_probability": rows["baseline_value"],
        }.items():
            expected = by_scikit_learn(part["is_churned"], part[column])
            assert values.tolist()[:5] == pytest.approx(expected, abs=1e-5)


def test_calibration_intercept_makes_the_mean_probability_right():
    frame = predictions(shift=0.8)
    intercept = measure(frame).query("split == 'test' and metric == 'calibration_intercept'")
    test = frame[frame["split"] == "test"]
    corrected = expit(
        logit(test["churn_probability"].clip(1e-9, 1 - 1e-9)) + intercept["value"].item()
    )
    assert corrected.mean() == pytest.approx(test["is_churned"].mean(), abs=1e-7)


@pytest.mark.parametrize(
    ("slope", "shift", "expected"), [(1, 0, (1, 0)), (0.5, 0, (0.5, None)), (1, 0.7, (1, 0.7))]
)
def test_planted_miscalibration_is_found(slope, shift, expected):
    frame = predictions(3_000, slope=slope, shift=shift, decimals=6)
    rows = measure(frame).query("split == 'test'").set_index("metric")
    for metric, truth in zip(METRICS[4:], expected, strict=True):
        if truth is not None:
            assert rows.loc[metric, "value_low"] < truth < rows.loc[metric, "value_high"]
            assert rows.loc[metric, "value"] == pytest.approx(truth, abs=0.1)


def test_auc_interval_is_as_wide_as_delongs():
    frame = predictions(1_500, decimals=9)
    rows = measure(frame, n_bootstrap=500).query("split == 'train' and metric == 'auc'")
    part = frame[frame["split"] == "train"]
    positive = part.loc[part["is_churned"], "churn_probability"].to_numpy()
    negative = part.loc[~part["is_churned"], "churn_probability"].to_numpy()
    wins = positive[:, None] > negative[None, :]
    variance = wins.mean(axis=1).var(ddof=1) / len(positive)
    variance += wins.mean(axis=0).var(ddof=1) / len(negative)
    width = (rows["value_high"] - rows["value_low"]).item()
    assert width == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=0.12)


def test_intervals_from_a_sample_are_as_wide_as_from_all_rows():
    frame = predictions(4_000)
    full, sampled = measure(frame), measure(frame, sample_size=1_000)
    assert full["value"].equals(sampled["value"])
    widths = [rows["value_high"] - rows["value_low"] for rows in (full, sampled)]
    np.testing.assert_allclose(widths[1], widths[0], rtol=0.3)


def test_the_order_of_rows_does_not_matter():
    frame = predictions()
    shuffled = frame.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(measure(frame), measure(shuffled))
    different = measure(frame, seed=2)
    assert different["value"].equals(measure(frame)["value"])
    assert not different["value_low"].equals(measure(frame)["value_low"])


def test_other_columns_and_numeric_labels():
    frame = predictions()
    renamed = frame.rename(
        columns={
            "is_churned": "has_bought",
            "churn_probability": "purchase_probability",
            "baseline_probability": "base_rate",
        }
    ).astype({"has_bought": "int64"})
    performance = measure(
        renamed, label="has_bought", probability="purchase_probability", baseline="base_rate"
    )
    pd.testing.assert_frame_equal(performance, measure(frame))


def small(labels, probabilities, split="test"):
    return pd.DataFrame(
        {
            "split": split,
            "is_churned": labels,
            "churn_probability": probabilities,
            "baseline_probability": 0.5,
        }
    )


@pytest.mark.parametrize("probabilities", [[0.1, 0.2, 0.8, 0.9], [0.9, 0.8, 0.2, 0.1]])
def test_separated_outcomes_have_no_slope(probabilities):
    rows = measure(small([False, False, True, True], probabilities)).set_index("metric")
    assert rows.loc["auc", "value"] == (probabilities[0] < 0.5)
    assert rows.loc["calibration_slope", ["value", "value_low", "value_high"]].isna().all()
    assert rows.loc["calibration_intercept", "value"] == pytest.approx(0, abs=1e-8)


def test_a_constant_baseline_has_no_slope():
    rows = measure(small([False, True, True, False], [0.1, 0.2, 0.8, 0.9])).set_index("metric")
    assert np.isnan(rows.loc["calibration_slope", "baseline_value"])
    assert rows.loc["auc", "baseline_value"] == 0.5


def test_certain_and_wrong_is_not_an_error():
    labels = [True, False] * 10
    rows = measure(small(labels, [0.0, 1.0] * 9 + [1.0, 0.0])).set_index("metric")
    assert rows.loc["auc", "value"] == pytest.approx(0.1)
    assert rows.loc["log_loss", "value"] == pytest.approx(0.9 * -np.log(1e-9), rel=1e-6)


def test_an_intercept_far_from_zero_is_found():
    rows = measure(small([True, False] * 20, [1e-6, 1e-6, 2e-6, 2e-6] * 10)).set_index("metric")
    far = -logit([1e-6, 2e-6])
    assert far.min() < rows.loc["calibration_intercept", "value"] < far.max()
    assert rows.loc["calibration_intercept", "value_low"] > 10


def test_probabilities_that_almost_tie_in_a_resample_are_not_an_error():
    nearly_equal = [0.2, 0.2, 0.2 + 1e-10, 0.2 + 1e-10, 0.3]
    rows = measure(small([True, False, True, False, True], nearly_equal)).set_index("metric")
    assert rows.loc["auc", "value_low":"value_high"].notna().all()


@pytest.mark.parametrize(
    "frame",
    [
        small([True, False], 0.5)[:0],
        small([True, True], 0.5),
        small([False, False], 0.5),
        small([True, False], 0.5, split="score"),
    ],
)
def test_without_both_outcomes_there_are_no_rows(frame):
    performance = measure(frame)
    assert performance.empty
    assert dtypes(performance) == PERFORMANCE_DTYPES


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.one_of(st.sampled_from([0, 1e-12, 0.5, 1]), st.floats(0, 1))),
        min_size=2,
        max_size=30,
    )
)
def test_any_probabilities_give_ordered_intervals(rows):
    labels, probabilities = zip(*rows, strict=True)
    performance = measure(small(labels, probabilities), n_bootstrap=20)
    assert len(performance) == (6 if len(set(labels)) == 2 else 0)
    assert performance["value"][:4].notna().all()
    assert not (performance["value_low"] > performance["value_high"]).any()


def test_wrong_input_is_named():
    frame = predictions(10)
    with pytest.raises(ValueError, match="predictions: missing column baseline_probability"):
        measure(frame.drop(columns="baseline_probability"))
    with pytest.raises(
        ValueError, match="column churn_probability has nulls in split train or test"
    ):
        measure(frame.assign(churn_probability=np.nan))
    with pytest.raises(ValueError, match="column baseline_probability is not between 0 and 1"):
        measure(frame.assign(baseline_probability=1.5))
    with pytest.raises(ValueError, match="column is_churned is not boolean or 0 and 1"):
        measure(frame.assign(is_churned=2))
