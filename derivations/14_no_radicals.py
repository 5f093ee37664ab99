"""No formula in radicals gives loss-1's labels at n = 1, m = 5: one Galois group at one rational point."""

import nmderive
from nmderive.derivation import Derivation

d = Derivation("No radicals for loss-1 with five classes")
d.argued("a formula in radicals would hold at every rational point, so one polynomial without one rules it out")
record = nmderive.loss("loss-1").solve("t", 5.0).record
for finding in record.findings:
    for line, certificate in zip(
            (x for x in finding.data.get("lines", ()) if "NO RADICAL" in x), finding.certificates, strict=False):
        if certificate.kind == "radicals":
            d.certified(line, certificate)
d.argued("that each polynomial is the eliminant of dl/ds = 0 at its point was derived exactly, and is not re-checked")
d.finish()
