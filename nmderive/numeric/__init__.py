"""Numbers: stable vectorised NumPy code for any loss, optima, and enclosures by interval arithmetic."""
