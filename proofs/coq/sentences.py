"""What may stand in a Coq file that is checked: the commands that files written here consist of, and no others.

A file is divided into sentences by rules that are narrower than Coq's, so that both see the same ones: printable ASCII
outside of comments, comments that hold neither comments nor quotation marks, quotation marks in the one attribute that
is written. Commands begin with a capital letter and tactics do not: a proof is tactics between ``Proof`` and ``Qed``,
and outside of proofs stand a few commands, each in the form in which it is written. What they define is for Coq's
kernel to judge; here it only matters that nothing else is said to Coq: no axiom, notation, flag, file or plug-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ...symbolic.errors import BerknashError
from .prelude import PRELUDE, SERIES

_NAME = "[A-Za-z_][A-Za-z_0-9']*"
_USING = re.compile(rf'#\[using="({_NAME}(?: {_NAME})*)"\]\s+(?=Definition\s)')
_LIBRARIES = frozenset({"Reals", "Lra", "ZArith"})
REACH = (
    "Inductive reach (a b : nat) : Prop := | reach_one : edge a b -> reach a b "
    "| reach_more : forall c, edge a c -> reach c b -> reach a b"
)
_COMMANDS = ("Definition", "Theorem", "Lemma", "Corollary", "Section", "Module", "End", "Require", "Open", "Ltac",
             "Variable", "Variables", "Hypothesis", "Fixpoint", "Inductive")  # fmt: skip
# Computations outside of the kernel, terms that look at sorts, and what would open another language.
_FOREIGN = frozenset({"native_compute", "Type", "Set", "SProp", "ltac2", "uconstr"})


class ForeignSentenceError(BerknashError):
    """A file has a sentence that no file written here has; the message says which and in which line."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file states.

    Attributes
    ----------
    theorems : names of its theorems, with the modules they stand in
    names : every global name that it gives to a term, without modules
    """

    theorems: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class _Place:
    """Where a sentence stands: the open sections and modules, their variables, and whether a proof is open."""

    opened: list[tuple[str, str]]
    variables: list[set[str]]
    proof: bool = False
    begun: bool = False  # whether Proof has been said


def outline(text: str) -> Outline:
    """The theorems of a Coq file that consists of allowed sentences; raises ForeignSentenceError for any other.

    >>> outline("Theorem one : 1 = 1.\\nProof. reflexivity. Qed.").theorems
    ('one',)
    >>> outline("Axiom absurd : False.")
    Traceback (most recent call last):
    ...
    berknash.proofs.coq.sentences.ForeignSentenceError: line 1: Axiom is no command of files written here
    """
    fixed = _fixed_sentences()
    place = _Place([], [])
    theorems: list[str] = []
    names: list[str] = []
    for line, sentence in sentences(text):
        words = re.findall(_NAME, sentence)
        if (foreign := _FOREIGN.intersection(words)) and sentence not in fixed:
            raise _foreign(line, f"{sorted(foreign)[0]} has no place in files written here")
        if place.proof:
            _in_proof(line, sentence, place)
            continue
        kind, name = _command(line, sentence, place, fixed)
        names += [name] if name else []
        if sentence == REACH:
            names += ["reach_one", "reach_more"]
        if kind in ("Theorem", "Corollary"):
            theorems.append(".".join([*(n for word, n in place.opened if word == "Module"), name]))
    if place.proof or place.opened:
        raise ForeignSentenceError("the file ends inside of a proof, a section or a module")
    return Outline(tuple(theorems), tuple(names))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences without their dots, with the lines in which they begin; white space is one space.

    Bullets and braces of proofs are left at the start of the sentence they stand before.
    """
    bare = _without_comments(text)
    start, line = 0, 1
    for match in re.finditer(r"\.(?=\s|$)", bare):
        piece = bare[start : match.start()]
        blank = piece[: len(piece) - len(piece.lstrip())]
        if piece.endswith("."):
            raise _foreign(line, "two dots have no place in files written here")
        yield line + blank.count("\n"), " ".join(piece.split())
        start = match.end()
        line += piece.count("\n")
    if bare[start:].strip():
        raise _foreign(line, "the last sentence has no end")


