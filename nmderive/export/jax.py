"""A JAX module: the loss as one checked function for jax.jit, jax.vmap and any number of jax.grad."""

from __future__ import annotations

from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import Parameter, about, sizes_code, used
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import own_size_checks
from nmderive.numeric.row_sums import row_sum
from nmderive.numeric.targets import jax_text as text
from nmderive.numeric.targets.parts import Parts
from nmderive.numeric.targets.words import JAX

_NOTES = (
    "Result: of s's type, float32 for 16-bit logits; a nan that l reads gives a nan. Under jax.jit reduction and",
    "ignore_index are static. What cannot be seen while jax traces is not checked: values of parameters; a class",
    "outside 0 .. m - 1 gives a nan then. Soft labels are not checked to lie in [0, 1].",
)


def render(loss: Loss) -> str:
    """Return the text of a module with ``loss(s, t, ...)``, to be jitted and differentiated by jax."""
    parts = Parts(loss, lower(loss), row_sum(loss), text, JAX)
    checks = [sizes_code(loss), *own_size_checks(loss), *(line for p in parts.given for line in _taken(p))]
    head = [*parts.head(), *("    " + line for line in checks)]
    function = "\n".join(head).replace("tuple(s.shape)", "s.shape") + "\n" + parts.reduced(size="each.size")
    code = [function, *parts.values(), *parts.prepared()]
    code += used(code, text.HELPERS)
    imports = "import jax\nimport jax.numpy as jnp" if "jax." in "\n".join(code) else "import jax.numpy as jnp"
    top = about(loss, "JAX", parts.given, parts.rows, _NOTES)
    return f"{top}\n\n{imports}\n\n\n" + "\n\n\n".join(code) + "\n"


def _taken(p: Parameter) -> list[str]:
    """Return the statements that check a parameter and bring it into the form of the generated code."""
    name, own = p.keyword, p.variable
    if p.kind == "set":
        return [f"{own} = jnp.asarray(sorted({{int(k) for k in {name}}}), dtype=int)",
                f"if any(not 1 <= int(k) <= m for k in {name}):",
                f'    raise ValueError(f"{name} must hold class numbers from 1 to {{m}}, not {{list({name})}}")']
    if p.kind == "number":
        said = f"{name} must be a number with {p.said}, not {{{name}}}"
        check = [f"if isinstance({name}, (int, float)) and not ({p.test.format(*[name] * 4)}):",
                 f'    raise ValueError(f"{said}")'] if p.test else []
        return [*check, f"{own} = jnp.asarray({name}, dtype=s.dtype)"]
    wanted = "(" + ", ".join(p.sizes) + ("," if len(p.sizes) == 1 else "") + ")"
    lines = [f"{own} = jnp.asarray({name}, dtype=s.dtype)", f"if {own}.shape != {wanted}:",
             f'    raise ValueError(f"{name} has shape {{{own}.shape}}, but {wanted} is {{{wanted}}}")']
    if p.test:
        lines += [f"if not isinstance({own}, jax.core.Tracer) and not bool(jnp.all({p.test.format(*[own] * 4)})):",
                  f'    raise ValueError(f"every entry of {name} must satisfy {p.said}; the least is {{{own}.min()}}")']
    return lines


__all__ = ["render"]
