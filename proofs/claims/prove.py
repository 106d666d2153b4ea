"""Proofs and refutations of claims about a game, for all its parameters.

`prove` answers `Proved` with a certificate that the checker accepted, `Disproved` with an exact point, or
`Undecided` with the reason. The certificate holds the game itself, so that the checker rebuilds K and U.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.parameters import Interval
from ...symbolic.algebra.rewritings import logarithm
from ...symbolic.algebra.ring import Element, Ring, lift
from ...symbolic.cells.domain import difference
from ...symbolic.decomposition import AlgebraicNumber
from ...symbolic.errors import NotSupportedError, UndecidedError
from ...symbolic.expressions.reading import Expression, Number, Relation, Symbol, substitute
from ...symbolic.game.data import Normal
from ...symbolic.game.game import Game
from .. import check
from ..search.coordinates import Coordinate, equation, isolated
from ..search.facts import Polynomial, Writer
from ..search.prover import Answer, Limits, Minor, Proved, Question, decide
from ..search.ratios import in_ratios
from ..search.spaces import (
    Setting,
    SettingReader,
    assumptions_of,
    fraction_text,
    has_logarithms,
    log_arguments,
    make_setting,
    oriented,
)
from .language import Claim, Compare, Connective, as_lists, predicates_of, read_claim, relations_of


def prove(game: Game, claim: str | Claim, limits: Limits | None = None) -> Answer:
    """Prove the claim for all parameters of the game, or refute it.

    Parameters: a game of one agent with finitely many outcomes and models; a claim, or its text; bounds on the
    search. Exact: a proof has passed the checker, a counterexample exact evaluation. Raises GameError for an unreadable
    claim, NotSupportedError for other games, UndecidedError where a logarithm's argument is not proved positive.
    """
    return decide(question_of(game, claim), limits)


def certified_refutation(
    game: Game, claim: str | Claim, point: Mapping[str, Coordinate], limits: Limits | None = None
) -> Answer:
    """A certificate that the claim is false at this point.

    Parameters: the game and the claim; a value for every parameter. The answer is `Proved` where the claim is false
    there: its certificate proves the negation of the claim for the game with the rational coordinates fixed and the
    irrational ones assumed by equation and interval. Raises GameError for a point outside the domain, NotSupportedError
    for claims about independence.
    """
    return decide(_negated_at(game, claim, point), limits)


def refuted_at(
    game: Game, claim: str | Claim, point: Mapping[str, Coordinate], limits: Limits | None = None
) -> tuple[Question, Proved] | None:
    """The negation of the claim at this point with its proof, as `certified_refutation`; None where none was found."""
    question = _negated_at(game, claim, point)
    answer = decide(question, limits)
    return (question, answer) if isinstance(answer, Proved) else None


def _negated_at(game: Game, claim: str | Claim, point: Mapping[str, Coordinate]) -> Question:
    names = [parameter.name for parameter in game.parameters]
    read = read_claim(claim, names, game.players[0].actions) if isinstance(claim, str) else claim
    if any(predicate.name == "independent_of" for predicate in predicates_of(read)):
        raise NotSupportedError("a refutation of independence needs two points, and has no certificate yet")
    rational = {name: value for name, value in point.items() if isinstance(value, Fraction)}
    irrational = {name: value for name, value in point.items() if isinstance(value, AlgebraicNumber)}
    negation = Connective("not", (at_point(read, rational),))
    return question_of(game.at(rational), negation, irrational)


def at_point(claim: Claim, point: Mapping[str, Fraction]) -> Claim:
    """The claim with the parameters of its relations replaced."""
    match claim:
        case Compare(relation):
            left, right = (substitute(side, dict(point)) for side in (relation.left, relation.right))
            return Compare(Relation(left, relation.operator, right))
        case Connective(word, parts):
            return Connective(word, tuple(at_point(part, point) for part in parts))
        case _:
            return claim


def question_of(
    game: Game,
    claim: str | Claim,
    irrational: Mapping[str, AlgebraicNumber] | None = None,
    *,
    ratios: bool = False,
) -> Question:
    """The claim with everything that its proof needs of the game.

    Parameters named in `irrational` are assumed to be that number, by equation and isolating interval. With `ratios`
    the logarithms are those of ratios of predictions, if neither claim nor assumptions hold any.
    """
    reason = game.kind_not_supported()
    if reason is not None:
        raise NotSupportedError(f"proofs do not cover {reason}")
    (player,) = game.players
    names = [parameter.name for parameter in game.parameters]
    read = read_claim(claim, names, player.actions) if isinstance(claim, str) else claim
    relations = relations_of(read)
    ring, rows = _rows(game)
    logarithmic = [relation for relation in game.assume if has_logarithms(relation)]
    for relation in (*relations, *logarithmic):
        ring, _ = element_of(ring, difference(relation))
    ring = _with_primes(ring, relations)
    try:
        setting = _setting(game, ring, rows, relations, irrational or {})
        record = _record(game, setting, rows)
        if chances := _chances(setting, rows):
            record["chances"] = chances
        if ratios and not logarithmic and not any(map(has_logarithms, relations)):
            setting = in_ratios(setting, _predicted(game, rows))
        reader = SettingReader(setting)
        tables = check.Game(reader.kernel, record)
        pairs = {(str(relation.left), str(relation.right)) for relation in relations}
        differences = {pair: reader.difference(*pair) for pair in sorted(pairs)}
    except check.Rejected as error:
        # What the small checker does not read has no certificate; it says nothing about the claim.
        raise NotSupportedError(f"proofs do not cover this claim: the checker does not read it ({error})") from None
    minors: dict[Minor, Polynomial] = {}

    def minor(key: Minor) -> Polynomial:
        if key not in minors:
            minors[key] = reader.polynomial(tables.minor(*key))
        return minors[key]

    return Question(
        setting,
        assumptions_of(setting, logarithmic),
        as_lists(read),
        differences,
        record,
        player.actions,
        tuple(model.name for model in player.models),
        minor,
        tables.is_finite,
    )


def _with_primes(ring: Ring, relations: Sequence[Relation]) -> Ring:
    """The ring with the logarithms of those primes that arguments of logarithms become at values in the claim.

    Where the claim compares a parameter with a number, a proof splits there, and at that value the logarithm of an
    argument in this parameter is one of numbers.
    """
    values: list[tuple[str, Fraction]] = []
    for relation in relations:
        for side, other in ((relation.left, relation.right), (relation.right, relation.left)):
            if isinstance(side, Symbol) and isinstance(other, Number):
                values.append((side.name, other.value))
    for generator in [g for g in ring.generators if g.kind == "log" and g.argument is not None]:
        assert generator.argument is not None
        for name, value in values:
            place = ring.index(name)
            polynomial = lift(generator.argument, ring.context).numerator
            if sum(1 for degree in polynomial.degrees() if degree) != 1 or not polynomial.degrees()[place]:
                continue
            number = sum(
                (Fraction(int(c)) * value ** int(exponents[place]) for exponents, c in polynomial.to_dict().items()),
                Fraction(0),
            )
            if number > 0:
                ring, _ = logarithm(ring, ring.constant(number))
    return ring


class _Rows:
    """The entries of truth, payoff and predictions as elements of the ring."""

    def __init__(self) -> None:
        self.truth: dict[str, list[Element]] = {}
        self.payoff: dict[str, list[Element]] = {}
        self.predicts: dict[str, dict[str, list[Element]]] = {}


def _rows(game: Game) -> tuple[Ring, _Rows]:
    (player,) = game.players
    ring = Ring.of_parameters([parameter.name for parameter in game.parameters])
    rows = _Rows()

    def elements(ring: Ring, row: Sequence[Expression]) -> tuple[Ring, list[Element]]:
        found = []
        for entry in row:
            ring, element = element_of(ring, entry)
            found.append(element)
        return ring, found

    for action in player.actions:
        truth, payoff = player.truth_row((action,)), player.payoff_row(action)
        assert not isinstance(truth, Normal) and isinstance(payoff, tuple)
        ring, rows.truth[action] = elements(ring, truth)
        ring, rows.payoff[action] = elements(ring, payoff)
    for model in player.models:
        rows.predicts[model.name] = {}
        for action in player.actions:
            row = model.row(action)
            assert not isinstance(row, Normal)
            ring, rows.predicts[model.name][action] = elements(ring, row)
    return ring, rows


def _predicted(game: Game, rows: _Rows) -> list[list[list[Fraction | None]]]:
    """What each model predicts of what happens after each action, where that is a number."""
    (player,) = game.players
    return [
        [
            [
                element.rational() or None
                for element, truth in zip(table[action], rows.truth[action], strict=True)
                if not truth.is_zero()
            ]
            for table in rows.predicts.values()
        ]
        for action in player.actions
    ]


def _setting(
    game: Game, ring: Ring, rows: _Rows, relations: Sequence[Relation], irrational: Mapping[str, AlgebraicNumber]
) -> Setting:
    (player,) = game.players
    arguments = log_arguments(side for relation in relations for side in (relation.left, relation.right))
    happens = {
        (action, place)
        for action in player.actions
        for place, element in enumerate(rows.truth[action])
        if not element.is_zero()
    }
    chances = [
        element
        for table in rows.predicts.values()
        for action, row in table.items()
        for place, element in enumerate(row)
        if not element.is_zero() and (action, place) in happens
    ]
    tables = [rows.truth, rows.payoff, *rows.predicts.values()]
    every = [element for table in tables for row in table.values() for element in row]
    ruled_out = [
        rows.truth[action][place]
        for table in rows.predicts.values()
        for action, row in table.items()
        for place, element in enumerate(row)
        if element.is_zero() and (action, place) in happens
    ]
    plain = [relation for relation in game.assume if not has_logarithms(relation)]
    assume = (*plain, *(equation(name, value) for name, value in irrational.items()))
    parameters = [
        replace(p, domain=Interval(*isolated(irrational[p.name], p.domain), True, True)) if p.name in irrational else p
        for p in game.parameters
    ]
    return make_setting(ring, parameters, assume, every, arguments, chances, ruled_out)


def _chances(setting: Setting, rows: _Rows) -> list[dict[str, Any]]:
    """The facts that probabilities are not negative, of those that are not seen at once and have no logarithm."""
    unseen: dict[str, Polynomial] = {}
    known = [fact for fact in (*setting.domain, *setting.positive) if fact.relation in (">", ">=")]
    truths = [element for row in rows.truth.values() for element in row]
    impossible = [
        element
        for table in rows.predicts.values()
        for action, row in table.items()
        for element, happens in zip(row, rows.truth[action], strict=True)
        if happens.is_zero()
    ]
    for element in (*truths, *impossible):
        top, _ = oriented(setting, *setting.parts(element))
        if not top.is_constant() and not any(fact.polynomial == top for fact in known):
            unseen[str(top)] = top
    if not unseen:
        return []
    knowledge, writer, numbers = setting.knowledge(), Writer(setting.space), setting.numbers()
    for text, top in unseen.items():
        if knowledge.known(top, ">") is None and knowledge.prove(top, ">=", deep=True) is None:
            raise UndecidedError(f"a probability, {text}, is not proved to be at least 0 on the domain")
    written = []
    for fact in knowledge.new:
        written.append(writer.fact(fact, numbers))
        numbers[fact] = len(numbers)
    return written


def _record(game: Game, setting: Setting, rows: _Rows) -> dict[str, Any]:
    """The certificate's entry of the game, every entry a polynomial over a positive denominator."""
    (player,) = game.players
    assert player.outcomes != "normal"

    def table(entries: dict[str, list[Element]]) -> dict[str, dict[str, str]]:
        return {
            action: {
                outcome: fraction_text(setting, *setting.parts(element))
                for outcome, element in zip(player.outcomes, row, strict=True)
            }
            for action, row in entries.items()
        }

    return {
        "actions": list(player.actions),
        "outcomes": list(player.outcomes),
        "models": [model.name for model in player.models],
        "truth": table(rows.truth),
        "payoff": table(rows.payoff),
        "predicts": {name: table(entries) for name, entries in rows.predicts.items()},
    }
