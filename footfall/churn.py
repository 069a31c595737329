"""Churn probabilities with reasons: a logistic regression whose log-odds add up by feature."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from footfall.frames import log_features, mean_and_scale, require_columns

SPLITS = ["train", "test", "score"]
KEYS = ["customer_id", "split", "is_churned"]
BASELINE_FEATURE = "recency_days"
MIN_TRAIN_ROWS = 50
MIN_REASON_LOG_ODDS = np.log(1.05)
REASONS = ["reason_1", "reason_2", "reason_3"]
DECIMALS = 9

PREDICTION_DTYPES = {
    "customer_id": "str",
    "split": "str",
    "is_churned": "boolean",
    "churn_probability": "float64",
    "baseline_probability": "float64",
    **dict.fromkeys(REASONS, "str"),
}


def churn_predictions(examples: pd.DataFrame) -> pd.DataFrame:
    """Learn churn from the train rows and predict it for every row, with reasons.

    The model is a logistic regression (L2 penalty, C = 1) on log features, standardised by the
    train rows' mean and standard deviation. Its probabilities need no further calibration. Its
    log-odds are an exact sum: the intercept and, for each feature, a term: coefficient times
    standardised feature. A term is 0 for the average train customer, so it says how far the
    feature moves a customer away from the average.

    Reasons are the largest positive terms, written `<feature>:high` or `<feature>:low`. A term is
    named only if it raises the odds by 5% or more. A feature is named only if its coefficient has
    the sign of its own association with churn. The other features correct for features they are
    correlated with, and would mislead as reasons ("many orders" as a reason to leave).

    The fit is exact (Newton's method, one thread): nothing is random.

    Args:
        examples: one row per customer and split, with `customer_id`, `split` ('train', 'test' of a
            later cutoff, 'score' of the latest), `is_churned` (boolean; null in 'score'), and
            numeric feature columns without nulls. One of them is `recency_days`. They must not use
            anything from after the row's cutoff, and are put on the scale of
            `frames.log_features`.

    Returns:
        A frame of `PREDICTION_DTYPES`, sorted by split (train, test, score) and customer_id.
        `baseline_probability` comes from the same regression on `recency_days` alone. Reasons are
        null where fewer than three features can be named. The frame is empty when there are fewer
        than 50 train rows, or when all or none of them churned.

    Raises:
        ValueError: a missing column, a feature that is not numeric or has nulls, an unknown split,
            a customer twice in one split, or a null `is_churned` in 'train' or 'test'.

    """
    require_columns(examples, "examples", [*KEYS, BASELINE_FEATURE])
    rows = _sorted_examples(examples)
    features = [column for column in rows.columns if column not in KEYS]
    values = log_features(rows, "examples", features)
    is_train = (rows["split"] == "train").to_numpy()
    labels = rows.loc[is_train, "is_churned"].to_numpy(dtype="bool")
    if len(labels) < MIN_TRAIN_ROWS or labels.all() or not labels.any():
        return pd.DataFrame(columns=list(PREDICTION_DTYPES)).astype(PREDICTION_DTYPES)

    mean, scale = mean_and_scale(values[is_train])
    points = (values - mean) / scale
    recency = points[:, [features.index(BASELINE_FEATURE)]]
    with threadpool_limits(limits=1):
        model = _fit(points[is_train], labels)
        baseline = _fit(recency[is_train], labels)
        predictions = rows[KEYS].assign(
            churn_probability=model.predict_proba(points)[:, 1].round(DECIMALS),
            baseline_probability=baseline.predict_proba(recency)[:, 1].round(DECIMALS),
        )
    churned, kept = points[is_train][labels], points[is_train][~labels]
    association = churned.mean(axis=0) - kept.mean(axis=0)
    coefficients = np.where(model.coef_[0] * association > 0, model.coef_[0], 0)
    predictions[REASONS] = _reasons(points, coefficients, features)
    return predictions.astype(PREDICTION_DTYPES)


def _sorted_examples(examples: pd.DataFrame) -> pd.DataFrame:
    """Type and check the key columns, and sort by split and customer."""
    rows = examples.astype({"customer_id": "str", "split": "str", "is_churned": "boolean"})
    unknown = rows.loc[~rows["split"].isin(SPLITS), "split"]
    if not unknown.empty:
        raise ValueError(f"examples: split {unknown.iloc[0]} is none of {', '.join(SPLITS)}")
    if rows.duplicated(["split", "customer_id"]).any():
        raise ValueError("examples: customer_id has repeated values in one split")
    if rows.loc[rows["split"] != "score", "is_churned"].isna().any():
        raise ValueError("examples: is_churned has nulls in split train or test")
    by_customer = rows.sort_values("customer_id", ignore_index=True)
    return by_customer.sort_values(
        "split", key=lambda split: split.map(SPLITS.index), kind="stable", ignore_index=True
    )


def _fit(points: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    """Fit a logistic regression to standardised points (n, d) and boolean labels (n,)."""
    return LogisticRegression(C=1.0, solver="newton-cholesky").fit(points, labels)


def _reasons(points: np.ndarray, coefficients: np.ndarray, features: list[str]) -> np.ndarray:
    """Name the features that raise the log-odds most, text or None, shape (n, 3).

    Args:
        points: standardised features (n, d); 0 is the average.
        coefficients: log-odds per standard deviation (d,).
        features: d names. Ties go to the earlier one.

    """
    terms = (points * coefficients).round(DECIMALS)
    strongest = np.argsort(-terms, axis=1, kind="stable")[:, : len(REASONS)]
    is_low = np.take_along_axis(points, strongest, axis=1) < 0
    codes = np.array([[f"{name}:high", f"{name}:low"] for name in features], dtype="object")
    is_named = np.take_along_axis(terms, strongest, axis=1) >= MIN_REASON_LOG_ODDS
    reasons = np.full((len(points), len(REASONS)), None, dtype="object")
    reasons[:, : strongest.shape[1]] = np.where(
        is_named, codes[strongest, is_low.astype(int)], None
    )
    return reasons
