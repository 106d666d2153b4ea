"""Parts of the paper: claims as formulas, theorems from verdicts, tables of verdicts, designs and distances."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from ...symbolic.expressions.reading import Expression, multiply, number, read_expression, read_relation
from ...symbolic.floats import nearest_float
from ...symbolic.game.game import Game
from ..claims.answers import When
from ..claims.language import read_claim
from ..claims.verdict import Verdict
from ..design.changes import Changes
from ..design.designs import Design
from ..design.robustness import Robustness
from ..search.coordinates import Coordinate
from ..theorems.words import claim_inline, joined_words
from ..typeset.blocks import Block, Cite, Inline, Paragraph, Part, Proof, Ref, Statement, Strong, Table
from ..typeset.formulas import conjunction_parts, formula, set_markup
from ..typeset.markup import Digits, Letter, Markup, Name, Notation, Over, notation_of, row
from .claims import DecidedClaim
from .conditions import condition_words, one_parameter_words
from .text import REFERENCES


def threshold_notation(game: Game, names: Mapping[Expression, Markup]) -> Notation:
    """The notation of a game with named thresholds."""
    return Notation(notation_of(game).letters, dict(names))


def thresholds(game: Game, texts: Sequence[tuple[str, str]]) -> dict[Expression, Markup]:
    """The letters of thresholds that can be read over the parameters of the game, by (letter, text)."""
    names = [parameter.name for parameter in game.parameters]
    found: dict[Expression, Markup] = {}
    for letter, text in texts:
        words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text)) - {"log"}
        if words <= set(names):
            expression = read_expression(text, names, where="threshold")
            found[expression] = Letter(letter)
            found[multiply([number(Fraction(1, 2)), expression])] = Over(Letter(letter), Digits("2"))
    return found


def argument_inline(text: str, game: Game, notation: Notation) -> Inline:
    """Text in which names of actions and models, and formulas, stand in backquotes."""
    (player,) = game.players
    symbols = [parameter.name for parameter in game.parameters]
    own = {*player.actions, *(model.name for model in player.models)}
    parts: list[Part] = []
    for place, piece in enumerate(text.split("`")):
        if place % 2 == 0:
            parts += [piece] if piece else []
        elif piece in own:
            parts.append(Name(piece))
        elif re.search("[<>=]", piece):
            relations = read_relation(piece, symbols, where="because")
            parts += joined_words([[p] for p in conjunction_parts(list(relations), notation)], "and")
        else:
            parts.append(formula(read_expression(piece, symbols, where="because"), notation))
    return tuple(parts)


def cited(text: str) -> Inline:
    """Text with ``[Key]`` for citations and ``<label>`` for references."""
    keys = {key for key, _ in REFERENCES}
    parts: list[Part] = []
    for piece in re.split(r"(\[[A-Za-z0-9]+\]|<[a-z]+:[a-z0-9-]+>)", text):
        if piece[:1] == "[" and piece[1:-1] in keys:
            parts.append(Cite(piece[1:-1]))
        elif piece[:1] == "<":
            parts.append(Ref(piece[1:-1]))
        elif piece:
            parts.append(piece)
    return tuple(parts)


def point_inline(point: Iterable[tuple[str, Coordinate]], notation: Notation) -> Inline:
    """``p = 1/2, q = 1/3``; algebraic coordinates without square roots as plain text."""
    parts: list[Part] = []
    for name, value in point:
        parts += [", "] if parts else []
        if isinstance(value, Fraction):
            parts.append(row(notation.letter(name), "=", formula(number(value), notation)))
        else:
            parts += [row(notation.letter(name)), f" = {value}"]
    return tuple(parts)


def label_of(name: str) -> str:
    """The label of a claim by its id.

    >>> label_of("C4.no_reward")
    'c4-no-reward'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def claim_blocks(
    decided: DecidedClaim, notation: Notation, certificate: str | None, coq: str | None
) -> tuple[Block, ...]:
    """A decided claim as a statement with its proof, its counterexample or its condition.

    Parameters: the claim; how parameters are written; the file of the certificate; the file that Coq
    accepted.
    """
    claim, answer = decided.claim, decided.answer
    (player,) = claim.game.players
    label = label_of(claim.name)
    at: Inline = ("At ", *point_inline(claim.at, notation), ": ") if claim.at else ()
    fixed = claim.game.at(dict(claim.at)) if claim.at else claim.game
    read = read_claim(claim.statement, [p.name for p in fixed.parameters], player.actions)
    argument = argument_inline(claim.because, claim.game, notation) if claim.because else ()
    if isinstance(answer, Verdict):
        formal = _started((*at, *_assumed(claim.game, notation), *claim_inline(read, notation), "."))
        if answer.status == "refuted":
            body: tuple[Block, ...] = (
                Paragraph((Strong("False: "), claim.says)),
                Paragraph(("Precisely: it is not true in general that ", *_lowered(formal))),
                Paragraph(("It fails at ", *point_inline(answer.counterexample, notation), ".")),
            )
            words = (*argument, " " if argument else "", *_refutation(answer), _sign(certificate, coq))
            proof = Proof((Paragraph(words),))
            return (Statement("proposition", f"prop:{label}", f"{claim.name}, refuted", body), proof)
        ends = 0 if answer.certificate is None else _ends(answer.certificate["proof"])
        cases = "one case" if ends == 1 else f"{ends} cases"
        steps = f" In full, by {cases} on the signs of determinants"
        proof = Proof((Paragraph((*argument, steps, *_by(certificate, coq))),))
        return (Statement("theorem", f"thm:{label}", claim.name, (Paragraph((claim.says,)), Paragraph(formal))), proof)
    if not answer.condition.alternatives:
        said: Inline = (*at, "for no values of the parameters is it true that ", *claim_inline(read, notation), ".")
    elif answer.condition.is_always():
        said = (*at, *claim_inline(read, notation), ", for all values of the parameters.")
    else:
        words = condition_words(answer.condition, notation)
        said = (*at, *claim_inline(read, notation), " if and only if ", *words, ".")
    body = (Paragraph((claim.says,)), Paragraph(_started(said)))
    found = " The condition is read off the complete list of cells"
    proof = Proof((Paragraph((*argument, found, *(_by(certificate, coq) if certificate else (".",)))),))
    return (Statement("proposition", f"prop:{label}", claim.name, body), proof)


