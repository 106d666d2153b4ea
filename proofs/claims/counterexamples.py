"""Counterexamples: the game solved at the point, and a certificate that the claim fails there.

At a point with irrational coordinates every sign is decided exactly (`search.algebraic`), and the structure of the game
follows from the signs as it does anywhere. For the certificate each such coordinate is given by its minimal polynomial
and an interval with rational ends that holds no other root of it: the certificate proves that the claim fails wherever
these equations and inequalities hold, and they hold somewhere since the polynomial changes its sign in the interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ...symbolic.algebra.ring import Ring
from ...symbolic.algebra.text import element_expression
from ...symbolic.combinatorics.structure import all_equilibria, structure_of
from ...symbolic.decomposition import AlgebraicNumber
from ...symbolic.engines.finite.agent_engine import solve
from ...symbolic.engines.finite.agent_entries import barycentre
from ...symbolic.errors import NO_ANSWER, UndecidedError
from ...symbolic.expressions.reading import Expression, read_expression, substitute
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.game.game import Game
from ...symbolic.results.equilibrium_documents import number_document
from ..search.algebraic import ball, ball_value, grouped_sign
from ..search.coordinates import Coordinate, existence
from ..search.facts import Polynomial
from ..search.prover import Limits, Proved
from .language import Claim
from .prove import certified_refutation

_QUADRATIC = 2


def solved_at(game: Game, point: Mapping[str, Coordinate]) -> dict[str, Any] | None:
    """The solution at the point as a document; None where a sign at an irrational point was not decided.

    At an irrational point the document holds less than elsewhere; weights are written with square roots where that can
    be, and else as expressions in the parameters that are irrational there.
    """
    rational = {name: value for name, value in point.items() if isinstance(value, Fraction)}
    if len(rational) == len(point):
        return solve(game, rational).to_json()
    try:
        return _solved_at_irrational(game, game.at(rational), point)
    except NO_ANSWER:
        return None


def _solved_at_irrational(game: Game, fixed: Game, point: Mapping[str, Coordinate]) -> dict[str, Any]:
    (player,) = fixed.players
    table = atom_table(fixed)
    values = {p.name: point[p.name] for p in fixed.parameters}
    problem = table.problem(lambda i: sign_in_ring(table.ring, table.atoms[i], values))
    structure, components = structure_of(problem), all_equilibria(problem)
    roots = {
        name: read_expression(str(value), (), where=name)
        for name, value in values.items()
        if isinstance(value, AlgebraicNumber) and value.degree == _QUADRATIC
    }

    def named(indices: tuple[int, ...]) -> list[str]:
        return sorted(player.actions[i] for i in indices)

    def weight(expression: Expression) -> dict[str, Any]:
        return number_document(substitute(expression, roots))

    return {
        "format": 1,
        "game": game.name,
        "at": {name: str(value) for name, value in point.items()},
        "equilibria": [
            {
                "support": {player.name: named(component.support)},
                "strategy": {
                    player.name: {
                        name: weight(element_expression(table.ring, share))
                        for name, share in zip(player.actions, barycentre(table, component), strict=True)
                    }
                },
                "belief_support": {player.name: sorted(player.models[t].name for t in component.belief_support)},
                "dimension": component.dimension,
                "pure": len(component.support) == 1,
                "strict": problem.gamma(component.support) == component.support and len(component.support) == 1,
            }
            for component in components
        ],
        "rationalizable": {player.name: named(structure.rationalizable)},
        "transitions": [[player.actions[a], player.actions[b]] for a, b in structure.edges],
        "absorbing": [named(chosen) for chosen in structure.absorbing],
        "closed": [named(chosen) for chosen in structure.closed],
        "cycles": [[player.actions[a] for a in cycle] for cycle in structure.cycles],
    }


def sign_in_ring(ring: Ring, polynomial: Polynomial, values: Mapping[str, Coordinate]) -> int:
    """The exact sign of a polynomial over a game's ring at a point; UndecidedError at the limit of precision."""

    def enclosures(bits: int) -> list[Any]:
        balls: list[Any] = []
        for generator in ring.generators:
            if generator.argument is None:
                balls.append(ball(values[generator.name], bits))
                continue
            parts = (generator.argument.numerator, generator.argument.denominator)
            over, under = (ball_value(part, balls) for part in parts)
            inner = over / under
            balls.append({"log": abs(inner).log, "sqrt": abs(inner).sqrt, "exp": inner.exp}[generator.kind]())
        return balls

    sign = grouped_sign(list(ring.parameters), polynomial, values, enclosures)
    if sign is None:
        raise UndecidedError("a sign at an irrational point was not decided; it may be zero")
    return sign


def refutation_document(
    game: Game, claim: Claim, point: Mapping[str, Coordinate], limits: Limits
) -> dict[str, Any] | None:
    """The certificate that the claim fails at the point, and why there is such a point; None where none was found."""
    try:
        answer = certified_refutation(game, claim, point, limits)
    except NO_ANSWER:
        return None
    if not isinstance(answer, Proved):
        return None
    domains = {p.name: p.domain for p in game.parameters}
    irrational = [
        existence(name, value, domains[name]) for name, value in point.items() if isinstance(value, AlgebraicNumber)
    ]
    return {"certificate": answer.certificate, "exists": irrational}
