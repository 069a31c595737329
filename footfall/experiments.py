"""Experiment analysis from per-group aggregates: group comparison and sample ratio check.

The heavy work (one row per customer) stays in SQL; these functions see one row per group.
"""

import numpy as np
import pandas as pd
from scipy.special import chdtrc, stdtr, stdtrit

from footfall.frames import require_columns

COMPARISON_DTYPES = {
    "experiment_id": "str",
    "metric_id": "str",
    "control_group": "str",
    "treatment_group": "str",
    "adjustment": "str",
    "control_customers": "int64",
    "treatment_customers": "int64",
    "control_mean": "float64",
    "treatment_mean": "float64",
    "effect_absolute": "float64",
    "effect_absolute_low": "float64",
    "effect_absolute_high": "float64",
    "effect_relative": "float64",
    "effect_relative_low": "float64",
    "effect_relative_high": "float64",
    "p_value": "float64",
    "p_value_adjusted": "float64",
    "degrees_of_freedom": "float64",
    "confidence": "float64",
    "verdict": "str",
}

SAMPLE_RATIO_DTYPES = {
    "experiment_id": "str",
    "experiment_group": "str",
    "is_configured": "bool",
    "customers": "int64",
    "crossover_customers": "int64",
    "expected_share": "float64",
    "observed_share": "float64",
    "chi_square": "float64",
    "degrees_of_freedom": "Int64",
    "srm_p_value": "float64",
    "has_srm": "bool",
}


def compare_groups(metrics: pd.DataFrame, groups: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Compare every treatment with its control: one row per experiment, metric and treatment.

    Welch's t-test on the difference of means is the test (Welch 1947): unequal variances,
    Satterthwaite degrees of freedom. The relative effect is the difference over |control mean|;
    its interval is the delta method's, so the control mean's own variance widens it (Deng, Knoblich
    and Lu 2018, "Applying the delta method in metric analytics"). It is an approximation that needs
    a control mean several standard errors away from zero, and it can disagree with the p-value at
    the margin: the absolute test decides.

    P-values are adjusted by Holm (1979) over all metrics and treatments of one experiment.
    Intervals are not adjusted.

    Args:
        metrics: one row per (experiment_id, metric_id, experiment_group), with `customers`, `mean`
            and `variance` (sample variance, ddof = 1; null below two customers), all in the
            metric's unit. Optional `higher_is_better` (boolean, one value per metric; default
            true). Groups that `groups` does not list are ignored.
        groups: one row per (experiment_id, experiment_group), with `is_control`; one control per
            experiment.
        confidence: level of the intervals, between 0 and 1. A difference counts as found if its
            adjusted p-value is below 1 - confidence.

    Returns:
        A frame of `COMPARISON_DTYPES`, sorted by experiment, metric and treatment. A configured
        group without data has 0 customers and null figures. With fewer than two customers in a
        group, or no variance in either, there is no test: interval, p-value and degrees of freedom
        are null, and the verdict is `not_enough_data`. Relative figures are null when the control
        mean is 0; the relative interval is null, too, when its variance is 0.

    Raises:
        ValueError: a missing column, a repeated row, an experiment without exactly one control, or
            a confidence outside (0, 1).

    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence} is not between 0 and 1")
    require_columns(groups, "groups", ["experiment_id", "experiment_group", "is_control"])
    require_columns(
        metrics,
        "metrics",
        ["experiment_id", "metric_id", "experiment_group", "customers", "mean", "variance"],
    )
    pairs = _pair_groups(
        _unique_by(metrics, "metrics", ["experiment_id", "metric_id", "experiment_group"]),
        _unique_by(groups, "groups", ["experiment_id", "experiment_group"]),
    )

    control_df, treatment_df = pairs["control_customers"] - 1, pairs["treatment_customers"] - 1
    control_error = pairs["control_variance"] / pairs["control_customers"]
    treatment_error = pairs["treatment_variance"] / pairs["treatment_customers"]
    effect = pairs["treatment_mean"] - pairs["control_mean"]
    low, high, p_value, degrees_of_freedom = _welch(
        effect, control_error, treatment_error, control_df, treatment_df, confidence
    )
    base = pairs["control_mean"].abs().where(pairs["control_mean"] != 0)
    relative = effect / base
    relative_low, relative_high, _, _ = _welch(
        relative,
        control_error * (pairs["treatment_mean"] / base**2) ** 2,
        treatment_error / base**2,
        control_df,
        treatment_df,
        confidence,
    )

    pairs = pairs.assign(
        adjustment="none",
        effect_absolute=effect,
        effect_absolute_low=low,
        effect_absolute_high=high,
        effect_relative=relative,
        effect_relative_low=relative_low,
        effect_relative_high=relative_high,
        p_value=p_value,
        p_value_adjusted=p_value.groupby(pairs["experiment_id"]).transform(holm),
        degrees_of_freedom=degrees_of_freedom,
        confidence=confidence,
    )
    improved = (effect > 0) == pairs["higher_is_better"]
    pairs["verdict"] = np.select(
        [
            pairs["p_value_adjusted"].isna(),
            pairs["p_value_adjusted"] >= 1 - confidence,
            improved,
        ],
        ["not_enough_data", "no_difference_found", "better"],
        default="worse",
    )
    return pairs[list(COMPARISON_DTYPES)].astype(COMPARISON_DTYPES)


