"""The parts of a PyTorch module that do not come from the formula's graph; {names} are filled in."""

from __future__ import annotations

PREPARED = '''def prepared(s, t{ignored}):
    """Return logits and labels of one type{and_keep}; raise where their shapes or types do not fit."""
    if not isinstance(s, torch.Tensor):
        s = torch.as_tensor(s)
    if not s.is_floating_point():
        raise TypeError(f"s has dtype {{s.dtype}}, but logits are floating-point numbers")
    if s.ndim < {ndim}:
        raise ValueError(f"s has shape {{tuple(s.shape)}}, but the loss takes logits of shape {shape}")
{no_class}    if s.dtype in (torch.float16, torch.bfloat16):
        s = s.float()
{labels}    return s, t{keep}'''

NO_CLASS = '''    if s.shape[-1] == 0:
        raise ValueError(f"s has shape {tuple(s.shape)}: there must be at least one class")
'''

LABELS = '''    if not isinstance(t, torch.Tensor):
        t = torch.as_tensor(t, device=s.device)
    if t.shape != s.shape:
        raise ValueError(f"t has shape {tuple(t.shape)}, but s has shape {tuple(s.shape)}, and labels have the same")
    if t.dtype != s.dtype:
        t = t.to(s.dtype)
'''

CLASS_LABELS = '''    if not isinstance(t, torch.Tensor):
        t = torch.as_tensor(t, device=s.device)
{keep_all}    whole = not t.is_floating_point() and not t.is_complex() and t.dtype != torch.bool
    if t.shape == s.shape:
{no_ignored}        return s, t if t.dtype == s.dtype else t.to(s.dtype){keep}
    if t.shape != s.shape[:-1] or not whole:
        raise ValueError(
            f"t has shape {{tuple(t.shape)}} and dtype {{t.dtype}}, but s has shape {{tuple(s.shape)}}: labels have "
            f"the shape of s; class indices? pass them as int64 of shape {{tuple(s.shape[:-1])}}"
        )
{ignore}    t = one_hot(t, s.shape[-1], s.dtype)
'''

NO_IGNORED = '''        if ignore_index is not None:
            raise ValueError("ignore_index speaks of class indices, but t holds a label for every class")
'''

IGNORE = '''    if ignore_index is not None:
        keep = t != ignore_index
        t = torch.where(keep, t, 0)
'''

ROWS = '''    if reduction == "none"{or_keep}:
        each = row_terms(s, t, n, m, s.dtype{passed})
{drop}        if reduction == "none":
            return each
        total, count = each.sum(), {count}
    else:
{joined}
    return total{over_count} if reduction == "mean" else total'''

COUPLED = '''    each = whole(s, t, n, m{passed})
    if each.ndim == 0:
        return each
    return each.sum() / max(each.numel(), 1) if reduction == "mean" else each.sum()'''

SINGLE = '''    each = value(s, t, n, m, s.dtype{passed})
    if reduction == "none":
        return each
    return each.sum() / max(each.numel(), 1) if reduction == "mean" else each.sum()'''

WHOLE = '''def whole(s, t, n, m{passed}):
    """Return l: the fast code where s alone is to be differentiated on a CPU, else the robust value."""
    if ({wide}s.ndim == {ndim} and s.requires_grad and s.device.type == "cpu" and s.numel() and torch.is_grad_enabled()
            and eager(){alone}):
        found = value_and_grad(s.detach(), {t}, None, n, m, s.dtype{passed})
        if found is not None and math.isfinite(found[0]):
            return Known.apply(s, t, found[0].to(s.dtype), found[1]{passed})
    return value(s, t, n, m, s.dtype{passed})'''

KNOWN = '''class Known(torch.autograd.Function):
    """A value whose gradient by s is known; it is derived anew, as a graph, where it is to be differentiated again."""

    @staticmethod
    def forward(ctx, s, t, found, gradient{passed}):
        """Return the value; keep the one array that the backward pass needs, and s and t, which are there anyway."""
        ctx.save_for_backward(s, t, gradient)
        ctx.parameters = ({tuple})
        return found

    @staticmethod
    def backward(ctx, above):
        """Return the gradient by s times ``above``."""
        s, t, gradient = ctx.saved_tensors
        if torch.is_grad_enabled():
            n, m = {sizes}
            again = value(s, t, n, m, s.dtype, *ctx.parameters)
            gradient, = torch.autograd.grad(again, s, create_graph=True)
        elif above.item() == 1:
            return gradient, None, None, None{nones}
        return gradient * above, None, None, None{nones}'''

MODULE = '''class {name}(torch.nn.Module):
    """The loss as a module: ``{name}({example})(s, t)``; keywords as for ``loss``."""

    def __init__(self, *{keywords} reduction="{default}"{ignored}):
        super().__init__()
{set}        self.reduction = reduction
{set_ignored}
    def forward(self, s, t{t_default}):
        """Return the loss at logits s and labels t."""
        return loss(s, t{own}, reduction=self.reduction{own_ignored})

    def extra_repr(self):
        """Return the parameters, for the module's repr."""
        return {repr}'''

ONE_HOT = '''def one_hot(t, m, dtype):
    """Return one-hot labels; where code may branch a class outside 0 .. m - 1 is an error, elsewhere nan."""
    if t.device.type == "cpu" and t.numel() and eager():
        least, most = map(int, t.aminmax())
        if least < 0 or most >= m:
            wrong = least if least < 0 else most
            raise ValueError(f"t holds class {wrong}, but with {m} classes indices are 0 to {m - 1}")
        return torch.nn.functional.one_hot(t.long(), m).to(dtype)
    hot = (t.unsqueeze(-1) == torch.arange(m, device=t.device)).to(dtype)
    return torch.where(((t >= 0) & (t < m)).unsqueeze(-1), hot, torch.nan)'''

__all__ = [
    "CLASS_LABELS", "COUPLED", "IGNORE", "KNOWN", "LABELS", "MODULE", "NO_CLASS", "NO_IGNORED", "ONE_HOT", "PREPARED",
    "ROWS", "SINGLE", "WHOLE",
]
