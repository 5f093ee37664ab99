"""Losses of the article."""
