"""What claims ask about profiles of plans, read off the signs that decide a finite strategic form
(`predicates.Situation`).
"""

from __future__ import annotations

from itertools import product

from ...symbolic.combinatorics.dynamics import absorbing_sets
from ...symbolic.combinatorics.profiles import PlayersProblem
from ...symbolic.combinatorics.shape import Sets
from ...symbolic.engines.finite.quadratic import findings
from ...symbolic.errors import NotSupportedError
from ...symbolic.expressions.reading import Relation
from ...symbolic.forms.minors import PlayersTable
from .from_signs import Gaps, relation_holds
from .predicates import NameSets


class ProfileSigns:
    """A strategic form where the signs of minors are given; nodes are its profiles of plans."""

    def __init__(self, table: PlayersTable, gaps: Gaps, problem: PlayersProblem) -> None:
        self.table, self.gaps, self.problem = table, gaps, problem

    def _chosen(self, sets: NameSets) -> Sets:
        plans = [{p.plan_name(k): k for k in range(len(p.plans))} for p in self.table.form.players]
        return tuple(tuple(sorted(known[n] for n in own)) for known, own in zip(plans, sets, strict=True))

    def _node(self, name: str) -> int:
        profile = self._chosen(tuple((plan,) for plan in name.split(",")))
        return self.problem.shape.profiles.index(tuple(plan for (plan,) in profile))

    def relation(self, relation: Relation) -> bool:
        return relation_holds(self.problem, self.gaps, relation)

    def independent_of(self, parameter: str) -> bool:
        raise NotSupportedError("independent_of is not covered with signals or several players")

    def reason(self) -> str:
        return (
            "the claim rests on mixed equilibria that solve polynomial systems, neither linear nor quadratic, for some "
            "parameters; fix parameters with --at"
        )

    def has_support(self, sets: NameSets) -> bool | None:
        return self._carries(self._chosen(sets))

    def has_only_support(self, sets: NameSets) -> bool | None:
        chosen, known = self._chosen(sets), True
        for own in product(*self.problem.shape.supports):
            carries = self._carries(own)
            if carries is None:
                known = False
            elif carries != (own == chosen):
                return False
        return True if known else None

    def _carries(self, supports: Sets) -> bool | None:
        """Whether equilibria have these supports; None where they would solve systems beyond those that are solved."""
        found = findings(self.table, self.problem, supports)
        return True if any(not f.open for f in found) else None if found else False

    def is_strict(self, sets: NameSets) -> bool:
        chosen = self._chosen(sets)
        return self.problem.replies_at(tuple(plan for (plan,) in chosen)) == chosen

    def is_rationalizable(self, sets: NameSets) -> bool:
        kept = self.problem.rationalizable_rounds()[-1]
        return all(set(own) <= set(there) for own, there in zip(self._chosen(sets), kept, strict=True))

    def is_rationalizable_set(self, sets: NameSets) -> bool:
        return self.problem.rationalizable_rounds()[-1] == self._chosen(sets)

    def is_absorbing(self, nodes: tuple[str, ...]) -> bool:
        every = tuple(range(len(self.problem.shape.profiles)))
        return tuple(sorted(map(self._node, nodes))) in absorbing_sets(every, self.problem.edges)

    def is_closed(self, sets: NameSets) -> bool:
        return self._chosen(sets) in self.problem.minimal_closed_sets()

    def is_edge(self, start: str, end: str) -> bool:
        return (self._node(start), self._node(end)) in self.problem.edges
