"""saturates: with a hard label the derivative by the target's logit tends to zero as that logit tends to -infinity.

{"loss", "form" (optional, shown equal to the loss), "shape": ["n","m"] or ["m"], "sizes": n = 1 where there are
samples}.  For every target y, class sets with it as their one positive, all other logits being fixed, and m >= 2.
Shown by the structure of the form (``settling``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import setup, trees, words
from ..forms import loss_and_form
from ..read import bind
from ..reject import Malformed, Reject
from ..settling import OTHER, TARGET, state

KIND = "saturates"
_CLASS = "drawn_class"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    shape = setup.shape_of(certificate)
    if "m" not in shape or "n" in shape and cx.sizes.get("n") != 1 or cx.sizes.get("m", 2) < 2:
        raise Malformed("the claim is about one sample, and two classes or more")
    if "m" not in cx.sizes:
        cx.least_m = cx.at_least["m"] = 2
    loss, form = loss_and_form(cx, certificate)
    if _CLASS in trees.names(form):
        raise Malformed("a reserved name is used")
    env = bind(cx, {}, _CLASS, ("F", _CLASS, "m"), "m")
    named = sorted(set(_named(form)))
    for target in [None, *named]:  # the target is a class that is named, or none of them
        tags = {_CLASS: TARGET, **{k: TARGET if k == target else OTHER for k in named}}
        if not state(cx, trees.positive_class(form, _CLASS), env, tags).settles:
            raise Reject("the structure does not show that the derivative tends to zero")
    return (
        f"{words.quantifiers(cx, certificate)}, t one at a class y and zero elsewhere: the derivative of "
        f"{words.show(loss)} by the logit of y tends to zero as that logit tends to -infinity, the others fixed"
        f"{words.also_excluded(cx)}"
    )


def _named(node: Any) -> Iterator[str]:
    """The classes that entries of logits and labels name by their numbers."""
    if not isinstance(node, list | tuple):
        return
    if len(node) == 3 and node[0] == "at" and node[1] in ("s", "t") and str(node[2][-1]).isdigit():
        yield str(node[2][-1])
    for x in node:
        yield from _named(x)


__all__ = ["KIND", "verify"]
