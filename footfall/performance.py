"""How good a classifier is: discrimination and calibration, with bootstrap intervals.

Every metric is computed from counts: at each distinct probability, how many rows were positive and
how many negative. A bootstrap resample is another row of counts at the same probabilities, so all
resamples are evaluated together, as matrices.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from footfall.frames import require_columns

SPLITS = ["train", "test"]
SAMPLE_SIZE = 10_000
PROBABILITY_FLOOR = 1e-9
MAX_STEP = 2.0
MAX_STEPS = 100
DAMPING = 1e-9
TOLERANCE = 1e-8
DECIMALS = 9

PERFORMANCE_DTYPES = {
    "model_name": "str",
    "split": "str",
    "metric": "str",
    "customers": "int64",
    "value": "float64",
    "value_low": "float64",
    "value_high": "float64",
    "baseline_name": "str",
    "baseline_value": "float64",
}


def model_performance(
    predictions: pd.DataFrame,
    *,
    model_name: str,
    baseline_name: str,
    seed: int,
    label: str = "is_churned",
    probability: str = "churn_probability",
    baseline: str = "baseline_probability",
    n_bootstrap: int = 200,
    sample_size: int = SAMPLE_SIZE,
) -> pd.DataFrame:
    """Measure a binary classifier and its baseline on the train and the test split.

    The metrics, each with a 95% percentile bootstrap interval (Efron and Tibshirani 1993):

    - `auc`: probability that a positive is ranked above a negative, ties half.
    - `average_precision`: precision averaged over the recall gained at each threshold.
    - `log_loss` (natural logarithm) and `brier_score`: lower is better.
    - `calibration_slope`: slope of the labels' logistic regression on the log-odds of the
      probabilities; 1 is right, below 1 is overconfident.
    - `calibration_intercept`: intercept of that regression with the slope held at 1, in log-odds; 0
      is right, below 0 the probabilities are too high on average (Van Calster et al. 2016).

    Args:
        predictions: one row per customer and split, with `split` and the three columns named below;
            splits other than 'train' and 'test' are left out. The order of rows does not matter.
        model_name: copied to the result.
        baseline_name: copied to the result.
        seed: of the bootstrap.
        label: column of the outcome, boolean or 0 and 1.
        probability: column of the model's probability of a true outcome, 0 to 1; logarithms take it
            no nearer to 0 or 1 than 1e-9.
        baseline: column of the baseline's probability.
        n_bootstrap: number of resamples.
        sample_size: most rows to resample from. If there are more, the resamples come from a random
            sample of m of the n rows, and their deviations are scaled by the square root of m / n.

    Returns:
        A frame of `PERFORMANCE_DTYPES`, by split (train, test) and metric in the order above. A
        split or a resample without both outcomes is left out. The slope is null where the
        probabilities separate the outcomes or are all the same; slope and intercept are null where
        probabilities of 0 and 1 leave the regression without a clear optimum.

    Raises:
        ValueError: a missing column, a null in one, a label that is not boolean or 0 and 1, or a
            probability outside 0 to 1.

    """
    figures = [label, probability, baseline]
    require_columns(predictions, "predictions", ["split", *figures])
    rows = predictions.loc[predictions["split"].isin(SPLITS), ["split", *figures]]
    for column in figures:
        if rows[column].isna().any():
            raise ValueError(f"predictions: column {column} has nulls in split train or test")
    if not rows[label].isin([False, True]).all():
        raise ValueError(f"predictions: column {label} is not boolean or 0 and 1")
    for column in [probability, baseline]:
        if not rows[column].between(0, 1).all():
            raise ValueError(f"predictions: column {column} is not between 0 and 1")
    rows = rows.astype({label: "bool", probability: "float64", baseline: "float64"})
    rows = rows.sort_values([probability, label], ignore_index=True)

    parts = []
    for split in SPLITS:
        part = rows[rows["split"] == split]
        outcomes = part[label].to_numpy()
        if outcomes.all() or not outcomes.any():
            continue
        estimates = _estimates(
            outcomes, part[probability].to_numpy(), n_bootstrap, sample_size, seed
        )
        once = np.ones((1, len(part)), dtype="int64")
        reference = _metrics(outcomes, part[baseline].to_numpy(), once)
        parts.append(
            estimates.assign(
                split=split, customers=len(part), baseline_value=reference.iloc[0].to_numpy()
            )
        )
    performance = pd.concat(parts) if parts else pd.DataFrame(columns=list(PERFORMANCE_DTYPES))
    performance = performance.assign(model_name=model_name, baseline_name=baseline_name)
    return performance[list(PERFORMANCE_DTYPES)].round(DECIMALS).astype(PERFORMANCE_DTYPES)


def _estimates(
    outcomes: np.ndarray, probabilities: np.ndarray, n_bootstrap: int, sample_size: int, seed: int
) -> pd.DataFrame:
    """Value and bootstrap interval of each metric: columns metric, value, value_low, value_high.

    Args:
        outcomes: boolean (n,), both values present.
        probabilities: (n,), ascending.
        n_bootstrap: number of resamples.
        sample_size: most rows to resample from.
        seed: of the sample and the resamples.

    """
    rng = np.random.default_rng(seed)
    rows = len(outcomes)
    size = min(rows, sample_size)
    sampled = np.sort(rng.choice(rows, size=size, replace=False))
    draws = rng.integers(size, size=(n_bootstrap, size)) + size * np.arange(n_bootstrap)[:, None]
    weights = np.bincount(draws.ravel(), minlength=n_bootstrap * size).reshape(n_bootstrap, size)
    once = np.ones((1, rows), dtype="int64")

    value = _metrics(outcomes, probabilities, once).iloc[0]
    center = _metrics(outcomes[sampled], probabilities[sampled], once[:, :size]).iloc[0]
    resampled = _metrics(outcomes[sampled], probabilities[sampled], weights)
    deviations = (resampled.quantile([0.025, 0.975]) - center) * np.sqrt(size / rows)
    return pd.DataFrame(
        {
            "metric": value.index,
            "value": value.to_numpy(),
            "value_low": (value + deviations.loc[0.025]).to_numpy(),
            "value_high": (value + deviations.loc[0.975]).to_numpy(),
        }
    )


def _metrics(outcomes: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    """Evaluate every metric for each row of weights: one column per metric.

    Args:
        outcomes: boolean (n,).
        probabilities: (n,), in any order.
        weights: how often each outcome counts, integer (b, n). Rows of weights that leave only one
            outcome are left out.

    """
    order = np.argsort(probabilities, kind="stable")
    sorted_probabilities = probabilities[order]
    starts = np.flatnonzero(np.diff(sorted_probabilities, prepend=-1) != 0)
    thresholds = sorted_probabilities[starts]
    positive = np.add.reduceat(weights[:, order] * outcomes[order], starts, axis=1)
    negative = np.add.reduceat(weights[:, order] * ~outcomes[order], starts, axis=1)
    has_both = positive.any(axis=1) & negative.any(axis=1)
    positive, negative = positive[has_both].astype("float64"), negative[has_both].astype("float64")

    positives, negatives = positive.sum(axis=1), negative.sum(axis=1)
    rows = positives + negatives
    negative_below = negative.cumsum(axis=1) - negative / 2
    positive_from = positives[:, None] - positive.cumsum(axis=1) + positive
    rows_from = positive_from + negatives[:, None] - negative.cumsum(axis=1) + negative
    precision = positive_from / np.maximum(rows_from, 1)
    clipped = np.clip(thresholds, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
    log_loss = positive * -np.log(clipped) + negative * -np.log1p(-clipped)
    brier_score = positive * (1 - thresholds) ** 2 + negative * thresholds**2
    scores = logit(clipped)
    return pd.DataFrame(
        {
            "auc": (positive * negative_below).sum(axis=1) / (positives * negatives),
            "average_precision": (positive * precision).sum(axis=1) / positives,
            "log_loss": log_loss.sum(axis=1) / rows,
            "brier_score": brier_score.sum(axis=1) / rows,
            "calibration_slope": _calibration_slope(scores, positive, negative),
            "calibration_intercept": _logistic_fit(
                np.ones((len(scores), 1)), scores, positive, negative
            )[:, 0],
        }
    )


def _calibration_slope(
    scores: np.ndarray, positive: np.ndarray, negative: np.ndarray
) -> np.ndarray:
    """Slope of the logistic regression of outcomes on scores, shape (b,).

    It is NaN where no finite slope is best (Albert and Anderson 1984): all negative scores are at
    or below all positive ones, or the other way round.

    Args:
        scores: log-odds, ascending (g,).
        positive: positive rows at each score (b, g).
        negative: negative rows at each score (b, g).

    """
    last = len(scores) - 1
    lowest_positive = scores[(positive > 0).argmax(axis=1)]
    lowest_negative = scores[(negative > 0).argmax(axis=1)]
    highest_positive = scores[last - (positive[:, ::-1] > 0).argmax(axis=1)]
    highest_negative = scores[last - (negative[:, ::-1] > 0).argmax(axis=1)]
    overlap = (highest_negative > lowest_positive) & (highest_positive > lowest_negative)
    slope = np.full(len(positive), np.nan)
    if overlap.any():
        spread = scores.std()
        design = np.column_stack([np.ones(len(scores)), (scores - scores.mean()) / spread])
        coefficients = _logistic_fit(
            design, np.zeros(len(scores)), positive[overlap], negative[overlap]
        )
        slope[overlap] = coefficients[:, 1] / spread
    return slope


def _logistic_fit(
    design: np.ndarray, offset: np.ndarray, positive: np.ndarray, negative: np.ndarray
) -> np.ndarray:
    """Maximum likelihood logistic regressions on shared points, by Newton's method: (b, d).

    Steps are held to `MAX_STEP`, because far from the optimum, where the likelihood is flat, full
    steps overshoot; a trace of damping keeps a flat direction solvable. `np.einsum` sums in a fixed
    order, unlike threaded matrix products.

    Args:
        design: points (g, d), each column of unit size.
        offset: known part of the log-odds (g,).
        positive: positive rows at each point (b, g).
        negative: negative rows at each point (b, g).

    Returns:
        The coefficients; NaN for a regression that does not converge.

    """
    rows = positive + negative
    products = design[:, :, None] * design[:, None, :]
    damping = DAMPING * np.eye(design.shape[1])
    coefficients = np.zeros((len(positive), design.shape[1]))
    for _ in range(MAX_STEPS):
        fitted = expit(np.einsum("bd,gd->bg", coefficients, design) + offset)
        gradient = np.einsum("bg,gd->bd", positive - rows * fitted, design)
        curvature = np.einsum("bg,gde->bde", rows * fitted * (1 - fitted), products)
        step = np.linalg.solve(curvature + damping, gradient[:, :, None])[:, :, 0]
        coefficients += np.clip(step, -MAX_STEP, MAX_STEP)
        is_open = np.abs(step).max(axis=1) > TOLERANCE
        if not is_open.any():
            break
    coefficients[is_open] = np.nan
    return coefficients
