"""The exact solution of a finite one-agent game, symbolic in the parameters that are left free.

For every strategy support: the equilibria, their closed forms by Cramer's rule, the models that hold them up, and
the condition on the parameters under which they exist. Then the rationalizable set with its rounds, the transition
graph, absorbing sets, minimal closed sets and cycles, each as a list of cases whose conditions together cover every
parameter value (Esponda & Pouzo 2016, 2025; Fudenberg, Lanzani & Strack 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, Generic, TypeVar

from .algebra import Element
from .answers import Answer
from .atoms import AtomTable, atom_table, fits_exactly
from .cells import Cell, Explorer, numeric_value
from .conditions import ALWAYS, Condition, LiteralPrinter, cover
from .correct_specification import with_survival
from .envelopes import Vertex
from .errors import BudgetError
from .expressions import Expression
from .game import Game
from .printing import element_expression
from .sign_cells import occurring_vectors
from .structure import (
    EquilibriumComponent,
    Problem,
    Set,
    absorbing_sets,
    equilibrium_components,
    listed_cycles,
    minimal_closed_sets,
    rationalizable_rounds,
    transition_edges,
)

Value = TypeVar("Value", bound=Hashable)

SUPPORT_LIMIT = 4_096
VECTOR_LIMIT = 1_500

Weights = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Case(Generic[Value]):
    """A value and the exact condition under which it is the answer.

    `witnessed` is False when some part of the condition was neither found to be non-empty nor refuted: the case
    may then be vacuous (its value is still right wherever the condition holds).
    """

    condition: Condition
    value: Value
    witnessed: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class Equilibrium:
    """One connected component of the Berk-Nash equilibria with one strategy support.

    Attributes
    ----------
    support : the actions played
    strategy : the equilibrium in closed form, or one point of it (the barycentre of a piece) where `dimension` > 0
    belief_support : all models with weight in some supporting belief
    belief : one supporting belief in closed form; empty where none is the same throughout the condition
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict (locked in)
    self_confirming : whether the models that fit best predict what is played exactly (Fudenberg & Levine 1993); None
        when that depends on parameters left free
    condition : where it exists; `set_conditions` describe the set in the weights when it is no point
    survives : whether it is an equilibrium of the correctly specified game too (`correct_specification`)
    """

    support: tuple[str, ...]
    strategy: Weights
    belief_support: tuple[str, ...]
    belief: Weights
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition
    set_conditions: tuple[str, ...] = ()
    vertices: tuple[Weights, ...] = ()
    witnessed: bool = True
    self_confirming: bool | None = None
    survives: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1

    def __repr__(self) -> str:
        kind = "pure" if self.pure else "mixed" if not self.dimension else f"continuum of dimension {self.dimension}"
        return f"<Equilibrium on {{{', '.join(self.support)}}}: {kind}>"

    def _repr_latex_(self) -> str:
        from ..proofs.report.formula_latex import equilibrium_latex

        return f"${equilibrium_latex(self)}$"


@dataclass(frozen=True, slots=True, order=True)
class _Key:
    """What must agree for cells to share one entry: all but the vertex behind the belief that is shown.

    `bases` determine the closed form; they are left out where the strategy is pure.
    """

    belief_support: Set
    dimension: int
    uniform: bool
    strict: bool
    bases: tuple[tuple[Set, Set], ...]


@dataclass(frozen=True)
class Solution:
    """Everything `solve` finds. Conditions are `ALWAYS` where no parameter is free.

    Where there are too many sign vectors to list, only those without zeros are: then `boundaries_covered` is False,
    and every condition is exact up to the sets where an atom vanishes, of which nothing is said.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    table: AtomTable = field(repr=False, compare=False)
    equilibria: tuple[Equilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    rounds: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    cycle_lengths: tuple[Case[int], ...]
    boundaries_covered: bool = True

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @cached_property
    def divergence_differences(self) -> tuple[tuple[str, str, Weights], ...]:
        """For models t < t': ``K(t', a) - K(t, a)`` action by action; t fits sigma at least as well as t' iff
        the sum weighted with sigma is not negative. Pairs with an infinite entry are left out."""
        tables = self.table.tables
        result = []
        for (i, first), (j, second) in combinations(enumerate(tables.models), 2):
            entries = []
            for a, action in enumerate(tables.actions):
                low, high = tables.divergence[i][a], tables.divergence[j][a]
                if low is None or high is None:
                    break
                entries.append((action, element_expression(tables.ring, high - low)))
            else:
                result.append((first, second, tuple(entries)))
        return tuple(result)

    @cached_property
    def payoffs(self) -> tuple[tuple[str, Weights], ...]:
        """The subjective payoffs ``U(a, t)``, action by action."""
        tables = self.table.tables
        return tuple(
            (
                action,
                tuple(
                    (model, element_expression(tables.ring, tables.payoff[a][t]))
                    for t, model in enumerate(tables.models)
                ),
            )
            for a, action in enumerate(tables.actions)
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format."""
        from .documents import solution_document

        return solution_document(self)

    def to_latex(self) -> str:
        """The equilibria and their conditions as LaTeX."""
        from ..proofs.report.formula_latex import solution_latex

        return solution_latex(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.table.tables.actions)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph

    def __repr__(self) -> str:
        count = len(self.equilibria)
        free = f"; free: {', '.join(self.free)}" if self.free else ""
        return f"<Solution of {self.game.name!r}: {count} equilibrium entr{'y' if count == 1 else 'ies'}{free}>"

    def _repr_html_(self) -> str:
        from ..proofs.report.html import solution_html

        return solution_html(self)


def solve(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
    """All Berk-Nash equilibria and the whole structure of a finite one-agent game, exactly.

    Parameters
    ----------
    game : a game with one player, finitely many outcomes and models
    at : exact values for some parameters; the others stay symbols

    Returns
    -------
    Solution
        Exact: with every parameter fixed all signs are decided; with free parameters the cases carry exact
        conditions that cover the domain.

    Raises
    ------
    NotSupportedError
        for kinds of games beyond this engine; BudgetError when there are too many supports or sign vectors;
        UndecidedError when a sign resists the highest precision.

    Source: Esponda & Pouzo (2016), Definition 1.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> for equilibrium in solve(game).equilibria:
    ...     print(equilibrium.support, "if", equilibrium.condition)
    ('bet',) if p > 1/2
    ('bet',) if p == 1/2
    ('pass',) if p == 1/2
    ('pass',) if p < 1/2
    ('bet', 'pass') if p == 1/2
    """
    if at:
        fixed = game.at(at)
        values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at}
    else:
        fixed, values = game, {}
    table = atom_table(fixed)
    if 2 ** len(table.tables.actions) > SUPPORT_LIMIT or 2 ** len(table.tables.models) > SUPPORT_LIMIT:
        raise BudgetError(
            f"{len(table.tables.actions)} actions and {len(table.tables.models)} models give more than "
            f"{SUPPORT_LIMIT} supports; use fewer of either"
        )
    free = tuple(p.name for p in fixed.parameters)
    finder = _Finder(table, free)
    names = table.tables.actions
    labels = _Labels(names)
    equilibria = []
    for size in range(1, len(names) + 1):
        for support in combinations(range(len(names)), size):
            equilibria.extend(_equilibria_on(finder, support))
    solution = Solution(
        game=fixed,
        at=tuple(values.items()),
        table=table,
        equilibria=with_survival(fixed, equilibria),
        rationalizable=finder.cases(lambda p: labels.sorted_set(rationalizable_rounds(p)[-1])),
        rounds=finder.cases(lambda p: tuple(labels.sorted_set(r) for r in rationalizable_rounds(p))),
        transitions=finder.members(
            lambda p: tuple(sorted((names[a], names[b]) for a, b in transition_edges(p)))
        ),
        absorbing=finder.members(
            lambda p: labels.sorted_sets(absorbing_sets(p.actions, transition_edges(p)))
        ),
        closed=finder.members(lambda p: labels.sorted_sets(minimal_closed_sets(p))),
        cycles=finder.members(
            lambda p: labels.rotated(listed_cycles(len(p.actions), transition_edges(p))[0])
        ),
        cycle_lengths=finder.cases(lambda p: listed_cycles(len(p.actions), transition_edges(p))[1]),
    )
    return solution if finder.boundaries_covered else replace(solution, boundaries_covered=False)


def as_fraction(value: Fraction | int | str) -> Fraction:
    """A rational given as a number or as text, exactly."""
    from .expressions import Number, read_expression

    if isinstance(value, Fraction):
        return value
    expression = read_expression(value, (), where="at")
    assert isinstance(expression, Number)
    return expression.value


@dataclass(frozen=True, slots=True)
class _Labels:
    """From indices to names, in the sorted order of the format."""

    names: tuple[str, ...]

    def sorted_set(self, indices: Set) -> tuple[str, ...]:
        return tuple(sorted(self.names[i] for i in indices))

    def sorted_sets(self, sets: tuple[Set, ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted(self.sorted_set(s) for s in sets))

    def rotated(self, cycles: tuple[Set, ...]) -> tuple[tuple[str, ...], ...]:
        found = []
        for cycle in cycles:
            named = [self.names[i] for i in cycle]
            first = named.index(min(named))
            found.append(tuple(named[first:] + named[:first]))
        return tuple(sorted(found))


class _Finder:
    """Answers combinatorial questions over all parameter values, as cases."""

    def __init__(self, table: AtomTable, free: tuple[str, ...]) -> None:
        self.table = table
        self.free = free
        self.printer = LiteralPrinter(table, free)
        vectors = occurring_vectors(table, free)
        self.boundaries_covered = True
        self._vectors = vectors if vectors is not None and len(vectors) <= VECTOR_LIMIT else None
        self._explorer = Explorer(table, free) if free and self._vectors is None else None

    def cells(self, question: Callable[[Problem], Value]) -> tuple[Cell[Value], ...]:
        if not self.free:
            return (Cell((), numeric_value(self.table, question), None),)
        if self._vectors is None:
            assert self._explorer is not None
            try:
                return self._explorer.explore(question)
            except BudgetError:
                # The open cells are far fewer than the cells of all dimensions.
                self.boundaries_covered = False
                return self._explorer.explore(question, boundaries=False)
        cells = []
        for vector in self._vectors:
            problem = self.table.problem(lambda i, vector=vector: vector[i])  # type: ignore[misc]
            cells.append(Cell(tuple(enumerate(vector)), question(problem), None, vouched=True))
        return tuple(cells)

    def cases(self, question: Callable[[Problem], Value]) -> tuple[Case[Value], ...]:
        """One case for each value that occurs."""
        cells = self.cells(question)
        if not self.free:
            return (Case(ALWAYS, cells[0].value),)
        values = dict.fromkeys(cell.value for cell in cells)
        return tuple(
            self._case(value, cells, lambda v, value=value: v == value)  # type: ignore[misc]
            for value in values
        )

    def members(self, question: Callable[[Problem], tuple[Value, ...]]) -> tuple[Case[Value], ...]:
        """One case for each member that occurs in some value: where is it there?"""
        cells = self.cells(question)
        if not self.free:
            return tuple(Case(ALWAYS, member) for member in cells[0].value)
        members = sorted({member for cell in cells for member in cell.value})  # type: ignore[type-var]
        return tuple(
            self._case(member, cells, lambda v, member=member: member in v)  # type: ignore[misc]
            for member in members
        )

    def _case(
        self, value: Any, cells: tuple[Cell[Any], ...], belongs: Callable[[Any], bool]
    ) -> Case[Any]:
        inside = [cell for cell in cells if belongs(cell.value)]
        outside = [dict(cell.signs) for cell in cells if not belongs(cell.value)]
        conjunctions = cover([dict(cell.signs) for cell in inside], outside)
        return Case(
            self.printer.condition(conjunctions),
            value,
            all(cell.witnessed for cell in inside),
        )


def _equilibria_on(finder: _Finder, support: Set) -> list[Equilibrium]:
    """The entries of one support, grouped by closed form and belief support."""
    examples: dict[_Key, EquilibriumComponent] = {}
    beliefs: dict[_Key, set[Vertex]] = {}

    def question(problem: Problem) -> tuple[_Key, ...]:
        keys = []
        for component in equilibrium_components(problem, support):
            uniform = strict = False
            if len(support) == 1:
                (action,) = support
                fits = problem.best_fits(action)
                uniform = all(problem.is_best_at(action, model) for model in fits)
                strict = uniform and all(problem.replies_at(model) == support for model in fits)
            supporting = min(
                (v.support, v.ties, v.basis)
                # The belief shown supports the point shown, which lies in the first piece.
                for v in problem.beliefs_for(component.pieces[0].ties, support)
            )
            bases = tuple((v.support, v.basis) for face in component.pieces for v in face.vertices)
            key = _Key(
                component.belief_support,
                component.dimension,
                uniform,
                strict,
                () if len(support) == 1 else bases,
            )
            examples.setdefault(key, component)
            # The ties beyond the basis vary with signs that the weights do not depend on.
            beliefs.setdefault(key, set()).add(Vertex(supporting[0], (), supporting[2]))
            keys.append(key)
        return tuple(keys)

    entries = finder.members(question)
    return [_equilibrium(finder.table, case, examples[case.value], beliefs[case.value]) for case in entries]


def _equilibrium(
    table: AtomTable, case: Case[_Key], component: EquilibriumComponent, beliefs: set[Vertex]
) -> Equilibrium:
    key = case.value
    actions, models, ring = table.tables.actions, table.tables.models, table.ring

    def named(weights: list[Element], names: tuple[str, ...]) -> Weights:
        return tuple((name, element_expression(ring, w)) for name, w in zip(names, weights, strict=True))

    belief = vertex_weights(table, "payoff", next(iter(beliefs))) if len(beliefs) == 1 else None
    return Equilibrium(
        support=tuple(sorted(actions[a] for a in component.support)),
        strategy=named(barycentre(table, component), actions),
        belief_support=tuple(sorted(models[t] for t in component.belief_support)),
        belief=() if belief is None else named(belief, models),
        dimension=component.dimension,
        uniform=key.uniform,
        strict=key.strict,
        condition=case.condition,
        set_conditions=_set_conditions(table, component) if component.dimension else (),
        vertices=tuple(
            named(vertex_weights(table, "divergence", v), actions)
            for v in sorted({v for face in component.pieces for v in face.vertices})
        )
        if component.dimension
        else (),
        witnessed=case.witnessed,
        self_confirming=_self_confirming(table, component),
    )


def _self_confirming(table: AtomTable, component: EquilibriumComponent) -> bool | None:
    """Divergences are never negative: where one best fit is exact on the path, every best fit is."""
    answers = {fits_exactly(table, model, component.support) for face in component.pieces for model in face.ties}
    return answers.pop() if len(answers) == 1 else None


def barycentre(table: AtomTable, component: EquilibriumComponent) -> list[Element]:
    """One equilibrium of a component: the mean of the vertices of its first piece (the point itself if it is one)."""
    corners = [vertex_weights(table, "divergence", v) for v in component.pieces[0].vertices]
    share = table.ring.constant(Fraction(1, len(corners)))
    zero = table.ring.constant(0)
    return [sum((c[a] for c in corners), start=zero) * share for a in range(len(table.tables.actions))]


def vertex_weights(table: AtomTable, kind: str, vertex: Vertex) -> list[Element]:
    """The weights of a vertex by Cramer's rule, one per column (zero off its support)."""
    count = len(table.tables.actions if kind == "divergence" else table.tables.models)
    weights = [table.ring.constant(0)] * count
    if len(vertex.support) == 1:
        weights[vertex.support[0]] = table.ring.constant(1)
        return weights
    numerators = []
    for position in range(len(vertex.support)):
        rest = vertex.support[:position] + vertex.support[position + 1 :]
        minor = table.minor(kind, rest, vertex.basis)
        numerators.append(-minor if position % 2 else minor)
    total = sum(numerators, start=table.ring.constant(0))
    for column, numerator in zip(vertex.support, numerators, strict=True):
        weights[column] = numerator / total
    return weights


def _set_conditions(table: AtomTable, component: EquilibriumComponent) -> tuple[str, ...]:
    """The pieces of a continuum as linear relations in the weights ``sigma(action)``, one line per piece."""
    tables = table.tables
    lines = []
    for face in component.pieces:
        parts = [f"sigma({tables.actions[a]}) > 0" for a in component.support]
        first = face.ties[0]
        for t in range(len(tables.models)):
            if t == first or any(tables.divergence[t][a] is None for a in component.support):
                continue
            terms = []
            for a in component.support:
                high, low = tables.divergence[t][a], tables.divergence[first][a]
                assert high is not None and low is not None
                if not (high - low).is_zero():
                    terms.append(f"({element_expression(table.ring, high - low)})*sigma({tables.actions[a]})")
            if terms:
                relation = "==" if t in face.ties else ">="
                parts.append(f"{' + '.join(terms)} {relation} 0")
        lines.append(" and ".join(parts))
    return tuple(lines)
