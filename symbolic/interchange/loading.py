"""A game from a file of any kind that is read: a game file (TOML), or a normal form of Gambit's (.nfg, .gbt)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..arguments import check_path
from ..errors import NotSupportedError
from ..game.game import Game, load_game
from .gambit import load_normal_form


def load(path: str | PathLike[str]) -> Game:
    """The game in a file; the end of its name, in any case, says of which kind it is.

    Parameters
    ----------
    path : a game file (TOML), a normal form (``.nfg``), or a Gambit workspace with a strategic form (``.gbt``); the
        latter two are correctly specified games, and a label that claims could not name is changed, with a LabelWarning

    Raises
    ------
    GameError, one line that starts with the file's name; NotSupportedError for extensive forms (``.efg``); TypeError
    for what is no path.
    """
    check_path("path", path)
    kind = Path(path).suffix.lower()
    if kind == ".efg":
        raise NotSupportedError(
            f"{path}: an extensive form; reduce it to its strategic form and give that: save it as .nfg in Gambit, or "
            'in Python pygambit.read_efg("game.efg").to_nfg("game.nfg")'
        )
    if kind in (".nfg", ".gbt"):
        return load_normal_form(path)
    return load_game(path)
