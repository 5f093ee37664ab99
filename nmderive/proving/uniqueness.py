"""Judge uniqueness of the optimum: convexity by structure, rigidity of the flat directions, and existence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from sympy import Expr

from nmderive.budget import remembered_with_steps
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.log_form import log_form
from nmderive.calculus.symbols import M
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.along import anywhere
from nmderive.proving.approached import approached
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.convexity import convex_form
from nmderive.proving.existence import attained, flat, never_stationary
from nmderive.proving.falls import falling, place_of, shown
from nmderive.proving.increasing import transferred
from nmderive.proving.literal_rigidity import literal_certificate
from nmderive.proving.one_way import one_way
from nmderive.proving.products import companion
from nmderive.proving.rigidity_certificate import strictly_convex
from nmderive.proving.several import Guesses, no_guesses, second_stationary, stationary_links
from nmderive.proving.simplex_form import simplex_certificate
from nmderive.proving.strict import rigidity
from nmderive.proving.strong import strongly_convex
from nmderive.proving.two_points import two_stationary
from nmderive.proving.unmoved import unmoved
from nmderive.structure.reader import in_rows, views

_POSITIVE = "labels strictly between 0 and 1"
_AT_KINKS = "at a kink stationary means that 0 is in the subdifferential: the minimum may lie at one"


@remembered_with_steps(64)
def judge_unique(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses = no_guesses
) -> Verdict:
    """Return the verdict on "exactly one stationary point up to row shifts, the global minimum".

    ``guesses`` proposes links, which show that there is a stationary point where they hold.
    """
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_unique(one, claim, statement, sizes, guesses))
    base = undecided(loss, claim, statement, sizes)
    never = never_stationary(loss, sizes)
    if never is not None:
        return replace(
            base, status=Status.REFUTED, certificates=(never,), conditions=(*loss.conditions, _POSITIVE),
            findings=("l has no stationary point: the derivative by the first logit is never zero",),
        )
    still = flat(loss, sizes)
    if still is not None:
        return replace(
            base, status=Status.REFUTED, certificates=(still,), findings=("the gradient is zero everywhere",)
        )
    still = unmoved(loss, sizes)
    if still is not None:
        place = ", ".join(f"{k}={v}" for k, v in still.data["sizes"].items())
        entry = ",".join(map(str, still.data["entry"]))
        return replace(
            base, status=Status.REFUTED, scope=f"at {place}", certificates=(still,),
            findings=(f"l does not depend on s_{{{entry}}}: with one stationary point there is a line of them",),
        )
    beside = _beside_products(loss, base, sizes, guesses)  # no other form of such a loss shows more, and each costs
    if beside is not None and beside.status is Status.PROVED:
        return beside
    form = convex_form(loss)
    unique = None if form is None else unique_certificate(loss, form, sizes)
    convex = None if unique is None else _proved(loss, base, unique, sizes, guesses)
    if convex is not None and convex.status is Status.PROVED:
        return convex
    if beside is not None and form is None:
        return beside
    at_kinks = (_AT_KINKS,) if has_kinks(loss.expr) else ()
    findings = ("l is strongly convex, so its minimum is attained, at one place", *at_kinks)
    by_squares = replace(base, claim="unique-optimum", conditions=(*loss.conditions, _POSITIVE), findings=findings)
    strong = None if form is None else strongly_convex(loss, by_squares, (False, True))
    if strong is not None:
        return replace(strong, claim=claim)
    apart = simplex_certificate(loss, "unique")
    on_simplex = None if apart is None else _on_simplex(in_rows(loss), base, apart, sizes, guesses)
    if on_simplex is not None and on_simplex.status is Status.PROVED:
        return on_simplex
    for fall in falling(loss, sizes, False, anywhere):
        return replace(
            base, status=Status.REFUTED, scope=f"at {place_of(fall)}", certificates=(fall,),
            findings=(f"there is no minimum: l tends to minus infinity along s = r {shown(fall.data['direction'])}"
                      f", at {place_of(fall)}",),
        )
    for ray in approached(loss, sizes, False, anywhere, strict=True):
        text = f"l tends to {ray.data['bound']} along s = r {shown(ray.data['direction'])}, and is greater "
        text += f"everywhere, at {place_of(ray)}"
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(ray)}", certificates=(ray,),
                       findings=(f"there is no minimum: {text}",))
    slope = one_way(loss, sizes)
    if slope is not None:
        text = f"l has no stationary point: it changes one way along d = {shown(slope.data['direction'])}"
        text += f", at {place_of(slope)}"
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(slope)}", certificates=(slope,),
                       findings=(f"{text}, t = {shown(slope.data['point'].get('t', []))}",))
    if convex is not None or on_simplex is not None:
        return on_simplex or convex or base
    two = two_stationary(loss, sizes)
    if two is not None:
        point = two.data["point"]
        text = f"the gradient is zero at e^s = {shown(point['exp_s'])} and at e^s times {shown(point['exp_d'])}"
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(two)}", certificates=(two,),
                       findings=(f"{text}, t = {shown(point.get('t', []))}",))
    second = second_stationary(loss, sizes)
    if second is not None:
        certificates_, finding, scope = second
        return replace(
            base, status=Status.REFUTED, scope=scope, certificates=certificates_, findings=(finding,)
        )
    if form is None:
        open_ = replace(base, findings=("the structure does not show that l is convex",))
        return transferred(loss, open_, lambda rows: judge_unique(rows, claim, statement, sizes, guesses))
    return replace(base, findings=("l is convex; that only row shifts leave it flat was not shown",))


def _on_simplex(
    loss: Loss, base: Verdict, apart: Certificate, sizes: Mapping[str, int], guesses: Guesses
) -> Verdict:
    """Return the proof from strict convexity in p = softmax(s)."""
    link = "softmax" if M in loss.shape else "sigmoid"
    findings = [f"l is strictly convex in p = {link}(s): a stationary point is the unique global minimum"]
    proofs = [apart]
    if "barrier" in apart.data:
        findings.append("l tends to infinity where a p_ij tends to 0, so the minimum is attained")
    exists = _known(loss, sizes, guesses if "barrier" not in apart.data else no_guesses, proofs, findings)
    return _closed(loss, base, proofs, findings, exists or "barrier" in apart.data)


def _known(
    loss: Loss, sizes: Mapping[str, int], guesses: Guesses, proofs: list[Certificate], findings: list[str]
) -> bool:
    """Add the first link that is stationary; tell whether there is one. Every row of labels has logits under it."""
    for link, certificate in stationary_links(loss, sizes, guesses):
        proofs.append(certificate)
        findings.append(f"{link.text} is stationary, so it is the unique global minimum up to one shift a row")
        return True
    return False


def _closed(loss: Loss, base: Verdict, proofs: list[Certificate], findings: list[str], exists: bool) -> Verdict:
    """Return PROVED where a stationary point exists; else what is known: there is at most one."""
    if not exists:
        findings = [*findings, "so there is at most one stationary point; that there is one was not shown"]
    status = Status.PROVED if exists else Status.UNDECIDED
    return replace(
        base, status=status, certificates=tuple(proofs), findings=tuple(findings),
        conditions=(*loss.conditions, _POSITIVE),
    )


def unique_certificate(loss: Loss, convex: Expr, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that l is convex and that only row shifts leave it flat."""
    literal = literal_certificate(loss, sizes)
    if literal is not None:
        return literal
    for form in chain((log_form(convex),), views(loss)):
        rigid = rigidity(replace(loss, expr=form))
        own = None if rigid is None else strictly_convex(loss, form, rigid)
        for labels in ("positive", "interior"):
            certificate = own and Certificate(own.kind, {**own.data, "labels": labels})
            if certificate and check(certificate.as_json()).accepted:
                return certificate
    return None


