"""What claims ask, read off the answer to a game (`predicates.Situation`).

A solution says under which condition each equilibrium, transition and set exists, and what it leaves undecided; on a
cell of the signs of these conditions each of them holds or not. What a solution lists is there even where there may be
more of its kind; what it does not list is absent only where nothing that could be it is left undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...symbolic.cells.cases import Case
from ...symbolic.cells.undecided import Undecided
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.errors import NotSupportedError
from ...symbolic.expressions.reading import Relation
from ...symbolic.results.solution import Solution
from ...symbolic.results.structure import support_names
from ...symbolic.solving.condition_signs import ConditionSigns
from .predicates import NameSets, by_signal


class AnswerOnCell:
    """What a solution says where the atoms of its conditions have the signs of a problem."""

    def __init__(self, solution: Solution, signs: ConditionSigns, problem: Problem) -> None:
        self.solution, self.signs, self.problem = solution, signs, problem
        self.of_several = not solution.is_plain
        self._reason = ""

    def reason(self) -> str:
        return self._reason

    def relation(self, relation: Relation) -> bool:
        return self.signs.relation(self.problem, relation)

    def independent_of(self, parameter: str) -> bool:
        kind = "families and several players" if self.of_several else "continuous families of models"
        raise NotSupportedError(f"independent_of is not covered with {kind}")

    def has_support(self, sets: NameSets) -> bool | None:
        support = self._support(sets)
        return support in self._supports() or self._absent(lambda e: (e.what, e.names) == ("equilibria", support))

    def has_only_support(self, sets: NameSets) -> bool | None:
        support, supports = self._support(sets), self._supports()
        if supports - {support}:
            return False
        further = self._absent(lambda e: e.what == "equilibria" and e.names not in supports)
        return None if further is None else supports == {support}

    def is_strict(self, sets: NameSets) -> bool | None:
        support, node = self._support(sets), ",".join(plan for (plan,) in sets)

        def may_be(entry: Undecided) -> bool:
            if entry.what == "equilibria":
                return entry.names == support
            return entry.what == "transitions" or (entry.what == "transition" and entry.names[0] == node)

        return support in self._supports(strict=True) or self._absent(may_be)

    def is_rationalizable(self, sets: NameSets) -> bool | None:
        return self._kept(lambda kept: all(set(own) <= set(there) for own, there in zip(sets, kept, strict=True)))

    def is_rationalizable_set(self, sets: NameSets) -> bool | None:
        return self._kept(lambda kept: kept == sets)

    def is_absorbing(self, nodes: tuple[str, ...]) -> bool | None:
        listed = (tuple(sorted(found)) for found in self._values(self.solution.absorbing))
        return nodes in listed or self._absent(lambda e: e.what == "absorbing")

    def is_closed(self, sets: NameSets) -> bool | None:
        listed = map(self._by_player, self._values(self.solution.closed))
        return sets in listed or self._absent(lambda e: e.what == "closed")

    def is_edge(self, start: str, end: str) -> bool | None:
        def may_be(entry: Undecided) -> bool:
            return entry.what == "transitions" or (entry.what, entry.names) == ("transition", (start, end))

        return (start, end) in self._values(self.solution.transitions) or self._absent(may_be)

    def _kept(self, asked: Callable[[NameSets], bool]) -> bool | None:
        """What is asked of the rationalizable set; None where it is not known."""
        kept = self._values(self.solution.rationalizable)
        listed = len(kept) == 1 and asked(self._by_player(kept[0]))
        known = listed or self._absent(lambda e: e.what == "rationalizable")
        return known if len(kept) == 1 else None

    def _absent(self, may_be: Callable[[Undecided], bool]) -> bool | None:
        """False for what is not listed; None, and the reason kept, where an open question may be about it."""
        for entry in map(self._as_undecided, self.solution.undecided):
            if may_be(entry) and (entry.where is None or self.signs.holds(self.problem, entry.where)):
                self._reason = self._reason or f"the claim rests on what the solution leaves undecided: {entry}"
                return None
        return False

    def _values(self, cases: Sequence[Case[Any]]) -> tuple[Any, ...]:
        return self.signs.values(self.problem, cases)

    def _supports(self, strict: bool = False) -> set[tuple[str, ...]]:
        """The supports of the equilibria, or of those that are strict, as open questions name them."""
        return {
            self._named(e.support)
            for e in self.solution.equilibria
            if (e.strict or not strict) and self.signs.holds(self.problem, e.condition)
        }

    def _by_player(self, value: NameSets) -> NameSets:
        return tuple(tuple(sorted(own)) for own in value)

    # Open questions name supports of one agent by action, of several by player and signal.

    def _named(self, support: Any) -> tuple[str, ...]:
        return support_names(self.solution.players, support) if self.of_several else support

    def _support(self, sets: NameSets) -> tuple[str, ...]:
        if not self.of_several:
            return sets[0]
        signals = [player.signals or ("",) for player in self.solution.game.players]
        return self._named([list(zip(s, by_signal(own), strict=True)) for s, own in zip(signals, sets, strict=True)])

    def _as_undecided(self, entry: Undecided) -> Undecided:
        if not entry.supports:
            return entry
        return Undecided(entry.what, self._named(entry.support), entry.reason, entry.where)
