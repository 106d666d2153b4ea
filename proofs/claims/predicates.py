"""The truth of the parts of a claim: each predicate once, whatever the kind of game.

A claim is asked of a `Situation`: a game all whose signs that matter are given, or the part of an answer that holds
there. One agent is one player, an action his plan; a set that is asked about is a product of sets of plans, one of each
player. What a situation leaves open is None, never taken for a no.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import prod
from typing import Protocol

from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import Relation
from .language import Claim, Compare, Predicate, predicates_of, read_claim

NameSets = tuple[tuple[str, ...], ...]
"""Plans of each player by name, sorted."""

_PRODUCTS = ("equilibrium_support", "unique_support", "rationalizable_only", "closed")


class Situation(Protocol):
    """What a claim may ask; nodes of the transition graph are actions or profiles of plans, by name."""

    def reason(self) -> str:
        """Why something that was asked is open."""

    def relation(self, relation: Relation) -> bool:
        """Whether a relation between parameters holds."""

    def independent_of(self, parameter: str) -> bool:
        """Whether no other value of a parameter gives another structure, the others being equal."""

    def has_support(self, sets: NameSets) -> bool | None:
        """Whether some equilibrium has exactly these supports."""

    def has_only_support(self, sets: NameSets) -> bool | None:
        """Whether equilibria exist, all with exactly these supports."""

    def is_strict(self, sets: NameSets) -> bool | None:
        """Whether one profile of plans is the only best reply to all beliefs on its best fits."""

    def is_rationalizable(self, sets: NameSets) -> bool | None:
        """Whether the rationalizable set holds these plans."""

    def is_rationalizable_set(self, sets: NameSets) -> bool | None:
        """Whether these plans are the rationalizable set."""

    def is_absorbing(self, nodes: tuple[str, ...]) -> bool | None:
        """Whether nodes, sorted, are a sink component of the transition graph."""

    def is_closed(self, sets: NameSets) -> bool | None:
        """Whether a product set is a minimal closed set."""

    def is_edge(self, start: str, end: str) -> bool | None:
        """Whether the transition graph has an edge."""


def holds(part: Claim, situation: Situation) -> bool | None:
    """The truth of a relation or predicate in a situation; raises GameError for an unknown predicate."""
    if isinstance(part, Compare):
        return situation.relation(part.relation)
    assert isinstance(part, Predicate)
    nodes = part.arguments
    if part.name == "independent_of":
        return situation.independent_of(nodes[0])
    sets = sets_of(nodes)
    match part.name:
        case "equilibrium" | "equilibrium_support":
            return situation.has_support(sets)
        case "unique" | "unique_support":
            return situation.has_only_support(sets)
        case "rationalizable":
            return situation.is_rationalizable(sets)
        case "rationalizable_only":
            return situation.is_rationalizable_set(sets)
        case "strict":
            return situation.is_strict(sets)
        case "absorbing":
            return situation.is_absorbing(tuple(sorted(nodes)))
        case "closed":
            return situation.is_closed(sets)
        case "cycle":
            edges = [situation.is_edge(*step) for step in zip(nodes, (*nodes[1:], nodes[0]), strict=True)]
            return False if False in edges else None if None in edges else True
    raise GameError(f"claim: unknown predicate {part.name}")


def sets_of(nodes: Sequence[str]) -> NameSets:
    """The plans that occur in nodes, by player.

    >>> sets_of(["up,left", "down,left"])
    (('down', 'up'), ('left',))
    """
    return tuple(tuple(sorted(set(own))) for own in zip(*(node.split(",") for node in nodes), strict=True))


def by_signal(plans: Sequence[str]) -> NameSets:
    """The actions of some plans after each signal; without signals in one set.

    >>> by_signal(["plus:high|minus:low", "plus:high|minus:high"])
    (('high',), ('high', 'low'))
    """
    acts = ([part.rpartition(":")[2] for part in plan.split("|")] for plan in plans)
    return tuple(tuple(sorted(set(own))) for own in zip(*acts, strict=True))


def readable_claim(text: str | Claim, parameters: Collection[str], nodes: Collection[str]) -> Claim:
    """The claim that a text says about these parameters and nodes.

    Raises GameError for a set that is no product where a product is meant, or no support of a strategy where a support
    is.
    """
    claim = read_claim(text, parameters, nodes)
    for predicate in predicates_of(claim):
        if predicate.name == "independent_of":
            continue
        sets = sets_of(predicate.arguments)
        if predicate.name in _PRODUCTS and prod(map(len, sets)) != len(predicate.arguments):
            raise GameError(f"claim: {predicate} is about a product of sets; list every profile of it")
        if predicate.name.endswith("_support") and any(prod(map(len, by_signal(own))) != len(own) for own in sets):
            raise GameError(f"claim: {predicate}: no strategy has these plans for its support; add those in between")
    return claim
