"""The sections of the report, and what its words mean; page and paper have the same."""

from __future__ import annotations

TITLE = "Every claim of “n m-way classifications”, judged"
MEANING = {
    "PROVED": "every part of it is proved", "REFUTED": "a counterexample, or an enclosure, excludes it",
    "CONDITIONAL": "some of it is proved and some refuted; the condition says which", "ARGUED": "a step is in prose",
    "UNDECIDED": "neither proof nor counterexample was found",
}
ABOUT = ("Each verdict is nmderive's own: proofs hold for all n and m unless a size is named, and carry certificates "
         "that nmderive check FILE re-checks with code that shares nothing with the prover.")
#: Anchor, title and claims of each section.
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("analogy", "The analogy: loss-1", ("A1", "A2", "A3", "A4", "A5", "A6")),
    ("backwards", "From the result backwards: loss-2 and loss-3", ("A7", "A8", "A9", "A10", "A11", "A12")),
    ("analysis", "Hard labels, two classes, balance", ("A13", "A14", "A15", "A16", "A17", "A18")),
    ("comment-1", "Comment 1: another form", tuple(f"B{k}" for k in range(1, 14))),
    ("comment-2", "Comment 2: cross terms", tuple(f"B{k}" for k in range(14, 19))),
    ("comment-3", "Comment 3: offset and margin", tuple(f"B{k}" for k in range(19, 24))),
    ("replies", "The author's reply, and the coupling of tasks", ("R1", "R2", "R3", "C1")),
)
TABLE = "Six losses side by side"
SOURCE = ("Su Jianlin (2022), “An unsuccessful attempt: multi-label cross-entropy generalised to n m-way "
          "classifications”")
ORIGINAL = "苏剑林 (2022), 不成功的尝试:将多标签交叉熵推广到“n个m分类”上去"
PAST = ("past", "Past the article")
#: Anchor and title of the parts of the last section, and the derivations in each.
PAST_PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("matrix-scaling", "Loss-1's optimum", ("matrix-scaling",)),
    ("no-go", "Why loss-3 cannot be repaired in the general form", ("no-go",)),
)
NEW_LOSSES = "Four losses outside the general form"
QUESTION = ("The article asks for a loss with balance between classes and with softmax as the optimum for soft labels, "
            "and finds none that is right for hard labels too. One row a property, one column a loss; a cell links to "
            "its certificates.")
EVIDENCE = "Pictures are evidence in floating point; no verdict rests on them."
