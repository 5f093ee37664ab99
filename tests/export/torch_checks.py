"""What every exported PyTorch module has to do. Cases come pickled on standard input, faults leave pickled."""

import copy
import math
import pickle
import sys
import traceback

import torch

N_ROWS, CLASSES = 5, 4


class Case:
    """One module with inputs of its shape."""

    def __init__(self, name, text, extra, shape, labels, rows):
        self.name, self.extra, self.shape, self.labels, self.rows = name, extra, shape, labels, rows
        self.space = {}
        exec(compile(text, name, "exec"), self.space)
        self.module = next(x for x in self.space.values() if isinstance(x, type) and issubclass(x, torch.nn.Module))

    def loss(self, s, t, **more):
        return self.space["loss"](s, t, **self.extra, **more)

    def inputs(self, *front, dtype=torch.float64, scale=2.0, rows=N_ROWS):
        made = torch.Generator().manual_seed(1)
        shape = (*front, *({"n": rows, "m": CLASSES}[x] for x in self.shape))
        s = torch.randn(shape, generator=made, dtype=torch.float64) * scale
        t = torch.softmax(torch.randn(shape, generator=made, dtype=torch.float64), -1)
        return s.to(dtype), t.to(dtype)

    @property
    def classed(self):
        return self.labels and self.shape[-1] == "m"


def grad(case, s, t, **more):
    x = s.detach().clone().requires_grad_()
    value = case.loss(x, t, **more)
    return value, torch.autograd.grad(value, x)[0]


def close(a, b, size=1e-9):
    torch.testing.assert_close(a, b, atol=size, rtol=size, check_dtype=False)


def refuses(word, run, kind=ValueError):
    try:
        run()
    except kind as error:
        assert word in str(error), f"{word!r} is not in {error}"
    else:
        raise AssertionError(f"nothing was refused, where {word!r} was to be said")


def check_derivatives(case):
    s, t = case.inputs(rows=3)
    s.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: case.loss(x, t), s)
    assert torch.autograd.gradgradcheck(lambda x: case.loss(x, t), s)
    if case.labels:
        assert torch.autograd.gradcheck(case.loss, (s, t.requires_grad_()))


def check_parameters_are_differentiated(case):
    s, t = case.inputs()
    for name, number in case.extra.items():
        if isinstance(number, float):
            p = torch.tensor(number, dtype=torch.float64, requires_grad=True)
            run = lambda x, name=name: case.space["loss"](s, t, **{**case.extra, name: x})  # noqa: E731
            assert torch.autograd.gradcheck(run, p)


def check_fast_and_robust_agree(case):
    for dtype, size in ((torch.float64, 1e-9), (torch.float32, 2e-4)):
        for scale in (0.5, 3.0):
            s, t = case.inputs(dtype=dtype, scale=scale)
            value, slopes = grad(case, s, t)
            y = t.clone().requires_grad_() if case.labels else t  # labels that are differentiated take robust code
            x = s.clone().requires_grad_()
            again = case.loss(x, y)
            close(value, again, size)
            close(slopes, torch.autograd.grad(again, x)[0], size)


def check_reductions(case):
    s, t = case.inputs(2, 3)
    total, mean = case.loss(s, t, reduction="sum"), case.loss(s, t, reduction="mean")
    if case.rows or case.shape == ("m",):
        each = case.loss(s, t, reduction="none")
        assert each.shape == (s.shape[:-1] if case.shape[-1] == "m" else s.shape)
        close(each.sum(), total)
        close(each.mean(), mean)
    else:
        refuses("coupled", lambda: case.loss(s, t, reduction="none"))
        close(mean, total / 6)
    refuses("reduction", lambda: case.loss(s, t, reduction="average"))


def check_batches_are_separate(case):
    s, t = case.inputs(2, 3)
    if case.rows == "mean":
        parts = [case.loss(s[i, j], t[i, j]) / 6 for i in range(2) for j in range(3)]
    else:
        parts = [case.loss(s[i, j], t[i, j], reduction="sum") for i in range(2) for j in range(3)]
    close(case.loss(s, t), sum(parts))
    _, slopes = grad(case, s, t, reduction="sum")
    close(slopes[1, 2], grad(case, s[1, 2], t[1, 2], reduction="sum")[1])


def check_class_indices(case):
    if not case.classed:
        return
    s, _ = case.inputs(2)
    shape = s.shape[:-1]
    k = torch.arange(max(1, shape.numel())).reshape(shape) % CLASSES
    hot = torch.nn.functional.one_hot(k, CLASSES)
    value = case.loss(s, hot.to(s.dtype))
    close(case.loss(s, k), value)
    close(case.loss(s, k.to(torch.int32)), value)
    close(case.loss(s, hot), value)
    refuses("holds class 4", lambda: case.loss(s, torch.full(shape, 4)))
    refuses("class indices? pass them as int64", lambda: case.loss(s, k.to(s.dtype)))
    if case.rows and value.isfinite():
        kept = k.clone()
        kept[0, 0] = -100
        each = case.loss(s, k, reduction="none")
        close(case.loss(s, kept, reduction="sum", ignore_index=-100), each.sum() - each[0, 0])
        close(case.loss(s, kept, reduction="mean", ignore_index=-100), (each.sum() - each[0, 0]) / (each.numel() - 1))
        refuses("ignore_index", lambda: case.loss(s, hot, ignore_index=-100))


def check_wrong_shapes_and_types(case):
    s, t = case.inputs()
    shape = ", ".join(case.shape)
    refuses(f"logits of shape (..., {shape})", lambda: case.loss(s[(0,) * s.ndim], t))
    refuses("s has dtype torch.int64", lambda: case.loss(s.long(), t), TypeError)
    if case.labels:
        refuses("t has shape", lambda: case.loss(s, t[..., :-1]))
        refuses("t has shape", lambda: case.loss(s, torch.stack([t, t])))
    if case.shape[-1] == "m":
        refuses("at least one class", lambda: case.loss(s[..., :0], t[..., :0]))


