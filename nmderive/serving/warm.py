"""Imported once before the first job: the files that verbs find by their place, and the grammars."""

from __future__ import annotations

from nmderive.claims import claim, claim_names
from nmderive.losses.catalogue import find
from nmderive.solving.strategies import strategies

MODULES = (*map(claim, claim_names()), *strategies())
#: Reading one formula of each notation builds the parsers.
READ = (find(r"-\sum_j t_j \log p_j"), find("sum(j, s[j]*t[j])"))
