"""What the names of arguments say: predictions, labels, a teacher's logits, scores of positives and negatives.

A name is split into words; every one of them has to be known, so that ``label_weights`` or ``logit_scale`` say nothing.
"""

from __future__ import annotations

import re

from nmderive.tracing.data_sets import NAMES as DATA_SETS

LOGITS = frozenset((
    "s", "z", "x", "logit", "logits", "input", "inputs", "score", "scores", "pred", "preds", "prediction",
    "predictions", "output", "outputs", "y_pred", "y_hat", "yhat", "predt", "sim", "similarity", "similarities",
    "cos", "cosine", "cosines", "similarity_matrix", "sim_matrix",
))
PROBABILITIES = frozenset(("p", "prob", "probs", "probability", "probabilities", "y_prob", "proba"))
LABELS = frozenset((
    "t", "y", "target", "targets", "label", "labels", "y_true", "gold", "onehot", "one_hot", "truth", "gt",
    "ground_truth", "soft_targets", "soft_labels", "action", "actions", "relevance", "relevances", "levels", *DATA_SETS,
))
CLASSES = frozenset(("class_index", "class_indices", "target_class", "class_ids"))
_NAMED = ((LOGITS, "logits"), (LABELS, "labels"), (CLASSES, "target class"), (PROBABILITIES, "probabilities"))

_TEACHER = frozenset(("teacher", "teachers", "ref", "reference"))
_STUDENT = frozenset(("student", "policy"))
_LOGIT = frozenset((
    "logit", "logits", "score", "scores", "pred", "preds", "prediction", "predictions", "output", "outputs", "sim",
    "similarity", "similarities", "cosine", "reward", "rewards", "logp", "logps", "logprob", "logprobs", "logratio",
    "logratios",
))
_LABEL = frozenset(("label", "labels", "target", "targets", "gt", "onehot", "relevance", "relevances"))
_PROBABILITY = frozenset(("prob", "probs", "probability", "probabilities", "proba", "dist", "distribution"))
_POSITIVE = frozenset(("pos", "positive", "positives", "chosen", "winner", "preferred"))
_NEGATIVE = frozenset(("neg", "negative", "negatives", "rejected", "loser", "dispreferred"))
#: Words that tell one array from another of its kind, and say nothing of the kind.
_BESIDE = frozenset((
    "a", "b", "c", "i", "j", "p", "q", "s", "t", "x", "y", "1", "2", "one", "two", "first", "second", "soft", "hard",
    "true", "raw", "cls", "class", "model", "net", "main", "aux", "per", "img", "image", "text", "shuffled", "mixed",
    "batch", "oh", "hot",
))
_TWO = frozenset(("y", "a", "b", "c", "1", "2", "one", "two", "first", "second", "shuffled", "mixed", "batch"))
_KNOWN = _TEACHER | _STUDENT | _LOGIT | _LABEL | _PROBABILITY | _POSITIVE | _NEGATIVE | _BESIDE

#: Roles that one array of a function has at most; further labels are arrays of their own.
TEACHER, POSITIVES, NEGATIVES = "teacher logits", "positive scores", "negative scores"
#: Labels of -1 and 1, and an argument that is a number of classes or samples.
SIGNS, SIZE = "sign labels", "size"
#: What probabilities are of logits; those that are declared or named as "probabilities" are told by their use.
SOFTMAX, SIGMOID = "softmax probabilities", "sigmoid probabilities"
PREDICTED = ("logits", "probabilities", SOFTMAX, SIGMOID)
#: Roles that a declaration gives to an argument, and other names of them.
ROLES = ("logits", "labels", SIGNS, "target class", "probabilities", SOFTMAX, SIGMOID, TEACHER)
ALIASES = {"signs": SIGNS, "reference logits": TEACHER, "target logits": TEACHER}
#: What formulas write for an argument that is called as a letter that they have, as far as it is none of those.
_WRITTEN = {"s": "sigma", "t": "tau", "n": "nu", "m": "mu", "e": "epsilon"}


def written(name: str) -> str:
    """Return what formulas write for given numbers that an argument of this name holds."""
    return _WRITTEN.get(name, name)


def role_of(name: str) -> str | None:
    """Return the role that a name tells; None where it does not."""
    for names, role in _NAMED:
        if name.lower() in names:
            return role
    words = set(re.findall(r"[a-z]+|\d", name.lower()))
    return _of_words(words) if words <= _KNOWN else None


def are_probabilities(name: str) -> bool:
    """Tell whether a name says that its numbers are probabilities of classes, which sum to one."""
    return bool(set(re.findall(r"[a-z]+", name.lower())) & _PROBABILITY)


def _of_words(words: set[str]) -> str | None:
    if words & _TEACHER:
        return "labels" if words & (_PROBABILITY | _LABEL) and not words & _LOGIT else TEACHER
    if words & _POSITIVE and not words & _NEGATIVE and not words & _LABEL:
        return POSITIVES
    if words & _NEGATIVE and not words & _LABEL:
        return NEGATIVES
    if words & _LOGIT:
        is_other = bool(words & (_LABEL | {"soft"}))  # target_logits, soft_logits
        return "probabilities" if words & _PROBABILITY else TEACHER if is_other else "logits"
    if words & _STUDENT:
        return "probabilities" if words & _PROBABILITY else "logits"
    if words & _LABEL or "y" in words and len(words) > 1 and words <= _TWO:
        return "labels"
    return None


__all__ = ["ALIASES", "CLASSES", "LABELS", "LOGITS", "NEGATIVES", "POSITIVES", "PREDICTED", "PROBABILITIES", "ROLES",
           "SIGMOID", "SIGNS", "SIZE", "SOFTMAX", "TEACHER", "are_probabilities", "role_of", "written"]
