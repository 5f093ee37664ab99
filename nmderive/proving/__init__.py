"""Judges: exact refutation, symbolic proof, curvature. A verdict comes only from here."""
