"""Whether a strategy is a Berk-Nash equilibrium, by the definition alone.

sigma is an equilibrium iff some belief mu on ``Theta*(sigma) = argmin sum_a sigma(a) K(theta, a)`` makes every action
played a maximizer of ``U(., mu)`` (Esponda & Pouzo 2016, Definition 1). The best fits are computed at this one
sigma, and mu is sought by an exact linear program: nothing that led to sigma is used. Every equilibrium that is
reported passes this test first. With finitely many models and numbers that are not algebraic it is the case of one
player of `play`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from flint import fmpz_poly

from ..algebra.elements import element_of
from ..algebra.number_field import ONE, ZERO, Real
from ..algebra.ring import Ring
from ..algebra.systems import common_field
from ..decomposition import AlgebraicNumber, real_roots
from ..errors import DefectError, GameError, NotSupportedError
from ..expressions.reading import Apply, Expression, Number, Power, Product, Sum, Symbol, brief, read_expression
from ..forms.laws import Agent, agent_of
from ..game.game import Game
from ..results.fits import Minimizers
from .minimizers import Weight, as_weights, best_fits
from .play import is_equilibrium as is_equilibrium_of_players
from .replies import supporting_belief

Given = Weight | str | Expression


def is_equilibrium(game: Game, sigma: Mapping[str, Given]) -> bool:
    """Whether the strategy is a Berk-Nash equilibrium of a one-agent game, decided exactly.

    Parameters
    ----------
    game : one player without signals, all parameters fixed; finite models, families, finite or normal outcomes
    sigma : weights by action (missing ones are 0): rational, algebraic (``AlgebraicNumber``, text with sqrt or
        ``root(x**3 - x - 1, 1)``), or, for games with finitely many models, any expression with logarithms

    Raises
    ------
    GameError when sigma is no strategy; UndecidedError when a comparison resists the highest precision;
    NotSupportedError for kinds of games or numbers beyond the engine. Never a guess.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "1/3", "tails": "2/3"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 1]"}, "predicts": {"*": rows}}}}}})
    >>> is_equilibrium(game, {"pass": 1}), is_equilibrium(game, {"bet": "1/2", "pass": "1/2"})
    (True, False)
    """
    (first, *others) = game.players
    finite = not others and not game.signals and not any(model.theta for model in first.models)
    if finite and not game.parameters:
        exact = exact_weights(sigma)
        if exact is None or _has_functions(game):
            return is_equilibrium_of_players(game, {first.name: {name: _plain(w) for name, w in sigma.items()}})
    agent = agent_of(game)
    exact = exact_weights(sigma)
    if exact is None:
        raise NotSupportedError("a weight with logarithms beside a continuous family; give an algebraic number")
    weights = as_weights(agent, exact)
    support = [a for a, w in enumerate(weights) if not w.is_zero()]
    return supporting_belief(best_fits(agent, weights), support) is not None


def _plain(weight: Given) -> Given:
    """A number of a field, or one written ``root(...)``, by its minimal polynomial; others as they are."""
    if isinstance(weight, str):
        return _read_root(weight) or weight
    if not isinstance(weight, Real):
        return weight
    value = weight.rational()
    return weight.algebraic() if value is None else value


def certify(agent: Agent, weights: tuple[Real, ...], support: tuple[int, ...]) -> Minimizers:
    """The best fits at sigma, after checking that it is an equilibrium with this support.

    A failure means that the search and the definition disagree: DefectError, never an answer.
    """
    actual = tuple(a for a, w in enumerate(weights) if not w.is_zero())
    fits = best_fits(agent, weights)
    if actual != tuple(support) or supporting_belief(fits, support) is None:
        names = ", ".join(agent.actions[a] for a in support)
        raise DefectError(
            f"the strategy found on {names} fails the definition; this is a defect of the program, "
            "please report the game"
        )
    return fits


def exact_weights(sigma: Mapping[str, Given]) -> dict[str, Weight] | None:
    """The weights as rational or algebraic numbers; None when one holds logarithms or exponentials."""
    exact: dict[str, Weight] = {}
    for name, given in sigma.items():
        if isinstance(given, Fraction | int | AlgebraicNumber | Real):
            exact[name] = given
            continue
        root = _read_root(given) if isinstance(given, str) else None
        if root is not None:
            exact[name] = root
            continue
        expression = read_expression(given, (), where=f"sigma({name})") if isinstance(given, str) else given
        value = _algebraic_value(expression)
        if value is None:
            return None
        exact[name] = value
    return exact


def _read_root(text: str) -> AlgebraicNumber | None:
    """The number written ``root(polynomial in x, index)``, else None."""
    match = re.fullmatch(r"\s*root\((.*),\s*([0-9]+)\s*\)\s*", text)
    if match is None:
        return None

    expression = read_expression(match[1], ("x",), where="root")
    _, element = element_of(Ring.of_parameters(["x"]), expression)
    coefficients: dict[int, int] = {int(es[0]): int(c) for es, c in element.numerator.to_dict().items()}
    polynomial = fmpz_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=-1) + 1)])
    roots = real_roots(polynomial) if polynomial.degree() > 0 else []
    index = int(match[2])
    if not 1 <= index <= len(roots):
        raise GameError(f"root: {match[1]} has {len(roots)} real roots; give an index from 1 to their number")
    return roots[index - 1]


def _algebraic_value(expression: Expression) -> Real | None:
    """The value of an expression with + - * / and square roots of non-negative numbers; None for others."""
    match expression:
        case Number(value):
            return Real.of(value)
        case Sum(parts) | Product(parts):
            values = [_algebraic_value(part) for part in parts]
            known = [v for v in values if v is not None]
            if len(known) < len(values):
                return None
            total = ZERO if isinstance(expression, Sum) else ONE
            for v in known:
                left, right = common_field([total, v])
                total = left + right if isinstance(expression, Sum) else left * right
            return total
        case Power(base, exponent):
            inner = _algebraic_value(base)
            return None if inner is None else inner**exponent
        case Apply("sqrt", argument):
            inner = _algebraic_value(argument)
            if inner is None or inner.sign() < 0:
                return None
            name = inner.algebraic()
            square = fmpz_poly(
                [c for k, c in enumerate(name.coefficients) for c in ((c, 0) if k < name.degree else (c,))]
            )
            for root in real_roots(square):
                number = Real.of(root)
                if number.sign() >= 0 and (number * number).algebraic() == name:
                    return number
            return None
        case Symbol(name=name):
            raise GameError(f"the weight {brief(expression)} holds the symbol {name}; give a number")
        case _:
            return None


def _has_functions(game: Game) -> bool:
    """Whether an entry of a finite game is no rational number, so that only the ring with logarithms holds it."""
    try:
        agent_of(game)
    except NotSupportedError:
        return True
    return False
