"""Footfall: the Python the warehouse needs, as pure functions over arrays and frames."""
