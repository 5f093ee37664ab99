"""Source of the functions that PyTorch modules call, each copied where it is used."""

from __future__ import annotations

_OTHERS = '''def {name}(x, matrix, out):
    """Write the sum over k != j of x[:, k] into out[:, j]: total minus own, but anew where own is nearly all of it."""
    if matrix is not None:  # of 16 columns: products with fewer are slow
        return out.copy_((x @ matrix)[:, : x.shape[1]])
    total = x.sum(1, keepdim=True)
    torch.sub(total, x, out=out)
    share = {share}
    if share.amax().item() > 0.99:
        heavy = (share[:, 0] > 0.99).nonzero()[:, 0]
        rest = x[heavy]
        place = {where}.max(1, keepdim=True).indices
        rest.scatter_(1, place, 0)
        out[heavy, place.squeeze(1)] = rest.sum(1)
    return out'''

HELPERS = {
    "real": '''def real(x):
    """Return a number as a tensor."""
    return x if torch.is_tensor(x) else torch.tensor(x, dtype=torch.float64)''',
    "log0": '''def log0(x):
    """Return log(x), and 0 where x is 0: for products that vanish there anyway."""
    return torch.log(torch.where(x == 0, torch.ones_like(x), x))''',
    "log1p0": '''def log1p0(x):
    """Return log(1 + x), and 0 where x is -1: for products that vanish there anyway."""
    return torch.log1p(torch.where(x == -1, torch.zeros_like(x), x))''',
    "softplus": '''def softplus(x):
    """Return log(1 + exp(x))."""
    return torch.nn.functional.softplus(x, threshold=60.0)''',
    "logsoftplus": '''def logsoftplus(x):
    """Return log(log(1 + exp(x))), which is x where exp(x) is below the rounding."""
    return torch.where(x < -37, x, torch.log(softplus(torch.clamp(x, min=-37))))''',
    "logadd": '''def logadd(*parts):
    """Return log(exp(a) + exp(b) + ...); where every part is -inf its gradient is 0, not nan."""
    return lse(torch.stack(torch.broadcast_tensors(*map(real, parts))), 0)''',
    "lse": '''def lse(x, axis):
    """Return log(sum(exp(x))) whose gradient is 0, not nan, where every term is 0."""
    if not x.numel():
        return x.sum(axis) - torch.inf
    top = x.detach().amax(axis, keepdim=True)
    top = torch.where(top == -torch.inf, 0, top)
    total = torch.sum(torch.exp(x - top), axis, keepdim=True)
    none = total == 0  # not "total > 0": a nan has to stay one
    result = torch.where(none, -torch.inf, torch.log(torch.where(none, 1, total)) + top)
    return result.squeeze(axis)''',
    "lsex": '''def lsex(x, axis):
    """Return log(sum over k != j of exp(x_k)) for every j: total minus own, the largest handled apart.

    What tells the largest is a number, not a truth value: compilers keep those for the backward pass, slowly.
    """
    if not x.numel():
        return x - torch.inf
    fixed = x.detach()
    top = fixed.amax(axis, keepdim=True)
    top = torch.where(top == -torch.inf, 0, top)
    below = torch.sign(top - fixed)  # 0 at the largest, 1 elsewhere
    second = torch.where(below > 0, fixed, -torch.inf).amax(axis, keepdim=True)
    second = torch.where(second == -torch.inf, top, second)
    e = torch.exp(x - (below * second + (1 - below) * top))
    large, small = (1 - below) * e, below * e
    most, rest = large.sum(axis, keepdim=True), small.sum(axis, keepdim=True)
    none = rest == 0
    own = torch.where(none, -torch.inf, torch.log(torch.where(none, 1, rest)) + second)
    alone = (1 - below) * (most < 1.5) > 0  # largest, and no other entry equals it
    others = (most - large) + torch.exp(second - top) * (rest - small)
    return torch.where(alone, own, top + torch.log(torch.where(alone, 1, others)))''',
    "amax": '''def amax(x, axis):
    """Return the largest entry along an axis; its gradient is shared by the entries that attain it, a nan stays one."""
    return torch.amax(x, axis)''',
    "larger": '''def larger(x, y):
    """Return the larger one of two entries; where they are equal each has half of the gradient."""
    return torch.maximum(real(x), real(y))''',
    "amaxex": '''def amaxex(x, axis):
    """Return the largest x_k with k != j for every j, as the mean of those that attain it: they share its gradient."""
    if not x.numel():
        return x
    fixed = x.detach()
    first = fixed == fixed.amax(axis, keepdim=True)
    left = torch.where(first, -torch.inf, fixed)
    next_ = (left == left.amax(axis, keepdim=True)) & ~first
    a, b = (y.sum(axis, keepdim=True) for y in (first, next_))
    total, second = (torch.where(y, x, 0).sum(axis, keepdim=True) for y in (first, next_))
    next_ = torch.where(b > 0, second / b.clamp(min=1), -torch.inf)
    own = torch.where(a > 1, (total - x) / (a - 1).clamp(min=1), next_)
    return torch.where(first, own, total / a)''',
    "exsum": '''def exsum(x, axis):
    """Return the sum over k != j of x_k for every j: total minus own, the largest handled apart."""
    if not x.numel():
        return x
    size = x.detach().abs()
    first = size == size.amax(axis, keepdim=True)
    large, small = torch.where(first, x, 0), torch.where(first, 0, x)
    return (large.sum(axis, keepdim=True) - large) + (small.sum(axis, keepdim=True) - small)''',
    "put": '''def put(x, like, position, axis):
    """Return an array shaped like ``like`` with ``x`` at one position of ``axis`` and zeros elsewhere."""
    out = torch.zeros_like(like)
    out.select(axis, position).copy_(x)
    return out''',
    "gather": '''def gather(x, place, axis):
    """Return the entries of ``x`` along ``axis``, counted from the end, at positions ``place`` of the other axes."""
    index = place.reshape(*place.shape, *(1,) * -axis)
    ndim = max(x.ndim, index.ndim)
    x, index = (a.reshape(*(1,) * (ndim - a.ndim), *a.shape) for a in (x, index.to(x.device)))
    return torch.take_along_dim(x, index, axis).squeeze(axis)''',
    "log_softmax": '''def log_softmax(x, axis):
    """Return x - log(sum(exp(x))); PyTorch's own kernel is slow on short rows."""
    return torch.log_softmax(x, axis) if x.shape[axis] > 48 else x - lse(x, axis).unsqueeze(axis)''',
    "softmax": '''def softmax(x, axis):
    """Return exp(x) / sum(exp(x)); PyTorch's own kernel is slow on short rows."""
    if x.shape[axis] > 48 or not x.numel():
        return torch.softmax(x, axis)
    e = torch.exp(x - x.detach().amax(axis, keepdim=True))
    return e / e.sum(axis, keepdim=True)''',
    "log_shares": '''def log_shares(x, axis):
    """Return log(softmax(x)), exact also where it is close to 0: -log(1 + rest) at the largest entry."""
    if not x.numel():
        return x
    top = x.detach().amax(axis, keepdim=True)
    top = torch.where(top == -torch.inf, 0, top)
    hit = (x == top).to(x.dtype)
    rest = (torch.exp(x - top) - hit).sum(axis, keepdim=True) + (hit.sum(axis, keepdim=True) - 1)
    return x - top - torch.log1p(rest)''',
    "rest_power": '''def rest_power(logs, power):
    """Return (1 - p)^power from log(p); where 1 - p is 0 the gradient is 0, not nan."""
    rest = -torch.expm1(logs)
    none = rest == 0
    return torch.where(none, 0, torch.where(none, 1, rest) ** power)''',
    "squared_distance": '''def squared_distance(x, y, axes):
    """Return the sum of (x - y)^2 over the last ``axes`` axes."""
    if x.ndim == axes and x.shape == y.shape:
        return torch.nn.functional.mse_loss(x, y, reduction="sum")
    return (x - y).square().sum(tuple(range(-axes, 0)))''',
    "inner": '''def inner(x, y, axes=2):
    """Return the sum of x y over the last ``axes`` axes; a long dot product would lose digits, and it ends fusion."""
    alone = x.ndim == axes and not torch.compiler.is_compiling()
    if alone and x.shape == y.shape and x.dtype == y.dtype and x.numel() <= 262144:
        return torch.dot(x.reshape(-1), y.reshape(-1))
    return (x * y).sum(tuple(range(-axes, 0)))''',
    "lsedot": '''def lsedot(a, b):
    """Return log(sum over i of exp(a_ij + b_ik)) for every j, k: one product of scaled exponentials.

    Pairs j, k for which these underflow are summed anew; compiled code, where there are any, sums every pair anew,
    and so does a transform of torch.func, which cannot branch on data.
    """
    compiled = torch.compiler.is_compiling()
    if not (compiled or eager()) or not (a.numel() and b.numel()):
        return all_pairs(a, b)
    shift = b.detach().amax(-1, keepdim=True)
    a, b = a + shift, b - shift
    p, q = (x.detach().amax(-2, keepdim=True) for x in (a, b))
    p, q = (torch.where(x == -torch.inf, 0, x) for x in (p, q))
    total = torch.exp(a - p).mT @ torch.exp(b - q)
    poor = total < torch.finfo(total.dtype).tiny ** 0.5
    out = torch.log(torch.where(poor, 1, total)) + p.mT + q
    if compiled:
        zeros = lambda a, b: a.new_zeros((*a.shape[:-2], a.shape[-1], b.shape[-1]))
        return torch.where(poor, torch.cond(poor.any(), all_pairs, zeros, (a, b)), out)
    if bool(poor.any()):
        *front, j, k = poor.nonzero(as_tuple=True)
        left, right = a.mT[(*front, j)], b.mT[(*front, k)]
        out = out.index_put(poor.nonzero(as_tuple=True), lse(left + right, -1))
    return out''',
    "all_pairs": '''def all_pairs(a, b):
    """Return log(sum over i of exp(a_ij + b_ik)) for every j, k, from all terms."""
    return lse(a[..., :, None] + b[..., None, :], -3).clone()''',
    "within": '''def within(x, low, high):
    """Tell whether all entries lie between the limits; a nan does not."""
    least, most = torch.aminmax(x)
    return least.item() > low and most.item() < high''',
    "others_nonneg": _OTHERS.format(name="others_nonneg", share="x.amax(1, keepdim=True) / total", where="rest"),
    "others_signed": _OTHERS.format(
name="others_signed", share="(size := x.abs()).amax(1, keepdim=True) / size.sum(1, keepdim=True)",
                                    where="rest.abs()"),
    "wants_gradient": '''def wants_gradient(x):
    """Tell whether a parameter is to be differentiated."""
    return torch.is_tensor(x) and x.requires_grad''',
    "eager": '''def eager():
    """Tell whether code may branch on data: not under torch.compile, nor under a transform of torch.func."""
    return not torch.compiler.is_compiling() and not torch._C._are_functorch_transforms_active()''',
}

__all__ = ["HELPERS"]
