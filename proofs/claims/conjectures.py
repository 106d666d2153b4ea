"""Theorems that the phase decomposition suggests, to be proved: what holds in each phase, and what holds everywhere.

For each phase and stratum: its condition implies its structure, written in the claim language. Taken together with
the exact decomposition these theorems say everything about the structure of the game.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.undecided import attempt
from ...symbolic.results.diagram import PhaseDiagram
from ...symbolic.results.phase import Phase
from ...symbolic.results.structure import Structure
from ..search.prover import Answer, Limits, Undecided
from .language import Claim, Compare, Connective, Predicate
from .prove import prove

Set = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theorem:
    """A claim about a game, where it comes from, and the answer once it was tried."""

    name: str
    claim: Claim
    answer: Answer | None = None


def phase_theorem(phase: Phase, actions: Sequence[str]) -> Claim:
    """``condition => structure`` of a phase or stratum."""
    conclusion = structure_claim(phase.structure, actions)
    hypothesis = condition_claim(phase.condition)
    return conclusion if hypothesis is None else Connective("=>", (hypothesis, conclusion))


def condition_claim(condition: Condition) -> Claim | None:
    """The condition of a phase as a claim; None where it always holds."""
    if condition.is_always():
        return None
    parts: list[Claim] = [
        _joined("and", [Compare(relation) for relation in alternative]) for alternative in condition.alternatives
    ]
    return _joined("or", parts)


def structure_claim(structure: Structure, actions: Sequence[str]) -> Claim:
    """The whole structure of a decision problem in the claim language: every equilibrium support and no other, and
    so on."""

    def about(predicate: str, chosen: Set) -> Claim:
        return Predicate(predicate, chosen)

    place = {action: k for k, action in enumerate(actions)}
    supports = {component.support[0][0][1] for component in structure.supports}
    carried = sorted(supports, key=lambda s: (len(s), [place[action] for action in s]))
    assert structure.rationalizable is not None
    parts: list[Claim] = []
    if len(carried) == 1:
        parts.append(about("unique" if len(carried[0]) == 1 else "unique_support", carried[0]))
    else:
        for support in _subsets(actions):
            claim = about("equilibrium_support" if len(support) > 1 else "equilibrium", support)
            parts.append(claim if support in carried else Connective("not", (claim,)))
    parts.append(about("rationalizable_only", structure.rationalizable[0]))
    parts += [about("strict" if len(chosen) == 1 else "absorbing", chosen) for chosen in structure.absorbing]
    parts += [about("closed", chosen) for (chosen,) in structure.closed]
    parts += [about("cycle", chosen) for chosen in structure.cycles]
    return _joined("and", parts)


def phase_theorems(diagram: PhaseDiagram, limits: Limits | None = None) -> tuple[Theorem, ...]:
    """All phases and strata of a diagram as theorems, each tried: proved with a certificate, or not."""
    (player,) = diagram.game.players
    theorems = []
    for kind, pieces in (("phase", diagram.phases), ("stratum", diagram.strata)):
        for piece in pieces:
            claim = phase_theorem(piece, player.actions)
            # What proofs do not cover is a theorem without a proof, with the reason.
            answer, reason = attempt(partial(prove, diagram.game, claim, limits))
            theorems.append(Theorem(f"{kind} {piece.name}", claim, answer or Undecided(reason)))
    return tuple(theorems)


def _joined(word: str, parts: list[Claim]) -> Claim:
    return parts[0] if len(parts) == 1 else Connective(word, tuple(parts))


def _subsets(actions: Sequence[str]) -> list[Set]:
    return [chosen for size in range(1, len(actions) + 1) for chosen in combinations(actions, size)]
