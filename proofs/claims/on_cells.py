"""Claims decided on every cell of the parameter domain by the exact engine.

For normal outcomes, continuous families, private signals and several players there are no certificates: a claim is
evaluated on each of finitely many cells that cover the domain (`symbolic.cells.question_cells`). The answer is exact,
and rests on the engine alone; the verdict says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...symbolic.cells.atoms import AtomTable
from ...symbolic.cells.conditions import LiteralPrinter, cover
from ...symbolic.cells.question_cells import PlayersCell, players_cells
from ...symbolic.errors import DefectError, NotSupportedError
from ...symbolic.expressions.exact_values import as_fraction
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.game.game import Game
from .answers import When
from .language import Claim, Compare, Connective, Predicate, evaluate, read_claim
from .meanings import meanings_of
from .predicates import holds
from .verdict import Verdict

NO_CERTIFICATE = "derived by the exact engine on every cell of the domain; no certificate for this kind of game"


@dataclass(frozen=True)
class DecidedClaim:
    """A claim and the cells of its domain, each with the truth of the claim and of its hypotheses there."""

    game: Game
    claim: Claim
    at: tuple[tuple[str, Fraction], ...]
    free: tuple[str, ...]
    table: AtomTable
    cells: tuple[PlayersCell[tuple[bool, bool]], ...]

    def when(self) -> When:
        """The exact condition on the free parameters under which the claim holds."""
        inside = [dict(cell.signs) for cell in self.cells if cell.value[0]]
        outside = [dict(cell.signs) for cell in self.cells if not cell.value[0]]
        condition = LiteralPrinter(self.table, self.free).condition(cover(inside, outside))
        witnessed = not self.free or all(cell.sample for cell in self.cells if cell.value[0])
        return When(self.game.name, str(self.claim), self.at, condition, witnessed)

    def verdict(self, fails_at: Callable[[dict[str, Fraction]], bool]) -> Verdict:
        """Proved on all cells, or refuted at a point of one; undecided where only cells without known points fail.

        A rational point is a counterexample only where `fails_at`, which looks at the game there, says so too.
        """
        name, text = self.game.name, str(self.claim)
        failing = [cell for cell in self.cells if not cell.value[0]]
        if not failing:
            status = "proved" if any(cell.value[1] for cell in self.cells) else "vacuous"
            return Verdict(name, text, status, reason=NO_CERTIFICATE, source=self.game)
        known = [cell for cell in failing if cell.sample or not self.free]
        if not known:
            reason = "it fails on cells of which no point was found: they may be empty; fix a parameter with --at"
            return Verdict(name, text, "undecided", reason=reason, source=self.game)
        best = min(known, key=lambda cell: (not cell.plain, -cell.dimension, len(str(cell.sample)), cell.signs))
        if not best.plain:
            reason = f"fails at {', '.join(f'{n} = {v}' for n, v in best.sample)}; {NO_CERTIFICATE}"
            return Verdict(name, text, "refuted", reason=reason, source=self.game)
        point = {parameter: Fraction(value) for parameter, value in best.sample}
        if not fails_at(point):
            raise DefectError(f"{name}: {text} fails on a cell but not at its point {point}; please report the game")
        counterexample = tuple(point.items())
        return Verdict(name, text, "refuted", counterexample=counterexample, reason=NO_CERTIFICATE, source=self.game)


def decide_on_cells(
    game: Game,
    claim: Claim,
    at: tuple[tuple[str, Fraction], ...],
    free: tuple[str, ...],
    table: AtomTable,
    holds: Callable[[Compare | Predicate, Any], bool | None],
) -> DecidedClaim:
    """The claim on every cell; `holds` gives the truth of its parts where the atoms have the signs of a problem.

    Raises NotSupportedError where parts whose truth is not known (None) leave that of the claim open.
    """
    hypotheses: list[Claim] = []
    conclusion = claim
    while isinstance(conclusion, Connective) and conclusion.word == "=>":
        hypotheses.append(conclusion.parts[0])
        conclusion = conclusion.parts[1]

    def question(problem: Any) -> tuple[bool, bool]:
        supposed, value = (
            evaluate(part, lambda piece: holds(piece, problem))
            for part in (Connective("and", tuple(hypotheses)), claim)
        )
        if value is None or supposed is None:
            raise NotSupportedError("the claim rests on what the solution leaves undecided")
        return value, supposed

    # Every table answers as that of a strategic form does; only the kind of its problem differs.
    cells, _ = players_cells(table, free, question)
    return DecidedClaim(game, claim, at, free, table, tuple(cells))


def finite_claim(game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None) -> DecidedClaim:
    """A claim about one agent with finitely many models, decided on every cell; parameters as for
    `proofs.claims.when.when`.

    Examples
    --------
    >>> law = lambda mean: {"mean": mean, "variance": 1}
    >>> game = Game.from_dict({"format": 1, "name": "dose", "parameters": {"m": "(0, 3)"}, "players": {"doctor": {
    ...     "actions": ["low", "high"], "outcomes": "normal", "truth": {"*": law("m")},
    ...     "payoff": {"low": "1", "high": "y"},
    ...     "models": {"weak": {"predicts": {"*": law(0)}}, "strong": {"predicts": {"*": law(2)}}}}}})
    >>> print(finite_claim(game, "unique(high)").when())
    m > 1
    """
    fixed = game.at(at) if at else game
    (player,) = fixed.players
    free = tuple(p.name for p in fixed.parameters)
    read = read_claim(claim, free, player.actions)
    table, meanings = meanings_of(atom_table(fixed), read, free, player.actions)
    values = tuple((p.name, as_fraction(at[p.name])) for p in game.parameters if at and p.name in at)
    return decide_on_cells(game, read, values, free, table, lambda part, problem: holds(part, problem, meanings))
