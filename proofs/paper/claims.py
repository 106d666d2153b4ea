"""Lists of claims about games with their verdicts: read from a file, decided, compared with what is expected.

A list is a TOML file with entries ``[[claim]]``: an id, the name of a game file in the same folder, what the claim says
in words, and either a statement to ``prove`` or a predicate whose exact condition is asked (``when``). `at` fixes
parameters, `assume` adds relations to those of the game, `because` gives the argument in words. ``{names}`` stand for
the texts of ``[define]``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import read_relation
from ...symbolic.game.game import Game, load_game
from ..claims.answers import When
from ..claims.claim_proofs import prove_claim
from ..claims.prove import refuted_at
from ..claims.verdict import Verdict
from ..claims.when import when
from ..search.prover import Limits

_KEYS = {"id", "game", "says", "prove", "when", "verdict", "at", "assume", "because"}
_VERDICTS = ("proved", "refuted")
_FOR_CONDITIONS = Limits(products=60_000, seconds=float("inf"))
_BRACES = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """One entry of a list of claims.

    Attributes
    ----------
    name : its id; the part before the first dot is the claim it belongs to
    game : the game, with `assume` added; parameters are not fixed yet
    file : name of the game file, without suffix
    says : the claim in words
    kind : ``prove`` or ``when``
    statement : in the claim language
    expected : ``proved``, ``refuted``, the condition, or None where the list does not say
    at : exact values for some parameters
    because : the argument in words, for people; nothing rests on it
    """

    name: str
    game: Game
    file: str
    says: str
    kind: str
    statement: str
    expected: str | None
    at: tuple[tuple[str, Fraction], ...] = ()
    because: str = ""

    @property
    def group(self) -> str:
        """``C1`` of ``C1.safe``."""
        return self.name.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """A listed claim with its answer.

    Attributes
    ----------
    claim : the claim
    answer : a `Verdict` for ``prove``, a `When` for ``when``
    witness : what certifies it: the verdict itself, of a condition that it holds if and only if the claim does, of a
        counterexample that the claim is false there; None where no certificate was found
    """

    claim: ListedClaim
    answer: Verdict | When
    witness: Verdict | None = None

    @property
    def verdict(self) -> str:
        """``proved``, ``refuted``, ``vacuous``, ``undecided``, or the exact condition."""
        return self.answer.status if isinstance(self.answer, Verdict) else str(self.answer)

    @property
    def as_expected(self) -> bool:
        """Whether the list expects this, or expects nothing in particular."""
        return self.claim.expected is None or self.verdict == self.claim.expected

    def to_json(self) -> dict[str, Any]:
        """A document without the certificate, which is written apart."""
        document = self.answer.to_json()
        document.pop("certificate", None)
        return {
            "id": self.claim.name,
            "file": self.claim.file,
            "says": self.claim.says,
            "kind": self.claim.kind,
            "certified": None if self.witness is None else self.witness.claim,
            **document,
            "verdict": self.verdict,
        }


def read_claims(path: str | Path) -> tuple[ListedClaim, ...]:
    """The list of claims in a file, in order; raises GameError, one line, for anything unreadable."""
    source = Path(path)
    try:
        document = tomllib.loads(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GameError(f"{source}: {error}") from error
    texts = {str(name): str(text) for name, text in document.get("define", {}).items()}
    games: dict[str, Game] = {}
    claims = [_claim(entry, source, texts, games) for entry in document.get("claim", [])]
    if len({claim.name for claim in claims}) < len(claims):
        raise GameError(f"{source}: an id stands twice")
    return tuple(claims)


def _claim(
    entry: Mapping[str, Any], source: Path, texts: Mapping[str, str], games: dict[str, Game]
) -> ListedClaim:
    name = str(entry.get("id", ""))
    where = f"{source}: claim {name or '(without id)'}"
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise GameError(f"{where}: unknown key {unknown[0]}")
    if not name or ("prove" in entry) == ("when" in entry):
        raise GameError(f"{where}: an id and either prove or when are needed")
    if "prove" in entry and entry.get("verdict") not in (None, *_VERDICTS):
        raise GameError(f"{where}: the verdict of prove is proved or refuted")
    file = str(entry.get("game", ""))
    if not re.fullmatch(r"[A-Za-z0-9_]+", file):
        raise GameError(f"{where}: game is the name of a file in the same folder, without .toml")
    if file not in games:
        games[file] = load_game(source.parent / f"{file}.toml")
    kind = "prove" if "prove" in entry else "when"
    game = with_assumptions(games[file], [_filled(t, texts, where) for t in entry.get("assume", [])], where)
    at = tuple((str(n), Fraction(str(v))) for n, v in entry.get("at", {}).items())
    return ListedClaim(
        name, game, file, str(entry.get("says", "")), kind, _filled(entry[kind], texts, where),
        entry.get("verdict"), at, _filled(str(entry.get("because", "")), texts, where),
    )  # fmt: skip


def with_assumptions(game: Game, relations: list[str], where: str = "assume") -> Game:
    """The game with further relations between its parameters assumed.

    Raises GameError for a relation that cannot be read.
    """
    names = [parameter.name for parameter in game.parameters]
    added = [part for text in relations for part in read_relation(text, names, where=where)]
    return replace(game, assume=(*game.assume, *added)) if added else game


def _filled(text: str, texts: Mapping[str, str], where: str) -> str:
    def expansion(match: re.Match[str]) -> str:
        if match[1] not in texts:
            raise GameError(f"{where}: {{{match[1]}}} is not defined")
        return texts[match[1]]

    return _BRACES.sub(expansion, text)


def decide_claim(claim: ListedClaim, limits: Limits | None = None) -> DecidedClaim:
    """The verdict on a listed claim with its certificate: of the proof, the refutation, or the exact condition."""
    game = claim.game.at(dict(claim.at)) if claim.at else claim.game
    if claim.kind == "when":
        condition = when(claim.game, claim.statement, dict(claim.at))
        both = {"always": claim.statement, "never": f"not ({claim.statement})"}
        text = both.get(str(condition), f"({claim.statement}) iff ({condition})")
        found = prove_claim(game, text, limits or _FOR_CONDITIONS)
        return DecidedClaim(claim, condition, found if found.certificate is not None else None)
    verdict = prove_claim(game, claim.statement, limits)
    if verdict.status == "refuted":
        refuted = refuted_at(game, claim.statement, dict(verdict.counterexample))
        if refuted is None:
            return DecidedClaim(claim, verdict)
        question, answer = refuted
        text = f"not ({verdict.claim})"
        witness = Verdict(game.name, text, "proved", certificate=answer.certificate, proof=(question, answer))
        return DecidedClaim(claim, verdict, witness)
    return DecidedClaim(claim, verdict, verdict if verdict.certificate is not None else None)
