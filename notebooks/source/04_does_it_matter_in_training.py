# %% [markdown]
# # Does it matter in training?
#
# Seven losses train the same linear softmax model on scikit-learn's digits: cross-entropy, and the six losses that
# the tool's table compares. The classes are made long-tailed: class 0 keeps the most samples, class 9 the fewest. The
# labels are hard, or soft. Value and gradient by the logits come from nmderive (`loss.numpy()`), the chain rule to the
# weights is two lines, and SciPy's L-BFGS does the rest. Matching is no formula for all m, so its sum over matchings
# is worked out here, and compared with the tool's.
#
# It needs an extra: `pip install 'nmderive[train]'`.
#
# What each loss promises, and what it does not:
#
# | loss | optimum for soft labels | classes balanced by a logarithm | how probabilities are read off here |
# |---|---|---|---|
# | cross-entropy | softmax(s) | no | softmax(s) |
# | loss-1 | none in closed form for m > 2; softmax(2 s) at m = 2 | yes | softmax(2 s): not its optimum for m > 2 |
# | loss-3 | softmax(s) | yes | softmax(s) |
# | pairwise | softmax(s) | yes | softmax(s) |
# | quadratic | softmax(s) | yes | softmax(s) |
# | matching | softmax(s) | yes | softmax(s) |
# | cyclic | softmax(s) | yes, but it depends on the order of the classes | softmax(s) |
#
# These promises are about logits that are free, one row for each sample. A linear model is not free, so they are
# a hope here and not a theorem.

# %%
import os
import time

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from scipy.optimize import minimize
from sklearn.datasets import load_digits

import nmderive