def sample_ratio(
    exposures: pd.DataFrame, groups: pd.DataFrame, *, alarm_level: float = 0.001
) -> pd.DataFrame:
    """Check that the groups of each experiment received the traffic they were meant to receive.

    Pearson's chi-square test of the customers of the configured groups against their expected
    shares, with an alarm at p < `alarm_level` (Fabijan et al. 2019, "Diagnosing sample ratio
    mismatch in online controlled experiments").

    Args:
        exposures: one row per (experiment_id, experiment_group), with `customers` (without
            crossovers) and `crossover_customers`.
        groups: one row per (experiment_id, experiment_group), with `expected_share`: positive
            shares or weights, scaled here so that they add up to 1 in each experiment.
        alarm_level: p-value below which `has_srm` is true. It is usually strict, because every
            experiment is tested and a false alarm makes its result worthless.

    Returns:
        A frame of `SAMPLE_RATIO_DTYPES`, one row per configured or observed group, sorted by
        experiment and group. A group that is not configured has null shares and is left out of the
        test; `observed_share` is the share among the customers of the configured groups. The test's
        figures are the same on all rows of an experiment; they are null, and `has_srm` is false,
        when it has fewer than two configured groups or no customers.

    Raises:
        ValueError: a missing column, a repeated row, or an expected share that is not positive.

    """
    keys = ["experiment_id", "experiment_group"]
    require_columns(exposures, "exposures", [*keys, "customers", "crossover_customers"])
    require_columns(groups, "groups", [*keys, "expected_share"])
    configured = _unique_by(groups, "groups", keys)[[*keys, "expected_share"]]
    if not (configured["expected_share"] > 0).all():
        raise ValueError("groups: expected_share must be positive")
    rows = configured.assign(is_configured=True).merge(
        _unique_by(exposures, "exposures", keys), on=keys, how="outer", sort=True
    )
    rows["is_configured"] = rows["is_configured"].notna()
    counts = ["customers", "crossover_customers"]
    rows[counts] = rows[counts].astype("float64").fillna(0)
    experiments = rows["experiment_id"]

    rows["expected_share"] /= rows["expected_share"].groupby(experiments).transform("sum")
    eligible = rows["customers"].where(rows["is_configured"])
    total = eligible.groupby(experiments).transform("sum")
    expected = total * rows["expected_share"]
    rows["observed_share"] = eligible / total

    degrees_of_freedom = rows["is_configured"].groupby(experiments).transform("sum") - 1
    is_testable = (degrees_of_freedom > 0) & (total > 0)
    distance = (eligible - expected) ** 2 / expected
    chi_square = distance.groupby(experiments).transform("sum").where(is_testable)
    rows["chi_square"] = chi_square
    rows["degrees_of_freedom"] = degrees_of_freedom.where(is_testable)
    rows["srm_p_value"] = chdtrc(rows["degrees_of_freedom"], chi_square)
    rows["has_srm"] = rows["srm_p_value"] < alarm_level
    return rows[list(SAMPLE_RATIO_DTYPES)].astype(SAMPLE_RATIO_DTYPES)


