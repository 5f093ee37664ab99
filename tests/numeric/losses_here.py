"""The catalogue's losses that have numbers, and parameters for them."""

from nmderive.calculus.extrema import has_kinks
from nmderive.errors import NmderiveError
from nmderive.losses.catalogue import load, names

VALUES = {"g": 2.0, "q": 0.7, "c": 0.1, "T": 1.5, "b": 0.3}


def _numeric(name):
    try:
        return not load(name).has_undefined_functions
    except NmderiveError:  # the catalogue's own tests speak about what cannot be read
        return False


NUMERIC = [name for name in names() if _numeric(name)]
#: Those whose minimum may lie at a kink, where no gradient is zero.
KINKED = [name for name in NUMERIC if has_kinks(load(name).expr)]


def parameters(loss):
    extra = {p.name: VALUES.get(p.name, 0.6) for p in loss.parameters}
    if loss.class_sets:
        extra |= {"Omega_neg": [1, 3], "Omega_pos": [2, 4]}
    return extra
