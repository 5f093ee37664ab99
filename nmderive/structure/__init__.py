"""A loss read once: one canonical form, and the equal forms of it that proofs look at."""
