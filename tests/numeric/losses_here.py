"""The catalogue's losses that have numbers, and parameters for them."""

from nmderive.losses.catalogue import load, names

NUMERIC = [name for name in names() if not load(name).has_undefined_functions]
VALUES = {"g": 2.0, "q": 0.7, "c": 0.1, "T": 1.5, "b": 0.3}


def parameters(loss):
    extra = {p.name: VALUES.get(p.name, 0.6) for p in loss.parameters}
    if loss.class_sets:
        extra |= {"Omega_neg": [1, 3], "Omega_pos": [2, 4]}
    return extra
