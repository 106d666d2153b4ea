"""The predicates of claims, asked of a structure that is known in part; and what they cannot mean."""

from __future__ import annotations

import pytest
from test_player_families_free import neglect, sellers

from berknash import when
from berknash.proofs.claims.language import read_claim
from berknash.proofs.claims.predicates import NameSets, holds
from berknash.symbolic.errors import GameError
from berknash.symbolic.expressions.reading import Relation


class Partial:
    """b is the only equilibrium, is strict and the only absorbing node; what starts at c is not known."""

    def reason(self) -> str:
        return "what starts at c is not known"

    def relation(self, relation: Relation) -> bool:
        return str(relation) == "p > 1/2"

    def independent_of(self, parameter: str) -> bool:
        return parameter == "p"

    def has_support(self, sets: NameSets) -> bool | None:
        return None if sets == (("c",),) else sets == (("b",),)

    has_only_support = is_strict = is_rationalizable_set = is_closed = has_support

    def is_rationalizable(self, sets: NameSets) -> bool | None:
        return set(sets[0]) <= {"a", "b"} or None

    def is_absorbing(self, nodes: tuple[str, ...]) -> bool | None:
        return nodes == ("a", "b")

    def is_edge(self, start: str, end: str) -> bool | None:
        return None if start == "c" else (start, end) in {("a", "b"), ("b", "a"), ("b", "c")}


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        ("p > 1/2", True),
        ("p > 1/3", False),
        ("independent_of(p)", True),
        ("independent_of(q)", False),
        ("equilibrium(b)", True),
        ("equilibrium(c)", None),
        ("unique(a)", False),
        ("strict(b)", True),
        ("closed(b)", True),
        ("rationalizable(c)", None),
        ("rationalizable(a)", True),
        ("absorbing(b, a)", True),
        ("absorbing(a)", False),
        ("cycle(a, b)", True),
        ("cycle(b, a)", True),
        ("cycle(b, c)", None),
        # One edge that is missing is enough, whatever is not known of the others.
        ("cycle(a, c)", False),
        ("cycle(a, c, b)", False),
    ],
)
def test_a_predicate_is_true_false_or_open(claim: str, truth: bool | None) -> None:
    assert holds(read_claim(claim, ["p", "q"], ["a", "b", "c"]), Partial()) is truth


def test_plans_that_are_no_support_are_refused_whatever_the_models() -> None:
    """Go always, or never: whoever mixes these two plans by behaviour also goes after one signal alone."""
    with pytest.raises(GameError, match="no strategy has these plans for its support"):
        when(neglect(), 'equilibrium_support("plus:go|minus:go", "plus:stay|minus:stay")')
    with pytest.raises(GameError, match="product of sets"):
        when(sellers(), 'closed("3,3", "4,4")')


def test_what_is_undecided_is_named_and_does_not_hide_what_is_known() -> None:
    """Both sellers mix at k = 14 alone."""
    game, both = sellers(), 'equilibrium_support("3,3", "3,4", "4,3", "4,4")'
    assert str(when(game, both)) == "k == 14"
    assert str(when(game, f"k < 13 => not {both}")) == "always"
    assert str(when(game, 'unique("3,4")')) == "never"
