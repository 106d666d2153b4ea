"""Claims as sentences: relations as formulas, predicates in the words of the theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...symbolic.expressions.reading import Relation, read_expression
from ..check import SIGNS_OF
from ..claims.language import AtEquilibria, Claim, Compare, Connective, Predicate
from ..typeset.blocks import Inline, Part
from ..typeset.formulas import conjunction_parts, relation_markup, set_markup
from ..typeset.markup import Markup, Name, Notation, row

OF_ACTION = {
    "equilibrium": "a Berk–Nash equilibrium",
    "unique": "the only Berk–Nash equilibrium",
    "rationalizable": "rationalizable",
    "strict": "locked in",
}
SET_OF = {
    "equilibrium_support": ("the support of an equilibrium is", "no equilibrium has the support"),
    "unique_support": ("the support of every equilibrium is", "not every equilibrium has the support"),
    "rationalizable_only": ("the rationalizable set is", "the rationalizable set is not"),
}
OF_SET = {"absorbing": "absorbing", "closed": "a minimal closed set"}


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

    >>> claim_inline(claim_of(["not", ["closed", "a", "b"]]), Notation())[-1]
    ' is not a minimal closed set'
    """
    return tuple(_claim(claim, notation))


def _claim(claim: Claim, notation: Notation) -> list[Part]:
    match claim:
        case Compare(relation):
            return [relation_markup(relation, notation)]
        case Predicate(name, arguments):
            return _predicate(name, arguments, notation)
        case AtEquilibria((), inside):
            return ["at every equilibrium, ", *_claim(inside, notation)]
        case AtEquilibria(arguments, inside):
            return ["at every equilibrium with support ", set_markup(arguments), ", ", *_claim(inside, notation)]
        case Connective("not", (Predicate(name, arguments),)) if name in OF_ACTION:
            return [Name(arguments[0]), f" is not {OF_ACTION[name]}"]
        case Connective("not", (Predicate(name, arguments),)) if name in OF_SET:
            return [set_markup(arguments), f" is not {OF_SET[name]}"]
        case Connective("not", (Predicate(name, arguments),)) if name in SET_OF:
            return [f"{SET_OF[name][1]} ", set_markup(arguments)]
        case Connective("not", (part,)):
            return ["not (", *_claim(part, notation), ")"]
        case Connective("=>", (left, right)):
            nested = isinstance(left, Connective) and left.word in ("=>", "iff")
            given = _bracketed(left, notation) if nested else _claim(left, notation)
            return ["if ", *given, ", then ", *_claim(right, notation)]
        case Connective("and", parts) if all(isinstance(part, Compare) for part in parts):
            pieces = conjunction_parts([part.relation for part in parts if isinstance(part, Compare)], notation)
            return joined_words([[piece] for piece in pieces], "and")
        case Connective("iff", (left, right)):
            return [*_bracketed(left, notation), " if and only if ", *_bracketed(right, notation)]
        case Connective(word, parts):
            return joined_words([_bracketed(part, notation) for part in parts], word)
    raise TypeError(f"not a claim: {claim!r}")


def _bracketed(claim: Claim, notation: Notation) -> list[Part]:
    inner = _claim(claim, notation)
    plain = not isinstance(claim, Connective | AtEquilibria) or (isinstance(claim, Connective) and claim.word == "not")
    return inner if plain else ["(", *inner, ")"]


def joined_words(pieces: Sequence[list[Part]], word: str) -> list[Part]:
    """Pieces separated by commas, and by the word before the last.

    >>> joined_words([["a"], ["b"], ["c"]], "or")
    ['a', ', ', 'b', ' or ', 'c']
    """
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
        return [set_markup(arguments), f" is {OF_SET[name]}"]
    if name in SET_OF:
        return [f"{SET_OF[name][0]} ", set_markup(arguments)]
    return [f"{name}(", set_markup(arguments), ")"]


def path_markup(actions: Sequence[str]) -> Markup:
    """A cycle of actions, back to where it starts."""
    items: list[Markup | str] = []
    for action in (*actions, actions[0]):
        items += ["to", Name(action)] if items else [Name(action)]
    return row(*items)
