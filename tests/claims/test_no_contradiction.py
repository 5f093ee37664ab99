"""No claim can be both proved and refuted at one size from all that was certified of a loss."""

import re

import pytest
from today import of_today

from nmderive.checker.headline import claim_modules, covers, headline
from nmderive.checker.reject import Reject
from nmderive.claims import claim_names
from nmderive.losses.catalogue import load, names
from nmderive.proving import certificates
from nmderive.proving.contradictions import without_contradictions

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", of_today(names(), 4))
def test_certificates_of_all_claims_together_carry_no_contradiction(judged, name):
    loss = load(name)
    verdicts = tuple(judged(loss, claim) for claim in claim_names())
    assert without_contradictions(verdicts) == verdicts
    found = [c.as_json() for verdict in verdicts if not verdict.reading for c in verdict.certificates]
    reading = certificates.reading_of(loss)
    for claim in claim_modules():
        said = {status: carried(reading, claim, status, found) for status in ("PROVED", "REFUTED")}
        if all(said.values()):
            proved, refuted = said["PROVED"], said["REFUTED"]
            at = {k: int(v) for k, v in re.findall(r"\b([nm])=(\d+)", refuted.scope)}
            least = {k: int(v) for c in proved.conditions for k, v in re.findall(r"^([nm]) >= (\d+)$", c)}
            is_below = any(at.get(k, 1) < v for k, v in least.items())
            assert at and (is_below or not all(covers(proved.scope, k, v) for k, v in at.items())), (claim, said)


def carried(reading, claim, status, found):
    try:
        return headline(reading, claim, status, found)
    except Reject:
        return None
