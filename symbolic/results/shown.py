"""How a result is shown: LaTeX and HTML come from the module that `SHOWN_BY` names, and only when they are asked for.

Results are data that know nothing of how they are printed; this is the one place where they reach up to it, by name.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

SHOWN_BY = "berknash.proofs.report.shown"


def shown_as(form: str, result: Any) -> str:
    """The result in a form such as ``"solution_latex"``: what the function of this name in `SHOWN_BY` makes of it."""
    text = getattr(import_module(SHOWN_BY), form)(result)
    assert isinstance(text, str)
    return text
