"""Losses of the readers' comments."""
