"""What a module has beside its loss under ``order="random"``: the loss with its classes counted in another order.

A loss that counts classes in a circle depends on their order. Where its optimum does not, as t = softmax(s) does not,
each order has the same optimum, and one that is drawn at each step gives an unbiased estimate of the mean over all
orders, which depends on none. Source: nmderive, in answer to the open question of Su (2022).
"""

from __future__ import annotations

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import M
from nmderive.errors import UsageError
from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import class_name

#: How the classes are counted: as the formula has them, or in an order that is drawn at each call.
ORDERS = ("written", "random")

_NUMPY = '''def value_and_grad_in_order(s, t, order=None, random=None{arguments}):
    """Return (loss, gradient by s), the classes counted in another order: unbiased for the mean over all orders.

    order: the classes 0 .. m - 1 as they are counted; drawn from random, a Generator of NumPy, if None.
    """
    s, t = np.asarray(s), np.asarray(t)
    if order is None:
        order = (np.random.default_rng() if random is None else random).permutation(s.shape[-1])
    if not np.array_equal(np.sort(order), np.arange(s.shape[-1])):
        raise ValueError("order must hold each class from 0 to m - 1 once")
    found, moved = value_and_grad(s[..., order], t[..., order]{passed})
    gradient = np.empty_like(moved)
    gradient[..., order] = moved
    return found, gradient
'''

_IN_ORDER = '''def in_order(s, t, order=None, {source}=None):
    """Return logits and labels with the classes in another order; labels may be class indices.

    order: the classes 0 .. m - 1 as they are to be counted; drawn {by} if None.
    """
    s, t, m = {s}, {t}, s.shape[-1]
    if order is None:
        {draw}
    order = {order}
    if order.shape != (m,):
        raise ValueError("order must hold each class from 0 to m - 1 once")
    if t.ndim == s.ndim:
        return s[..., order], t[..., order]
    places = {argsort}[{clip}]
    # What is no class stays as it is, to be ignored or refused.
    return s[..., order], {where}((t >= 0) & (t < m), places, t)


def loss_in_order(s, t, order=None, {source}=None, **keywords):
    """Return the loss with its classes counted in another order: unbiased for the mean over all orders."""
    return loss(*in_order(s, t, order, {source}), **keywords)
'''

_TORCH = _IN_ORDER.format(
    source="generator", by="from generator, one of the CPU,", s="s", t="torch.as_tensor(t, device=s.device)",
    draw="order = torch.randperm(m, generator=generator)", order="torch.as_tensor(order, device=s.device)",
    argsort="torch.argsort(order)", clip="t.long().clamp(0, m - 1)", where="torch.where",
) + '''

class {name}InRandomOrder({name}):
    """The loss as a module that draws an order of the classes at each step of training, and no other time."""

    def forward(self, s, t):
        """Return the loss at logits s and labels t."""
        return super().forward(*in_order(s, t)) if self.training else super().forward(s, t)
'''

_JAX = _IN_ORDER.format(
    source="key", by="by key, a key of jax.random,", s="jnp.asarray(s)", t="jnp.asarray(t)",
    draw='''if key is None:
            raise ValueError("give an order, or a key of jax.random to draw one")
        from jax import random

        order = random.permutation(key, m)''',
    order="jnp.asarray(order)", argsort="jnp.argsort(order)", clip="jnp.clip(t, 0, m - 1)", where="jnp.where",
)


def in_order_text(loss: Loss, form: str, keywords: tuple[str, ...]) -> str:
    """Return the functions of ``form`` that count the classes of ``loss`` in another order.

    ``keywords`` are the loss's parameters. Raises UsageError for a loss that counts no classes in a circle, whose order
    says nothing, for one with weights or sets of classes, which belong to classes, and for another format.
    """
    if form not in ("numpy", "torch", "jax"):
        raise UsageError(f"there is no random order in the export {form!r}", hint="one of: numpy, torch, jax")
    if M not in loss.shape or not loss.expr.has(Cyclic):
        raise UsageError("the loss counts no classes in a circle, so there is no order to draw",
                         hint="leave --order out")
    if loss.arrays or loss.class_sets or loss.names_classes:
        raise UsageError("the loss names or weights single classes, which another order would exchange",
                         hint="leave --order out")
    if form == "torch":
        return _TORCH.format(name=class_name(loss))
    if form == "jax":
        return _JAX
    arguments = "".join(f", {name}" for name in keywords)
    passed = "".join(f", {name}={name}" for name in keywords)
    return _NUMPY.format(arguments=f", *{arguments}" if keywords else "", passed=passed)


__all__ = ["ORDERS", "in_order_text"]
