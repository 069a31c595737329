"""Whether each experiment's split is the one that was configured."""

from footfall.experiments import sample_ratio


def model(dbt, session):
    """Return one row per experiment and group, with the sample ratio test."""
    return sample_ratio(
        exposures=dbt.ref("int_experiment_group_sizes").df(),
        groups=dbt.ref("experiment_groups").df(),
        alarm_level=dbt.config.meta_get("alarm_level"),
    )
