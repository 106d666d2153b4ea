"""Polynomial and logarithmic statements without a game: for all parameters with these hypotheses, a relation.

    decide_statement({"p": "(0, 1)"}, ["p > 1/2"], "p**2 > 1/4")

answers with a certificate that the checker has accepted, a rational counterexample, or undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.parameters import Parameter, read_interval
from ...symbolic.algebra.ring import Ring
from ...symbolic.cells.domain import difference
from ...symbolic.expressions.reading import read_relation
from .prover import Answer, Limits, Question, decide
from .spaces import SettingReader, assumptions_of, has_logarithms, log_arguments, make_setting


def read_statement(parameters: Mapping[str, str], hypotheses: Sequence[str], claim: str) -> Question:
    """The question whether the hypotheses imply the claim for all parameters of the domains.

    Hypotheses with logarithms become assumptions, the others part of the domain. Raises GameError for what
    cannot be read, UndecidedError where a logarithm's argument is not proved positive.
    """
    names = list(parameters)
    declared = [Parameter(name, read_interval(text, where=name)) for name, text in parameters.items()]
    given = [link for text in hypotheses for link in read_relation(text, names, where="hypothesis")]
    goals = read_relation(claim, names, where="claim")
    ring = Ring.of_parameters(names)
    for relation in (*given, *goals):
        ring, _ = element_of(ring, difference(relation))
    sides = [side for relation in goals for side in (relation.left, relation.right)]
    logarithmic = [relation for relation in given if has_logarithms(relation)]
    plain = [relation for relation in given if relation not in logarithmic]
    setting = make_setting(ring, declared, plain, (), log_arguments(sides))
    reader = SettingReader(setting)
    atoms = [[relation.operator, str(relation.left), str(relation.right)] for relation in goals]
    relations = {(left, right): reader.difference(left, right) for _, left, right in atoms}
    claimed = atoms[0] if len(atoms) == 1 else ["and", *atoms]
    return Question(setting, assumptions_of(setting, logarithmic), claimed, relations)


def decide_statement(
    parameters: Mapping[str, str], hypotheses: Sequence[str], claim: str, limits: Limits | None = None
) -> Answer:
    """Prove or refute the statement.

    >>> answer = decide_statement({"p": "(0, 1)"}, ["p > 1/2"], "p**2 > 1/4")
    >>> type(answer).__name__, answer.ends
    ('Proved', 1)
    >>> decide_statement({"p": "(0, 1)"}, [], "p**2 > 1/4").point
    {'p': Fraction(1, 24)}
    """
    return decide(read_statement(parameters, hypotheses, claim), limits)
