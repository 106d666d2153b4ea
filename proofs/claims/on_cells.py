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
from ...symbolic.cells.cases import Cases
from ...symbolic.cells.cell import Cell, exact_sample
from ...symbolic.cells.conditions import LiteralPrinter
from ...symbolic.cells.question_cells import find_cells
from ...symbolic.cells.undecided import attempt
from ...symbolic.engines.algebraic.engine import solve_player_families
from ...symbolic.engines.signs.free_solution import solve_free_players
from ...symbolic.errors import DefectError, NotSupportedError
from ...symbolic.expressions.exact_values import as_fraction
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.forms.minors import players_table
from ...symbolic.forms.strategic import strategic_form
from ...symbolic.game.game import Game
from ...symbolic.limits import SolveLimits
from ...symbolic.solving.condition_signs import ConditionSigns
from ...symbolic.solving.parametric import solve_any
from ...symbolic.solving.solve import has_families
from .answers import When
from .from_answers import AnswerOnCell
from .from_profiles import ProfileSigns
from .from_signs import gaps_of, meanings_of
from .language import Claim, Connective, evaluate, relations_of
from .predicates import Situation, holds, readable_claim
from .verdict import Verdict

DERIVED = "derived by the exact engine on every cell of the domain"


@dataclass(frozen=True)
class DecidedClaim:
    """A claim and the cells of its domain, each with the truth of the claim and of its hypotheses there."""

    game: Game
    claim: Claim
    at: tuple[tuple[str, Fraction], ...]
    free: tuple[str, ...]
    table: AtomTable
    cells: tuple[Cell[tuple[bool, bool]], ...]

    def when(self) -> When:
        """The exact condition on the free parameters under which the claim holds."""
        cases = Cases(LiteralPrinter(self.table, self.free), self.cells)
        inside = cases.where(lambda value: value[0])
        witnessed = all(self.cells[place].witnessed for place in inside)
        return When(self.game.name, str(self.claim), self.at, cases.condition(inside), witnessed)

    def verdict(self, fails_at: Callable[[dict[str, Fraction]], bool]) -> Verdict:
        """Proved on all cells, or refuted at a point of one; undecided where only cells without known points fail.

        A rational point is a counterexample only where `fails_at`, which looks at the game there, says so too.
        """
        name, text = self.game.name, str(self.claim)
        failing = [cell for cell in self.cells if not cell.value[0]]
        if not failing:
            status = "proved" if any(cell.value[1] for cell in self.cells) else "vacuous"
            return Verdict(name, text, status, reason=DERIVED, source=self.game)
        known = [cell for cell in failing if cell.coordinates or not self.free]
        if not known:
            reason = "it fails on cells of which no point was found: they may be empty; fix a parameter with --at"
            return Verdict(name, text, "undecided", reason=reason, source=self.game)
        best = min(known, key=lambda cell: (not cell.plain, -cell.dimension, len(str(cell.sample)), cell.signs))
        if not best.plain:
            reason = f"fails at {', '.join(f'{n} = {v}' for n, v in exact_sample(self.table, best))}; {DERIVED}"
            return Verdict(name, text, "refuted", reason=reason, source=self.game)
        point = dict(best.coordinates)
        if not fails_at(point):
            raise DefectError(f"{name}: {text} fails on a cell but not at its point {point}; please report the game")
        counterexample = tuple(point.items())
        return Verdict(name, text, "refuted", counterexample=counterexample, reason=DERIVED, source=self.game)


def decide_on_cells(
    game: Game,
    claim: Claim,
    at: tuple[tuple[str, Fraction], ...],
    free: tuple[str, ...],
    table: AtomTable,
    situation: Callable[[Any], Situation],
) -> DecidedClaim:
    """The claim on every cell; `situation` gives what can be asked where the atoms have the signs of a problem.

    Raises NotSupportedError, with the situation's reason, where parts whose truth is not known leave that of the claim
    open.
    """
    hypotheses: list[Claim] = []
    conclusion = claim
    while isinstance(conclusion, Connective) and conclusion.word == "=>":
        hypotheses.append(conclusion.parts[0])
        conclusion = conclusion.parts[1]

    def question(problem: Any) -> tuple[bool, bool]:
        here = situation(problem)
        supposed, value = (
            evaluate(part, lambda piece: holds(piece, here)) for part in (Connective("and", tuple(hypotheses)), claim)
        )
        if value is None or supposed is None:
            raise NotSupportedError(here.reason())
        return value, supposed

    return DecidedClaim(game, claim, at, free, table, find_cells(table, free, question).cells)


def claim_on_cells(
    game: Game,
    claim: str | Claim,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: SolveLimits | None = None,
) -> DecidedClaim:
    """A claim about a game of any kind, decided on every cell of the free parameters; exact.

    Finite strategic forms are read by their signs, other games by their solution. Nodes are actions, with signals or
    several players profiles of plans: ``"heads,tails"``, ``"plus:high|minus:low"``.

    Parameters and errors: `proofs.claims.when.when`. Where the solution leaves something undecided, the claim may still
    be decided by what is known, or by a hypothesis; otherwise raises NotSupportedError, naming it.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> print(claim_on_cells(game, "strict(bet)").when(), "|", claim_on_cells(game, "equilibrium(bet)").when())
    q > 1/2 | q >= 1/2
    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> game = from_payoff_matrices([[["2", "0"], ["0", "v"]], [["2", "0"], ["0", "v"]]], parameters={"v": "(-1, 1)"})
    >>> print(claim_on_cells(game, 'strict("a2,a2")').when(), "|", claim_on_cells(game, 'equilibrium("a2,a2")').when())
    v > 0 | v >= 0
    """
    fixed = game.at(at) if at else game
    free = tuple(p.name for p in fixed.parameters)
    values = tuple((p.name, as_fraction(at[p.name])) for p in game.parameters if at and p.name in at)
    several = bool(fixed.signals) or len(fixed.players) > 1
    if several and (not has_families(fixed) or attempt(lambda: strategic_form(fixed))[0] is not None):
        minors = players_table(fixed, limits)
        read = readable_claim(claim, free, [minors.form.profile_name(profile) for profile in minors.form.profiles])
        ring, gaps = gaps_of(minors.ring, read)
        minors = minors.over(ring)
        for gap in gaps.values() if free else ():
            minors.product_of(gap, "the claim")
        return decide_on_cells(game, read, values, free, minors, lambda problem: ProfileSigns(minors, gaps, problem))
    if fixed.has_tables and not several:
        (player,) = fixed.players
        read = readable_claim(claim, free, player.actions)
        table, meanings = meanings_of(atom_table(fixed), read, free, player.actions)
        return decide_on_cells(game, read, values, free, table, meanings.at)
    if several:
        solution = solve_free_players(game, at) if free else solve_player_families(game, at)
        read = readable_claim(claim, free, solution.profiles)
    else:
        (player,) = fixed.players
        (limits or SolveLimits()).check_actions(len(player.actions))
        read = readable_claim(claim, free, player.actions)
        solution = solve_any(game, at)
    signs = ConditionSigns(solution, relations_of(read))
    return decide_on_cells(
        game, read, values, free, signs.table, lambda problem: AnswerOnCell(solution, signs, problem)
    )
