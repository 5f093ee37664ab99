"""Exported PyTorch code against the obvious hand-written code: value and gradient, float32, eager.

Run: python tests/benchmarks/bench_torch_export.py [--compiled] [--memory] [--threads 2] [--sizes 256x1000] [LOSS ...]
Both sides take turns in one run, each call forward and backward from fresh logits; a figure is the ratio of the
medians, ours over theirs, so that below 1 is faster than by hand. "plain" is the formula as one writes it first,
which overflows at large logits where the loss is a sum of exponentials; "stable" writes those in the log domain.
--compiled puts both through torch.compile. --memory gives the peak of memory of one step besides s and t, in arrays
of the size of s (with the gradient), each side in a process of its own, and the seconds of its second step: for sizes
such as 8192x32000, at which many steps take too long. Needs PyTorch.
"""

from __future__ import annotations

import os
import sys

THREADS = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = THREADS

import argparse  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

from nmderive.export import render  # noqa: E402
from nmderive.losses.catalogue import load  # noqa: E402

PARAMETERS = {"focal": {"g": 2.0}}


def by_hand(torch):
    """Return {loss: {style: function of (s, t)}}."""
    softplus, log_softmax, lse = torch.nn.functional.softplus, torch.log_softmax, torch.logsumexp

    def cross_entropy(s, t):
        return -(t * log_softmax(s, 1)).sum()

    def focal(s, t):
        logs = log_softmax(s, 1)
        return -(t * (1 - logs.exp()) ** 2.0 * logs).sum()

    def brier(s, t):
        return ((s.softmax(1) - t) ** 2).sum()

    def others(s):
        top = s.amax(1, keepdim=True)
        e = (s - top).exp()
        return (e.sum(1, keepdim=True) - e).log() + top

    def loss_1(s, t):
        e = s.exp()
        return torch.log1p((t * (e.sum(1, keepdim=True) - e) / e).sum(0)).sum()

    def loss_3(s, t):
        return torch.log1p((t * (s.mean(1, keepdim=True) - s).exp()).sum(0)).sum()

    def pairwise(s, t):
        a = torch.log1p((t * (-s / 2).exp()).T @ (s / 2).exp())
        return a.sum() - a.diagonal().sum()

    def quadratic(s, t):
        e = s.exp()
        return torch.log1p((t * (t**2 * (e.sum(1, keepdim=True) - e) / e).sum(1, keepdim=True)).sum(0)).sum()

    def stable_quadratic(s, t):
        inner = lse(2 * t.log() - s + others(s), 1, keepdim=True)
        return softplus(lse(t.log() + inner, 0)).sum()

    return {
        "cross-entropy": {"plain": cross_entropy}, "focal": {"plain": focal}, "brier": {"plain": brier},
        "loss-1": {"plain": loss_1, "stable": lambda s, t: softplus(lse(t.log() - s + others(s), 0)).sum()},
        "loss-3": {"plain": loss_3,
                   "stable": lambda s, t: softplus(lse(t.log() - s + s.mean(1, keepdim=True), 0)).sum()},
        "pairwise": {"plain": pairwise}, "quadratic": {"plain": quadratic, "stable": stable_quadratic},
    }


def exported(name):
    """Return the exported function of (s, t)."""
    space = {}
    exec(compile(render(load(name), "torch"), name, "exec"), space)
    extra = PARAMETERS.get(name, {})
    return lambda s, t: space["loss"](s, t, **extra)


def stepper(run, s, t):
    def step():
        x = s.detach().requires_grad_()
        value = run(x, t)
        value.backward()
        return float(value.detach()), x.grad

    return step


def medians(steps, seconds):
    """Return the median time of each step, the steps taking turns."""
    times = [[] for _ in steps]
    for step in steps:
        step(), step()
    end = time.perf_counter() + seconds * len(steps)
    while len(times[0]) < 5 or (time.perf_counter() < end and len(times[0]) < 2000):
        for found, step in zip(times, steps, strict=True):
            start = time.perf_counter()
            step()
            found.append(time.perf_counter() - start)
    return [sorted(found)[len(found) // 2] for found in times]


def inputs(torch, shape):
    generator = torch.Generator().manual_seed(0)
    s = torch.randn(shape, generator=generator).mul_(2)
    return s, torch.softmax(torch.randn(shape, generator=generator).mul_(2), 1)


def peak(torch, name, shape, side):
    """Print the peak of memory of one step, in arrays of the size of s, and the seconds of another step."""
    s, t = inputs(torch, shape)
    step = stepper(exported(name) if side == "ours" else by_hand(torch)[name][side], s, t)
    before = resident()
    step()
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before) / (s.numel() * 4)
    start = time.perf_counter()
    step()
    print(used, time.perf_counter() - start)


def resident():
    """Return the bytes of memory that this process holds now; making the inputs must not have held more."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def memory(torch, name, size):
    """Print the peaks of both sides, each measured in a process of its own."""
    cells = []
    for side in ("ours", *by_hand(torch)[name]):
        command = [sys.executable, __file__, "--peak", side, "--sizes", size, "--threads", THREADS, name]
        used, seconds = map(float, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
        cells.append(f"{side} {used:5.2f} arrays {seconds:6.2f} s")
    print(f"  {name:14s} " + "   ".join(cells), flush=True)


def bench(torch, name, shape, seconds, compiled):
    """Return the cells of one loss at one size: our microseconds and the ratios."""
    s, t = inputs(torch, shape)
    hand = by_hand(torch)[name]
    runs = [exported(name), *hand.values()]
    if compiled:
        torch._dynamo.reset()  # else shapes become symbols, and after eight functions nothing is compiled any more
        runs = [torch.compile(run) for run in runs]
    steps = [stepper(run, s, t) for run in runs]
    (value, gradient), others = steps[0](), [step() for step in steps[1:]]
    for theirs, slopes in others:
        assert abs(value - theirs) <= 1e-4 * abs(theirs) + 1e-4, (name, shape, value, theirs)
        assert torch.allclose(gradient, slopes, atol=1e-4, rtol=1e-3), (name, shape)
    ours, *theirs = medians(steps, seconds)
    return ours * 1e6, {style: ours / x for style, x in zip(hand, theirs, strict=True)}


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("losses", nargs="*", default=None)
    parser.add_argument("--sizes", default="256x1000,4096x10,64x100")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: nothing to compare")
        return
    torch.set_num_threads(given.threads)
    names = given.losses or list(by_hand(torch))
    for size in given.sizes.split(","):
        shape = tuple(map(int, size.split("x")))
        if given.peak:
            return peak(torch, names[0], shape, given.peak)
        if given.memory:
            print(f"{size}, besides s and t:")
            for name in names:
                memory(torch, name, size)
            continue
        print(f"{shape[0]} x {shape[1]}, ours over by hand{', both compiled' if given.compiled else ''}:")
        for name in names:
            ours, ratios = bench(torch, name, shape, given.seconds, given.compiled)
            cells = "  ".join(f"{style} {ratio:5.2f}" for style, ratio in ratios.items())
            print(f"  {name:14s} {ours:9.0f} us   {cells}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
