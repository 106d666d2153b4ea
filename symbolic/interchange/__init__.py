"""Normal-form games in and out: payoff matrices, Gambit files.

`from_payoff_matrices`, `read_nfg`, `read_gbt` and `load_normal_form` make correctly specified games, of which Berk-Nash
equilibria are the Nash equilibria; `payoff_matrices` and `write_nfg` go back.

>>> game = from_payoff_matrices([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], name="dilemma")
>>> read_nfg(write_nfg(game)).players == game.players
True
"""

from __future__ import annotations

from .gambit import load_normal_form, read_gbt, read_nfg, write_nfg
from .normal_form import from_payoff_matrices, payoff_matrices

__all__ = [
    "from_payoff_matrices",
    "load_normal_form",
    "payoff_matrices",
    "read_gbt",
    "read_nfg",
    "write_nfg",
]
