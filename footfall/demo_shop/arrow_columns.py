"""Columns of the raw files, from NumPy arrays in which a negative number means no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def labels(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Return ids: the prefix and a number."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def coded(positions: np.ndarray, values: Sequence[str] | pa.Array) -> pa.DictionaryArray:
    """Return the values at these positions; null for negative ones."""
    indices = pa.array(positions.astype(np.int32), mask=positions < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(values))


def positive(values: np.ndarray) -> pa.Array:
    """Return integers; null for negative ones."""
    return pa.array(values, pa.int32(), mask=values < 0)


def time_text(seconds: np.ndarray) -> pa.Array:
    """Return 'YYYY-MM-DD HH:MM:SS' of seconds since 1970."""
    return pa.array(seconds, pa.timestamp("s")).cast(pa.string())
