"""The last part of a report: the theorem on phases, strata, and the numerical confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Context
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...symbolic.cells.blocks import CERTIFIED, SPATIAL
from ...symbolic.errors import NO_ANSWER
from ...symbolic.expressions.reading import ZERO, Relation, read_expression
from ...symbolic.results.structure import is_plain
from ...symbolic.results.undecided_boxes import total_measure
from ...symbolic.solving.condition_signs import ConditionTable
from ..theorems.solution_facts import listed
from ..typeset.blocks import Block, Figure, Heading, Inline, Items, Paragraph, Proof, Ref, Statement, Table
from ..typeset.formulas import formula, relation_markup, set_markup
from ..typeset.markup import Digits, Letter, Markup, Name, Notation, Script, Words, row
from .phase_sentences import (
    cycles_inline,
    doubt_inline,
    listed_once,
    open_inline,
    ordered,
    phase_inline,
    play_inline,
    rationalizable_inline,
)
from .sentences import condition_inline

if TYPE_CHECKING:
    from ...numeric.confirm import Confirmation
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.phase import PhaseEquilibrium

_BOXES_SHOWN = 12
_PLACES = 10


def phase_blocks(diagram: PhaseDiagram, notation: Notation, figure: Figure | None) -> tuple[Block, ...]:
    """The phases as a theorem, its proof, the strata between them, and the picture."""
    names = [notation.letter(p.name) for p in diagram.game.parameters]
    marks = tuple(phase.name + "." for phase in diagram.phases)
    items = tuple((Paragraph(phase_inline(diagram, phase, notation)),) for phase in diagram.phases)
    count = len(diagram.phases)
    opening: Inline = (
        f"The values of {'the parameter' if len(names) == 1 else 'the parameters'} ", *listed(names),
        f" fall into {count} open phases" if count != 1 else " form one open phase",
        f" and {len(diagram.strata)} lower-dimensional {'strata' if len(diagram.strata) > 1 else 'stratum'} ("
        if diagram.strata
        else "",
        *((Ref("tab:strata"), ")") if diagram.strata else ()),
        ". Within each the equilibrium supports, the rationalizable set, the transition graph, its absorbing sets "
        "and cycles, and the minimal closed sets do not change.",
    )
    blocks: list[Block] = [
        Heading(2, "Phases", "sec:phases"),
        Statement("theorem", "thm:phases", "phases", (Paragraph(opening), Items(items, marks), *_limits(diagram))),
        Proof((Paragraph(_proof(diagram, notation)),)),
    ]
    if diagram.boundaries:
        blocks.append(_boundary_table(diagram, notation))
    blocks.append(_sample_table(diagram, notation))
    if figure is not None:
        blocks.append(figure)
    if diagram.strata:
        blocks.append(_strata_table(diagram, notation))
    if diagram.undecided:
        blocks.append(_undecided_table(diagram, notation))
    return tuple(blocks)


def _limits(diagram: PhaseDiagram) -> tuple[Paragraph, ...]:
    """How far the list of phases and strata goes, where it does not go all the way."""
    coverage = diagram.coverage
    if coverage.everything:
        return ()
    text: list[Any] = []
    if coverage.complete:
        text.append(f"The list is complete in {dimensions_text(coverage.complete)}. ")
    if coverage.covered:
        text.append(
            f"In {dimensions_text(coverage.covered)} every point satisfies the condition of a listed piece, but pieces "
            "marked so were neither found to be non-empty nor refuted. "
        )
    if coverage.partial:
        text.append(
            f"In {dimensions_text(coverage.partial)} the listed pieces exist, and others may be missing: there nothing "
            "is claimed of points that satisfy no listed condition. "
        )
    if diagram.undecided:
        count, size = len(diagram.undecided), total_measure(diagram.undecided)
        bound = (" of unbounded size",) if size is None else (" of total measure at most ", _rounded_up(size))
        boxes = "one box" if count == 1 else f"{count} boxes"
        text += [f"All of this is claimed outside of {boxes}", *bound, " that stayed undecided (", Ref("tab:undecided")]
        text.append("). ")
    text[-1] = text[-1].rstrip()
    return (Paragraph(tuple(text)),)


def dimensions_text(dimensions: Sequence[int]) -> str:
    """``dimensions 1 and 0``.

    >>> dimensions_text((2,)), dimensions_text((2, 1, 0))
    ('dimension 2', 'dimensions 2, 1 and 0')
    """
    names = [str(d) for d in dimensions]
    return f"dimension {names[0]}" if len(names) == 1 else f"dimensions {', '.join(names[:-1])} and {names[-1]}"


def _rounded_up(size: float) -> Markup:
    """A number with two digits that is not less."""
    _, digits, exponent = Context(prec=2, rounding=ROUND_CEILING).create_decimal(size).normalize().as_tuple()
    assert isinstance(exponent, int)
    shown = ".".join(filter(None, (str(digits[0]), "".join(map(str, digits[1:])))))
    power = exponent + len(digits) - 1
    if power == 0 or size == 0:
        return Digits(shown)
    scale = row("-", Digits(str(-power))) if power < 0 else Digits(str(power))
    return row(Digits(shown), "cdot", Script(Digits("10"), None, scale))


def _undecided_table(diagram: PhaseDiagram, notation: Notation) -> Table:
    names = [p.name for p in diagram.table.domain.parameters]
    # Boxes are in the order in which the parameters were decomposed: those asked for first.
    order = tuple(dict.fromkeys((*(n for n in diagram.parameters if n in names), *names)))
    largest = sorted(diagram.undecided, key=lambda box: (box.size is not None, -(box.size or 0), box.sides))
    rows: list[tuple[Inline, ...]] = []
    for box in largest[:_BOXES_SHOWN]:
        ranges = [
            row(notation.letter(name), "in", _between(low, high))
            for name, (low, high) in zip(order, box.sides, strict=True)
        ]
        rows.append((listed(ranges, ", "), (box.reason,)))
    more = len(largest) - len(rows)
    rest = f" The {more} smallest are left out." if more > 0 else ""
    return Table(
        "tab:undecided",
        (f"Boxes of parameters in which the phases stayed undecided, ends rounded outward.{rest}",),
        "XX",
        (("box",), ("reason",)),
        tuple(rows),
    )


def _between(low: Fraction | None, high: Fraction | None) -> Markup:
    """A closed interval with decimals around it."""
    ends = [
        _decimal(low, -1) if low is not None else row("-", Letter("infty")),
        _decimal(high, 1) if high is not None else Letter("infty"),
    ]
    return row(Words("["), ends[0], ",", ends[1], Words("]"))


def _decimal(value: Fraction, side: int) -> Markup:
    """A decimal with ten places below (side -1) or above a number."""
    scaled = value * 10**_PLACES
    whole = -((-scaled.numerator) // scaled.denominator) if side > 0 else scaled.numerator // scaled.denominator
    digits = f"{abs(whole):0{_PLACES + 1}d}"
    text = f"{digits[:-_PLACES]}.{digits[-_PLACES:]}".rstrip("0").rstrip(".")
    return row("-", Digits(text)) if whole < 0 else Digits(text)


def _proof(diagram: PhaseDiagram, notation: Notation) -> Inline:
    text: list[Any] = [_basis(diagram)]
    if diagram.boundaries:
        text += ["Those that separate phases are in ", Ref("tab:boundaries"), ". "]
    text += _engine_sentences(diagram.engine)
    text += ["No phase is empty: ", Ref("tab:samples"), " has a point of each."] if all(
        p.sample for p in diagram.phases
    ) else [Ref("tab:samples"), " has a point of each phase for which one was found."]
    return tuple(text)


def _basis(diagram: PhaseDiagram) -> str:
    """On what the phases depend: minors of the tables, or the conditions of the solution."""
    if not isinstance(diagram.table, ConditionTable):
        return (
            "By the definitions, everything listed depends on the parameters only through the signs of differences and "
            "determinants of divergences and of payoffs, hence through the signs of their irreducible factors. "
        )
    return (
        "Each equilibrium, transition and set of the solution exists under an exact condition on the parameters; so "
        "everything listed depends on them only through the signs of what these conditions compare, hence through the "
        "signs of its irreducible factors. "
    )


def _engine_sentences(engine: str) -> list[str]:
    """How the cells of constant signs were found."""
    if "decision tree" in engine:
        return [
            "Splitting the domain by the sign of one factor after the other, each time the structure depends on it, "
            "leaves finitely many combinations; those that contradict one another are dropped, and combinations with "
            "the same structure make up a phase. "
        ]
    sentences = []
    if " and " in engine.replace(SPATIAL, ""):
        sentences.append("The parameters fall into groups that no factor connects, and cells are products of theirs. ")
    kinds = "the open cells and the surfaces between them" if SPATIAL in engine else "the parameter domain"
    if engine != CERTIFIED:
        sentences.append(
            f"A cylindrical decomposition of {kinds} by these factors lists every combination of signs that occurs "
            "there, with an exact point in each cell. "
        )
    if CERTIFIED in engine:
        sentences.append(
            "Where parameters stand inside logarithms, the places at which the arrangement of the zeros can change "
            "(vertical tangents, crossings, meetings with an edge) are enclosed by interval arithmetic with a "
            "certificate that each enclosure holds exactly one and that there are no others; between two of them the "
            "signs are those over one rational number. "
        )
    sentences.append(
        "The structure, computed from the signs, is the same on a cell, and cells with the same structure make up a "
        "phase. "
    )
    return sentences


def _boundary_table(diagram: PhaseDiagram, notation: Notation) -> Table:
    rows: list[tuple[Inline, ...]] = []
    for boundary in diagram.boundaries:
        if boundary.solved is not None:
            shown = relation_markup(boundary.solved, notation)
        else:
            shown = relation_markup(Relation(boundary.expression, "==", ZERO), notation)
        kind = "logarithmic" if boundary.kind == "log" else "algebraic"
        rows.append(((shown,), (kind,), (_origins(boundary.origins),)))
    return Table(
        "tab:boundaries",
        ("Boundaries between phases, and the comparisons of the game they come from.",),
        "llX",
        (("boundary",), ("kind",), ("comparison",)),
        tuple(rows),
    )


def _origins(origins: Sequence[str]) -> str:
    shown = "; ".join(origins[:3])
    more = len(origins) - 3
    return f"{shown}; and {more} more" if more > 0 else shown


def _sample_table(diagram: PhaseDiagram, notation: Notation) -> Table:
    rows: list[tuple[Inline, ...]] = []
    for phase in diagram.phases:
        values: list[Any] = []
        for name, text in phase.sample:
            values.append(row(notation.letter(name), "=", _sample_value(text, notation)))
        rows.append(((phase.name,), listed(values, ", ") if values else ("no point found",)))
    return Table("tab:samples", ("A point of each phase.",), "lX", (("phase",), ("point",)), tuple(rows))


def _sample_value(text: str, notation: Notation) -> Markup:
    if text.startswith("~"):
        return Words(f"approximately {text[1:]}")
    try:
        return formula(read_expression(text, None, where="a sample"), notation)
    except NO_ANSWER:
        return Words(text)


def _strata_table(diagram: PhaseDiagram, notation: Notation) -> Table:
    rows: list[tuple[Inline, ...]] = []
    for stratum in diagram.strata:
        supports = [
            (*_support(diagram, e), f" (dim. {e.dimension})" if e.dimension else "") for e in listed_once(stratum)
        ]
        cells: list[Any] = []
        for position, part in enumerate(supports):
            cells += [*((", ",) if position else ()), *part]
        condition = condition_inline(stratum.condition, notation)
        rows.append(
            (
                (stratum.name,),
                (*condition, *open_inline(stratum), *doubt_inline(stratum, notation)),
                tuple(cells),
                rationalizable_inline(stratum),
                cycles_inline(stratum) or ("none",),
            )
        )
    return Table(
        "tab:strata",
        ("Strata between the phases: supports of equilibria, rationalizable set, and cycles.",),
        "lXXXX",
        (("",), ("condition",), ("equilibrium supports",), ("rationalizable",), ("cycles",)),
        tuple(rows),
    )


def _support(diagram: PhaseDiagram, equilibrium: PhaseEquilibrium) -> Inline:
    if is_plain(equilibrium.play):
        return (set_markup(ordered(diagram, equilibrium.support)),)
    if equilibrium.profile is not None:
        return (Name(equilibrium.profile),)
    return play_inline(tuple(player.name for player in diagram.game.players), equilibrium.play)


def confirmation_blocks(confirmation: Confirmation, notation: Notation) -> tuple[Block, ...]:
    """What the numerical route found at points inside of phases and around each boundary point."""
    _, *body = confirmation.table()
    text: list[Any] = [
        "Independently of the derivation, the structure was recomputed from the definitions in arithmetic with many "
        "digits. This is evidence, not a proof. ",
    ]
    if body:
        good = sum(point.agree for point in confirmation.points)
        text += [
            f"With {confirmation.digits} digits at {_points(len(body))} of boundaries and on both sides of each, at "
            "the distances ", _power_of_ten("1e-1"), ", ", _power_of_ten("1e-2"), " and so on down to ",
            _power_of_ten("1e-20"), f", it agrees with the theorem at {good} of {_points(len(body))}; ",
            Ref("tab:confirmation"), " gives the distance from which it does. ",
        ]  # fmt: skip
    if confirmation.samples:
        good, count = sum(sample.agrees for sample in confirmation.samples), len(confirmation.samples)
        if not confirmation.samples[0].coordinates:
            text.append(f"It {'agrees' if good else 'does not agree'} at the given values of the parameters. ")
        else:
            text.append(f"It agrees at {good} of {_points(count)} inside, of which some are drawn at random. ")
    for untested in confirmation.untested[: 1 if not body else 0]:
        text.append(f"Of the {untested.boundary} none was tested: {untested.reason}. ")
    if body and confirmation.untested:
        text.append(f"Boundaries of which no point was tested: {len(confirmation.untested)}. ")
    for parts, reason in confirmation.left_out:
        text.append(f"Not recomputed, or not as a whole, were {parts}: {reason}. ")
    blocks: tuple[Block, ...] = (Heading(2, "Numerical confirmation", "sec:confirmation"), Paragraph(tuple(text)))
    return (*blocks, _confirmation_table(confirmation, notation)) if body else blocks


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _confirmation_table(confirmation: Confirmation, notation: Notation) -> Table:
    header, *body = confirmation.table()
    rows: list[tuple[Inline, ...]] = []
    for cells in body:
        boundary = read_expression(cells[0], None, where="a boundary")
        rows.append(
            (
                (relation_markup(Relation(boundary, "==", ZERO), notation),),
                (notation.letter(cells[1]),),
                _point_inline(cells[2], notation),
                (cells[3],),
                (_power_of_ten(cells[4]),),
            )
        )
    return Table(
        "tab:confirmation",
        ("Structures recomputed numerically on and around each boundary.",),
        "XlXll",
        tuple((cell,) for cell in header),
        tuple(rows),
    )


def _point_inline(text: str, notation: Notation) -> Inline:
    parts = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        parts.append(row(notation.letter(name), "=", Words(value)))
    return listed(parts, ", ")


def _power_of_ten(text: str) -> Markup | str:
    head, _, exponent = text.partition("e-")
    if head != "1" or not exponent.isdigit():
        return text
    return Script(Digits("10"), None, row("-", Digits(exponent)))
