"""Tsallis relative entropy.

Zero exactly at p = t.
"""

TITLE = "Tsallis relative entropy"
LATEX = r"\frac{1}{q - 1} \sum_i \left(\sum_j t_{i,j}^{q} p_{i,j}^{1 - q} - 1\right)"
SOURCE = "Tsallis (1998), Phys. Rev. E 58; Furuichi, Yanagi, Kuriyama (2004)"
LETS = ("0<q<1",)
LINK = "softmax"
