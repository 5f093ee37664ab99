"""The search for optima: strategies propose, proving judges."""
