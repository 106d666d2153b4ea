"""Coq files for proved claims, and their independent check: coqc accepts them and they rest on no other axioms.

`Admitted` compiles, so the status of coqc proves nothing by itself: the file ends with ``Print Assumptions`` of its
theorems, and what that prints is compared with the axioms of the standard library's real numbers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...symbolic.errors import BerknashError
from ..scratch import scratch_folder
from ..search.facts import Fact
from ..search.prover import Proved, Question
from .facts import FactWriter, Lemmas, identifier, polynomial_coq
from .prelude import with_prelude

ALLOWED_AXIOMS = frozenset(
    {
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }
)
SECONDS = 600
MOST_CHARACTERS = 20_000_000
# Commands that act outside the file or switch checks off, and modules that would give axioms the allowed names.
FORBIDDEN = re.compile(
    r"\b(Redirect|Extraction|Load|LoadPath|Declare\s+ML|ML\s+Path|Cd|Drop|Quit|Timeout|Unset|bypass_check"
    r"|Module\s+(?:Type\s+|Import\s+|Export\s+)*(?:ClassicalDedekindReals|FunctionalExtensionality|Classical_Prop))\b"
)
# What is provable without looking at it says nothing: True, a computation, a consequence of False.
TRIVIAL = """
Ltac berknash_trivial t :=
  let s := type of t in assert s by (intros; solve [exact I | reflexivity | contradiction]).
"""


class CoqMissingError(BerknashError):
    """coqc is not on the machine."""


@dataclass(frozen=True, slots=True)
class CoqVerdict:
    """Whether a file is accepted, and why not.

    Attributes
    ----------
    accepted : coqc compiled it, and every theorem rests on allowed axioms only
    theorems : names of the theorems whose assumptions were printed
    message : the first problem, empty where there is none
    """

    accepted: bool
    theorems: tuple[str, ...]
    message: str


def check_coq(text: str) -> CoqVerdict:
    """Compile the text with coqc in a folder of its own and compare the axioms of its theorems.

    Rejected: whatever coqc rejects, a file without theorem, a theorem that rests on an axiom (or an admitted lemma)
    outside the standard library's real numbers, one whose statement follows from nothing (True, a computation, a
    consequence of False), and commands that read or write other files or switch checks off. That the statement is the
    one wanted is for the reader: it stands in the file in terms of definitions. Raises CoqMissingError without coqc.
    """
    bare = _without_comments(text)
    if len(text) > MOST_CHARACTERS:
        return CoqVerdict(False, (), f"the file has more than {MOST_CHARACTERS} characters")
    if (found := FORBIDDEN.search(bare)) is not None:
        return CoqVerdict(False, (), f"the command {' '.join(found.group().split())} is not allowed")
    program = shutil.which("coqc")
    if program is None:
        raise CoqMissingError("coqc is not installed; on Debian: apt-get install --no-install-recommends coq")
    names = theorem_names(text)
    if not names:
        return CoqVerdict(False, (), "the file states no theorem")
    # One print for all theorems together: each takes about two seconds.
    source = f"{text}\nDefinition berknash_all := ({', '.join(['tt', *names])}).\nPrint Assumptions berknash_all.\n"
    source += "\n".join([TRIVIAL, "Goal True.", *(f"Fail berknash_trivial {name}." for name in names), "Abort.\n"])
    with scratch_folder() as scratch:
        (scratch.folder / "theorem.v").write_text(source, encoding="utf-8")
        try:
            done = scratch.run([program, "-q", "theorem.v"], SECONDS)
        except subprocess.TimeoutExpired:
            return CoqVerdict(False, tuple(names), f"coqc did not finish within {SECONDS} seconds")
    if "The command has not failed" in done.stderr:
        return CoqVerdict(False, tuple(names), "a theorem says nothing: its statement follows from no premise")
    if done.returncode != 0:
        return CoqVerdict(False, tuple(names), " ".join(done.stderr.split())[:500] or "coqc failed")
    answers = len(re.findall(r"^(?:Axioms:|Closed under the global context)", done.stdout, re.MULTILINE))
    if answers != 1 + len(re.findall(r"\bPrint\s+Assumptions\b", bare)):
        return CoqVerdict(False, tuple(names), "coqc did not print the assumptions of the theorems")
    foreign = sorted(set(_axioms(done.stdout)) - ALLOWED_AXIOMS)
    if foreign or " is assumed to be " in done.stdout:
        return CoqVerdict(False, tuple(names), f"rests on {', '.join(foreign) or 'unchecked definitions'}")
    return CoqVerdict(True, tuple(names), "")


def theorem_names(text: str) -> list[str]:
    """The theorems of a file, with the modules they stand in."""
    names: list[str] = []
    modules: list[str] = []
    pattern = r"^\s*(Theorem|Corollary|Module|End)\s+([A-Za-z_][A-Za-z_0-9']*)"
    for word, name in re.findall(pattern, _without_comments(text), re.MULTILINE):
        if word == "Module":
            modules.append(name)
        elif word == "End":
            if modules and modules[-1] == name:
                modules.pop()
        else:
            names.append(".".join([*modules, name]))
    return names


def _axioms(output: str) -> list[str]:
    """The names in coqc's lists of axioms: lines that start with a name and a colon (types are indented)."""
    names = re.findall(r"^([A-Za-z_][A-Za-z_0-9.']*)(?: :|$|:(?!$))", output, re.MULTILINE)
    return [name for name in names if name != "Axioms"]


