"""The verb ``check``: re-check what --json printed, from the formula that was read to every headline.

A dossier is accepted only where its formula, read again, is the one that its certificates speak of, every certificate
is accepted by the independent checker, and every PROVED or REFUTED carries the very statement, scope and conditions
that the checker derives from them. Certificates that stand elsewhere are handed to the checker one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from nmderive.calculus.symbols import M, N, array, parameter
from nmderive.checker import Result, check
from nmderive.checker.case import INTERIOR
from nmderive.checker.domains import domain
from nmderive.checker.equation import statement_of as equation_statement
from nmderive.checker.formula import formula
from nmderive.checker.headline import claim_modules, covers, headline, inapplicable, scope_at, statement_of
from nmderive.checker.kinds.witness_gradient import labels_of
from nmderive.checker.reject import Reject
from nmderive.checker.shown import holds
from nmderive.equal import read_equations
from nmderive.errors import NmderiveError, UsageError
from nmderive.evidence import CERTIFICATE_SCHEMA, CLAIM_SCHEMA, DOSSIER_SCHEMA, Status, digest
from nmderive.losses.catalogue import find, knows, load
from nmderive.losses.loss import Loss
from nmderive.notation import from_ast, to_text
from nmderive.proving import certificates
from nmderive.tracing.branches import ON_COUNTS
from nmderive.tracing.target import is_target
from nmderive.verify import gradient_latex

_OF_LOSS = {
    "loss", "shape", "parameters", "arrays", "conditions", "sizes", "source", "name", "lets", "form", "fixed",
    "square", "least", "guards",
}
#: What a reading may have beside these: a diagonal that was given, which the verdict's statement shows.
_BESIDE = {"diagonal"}
_OF_EQUATION = {"sides", "lets", "form", "order", "hard_labels", "fixed"}
#: What dossiers and verdicts consist of. Findings, steps and notes are remarks: nobody checks them.
_OF_DOSSIER = {"schema", "loss", "latex", "gradient_latex", "reading", "verdicts", "notes", "read_as", "digest"}
_OF_VERDICT = {
    "claim", "status", "statement", "scope", "conditions", "findings", "witness", "seconds", "steps", "certificates",
    "reading",
}
#: Forms of a source that is not read again: that would run it.
_NOT_READ = ("sympy", "code")
_MALFORMED = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


def check_text(text: str) -> list[Result]:
    """Return the checker's result for every dossier and certificate in ``text``, however deep it lies."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"this is not JSON: {error}") from error
    except RecursionError as error:
        raise UsageError("the JSON is nested too deeply", hint="give what --json prints") from error
    return list(_results(data))


def _results(data: Any) -> Iterator[Result]:
    if isinstance(data, dict):
        if data.get("schema") == DOSSIER_SCHEMA:
            yield from check_dossier(data)
        elif "digest" in data and "verdicts" in data:
            yield _refused("a dossier without a schema that is known")
        elif data.get("schema") == CERTIFICATE_SCHEMA:
            yield check(data)
        elif "kind" in data and not _is_claim(data) and ("schema" in data or "loss" in data or "left" in data):
            yield _refused("a certificate without a schema that is known")
        else:
            for key, value in data.items():
                if key == "certificates" and not isinstance(value, list):
                    yield _refused("certificates must be a list")
                yield from _results(value)
    elif isinstance(data, list):
        for value in data:
            yield from _results(value)


def _is_claim(data: dict[str, Any]) -> bool:
    """Whether this is the record of a claim, whose certificates lie deeper, and not a certificate by another name."""
    return data.get("schema") == CLAIM_SCHEMA and isinstance(data.get("parts"), list) and "left" not in data


def check_dossier(data: dict[str, Any]) -> Iterator[Result]:
    """Yield what can be said of a dossier: its integrity, its reading, and each of its verdicts."""
    try:
        if data.get("digest") != digest(data):
            yield _refused("the dossier was changed after it was written: its digest is another")
        why = _misread(data)
        if why:
            yield _refused(why)
        seen: set[str] = set()
        for number, verdict in enumerate(data["verdicts"]):
            name = f"{verdict.get('claim')} {number if 'left' in verdict.get('reading', {}) else ''}"
            if name in seen:
                yield _refused(f"two verdicts on {name}")
            seen.add(name)
            yield _verdict(data["reading"], verdict)
    except _MALFORMED as error:
        yield _refused(f"malformed dossier ({type(error).__name__}: {str(error)[:120]})")


def _refused(reason: str) -> Result:
    return Result(False, "", reason)


