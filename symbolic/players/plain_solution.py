"""Equilibria of games in which every player reproduces what it averages, with rational payoffs and no signals.

These are the Nash equilibria of the game with payoffs ``u_i(own action, others' actions)`` (`families`); strictly
dominated actions are dropped first, round by round, which loses none. Two players: all of them by vertices
(`two_players`), continua included. More players: profiles of supports, small ones first, with those left out at once
that no correlated play of the others makes optimal (`support_search`); what remains is a polynomial system each.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from flint import fmpq, fmpq_mat

from ..algebra import Element
from ..conditions import ALWAYS
from ..envelopes import Vertex
from ..errors import BudgetError, NotSupportedError, UndecidedError
from ..solve_limits import remedy
from ..structure import Face
from .components import Component, components
from .equilibrium import OpenCount, OpenSupports, PlayersEquilibrium, equilibrium_of, played
from .minors import PlayersTable
from .nonlinear import PolynomialSolver
from .problem import PlayersProblem
from .shape import Set, Sets
from .support_search import SupportSearch
from .two_players import MixtureVertex, SupportPair, two_player_equilibria

Open = OpenSupports | OpenCount
Found = tuple[list[PlayersEquilibrium], list[Open]]


def is_plain(table: PlayersTable) -> bool:
    """Whether this route solves the game: at fixed parameters, several players, no signals, integer payoffs for all."""
    return len(table.form.players) > 1 and not any(
        p.signals or own is None for p, own in zip(table.form.players, table.payoffs, strict=True)
    )


def plain_equilibria(table: PlayersTable, problem: PlayersProblem) -> Found:
    """All equilibria of such a game, and what was left open beyond the limits of the table."""
    rest = problem.rationalizable_rounds()[-1]
    return _of_two(table, problem, rest) if len(rest) == 2 else _of_several(table, problem, rest)


def _inside(table: PlayersTable, sets: Sets) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    return tuple(played(table, j, own) for j, own in enumerate(sets))


# Two players


def _of_two(table: PlayersTable, problem: PlayersProblem, rest: Sets) -> Found:
    first, second = (own for own in table.payoffs if own is not None)
    rows, columns = rest
    answer = two_player_equilibria(
        [[first[a][b] for b in columns] for a in rows], [[second[b][a] for a in rows] for b in columns], table.limits
    )
    equilibria = [_equilibrium(table, problem, pair, rest) for pair in answer.pairs]
    undecided: list[Open] = []
    if answer.stopped:
        count = prod(2 ** len(own) - 1 for own in rest) - len(equilibria)
        undecided.append(OpenCount(table.names, _inside(table, rest), count, answer.stopped))
    for sets in answer.unlisted:
        inside = [set(own) for own in sets]
        listed = sum(all(inside[j].issuperset(own) for j, own in enumerate(pair.supports)) for pair in answer.pairs)
        count = prod(2 ** len(own) - 1 for own in sets) - listed
        reason = f"there are equilibria with many supports here, {remedy('entries', table.limits.entries)}"
        undecided.append(OpenCount(table.names, _inside(table, _named_sets(sets, rest)), count, reason))
    return equilibria, undecided


def _named_sets(sets: Sets, rest: Sets) -> Sets:
    """The sets by the numbers of the whole game, from those among the actions that are left."""
    return tuple(tuple(own[k] for k in chosen) for chosen, own in zip(sets, rest, strict=True))


def _equilibrium(table: PlayersTable, problem: PlayersProblem, pair: SupportPair, rest: Sets) -> PlayersEquilibrium:
    """One pair of supports as an entry; vertices are numbered as among the actions that are left."""
    supports = _named_sets(pair.supports, rest)
    weights: dict[tuple[int, Vertex], list[Element]] = {}
    faces = []
    dimension = 0
    for j, found in enumerate(pair.vertices):
        corners = []
        for corner in found:
            own, ties = _named_sets((corner.support, corner.ties), (rest[j], rest[1 - j]))
            vertex = Vertex(own, ties, ())
            row = [table.ring.constant(0)] * problem.shape.plans[j]
            for place, weight in zip(own, corner.weights, strict=True):
                row[place] = table.ring.constant(weight)
            weights[j, vertex] = row
            corners.append(vertex)
        held = set(corners[0].ties).intersection(*(v.ties for v in corners))
        faces.append(Face(supports[j], _rows(problem, j, tuple(sorted(held))), tuple(corners)))
        dimension += _dimension(found)
    pure = all(len(own) == 1 for own in supports)
    replies = problem.replies_at(tuple(own[0] for own in supports)) if pure else ()
    component = Component(
        supports, ((), ()), (tuple(faces),), ((), ()), dimension, pure, pure and replies == supports
    )
    return equilibrium_of(table, component, ALWAYS, True, lambda j, vertex: weights[j, vertex])


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


def _of_several(table: PlayersTable, problem: PlayersProblem, rest: Sets) -> Found:
    search = SupportSearch([own for own in table.payoffs if own is not None], rest, table.limits.pairs)
    solver = PolynomialSolver(table)
    found: dict[Sets, list[PlayersEquilibrium]] = {}
    undecided: list[Open] = []
    for supports in search:
        try:
            found[supports] = _on_supports(table, problem, solver, supports)
        except (BudgetError, NotSupportedError, UndecidedError) as error:
            undecided.append(OpenSupports(table.names, _inside(table, supports), ALWAYS, reason=str(error)))
    if search.open:
        reason = f"profiles of supports, {remedy('pairs', table.limits.pairs)}"
        undecided.append(OpenCount(table.names, _inside(table, rest), search.open, reason))
    order = sorted(found, key=lambda s: (sum(map(len, s)), s))
    return [equilibrium for supports in order for equilibrium in found[supports]], undecided


def _on_supports(
    table: PlayersTable, problem: PlayersProblem, solver: PolynomialSolver, supports: Sets
) -> list[PlayersEquilibrium]:
    found = components(problem, supports)
    if any(component.open for component in found):
        return solver.on(supports)
    return [equilibrium_of(table, component, ALWAYS, True) for component in found]
