"""Results with free parameters: equilibria in closed form, each with the exact condition under which it exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..answers import Answer
from ..conditions import Condition
from ..expressions import Expression
from ..finder import Case
from ..game import Game
from ..undecided import Undecided
from .curves import FreeAgent
from .line_agent import LineAgent
from .scalar_agent import ScalarAgent
from .several_agent import SeveralAgent

Named = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class FreeEquilibrium:
    """An equilibrium in closed form and the exact condition under which it exists.

    `theta` holds the vertices of the set of best fits, each with the condition under which it is one. Continua carry
    `set_conditions`: a mixture belongs to them where one of these holds; a pure equilibrium whose best fit has no
    closed form carries its equation there. `fitted` is the model of each vertex where there are several models, empty
    where there is one. `self_confirming`: whether one model predicts all of the path of play
    exactly; None where that depends on the parameters (then `self_confirming_where` says on which) or is not known.
    """

    support: tuple[str, ...]
    strategy: Named
    belief_support: tuple[str, ...]
    theta: tuple[tuple[Named, Condition], ...]
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition
    set_conditions: tuple[str, ...] = ()
    witnessed: bool = True
    survives: Answer | None = None
    self_confirming: bool | None = None
    self_confirming_where: Answer | None = None
    fitted: tuple[str, ...] = ()

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1


@dataclass(frozen=True)
class FreeSolution:
    """What `solve_free` finds, in the shape of `symbolic.solution.Solution`; `undecided` as in `FamilySolution`.

    Where something is open under a condition alone, the entry says under which, and the cases cover the rest.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    agent: FreeAgent | LineAgent | ScalarAgent | SeveralAgent = field(repr=False, compare=False)
    equilibria: tuple[FreeEquilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return self.agent.parameters

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with conditions."""
        from .documents import free_document

        return free_document(self)
