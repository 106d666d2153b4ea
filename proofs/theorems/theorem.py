"""A certificate as a theorem with its proof, in the blocks of a report and as a LaTeX fragment.

The statement says for which parameters which claim holds; the proof names the game's divergences and payoffs, states
each fact with the identity or the comparison of powers that proves it, distinguishes the cases of the certificate, and
reads the structure off the signs. Labels are made from the claim, so they are the same in every run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...symbolic.expressions.reading import multiply, power
from ..claims.language import relations_of
from ..typeset.blocks import Block, Display, Grid, Inline, Paragraph, Part, Proof, Statement
from ..typeset.formulas import formula, set_markup
from ..typeset.latex import section_latex, slug
from ..typeset.markup import Digits, Fenced, Letter, Markup, Name, Notation, Script, Words, notation_of, row
from .domain import domain_inline
from .proof import ProofWriter, gathered
from .reading import Reading
from .solution_facts import best_fits, call, gamma, listed, name_formulas, replies, value_markup
from .steps import Steps, sentence
from .words import claim_inline, claim_of

if TYPE_CHECKING:
    from ...symbolic.game.game import Game


def theorem_label(certificate: Mapping[str, Any]) -> str:
    """A label for the theorem of a certificate, made from its claim, its domain and its game.

    >>> theorem_label({"claim": ["<", "p", "1"], "domain": [["p", ">"]], "assumptions": [], "game": None})
    'thm:c3e3c8ad'
    """
    said = [certificate[key] for key in ("claim", "domain", "assumptions", "game")]
    text = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return f"thm:{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def certificate_theorem(
    certificate: Mapping[str, Any],
    game: Game | None = None,
    *,
    label: str | None = None,
    title: str = "",
    setting: bool = True,
    statement: Inline | None = None,
    notation: Notation | None = None,
) -> tuple[Block, ...]:
    """The theorem of a certificate and its proof as blocks.

    Parameters
    ----------
    certificate : as `prove` writes it
    game : how parameters are written; without it they are written by their names
    label : of the theorem; made from the claim when it is not given
    title : printed in brackets behind "Theorem"
    setting : whether to say first what the game is and what the words mean; a report has said so already
    statement : the theorem in other words than those of the certificate
    notation : how everything is written, where long formulas have got their names already

    Raises
    ------
    check.Rejected where the checker does not accept the certificate; NotSupportedError for a predicate that has no
    words yet.
    """
    reading = Reading(certificate)
    claim = claim_of(reading.claim)
    plain = Notation() if game is None else Notation(notation_of(game).letters)
    named = () if notation is not None else name_formulas(relations_of(claim), plain, reading.parameters)
    notation = notation or Notation(plain.letters, {n.expression: n.name for n in named})
    label = label or theorem_label(certificate)
    writer = ProofWriter(reading, claim, notation, Steps(label.partition(":")[2]))
    start, known = writer.start()
    body = writer.branch(reading.root, known)
    if statement is None:
        said: list[Part] = [*domain_inline(reading, notation), *sentence(claim_inline(claim, notation))]
        if named:
            said += [" Here ", *listed([row(n.name, "=", value_markup(n.expression, plain)) for n in named]), "."]
        statement = tuple(said)
    blocks: list[Block] = _setting(reading, notation) if setting and reading.record is not None else []
    blocks.append(Statement("theorem", label, title, (Paragraph(statement),)))
    lemma = [Paragraph(determinants_inline())] if writer.uses_minors else []
    blocks.append(Proof(tuple(gathered([*lemma, *start, *body, *writer.table()]))))
    return tuple(blocks)


def theorem_latex(certificate: Mapping[str, Any], game: Game | None = None, name: str = "") -> str:
    r"""The theorem and its proof as a LaTeX fragment, to be ``\input`` into a paper.

    Parameters: the certificate; the game, for how its parameters are written; a name that starts every label.
    """
    blocks = certificate_theorem(certificate, game)
    return section_latex(blocks, f"bn:{slug(name or (game.name if game is not None else 'game'))}")


# The setting


def _setting(reading: Reading, notation: Notation) -> list[Block]:
    """The game of the certificate, and the words of the theorem."""
    record = reading.record
    assert record is not None
    sets = [row(Letter(key), "=", set_markup(record[name]))
            for key, name in (("A", "actions"), ("Y", "outcomes"), ("Theta", "models"))]  # fmt: skip
    rows: list[tuple[Inline, ...]] = []
    for action in record["actions"]:
        for place, outcome in enumerate(record["outcomes"]):
            cells = [record["truth"][action][outcome], record["payoff"][action][outcome]]
            cells += [record["predicts"][model][action][outcome] for model in record["models"]]
            written: list[Inline] = [(_entry(reading, text, notation),) for text in cells]
            rows.append(((Name(action),) if place == 0 else (), (Name(outcome),), *written))
    given = Fenced(row("y", "mid", "a"))
    header: tuple[Inline, ...] = (
        ("action ", row("a")), ("outcome ", row("y")), (row("Q", given),), (call("pi", "a", "y"),),
        *((row(Script(Letter("Q"), Name(model)), given),) for model in record["models"]),
    )  # fmt: skip
    first = ("There are actions ", sets[0], ", outcomes ", sets[1], " and models ", sets[2],
             ", with the true law, the payoff and the predictions")  # fmt: skip
    return [Paragraph(first), Grid("l" * len(header), header, tuple(rows)), *_words()]


def _entry(reading: Reading, text: str, notation: Notation) -> Markup:
    """An entry of the game as a formula."""
    top, bottom = reading.kernel.reader.read(text)
    return formula(multiply([reading.expression(top), power(reading.expression(bottom), -1)]), notation)


def _words() -> list[Block]:
    """The definitions that the theorem and its proof use, in short."""
    theta, strategy = Letter("theta"), Letter("sigma")
    total = Script(row("sum"), Letter("y"))
    from .definition import log_ratio  # for start-up

    kl = row(call("K", theta, "a"), "=", total, "Q", Fenced(row("y", "mid", "a")), log_ratio(theta))
    mean = row(call("U", "a", theta), "=", total, Script(Letter("Q"), theta), Fenced(row("y", "mid", "a")),
               call("pi", "a", "y"))  # fmt: skip
    single = gamma(Fenced(row("a"), "{}"))
    text: Inline = (
        "A strategy ", strategy, " has the divergence ",
        row(call("K", theta, strategy), "=", Script(row("sum"), Letter("a")), call("sigma", "a"),
            call("K", theta, "a")),
        " from a model and the best fits ", best_fits(strategy), " that minimize it; ", replies("mu"),
        " are the actions that are optimal under the belief ", Letter("mu"), ", ", call("U", "a", "mu"),
        " being linear in ", Letter("mu"), ". It is a Berk–Nash equilibrium if its support lies in ", replies("mu"),
        " for a belief ", Letter("mu"), " on ", best_fits(strategy), ". ", gamma("B"),
        " are the best replies to beliefs on ", best_fits(strategy), ", for any ", strategy, " carried by ", row("B"),
        "; the rationalizable set is the largest ", row("B"), " with ", row("B", "subset", gamma("B")), ", a set is ",
        "closed if it contains its ", gamma("B"), ", an action ", row("a"), " is locked in if ",
        row(single, "=", Fenced(row("a"), "{}")), ", and play goes from ", row("a"), " to the actions in ", single, ".",
    )  # fmt: skip
    lead = Paragraph(("Divergences and subjective payoffs are",))
    return [lead, Display(((kl, None), (mean, None))), Paragraph(text)]


def determinants_inline() -> Inline:
    """How ties of several rows are read off determinants."""
    def series(letter: str, first: int) -> Markup:
        start = Script(Letter(letter), Digits(str(first)))
        return row(start, ",", "dots", ",", Script(Letter(letter), Letter("k")))

    columns, rows = series("x", 1), series("theta", 1)
    larger = call("D", row(columns, "mid", series("theta", 0)))
    line = Fenced(
        row(Digits("1"), ",", call("K", Script(Letter("theta"), Letter("i")), Script(Letter("x"), Digits("1"))), ",",
            "dots", ",", call("K", Script(Letter("theta"), Letter("i")), Script(Letter("x"), Letter("k"))))
    )  # fmt: skip
    without = call("D", row(columns, Words(" without "), Script(Letter("x"), Letter("i")), "mid", rows))
    power = Script(Fenced(row("-", Digits("1"))), None, row("k", "+", "i"))
    return (
        "Let ", larger, " be the determinant of the matrix with the rows ", line, ", and ", call("E", row(
            series("theta", 1), "mid", series("x", 0))), " that of ", row("U"),
        " with actions as rows. By Cramer's rule the models ", rows, " tie on a mixture of all of ", columns,
        " iff the numbers ", row(power, without),
        ", to which the weights are proportional, have one strict sign; the divergence of another model less the "
        "common one then has that sign times the sign of the determinant with its row added last. Mixtures at which "
        "given models fit best are averages of such ties. The same holds for beliefs and payoffs, where more is "
        "better.",
    )  # fmt: skip
