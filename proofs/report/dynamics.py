"""The middle part of a report: rationalizability with its rounds, the transition graph, and what follows from it."""

from __future__ import annotations

from functools import partial

from ...symbolic.combinatorics.agent import Problem
from ..theorems.solution_facts import Facts, gamma
from ..typeset.blocks import Block, Figure, Heading, Inline, Paragraph, Part, Proof, Ref, Statement, Table
from ..typeset.formulas import joined, set_markup
from ..typeset.markup import Fenced, Markup, Name, row
from .sentences import cases_blocks, condition_inline, doubt, where


def rationalizability_blocks(facts: Facts) -> tuple[Block, ...]:
    """The rationalizable set, case by case, with the rounds of elimination."""
    notation = facts.notation
    rounds: list[Part] = []
    visited: list[tuple[str, ...]] = []
    for case in facts.solution.rounds:
        members_by_round = [members for (members,) in case.value]
        visited += [r for r in members_by_round if r not in visited]
        if len(case.value) > 1:
            chain = joined([set_markup(_ordered(facts, members)) for members in members_by_round], "superset")
            rounds += [*(("; ",) if rounds else ()), chain, *where(case.condition, notation, " if ")]
    values = [
        (set_markup(_ordered(facts, c.value[0])), c.condition, c.witnessed) for c in facts.solution.rationalizable
    ]
    told: Inline = (" The rounds are ", *rounds, ".") if rounds else (" No action is ever eliminated.",)
    blocks: list[Block] = [
        Heading(2, "Rationalizability", "sec:rationalizability"),
        Statement(
            "proposition",
            "prop:rationalizable",
            "rationalizable actions",
            (
                Paragraph(("The Berk–Nash rationalizable set ", row("R"), " is this.",)),
                *cases_blocks(row("R"), values, notation),
            ),
        ),
    ]
    rows: list[tuple[Inline, ...]] = []
    for members in visited:
        indices = tuple(sorted(facts.actions.index(name) for name in members))
        rows += [
            (
                (set_markup(_ordered(facts, members)),),
                (set_markup(facts.action_names(found.value)),),
                (*condition_inline(found.condition, notation), *doubt(found.witnessed)),
            )
            for found in facts.cases(partial(Problem.gamma, actions=indices))
        ]
    blocks.append(
        Proof(
            (
                Paragraph(
                    (
                        "Start from all actions and replace ", row("B"), " by ", row("B", "cap", gamma("B")),
                        " until nothing changes; the values of ", gamma("B"), " that are needed are in ",
                        Ref("tab:gamma"), ". Each follows from the signs in ", *facts.fit_signs, " and ",
                        *facts.payoff_signs,
                        ", by listing which models tie on mixtures of the set and which actions are optimal for "
                        "beliefs on them.", *told,
                    )
                ),
            )
        )
    )
    blocks.append(
        Table(
            "tab:gamma",
            ("The operator on the sets that the elimination visits.",),
            "llX",
            ((row("B"),), (gamma("B"),), ("if",)),
            tuple(rows),
        )
    )
    return tuple(blocks)


def _ordered(facts: Facts, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in facts.actions if name in names)


def transition_blocks(facts: Facts, figure: Figure | None) -> tuple[Block, ...]:
    """The transition graph, its absorbing sets, minimal closed sets and cycles."""
    notation = facts.notation
    solution = facts.solution
    rows: list[tuple[Inline, ...]] = []
    for edge in solution.transitions:
        start, end = edge.value
        arrow = row(Name(start), "to", Name(end))
        rows.append(
            (("transition",), (arrow,), (*condition_inline(edge.condition, notation), *doubt(edge.witnessed)))
        )
    sets = [("absorbing set", case.value, case.condition, case.witnessed) for case in solution.absorbing]
    sets += [("minimal closed set", case.value[0], case.condition, case.witnessed) for case in solution.closed]
    for kind, names, condition, witnessed in sets:
        members = set_markup(_ordered(facts, names))
        rows.append(((kind,), (members,), (*condition_inline(condition, notation), *doubt(witnessed))))
    for cycle in solution.cycles:
        items: list[Markup | str] = []
        for name in (*cycle.value, cycle.value[0]):
            items += [*(("to",) if items else ()), Name(name)]
        rows.append(
            (("cycle",), (row(*items),), (*condition_inline(cycle.condition, notation), *doubt(cycle.witnessed)))
        )
    locked = [e for e in solution.equilibria if e.strict]
    text: list[Part] = [
        "Pure adjustment moves from an action to every best reply to beliefs on its best fits: an edge leads from ",
        row("a"), " to each member of ", gamma(set_markup_letter()), ". ",
    ]
    if locked:
        parts = [(Name(e.parts[0].actions[0]), *where(e.condition, notation, " if ")) for e in locked]
        text.append("Locked in are ")
        for position, part in enumerate(parts):
            text += [*((" and ",) if position == len(parts) - 1 and position else (", ",) if position else ()), *part]
        text.append(". ")
    else:
        text.append("No action is ever locked in. ")
    if not solution.cycles:
        text.append("There are no cycles of two or more actions. ")
    text += [Ref("tab:transitions"), " lists everything with its condition."]
    blocks: list[Block] = [
        Heading(2, "Transition graph", "sec:transitions"),
        Paragraph(tuple(text)),
        Table(
            "tab:transitions",
            ("Transitions, absorbing sets (sink components), minimal closed sets, and cycles.",),
            "llX",
            (("what",), ("",), ("if",)),
            tuple(rows),
        ),
    ]
    if figure is not None:
        blocks.append(figure)
    return tuple(blocks)


def set_markup_letter() -> Markup:
    """The set with the one action a."""
    return Fenced(row("a"), "{}")

