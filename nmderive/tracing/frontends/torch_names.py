"""Names of what PyTorch's tensors are asked: values, which no reading depends on, facts, and operations in place."""

from __future__ import annotations

from nmderive.tracing.returned import HINT

#: Calls that would take values of the arrays into Python.
OF_DATA = {
    "tolist": "tolist()", "__bool__": "a branch (if, and, assert) on values", "__float__": "float()",
    "__int__": "int()", "__index__": "a value used as a Python number", "numpy": "numpy()", "__array__": "numpy()",
    "__len__": "len(), which forgets that the size is n or m (use x.shape[0])",
    "__iter__": "a Python loop over a tensor or a size, as in range()",
    "unbind": "a Python loop over a tensor or a size, as in range()", "__contains__": "in",
    "equal": "torch.equal", "allclose": "allclose", "is_nonzero": "a branch on values",
}
#: What a tensor knows of itself that is no operation.
FACTS = frozenset((
    "dtype", "device", "requires_grad", "is_cuda", "layout", "is_sparse", "ndim", "dim", "ndimension",
    "is_floating_point", "is_leaf", "grad_fn", "_backward_hooks", "is_complex", "is_contiguous",
    "requires_grad_", "__hash__", "__repr__", "get_device", "is_tensor", "data_ptr", "element_size",
    "is_quantized", "grad", "is_meta", "is_mps", "is_nested",
))
#: What to write instead of them.
UNREAD = "what of the logits a loss depends on is written with operations on all entries: torch.where, masks, sums"
HINTS = {"__float__": HINT,
          "__bool__": f"{UNREAD}; of labels, guards against an empty set are read, if mask.sum() == 0; an assertion "
                      "on values is to be taken out"}
IN_PLACE = {"__iadd__": "add", "__isub__": "sub", "__imul__": "mul", "__itruediv__": "div", "__idiv__": "div",
             "__ipow__": "pow"}

__all__ = ["FACTS", "HINTS", "IN_PLACE", "OF_DATA", "UNREAD"]
