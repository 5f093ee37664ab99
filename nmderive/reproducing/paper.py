"""x."""
from typing import Any
def paper(data: Any) -> str:
    return ""
