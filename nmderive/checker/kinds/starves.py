"""starves: repeating a row of one class makes the gradient of a row of another class vanish.

{"loss", "form" (optional, shown equal to the loss), "shape" with rows, "sizes": m (nothing for binary tasks),
"repeated": the class A of the repeated row, "other": the class B of the other row (1 or 0 for binary tasks),
"sets" (optional): {"Omega_neg": [classes], "Omega_pos": the others}}.

Up to terms without s the form is a sum, with weights W >= 0, of log(c + sum of w exp(a)), c > 0, w >= 0.  Labels are
hard; there are two rows, one of class A, repeated r times, and one of class B.  Checked is that in no
logarithm the leading terms (see ``shares.py``) depend on the logits of the row of class B, so that the derivatives by
them tend to zero.  Some term of a logarithm of positive weight does depend on them, so that the loss does, too.
"""

from __future__ import annotations

from typing import Any

from .. import setup, shares, words
from ..context import Context
from ..groups import Group
from ..point import class_sets
from ..reject import Malformed, Reject
from .forces_argmax import log_form

KIND = "starves"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, (loss, form, groups) = _read(certificate)
    shape = setup.shape_of(certificate)
    if "n" not in shape or "n" in cx.sizes or ("m" in cx.sizes) is not (shape != ("n",)):
        raise Malformed("the number of rows must be open, and that of classes fixed")
    shares.require_plain_rows(cx, form, groups)
    cx.sets = class_sets(cx, certificate) or {} if "m" in cx.sizes else {}
    ((labels, least),) = shares.standins(cx, groups) if "m" in cx.sizes else [([], 2)]
    classes = shares.row_classes(cx, shape, labels)
    kind = "C" if shape == ("n",) else "L"
    a, b = ((kind, certificate.get(key)) for key in ("repeated", "other"))
    if any(isinstance(x[1], bool) or x not in classes for x in (a, b)) or a == b:
        raise Malformed("repeated and other must be two classes")
    found = [x for group in groups for x in shares.instances(cx, group, labels, [a, b], least)]
    if any(x.left(a, b) for x in found):
        raise Reject("a logarithm's leading terms depend on the other row")
    if not any(x.counts and x.feels(b) for x in found):
        raise Reject("the loss was not found to depend on the other row at all")
    given = f", {certificate['sets']}" if cx.sets else ""
    return (
        f"{words.quantifiers(cx, certificate)}{given}, hard labels: with a row of class {a[1]} repeated r times beside "
        f"one of class {b[1]}, the derivative of {words.show(loss)} by every logit of the latter tends to 0 as r "
        f"grows, wherever it is defined{words.also_excluded(cx)}"
    )


def _read(certificate: dict[str, Any]) -> tuple[Context, tuple[Any, Any, list[Group]]]:
    """The parts of the form, which equals the loss for every m or else for the given one."""
    sizes = setup.sizes_of(certificate)
    try:
        cx = setup.context({**certificate, "sizes": {}})
        found = log_form(cx, certificate)
        cx.sizes = sizes
    except Reject:
        cx = setup.context(certificate)
        found = log_form(cx, certificate)
    return cx, found
