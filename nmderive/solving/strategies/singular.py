"""The same elimination by Singular, where it is installed: it reaches sizes that SymPy does not.

Singular is looked for on the PATH and in the wheel of the optional extra: ``pip install 'nmderive[singular]'``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from sympy import Poly, Symbol

from nmderive.errors import ClockEnded, NmderiveError, UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.proving.points import known
from nmderive.solving.eliminants import factors_of
from nmderive.solving.record import Direction, Finding, Outcome
from nmderive.solving.written_out import System, applies, label_system, require_small

TITLE = "Singular"
COST = 7
STEPS = 2_000
WORKER = True
_ASSUMED = "e^s distinct primes (as powers), labels unknown, sum_j t_ij = 1"
_SIZES = ((1, 3), (1, 4), (2, 3))
#: Most roots of a system that is tried, and when the clock ends one run, which then is said.
_MOST_ROOTS, _EACH = 20_000, 60.0


def search(loss: Loss, direction: Direction) -> Finding:
    """Eliminate all labels but one with Singular at each size."""
    if direction is Direction.LOGITS or not applies(loss):
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "it applies to labels from logits, without parameters")
    program = singular()
    if program is None:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "not installed",
                       stopped="install it, or: pip install 'nmderive[singular]'")
    lines = []
    for n, m in known(loss, _SIZES):
        try:
            degrees = _degrees(program, label_system(loss, n, m))
            lines.append(f"(n, m) = ({n}, {m}): t_1_1 is a root of a polynomial with factors of degree {degrees}")
        except ClockEnded as error:
            lines.append(f"(n, m) = ({n}, {m}): {error.message}")
        except (NmderiveError, ValueError) as error:
            lines.append(f"(n, m) = ({n}, {m}): {str(error).splitlines()[0][:120]}")
    outcome = Outcome.PARTIAL if any("root of" in line for line in lines) else Outcome.NOT_FOUND
    return Finding(TITLE, _ASSUMED, outcome, "; ".join(lines), data={"lines": lines})


def singular() -> str | None:
    """Return the path of the Singular program, None where there is none."""
    found = shutil.which("Singular")
    if found:
        return found
    package = find_spec("sage_wheels")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder) / "bin" / "Singular"
        if path.exists():
            return str(path)
    return None


def _degrees(program: str, system: System) -> list[int]:
    require_small(system, _MOST_ROOTS)
    names = {u: f"x{k}" for k, u in enumerate(system.unknowns)}
    ideal = ",".join(_text(Poly(e, *system.unknowns), list(names.values())) for e in system.equations)
    others = "*".join(list(names.values())[1:])
    script = (
        f"ring r=0,({','.join(names.values())}),dp; ideal I={ideal}; option(redSB);"
        f"ideal J=eliminate(std(I),{others}); short=0; print(J[1]); quit;"
    )
    return _parsed(_run(program, script))


def _text(poly: Poly, names: list[str]) -> str:
    terms = []
    for powers, c in poly.terms():
        factors = [str(c), *(f"{x}^{k}" for x, k in zip(names, powers, strict=True) if k)]
        terms.append("*".join(factors))
    return "+".join(terms).replace("+-", "-") or "0"


def _run(program: str, script: str) -> str:
    try:
        done = subprocess.run([program, "-q"], input=script, capture_output=True, text=True, timeout=_EACH, check=False)
    except subprocess.TimeoutExpired as error:
        raise ClockEnded(f"ended by the clock after {_EACH:g} s") from error
    return done.stdout.strip()


def _parsed(output: str) -> list[int]:
    """Read a polynomial in x0 that Singular printed; anything else is not an answer."""
    text = output.replace("\n", "").replace(" ", "")
    if not re.fullmatch(r"[-+*^/x0-9]+", text) or "x0" not in text or re.search(r"x[1-9]", text):
        raise UnsupportedError("the labels are not determined by the gradient")
    unknown = Symbol("x0")
    coefficients: dict[int, int] = {}
    for sign, number, letter, power in re.findall(r"([-+]?)([0-9]*)\*?(x0)?(?:\^([0-9]+))?", text):
        if not number and not letter:
            continue
        degree = int(power or 1) if letter else 0
        coefficients[degree] = coefficients.get(degree, 0) + (-1 if sign == "-" else 1) * int(number or 1)
    return sorted(len(f) - 1 for f in factors_of(sum(c * unknown**k for k, c in coefficients.items()), unknown))
