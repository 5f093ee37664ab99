"""t = softmax(s) is stationary: its certificate, or a point where a derivative is not zero."""

from __future__ import annotations

from .. import links
from ..case import Basis, Case
from ..reject import Reject

STATEMENT = "t = softmax(s) is stationary: dl/ds = 0 there for every s"
TRANSFERS = "positive"
#: Without these the claim has no meaning.
NEEDS = ("labels", "any labels")


def statement(shape: tuple[str, ...]) -> str:
    """The statement, for classes or for binary tasks."""
    return STATEMENT if "m" in shape else STATEMENT.replace("softmax", "sigmoid")


def proved(case: Case) -> Basis:
    """The gradient vanishes at the link, for all logits."""
    link = links.softmax(case.shape, links.ONE)
    for x in case.own("stationary", "aggregates"):
        if links.is_link(case, x, link):
            return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the softmax link is stationary")


def refuted(case: Case) -> Basis:
    """At a point with labels given by the link a derivative is not zero."""
    link = links.softmax(case.shape, links.ONE)
    for x in case.own("witness-gradient"):
        if links.is_link(case, x, link):
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a derivative that is not zero at the softmax link")
