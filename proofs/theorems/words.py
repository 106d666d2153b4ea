"""Claims as sentences: relations as formulas, predicates in the words of the theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...symbolic.expressions import Relation, read_expression
from ..check import SIGNS_OF
from ..claims import Claim, Compare, Connective, Predicate
from ..report.blocks import Inline, Part
from ..report.formulas import conjunction_parts, relation_markup, set_markup
from ..report.markup import Markup, Name, Notation, row

OF_ACTION = {
    "equilibrium": "a Berk–Nash equilibrium",
    "unique": "the only Berk–Nash equilibrium",
    "rationalizable": "rationalizable",
    "strict": "locked in",
}
OF_SET = {
    "equilibrium_support": "the support of an equilibrium is",
    "unique_support": "the support of every equilibrium is",
    "rationalizable_only": "the rationalizable set is",
    "absorbing": "an absorbing set is",
    "closed": "a minimal closed set is",
}
_NOT_OF_SET = {
    "equilibrium_support": "no equilibrium has the support",
    "unique_support": "not every equilibrium has the support",
    "rationalizable_only": "the rationalizable set is not",
    "absorbing": "no absorbing set is",
    "closed": "no minimal closed set is",
}


def claim_of(lists: Sequence[Any]) -> Claim:
    """The claim of a certificate, from its nested lists.

    >>> print(claim_of(["=>", [">", "p", "1/2"], ["unique", "safe"]]))
    p > 1/2 => unique(safe)
    """
    word, *parts = lists
    if word in SIGNS_OF:
        left, right = (read_expression(part, None, where="claim") for part in parts)
        return Compare(Relation(left, word, right))
    if word in ("and", "or", "not", "=>", "iff"):
        return Connective(word, tuple(map(claim_of, parts)))
    return Predicate(word, tuple(parts))


def claim_inline(claim: Claim, notation: Notation) -> Inline:
    """A claim as running text with formulas.

    >>> [part for part in claim_inline(claim_of(["not", ["closed", "a", "b"]]), Notation())][0]
    'no minimal closed set is '
    """
    return tuple(_claim(claim, notation))


def _claim(claim: Claim, notation: Notation) -> list[Part]:
    match claim:
        case Compare(relation):
            return [relation_markup(relation, notation)]
        case Predicate(name, arguments):
            return _predicate(name, arguments, notation)
        case Connective("not", (Predicate(name, arguments),)) if name in OF_ACTION:
            return [Name(arguments[0]), f" is not {OF_ACTION[name]}"]
        case Connective("not", (Predicate(name, arguments),)) if name in _NOT_OF_SET:
            return [f"{_NOT_OF_SET[name]} ", set_markup(arguments)]
        case Connective("not", (part,)):
            return ["not (", *_claim(part, notation), ")"]
        case Connective("=>", (left, right)):
            return ["if ", *_claim(left, notation), ", then ", *_claim(right, notation)]
        case Connective("and", parts) if all(isinstance(part, Compare) for part in parts):
            pieces = conjunction_parts([part.relation for part in parts if isinstance(part, Compare)], notation)
            return _joined([[piece] for piece in pieces], "and")
        case Connective("iff", (left, right)):
            return [*_bracketed(left, notation), " if and only if ", *_bracketed(right, notation)]
        case Connective(word, parts):
            return _joined([_bracketed(part, notation) for part in parts], word)
    raise TypeError(f"not a claim: {claim!r}")


def _bracketed(claim: Claim, notation: Notation) -> list[Part]:
    inner = _claim(claim, notation)
    plain = not isinstance(claim, Connective) or claim.word == "not"
    return inner if plain else ["(", *inner, ")"]


def _joined(pieces: Sequence[list[Part]], word: str) -> list[Part]:
    found: list[Part] = []
    for place, piece in enumerate(pieces):
        if place:
            found.append(f" {word} " if place == len(pieces) - 1 else ", ")
        found += piece
    return found


def _predicate(name: str, arguments: Sequence[str], notation: Notation) -> list[Part]:
    if name == "independent_of":
        return ["the structure does not depend on ", notation.letter(arguments[0])]
    if name in OF_ACTION:
        return [Name(arguments[0]), f" is {OF_ACTION[name]}"]
    if name == "cycle":
        return ["play cycles ", path_markup(arguments)]
    if name in OF_SET:
        return [f"{OF_SET[name]} ", set_markup(arguments)]
    return [f"{name}(", set_markup(arguments), ")"]


def path_markup(actions: Sequence[str]) -> Markup:
    """A cycle of actions, back to where it starts."""
    items: list[Markup | str] = []
    for action in (*actions, actions[0]):
        items += ["to", Name(action)] if items else [Name(action)]
    return row(*items)
