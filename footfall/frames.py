"""Helpers over data frames that several models share: checks of columns, and scales."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def require_columns(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Raise a ValueError that names the columns which `frame` (called `name`) lacks."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name}: missing column {', '.join(missing)}")


def log_features(frame: pd.DataFrame, name: str, columns: list[str]) -> np.ndarray:
    """Put numeric columns on a signed log scale, sign(x) * log(1 + |x|): shape (rows, columns).

    The logarithm shortens the long right tail of counts, amounts and durations. The sign is kept
    for columns that can be negative, such as differences.

    Raises:
        ValueError: a column of `frame` (called `name`) is not numeric, or is null or infinite
            somewhere.

    """
    for column in columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise ValueError(f"{name}: column {column} is not numeric")
    values = frame[columns].to_numpy(dtype="float64", na_value=np.nan)
    is_finite = np.isfinite(values).all(axis=0)
    if not is_finite.all():
        column = columns[is_finite.argmin()]
        raise ValueError(f"{name}: column {column} has null or infinite values")
    return np.sign(values) * np.log1p(np.abs(values))


def mean_and_scale(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and population standard deviation of each column of values (n, d), n > 0: shape (d,).

    The scale of a constant column is infinite, so that dividing by it gives 0: a feature that is
    the same for everybody says nothing.
    """
    return values.mean(axis=0), np.where(np.ptp(values, axis=0) > 0, values.std(axis=0), np.inf)