def _verdict(reading: dict[str, Any], verdict: dict[str, Any]) -> Result:
    """Return whether a verdict says what its certificates carry."""
    claim, status = verdict["claim"], verdict["status"]
    own = {**reading, **verdict.get("reading", {})}
    said = f"{status} {claim}: {verdict['statement']}, {verdict['scope']}"
    if any(map(is_target, reading.get("sides", ()))):  # what is shown of code cannot be read again
        said += f"; A is {formula(own['left'])}, B is {formula(own['right'])}"
    if reading.get("form") in _NOT_READ and "sides" not in reading:
        said += f"; l is {formula(own['loss'])}"
    if "sides" not in reading and not _is_instance(reading, status, verdict.get("reading", {})):
        return Result(False, said, "the verdict speaks of another loss, or of values that its parameters do not take")
    if claim != "equal" and claim not in claim_modules() or status not in {s.value for s in Status}:
        return Result(False, said, "an unknown claim or status")
    try:
        for certificate in verdict["certificates"]:
            result = check(certificate)
            if certificate.get("schema") != CERTIFICATE_SCHEMA or not result.accepted:
                return Result(False, said, f"a certificate is not accepted: {result.reason or 'its schema is unknown'}")
        if status not in (Status.PROVED.value, Status.REFUTED.value):
            why = _open_is_false(own, verdict)
            return Result(not why, said, why)
        found = headline(own, claim, status, verdict["certificates"])
    except Reject as refusal:
        return Result(False, said, str(refusal))
    conditions = list(dict.fromkeys((*own.get("conditions", ()), *found.conditions)))
    if not all(covers(found.scope, name, size) for name, size in own.get("fixed", {}).items()):
        return Result(False, said, "the sizes that were fixed are not those of the scope")
    if not _is_of_a_certificate(verdict.get("witness", {}), verdict["certificates"]):
        return Result(False, said, "the witness that is shown is not that of a certificate")
    printed = (verdict["statement"], verdict["scope"], list(verdict["conditions"]))
    if printed != (found.statement, found.scope, conditions):
        return Result(False, said, f"the certificates carry: {found.statement}, {found.scope}, given {conditions}")
    return Result(True, said, "")


def _open_is_false(own: dict[str, Any], verdict: dict[str, Any]) -> str:
    """Return what an open verdict, or one on a claim without a meaning, says that it may not; "" where nothing."""
    claim, shape = verdict["claim"], tuple(own["shape"])
    sizes = {**own.get("sizes", {}), **own.get("fixed", {})}
    if verdict["status"] == Status.NOT_APPLICABLE.value:
        if claim == "equal" or not inapplicable(claim, own, sizes):
            return "the claim has a meaning for this loss"
    elif verdict["status"] != Status.UNDECIDED.value:
        return "an unknown status"
    plain = equation_statement(own.get("labels") == "hard", own.get("order")) if claim == "equal" else \
        statement_of(claim, shape)
    if verdict["statement"] != plain or verdict["scope"] != scope_at(shape, sizes):
        return f"an open verdict has the claim's own statement, and scope: {plain}, {scope_at(shape, sizes)}"
    stated = own.get("conditions", [])
    if not set(stated) <= set(verdict["conditions"]) <= {*stated, INTERIOR}:
        return f"an open verdict has the loss's own conditions: {stated}"
    return "an open verdict has no witness" if verdict.get("witness") else ""


def _is_instance(reading: dict[str, Any], status: str, own: dict[str, Any]) -> bool:
    """Whether a verdict's own reading is the loss at values of a parameter, or a function tried: it may refute."""
    if not own:
        return True
    if status != Status.REFUTED.value or not set(own) <= {"parameters", "function"}:
        return False
    given, usual = own.get("parameters", reading["parameters"]), reading["parameters"]
    if set(given) != set(usual):
        return False
    for name, declared in given.items():
        if declared == usual[name]:
            continue
        if set(declared) != {"values"} or not all(domain(usual[name]).holds(Fraction(q)) for q in declared["values"]):
            return False
    return True


#: What a witness shows of its point, as the certificate has it; what it shows besides, and how numbers are written.
_PLACES = ("exp_s", "exp_d", "t", "parameters", "arrays", "sets", "free")
_SHOWN = {*_PLACES, "sizes", "entry", "quantity", "value", "exact"}


def _is_of_a_certificate(witness: dict[str, Any], certificates: list[dict[str, Any]]) -> bool:
    """Whether a witness that is shown has the point, and the value, of one of the certificates."""
    if not witness:
        return True
    if set(witness) - _SHOWN or "exact" in witness and witness["exact"] is not ("+/-" not in witness["value"]):
        return False
    return any(_shows(witness, x) for x in certificates)


def _shows(witness: dict[str, Any], certificate: dict[str, Any]) -> bool:
    point = certificate.get("point", {})
    # Labels that a link gives stand in no point; they follow from the logits.
    follows = certificate.get("kind") == "witness-gradient"
    if follows and not _lies_in(witness.get("t"), labels_of(certificate)):
        return False
    places = [x for x in _PLACES if x != "t" or not follows]
    parts = [(witness.get(k) or None, point.get(k) or None) for k in places]
    parts += [(witness.get("sizes"), certificate.get("sizes"))]
    parts += [(witness.get("entry") or [], certificate.get("entry", []))]
    value = check(certificate).value
    return all(shown == own for shown, own in parts) and value is not None and holds(witness["value"], value)