def _without_comments(text: str) -> str:
    """The text without comments, which nest; within quotation marks nothing opens or closes one."""
    result, depth = [], 0
    for part in re.findall(r'"[^"]*"|\(\*|\*\)|.', text, re.DOTALL):
        if part == "(*":
            depth += 1
        elif part == "*)" and depth:
            depth -= 1
        else:
            result.append(" " if depth else part)
    return "".join(result)


def statement_file(theorems: Mapping[str, tuple[Question, Proved]]) -> str:
    """One Coq file with a theorem for each proved statement (without game), by name."""
    parts: list[str] = []
    lemmas = Lemmas()
    for name, (question, proved) in theorems.items():
        writer = FactWriter(question.setting.space, lemmas)
        body = statement_theorem(identifier(name), question, proved, writer)
        parts.append(body)
    return with_prelude("\n".join([*lemmas.texts.values(), *parts]))


def statement_theorem(name: str, question: Question, proved: Proved, writer: FactWriter) -> str:
    """The theorem of a statement: for all parameters of the domain with the assumptions, the relations."""
    given = [*question.setting.domain, *question.assumptions]
    hypotheses = [writer.statement(fact.polynomial, fact.relation, True) for fact in given]
    names: dict[Fact, str] = {fact: writer.fresh("H") for fact in given}
    goals = question.claim[1:] if question.claim[0] == "and" else [question.claim]
    conclusion = " /\\ ".join(relation_coq(question, writer, goal) for goal in goals)
    parameters = " ".join(writer.parameters)
    binders = f"forall {parameters} : R, " if parameters else ""
    lines = [f"Theorem {name} : {binders}{' -> '.join([*hypotheses, conclusion])}.", "Proof."]
    if parameters or names:
        lines.append(f"  intros {' '.join([parameters, *names.values()]).strip()}.")
    lines += ["  " + writer.introduce(fact, names) for fact in question.setting.positive]

    def at_end(known: dict[Fact, str], products: Any) -> list[str]:
        steps = writer.signs(known, products)
        closings = [relation_steps(question, writer, goal) for goal in goals]
        if len(closings) == 1:
            return [*steps, *closings[0]]
        return [*steps, "repeat split.", *(f"{{ {' '.join(closing)} }}" for closing in closings)]

    lines += writer.script(proved.proof, names, at_end)
    return "\n".join([*lines, "Qed.", ""])


def relation_coq(question: Question, writer: FactWriter, goal: list[Any]) -> str:
    """A relation of the claim as numerator over denominator compared with zero (the denominator left out if 1)."""
    operator, left, right = goal
    top, bottom = question.relations[left, right]
    text = polynomial_coq(top, writer.outer)
    sign = {"==": "=", "!=": "<>"}.get(operator, operator)
    if bottom.is_constant():
        value = bottom.leading_coefficient()
        return f"{polynomial_coq(top / value, writer.outer)} {sign} 0"
    return f"({text}) / ({polynomial_coq(bottom, writer.outer)}) {sign} 0"


def relation_steps(question: Question, writer: FactWriter, goal: list[Any]) -> list[str]:
    """Tactics that close a relation once the signs of numerator and denominator are in the context."""
    operator, left, right = goal
    _, bottom = question.relations[left, right]
    if bottom.is_constant():
        return ["lra." if operator != "!=" else "intro X1; lra."]
    return ["quotient."]