SEEDS = int(os.environ.get("NMDERIVE_SEEDS", "5"))
STEPS = int(os.environ.get("NMDERIVE_STEPS", "200"))
CODE = {name: nmderive.loss(name).numpy()
        for name in ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic", "cyclic")}
LOSSES = [*CODE, "matching"]
SCALE = {name: 2.0 if name == "loss-1" else 1.0 for name in LOSSES}  # probabilities are softmax(SCALE * s)
images, digits = load_digits(return_X_y=True)
images = np.hstack([images / 16.0, np.ones((len(images), 1))])  # the last column is the bias
images.shape

# %% [markdown]
# ## Matching, by subsets
#
# With $B_{jk} = \sum_i t_{ij} e^{(s_{ik}-s_{ij})/2}$ the loss is $\log Z$, Z the sum over all partial matchings of the
# product of their $B_{jk}$. Going through the classes j one by one, what counts is which k are taken: 2^10 sets for ten
# classes. Sums from both ends give the gradient, too. The tool has the formula written out for few classes.

# %%
def matchings(b):
    """Return Z and its derivatives by the entries of b, shape (m, m), whose diagonal is not read."""
    m = len(b)
    sets, bits = np.arange(2**m)[:, None], 1 << np.arange(m)
    without, inside = sets ^ bits, (sets & bits) > 0
    allowed = b * (1 - np.eye(m))
    before, after = [np.eye(2**m)[0]], [np.ones(2**m)]
    for j in range(m):
        before.append(before[-1] + np.where(inside, before[-1][without], 0) @ allowed[j])
        after.append(after[-1] + np.where(inside, 0, after[-1][without]) @ allowed[m - 1 - j])
    slopes = np.array([before[j] @ np.where(inside, 0, after[m - 1 - j][without]) for j in range(m)])
    return after[-1][0], slopes * (1 - np.eye(m))


class Matching:
    def value_and_grad(self, s, t):
        u = np.exp((s - s.mean(axis=1, keepdims=True)) / 2)
        v = t / u
        z, slopes = matchings(v.T @ u)
        by_b = slopes / z
        return np.log(z), (u * (v @ by_b) - v * (u @ by_b.T)) / 2

    def value(self, s, t):
        return self.value_and_grad(s, t)[0]


CODE["matching"] = Matching()
random = np.random.default_rng(0)
s, t = random.normal(size=(5, 3)), random.dirichlet(np.ones(3), 5)
own, slope = CODE["matching"].value_and_grad(s, t)
known, gradient = nmderive.loss("matching-3").numpy().value_and_grad(s, t)
print(f"three classes: {own:.12f} here, {known:.12f} by the tool; gradients agree: {np.allclose(slope, gradient)}")

# %% [markdown]
# ## Long-tailed data
#
# Half of each class is kept for testing, so the test set is balanced. Of the training half, class k keeps
# 80 · 0.62^k samples, at least 2. Soft labels give 0.8 to the class in the file and share 0.2 by how near the other
# classes' mean images are: a nearer class gets more. The means are those of the training samples, so nothing of the
# test set leaks into the labels. Testing always uses the class in the file.

# %%
def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def split(seed):
    random = np.random.default_rng(seed)
    train, test = [], []
    for k in range(10):
        own = random.permutation(np.flatnonzero(digits == k))
        half = len(own) // 2
        train.extend(own[: max(2, round(min(half, 80 * 0.62**k)))])
        test.extend(own[half:])
    return np.array(train), np.array(test)


def soft_labels(rows):
    means = np.array([images[rows[digits[rows] == k]].mean(axis=0) for k in range(10)])
    near = -((images[rows][:, None, :] - means) ** 2).sum(axis=2)
    near[np.arange(len(rows)), digits[rows]] = -np.inf
    return 0.8 * np.eye(10)[digits[rows]] + 0.2 * softmax(near)


train, test = split(0)
print("training samples of each class:", np.bincount(digits[train]))
print("test samples of each class:    ", np.bincount(digits[test]))

# %% [markdown]
# ## Training
#
# The objective is l(XW, T)/l(0, T) + λ|W|². Dividing by the loss at zero logits puts the losses on one scale,
# since a sum of a few logarithms is much smaller than a sum over all samples. λ = 0.0001 for all of them; below, two
# other values show how much hangs on it. Each seed gives a new split, the same for all losses.

# %%
def fit(name, x, t, strength):
    code = CODE[name]
    scale = code.value(np.zeros_like(t), t)

    def objective(flat):
        w = flat.reshape(x.shape[1], t.shape[1])
        value, by_logits = code.value_and_grad(x @ w, t)
        by_weights = x.T @ by_logits  # the chain rule through s = XW
        return value / scale + strength * (w**2).sum(), (by_weights / scale + 2 * strength * w).ravel()

    start = np.zeros(x.shape[1] * t.shape[1])
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x.reshape(x.shape[1], t.shape[1])


def calibration_error(p, y, bins=10):
    """Expected calibration error: |confidence - accuracy| over bins of confidence, weighted by their size."""
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return sum(abs(sure[place == b].sum() - right[place == b].sum()) for b in range(bins)) / len(y)


def scores(name, w, rows):
    p, y = softmax(SCALE[name] * (images[rows] @ w)), digits[rows]
    right = p.argmax(axis=1) == y
    recall = [right[y == k].mean() for k in range(10) if (y == k).any()]
    rare = right[y >= 6].mean()
    return {"accuracy": right.mean(), "balanced accuracy": np.mean(recall), "rare classes 6 to 9": rare,
            "calibration error": calibration_error(p, y)}


def labels(kind, rows):
    return np.eye(10)[digits[rows]] if kind == "hard" else soft_labels(rows)


def trained(strength):
    found = {}
    for kind in ("hard", "soft"):
        for seed in range(SEEDS):
            train, test = split(seed)
            for name in LOSSES:
                w = fit(name, images[train], labels(kind, train), strength)
                found.setdefault((kind, name), []).append(scores(name, w, test))
    return found


started = time.perf_counter()
results = trained(1e-4)
print(f"{SEEDS} seeds, {time.perf_counter() - started:.0f} s")

# %% [markdown]
# ## What comes out
#
# Mean over the seeds ± standard deviation over the seeds. The last column is the balanced accuracy minus that of
# cross-entropy on the same split, so that what all losses owe to the split drops out. Calibration error: 0 is best.

# %%
def mean_spread(values, digits=1):
    return f"{100 * np.mean(values):.{digits}f} ± {100 * np.std(values):.{digits}f}"


columns = list(results["hard", "loss-1"][0])
rows = ["<tr><th>labels</th><th>loss</th>" + "".join(f"<th>{c}, %</th>" for c in columns)
        + "<th>against cross-entropy</th></tr>"]
for (kind, name), own in results.items():
    gain = [a["balanced accuracy"] - b["balanced accuracy"] for a, b in zip(own, results[kind, "cross-entropy"])]
    cells = [kind, name, *(mean_spread([r[c] for r in own]) for c in columns),
             "" if name == "cross-entropy" else mean_spread(gain)]
    rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
HTML(f"<table>{''.join(rows)}</table>")

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, layout="constrained")
for axis, column in zip(axes, ("balanced accuracy", "calibration error")):
    for shift, kind, colour in ((0.12, "hard", "tab:blue"), (-0.12, "soft", "tab:orange")):
        for place, name in enumerate(LOSSES):
            values = [100 * r[column] for r in results[kind, name]]
            axis.errorbar(np.mean(values), -place + shift, xerr=np.std(values), fmt="o", color=colour, capsize=3,
                          label=f"{kind} labels" if not place else None)
    axis.set_xlabel(column + ", %")
    axis.grid(axis="x", alpha=0.3)
axes[0].set_yticks([-k for k in range(len(LOSSES))], list(LOSSES))
axes[0].legend()
plt.show()

# %% [markdown]
# ### Does it hang on λ?
#
# Balanced accuracy with ten times more and ten times less regularisation.

