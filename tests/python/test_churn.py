import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from footfall.churn import MIN_REASON_LOG_ODDS, PREDICTION_DTYPES, churn_predictions

FEATURES = ["recency_days", "order_count", "session_count", "height"]
KEYS = ["customer_id", "split", "is_churned"]


def customers(size=600, seed=0):
    """Buyers at three cutoffs whose churn rises with recency and falls with sessions."""
    rng = np.random.default_rng(seed)
    parts = []
    for split in ["train", "test", "score"]:
        recency, sessions = rng.integers(0, 90, size), rng.poisson(5, size)
        log_odds = 1.5 * np.log1p(recency) - 1.2 * np.log1p(sessions) - 2.5
        is_churned = pd.array(rng.random(size) < expit(log_odds), dtype="boolean")
        if split == "score":
            is_churned[:] = pd.NA
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": [f"c{number:04d}" for number in range(size)],
                    "split": split,
                    "is_churned": is_churned,
                    "recency_days": recency,
                    "order_count": 1 + rng.poisson(sessions / 4),
                    "session_count": sessions,
                    "height": rng.normal(170, 10, size),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


EXAMPLES = customers()


def dtypes(frame):
    return frame.dtypes.astype(str).to_dict()


def standardised(examples):
    logs = np.log1p(examples[FEATURES].astype(float))
    train = logs[examples["split"] == "train"]
    return ((logs - train.mean()) / train.std(ddof=0)).to_numpy()


def test_probabilities_are_those_of_a_logistic_regression():
    predictions = churn_predictions(EXAMPLES)
    is_train = (EXAMPLES["split"] == "train").to_numpy()
    labels = EXAMPLES.loc[is_train, "is_churned"].astype(bool)
    points = standardised(EXAMPLES)
    oracle = LogisticRegression(tol=1e-10, max_iter=1_000).fit(points[is_train], labels)
    expected = oracle.predict_proba(points)[:, 1]
    np.testing.assert_allclose(predictions["churn_probability"], expected, atol=1e-5)
    oracle.fit(points[is_train][:, :1], labels)
    expected = oracle.predict_proba(points[:, :1])[:, 1]
    np.testing.assert_allclose(predictions["baseline_probability"], expected, atol=1e-5)


def test_predictions_are_calibrated_and_beat_the_baseline_on_later_customers():
    predictions = churn_predictions(customers(6_000))
    test = predictions[predictions["split"] == "test"]
    labels = test["is_churned"].astype(bool)
    deciles = pd.qcut(test["churn_probability"], 10, labels=False)
    gaps = labels.groupby(deciles).mean() - test["churn_probability"].groupby(deciles).mean()
    assert gaps.abs().max() < 0.05
    by_model = roc_auc_score(labels, test["churn_probability"])
    assert by_model > roc_auc_score(labels, test["baseline_probability"]) + 0.02


def test_reasons_are_the_largest_terms_that_raise_the_odds():
    predictions = churn_predictions(EXAMPLES)
    points = standardised(EXAMPLES)
    # The log-odds are exactly linear in the points: least squares gives back the coefficients.
    design = np.column_stack([np.ones(len(points)), points])
    log_odds = logit(predictions["churn_probability"])
    solution = np.linalg.lstsq(design, log_odds, rcond=None)[0]
    np.testing.assert_allclose(design @ solution, log_odds, atol=1e-5)
    coefficients = solution[1:]

    train = EXAMPLES["split"] == "train"
    churned = EXAMPLES.loc[train, "is_churned"].astype(bool).to_numpy()
    association = points[train][churned].mean(axis=0) - points[train][~churned].mean(axis=0)
    terms = np.where(coefficients * association > 0, points * coefficients, 0)
    for row in range(0, len(EXAMPLES), 37):
        named = [f for f in np.argsort(-terms[row]) if terms[row, f] >= MIN_REASON_LOG_ODDS]
        expected = [f"{FEATURES[f]}:{'high' if points[row, f] > 0 else 'low'}" for f in named[:3]]
        assert predictions.loc[row, "reason_1":"reason_3"].dropna().tolist() == expected