def check_nan_stays_nan(case):
    for where in ("s", "t") if case.labels else ("s",):
        for dtype in (torch.float32, torch.float64):
            s, t = case.inputs(dtype=dtype)
            (s if where == "s" else t)[(0,) * s.ndim] = torch.nan
            value, _ = grad(case, s, t)
            assert value.isnan(), (where, dtype)
            assert case.loss(s, t).isnan()


def check_types(case):
    s, t = case.inputs()
    value = case.loss(s, t)
    mixed, slopes = grad(case, s.float(), t)
    assert mixed.dtype == slopes.dtype == torch.float32
    close(mixed, value, 1e-4)
    for half in (torch.bfloat16, torch.float16):
        low, slopes = grad(case, s.to(half), t.to(half))
        assert low.dtype == torch.float32 and slopes.dtype == half and low.isfinite()
        close(low, case.loss(s.to(half).float(), t.to(half).float()), 1e-5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside, _ = grad(case, s.float(), t.float())
    close(inside, mixed, 1e-6)


def check_empty_batch(case):
    if case.shape[0] != "n":
        return
    s, t = case.inputs(rows=0)
    for reduction in ("sum", "mean"):
        value, slopes = grad(case, s, t, reduction=reduction)
        assert slopes.shape == s.shape
        assert not case.rows or value == 0
    if case.classed and case.rows:
        assert case.loss(s, torch.zeros(0, dtype=torch.int64)) == 0
    s, t = case.inputs(0)
    assert case.loss(s, t) == 0


def check_extreme_logits(case):
    for dtype in (torch.float32, torch.float64):
        s, t = case.inputs(dtype=dtype, scale=1e4)
        value, slopes = grad(case, s, t)
        wide, steep = grad(case, s.double(), t.double())
        if wide.isfinite() and wide.abs() < 1e30 and steep.isfinite().all():
            assert value.isfinite() and slopes.isfinite().all()
            close(value.double() / wide.abs().clamp(min=1), wide / wide.abs().clamp(min=1), 1e-4)


def check_single_precision_of_a_million_entries(case):
    s, t = case.inputs(rows=300_000)
    value = case.loss(s, t)
    for wanted in (False, True):  # the robust and the fast code
        close(case.loss(s.float().requires_grad_(wanted), t.float()).detach(), value.float(), 3e-6)


def check_transforms(case):
    s, t = case.inputs(3)
    _, slopes = grad(case, s, t, reduction="sum")
    made = torch.func.vmap(torch.func.grad(lambda x, y: case.loss(x, y, reduction="sum")))(s, t)
    close(made, slopes)
    one, labels = s[0], t[0]
    ours = torch.func.hessian(lambda x: case.loss(x, labels))(one)
    close(ours, torch.autograd.functional.hessian(lambda x: case.loss(x, labels), one))
    forward = torch.func.jvp(lambda x: case.loss(x, labels), (one,), (torch.ones_like(one),))[1]
    close(forward, grad(case, one, labels)[1].sum())


def check_compiles_in_one_graph(case):
    s, t = case.inputs()
    torch._dynamo.reset()
    compiled = torch.compile(case.loss, fullgraph=True, backend="eager")
    x = s.clone().requires_grad_()
    value = compiled(x, t)
    expected, slopes = grad(case, s, t)
    close(value, expected)
    close(torch.autograd.grad(value, x)[0], slopes)


def check_compiled_sums_that_underflow(case):
    if "lsedot" not in case.space:
        return
    torch._dynamo.reset()
    compiled = torch.compile(case.loss, fullgraph=True, backend="eager")
    for scale in (1.0, 3000.0):
        s, t = case.inputs(scale=scale)
        x = s.clone().requires_grad_()
        value = compiled(x, t)
        expected, slopes = grad(case, s, t)
        close(value / expected.abs(), expected / expected.abs())
        close(torch.autograd.grad(value, x)[0], slopes)


def check_confident_rows_keep_their_digits(case):
    if case.name != "focal":
        return
    s = torch.tensor([[30.0, 1.0, -2.0]], dtype=torch.float64)
    t = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64, requires_grad=True)  # takes the robust code
    rest = (math.exp(-29) + math.exp(-32)) / (1 + math.exp(-29) + math.exp(-32))
    g = case.extra["g"]
    assert math.isclose(case.loss(s, t).item(), -(rest**g) * math.log1p(-rest), rel_tol=1e-12)
    for g in (0.5, 2.0):
        x = (s * 100).requires_grad_()
        assert torch.autograd.grad(case.space["loss"](x, t, g=g), x)[0].isfinite().all()


def check_module(case):
    s, t = case.inputs()
    module = case.module(**case.extra, reduction="sum")
    close(module(s, t), case.loss(s, t, reduction="sum"))
    again = pickle.loads(pickle.dumps(module.state_dict()))
    copy.deepcopy(module).load_state_dict(again)
    assert "reduction=sum" in repr(module) and all(name in repr(module) for name in case.extra)


CHECKS = {name: check for name, check in globals().items() if name.startswith("check_")}


def faults(cases, wanted):
    """Return (check, loss, what went wrong) for every fault."""
    found = []
    for given in cases:
        case = Case(*given)
        try:
            CHECKS[wanted](case)
        except Exception:
            found.append((case.name, traceback.format_exc(limit=-3)))
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.stdout.buffer.write(pickle.dumps(faults(pickle.load(sys.stdin.buffer), sys.argv[1])))