# %%
others = {strength: trained(strength) for strength in (1e-5, 1e-3)}
rows = ["<tr><th>labels</th><th>loss</th><th>λ = 0.00001</th><th>λ = 0.0001</th><th>λ = 0.001</th></tr>"]
for kind, name in results:
    found = [x[kind, name] for x in (others[1e-5], results, others[1e-3])]
    cells = [kind, name, *(mean_spread([r["balanced accuracy"] for r in x]) for x in found)]
    rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
HTML(f"<table>{''.join(rows)}</table>")

# %% [markdown]
# ## The article's own setting: n tasks of m classes
#
# Above, the rows of l are all samples at once. The article has something else in mind: one sample asks n questions
# with the same m classes, as a sequence has a label for each token, and l is over its n rows. Here a strip of ten
# images is such a sample: its tasks are the ten digits, the classes mean the same in each, and the objective is the
# sum of l over the strips. The rows are those from above, in random order, hard labels, and the same model;
# cross-entropy is a sum over rows, so that strips change nothing for it. Matching is left out: its 2^10 sets a strip
# take too long.

# %%
TASKS = 10


def fit_strips(name, strips, strength):
    code = CODE[name]
    scale = sum(code.value(np.zeros_like(t), t) for _, t in strips)

    def objective(flat):
        w = flat.reshape(images.shape[1], 10)
        value, slope = 0.0, np.zeros_like(w)
        for x, t in strips:
            own, by_logits = code.value_and_grad(x @ w, t)
            value, slope = value + own, slope + x.T @ by_logits
        return value / scale + strength * (w**2).sum(), (slope / scale + 2 * strength * w).ravel()

    found = minimize(objective, np.zeros(images.shape[1] * 10), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x.reshape(images.shape[1], 10)


by_strips = {}
for seed in range(SEEDS):
    train, test = split(seed)
    order = np.random.default_rng(seed).permutation(train)
    order = order[: len(order) // TASKS * TASKS].reshape(-1, TASKS)
    strips = [(images[rows], np.eye(10)[digits[rows]]) for rows in order]
    for name in CODE:
        if name != "matching":
            by_strips.setdefault(name, []).append(scores(name, fit_strips(name, strips, 1e-4), test))

columns = list(by_strips["loss-1"][0])
rows = ["<tr><th>loss</th>" + "".join(f"<th>{c}, %</th>" for c in columns) + "<th>against cross-entropy</th></tr>"]
for name, own in by_strips.items():
    gain = [a["balanced accuracy"] - b["balanced accuracy"] for a, b in zip(own, by_strips["cross-entropy"])]
    cells = [name, *(mean_spread([r[c] for r in own]) for c in columns),
             "" if name == "cross-entropy" else mean_spread(gain)]
    rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
HTML(f"<table>{''.join(rows)}</table>")

# %% [markdown]
# ## Reading it
#
# With five seeds and λ = 0.0001 (your figures are above):
#
# - Hard labels: loss-1 and quadratic are the same loss there (a theorem), so their accuracies agree to the last digit.
#   They gain about 2 points of balanced accuracy over cross-entropy, 5 points on the rare classes. Pairwise loses
#   half a point.
# - Hard labels: the two losses that have every row of the table gain less than that. Matching gains a point (2 on the
#   rare classes), cyclic 0.3, which is hardly more than its spread; with λ = 0.001 cyclic falls behind cross-entropy,
#   by 0.8.
# - Hard labels: loss-3 loses 15 points. That is what the theory says: it may put a wrong class on top.
# - Calibration with hard labels: cross-entropy is best by far. Ours lose, all of them: loss-3 and loss-1 most,
#   matching, cyclic and pairwise nearly as much, with 10 to 12 percent where cross-entropy has 2.5; softmax(2 s)
#   is not loss-1's optimum, and quadratic, the same model read off by softmax(s), is better.
# - Soft labels: loss-3, pairwise, quadratic, matching, cyclic and cross-entropy are within their spread of each other.
#   Loss-1, whose optimum is not softmax, has about 2 points more balanced accuracy and 12 more on the rare classes.
# - The labels say at most 0.8 for a class, so with soft labels every model is less sure than it is right; the
#   calibration error, measured against the class in the file, shows mostly that. Loss-3 has the least.
# - λ matters as much as the loss. At λ = 0.001 cross-entropy falls by 8 points with hard labels, loss-1 and
#   quadratic hardly; at λ = 0.00001 their gain over cross-entropy is less than a point.
#
# - In strips of ten tasks there is less to gain: a class is in a strip about once, and what is balanced are the classes
#   of one strip. Loss-1 and quadratic keep 0.7 points over cross-entropy, and quadratic is as well calibrated as
#   cross-entropy is. Cyclic loses half a point, pairwise 4, loss-3 18.
#
# One small data set and a linear model: no more than a hint. It does not say that a loss is better elsewhere.
