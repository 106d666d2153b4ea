"""Equilibria of games in which every player reproduces what it averages, with rational payoffs and no signals.

These are the Nash equilibria of the game with payoffs ``u_i(own action, others' actions)`` (`families`); strictly
dominated actions are dropped first, round by round, which loses none. Two players: all of them by vertices
(`two_players`), continua included. More players: profiles of supports, small ones first, with those left out at once
that no correlated play of the others makes optimal (`support_search`); what remains is a polynomial system each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from math import prod

from flint import fmpq, fmpq_mat

from ...cells.condition_parts import whole
from ...cells.conditions import ALWAYS
from ...cells.undecided import Undecided, open_supports
from ...combinatorics.agent import Face
from ...combinatorics.components import components
from ...combinatorics.profiles import PlayersProblem
from ...combinatorics.shape import Set, Sets
from ...errors import BudgetError, NotSupportedError, UndecidedError
from ...errors.running import TimeUp, ask, note, reserve
from ...expressions.reading import number
from ...forms.minors import PlayersTable, played
from ...game.game import Game
from ...limits import remedy
from ...results.equilibrium import Behaviour, Equilibrium, Part
from ...results.equilibrium_documents import equilibrium_note
from .entries import equilibrium_of, face_conditions
from .nonlinear import PolynomialSolver
from .subdivision import carries_none
from .support_search import SupportSearch
from .two_players import MixtureVertex, SupportPair, two_player_equilibria

_FOR_THE_REST = 20.0  # seconds for what follows the search, where the time of the work is limited

Found = tuple[list[Equilibrium], list[Undecided]]


def is_plain(table: PlayersTable) -> bool:
    """Whether this route solves the game: at fixed parameters, several players, no signals, integer payoffs for all."""
    return len(table.form.players) > 1 and not any(
        p.signals or own is None for p, own in zip(table.form.players, table.payoffs, strict=True)
    )


def plain_equilibria(table: PlayersTable, problem: PlayersProblem, game: Game) -> Found:
    """All equilibria of such a game, and what was left open beyond the limits of the table."""
    rest = problem.rationalizable_rounds()[-1]
    return _of_two(table, problem, rest) if len(rest) == 2 else _of_several(table, problem, rest, game)


def _inside(table: PlayersTable, sets: Sets) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    return tuple(played(table, j, own) for j, own in enumerate(sets))


# Two players


def _of_two(table: PlayersTable, problem: PlayersProblem, rest: Sets) -> Found:
    first, second = (own for own in table.payoffs if own is not None)
    rows, columns = rest
    answer = two_player_equilibria(
        [[first[a][b] for b in columns] for a in rows], [[second[b][a] for a in rows] for b in columns], table.limits
    )
    entries = _Entries(table, problem, rest)
    equilibria = [entries.entry(pair) for pair in answer.pairs]
    undecided: list[Undecided] = []
    if answer.stopped:
        count = prod(2 ** len(own) - 1 for own in rest) - len(equilibria)
        undecided.append(open_supports(table.names, _inside(table, rest), answer.stopped, count=count))
    for sets in answer.unlisted:
        inside = [set(own) for own in sets]
        listed = sum(all(inside[j].issuperset(own) for j, own in enumerate(pair.supports)) for pair in answer.pairs)
        count = prod(2 ** len(own) - 1 for own in sets) - listed
        reason = f"there are equilibria with many supports here, {remedy('entries', table.limits.entries)}"
        undecided.append(open_supports(table.names, _inside(table, _named_sets(sets, rest)), reason, count=count))
    return equilibria, undecided


def _named_sets(sets: Sets, rest: Sets) -> Sets:
    """The sets by the numbers of the whole game, from those among the actions that are left."""
    return tuple(tuple(own[k] for k in chosen) for chosen, own in zip(sets, rest, strict=True))


class _Entries:
    """Makes entries from pairs of supports, whose vertices are numbered among the actions that are left (`rest`).

    What one player's side alone tells is kept: a game of zeros has each side in very many pairs.
    """

    def __init__(self, table: PlayersTable, problem: PlayersProblem, rest: Sets) -> None:
        self.table = table
        self.problem = problem
        self.rest = rest
        self._side = cache(self._side_of)
        self._behaviour = cache(self._behaviour_of)

    def entry(self, pair: SupportPair) -> Equilibrium:
        """The equilibria with these supports."""
        one, two = (self._side(j, own, pair.vertices[j]) for j, own in enumerate(pair.supports))
        dimension = one.dimension + two.dimension
        pure = all(len(own) == 1 for own in pair.supports)
        strict = pure and self.problem.replies_at((one.plans[0], two.plans[0])) == (one.plans, two.plans)
        return Equilibrium(
            parts=tuple(
                Part(form.name, side.support, side.centre, tuple(sorted(form.models)), ((form.models[0], number(1)),))
                for form, side in zip(self.table.form.players, (one, two), strict=True)
            ),
            dimension=dimension,
            uniform=pure,
            strict=strict,
            set_conditions=(" and ".join((*one.conditions(), *two.conditions())),) if dimension else (),
            pieces=((one.corners, two.corners),) if dimension else (),
        )

    def _side_of(self, home: int, support: Set, vertices: tuple[MixtureVertex, ...]) -> _Side:
        own = self.rest[home]
        plans = tuple(own[k] for k in support)
        share = Fraction(1, len(vertices))
        total: dict[int, Fraction] = {}
        for vertex in vertices:
            for k, weight in zip(vertex.support, vertex.weights, strict=True):
                total[k] = total.get(k, Fraction(0)) + share * weight
        ties = set(vertices[0].ties).intersection(*(v.ties for v in vertices))
        rows = _rows(self.problem, home, tuple(sorted(self.rest[1 - home][k] for k in ties)))

        @cache
        def conditions() -> tuple[str, ...]:
            face = Face(plans, rows, ())
            return tuple(face_conditions(self.table, self.problem.shape, home, plans, face, [whole(self.table.domain)]))

        return _Side(
            plans,
            played(self.table, home, plans),
            self._behaviour(home, tuple(sorted(total.items()))),
            tuple(self._behaviour(home, tuple(zip(v.support, v.weights, strict=True))) for v in vertices),
            _dimension(vertices),
            conditions,
        )

    def _behaviour_of(self, player: int, weights: tuple[tuple[int, Fraction], ...]) -> Behaviour:
        known = {self.rest[player][k]: weight for k, weight in weights}
        actions = self.table.form.players[player].actions
        return (("", tuple((a, number(known.get(k, 0))) for k, a in enumerate(actions))),)


@dataclass(frozen=True, slots=True)
class _Side:
    """One player's side of a pair of supports; the text of its conditions is written when it is wanted."""

    plans: Set
    support: tuple[tuple[str, tuple[str, ...]], ...]
    centre: Behaviour
    corners: tuple[Behaviour, ...]
    dimension: int
    conditions: Callable[[], tuple[str, ...]]


