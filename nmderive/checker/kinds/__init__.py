"""One module per kind of certificate, each with KIND and verify(certificate) -> statement."""
