"""Targets of code besides NumPy: for each a table of operations and the texts around them."""
