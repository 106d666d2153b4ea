"""The check of a Coq file: it is one that could have been written here, coqc accepts it, and Coq says what it proves.

The untouched file is compiled in an empty folder, with no options but the library's name. Then a second file, in which
nothing of the first is imported, asks for the statements of its theorems and for the axioms they rest on, by absolute
names; the axioms must be, by kernel name and type, those of the standard library's real numbers. `Admitted` compiles,
so the status of coqc proves nothing by itself; here it is no allowed command either (`sentences`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...symbolic.errors import BerknashError
from ..check import shown
from ..scratch import Scratch, scratch_folder
from .regenerated import entries_of
from .sentences import ForeignSentenceError, outline

AXIOMS = {  # as Coq prints them in a file that imports Reals: kernel name, type
    "ClassicalDedekindReals.sig_forall_dec": (
        "Coq.Reals.ClassicalDedekindReals.sig_forall_dec",
        "forall P : nat -> Prop, (forall n : nat, {P n} + {~ P n}) -> {n : nat | ~ P n} + {forall n : nat, P n}",
    ),
    "ClassicalDedekindReals.sig_not_dec": (
        "Coq.Reals.ClassicalDedekindReals.sig_not_dec",
        "forall P : Prop, {~ ~ P} + {~ P}",
    ),
    "FunctionalExtensionality.functional_extensionality_dep": (
        "Coq.Logic.FunctionalExtensionality.functional_extensionality_dep",
        "forall (A : Type) (B : A -> Type) (f g : forall x : A, B x), (forall x : A, f x = g x) -> f = g",
    ),
    "Classical_Prop.classic": ("Coq.Logic.Classical_Prop.classic", "forall P : Prop, P \\/ ~ P"),
}
SECONDS = 600
MOST_BYTES = 20_000_000  # of a file
MOST_MEMORY = 8_000_000_000  # bytes of address space for coqc
NOT_WRITTEN_HERE = "not a file that berknash could have written"
# Runs a program with a bound on its memory, where the system has one.
_BOUNDED = """
import os, sys
try:
    import resource
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(most, wanted), most))
except ImportError:
    pass
os.execv(sys.argv[2], sys.argv[2:])
"""
# What is provable without looking at it says nothing: True, a computation, a consequence of False.
_TRIVIAL = (
    "Ltac berknash_trivial t := "
    "let s := type of t in assert s by (intros; solve [exact I | reflexivity | contradiction])."
)


class CoqMissingError(BerknashError):
    """coqc is not on the machine."""


@dataclass(frozen=True, slots=True)
class CoqVerdict:
    """Whether a file is accepted, and why not.

    Attributes
    ----------
    accepted : coqc compiled it, and every theorem rests on allowed axioms only
    theorems : names of its theorems
    message : the first problem, empty where there is none
    statements : what the theorems say, as Coq prints it, where the file is accepted
    entries : truth, payoffs and predictions of the games they are about, where the file is accepted
    """

    accepted: bool
    theorems: tuple[str, ...]
    message: str
    statements: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


def check_coq(text: str) -> CoqVerdict:
    """Compile the text with coqc in a folder of its own, and have Coq say what its theorems state and rest on.

    Rejected: a file with sentences that none written here has (axioms, notations, flags, commands that read or write
    other files), definitions of other notions than those of a game, whatever coqc rejects, a file without theorem,
    names that mean something else in the standard library, a theorem that rests on an axiom other than those of the
    standard library's real numbers, and one whose statement follows from nothing (True, a computation, a consequence of
    False). That a statement and a game are the ones wanted
    is for the reader: both are in the verdict. Raises CoqMissingError without coqc.
    """
    if len(text) > MOST_BYTES:
        return CoqVerdict(False, (), f"the file has more than {MOST_BYTES} characters")
    try:
        found = outline(text)
        entries = entries_of(text)
    except ForeignSentenceError as error:
        return CoqVerdict(False, (), f"{NOT_WRITTEN_HERE}: {error}")
    names = found.theorems
    if not names:
        return CoqVerdict(False, (), "the file states no theorem")
    program = shutil.which("coqc")
    if program is None:
        raise CoqMissingError("coqc is not installed; on Debian: apt-get install --no-install-recommends coq")
    lines = _questions(names, found.names)
    with scratch_folder() as scratch:
        try:
            compiled = _coqc(program, scratch, "theorem.v", text)
            if compiled.returncode != 0:
                return CoqVerdict(False, names, _first_problem(compiled.stderr))
            answer = _coqc(program, scratch, "question.v", "\n".join([*lines, ""]))
        except subprocess.TimeoutExpired:
            return CoqVerdict(False, names, f"coqc did not finish within {SECONDS} seconds")
    if answer.returncode != 0:
        return CoqVerdict(False, names, _refusal(lines, answer.stderr))
    statements, axioms = _answers(names, answer.stdout)
    if len(statements) != len(names) or axioms is None:
        return CoqVerdict(False, names, "coqc did not print the statements and assumptions of the theorems")
    foreign = [axiom for axiom in axioms if axiom not in {f"{name} : {kind}" for name, (_, kind) in AXIOMS.items()}]
    if foreign:
        return CoqVerdict(False, names, shown(f"rests on {', '.join(foreign)}")[:500])
    return CoqVerdict(True, names, "", statements, entries)


def check_file(path: str) -> int:
    """Check a Coq file, with the verdict on the terminal; 0 if it is valid, 1 if not, 2 if it cannot be read.

    Raises CoqMissingError without coqc.
    """
    name = shown(path)
    try:
        with open(path, "rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8")
    except (OSError, ValueError) as error:  # no file, no text in UTF-8, no path
        print(f"{name}: cannot be read: {shown(str(error))}", file=sys.stderr)
        return 2
    verdict = check_coq(text)
    if not verdict.accepted:
        print(f"{name}: REJECTED: {shown(verdict.message)}", file=sys.stderr)
        return 1
    print(f"{name}: valid; coqc accepts {', '.join(verdict.theorems)}")
    for theorem, statement in zip(verdict.theorems, verdict.statements, strict=True):
        print(f"  {theorem}: {shown(statement)}")
    if verdict.entries:
        print("  about truth Q_action_outcome, payoffs G_action_outcome and predictions P_model_action_outcome:")
    for entry in verdict.entries:
        print(f"    {shown(entry)}")
    return 0


def _coqc(program: str, scratch: Scratch, name: str, text: str) -> subprocess.CompletedProcess[str]:
    """Compile a text under a name in the folder, where nothing of the user's configuration is found."""
    (scratch.folder / name).write_bytes(text.encode("utf-8"))
    home = str(scratch.folder)
    environment = {"PATH": str(Path(program).parent), "HOME": home, "TMPDIR": home, "LC_ALL": "C.UTF-8"}
    bounded = [sys.executable, "-I", "-S", "-c", _BOUNDED, str(MOST_MEMORY)]
    return scratch.run([*bounded, program, "-q", "-w", "none", "-Q", ".", "Checked", name], SECONDS, environment)


