"""The pictures, one a file.

Each has TITLE, ``caption(losses)``, ``numbers(losses)`` of several losses by name, ``draw(numbers)``, which gives the
panels as SVG, and ``table(numbers)``, the same in a few rows. One that is drawn fast enough to move with a parameter
has ``scale(frames)`` too, which gives what ``draw`` takes besides, so that all frames have the same axes.
"""
