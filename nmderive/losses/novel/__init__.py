"""Losses that answer the article's open question."""
