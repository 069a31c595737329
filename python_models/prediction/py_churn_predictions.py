"""Churn probabilities for the train, test and score customers."""

from footfall.churn import churn_predictions


def model(dbt, session):
    """Return one row per split and customer."""
    return churn_predictions(dbt.ref("int_churn_examples").df().drop(columns="cutoff_at"))
