"""Coq files for proved statements without a game: a theorem for each, after the lemmas that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..search.facts import Fact
from ..search.prover import Proved, Question
from .facts import FactWriter, Lemmas, identifier, polynomial_coq
from .prelude import with_prelude


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
