"""Pictures of what a loss does, one a file of ``kinds/``: numbers that are evidence, never verdicts, drawn as SVG."""

from nmderive.plots.figure import Figure, names
from nmderive.plots.plot import Plot, figures, plot

__all__ = ["Figure", "Plot", "figures", "names", "plot"]