def _by(certificate: str | None, coq: str | None) -> Inline:
    found = f"; the certificate ({certificate}) was accepted by the checker"
    return (f"{found}, the proof from the definitions in {coq} by Coq.",) if coq else (f"{found}.",)


def _sign(certificate: str | None, coq: str | None) -> str:
    if not certificate:
        return ""
    found = f" That it fails there has a certificate ({certificate}), accepted by the checker"
    return f"{found}, and a proof from the definitions ({coq}), accepted by Coq." if coq else f"{found}."


def _lowered(content: Sequence[Part]) -> Inline:
    """The text without the capital at its start."""
    if content and isinstance(content[0], str) and content[0]:
        return (content[0][0].lower() + content[0][1:], *content[1:])
    return tuple(content)


def _assumed(game: Game, notation: Notation) -> list[Part]:
    extra = [r for r in game.assume if not (str(r.left).isidentifier() and str(r.right).isidentifier())]
    if not extra:
        return []
    return ["where ", *joined_words([[p] for p in conjunction_parts(extra, notation)], "and"), " is assumed, "]


def _started(content: Sequence[Part]) -> Inline:
    """The text with a capital at its start."""
    if content and isinstance(content[0], str) and content[0]:
        return (content[0][0].upper() + content[0][1:], *content[1:])
    return tuple(content)


def _refutation(answer: Verdict) -> Inline:
    """What is true at the counterexample."""
    solution = answer.solution or {}
    supports: list[Part] = []
    for entry in solution.get("equilibria", []):
        ((_, names),) = entry["support"].items()
        supports += [", ", set_markup(list(names))] if supports else [set_markup(list(names))]
    ((_, rationalizable),) = solution["rationalizable"].items()
    return (
        "Solved exactly at this point, the supports of equilibria are ", *supports, " and the rationalizable set is ",
        set_markup(list(rationalizable)), ".",
    )  # fmt: skip


