"""What a verdict on each claim needs: one claim a file, with STATEMENT, ``proved(case)`` and ``refuted(case)``."""
