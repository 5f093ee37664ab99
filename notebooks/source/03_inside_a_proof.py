# %% [markdown]
# # Inside a proof
#
# What stands behind the word PROVED? Three things: a normal form that decides equality for all n and m, exact
# rational points that attack the claim, and a certificate that a second program re-checks. Here they are one by one,
# for the claim that softmax is the optimum of the pairwise loss.

# %%
import json
import textwrap
from fractions import Fraction

import nmderive
from nmderive.calculus.normal_form import Frame, normal_form, to_expression
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import T
from nmderive.losses.links import softmax_link
from nmderive.notation import to_unicode

loss = nmderive.loss("pairwise")
loss

# %% [markdown]
# ## The normal form
#
# A sum over indices with conditions is awkward: `k != j` is a condition, not a formula. The normal form writes it as
# 1 - δ_jk, contracts every δ it can, names the bound indices canonically, and turns an index that is not used into a
# factor n or m. Two formulas that are equal for all n, m should then be the same object.

# %%
left = nmderive.loss(r"\sum_{j,k\neq j} s_{1,k}")
right = nmderive.loss(r"(m-1) \sum_h s_{1,h}")
print(to_unicode(left.expr), "   and   ", to_unicode(right.expr))
first, second = (normal_form(x.expr, Frame()) for x in (left, right))
print("normal form:", to_unicode(to_expression(first)))
print("the same:   ", first == second)

# %% [markdown]
# ## The gradient, and softmax put in

# %%
loss.derive()

# %%
link = softmax_link(loss)
at_softmax = substitute_array(loss.gradient, T, loss.indices, link.expr)
print(to_unicode(at_softmax))

# %% [markdown]
# This has to be zero. It is not zero term by term: the two sums cancel because e^s_j e^(s_k/2 - s_j/2) is the same with
# j and k swapped. The prover has to see that under the logarithm's denominator, for every m.
#
# ## The attack
#
# Before a proof counts, exact rational points try to break the claim. Here e^s is a list of small primes, so every
# number below is a fraction and no rounding is involved.

# %%
def gradient_at(e, tilt):
    """Return dl/ds_1 at n = 1 for roots e_j of e^(s_j), with labels softmax(s), class 1's weight times tilt."""
    weight = [x**2 for x in e]
    weight[0] *= tilt
    t = [Fraction(w) / sum(weight) for w in weight]
    pull = Fraction(0)
    for k in range(1, len(e)):
        out, back = t[0] * Fraction(e[k], e[0]), t[k] * Fraction(e[0], e[k])
        pull += (back / (1 + back) - out / (1 + out)) / 2
    return pull


print("at softmax(s):      ", gradient_at([2, 3, 5, 7], 1))
print("at labels beside it:", gradient_at([2, 3, 5, 7], Fraction(11, 10)))

# %% [markdown]
# ## The verdict and its certificate

# %%
verdict = loss.verify("softmax-optimum").verdicts[0]
verdict

# %% [markdown]
# The certificate is plain JSON. It names the claim and what is to be checked, not how it was found.

# %%
certificate = verdict.certificates[0].as_json()
for key, value in certificate.items():
    print(f"{key:<11}", "\n            ".join(textwrap.wrap(json.dumps(value), 100)))

# %% [markdown]
# ## Checking it
#
# The checker uses Python's standard library only and shares no code with the prover. `nmderive check FILE` does the
# same from the command line.

# %%
result = nmderive.check(certificate)
print(result.accepted, "|", result.statement)

# %% [markdown]
# ## Tampering with it
#
# What if somebody claims more than was proved? Below, numbers of the certificate are changed, one at a time. The
# checker has to notice by itself; it knows nothing of the verdict.


# %%
def changed(node, old, new):
    """Return a copy of JSON data in which every part equal to old is new."""
    if node == old:
        return new
    if isinstance(node, dict):
        return {k: changed(v, old, new) for k, v in node.items()}
    if isinstance(node, list):
        return [changed(v, old, new) for v in node]
    return node


half, condition = ["num", "-1/2"], [["ne", "k", "j"]]
loss_1 = nmderive.loss("loss-1").verify("convex").verdicts[0].certificates[0].as_json()["loss"]
attempts = {
    "the exponent -1/2 made -1/3": changed(certificate, half, ["num", "-1/3"]),
    "the sum over k != j made one over k < j": changed(certificate, condition, [["lt", "k", "j"]]),
    "loss-1 in the place of the loss": {**certificate, "loss": loss_1},
    "a kind of claim that does not exist": {**certificate, "kind": "certain"},
    "no link at all": {k: v for k, v in certificate.items() if k != "link"},
    "the sum over k != j made one over all k": changed(certificate, condition, []),
}
for what, forged in attempts.items():
    result = nmderive.check(forged)
    print(f"{what:<42}{'ACCEPTED' if result.accepted else 'REJECTED'}  {result.reason[:70]}")

# %% [markdown]
# The last one is accepted, and rightly so: the terms with k = j are log(1 + Σ t_ij), which do not depend on s. The
# changed claim is another one, but it is true.
