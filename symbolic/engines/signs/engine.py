"""Games with one family in one coordinate and free parameters: everything in closed form with its exact condition.

The answer at a sign vector (`symbolic.engines.signs.fits`) is the same on a whole cell of the parameter domain. The
cells come from a full decomposition for one or two parameters, from the tree of sign vectors for more
(`symbolic.cells.question_cells`). An equilibrium that has one closed form on several cells is listed once, under the
condition that describes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Protocol

from ...algebra.ring import Element, Ring, lift
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...algebra.text import element_expression
from ...cells.atoms import AtomTable
from ...cells.cases import Case, Cases
from ...cells.cell import Cell
from ...cells.conditions import ALWAYS, LiteralPrinter
from ...cells.plane import is_decomposable
from ...cells.question_cells import find_cells
from ...cells.undecided import Undecided, attempt
from ...combinatorics.dynamics import rotated
from ...definition.agent import is_equilibrium
from ...definition.objective import with_survival
from ...errors import DefectError
from ...expressions.reading import Expression, substitute
from ...expressions.tree import ONE
from ...game.game import Game
from ...results.answers import UNDER_CONDITION, Answer
from ...results.equilibrium import Equilibrium, NameSets, Weights, plain_part
from ...results.fits import FitsByCase, FitVertex
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .agent import LineAgent
from .fits import line_answer
from .sign_answer import SignAnswer, SignEquilibrium


class AgentBySigns(Protocol):
    """What is asked of an agent whose answers are gathered."""

    @property
    def player(self) -> str: ...

    @property
    def actions(self) -> tuple[str, ...]: ...

    @property
    def parameters(self) -> tuple[str, ...]: ...

    @property
    def families(self) -> tuple[tuple[str, tuple[str, ...]], ...]: ...


def line_solution(game: Game, agent: LineAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """All equilibria and the whole structure, symbolic in the free parameters; exact.

    Raises NotSupportedError where a best fit is not attained, BudgetError where there are too many sign vectors.
    """
    table = ParameterTable(game, agent.ring)
    if is_decomposable(table, agent.parameters):
        # Known beforehand, these spare rounds of decomposition.
        for element, origin in _comparisons(agent):
            table.product_of(element, origin)

    if agent.is_affine:
        return solution_by_signs(game, agent, table, lambda sign: line_answer(agent, sign), at)
    functions = Functions(table.ring)

    def answer(sign: Sign) -> SignAnswer:
        return line_answer(agent, sign, functions)

    return solution_by_signs(game, agent, table, answer, at, lambda: functions.ring)


def solution_by_signs(
    game: Game,
    agent: AgentBySigns,
    table: ParameterTable,
    answer: Callable[[Sign], SignAnswer],
    at: tuple[tuple[str, Fraction], ...],
    ring: Callable[[], Ring] | None = None,
) -> Solution:
    """The answers at all sign vectors, put together; `table` may know some of the atoms beforehand.

    `ring` is that of the strategies at the end, where they have roots that the signs have not.
    """

    def question(problem: Any) -> SignAnswer:
        return answer(problem.sign_of)

    # The table answers as that of a strategic form does; only the kind of its problem differs.
    cells = find_cells(table, agent.parameters, question).cells
    return _Gathered(game, agent, table, cells, ring() if ring else table.ring).solution(at)


def _comparisons(agent: LineAgent) -> Iterator[tuple[Element, str]]:
    """Affine payoffs and ties against the ends of Theta, and the slopes of K at the ties."""
    ends = [bound.end for bound in agent.bounds if not bound.step.is_zero()]
    for first, second in combinations(range(len(agent.actions)), 2):
        difference = agent.difference(first, second)
        if len(difference) > 2:
            continue
        ahead, steeper = difference
        origin = f"payoff of {agent.actions[first]}, {agent.actions[second]}"
        if steeper.is_zero():
            yield ahead, origin
            continue
        tie = -(ahead / steeper)
        yield steeper, origin
        yield from ((tie - end, origin) for end in ends)
        for law, name in zip(agent.laws, agent.actions, strict=True):
            total = agent.ring.constant(0)
            for outcome in law.outcomes:
                if law.variance is not None:
                    total = outcome.step * (outcome.start + outcome.step * tie - outcome.chance)
                    continue
                for factor in outcome.factors or ():
                    predicted = factor.start + factor.step * tie
                    if not predicted.is_zero():
                        total = total - agent.ring.constant(factor.power) * outcome.chance * factor.step / predicted
            yield total, f"fit to {name} at the tie of {agent.actions[first]}, {agent.actions[second]}"


class _Gathered:
    """The answers on all cells, put together."""

    def __init__(
        self,
        game: Game,
        agent: AgentBySigns,
        table: AtomTable,
        cells: Sequence[Cell[SignAnswer]],
        ring: Ring,
    ) -> None:
        self.ring = ring
        self.game, self.agent, self.table, self.cells = game, agent, table, cells
        self.found = Cases(LiteralPrinter(table, agent.parameters), cells)

    def solution(self, at: tuple[tuple[str, Fraction], ...]) -> Solution:
        """The answers on all cells as cases with conditions."""
        names = self.agent.actions

        def named(actions: Sequence[int]) -> tuple[str, ...]:
            return tuple(sorted(names[a] for a in actions))

        return Solution(
            game=self.game,
            at=at,
            engine="signs",
            profiles=names,
            equilibria=with_survival(self.game, self._equilibria()),
            rationalizable=self.found.cases(lambda answer: (named(answer.rounds[-1]),) if answer.rounds else None),
            rounds=self._rounds(),
            transitions=self.found.members(lambda answer: [(names[a], names[b]) for a, b in answer.edges]),
            absorbing=self.found.members(lambda answer: [named(s) for s in answer.absorbing]),
            closed=self.found.members(lambda answer: [(named(s),) for s in answer.closed]),
            cycles=self.found.members(lambda answer: [rotated(tuple(names[a] for a in c)) for c in answer.cycles]),
            undecided=self._undecided(),
        )

    def _rounds(self) -> tuple[Case[tuple[NameSets, ...]], ...]:
        """The rounds of elimination at fixed parameters, where all of them are known."""
        (first, *others), names = self.cells, self.agent.actions
        rounds = first.value.rounds
        if others or self.game.parameters or not rounds or len(rounds[0]) < len(names):
            return ()
        return (Case(ALWAYS, tuple((tuple(sorted(names[a] for a in kept)),) for kept in rounds)),)

    def _undecided(self) -> tuple[Undecided, ...]:
        """What is open on some cells, with the condition that describes them where it is not open everywhere."""
        names, places = self.agent.actions, dict[tuple[str, tuple[int, ...], str], set[int]]()
        for number, cell in enumerate(self.cells):
            for entry in cell.value.open:
                places.setdefault(entry, set()).add(number)
        found = []
        for (what, actions, reason), where in places.items():
            words = [names[a] for a in actions]
            condition = self.found.condition(where) if len(where) < len(self.cells) else None
            found.append(Undecided(what, tuple(words if what == "transition" else sorted(words)), reason, condition))
        order = list(dict.fromkeys(entry.what for entry in found))
        return tuple(sorted(found, key=lambda entry: (order.index(entry.what), len(entry.names), entry.names)))

    def _equilibria(self) -> list[Equilibrium]:
        groups: dict[tuple[Any, ...], list[tuple[int, SignEquilibrium]]] = {}
        for number, cell in enumerate(self.cells):
            for e in cell.value.equilibria:
                texts = e.conditions if e.dimension else ()
                key = (e.support, e.dimension, e.uniform, e.strict, texts, e.believed)
                groups.setdefault(key, []).append((number, e))
        entries = []
        for key in sorted(groups, key=lambda k: (len(k[0]), k[0], -k[1])):
            for weights, members in self._by_strategy(groups[key]):
                entry = self._entry(weights, members)
                self._check(entry, members)
                entries.append(entry)
        return entries

    def _check(self, entry: Equilibrium, members: Sequence[tuple[int, SignEquilibrium]]) -> None:
        """The strategy passes the definition at a rational point of its condition, where one is known.

        A failure means that the engine and the definition disagree: DefectError, never an answer.
        """
        cell = next((self.cells[k] for k, _ in members if self.cells[k].plain and self.cells[k].sample), None)
        if cell is None:
            return
        at = {name: Fraction(text) for name, text in cell.sample}
        (part,) = entry.parts
        strategy = {name: substitute(w, at) for name, w in part.weights if isinstance(w, Expression)}
        # Where the definition does not cover a strategy at fixed parameters, as one with logarithms, it stays as it is.
        passes, _ = attempt(lambda: is_equilibrium(self.game.at(at), strategy))
        if passes is False:
            where = ", ".join(f"{name} = {value}" for name, value in at.items())
            raise DefectError(
                f"{self.game.name}: the strategy on {', '.join(part.actions)} fails the definition at {where}; this is "
                "a defect of the program, please report the game"
            )

    def _by_strategy(
        self, members: Sequence[tuple[int, SignEquilibrium]]
    ) -> list[tuple[tuple[Element, ...], list[tuple[int, SignEquilibrium]]]]:
        """One group for each closed form; on smaller cells a form that holds on larger ones is preferred."""
        found: dict[tuple[Element, ...], list[tuple[int, SignEquilibrium]]] = {}
        for number, e in sorted(members, key=lambda m: (-self.cells[m[0]].dimension, m[0])):
            known = e.weights
            if known not in found:
                known = next((w for w in found if self._agree(number, w, known)), known)
            found.setdefault(known, []).append((number, e))
        return list(found.items())

    def _agree(self, number: int, first: Sequence[Element], second: Sequence[Element]) -> bool:
        """Whether two closed forms are known to be the same on a cell."""
        return all(self._known_sign(number, a - b) == 0 for a, b in zip(first, second, strict=True)) and all(
            self._known_sign(number, Element(a.denominator, a.denominator.context().constant(1))) not in (0, None)
            for a in first
        )

    def _known_sign(self, number: int, element: Element) -> int | None:
        signs = self.found.signs[number]
        if len(element.numerator.context().names()) > len(self.table.ring.context.names()):
            return None
        sign_of = self.table.problem(signs.__getitem__).sign_of
        assert sign_of is not None
        try:
            return sign_of(element)
        except KeyError:
            return None

    def _entry(
        self, weights: Sequence[Element], members: Sequence[tuple[int, SignEquilibrium]]
    ) -> Equilibrium:
        agent, (_, first) = self.agent, members[0]
        where = {number for number, _ in members}
        vertices: dict[tuple[int, tuple[Expression, ...]], set[int]] = {}
        for number, e in members:
            for owner, point in zip(e.owners or (0,) * len(e.theta), e.theta, strict=True):
                vertices.setdefault((owner, point), set()).add(number)
        families = agent.families
        theta = tuple(
            FitVertex(
                families[owner][0], tuple(zip(families[owner][1], point, strict=True)), self.found.condition(cells)
            )
            for (owner, point), cells in vertices.items()
        )
        believed = tuple(sorted(families[m][0] for m in first.believed))
        fits = FitsByCase(tuple(dict.fromkeys(v.model for v in theta)) or believed[:1], theta)
        confirming = {number for number, e in members if e.self_confirming}
        known = all(e.self_confirming is not None for _, e in members)
        partly = known and bool(confirming) and confirming != where
        strategy, ring = zip(agent.actions, weights, strict=True), self.ring
        return Equilibrium(
            parts=(
                plain_part(
                    agent.player,
                    tuple(sorted(agent.actions[a] for a in first.support)),
                    tuple((name, element_expression(ring, lift(w, ring.context))) for name, w in strategy),
                    believed,
                    _one_belief(first, families, vertices, where),
                    fits,
                ),
            ),
            dimension=first.dimension,
            uniform=first.uniform,
            strict=first.strict,
            condition=self.found.condition(where),
            set_conditions=tuple(dict.fromkeys(text for _, e in members for text in e.conditions)),
            witnessed=any(self.cells[number].witnessed for number in where),
            self_confirming=bool(confirming) if known and not partly else None,
            confirms=Answer(UNDER_CONDITION, self.found.condition(confirming)) if partly else None,
            in_families=True,
        )


def _one_belief(
    found: SignEquilibrium,
    families: Sequence[tuple[str, tuple[str, ...]]],
    vertices: Mapping[tuple[int, tuple[Expression, ...]], set[int]],
    where: set[int],
) -> Weights | None:
    """All weight on the one vertex of the best fits, where it is the same throughout and certainly holds play up.

    That is so where every belief does, and where a mixture on a line is no set: then there is no other best fit.
    """
    point = not found.dimension and len(found.support) > 1 and all(len(names) < 2 for _, names in families)
    if len(vertices) != 1 or not (found.uniform or point):
        return None
    (((owner, values), cells),) = vertices.items()
    if cells != where:
        return None
    model, names = families[owner]
    inside = ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))
    return ((f"{model}({inside})" if inside else model, ONE),)
