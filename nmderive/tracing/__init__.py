"""Losses from code: a Python function is run once on symbolic arrays, and what it computes becomes a loss record.

One symbolic array with named axes (``array``), a table of operations, one file a family (``operations/``), and front
ends that translate the calls of a library (``frontends/``). Every reading is checked against the function itself.
"""
