"""The indexed-sum layer: SymPy expressions with sums over symbolic ranges, and their calculus."""

from nmderive.calculus import differentiate as differentiate  # sums get their derivative there