def _ends(node: Any) -> int:
    if isinstance(node, dict):
        inner = sum(_ends(value) for value in node.values())
        return max(1, inner) if "holds" in node or "refuted" in node else inner
    return sum(_ends(value) for value in node) if isinstance(node, list) else 0


def summary_table(decided: Sequence[DecidedClaim], titles: Sequence[tuple[str, str, str]]) -> Table:
    """For each of the claims what was found, and how many statements that takes.

    Parameters: all decided claims; (group, the claim in words, what was found).
    """
    rows: list[tuple[Inline, ...]] = []
    for group, says, finding in titles:
        own = [entry for entry in decided if entry.claim.group == group]
        counts = {word: sum(_verdict_word(e) == word for e in own) for word in ("proved", "refuted", "exact condition")}
        shown = ", ".join(f"{n} {word}{'s' if n > 1 and word[0] == 'e' else ''}" for word, n in counts.items() if n)
        rows.append(((Strong(group),), (says,), (finding,), (shown,)))
    return Table(
        "tab:summary",
        ("The claims of the motivating paper and what becomes of them.",),
        "lXXX",
        (("claim",), ("as argued",), ("as found here",), ("statements",)),
        tuple(rows),
    )


def _verdict_word(entry: DecidedClaim) -> str:
    return entry.verdict if isinstance(entry.answer, Verdict) else "exact condition"


def verdict_table(decided: Sequence[DecidedClaim], coq: Mapping[str, str], group: str = "") -> Table:
    """The claims of a group with their verdicts; of all groups without one."""
    rows: list[tuple[Inline, ...]] = []
    own = [entry for entry in decided if entry.claim.group == group or not group]
    for entry in own:
        verdict = _verdict_word(entry)
        kind = "prop" if verdict != "proved" else "thm"
        label = f"{kind}:{label_of(entry.claim.name)}"
        shown: Inline = (Strong("refuted"),) if verdict == "refuted" else (verdict,)
        checked = "accepted" if entry.witness is not None else "–"
        rows.append(
            ((Ref(label),), (entry.claim.says,), shown, (checked,), (coq.get(entry.claim.name, "–"),))
        )
    dash = any(row[-1] == ("–",) for row in rows)
    remark = " A dash: the Coq files do not cover this form of statement." if dash else ""
    return Table(
        f"tab:verdicts{'-' + group.lower() if group else ''}",
        (f"Statements on {group or 'the claims'}: verdict, certificate in the checker, proof in Coq.{remark}",),
        "lXlll",
        (("statement",), ("in words",), ("verdict",), ("checker",), ("Coq",)),
        tuple(rows),
    )  # fmt: skip


