"""Exploring a game: simple claims ranked by where they hold.

Predicates of the claim language about single actions, and about the mixed supports and cycles that occur somewhere, are
tried on every phase and stratum. A claim holds *everywhere*, everywhere *except on boundaries* (it fails on strata
only), or is a *near miss* (it fails in a single phase); each failure comes with an exact point. The phases themselves,
as theorems, are in `proofs.conjectures`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..symbolic.game import Game
from ..symbolic.phases import Phase, PhaseDiagram, phases
from ..symbolic.structure import Structure

EVERYWHERE = "everywhere"
EXCEPT_BOUNDARIES = "everywhere except on boundaries"
NEAR_MISS = "in all phases but one"
_RANK = {EVERYWHERE: 0, EXCEPT_BOUNDARIES: 1, NEAR_MISS: 2}


@dataclass(frozen=True, slots=True)
class Conjecture:
    """A claim and where it holds.

    Attributes
    ----------
    claim : in the claim language
    holds : `EVERYWHERE`, `EXCEPT_BOUNDARIES` or `NEAR_MISS`
    fails_at : condition and exact sample of every phase or stratum where it fails
    """

    claim: str
    holds: str
    fails_at: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def __str__(self) -> str:
        text = f"{self.claim}: {self.holds}"
        for condition, sample in self.fails_at:
            text += f"\n  fails if {condition}, at " + ", ".join(f"{n} = {v}" for n, v in sample)
        return text

    def to_json(self) -> dict[str, Any]:
        """A document."""
        return {
            "claim": self.claim,
            "holds": self.holds,
            "fails_at": [{"condition": c, "sample": dict(s)} for c, s in self.fails_at],
        }


def conjectures(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
) -> tuple[Conjecture, ...]:
    """The simple claims about a finite one-agent game that hold everywhere or almost, ranked.

    Derived from the exact phase diagram (parameters as in `berknash.phases`); `berknash.prove` certifies each.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> for conjecture in conjectures(game)[:2]:
    ...     print(conjecture)
    not cycle(bet, pass): everywhere except on boundaries
      fails if p == 1/2, at p = 1/2
    not equilibrium_support(bet, pass): everywhere except on boundaries
      fails if p == 1/2, at p = 1/2
    """
    return ranked(phases(game, over, at))


def ranked(diagram: PhaseDiagram) -> tuple[Conjecture, ...]:
    """The same for a diagram at hand."""
    found = []
    for claim, test in _claims(diagram):
        for negated in (False, True):
            failing = [p for p in diagram.phases if test(p.structure) == negated]
            thin = [p for p in diagram.strata if test(p.structure) == negated]
            text = f"not {claim}" if negated else claim
            if not failing:
                found.append(Conjecture(text, EXCEPT_BOUNDARIES if thin else EVERYWHERE, _points(thin)))
            elif len(failing) == 1 < len(diagram.phases) - 1:
                found.append(Conjecture(text, NEAR_MISS, _points([*failing, *thin])))
    return tuple(sorted(found, key=lambda c: (_RANK[c.holds], len(c.fails_at), c.claim)))


def _points(pieces: Sequence[Phase]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple((str(p.condition), p.sample) for p in pieces)


def _claims(diagram: PhaseDiagram) -> list[tuple[str, Callable[[Structure], bool]]]:
    """Claims with their truth on a structure; sets and cycles only where they occur somewhere."""
    actions = diagram.table.tables.actions
    pieces = (*diagram.phases, *diagram.strata)

    def listed(indices: Sequence[int]) -> str:
        return ", ".join(actions[i] for i in indices)

    claims: list[tuple[str, Callable[[Structure], bool]]] = []
    for a in range(len(actions)):
        claims += [
            (f"equilibrium({actions[a]})", lambda s, a=a: any(x == (a,) for x, _ in s.supports)),  # type: ignore[misc]
            (f"unique({actions[a]})", lambda s, a=a: {x for x, _ in s.supports} == {(a,)}),  # type: ignore[misc]
            (f"rationalizable({actions[a]})", lambda s, a=a: a in s.rationalizable),  # type: ignore[misc]
            (f"strict({actions[a]})", lambda s, a=a: [e for e in s.edges if e[0] == a] == [(a, a)]),  # type: ignore[misc]
        ]
    mixed = sorted({x for p in pieces for x, _ in p.structure.supports if len(x) > 1})
    for support in mixed:
        claims.append(
            (
                f"equilibrium_support({listed(support)})",
                lambda s, support=support: any(x == support for x, _ in s.supports),  # type: ignore[misc]
            )
        )
    for cycle in sorted({c for p in pieces for c in p.structure.cycles}):
        claims.append((f"cycle({listed(cycle)})", lambda s, cycle=cycle: cycle in s.cycles))  # type: ignore[misc]
    return claims