def unique_beside(loss: Loss, sizes: Mapping[str, int]) -> tuple[Loss, tuple[Certificate, Certificate]] | None:
    """Return the companion of a logarithm of products, and what shows that only row shifts leave both flat."""
    found = companion(loss)
    form = None if found is None else convex_form(found[0])
    if found is None or form is None:
        return None
    unique = unique_certificate(found[0], form, sizes)
    return None if unique is None else (found[0], (unique, found[1]))


def _beside_products(loss: Loss, base: Verdict, sizes: Mapping[str, int], guesses: Guesses) -> Verdict | None:
    found = unique_beside(loss, sizes)
    if found is None:
        return None
    other, (unique, products) = found
    findings = ["l is convex, and only row shifts leave it flat: so it is for the sum of log(1 + X) over its factors"]
    exists = attained(other)
    proofs = [unique, products] if exists is None else [exists, products]
    if exists is not None:
        findings.append("the exponents balance, so the minimum is attained (Stiemke)")
    known = _known(loss, sizes, guesses if exists is None else no_guesses, proofs, findings)
    return _closed(loss, base, proofs, findings, exists is not None or known)


def _proved(
    loss: Loss, base: Verdict, unique: Certificate, sizes: Mapping[str, int], guesses: Guesses
) -> Verdict:
    findings = ["l is convex, and only row shifts leave it flat"]
    proofs = [unique]
    exists = attained(loss)
    if exists is not None:
        proofs.append(exists)
        findings.append("the exponents balance, so the minimum is attained (Stiemke)")
    known = _known(loss, sizes, guesses if exists is None else no_guesses, proofs, findings)
    return _closed(loss, base, proofs, findings, exists is not None or known)
