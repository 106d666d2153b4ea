"""Theorems that the phase decomposition suggests, to be proved: what holds in each phase, and what holds everywhere.

For each phase and stratum: its condition implies its structure, written in the claim language. Taken together with
the exact decomposition these theorems say everything about the structure of the game.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product

from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.undecided import attempt
from ...symbolic.game.game import Game
from ...symbolic.results.diagram import PhaseDiagram, profile_names
from ...symbolic.results.phase import Phase
from ...symbolic.results.structure import Play, Structure
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


def phase_theorem(phase: Phase, game: Game) -> Claim:
    """``condition => structure`` of a phase or stratum of the game."""
    conclusion = structure_claim(phase.structure, game)
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


def structure_claim(structure: Structure, game: Game) -> Claim:
    """The whole structure in the claim language: every equilibrium support and no other, and so on.

    Of what the structure leaves open nothing is claimed.
    """
    nodes = profile_names(game)
    place = {node: k for k, node in enumerate(nodes)}

    def about(predicate: str, chosen: Iterable[str]) -> Claim:
        return Predicate(predicate, tuple(chosen))

    def carried(support: Play, alone: str, several: str) -> Claim:
        chosen = profiles_of_play(support)
        return about(several if len(chosen) > 1 else alone, sorted(chosen, key=place.__getitem__))

    supports = sorted(
        dict.fromkeys(component.support for component in structure.supports),
        key=lambda play: (len(profiles_of_play(play)), [place[node] for node in profiles_of_play(play)]),
    )
    parts: list[Claim] = []
    if structure.open_supports or any(what == "equilibria" for what, _ in structure.undecided):
        parts += [carried(support, "equilibrium", "equilibrium_support") for support in supports]
    elif len(supports) == 1:
        parts.append(carried(supports[0], "unique", "unique_support"))
    else:
        for support in _every_support(game):
            claim = carried(support, "equilibrium", "equilibrium_support")
            parts.append(claim if support in supports else Connective("not", (claim,)))
    if structure.rationalizable is not None:
        parts.append(about("rationalizable_only", profiles_of_sets(structure.rationalizable)))
    parts += [about("strict" if len(chosen) == 1 else "absorbing", chosen) for chosen in structure.absorbing]
    parts += [about("closed", profiles_of_sets(chosen)) for chosen in structure.closed]
    parts += [about("cycle", chosen) for chosen in structure.cycles]
    return _joined("and", parts)


def profiles_of_play(play: Play) -> tuple[str, ...]:
    """The profiles that play with this support may show.

    >>> profiles_of_play(((("", ("a", "b")),), (("plus", ("c",)), ("minus", ("d",)))))
    ('a,plus:c|minus:d', 'b,plus:c|minus:d')
    """
    return profiles_of_sets([
        tuple("|".join(chosen) for chosen in product(*([f"{s}:{a}" if s else a for a in acts] for s, acts in own)))
        for own in play
    ])  # fmt: skip


def profiles_of_sets(sets: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The profiles of a product of sets of plans."""
    return tuple(",".join(chosen) for chosen in product(*sets))


def _every_support(game: Game) -> list[Play]:
    """All supports that strategies of the game may have, small ones first."""
    slots = [(p, signal) for p in game.players for signal in p.signals or ("",)]
    found: list[Play] = []
    for chosen in product(*(_subsets(player.actions) for player, _ in slots)):
        acts = {(player.name, signal): own for (player, signal), own in zip(slots, chosen, strict=True)}
        found.append(tuple(tuple((s, acts[p.name, s]) for s in p.signals or ("",)) for p in game.players))
    return sorted(found, key=lambda play: sum(len(acts) for own in play for _, acts in own))


def phase_theorems(diagram: PhaseDiagram, limits: Limits | None = None) -> tuple[Theorem, ...]:
    """All phases and strata of a diagram as theorems, each tried: proved with a certificate, or not."""
    theorems = []
    for kind, pieces in (("phase", diagram.phases), ("stratum", diagram.strata)):
        for piece in pieces:
            claim = phase_theorem(piece, diagram.game)
            # What proofs do not cover is a theorem without a proof, with the reason.
            answer, reason = attempt(partial(prove, diagram.game, claim, limits))
            theorems.append(Theorem(f"{kind} {piece.name}", claim, answer or Undecided(reason)))
    return tuple(theorems)


def _joined(word: str, parts: list[Claim]) -> Claim:
    return parts[0] if len(parts) == 1 else Connective(word, tuple(parts))


def _subsets(actions: Sequence[str]) -> list[Set]:
    return [chosen for size in range(1, len(actions) + 1) for chosen in combinations(actions, size)]
