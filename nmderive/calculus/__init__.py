"""The indexed-sum layer: SymPy expressions with sums over symbolic ranges, and their calculus."""
