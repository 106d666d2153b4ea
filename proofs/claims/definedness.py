"""Which terms of a claim have a value, and how a claim is decided whose terms have one under hypotheses only.

A claim is read from left to right: the conclusion of ``=>`` is looked at where the hypothesis holds, a part of ``and``
where the parts before it hold, a part of ``or`` where those before it fail. A term must have a value wherever it is
looked at; relations count as hypotheses, predicates about play do not. `conditional_terms` refuses every other claim,
naming the term and a place where it has no value.

A term without a value on a part of the domain, though it is never looked at there, would still be given a sign there
by the engines. So the domain is split (`pieces`) by what each such term asks for: where it has a value, the claim
stands as it is; where it has none, the relations that hold the term are replaced by a false one, as nobody looks at
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...symbolic.algebra.box_signs import Effort
from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.cells.search import Domain
from ...symbolic.errors import BudgetError, GameError, UndecidedError
from ...symbolic.expressions.expanded_size import check_size
from ...symbolic.expressions.reading import ONE, ZERO, Relation, located
from ...symbolic.game.definedness import NEGATED, Requirement, Supposed, message, requirements, undefined
from ...symbolic.game.game import Game, restricted
from ...symbolic.size_limits import DEFINEDNESS_EFFORT, MAXIMAL_CONDITIONAL_TERMS
from .language import Claim, Compare, Connective, Predicate, evaluate, predicates_of, relations_of

FALSE = Compare(Relation(ONE, "<", ZERO))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the domain, and the claim as it is looked at there.

    Attributes
    ----------
    guards : the relations that cut the part out of the domain, in an order in which each has a value
    game : the game with the guards among its assumptions
    claim : equivalent to the claim on this part; all its terms have a value there
    """

    guards: tuple[Relation, ...]
    game: Game
    claim: Claim


def looked_at(claim: Claim, before: tuple[Claim, ...] = ()) -> Iterator[tuple[Relation, tuple[Claim, ...]]]:
    """Every relation of a claim, left to right, with what holds wherever it is looked at.

    >>> from berknash.proofs.claims.language import read_claim
    >>> read = read_claim("p > q => (q > 1/2 or p < 1)", ["p", "q"], [])
    >>> [(str(relation), [str(claim) for claim in given]) for relation, given in looked_at(read)]
    [('p > q', []), ('q > 1/2', ['p > q']), ('p < 1', ['p > q', 'not q > 1/2'])]
    """
    match claim:
        case Compare(relation):
            yield relation, before
        case Connective("not", (part,)):
            yield from looked_at(part, before)
        case Connective("=>", (left, right)):
            yield from looked_at(left, before)
            yield from looked_at(right, (*before, left))
        case Connective("and" | "or" as word, parts):
            for part in parts:
                yield from looked_at(part, before)
                before = (*before, part if word == "and" else Connective("not", (part,)))
        case Connective(_, parts):
            for part in parts:
                yield from looked_at(part, before)
        case _:
            pass


def conditional_terms(game: Game, claim: Claim, *, where: str = "claim") -> tuple[Requirement, ...]:
    """The terms of a claim that have a value where they are looked at, but not on the whole domain; exact.

    Raises GameError, one line, for a term without a value somewhere where it is looked at, UndecidedError where that is
    not decided.

    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)", "q": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet"], "outcomes": ["win", "lose"], "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}}}}}})
    >>> from berknash.proofs.claims.language import read_claim
    >>> guarded = read_claim("p > q => log(p - q) < 0", ["p", "q"], [])
    >>> [str(asked.relation) for asked in conditional_terms(game, guarded)]
    ['p - q > 0']
    >>> conditional_terms(game, read_claim("log(p - q) < 0", ["p", "q"], []))
    Traceback (most recent call last):
        ...
    berknash.symbolic.errors.GameError: claim: log(p - q) is undefined at p = 1/2, q = 1/2, where p - q is not \
positive; put a relation before it that excludes this, as in HYPOTHESIS => CLAIM
    """
    for relation in relations_of(claim):
        with located(where):
            check_size(difference(relation))
    conditional: dict[Requirement, None] = {}
    settled: set[tuple[Requirement, tuple[Claim, ...]]] = set()
    for relation, before in looked_at(claim):
        for requirement in dict.fromkeys((*requirements(relation.left), *requirements(relation.right))):
            if (requirement, ()) in settled or (requirement, before) in settled:
                continue
            settled.add((requirement, before))
            if _is_total(game, requirement):
                settled.add((requirement, ()))
                continue
            _check(game, requirement, before, where)
            conditional[requirement] = None
    return tuple(conditional)


def vanishing_logarithms(game: Game, claim: Claim) -> tuple[Requirement, ...]:
    """The logarithms of a claim whose argument is nowhere negative on the domain, but vanishes where it is looked at.

    They lack a value on a thin set alone, as ``log(x**2)`` does at 0, where they go to minus infinity. Exact: that an
    argument is nowhere negative is proved. Raises UndecidedError where that is not decided.

    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"x": "(-1, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet"], "outcomes": ["win", "lose"], "truth": {"*": {"win": "1/2", "lose": "1/2"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}}}}}})
    >>> from berknash.proofs.claims.language import read_claim
    >>> [str(found.term) for found in vanishing_logarithms(game, read_claim("log(x**2) + log(x) > 0", ["x"], []))]
    ['log(x**2)']
    """
    found: dict[Requirement, None] = {}
    for relation, before in looked_at(claim):
        for asked in (*requirements(relation.left), *requirements(relation.right)):
            if asked.operator != ">" or requirements(asked.argument) or asked in found:
                continue
            if undefined(game.parameters, game.assume, asked, _supposed(before)) is None:
                continue
            if undefined(game.parameters, game.assume, replace(asked, operator=">=")) is None:
                found[asked] = None
    return tuple(found)


