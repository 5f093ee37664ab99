"""Names of NumPy and scipy.special, and the operations that they are."""

from __future__ import annotations

from nmderive.tracing.context import refused

#: Ufuncs, and functions of scipy.special that are ufuncs.
UFUNCS = {
    **{name: name for name in (
        "add", "subtract", "multiply", "divide", "negative", "positive", "power", "square", "reciprocal", "sqrt", "exp",
        "exp2", "expm1", "log", "log2", "log10", "log1p", "tanh", "sinh", "cosh", "logaddexp", "equal", "not_equal",
        "less", "less_equal", "greater", "greater_equal", "logical_not", "logical_and", "logical_or", "matmul",
        "maximum", "minimum", "sign",
        "xlogy", "xlog1py", "entr", "rel_entr", "logit",
    )},
    "true_divide": "divide", "float_power": "power", "expit": "sigmoid", "log_expit": "log_sigmoid",
    "kl_div": "kl_div_entries", "bitwise_and": "logical_and", "bitwise_or": "logical_or", "invert": "logical_not",
    "fmax": "maximum", "fmin": "minimum", "absolute": "abs", "fabs": "abs",
}

#: Ufuncs whose ``reduce`` is known.
REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}

#: Methods of arrays, by the array function that they are.
METHODS = {name: name for name in (
    "sum", "mean", "prod", "max", "min", "var", "std", "dot", "squeeze", "swapaxes", "trace", "diagonal", "copy",
    "clip", "ravel", "flatten", "cumsum", "repeat",
)}

#: Functions that write into an array, with what to write instead.
WRITING = {
    "put_along_axis": "one-hot labels are np.eye(scores.shape[1])[labels]", "fill_diagonal": "x * (1 - np.eye(len(x)))",
    "copyto": "x = np.where(mask, y, x)", "putmask": "x = np.where(mask, y, x)", "place": "x = np.where(mask, y, x)",
    "put": "x[rows, labels] = y",
}
#: Methods that give arrays, of which no formula is read.
ARRAYS = frozenset(("argmax", "argmin", "argsort", "argpartition", "all", "any", "round", "searchsorted", "take"))

#: What is refused because it is not smooth, with what to write instead.
NOT_SMOOTH = {
    **dict.fromkeys(("argsort", "sort", "partition", "argpartition"),
                    "no formula for all n, m holds an order of logits; maxima along an axis and comparisons of pairs, "
                    "s[:, :, None] > s[:, None, :], are read"),
    **dict.fromkeys(("argmax", "argmin"), "the maximum itself is read, and where it is: s == s.max(axis=1)"),
}

#: Functions that no formula holds.
NO_FORMULA = frozenset(("lgamma", "gammaln", "digamma", "psi", "polygamma", "erf", "erfc", "erfinv", "ndtr", "i0",
                        "beta", "betaln", "sin", "cos", "tan", "arccos", "acos", "arcsin", "asin", "arctan", "atan"))
UNREAD = "formulas hold exp, log, powers, tanh, absolute values and maxima; of another function nothing is proved"


def not_read(what: str, name: str) -> Exception:
    """Return the refusal of a function that is not in the table, and what to write instead."""
    if name in NOT_SMOOTH:
        return refused(f"{what} is not smooth", NOT_SMOOTH[name])
    if name in NO_FORMULA:
        return refused(f"{what} has no place in a formula", UNREAD)
    return refused(f"{what} is not in the table of operations", "write it with arithmetic, exp, log and sums")


__all__ = ["ARRAYS", "METHODS", "NOT_SMOOTH", "NO_FORMULA", "REDUCED", "UFUNCS", "UNREAD", "WRITING", "not_read"]
