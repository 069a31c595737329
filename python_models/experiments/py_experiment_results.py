"""Welch tests of every treatment against its control."""

from footfall.experiments import compare_groups


def model(dbt, session):
    """Return one row per experiment, metric and treatment group."""
    return compare_groups(
        metrics=dbt.ref("experiment_group_metrics").df(),
        groups=dbt.ref("experiment_groups").df(),
        confidence=dbt.config.meta_get("confidence"),
    )
