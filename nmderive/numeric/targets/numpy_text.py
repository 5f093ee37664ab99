"""One readable module that needs nothing but NumPy.

It reads from the top: the functions to call, the fast and the robust code of value and gradient, the
Hessian-vector product, and last the source of the few kernels that they call.
"""

from __future__ import annotations

import inspect
import re

from nmderive.calculus.symbols import T
from nmderive.losses.loss import Loss
from nmderive.numeric import kernels
from nmderive.numeric.dialect import Parameter, parameters
from nmderive.numeric.lower import Lowered, lower
from nmderive.numeric.module_text import argument, docstring, shape_of, size_checks
from nmderive.numeric.program import Program

#: What each generated function says of itself.
_SAID = {
    "value_and_grad_fast": (
        "Return (loss, gradient); exponentials are factors, exp(a - b) = exp(a) / exp(b), on blocks of rows in the "
        "cache.\n\n    Return None where they leave the safe range.\n    "
    ),
    "value_and_grad_robust": "Return (loss, gradient) at any logits: what stands under a logarithm stays a logarithm.",
    "hvp_robust": "Return (loss, gradient, Hessian times v), on whole arrays.",
}
_LAYOUT = """Call value, value_and_grad or hvp. value_and_grad takes the fast code, and the robust code where that
gives no result; a name such as b5 is an array of one block of rows, x5 one without rows."""
_PUBLIC = '''def value_and_grad(s, t{arguments}):
    """Return (loss, gradient by s) for s{and_t} of shape {shape}."""
    s, t, v, n, m{extra} = _prepared(s, t, None{passed})
    with np.errstate(all="ignore"):
        found = {fast}
        if found is None or not np.isfinite(found[0]):
            found = value_and_grad_robust(s, t, v, n, m, s.dtype{given})
    return float(found[0]), found[1]


def value(s, t{arguments}):
    """Return the loss."""
    return value_and_grad(s, t{passed})[0]


def hvp(s, t, v{arguments}):
    """Return the Hessian by s times v, an array of the shape of s."""
    s, t, v, n, m{extra} = _prepared(s, t, v{passed})
    with np.errstate(all="ignore"):
        return hvp_robust(s, t, v, n, m, s.dtype{given})[2]


def _prepared(s, t, v{plain}):
    """Return arrays of one floating type with the sizes n and m; raise ValueError for other shapes."""
    s = np.asarray(s)
    s = np.ascontiguousarray(s, dtype=s.dtype if s.dtype == np.float32 else np.float64)
    if s.ndim != {ndim}:
        raise ValueError(f"s has shape {{s.shape}}, but the loss takes logits of shape {shape}")
    n, m = {n}, {m}
    t, v = (None if x is None else np.asarray(x, dtype=s.dtype) for x in (t, v))
    for name, x in (("t", t), ("v", v)):
        if x is not None and x.shape != s.shape:
            raise ValueError(f"{{name}} has shape {{x.shape}}, but s has shape {{s.shape}}")
{preparations}    return s, t, v, n, m{extra}
'''


def render(loss: Loss) -> str:
    """Return the module's text for ``loss``: formula, shapes and source are in its docstring."""
    lowered = lower(loss)
    programs = [
        p for kind, style in (("value_and_grad", "fast"), ("value_and_grad", "robust"), ("hvp", "robust"))
        if (p := lowered.program(kind, style)) is not None
    ]
    body = "\n\n".join(p.code for p in programs)
    parts = [docstring(loss, lowered, "NumPy", _LAYOUT), "import numpy as np\n\n" + _spare(body)]
    parts += [_public(loss, lowered, any(p.name.endswith("fast") for p in programs))]
    parts += [_told(p) for p in programs] + _kernels(body)
    return "\n\n\n".join(p.strip("\n") for p in parts if p) + "\n"


def _public(loss: Loss, lowered: Lowered, fast: bool) -> str:
    names = [argument(a) for a in lowered.arguments]
    passed = "".join(f", {a}={a}" for a in names)
    given = "".join(f", {a}" for a in names)
    sets = [argument(a) for a in loss.class_sets]
    extra = "".join(f", {a}" for a in sets)
    lines = ["if t is None:", "    raise ValueError('the labels t are missing')"] if loss.expr.has(T) else []
    lines += [f"{a} = np.asarray(list({a}), dtype=int)" for a in sets]
    lines += [f"{argument(a)} = np.asarray({argument(a)}, dtype=s.dtype)" for a in lowered.arrays]
    lines += size_checks(loss, lowered.arrays, "{}.shape")
    lines += [line for p in parameters(loss, lowered) if p.test for line in _tested(p)]
    for a in sets:
        lines += [f"if {a}.size and ({a}.min() < 1 or {a}.max() > m):",
                  f"""    raise ValueError(f"{a} must hold class numbers from 1 to {{m}}, not {{{a}.tolist()}}")"""]
    preparations = "".join(f"    {line}\n" for line in lines)
    extra += "".join(f", {argument(a)}" for a in lowered.arrays)
    rows, classes = loss.shape[0].name == "n", loss.shape[-1].name == "m"
    return _PUBLIC.format(
        arguments=", *, " + ", ".join(names) if names else "", plain=", *, " + ", ".join(names) if names else "",
        passed=passed, given=given, extra=extra, preparations=preparations, shape=shape_of(loss), and_t=" and t",
        ndim=len(loss.shape), n="s.shape[0]" if rows else "1", m="s.shape[-1]" if classes else "1",
        fast=f"value_and_grad_fast(s, t, v, n, m, s.dtype{given})" if fast else "None",
    )


def _tested(p: Parameter) -> list[str]:
    """Return the statements that refuse a parameter outside its domain."""
    test = p.test.format(*[p.keyword] * 4)
    if p.kind == "array":
        return [f"if not np.all({test}):", f'    raise ValueError("every entry of {p.keyword} must satisfy {p.said}")']
    said = f"{p.keyword} must be a number with {p.said}, not {{{p.keyword}}}"
    return [f"if not ({test}):", f'    raise ValueError(f"{said}")']


def _told(p: Program) -> str:
    head, rest = p.code.split("\n", 1)
    return f'{head}\n    """{_SAID[p.name]}"""\n{rest}'


def _kernels(body: str) -> list[str]:
    wanted = {name for name in kernels.NAMES if re.search(rf"\b{name}\(", body)}
    while more := {need for name in wanted for need in kernels.NEEDS.get(name, ())} - wanted:
        wanted |= more
    return [_untyped(inspect.getsource(getattr(kernels, name))) for name in kernels.NAMES if name in wanted]


def _untyped(source: str) -> str:
    head, rest = source.split(":\n", 1)
    head = re.sub(r": (Array|Any|int|str)\b", "", head)
    head = re.sub(r" -> .*", "", head)
    return f"{head}:\n{rest}"


def _spare(body: str) -> str:
    return "SPARE = {}  # work arrays between calls" if "borrow(" in body else ""


__all__ = ["render"]