def _lies_in(shown: Any, ends: Any) -> bool:
    """Whether numbers of a table lie between those of another, or the first is not shown."""
    if isinstance(ends, list):
        return not shown or len(shown) == len(ends) and all(map(_lies_in, shown, ends))
    return holds(shown, ends)


def _misread(data: dict[str, Any]) -> str:
    """Return why the formula that is printed is not the one that the certificates speak of, "" where it is."""
    more = set(data) - _OF_DOSSIER | set().union(*(set(v) - _OF_VERDICT for v in data["verdicts"]))
    if more:
        return f"a dossier has no part {min(more)!r}"
    try:
        again = reread(data["reading"])
    except NmderiveError as error:
        return f"the formula cannot be read again: {error.message}"
    except Reject as refusal:
        return f"the formula cannot be read again: {refusal}"
    if any(map(_has_other_guards, (data["reading"], *(v.get("reading", {}) for v in data["verdicts"])))):
        return "the conditions of the code are not those that are said"
    expected = _OF_EQUATION if "sides" in data["reading"] else _OF_LOSS
    if set(data["reading"]) - _BESIDE != expected:
        return "the dossier's reading has other parts than those of a loss, or of an equation"
    for name, value in again.items():
        if name == "gradient_latex" and data["gradient_latex"] != value:
            return "the gradient that is shown is not that of the loss"
        if name == "latex" and data["latex"] != value:
            return "the formula that is shown is not the one that was read"
        if name == "loss" and data["loss"] != value:
            return "the source that is shown is not the one that was read"
        if name == "reading" and any(data["reading"].get(k) != v for k, v in value.items()):
            return "the formula, read again, is not the one that the certificates speak of"
        if name == "equations" and [v.get("reading") for v in data["verdicts"]] != value:
            return "the equation, read again, is not the one that the certificates speak of"
    return ""


def _has_other_guards(reading: Mapping[str, Any]) -> bool:
    """Whether the conditions of code on its labels are others than those that the reading says in words."""
    said = {c.rpartition(" ")[2] for c in reading.get("conditions", ()) if ON_COUNTS in c}
    return said != {"true" if holds else "false" for _, holds in reading.get("guards", ())}


def reread(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a dossier's reading gives when it is read anew, as far as it can be without running code.

    For a loss: "loss" (its name or source), "latex", and the "reading"; for an equation "equations", one a verdict.
    """
    if "sides" in reading:
        return _equation(reading)
    name, source = str(reading.get("name", "")), str(reading.get("source", ""))
    if reading.get("form") in _NOT_READ:
        if knows(name) or is_target(source) != (reading["form"] == "code"):
            raise UsageError("the source is text, and the dossier says that it is code or SymPy")
        return _printed_anew(reading, name or source)
    loss = load(name) if name and knows(name) else find(source, reading.get("lets", ()), reading.get("form") or None)
    return _plain({
        "loss": name or loss.source, "latex": loss.latex, "gradient_latex": gradient_latex(loss),
        "reading": {**certificates.reading_of(loss), "source": loss.source},
    })


def _printed_anew(reading: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """Return what a dossier prints where its source is code or SymPy, from the loss that its certificates speak of."""
    if tuple(reading["shape"]) not in (("n", "m"), ("n",), ("m",)):
        raise ValueError(reading["shape"])
    letters: dict[str, Any] = {x: parameter(x, domain(d).sign) for x, d in reading["parameters"].items()}
    letters |= {x: array(x, domain(d).sign) for x, d in reading["arrays"].items()}
    loss = Loss(from_ast(reading["loss"], letters), tuple({"n": N, "m": M}[size] for size in reading["shape"]))
    found: dict[str, Any] = {"loss": shown, "latex": loss.latex, "gradient_latex": gradient_latex(loss)}
    if reading["form"] == "sympy":  # what code says of its labels is known to who runs it
        if not re.fullmatch(r"[\w-]*", str(reading["name"])):
            raise UsageError("the name of a loss given as SymPy is a word")
        found["reading"] = {"source": to_text(loss.expr), "conditions": list(loss.conditions), "square": False}
    return _plain(found)


def _equation(reading: Mapping[str, Any]) -> dict[str, Any]:
    sides, asked = [str(x) for x in reading["sides"]], dict(reading)
    if any(map(is_target, sides)):
        return {"gradient_latex": ""}  # a file that is checked names code; it is not run for that
    latex, equations = read_equations(
        sides[0], sides[1] if len(sides) > 1 else None, lets=asked.get("lets", ()), form=asked.get("form"),
        order=asked.get("order"), hard_labels=bool(asked.get("hard_labels")),
    )
    return _plain({"loss": "is A = B?", "latex": latex, "gradient_latex": "", "equations": equations})


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data as JSON gives it back."""
    return dict(json.loads(json.dumps(data)))