def holm(p_values: pd.Series) -> pd.Series:
    """Adjust p-values by Holm's step-down method (1979); nulls stay null and do not count."""
    ranked = p_values.dropna().sort_values(kind="stable")
    hypotheses_left = np.arange(len(ranked), 0, -1)
    adjusted = (ranked * hypotheses_left).cummax().clip(upper=1)
    return adjusted.reindex(p_values.index)


def _unique_by(frame: pd.DataFrame, name: str, keys: list[str]) -> pd.DataFrame:
    """Give `frame` text keys and a fresh index; raise a ValueError if a key repeats."""
    typed = frame.reset_index(drop=True).astype(dict.fromkeys(keys, "str"))
    repeated = typed.loc[typed.duplicated(keys), keys]
    if not repeated.empty:
        values = ", ".join(repeated.iloc[0])
        raise ValueError(f"{name}: more than one row for {', '.join(keys)} = {values}")
    return typed


def _pair_groups(metrics: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Put each treatment's aggregates beside its control's: control_* and treatment_* columns."""
    is_control = groups["is_control"].astype("bool")
    controls = is_control.groupby(groups["experiment_id"]).sum()
    if not (controls == 1).all():
        experiment_id = controls.index[controls != 1][0]
        raise ValueError(f"groups: is_control must be true once in experiment {experiment_id}")

    known = metrics.merge(groups[["experiment_id", "experiment_group"]])
    if "higher_is_better" not in known:
        known["higher_is_better"] = True
    known["higher_is_better"] = known["higher_is_better"].astype("boolean").fillna(True)
    subject = ["experiment_id", "metric_id"]
    pairs = known[[*subject, "higher_is_better"]].drop_duplicates(subject)
    for role, is_role in {"control": is_control, "treatment": ~is_control}.items():
        group = f"{role}_group"
        configured = groups.loc[is_role, ["experiment_id", "experiment_group"]]
        renamed = {"experiment_group": group} | {
            column: f"{role}_{column}" for column in ["customers", "mean", "variance"]
        }
        observed = known.rename(columns=renamed)[[*subject, *renamed.values()]].astype(
            {name: "float64" for name in renamed.values() if name != group}
        )
        pairs = pairs.merge(configured.rename(columns=renamed), on="experiment_id")
        pairs = pairs.merge(observed, on=[*subject, group], how="left")
        pairs[f"{role}_customers"] = pairs[f"{role}_customers"].fillna(0)
    return pairs.sort_values([*subject, "treatment_group"], ignore_index=True)


def _welch(
    effect: pd.Series,
    control_error: pd.Series,
    treatment_error: pd.Series,
    control_df: pd.Series,
    treatment_df: pd.Series,
    confidence: float,
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Welch's interval, two-sided p-value and degrees of freedom of a sum of two estimates.

    The errors are squared standard errors, null where unknown; all series are aligned, and the
    results (low, high, p_value, degrees_of_freedom) are null where the total error is 0 or null.
    """
    total = control_error + treatment_error
    total = total.where(total > 0)
    degrees_of_freedom = total**2 / (
        control_error**2 / control_df + treatment_error**2 / treatment_df
    )
    standard_error = np.sqrt(total)
    margin = standard_error * stdtrit(degrees_of_freedom, (1 + confidence) / 2)
    p_value = 2 * stdtr(degrees_of_freedom, -(effect / standard_error).abs())
    return effect - margin, effect + margin, p_value, degrees_of_freedom
