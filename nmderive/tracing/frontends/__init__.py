"""Front ends: each only translates a library's calls into the table of operations."""
