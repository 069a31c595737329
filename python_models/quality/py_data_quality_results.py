"""Great Expectations over the raw data: one row per expectation of the chosen source."""

from footfall.verdicts import verdicts


def model(dbt, session):
    """Return the verdict of every expectation: the earlier one while nothing has changed."""
    return verdicts(
        session,
        earlier=dbt.this,
        expectations=dbt.ref("int_source_expectations"),
        profile=dbt.ref("int_source_profile"),
        sample=dbt.ref("int_source_sample"),
    )
