"""Theorems about a game as Coq, stated by its definition: truth, models, payoffs, K, U, Berk-Nash equilibrium, Gamma.

The statement is made of the game's definitions (`definitions`) and of predicates in their terms (`meanings`). The proof
follows the certificate's case distinction; at its ends each predicate that the claim needs, or its negation, is proved
from signs of minors (`predicates`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, Unsettled
from ..search.prover import Proved, Question
from .ends import Ends, Names
from .facts import Lemmas, identifier
from .independence import IndependenceWriter
from .meanings import atoms
from .prelude import with_prelude
from .scaling import ScalingWriter


@dataclass(frozen=True, slots=True)
class GameModule:
    """The theorem ``holds`` about a game in a module of its own, to stand after the prelude and its lemmas.

    Attributes
    ----------
    name : of the module
    lemmas : name and text of what it rests on, named after their content
    text : the module
    """

    name: str
    lemmas: tuple[tuple[str, str], ...]
    text: str


def game_file(question: Question, proved: Proved, name: str = "main") -> str:
    """The Coq file of a proved claim about a game; raises NotSupportedError where a step has no Coq form yet."""
    lemmas = Lemmas()
    theorem = game_theorem(question, proved, name, lemmas)
    return with_prelude("\n".join([*lemmas.texts.values(), theorem]))


def game_module(name: str, question: Question, proved: Proved) -> GameModule:
    """The module of a proved claim; raises NotSupportedError as `game_file` does."""
    lemmas, module = Lemmas(), identifier(name)
    theorem = game_theorem(question, proved, "holds", lemmas)
    return GameModule(module, tuple(lemmas.texts.items()), f"Module {module}.\n{theorem}\nEnd {module}.\n")


def joined(modules: Iterable[GameModule], notes: Sequence[str] = ()) -> str:
    """One Coq file of these modules, each lemma written once, and of notes for the reader as comments."""
    listed = list(modules)
    lemmas = {name: text for module in listed for name, text in module.lemmas}
    comments = [f"(* {comment(note)} *)" for note in notes]
    return with_prelude("\n".join([*lemmas.values(), *(module.text for module in listed), *comments]))


def comment(text: str) -> str:
    """The text as it may stand in a comment, which strings and other comments must not open or close.

    >>> comment('a *) "b"')
    "a * ) 'b'"
    """
    return text.replace("*)", "* )").replace("(*", "( *").replace('"', "'")


def game_batch(theorems: Mapping[str, tuple[Question, Proved]]) -> str:
    """One Coq file with a module for each proved claim, by name; the prelude is loaded once."""
    return joined(game_module(name, *theorem) for name, theorem in theorems.items())


def game_theorem(question: Question, proved: Proved, name: str, lemmas: Lemmas) -> str:
    """Definitions and theorem of one claim; what they rest on is added to the lemmas.

    Raises NotSupportedError where a step of the proof has no Coq form, or its known signs do not settle a reply.
    """
    try:
        if any(atom[0] == "independent_of" for atom in atoms(question.claim)):
            scaling = ScalingWriter(question, lemmas)
            writer = scaling if scaling.settles() else IndependenceWriter(question, lemmas)
            return writer.file(proved, name)
        return GameWriter(question, lemmas).file(proved, name)
    except Unsettled as missing:
        raise NotSupportedError("a step of this proof has no Coq form yet; its certificate stands") from missing


class GameWriter(Ends):
    """The file of a claim in a section: parameters are its variables, domain and assumptions its hypotheses."""

    def file(self, proved: Proved, name: str) -> str:
        """The section; its lemmas are collected."""
        given = [*self.question.setting.domain, *self.question.assumptions]
        names: Names = {fact: self.fresh("H") for fact in given}
        head = ["Section Game."]
        if self.parameters:
            head.append(f"Variables {' '.join(self.parameters)} : R.")
        for fact, label in names.items():
            head.append(f"Hypothesis {label} : {self.statement(fact.polynomial, fact.relation, True)}.")
        positive = [self.introduce(fact, names) for fact in self.question.setting.positive]
        predicates = {self.label(atom): atom for atom in atoms(self.question.claim) if atom[0] not in SIGNS_OF}
        definitions = [*self.tables(), *self.notions()]
        definitions += self.graph() if any(atom[0] == "absorbing" for atom in predicates.values()) else []
        definitions += [self.definition(f"{label} : Prop", self.meaning(atom)) for label, atom in predicates.items()]
        entries = self.entries(positive)
        body = [f"  {line}" for line in positive]
        body += self.script(proved.proof, names, self.at_end)
        theorem = [f"Theorem {name} : {self.formula(self.question.claim)}.", "Proof.", *body, "Qed."]
        lines = [*head, "", *definitions, "", *entries, "", *theorem, "End Game.", ""]
        return "\n".join(lines)