def _questions(theorems: Sequence[str], names: Sequence[str]) -> list[str]:
    """The second file, one command in a line."""
    absolute = [f"Checked.theorem.{name}" for name in theorems]
    return [
        "Require Import Reals Lra ZArith.",
        "Open Scope R_scope.",
        *(f"Fail Check {name}." for name in dict.fromkeys(names)),
        "Require Checked.theorem.",
        "Set Printing Width 100000000.",
        "Set Printing Depth 100000000.",
        # The names that are printed below mean these constants of the kernel.
        *(f"Check (eq_refl : @{name} = @{kernel})." for name, (kernel, _) in AXIOMS.items()),
        *(f"Check @{name}." for name in absolute),
        f"Definition berknash_all := ({', '.join(['tt', *(f'@{name}' for name in absolute)])}).",
        "Print Assumptions berknash_all.",
        _TRIVIAL,
        "Goal True.",
        *(f"Fail berknash_trivial {name}." for name in absolute),
        "Abort.",
    ]


def _answers(theorems: Sequence[str], output: str) -> tuple[tuple[str, ...], list[str] | None]:
    """The statements that the second file's output has, and its axioms (None where it has no list of them)."""
    lines = output.replace("\n     : ", " : ").splitlines()
    statements: list[str] = []
    place = 0
    for name in theorems:
        start = f"theorem.{name} : "
        while place < len(lines) and not lines[place].startswith(start):
            place += 1
        if place < len(lines):
            statements.append(lines[place].removeprefix(start))
            place += 1
    rest = [line for line in lines[place:] if line.strip()]
    if rest[:1] == ["Closed under the global context"]:
        return tuple(statements), rest[1:]
    return tuple(statements), rest[1:] if rest[:1] == ["Axioms:"] else None


def _refusal(lines: Sequence[str], errors: str) -> str:
    """Why the second file was not compiled."""
    place = re.search(r'File "[^"]*", line ([0-9]+)', errors)
    line = lines[int(place[1]) - 1] if place is not None and int(place[1]) <= len(lines) else ""
    if "has not failed" in errors and line.startswith("Fail Check "):
        return f"{line.removeprefix('Fail Check ').rstrip('.')} is a name of the standard library"
    if "has not failed" in errors and line.startswith("Fail berknash_trivial "):
        return "a theorem says nothing: its statement follows from no premise"
    return _first_problem(errors)


def _first_problem(errors: str) -> str:
    """What coqc said, in one line."""
    return shown(" ".join(errors.split()))[:500] or "coqc failed"
