"""What the paper is made of: claims decided, designs, phases, distances, and the Coq files that say so.

Every part is a task of its own, so that they can be derived on several processes; what comes back holds certificates
and Coq modules as text, and is the same for every number of processes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from ...symbolic.errors import NotSupportedError
from ...symbolic.floats import nearest_float
from ...symbolic.game.game import Game
from ..claims.verdict import Verdict
from ..coq.games import GameModule, game_module, joined
from ..design.changes import Changes, changes
from ..design.designs import Design, design
from ..design.robustness import Robustness, robustness
from .claims import DecidedClaim, ListedClaim, decide_claim
from .processes import Submit
from .slices import Slice, slice_of
from .text import DESIGNS, LEARNERS, POINTS, PRIOR_MASSES, PRIOR_POINTS, SLICES

Modules = dict[str, GameModule]
_LONG_FILE = 200_000  # characters


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything computed.

    Attributes
    ----------
    claims : in the order of the list
    designs : with the ways to them, in the order of `DESIGNS`
    slices : of `SLICES`
    distances : of `POINTS`
    zero_mass : what holds of the sycophancy trap without one of its models
    shares : simulated shares of safe play, for each of `PRIOR_POINTS` and prior mass (numerical)
    coq : file of Coq modules -> its text
    file_of : statement -> the file with its module
    checked : statement -> what coqc says of it: ``accepted``, ``not accepted``, ``not run``; other statements have no
        Coq form
    """

    claims: tuple[DecidedClaim, ...]
    designs: tuple[tuple[Design, Changes | None], ...]
    slices: tuple[Slice, ...]
    distances: tuple[Robustness, ...]
    zero_mass: tuple[DecidedClaim, ...]
    shares: tuple[tuple[float, ...], ...]
    coq: dict[str, str]
    file_of: dict[str, str]
    checked: dict[str, str]


def derive(
    claims: Sequence[ListedClaim],
    games: Mapping[str, Game],
    folder: Path,
    submit: Submit,
    *,
    coq: bool,
    decided: Callable[[DecidedClaim], None] = lambda entry: None,
    written: Callable[[str, str], None] = lambda name, text: None,
) -> Derivation:
    """Derive everything; figures are written into the folder.

    Parameters: the claims; the games by file; the folder; how tasks are started (`processes`); whether to run coqc; who
    is told of each claim of the list that is decided, and of each Coq file and its text, before coqc is run.
    """
    claimed = [submit(decided_claim, claim) for claim in claims]
    reduced = [submit(decided_claim, claim) for claim in zero_mass_claims(games["sycophancy"])]
    designed = [submit(_designed, games[entry[1]], place) for place, entry in enumerate(DESIGNS)]
    sliced = [submit(slice_of, games[entry[0]], place, folder) for place, entry in enumerate(SLICES)]
    distances = [submit(robustness, games[name], point, over) for _, name, point, over in POINTS]
    shares = [submit(_shares, games["sycophancy"], point) for _, point in PRIOR_POINTS]
    found = []
    for future in claimed:
        found.append(future.result())
        decided(found[-1][0])
    without = [future.result() for future in reduced]
    models = [future.result() for future in designed]
    parts: dict[str, Modules] = {}
    for entry, modules in (*found, *without):
        parts.setdefault(entry.claim.group, {}).update(modules)
    parts |= {f"design.{label}": modules for (label, *_), (_, _, modules) in zip(DESIGNS, models, strict=True)}
    files = {name: file for part, modules in parts.items() for name, file in divided(part, modules).items()}
    texts = {name: joined(modules.values()) for name, modules in files.items()}
    for name, text in texts.items():
        written(name, text)
    checked = _checked(files, submit) if coq else {n: "not run" for modules in files.values() for n in modules}
    return Derivation(
        tuple(entry for entry, _ in found),
        tuple((answer, way) for answer, way, _ in models),
        tuple(future.result() for future in sliced),
        tuple(future.result() for future in distances),
        tuple(entry for entry, _ in without),
        tuple(future.result() for future in shares),
        texts,
        {statement: name for name, modules in files.items() for statement in modules},
        checked,
    )


def zero_mass_claims(game: Game) -> list[ListedClaim]:
    """For each model: when the first action is alone rationalizable in the game without that model."""
    (player,) = game.players
    found = []
    for model in player.models:
        kept = tuple(other for other in player.models if other is not model)
        smaller = replace(game, players=(replace(player, models=kept),))
        statement = f"rationalizable_only({player.actions[0]})"
        says = f"Without {model.name}"
        found.append(ListedClaim(f"mass.{model.name}", smaller, "sycophancy", says, "when", statement, None))
    return found