def design_blocks(
    answer: Design, changes: Changes | None, game: Game, notation: Notation, label: str, coq: str = ""
) -> list[Block]:
    """A design theorem with its proof, and the way from a present model class.

    Parameters: the designs; the way to them, if asked for; the game; how parameters are written; a label; what Coq
    says of the certificates.
    """
    names = [p.name for p in game.parameters if p.name not in dict(answer.at)]
    (player,) = game.players
    goal = claim_inline(read_claim(answer.goal, names, player.actions), notation)
    region: Inline = ()
    if answer.region:
        region = (" with ", *claim_inline(read_claim(answer.region, names, player.actions), notation))
    letters = [notation.letter(n) for n in answer.environment]
    environment: list[Part] = joined_words([[letter] for letter in letters], "and")
    at: Inline = ("at ", *point_inline(answer.at, notation), " ") if answer.at else ()
    chosen: list[Part] = joined_words([[notation.letter(n)] for n in answer.choose], "and")
    every: list[Part] = [" for every ", *environment, *region]
    if not answer.exists:
        said: Inline = ("There are no ", *chosen, " such that ", *at, *goal, *every, ".")
        return [
            Statement("theorem", f"thm:design-{label}", "no design", (Paragraph(said),)),
            Proof((Paragraph((*_failures(answer, notation), _certified(answer, coq))),)),
        ]
    reading = claim_inline(read_claim(answer.reading, names, player.actions), notation)
    exact = condition_words(answer.condition, notation)
    short = len(str(answer.condition)) < 90
    main = exact if short and "log" not in answer.reading else reading
    body: list[Block] = [Paragraph((*_started((*at, *goal)), *every, " if and only if ", *main, "."))]
    if short and main is reading:
        body.append(Paragraph(("Equivalently, ", *exact, ".")))
    steps: list[Part] = [
        "Sufficiency: the statement that the condition and the region imply the goal was proved by cases on signs. ",
        *_failures(answer, notation), _certified(answer, coq),
    ]  # fmt: skip
    if answer.beyond_region is not None and answer.beyond_region.status == "refuted":
        point = point_inline(answer.beyond_region.counterexample, notation)
        steps += [" The region cannot be dropped: the goal fails at ", *point, "."]
    blocks: list[Block] = [
        Statement("theorem", f"thm:design-{label}", "design", tuple(body)),
        Proof((Paragraph(tuple(steps)),)),
    ]
    if changes is not None and not changes.safe_now:
        blocks.append(Paragraph(_changes(changes, game, notation)))
    return blocks


def _failures(answer: Design, notation: Notation) -> list[Part]:
    """Each failing case with the environment that defeats the goal."""
    parts: list[Part] = []
    for failure in answer.necessity:
        relations = conjunction_parts(list(failure.case), notation)
        case: list[Part] = ["For all values"]
        if relations:
            case = ["Where ", *joined_words([[p] for p in relations], "and"), ","]
        if failure.environment is None:
            parts += [*case, " some environment of the region defeats the goal. "]
            continue
        places: list[Part] = []
        for name, value in failure.environment:
            places += [", "] if places else []
            places.append(row(notation.letter(name), "=", formula(value, notation)))
        parts += [*case, " the environment ", *places, " lies in the region and defeats the goal. "]
    return parts


def _certified(answer: Design, coq: str) -> str:
    count = len(answer.proofs())
    plural = "s" if count != 1 else ""
    whole = all(failure.status == "proved" for failure in answer.necessity)
    whole = whole and (not answer.exists or (answer.proof is not None and answer.proof.status == "proved"))
    if not whole:
        return "Some of these steps rest on the elimination alone; the others have certificates."
    text = f"These steps have {count} certificate{plural}, accepted by the checker"
    return f"{text}{coq}."


def _changes(changes: Changes, game: Game, notation: Notation) -> Inline:
    parts: list[Part] = ["The class with ", *point_inline(changes.present, notation), " is not such a design."]
    domains = {parameter.name: parameter.domain for parameter in game.parameters}
    for name, condition in changes.along:
        words = one_parameter_words(condition, name, domains[name], notation)
        letter = notation.letter(name)
        if words == ("never",):
            parts += [" No change of ", letter, " alone makes it one."]
        else:
            parts += [" Changing ", letter, " alone does if and only if ", *words, "."]
    if changes.distance is not None:
        upper = "" if changes.distance.upper is None else f" and at most {_up(changes.distance.upper)}"
        lower = int(changes.distance.lower * 10_000) / 10_000
        parts.append(f" The nearest design is at Euclidean distance at least {lower:.4f}{upper} (certified).")
    removed = ", ".join(name.replace("_", " ") for name in changes.removals)
    parts.append(f" Models whose removal alone is enough: {removed or 'none'}.")
    for name, values in changes.additions:
        parts += [f" Adding a second {name.replace('_', ' ')} with ", *point_inline(values, notation), " is enough."]
    if not changes.additions:
        parts.append(" Of finitely many copies of one model with other predictions none is enough when added.")
    return tuple(parts)


def _up(value: float) -> str:
    return f"{math.ceil(value * 10_000) / 10_000:.4f}"


