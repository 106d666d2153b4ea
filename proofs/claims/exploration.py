"""Exploring a game: what its phase diagram suggests, as theorems with their proofs, and what is almost a theorem.

First the phases themselves: each condition implies its structure (`proofs.claims.conjectures`). Then simple claims,
ranked by where they hold: predicates of the claim language about single actions, and about the mixed supports and
cycles that occur somewhere, are tried on every phase and stratum. A claim holds *everywhere*, everywhere *except on
boundaries* (it fails on strata only), or is a *near miss* (it fails in a single phase). Each failure comes with an
exact point, and what is left, that the claim holds outside of where it fails, is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any

from ...symbolic.arguments import check_kind
from ...symbolic.errors import BudgetError, GameError, NotSupportedError, UndecidedError
from ...symbolic.errors.deadline import NEVER, Deadline
from ...symbolic.errors.running import note
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.results.diagram import PhaseDiagram, profile_names
from ...symbolic.results.phase import Phase
from ...symbolic.results.structure import Names, Structure
from ...symbolic.solving.solve import phases
from ..search.prover import Limits
from ..search.rounds import Budget, tried_in_rounds
from .claim_proofs import prove_claim
from .conjectures import phase_theorem, profiles_of_play, profiles_of_sets
from .language import Predicate
from .verdict import Verdict

EVERYWHERE = "everywhere"
EXCEPT_BOUNDARIES = "everywhere except on boundaries"
NEAR_MISS = "in all phases but one"
# Counts, the same on every machine, of one statement and of all together; seconds of the processor are the net below.
_LIMITS = Limits(nodes=400, products=40_000)
_PRODUCTS = 200_000
_SECONDS = 120.0
_RANK = {EVERYWHERE: 0, EXCEPT_BOUNDARIES: 1, NEAR_MISS: 2}


@dataclass(frozen=True, slots=True)
class Conjecture:
    """A claim, where it holds, and the proof of that.

    Attributes
    ----------
    claim : in the claim language
    holds : ``phase I``, ``stratum 1``, ... (its structure), `EVERYWHERE`, `EXCEPT_BOUNDARIES` or `NEAR_MISS`
    fails_at : condition and exact sample of every phase or stratum where it fails
    statement : what was tried to prove: the claim, or that it holds outside of where it fails
    verdict : of the statement, with its certificate; None where no proof was asked for
    """

    claim: str
    holds: str
    fails_at: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    statement: str = ""
    verdict: Verdict | None = field(default=None, compare=False)

    def __str__(self) -> str:
        text = f"{self.claim}: {self.holds}" + (f" ({self.verdict.status})" if self.verdict is not None else "")
        for condition, sample in self.fails_at:
            text += f"\n  fails if {condition}, at " + ", ".join(f"{n} = {v}" for n, v in sample)
        return text

    def to_json(self) -> dict[str, Any]:
        """A document; the certificate is part of it."""
        return {
            "claim": self.claim,
            "holds": self.holds,
            "fails_at": [{"condition": c, "sample": dict(s)} for c, s in self.fails_at],
            "statement": self.statement,
            "verdict": None if self.verdict is None else self.verdict.to_json(),
        }


def conjectures(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    *,
    prove: bool = True,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> tuple[Conjecture, ...]:
    """The phases of a game as theorems, then the simple claims that hold everywhere or almost, ranked.

    Parameters
    ----------
    game, over, at : as in `berknash.phases`
    prove : whether to prove every statement; without, they rest on the phase diagram
    limits : bounds on each proof; by default small ones, so that a statement may stay undecided here and be proved by
        `berknash.prove`
    budget : bounds on all proofs together, instead of limits; by default `conjectures_budget()`

    Returns
    -------
    tuple of Conjecture
        Exact: derived from the exact phase diagram.

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
    >>> found = conjectures(game)
    >>> print(found[0])
    p > 1/2 => (unique(bet) and rationalizable_only(bet) and strict(bet) and closed(bet)): phase I (proved)
    >>> print(found[3])
    not cycle(bet, pass): everywhere except on boundaries (proved)
      fails if p == 1/2, at p = 1/2
    >>> found[3].statement
    'not p == 1/2 => not cycle(bet, pass)'
    """
    check_arguments(game, at, over=over)
    check_kind("limits", limits, Limits)
    check_kind("budget", budget, Budget)
    diagram = phases(game, over, at)
    found = (*phase_conjectures(diagram), *ranked(diagram))
    for conjecture in found:
        note("conjectures", partial(_noted, conjecture), diagram.game)
    if not prove:
        return found
    budget = budget or conjectures_budget()
    budget = budget if limits is None else replace(budget, limits=limits)
    verdicts = tried_in_rounds(
        len(found),
        lambda place, most: _tried(diagram.game, found[place].statement, most),
        lambda verdict: verdict.status == "undecided",
        budget,
    )
    return tuple(
        replace(c, verdict=_not_tried(diagram.game, c.statement) if verdict is None else verdict)
        for c, verdict in zip(found, verdicts, strict=True)
    )


def _noted(conjecture: Conjecture) -> tuple[dict[str, Any], str]:
    return conjecture.to_json(), str(conjecture)


def conjectures_budget(
    effort: float = 1.0,
    deadline: Deadline = NEVER,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Budget:
    """What the proofs of all conjectures may take by default, times an effort, and until a deadline."""
    until = deadline.with_processor_seconds(_SECONDS * effort)
    return Budget(_LIMITS.times(effort), _PRODUCTS * effort, until, progress)


def _not_tried(game: Game, statement: str) -> Verdict:
    reason = "not tried: what may be spent on the proofs of all statements was used up before"
    return Verdict(game.name, statement, "undecided", reason=reason)


def _tried(game: Game, statement: str, limits: Limits) -> Verdict:
    """The verdict on a statement; undecided, with the reason, where the prover does not apply."""
    try:
        return prove_claim(game, statement, limits)
    except (GameError, NotSupportedError, UndecidedError, BudgetError) as error:
        # GameError: a condition of the diagram whose terms have no value at some point of the domain.
        return Verdict(game.name, statement, "undecided", reason=str(error))


def phase_conjectures(diagram: PhaseDiagram) -> tuple[Conjecture, ...]:
    """For each phase and stratum, that its condition implies its structure."""
    found = []
    for kind, pieces in (("phase", diagram.phases), ("stratum", diagram.strata)):
        for piece in pieces:
            text = str(phase_theorem(piece, diagram.game))
            found.append(Conjecture(text, f"{kind} {piece.name}", (), text))
    return tuple(found)


def ranked(diagram: PhaseDiagram) -> tuple[Conjecture, ...]:
    """The simple claims of a diagram at hand, without proofs."""
    found = []
    for claim, test in _claims(diagram):
        truth = {piece.name: test(piece.structure) for piece in diagram.pieces}
        if None in truth.values():
            continue  # somewhere it is left open
        for negated in (False, True):
            failing = [p for p in diagram.phases if truth[p.name] == negated]
            thin = [p for p in diagram.strata if truth[p.name] == negated]
            text = f"not {claim}" if negated else claim
            if not failing:
                found.append(_conjecture(text, EXCEPT_BOUNDARIES if thin else EVERYWHERE, thin))
            elif len(failing) == 1 < len(diagram.phases) - 1:
                found.append(_conjecture(text, NEAR_MISS, [*failing, *thin]))
    return tuple(sorted(found, key=lambda c: (_RANK[c.holds], len(c.fails_at), c.claim)))


def _conjecture(claim: str, holds: str, failing: Sequence[Phase]) -> Conjecture:
    conditions = [str(piece.condition) for piece in failing]
    where = " or ".join(f"({text})" if " " in text and len(conditions) > 1 else text for text in conditions)
    outside = f"({where})" if " or " in where or " and " in where else where
    statement = f"not {outside} => {claim}" if conditions else claim
    return Conjecture(claim, holds, _points(failing), statement)


def _points(pieces: Sequence[Phase]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple((str(p.condition), p.sample) for p in pieces)


def _claims(diagram: PhaseDiagram) -> list[tuple[str, Callable[[Structure], bool | None]]]:
    """Claims with their truth on a structure, None where it is open; sets and cycles only where they occur."""
    nodes = profile_names(diagram.game)
    place = {node: k for k, node in enumerate(nodes)}

    def in_order(sets: Iterable[Names]) -> list[Names]:
        return sorted(set(sets), key=lambda names: [place[name] for name in names])

    claims: list[tuple[str, Callable[[Structure], bool | None]]] = []
    for node in nodes:
        claims += [
            (str(Predicate("equilibrium", (node,))), partial(_carries, support=(node,))),
            (str(Predicate("unique", (node,))), partial(_only, node=node)),
            (str(Predicate("rationalizable", (node,))), partial(_kept, node=node)),
            (str(Predicate("strict", (node,))), partial(_locked, node=node)),
        ]
    pieces = [piece.structure for piece in diagram.pieces]
    mixed = in_order(support for s in pieces for support in _supports(s) if len(support) > 1)
    claims += [(str(Predicate("equilibrium_support", names)), partial(_carries, support=names)) for names in mixed]
    for cycle in in_order(c for s in pieces for c in s.cycles):
        claims.append((str(Predicate("cycle", cycle)), partial(_closes, cycle=cycle)))
    return claims


def _supports(structure: Structure) -> set[Names]:
    """The supports of equilibria by the profiles that they may show."""
    return {profiles_of_play(component.support) for component in structure.supports}


def _unless_open(found: bool, structure: Structure, *kinds: str) -> bool | None:
    """What a structure lists is there; what it does not list is absent only where nothing of its kind is left open."""
    left_open = any(what in kinds for what, _ in structure.undecided)
    return found or (None if left_open or ("equilibria" in kinds and structure.open_supports) else False)


def _carries(structure: Structure, support: Names) -> bool | None:
    return _unless_open(support in _supports(structure), structure, "equilibria")


def _only(structure: Structure, node: str) -> bool | None:
    supports = _supports(structure)
    if supports - {(node,)}:
        return False
    further = _unless_open(False, structure, "equilibria")
    return None if further is None else supports == {(node,)}


def _kept(structure: Structure, node: str) -> bool | None:
    if structure.rationalizable is None:
        return None
    return node in profiles_of_sets(structure.rationalizable)


def _locked(structure: Structure, node: str) -> bool | None:
    further = _unless_open(False, structure, "transition", "transitions")
    return None if further is None else node in structure.locked


def _closes(structure: Structure, cycle: Names) -> bool | None:
    return _unless_open(cycle in structure.cycles, structure, "cycles", "cycle lengths", "transition", "transitions")
