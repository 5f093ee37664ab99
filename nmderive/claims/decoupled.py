"""Row i of the optimum depends on the labels t_i alone, up to one shift a row.

Definition: for labels strictly between 0 and 1; two label sets that share a row have optima that share it, too. Where
rows share no terms the optima, if there are any, are chosen row by row; where they do, there must be one to speak of.
Proved where l is a sum over rows, or the gradient by a row's logits holds no other row, or is a positive multiple of
one that holds none, or where the optimum is unique and a link t_i = softmax(c s_i) or sigmoid(c s_i) holds row by row.
Refuted where rows share terms (the direction in which l falls by a row's logits depends on other rows) and there is no
optimum, or where at an exactly known optimum moving the labels of one
row must move the logits of another (implicit differentiation, in rationals).
Source: Su (2022), https://kexue.fm/archives/9158, the last comment and the author's answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.decoupled import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.coupling import judge_decoupled
from nmderive.solving.link_search import guess_links

TITLE = "optimum decoupled across rows"
NAME = "decoupled"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the optimum is decoupled."""
    return judge_decoupled(loss, NAME, STATEMENT, sizes, guess_links)