def zero_mass_blocks(
    results: Sequence[DecidedClaim], notation: Notation, certificates: Sequence[str | None]
) -> list[Block]:
    """What holds at prior mass zero of a model: the exact condition on the game without it.

    Parameters: the decided claims ``rationalizable_only(...)`` on these games; how parameters are written; the files of
    the certificates.
    """
    parts: list[Part] = ["At mass zero the game is another one, and is solved exactly."]
    for entry in results:
        assert isinstance(entry.answer, When)
        (player,) = entry.claim.game.players
        claim = claim_inline(read_claim(entry.claim.statement, [], player.actions), notation)
        parts += [f" {entry.claim.says}, ", *claim]
        condition = entry.answer.condition
        parts.append(" if and only if " if condition.alternatives and not condition.is_always() else " ")
        parts += [*condition_words(condition, notation), "."]
    listed = " and ".join(file for file in certificates if file)
    if listed:
        parts.append(f" The certificates ({listed}) were accepted by the checker.")
    return [Paragraph(tuple(parts))]


def robustness_table(results: Sequence[tuple[str, Robustness, Notation]]) -> Table:
    """Distances to the nearest change of structure, per direction and overall."""
    rows: list[tuple[Inline, ...]] = []
    for title, result, notation in results:
        point = point_inline(result.point, notation)
        directions: list[Part] = []
        for direction in result.directions:
            directions += ["; "] if directions else []
            directions.append(notation.letter(direction.parameter))
            if direction.distance is None:
                directions.append(" never")
            elif direction.distance[0] == direction.distance[1]:
                directions += [" ", formula(number(direction.distance[0]), notation)]
            else:
                directions += [f" {nearest_float(direction.distance[0]):.4f}"]
        lower = int(result.overall.lower * 10_000) / 10_000
        upper = "–" if result.overall.upper is None else _up(result.overall.upper)
        rows.append(((title,), point, tuple(directions), (f"[{lower:.4f}, {upper}]",)))
    return Table(
        "tab:robustness",
        ("Distance to the nearest change of structure: exact along each parameter (decimals are rounded), a certified "
         "enclosure overall.",),
        "lXXl",
        (("trap",), ("point",), ("along each parameter",), ("overall",)),
        tuple(rows),
    )  # fmt: skip


def relabelled(value: Any, suffix: str, stems: Mapping[str, str]) -> Any:
    """The same blocks with every label made its own by a suffix, and figures found elsewhere."""
    if isinstance(value, tuple):
        return tuple(relabelled(part, suffix, stems) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: relabelled(getattr(value, field.name), suffix, stems)
        for field in fields(value)
        if isinstance(getattr(value, field.name), tuple)
    }
    if hasattr(value, "label"):
        changed["label"] = f"{value.label}-{suffix}"
    if hasattr(value, "stem"):
        changed["stem"] = stems.get(value.stem, value.stem)
    return replace(value, **changed) if changed else value


def resolved(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without references to labels that are not among them, and without the words that led to them."""
    labels = set(_labels(tuple(blocks)))
    return tuple(_resolved(block, labels) for block in blocks)


def _labels(value: Any) -> Iterable[str]:
    if isinstance(value, tuple):
        for part in value:
            yield from _labels(part)
    elif is_dataclass(value) and not isinstance(value, (type, Ref)):
        if hasattr(value, "label"):
            yield value.label
        for field in fields(value):
            yield from _labels(getattr(value, field.name))


def _resolved(value: Any, labels: set[str]) -> Any:
    if isinstance(value, tuple):
        kept: list[Any] = []
        opened = False
        for part in value:
            if isinstance(part, Ref) and part.label not in labels:
                if kept and isinstance(kept[-1], str):
                    opened = kept[-1].endswith(" (")
                    kept[-1] = re.sub(r"( \(| of| by)? ?$", "", kept[-1])
                continue
            if opened and isinstance(part, str):
                part, opened = part.removeprefix(")"), False
            kept.append(_resolved(part, labels))
        return tuple(kept)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: _resolved(getattr(value, field.name), labels)
        for field in fields(value)
        if isinstance(getattr(value, field.name), tuple)
    }
    return replace(value, **changed) if changed else value
