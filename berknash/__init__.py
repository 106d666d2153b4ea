"""berknash: exact analysis of misspecified games.

    import berknash as bn
    game = bn.load("examples/sycophancy.toml")
    bn.solve(game, at={"h": "4/5", "l": "1/5"})
    bn.phases(game, over=["p", "q"], at={"h": "4/5", "l": "1/5"})

Names are loaded when first used (PEP 562), so that importing the package costs almost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "BerknashError": "berknash.symbolic.errors",
    "BudgetError": "berknash.symbolic.errors",
    "Condition": "berknash.symbolic.cells.conditions",
    "Equilibrium": "berknash.symbolic.results.equilibrium",
    "Game": "berknash.symbolic.game.game",
    "GameError": "berknash.symbolic.errors",
    "LabelWarning": "berknash.symbolic.errors",
    "NotSupportedError": "berknash.symbolic.errors",
    "Phase": "berknash.symbolic.results.phase",
    "PhaseDiagram": "berknash.symbolic.results.diagram",
    "Solution": "berknash.symbolic.results.solution",
    "SolveLimits": "berknash.symbolic.limits",
    "UndecidedError": "berknash.symbolic.errors",
    "confirm": "berknash.proofs.confirmation",
    "conjectures": "berknash.proofs.claims.exploration",
    "design": "berknash.proofs.design.designs",
    "is_equilibrium": "berknash.symbolic.solving.solve",
    "load": "berknash.symbolic.interchange.loading",
    "phases": "berknash.symbolic.solving.solve",
    "report": "berknash.proofs.report.writing:write_report",
    "robustness": "berknash.proofs.design.robustness",
    "simulate": "berknash.numeric.learners",
    "prove": "berknash.proofs.claims.claim_proofs:prove_claim",
    "solve": "berknash.symbolic.solving.solve",
    "when": "berknash.proofs.claims.when",
}

__all__ = ["__version__", *sorted(_HOMES)]

if TYPE_CHECKING:
    from .proofs.claims import claim_proofs as _verdicts
    from .proofs.report import writing as _report

    prove = _verdicts.prove_claim
    report = _report.write_report
    from .numeric.learners import simulate as simulate
    from .proofs.claims.exploration import conjectures as conjectures
    from .proofs.claims.when import when as when
    from .proofs.confirmation import confirm as confirm
    from .proofs.design.designs import design as design
    from .proofs.design.robustness import robustness as robustness
    from .symbolic.cells.conditions import Condition as Condition
    from .symbolic.errors import BerknashError as BerknashError
    from .symbolic.errors import BudgetError as BudgetError
    from .symbolic.errors import GameError as GameError
    from .symbolic.errors import LabelWarning as LabelWarning
    from .symbolic.errors import NotSupportedError as NotSupportedError
    from .symbolic.errors import UndecidedError as UndecidedError
    from .symbolic.game.game import Game as Game
    from .symbolic.interchange.loading import load as load
    from .symbolic.limits import SolveLimits as SolveLimits
    from .symbolic.results.diagram import PhaseDiagram as PhaseDiagram
    from .symbolic.results.equilibrium import Equilibrium as Equilibrium
    from .symbolic.results.phase import Phase as Phase
    from .symbolic.results.solution import Solution as Solution
    from .symbolic.solving.solve import is_equilibrium as is_equilibrium
    from .symbolic.solving.solve import phases as phases
    from .symbolic.solving.solve import solve as solve


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'berknash' has no attribute {name!r}")
    module, _, attribute = home.partition(":")
    value = getattr(import_module(module), attribute or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
