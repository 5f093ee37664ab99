"""Why a certificate is refused."""

from __future__ import annotations


class Reject(Exception):
    """The certificate is not accepted; the text says why."""


class Malformed(Reject):
    """The certificate does not follow the format."""


class Undefined(Reject):
    """An expression divides by zero, or takes the logarithm of zero, identically."""


class TooLarge(Reject):
    """A step or size limit was reached."""
