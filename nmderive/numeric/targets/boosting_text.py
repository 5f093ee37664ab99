r"""Custom objectives for gradient boosting: the gradient, and a diagonal for the Hessian of each row.

Boosting fits a tree to g / h, entry by entry. Either h_j = H_jj, or the diagonal majorant h_j = sum_k |H_jk| of the
row's block H: diag(h) - H is diagonally dominant with a nonnegative diagonal, so diag(h) >= H (Gershgorin), and a step
of -g / h lowers the local quadratic model. For softmax cross-entropy, H = diag(p) - p p^T, these are p (1 - p) and the
2 p (1 - p) that XGBoost's own softmax objective takes.
"""

from __future__ import annotations

from nmderive.calculus.symbols import M
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import argument
from nmderive.numeric.targets.numpy_text import render

_OBJECTIVE = '''def objective(predictions, data, *, curvature="majorant"{given}):
    """Return (gradient, curvature) for {library}: {call}.

    ``curvature``: "majorant", h_j = sum_k |H_jk| >= H, or "diagonal", h_j = H_jj, of the Hessian H of a row. What is
    below {least:g} is raised to it, as {library} divides by it. Labels are {labels}.
    Weights of samples multiply both.{more}
    """
    labels = np.asarray(data.get_label(), dtype=np.float64)
    s = np.asarray(predictions, dtype=np.float64)
{read}
    gradient, bent = value_and_grad(s, t{passed})[1], np.maximum({function}(s, t, curvature{passed}), {least:g})
    weights = data.get_weight()
    if weights is not None and len(weights):
        own = np.asarray(weights, dtype=np.float64).reshape((-1,) + (1,) * (s.ndim - 1))
        gradient, bent = own * gradient, own * bent
    return gradient, bent


def {function}(s, t, curvature{given}):
    """Return h of the shape of s: the diagonal of each row's Hessian, or its majorant."""
    if curvature not in ("majorant", "diagonal"):
        raise ValueError(f"the curvature is 'majorant' or 'diagonal', not {{curvature!r}}")
{body}
'''
_ROWS = '''    s = s.reshape(len(labels) if labels.ndim == 2 else labels.size, -1)
    n, m = s.shape
    if labels.size == s.size and m > 1:
        t = labels.reshape(n, m)
    elif m < 2 or np.any(labels != np.floor(labels)) or labels.min() < 0 or labels.max() >= m:
        raise ValueError(f"labels must be classes 0 to {m - 1}, as num_class says, or shares of shape (n, m)")
    else:
        t = np.zeros((n, m))
        t[np.arange(n), labels.astype(int)] = 1'''
_TASKS = '''    s = s.reshape(-1)
    t = labels.reshape(-1)
    if t.shape != s.shape or t.min() < 0 or t.max() > 1:
        raise ValueError("labels must be numbers from 0 to 1, one a sample")'''
_BLOCK = '''    found = np.zeros(np.shape(s))
    for k in range(np.shape(s)[1]):
        v = np.zeros(np.shape(s))
        v[:, k] = 1
        column = hvp(s, t, v{passed})  # rows do not interact, so this is column k of every block
        if curvature == "majorant":
            found += np.abs(column)
        else:
            found[:, k] = column[:, k]
    return found'''
_NUMBER = '''    found = hvp(s, t, np.ones(np.shape(s)){passed})  # rows do not interact
    return np.abs(found) if curvature == "majorant" else found'''
#: The library's smallest curvature of its own objectives.
_LEAST = 1e-16


def boosting_module(rows: Loss, library: str, call: str, *, is_one_sample: bool) -> str:
    """Return the NumPy module of a loss whose rows do not interact, with ``objective``.

    ``is_one_sample``: the formula that was read is of one sample, and ``rows`` is its sum over samples.
    """
    names = [argument(a) for a in lower(rows).arguments]
    has_classes = M in rows.shape
    passed = "".join(f", {a}={a}" for a in names)
    more = " The formula is of one sample; it is summed over samples." if is_one_sample else ""
    return render(rows) + "\n\n" + _OBJECTIVE.format(
        library=library, call=call, least=_LEAST, given="".join(f", {a}" for a in names), passed=passed,
        function="boosting_curvature", more=more,
        labels="classes from 0, or shares of shape (n, m)" if has_classes else "numbers from 0 to 1",
        read=_ROWS if has_classes else _TASKS,
        body=(_BLOCK if has_classes else _NUMBER).format(passed=passed),
    )


__all__ = ["boosting_module"]
