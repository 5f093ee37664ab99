"""simplex: as a function of p = softmax(c s) the loss is a sum of functions of one entry each.

{"loss", "shape": ["n","m"], "body": AST in the free indices i, j, "rest": AST without s, "scale": c (1 where it is left
out), "property": "unique", "keeps-order", "forces-argmax", "prefers-target" or "prefers-larger"}.  The body holds
p[i,j] and t[i,j] (of p and t nothing else), no s, and is checked to satisfy loss = rest + sum_i sum_j body with
p_ij = e^(c s_ij) / sum_k e^(c s_ik), c > 0 without indices.  For binary tasks, "shape": ["n"], there is no j, p_i is
1 / (1 + e^(-c s_i)), which maps the logits one to one onto (0, 1), and "unique" is the one property, without a barrier.

- unique: for positive labels the second derivative of the body by p_ij is positive.  So the loss is strictly
  convex on the product of the open simplices.  As softmax maps the logits, up to row shifts, onto
  these one to one, with a derivative that is invertible there, a stationary point in s is one in p: the
  global minimum, the only one up to row shifts.
  "curvature" states a form of that derivative whose sign can be read off, in p[i,j] and t[i,j], or in the odds
  x[i,j] and t[i,j], p = 1/(1 + x): then it is (1 + x)^2 d/dx (1 + x)^2 d/dx body.
  With "barrier" w, "remainder" h and "ceiling" v (0 where it is left out), body = h - w log p - v log(1 - p), h defined
  for p = 0 and p = 1, too, v >= 0, w >= 0, w defined and positive at p = 0: so the body is bounded below and tends to
  infinity where p_ij tends to 0, and the loss attains its minimum.
- keeps-order: moreover there is a barrier, the body holds j in its p and t only, and its derivative by p falls with t
  ("mixed" states a form of the derivative by x and t, which is positive).  At the minimum that derivative is the same
  number for all classes of a row, and it rises with p; so the larger label has the larger p.  A sequence along which
  the loss tends to its infimum tends to the minimum in p, for the loss is convex in p and has no other minimum.
- forces-argmax: with hard labels (1 at the target, else 0) the body's derivative by p_ij is negative for t = 1
  and not negative for t = 0, for all 0 < p < 1 (written p = 1/(1 + x), x > 0), and at t = 1 the body is
  not negative or is defined at p = 1, at t = 0 it is defined at p = 0.  So the loss tends to its infimum,
  which is finite, only where the target's p tends to 1 in every row.  "slopes" states forms of the derivatives
  by x = x[i,j] at t = 1 and at t = 0 ([one, zero]).
- prefers-target: the body holds j in its p and t only, so that classes can be exchanged.  For t = 0 and 1,
  body = h - w log p - v log(1 - p) as above, so that the loss is bounded below, and
  D = (body at t = 1) - (body at t = 0) has a negative derivative by p for 0 < p < 1 ("slope" states a form of that
  by x, which is positive).  Take a sequence to the infimum along which p converges.  Exchanging p_k and p_y changes
  a row by D(p_k) - D(p_y), which is below a negative number if the limits have p_k > p_y: so they have not.  Equal
  positive limits a are left by moving from k to y, which lowers the row at the rate D'(a).  If p_y tended to 0, so
  would each p_k, whose sum is 1.  So p_y > p_k from some point on.
- prefers-larger: the body holds j in its p and t only.  For labels strictly between 0 and 1, body = h - w log p -
  v log(1 - p) as above, and its derivative by p falls with t ("mixed" as above).  With t_j > t_k in place of the target
  and another class the same exchange and the same move leave p_j > p_k, or both limits 0.  Some limit of a row is
  positive, so that the largest logits are at largest labels from some point on.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, hard, setup, signs, trees, words, zero
from ..context import Context
from ..entries import (
    P,
    X,
    above,
    at_odds,
    entry,
    environments,
    forget,
    loss_and_body,
    place,
    require_own_entry,
    with_value,
)
from ..nodes import Poly
from ..read import Env, measure, read
from ..reject import Malformed, Reject
from ..stated import stated_sign
from ..written import contains_s, sign_of

KIND = "simplex"
_PROPERTIES = ("unique", "keeps-order", "forces-argmax", "prefers-target", "prefers-larger")


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    shape = setup.shape_of(certificate)
    known = {("n", "m"): _PROPERTIES, ("n",): _PROPERTIES[:1]}.get(shape, ())
    if certificate.get("property") not in known:
        raise Malformed("the shape must be n, m, and the property one of the five, or for n alone the first")
    if len(shape) == 1 and "barrier" in certificate:
        raise Malformed("binary tasks have no barrier")
    cx = setup.context(certificate)
    unique = certificate["property"] in ("unique", "keeps-order")
    if certificate["property"] in ("forces-argmax", "prefers-target"):
        hard.require_zeros(cx)
    else:
        cx.arrays["t"] = "positive"
        cx.t_below_one = len(shape) == 1
    loss, body = loss_and_body(cx, certificate, shape)
    if unique:
        in_odds = trees.mentions(certificate.get("curvature"), X)
        _strictly_convex(cx, body, _stated(cx, certificate.get("curvature"), X if in_odds else P), in_odds)
        claim = "has at most one stationary point up to row shifts, and that is its global minimum"
        if "barrier" in certificate:
            _coercive(cx, certificate, body)
            claim = "attains its minimum over s, at its only stationary point up to row shifts"
        if certificate["property"] == "keeps-order":
            _falls_with_label(cx, certificate, body)
            claim += ", with the logits of a row in the order of its labels, as along every minimising sequence"
    elif certificate["property"] == "prefers-larger":
        _coercive(cx, certificate, body, only_bounded=True)
        _falls_with_label(cx, certificate, body)
        claim = "tends to its infimum over s only where the largest logits of a row are at its largest labels"
    elif certificate["property"] == "prefers-target":
        _preferred(cx, certificate, body)
        claim = "tends to its infimum over s, with hard labels, only where the target's logit is the largest of its row"
    else:
        _forced(cx, body, _two_slopes(cx, certificate))
        claim = (
            "tends to its infimum over s, with hard labels, only where s[i,y] - s[i,k] tends to +infinity for all i "
            "and all k other than the target y of the row"
        )
    forget(cx)
    return f"{words.quantifiers(cx, certificate)}: {words.show(loss)} {claim}, wherever it is defined"









def _stated(cx: Context, node: Any, letter: str) -> Any:
    """A stated derivative (None where there is none), in the entries of one array and of labels at p."""
    if node is None:
        return None
    measure(node)
    require_own_entry(cx, node)
    if contains_s(node) or any(trees.mentions(node, a) for a in (P, X) if a != letter):
        raise Malformed("a stated derivative contains what it must not")
    return node


def _two_slopes(cx: Context, certificate: dict[str, Any]) -> tuple[Any, Any]:
    given = certificate.get("slopes", [None, None])
    if not isinstance(given, list | tuple) or len(given) != 2 or trees.mentions(given, "t"):
        raise Malformed("two slopes are needed, without labels")
    return _stated(cx, given[0], X), _stated(cx, given[1], X)


def _stated_sign(cx: Context, p: Poly, stated: Any, env: Env) -> str:
    return stated_sign(cx, p, stated, env, len(place(cx)))


def _strictly_convex(cx: Context, body: Any, stated: Any, in_odds: bool) -> None:
    for env in environments(cx):
        p = read(cx, at_odds(cx, body) if in_odds else body, env)
        square = read(cx, ["pow", above(cx), ["num", "2"]], env)
        for _ in range(2):
            p = calculus.derivative(cx, p, (X if in_odds else P, entry(cx, env)))
            if in_odds:  # d/dp = -(1 + x)^2 d/dx, twice
                p = close.times(cx, p, square)
        if (signs.sign(cx, p) if stated is None else _stated_sign(cx, p, stated, env)) != "pos":
            raise Reject("the second derivative by p is not known to be positive")


def _falls_with_label(cx: Context, certificate: dict[str, Any], body: Any) -> None:
    """Refuse a body whose derivative by p is not known to fall with the label, or that tells classes apart."""
    if "barrier" not in certificate or _tells_classes_apart(body):
        raise Reject("the order of the labels needs a barrier, and classes that can be exchanged")
    stated = _stated(cx, certificate.get("mixed"), X)
    for env in environments(cx):
        own = entry(cx, env)
        slope = calculus.derivative(cx, read(cx, at_odds(cx, body), env), (X, own))
        mixed = calculus.derivative(cx, slope, ("t", own))
        shown = stated is not None and _stated_sign(cx, mixed, stated, env) == "pos"
        if not shown and not _has_sign(cx, mixed, read(cx, above(cx), env), ("pos",)):
            raise Reject("the derivative by p is not known to fall with the label")


def _tells_classes_apart(node: Any) -> bool:
    """Whether the class j occurs besides in its p and t: classes can then not be exchanged."""
    if not isinstance(node, list | tuple):
        return bool(node == "j")
    if len(node) == 3 and node[0] == "at" and node[1] in (P, "t"):
        return False
    return any(map(_tells_classes_apart, node))


def _preferred(cx: Context, certificate: dict[str, Any], body: Any) -> None:
    if _tells_classes_apart(body):
        raise Reject("the body tells classes apart by more than their labels")
    for label in ("0", "1"):
        own: dict[str, Any] = {key: with_value(hard.simplified(cx, certificate[key]), "t", ["num", label])
                               for key in ("barrier", "remainder", "ceiling") if key in certificate}
        if not {"barrier", "remainder"} <= set(own):
            raise Malformed("a barrier and a remainder are needed")
        fixed = with_value(hard.simplified(cx, body), "t", ["num", label])
        _coercive(cx, {**certificate, **own}, fixed, only_bounded=True)
    one, zero_ = (with_value(at_odds(cx, hard.simplified(cx, body)), "t", ["num", label]) for label in ("1", "0"))
    stated = _stated(cx, certificate.get("slope"), X)
    if stated is not None and trees.mentions(stated, "t"):
        raise Malformed("the slope holds labels")
    for env in environments(cx):
        difference = read(cx, ["add", [one, ["mul", [["num", "-1"], zero_]]]], env)
        slope = calculus.derivative(cx, difference, (X, entry(cx, env)))
        shown = stated is not None and _stated_sign(cx, slope, stated, env) == "pos"
        if not shown and not _has_sign(cx, slope, read(cx, above(cx), env), ("pos",)):
            raise Reject("the target is not known to be preferred")


def _coercive(cx: Context, certificate: dict[str, Any], body: Any, only_bounded: bool = False) -> None:
    barrier, left = setup.expression(certificate, "barrier"), setup.expression(certificate, "remainder")
    ceiling = setup.expression(certificate, "ceiling") if "ceiling" in certificate else ["num", "0"]
    for x in (barrier, left, ceiling):
        require_own_entry(cx, x)
        if contains_s(x) or trees.mentions(x, X):
            raise Malformed("the barrier, the ceiling or the remainder contains what it must not")
    own = ["at", P, place(cx)]
    less = trees.minus(["num", "1"], own)
    for env in environments(cx):
        parts = [left, *(["mul", [["num", "-1"], w, ["log", x]]] for w, x in ((barrier, own), (ceiling, less)))]
        stated = trees.minus(["add", parts], body)
        if not zero.is_zero(cx, read(cx, at_odds(cx, stated), env)):
            raise Reject("the body is not the remainder minus a multiple of log p")
        for end in ("0", "1"):
            if signs.risky(cx, read(cx, with_value(left, P, ["num", end]), env)):
                raise Reject("the remainder is not known to be defined at the ends of the range")
        for x in (barrier, ceiling):
            defined.require(cx, at_odds(cx, x), env, len(place(cx)))
            if not signs.at_least_zero(sign_of(cx, at_odds(cx, x), env)):
                raise Reject("the multiple of log p, or of log(1 - p), may be negative")
        at_zero = None if only_bounded else read(cx, with_value(barrier, P, ["num", "0"]), env)
        if at_zero is not None and (signs.risky(cx, at_zero) or signs.sign(cx, at_zero) != "pos"):
            raise Reject("the multiple of log p is not known to be positive where p tends to 0")


def _forced(cx: Context, body: Any, stated: tuple[Any, Any]) -> None:
    plain = hard.simplified(cx, body)
    for label, allowed in ((1, ("pos",)), (0, ("neg", "nonpos", "zero"))):
        fixed = with_value(plain, "t", ["num", str(label)])
        for env in environments(cx):
            value = read(cx, at_odds(cx, fixed), env)
            slope = calculus.derivative(cx, value, (X, entry(cx, env)))
            form, positive = stated[1 - label], read(cx, above(cx), env)
            shown = form is not None and _stated_sign(cx, slope, form, env) in allowed
            if not shown and not _has_sign(cx, slope, positive, allowed):
                raise Reject("the derivative by p has not the needed sign for hard labels")
            if not slope.terms or label == 1 and signs.at_least_zero(signs.sign(cx, value)):
                continue
            end = read(cx, with_value(fixed, P, ["num", str(label)]), env)
            if signs.risky(cx, end):
                raise Reject("the body is not known to be defined at the end of its range")


def _has_sign(cx: Context, p: Poly, positive: Poly, allowed: tuple[str, ...]) -> bool:
    """Whether p, or p times a power of something positive, has one of the signs."""
    for _ in range(5):
        if signs.sign(cx, p) in allowed:
            return True
        p = close.times(cx, p, positive)
    return False