def _rows(problem: PlayersProblem, home: int, ties: Set) -> Set:
    """The rows of the envelope over the home's mixtures that stand for these best replies of the other player.

    A player to whom the other's play does not matter is at home with itself, and its best replies are always the same.
    """
    own = problem.best_replies_on(home, (0,))
    return problem.shape.rows(home, [own if guest == home else ties for guest in problem.shape.guests(home)])


def _dimension(vertices: tuple[MixtureVertex, ...]) -> int:
    """The dimension of the hull of mixtures."""
    if len(vertices) == 1:
        return 0
    width = 1 + max(k for v in vertices for k in v.support)
    dense = []
    for vertex in vertices:
        row = [Fraction(0)] * width
        for k, weight in zip(vertex.support, vertex.weights, strict=True):
            row[k] = weight
        dense.append(row)
    entries = [a - b for row in dense[1:] for a, b in zip(row, dense[0], strict=True)]
    return int(fmpq_mat(len(dense) - 1, width, [fmpq(e.numerator, e.denominator) for e in entries]).rank())


# Three players and more


def _of_several(table: PlayersTable, problem: PlayersProblem, rest: Sets, game: Game) -> Found:
    payoffs = [own for own in table.payoffs if own is not None]
    search = SupportSearch(payoffs, rest, table.limits.pairs)
    solver = PolynomialSolver(table)
    found: dict[Sets, list[Equilibrium]] = {}
    undecided: list[Undecided] = []
    late = ""
    with reserve(1 / 2, _FOR_THE_REST):
        for supports in search:
            try:
                ask("the supports of equilibria")
                # Where at most two players mix the equations are linear in each one's weights, and soon solved.
                if sum(len(own) > 1 for own in supports) > 2 and carries_none(payoffs, supports, rest):
                    continue
                found[supports] = _on_supports(table, problem, solver, supports)
            except TimeUp as error:
                late = f"profiles of supports beside those listed; {error}"
                undecided.append(open_supports(table.names, _inside(table, rest), late, count=search.open + 1))
                break
            except (BudgetError, NotSupportedError, UndecidedError) as error:
                undecided.append(open_supports(table.names, _inside(table, supports), str(error)))
            for equilibrium in found.get(supports, ()):
                note("equilibria", partial(equilibrium_note, equilibrium, False), game)
    if search.open and not late:
        reason = f"profiles of supports, {remedy('pairs', table.limits.pairs)}"
        undecided.append(open_supports(table.names, _inside(table, rest), reason, count=search.open))
    order = sorted(found, key=lambda s: (sum(map(len, s)), s))
    return [equilibrium for supports in order for equilibrium in found[supports]], undecided


def _on_supports(
    table: PlayersTable, problem: PlayersProblem, solver: PolynomialSolver, supports: Sets
) -> list[Equilibrium]:
    found = components(problem, supports)
    if any(component.open for component in found):
        return solver.on(supports)
    return [equilibrium_of(table, component, ALWAYS, True) for component in found]
