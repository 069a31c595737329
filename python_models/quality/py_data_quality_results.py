"""Great Expectations over the raw data: one row per expectation of the chosen source."""

from footfall.expectations import run_expectations


def model(dbt, session):
    """Return the verdict of every expectation."""
    return run_expectations(
        expectations=dbt.ref("int_source_expectations").df(),
        profile=dbt.ref("int_source_profile").df(),
        sample=dbt.ref("int_source_sample").df(),
    )