def _is_total(game: Game, requirement: Requirement) -> bool:
    """Whether the term is proved to have a value on the whole domain."""
    try:
        return undefined(game.parameters, game.assume, requirement) is None
    except UndecidedError:
        return False


def _check(game: Game, requirement: Requirement, before: tuple[Claim, ...], where: str) -> None:
    """Raises GameError where the term has no value at a place where it is looked at."""
    with located(where):
        found = undefined(game.parameters, game.assume, requirement, _supposed(before))
    if found is not None:
        remedy = "put a relation before it that excludes this, as in HYPOTHESIS => CLAIM"
        if any(predicates_of(part) for part in before):
            remedy += " (predicates about play do not count)"
        raise GameError(f"{where}: {message(requirement, found.place)}; {remedy}")


def _supposed(before: Sequence[Claim]) -> Supposed:
    """What holds where a term is looked at: single relations apart, as these are used in proofs of signs."""
    given: list[Relation] = []
    rest: list[Claim] = []
    waiting = [(claim, True) for claim in before]
    while waiting:
        claim, truth = waiting.pop(0)
        match claim:
            case Compare(relation):
                operator = relation.operator if truth else NEGATED[relation.operator]
                given.append(Relation(relation.left, operator, relation.right))
            case Connective("not", (part,)):
                waiting.append((part, not truth))
            case Connective("and", parts) if truth:
                waiting += [(part, True) for part in parts]
            case Connective("or", parts) if not truth:
                waiting += [(part, False) for part in parts]
            case Connective("=>", (left, right)) if not truth:
                waiting += [(left, True), (right, False)]
            case Predicate():
                pass
            case _:
                rest.append(claim if truth else Connective("not", (claim,)))
    if not rest:
        return Supposed(tuple(given))
    together = Connective("and", tuple(rest))

    def truth_of(value: Callable[[Relation], bool | None]) -> bool | None:
        return evaluate(together, lambda part: value(part.relation) if isinstance(part, Compare) else None)

    return Supposed(tuple(given), tuple(dict.fromkeys(relations_of(together))), truth_of)


def pieces(game: Game, claim: Claim, terms: Sequence[Requirement]) -> tuple[Piece, ...]:
    """The domain split by what the conditional terms ask for; parts that are proved empty are left out.

    Raises BudgetError for too many terms: their parts double in number with each.
    """
    if len(terms) > MAXIMAL_CONDITIONAL_TERMS:
        raise BudgetError(
            f"claim: {len(terms)} terms have a value under hypotheses only, more than {MAXIMAL_CONDITIONAL_TERMS}; "
            "split the claim, or put the hypotheses into assume"
        )
    found = [Piece((), game, claim)]
    for requirement in terms:
        parts: list[Piece] = []
        for piece in found:
            if not any(_holds_term(relation, requirement) for relation in relations_of(piece.claim)):
                parts.append(piece)
                continue
            for guard, inside in ((requirement.relation, piece.claim), (requirement.violation, None)):
                stands = inside if inside is not None else _without(piece.claim, requirement)
                part = Piece((*piece.guards, guard), restricted(piece.game, [guard]), stands)
                if not _is_empty(part.game):
                    parts.append(part)
        found = parts
    return tuple(found)


def _holds_term(relation: Relation, requirement: Requirement) -> bool:
    return requirement in (*requirements(relation.left), *requirements(relation.right))


def _without(claim: Claim, requirement: Requirement) -> Claim:
    """The claim with a false relation in place of each that holds the term."""
    match claim:
        case Compare(relation):
            return FALSE if _holds_term(relation, requirement) else claim
        case Connective(word, parts):
            return Connective(word, tuple(_without(part, requirement) for part in parts))
        case _:
            return claim


def _is_empty(game: Game) -> bool:
    """Whether the domain is proved to be empty: a relation is false of two constants, or they exclude each other."""
    domain = Domain(game.parameters, game.assume, Effort(DEFINEDNESS_EFFORT))
    for relation in game.assume:
        value = domain.element(difference(relation)).rational()
        if value is not None and (value > 0) - (value < 0) not in SIGNS_OF[relation.operator]:
            return True
    return domain.proved_empty()


def joined(found: Sequence[tuple[Piece, Condition]]) -> Condition:
    """The condition that holds on each piece where its own does; guards come first, so that each term has a value."""
    conditions = {condition for _, condition in found}
    if len(conditions) == 1 and not any(holds_partial_terms(part) for c in conditions for part in c.alternatives):
        return conditions.pop()
    return Condition(
        tuple((*piece.guards, *alternative) for piece, condition in found for alternative in condition.alternatives)
    )


def holds_partial_terms(relations: Sequence[Relation]) -> bool:
    """Whether a term in the relations asks for something to have a value."""
    return any(requirements(side) for relation in relations for side in (relation.left, relation.right))