def test_reasons_read_as_an_analyst_expects():
    reasons = churn_predictions(EXAMPLES).loc[:, "reason_1":"reason_3"]
    named = set(reasons.melt()["value"].dropna())
    assert {"recency_days:high", "session_count:low"} <= named
    assert not {"recency_days:low", "session_count:high", "order_count:high"} & named


def test_a_feature_that_corrects_for_another_is_no_reason():
    rng = np.random.default_rng(6)
    train = EXAMPLES[EXAMPLES["split"] == "train"]
    sessions = rng.normal(3, 1, len(train))
    orders = sessions + rng.normal(0, 0.4, len(train))
    log_odds = 3 * (orders - 3) - 6 * (sessions - 3)
    examples = train[KEYS].assign(
        is_churned=rng.random(len(train)) < expit(log_odds),
        recency_days=1,
        session_count=np.expm1(np.abs(sessions)),
        order_count=np.expm1(np.abs(orders)),
    )
    predictions = churn_predictions(examples)
    named = predictions.loc[:, "reason_1":"reason_3"].melt()["value"].dropna()
    assert set(named) == {"session_count:low"}


def test_a_customer_whom_nothing_pushes_has_no_reasons():
    loyal = EXAMPLES["customer_id"].eq("c0007") & EXAMPLES["split"].eq("score")
    examples = EXAMPLES.copy()
    examples.loc[loyal, ["recency_days", "order_count", "session_count"]] = [0, 60, 60]
    examples["height"] = 170.0
    predictions = churn_predictions(examples)
    assert predictions.loc[loyal, "reason_1":"reason_3"].isna().all(axis=None)
    assert predictions.loc[loyal, "churn_probability"].item() < 0.01


def test_recency_alone_equals_the_baseline_and_has_one_reason():
    predictions = churn_predictions(EXAMPLES[[*KEYS, "recency_days"]])
    assert (predictions["churn_probability"] == predictions["baseline_probability"]).all()
    assert set(predictions["reason_1"].dropna()) == {"recency_days:high"}
    assert predictions[["reason_2", "reason_3"]].isna().all(axis=None)


def test_rows_come_back_in_order_whatever_the_input_order():
    predictions = churn_predictions(EXAMPLES.sample(frac=1, random_state=1))
    assert predictions[["customer_id", "split"]].equals(EXAMPLES[["customer_id", "split"]])
    assert predictions["is_churned"].equals(EXAMPLES["is_churned"])
    assert dtypes(predictions) == PREDICTION_DTYPES
    pd.testing.assert_frame_equal(predictions, churn_predictions(EXAMPLES))


def test_labels_may_come_as_objects():
    as_objects = EXAMPLES.assign(is_churned=EXAMPLES["is_churned"].astype(object))
    pd.testing.assert_frame_equal(churn_predictions(as_objects), churn_predictions(EXAMPLES))


@pytest.mark.parametrize(
    "examples",
    [
        EXAMPLES[:0],
        EXAMPLES[:49],
        EXAMPLES[EXAMPLES["split"] != "train"],
        EXAMPLES.assign(is_churned=True),
        EXAMPLES.assign(is_churned=False),
    ],
)
def test_too_little_to_learn_from_gives_an_empty_frame(examples):
    predictions = churn_predictions(examples)
    assert predictions.empty
    assert dtypes(predictions) == PREDICTION_DTYPES


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="examples: missing column recency_days"):
        churn_predictions(EXAMPLES.drop(columns="recency_days"))
    with pytest.raises(ValueError, match="examples: column height has null or infinite values"):
        churn_predictions(EXAMPLES.assign(height=np.nan))
    with pytest.raises(ValueError, match="examples: column height is not numeric"):
        churn_predictions(EXAMPLES.assign(height="tall"))
    with pytest.raises(ValueError, match="examples: split holdout is none of train, test, score"):
        churn_predictions(EXAMPLES.replace({"split": {"test": "holdout"}}))
    with pytest.raises(ValueError, match="examples: customer_id has repeated values in one split"):
        churn_predictions(pd.concat([EXAMPLES, EXAMPLES[:1]]))
    with pytest.raises(ValueError, match="examples: is_churned has nulls in split train or test"):
        churn_predictions(EXAMPLES.assign(is_churned=None))