def _without_comments(text: str) -> str:
    """The text with a space for every comment; raises ForeignSentenceError where Coq might see others."""
    parts: list[str] = []
    place = 0
    while (start := text.find("(*", place)) >= 0:
        end = text.find("*)", start + 2)
        inside = text[start + 2 : end]
        if end < 0:
            raise _foreign(text.count("\n", 0, start) + 1, "a comment is not closed")
        if "(*" in inside or '"' in inside or not (start == 0 or text[start - 1] in " \n"):
            line = text.count("\n", 0, start) + 1
            raise _foreign(line, "comments stand after white space, without comments or quotation marks in them")
        # Lines are kept, so that messages can name them.
        parts += [text[place:start], " " + "\n" * inside.count("\n")]
        place = end + 2
    bare = "".join([*parts, text[place:]])
    if (bad := re.search(r"[^\n -~]", bare)) is not None:
        line = bare.count("\n", 0, bad.start()) + 1
        raise _foreign(line, f"the character {bad.group()!a} has no place outside of comments")
    unquoted = _USING.sub(lambda using: " " * len(using[0]), bare)
    if (bad := re.search('["#]', unquoted)) is not None:
        line = bare.count("\n", 0, bad.start()) + 1
        raise _foreign(line, "quotation marks and attributes other than #[using=...] have no place")
    return bare


def _command(line: int, sentence: str, place: _Place, fixed: frozenset[str]) -> tuple[str, str]:
    """The word of an allowed command outside of proofs, and the global name that it gives (or an empty one)."""
    using = _USING.match(sentence)
    if using is not None:
        sentence = sentence[using.end() :]
    word = sentence.split(" ", 1)[0] if sentence else ""
    rest = sentence[len(word) + 1 :]
    name = _first_name(rest)
    if word in ("Theorem", "Lemma", "Corollary") and name and ":" in rest:
        if ":=" in rest:
            raise _foreign(line, f"{word} {name} is given by a term")
        place.proof, place.begun = True, False
        return word, name
    if word == "Definition" and name and re.search(r" :=(?: |$)", rest):
        return word, name
    if using is not None:
        raise _foreign(line, "an attribute stands before something else than a definition")
    if word == "Require" and set(rest.split()) - {"Import"} <= _LIBRARIES and rest.startswith("Import "):
        return word, ""
    if sentence == "Open Scope R_scope":
        return word, ""
    if word in ("Section", "Module") and rest == name:
        place.opened.append((word, name))
        place.variables.append(set())
        return word, ""
    if word == "End" and place.opened and rest == place.opened[-1][1]:
        place.opened.pop()
        place.variables.pop()
        return word, ""
    inside = bool(place.opened) and place.opened[-1][0] == "Section"
    if word in ("Variable", "Variables") and inside and re.fullmatch(rf"{_NAME}(?: {_NAME})* : R", rest):
        place.variables[-1].update(rest.split()[:-2])
        return word, ""
    if word == "Hypothesis" and inside and (relation := re.fullmatch(rf"{_NAME} : (.+)", rest)) is not None:
        known = set().union(*place.variables)
        if set(re.findall(_NAME, relation[1])) <= known | {"ln"} and re.search("[<>=]", relation[1]):
            return word, ""
        raise _foreign(line, f"the hypothesis {name} is no relation between the variables")
    if sentence in fixed:
        return word, name if word in ("Fixpoint", "Inductive") else ""
    if word in _COMMANDS:
        raise _foreign(line, f"no file written here has this {word} {name}".rstrip())
    raise _foreign(line, f"{_short(word)} is no command of files written here")


def _in_proof(line: int, sentence: str, place: _Place) -> None:
    """Tactics begin with a small letter, after bullets, braces and ``all:``; commands do not."""
    if sentence in ("Proof", "Proof using All") and not place.begun:
        place.begun = True
        return
    place.begun = True
    bare = re.sub(r"^(?:[-+*{}] ?)+", "", sentence)
    if bare == "Qed":
        place.proof = False
        return
    bare = re.sub("^all: ?", "", bare)
    if bare and not re.match(r"[a-z(]", bare):
        raise _foreign(line, f"{_short(bare.split(' ', 1)[0])} has no place in a proof")


def _first_name(rest: str) -> str:
    found = re.match(_NAME, rest)
    return found.group() if found else ""


@cache
def _fixed_sentences() -> frozenset[str]:
    """Sentences that are allowed as they stand: the tactics and recursive definitions of the prelude."""
    found = [sentence for _, sentence in sentences(PRELUDE + SERIES)]
    return frozenset([*(s for s in found if s.split(" ", 1)[0] in ("Ltac", "Fixpoint")), REACH])


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:40] + "..."


def _foreign(line: int, what: str) -> ForeignSentenceError:
    return ForeignSentenceError(f"line {line}: {what}")
