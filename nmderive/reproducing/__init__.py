"""The article reproduced: its claims, one judge for each, the record on disk and the page."""