def decided_claim(claim: ListedClaim) -> tuple[DecidedClaim, Modules]:
    """The claim decided, and its Coq module."""
    entry = decide_claim(claim)
    modules = {} if entry.witness is None else _modules({claim.name: entry.witness})
    answer = _bare(entry.answer) if isinstance(entry.answer, Verdict) else entry.answer
    return replace(entry, answer=answer, witness=None if entry.witness is None else _bare(entry.witness)), modules


def _designed(game: Game, place: int) -> tuple[Design, Changes | None, Modules]:
    """A design, the way to it from the present class where one is given, and the Coq modules."""
    label, _, safe, environment, choose, region, goal, at, present = DESIGNS[place]
    answer = design(game, safe, environment, choose, region, goal, at)
    now = {name: Fraction(value) for name, value in present.items()}
    way = changes(game, answer, now, goal) if now else None
    modules = _modules({f"design.{label}.{name}": verdict for name, verdict in answer.proofs().items()})
    failures = tuple(replace(f, parts=tuple((n, _bare(v)) for n, v in f.parts)) for f in answer.necessity)
    bare = replace(
        answer, table=None, cases=(), necessity=failures,
        proof=_bare(answer.proof),
        beyond_design=_bare(answer.beyond_design),
        beyond_region=_bare(answer.beyond_region),
        impossibility=_bare(answer.impossibility),
    )  # fmt: skip
    return bare, way, modules


Answer = TypeVar("Answer", Verdict, Verdict | None)


def divided(part: str, modules: Modules) -> dict[str, Modules]:
    """The modules in files of a moderate length: coqc works on several side by side, and each takes less memory."""
    files: list[Modules] = []
    size = 0
    for name, module in modules.items():
        if not files or size + len(module.text) > _LONG_FILE:
            files.append({})
            size = 0
        files[-1][name] = module
        size += len(module.text)
    return {f"coq/{part}{'' if len(files) == 1 else f'.{k}'}.v": file for k, file in enumerate(files, 1)}


def _bare(verdict: Answer) -> Answer:
    """The verdict without the objects of the search, which stay in their process."""
    return None if verdict is None else replace(verdict, proof=None)


def _modules(verdicts: Mapping[str, Verdict]) -> Modules:
    """The Coq modules of those that have a Coq form."""
    found = {}
    for name, verdict in verdicts.items():
        if verdict.proof is not None:
            try:
                found[name] = game_module(name, *verdict.proof)
            except NotSupportedError:
                continue
    return found


def _shares(game: Game, point: Mapping[str, str]) -> tuple[float, ...]:
    """Simulated shares of truthful play for several prior masses of the merit model; numerical, not a proof."""
    from ...numeric.learners import simulate  # for start-up

    shares = []
    for mass in PRIOR_MASSES:
        weight = nearest_float(Fraction(mass))
        learned = simulate(game.at(point), *LEARNERS, {"merit": weight, "agreement": 1 - weight})
        shares.append(dict(learned.shares)["truthful"])
    return tuple(shares)


def _checked(files: Mapping[str, Modules], submit: Submit) -> dict[str, str]:
    """What coqc says of each statement; the longest files are started first."""
    sizes = {name: sum(len(module.text) for module in modules.values()) for name, modules in files.items()}
    started: dict[str, Future[dict[str, str]]] = {}
    for name in sorted(files, key=lambda name: (-sizes[name], name)):
        started[name] = submit(compiled, files[name])
    return {statement: word for name in files for statement, word in started[name].result().items()}


def compiled(modules: Mapping[str, GameModule]) -> dict[str, str]:
    """What coqc says of each module; a file that it does not accept is divided until the module is found."""
    from ..coq.checking import check_coq  # for start-up

    checked = check_coq(joined(modules.values()))
    if checked.accepted:
        return dict.fromkeys(modules, "accepted")
    if len(modules) == 1:
        (name,) = modules
        print(f"paper: coqc did not accept {name}: {checked.message}", file=sys.stderr)
        return {name: "not accepted"}
    names = list(modules)
    halves: Iterable[list[str]] = (names[: len(names) // 2], names[len(names) // 2 :])
    return {n: word for half in halves for n, word in compiled({name: modules[name] for name in half}).items()}
