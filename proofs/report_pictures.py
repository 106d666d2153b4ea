"""The pictures of a report: which are drawn, from what, and what their captions say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..symbolic.game import Game
    from ..symbolic.phases import PhaseDiagram
    from .report_blocks import Figure


def write_pictures(folder: Path, game: Game, diagram: PhaseDiagram) -> dict[str, Figure]:
    """Writes the figures into the folder and returns them by kind ("phases", "graphs")."""
    return {}
