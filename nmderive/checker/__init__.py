"""An independent checker of certificates: it shares nothing with the prover."""

from .api import Result, check

__all__ = ["Result", "check"]
