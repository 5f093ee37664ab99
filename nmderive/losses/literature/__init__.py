"""Well-known losses."""
