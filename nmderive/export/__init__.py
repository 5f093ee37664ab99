"""Code that a user can copy: one format a file, each with ``render(loss) -> str``."""
