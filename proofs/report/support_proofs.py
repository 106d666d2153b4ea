"""The proof of the theorem on equilibria, support by support.

For a pure strategy: its best fits, the actions optimal for beliefs on them. For a mixed one: the beliefs that make its
whole support optimal, the models that tie on a mixture of it, and Cramer's weights with their signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from ...symbolic.combinatorics.structure import equilibrium_components
from ..theorems.solution_facts import Facts, belief, best_fits, listed, point_mass, replies, weight, weighted_sum
from ..typeset.blocks import Block, Display, Grid, Inline, Items, Paragraph, Part, Strong
from ..typeset.formulas import formula, set_markup
from ..typeset.markup import Digits, Letter, Markup, Name, Script, row
from .sentences import condition_inline, doubt, merged_paragraphs, where

if TYPE_CHECKING:
    from ...symbolic.cells.cases import Case
    from ...symbolic.combinatorics.agent import Problem

Set = tuple[int, ...]
SPELLED_SUPPORTS = 15
_CASES_IN_TEXT = 3


def equilibria_proof(facts: Facts) -> tuple[Block, ...]:
    """The proof of the theorem on equilibria."""
    supports = [
        s for size in range(1, len(facts.actions) + 1) for s in combinations(range(len(facts.actions)), size)
    ]
    carried = {tuple(sorted(facts.actions.index(a) for a in e.parts[0].actions)) for e in facts.solution.equilibria}
    spelled = supports if len(supports) <= SPELLED_SUPPORTS else [s for s in supports if s in carried]
    blocks: list[Block] = [
        Paragraph(
            (
                "A strategy ", row("sigma"), " with support ", row("S"), " is an equilibrium iff ",
                row("S", "subset", replies("mu")), " for some belief ", row("mu"), " on ", best_fits("sigma"),
                ". We go through the supports.",
            )
        )
    ]
    for support in spelled:
        blocks.extend(_pure(facts, support[0]) if len(support) == 1 else _mixed(facts, support))
    left = [s for s in supports if s not in spelled]
    if left:
        blocks.append(
            Paragraph(
                (
                    f"For each of the other {len(left)} supports the same comparison, made by machine on every "
                    "combination of signs that occurs, finds no set of models that both ties for the best fit on a "
                    "mixture of the support and carries a belief that makes the whole support optimal: there is no "
                    "equilibrium with such a support.",
                )
            )
        )
    return tuple(blocks)


def _pure(facts: Facts, action: int) -> list[Block]:
    """delta_a: its best fits, the actions optimal for beliefs on them, the verdict."""
    notation = facts.notation

    def question(problem: Problem) -> tuple[Set, Set, bool]:
        fits = problem.minimizer_sets((action,))[0]
        return fits, problem.best_replies_on(fits), action in problem.robust_replies_on(fits)

    name = facts.actions[action]
    lead: Inline = (
        Strong("Support "), set_markup((name,)), ". The signs in ", *facts.fit_signs, " give ",
        best_fits(point_mass(name)), ", and those in ", *facts.payoff_signs,
        " the actions that are optimal for some belief on it.",
    )
    cases = facts.cases(question)
    if len(cases) > _CASES_IN_TEXT:
        return [Paragraph(lead), _pure_grid(facts, action, cases)]
    items: list[tuple[Block, ...]] = []
    for case in cases:
        fits, optimal, uniform = case.value
        fits_markup, optimal_markup = set_markup(facts.model_names(fits)), set_markup(facts.action_names(optimal))
        condition: Inline = (
            ("Throughout, ",) if case.condition.is_always()
            else ("If ", *condition_inline(case.condition, notation), ", then ")
        )
        found: Inline = (
            best_fits(point_mass(name)), " is ", fits_markup, "; optimal for some belief on it: ", optimal_markup,
        )
        if action not in optimal:
            verdict = ". This is no equilibrium."
        elif optimal == (action,):
            verdict = ". This is an equilibrium, and it is uniformly strict: nothing else is ever optimal."
        elif uniform:
            verdict = ". This is an equilibrium, and it is uniform: optimal for every such belief."
        else:
            verdict = ". This is an equilibrium: optimal for some of these beliefs, not for all."
        items.append((Paragraph((*condition, *found, verdict, *doubt(case.witnessed))),))
    if len(items) == 1:
        (single,) = items[0]
        assert isinstance(single, Paragraph)
        return [Paragraph((*lead, " ", *single.content))]
    return [Paragraph(lead), Items(tuple(items))]


def _pure_grid(facts: Facts, action: int, cases: Sequence[Case[tuple[Set, Set, bool]]]) -> Grid:
    """Many cases of a pure strategy as a table."""
    rows: list[tuple[Inline, ...]] = []
    for case in cases:
        fits, optimal, uniform = case.value
        verdict = (
            "no" if action not in optimal
            else "yes, uniformly strict" if optimal == (action,)
            else "yes, uniform" if uniform else "yes, not uniform"
        )
        rows.append(
            (
                (*condition_inline(case.condition, facts.notation), *doubt(case.witnessed)),
                (set_markup(facts.model_names(fits)),),
                (set_markup(facts.action_names(optimal)),),
                (verdict,),
            )
        )
    name = facts.actions[action]
    header: tuple[Inline, ...] = (("if",), (best_fits(point_mass(name)),), ("optimal",), ("equilibrium",))
    return Grid("XXXX", header, tuple(rows))


def _mixed(facts: Facts, support: Set) -> list[Block]:
    """Payoffs first: which sets of models carry a belief that makes S optimal; then which of them can tie."""
    notation = facts.notation
    names = facts.action_names(support)
    models = range(len(facts.models))

    def needed(problem: Problem) -> tuple[Set, ...]:
        found: list[Set] = []
        for size in range(1, len(facts.models) + 1):
            for candidate in combinations(models, size):
                if any(set(other) <= set(candidate) for other in found):
                    continue
                if problem.belief_face(candidate, support) is not None:
                    found.append(candidate)
        return tuple(found)

    lead: Inline = (Strong("Support "), set_markup(names), ". ")
    cases = facts.cases(needed)
    blocks: list[Block] = []
    sentences: list[Part] = [*lead]
    if len(cases) == 1 and not cases[0].value:
        sentences += [
            "By ", *facts.payoff_signs, ", no belief makes all of these actions optimal together, so there is no "
            "equilibrium with this support.",
        ]
        return [Paragraph(tuple(sentences))]
    sentences += ["All of these actions are optimal together for some belief with support ", row("T")]
    options: list[Inline] = []
    for case in cases:
        if not case.value:
            options.append(("for no ", row("T"), *where(case.condition, notation, " if ")))
            continue
        sets = listed([set_markup(facts.model_names(t)) for t in case.value], " or ")
        options.append(("for ", row("T"), " equal to ", *sets, *where(case.condition, notation, " if ")))
    minimal = " (no smaller one will do): " if any(len(c.value) for c in cases) else ": "
    sentences += [minimal]
    for position, option in enumerate(options):
        sentences += [*(("; ",) if position else ()), *option]
    sentences.append(". ")
    wanted = list(dict.fromkeys(t for case in cases for t in case.value))
    indifferent = _indifference(facts, support, max(wanted, key=len))
    if indifferent:
        blocks.append(Paragraph((*sentences, "Such a belief solves")))
        blocks.append(Display(indifferent))
    else:
        blocks.append(Paragraph(tuple(sentences)))
    items = [tuple(_tie(facts, support, chosen)) for chosen in wanted]
    blocks = merged_paragraphs([*blocks, *([Items(tuple(items))] if len(items) > 1 else items[0])])
    exists = facts.cases(lambda p: bool(equilibrium_components(p, support)))
    for tied in exists:
        if not tied.value:
            continue
        blocks.append(
            Paragraph(
                (
                    "Both hold for some ", row("T"), *where(tied.condition, notation),
                    ": then and only then an equilibrium has this support.",
                )
            )
        )
    if not any(tied.value for tied in exists):
        blocks.append(Paragraph(("The two never hold together: no equilibrium has this support.",)))
    return blocks


def _indifference(facts: Facts, support: Set, chosen: Set) -> tuple[tuple[Markup, Markup | None], ...]:
    """Equal subjective payoffs of the first action of a support and each other one, as equations in the belief."""
    if len(chosen) < 2:
        return ()
    lines: list[tuple[Markup, Markup | None]] = []
    for other in support[1:]:
        parts = []
        for t in chosen:
            found = facts.difference("payoff", t, (other, support[0]))
            assert found is not None
            parts.append((belief(facts.models[t]), found[0]))
        lines.append((Digits("0"), weighted_sum(parts, facts.notation)))
    return tuple(lines)


def _cramer(facts: Facts, support: Set, chosen: Set) -> tuple[Block, ...]:
    """The solution of a square system of ties: weights in proportion to minors, each with its sign."""
    if len(support) != len(chosen) or len(support) < 2:
        return ()
    lines: list[tuple[Markup, Markup | None]] = []
    signs: list[Inline] = []
    for position, action in enumerate(support):
        rest = support[:position] + support[position + 1 :]
        if any(facts.tables.divergence[t][a] is None for t in chosen for a in support):
            return ()
        minor = facts.table.minor("divergence", rest, chosen)
        product = facts.table.sign_product("divergence", rest, chosen)
        if position % 2:
            minor, product = -minor, replace(product, constant=-product.constant)
        name = Script(Letter("w"), Name(facts.actions[action]))
        lines.append((name, formula(facts.expression(minor), facts.notation)))
        signs.append((name, " is ", *facts.sign_text(product)))
    words: list[Part] = ["Here "]
    for position, sign in enumerate(signs):
        words += [*((" and " if position == len(signs) - 1 else ", ",) if position else ()), *sign]
    together = "both" if len(support) == 2 else "all"
    dependent = (
        "where both vanish, every mixture does" if len(support) == 2
        else "where all vanish, the equations are dependent"
    )
    others = len(facts.models) > len(chosen)
    return (
        Paragraph((f"By Cramer's rule the solutions are, unless {together} vanish, the multiples of",)),
        Display(tuple(lines)),
        Paragraph(
            (
                *words, ". A mixture of the whole support solves the equations iff these have one strict sign in "
                f"common; {dependent}.",
                *((" No other model may then fit better.",) if others else ()),
            )
        ),
    )


def _tie(facts: Facts, support: Set, chosen: Set) -> list[Block]:
    """When can these models fit best together on a mixture of the whole support?"""
    notation = facts.notation
    names = facts.model_names(chosen)
    infinite = [t for t in chosen if any(facts.tables.divergence[t][a] is None for a in support)]
    if infinite:
        told = facts.model_names(infinite)
        verb = " rules" if len(told) == 1 else " rule"
        text: Inline = (*listed([Name(n) for n in told]), f"{verb} out something that happens on every mixture of the "
                        "whole support, and so never fits one best." if len(told) == 1 else
                        f"{verb} out things that happen on every mixture of the whole support, and so never fit one "
                        "best.")  # fmt: skip
        return [Paragraph(text)]
    equations: list[tuple[Markup, Markup | None]] = []
    for other in chosen[1:]:
        entries = [(a, facts.difference("divergence", a, (chosen[0], other))) for a in support]
        if any(entry is None for _, entry in entries):
            equations = []
            break
        parts = [(weight(facts.actions[a]), entry[0]) for a, entry in entries if entry is not None]
        equations.append((Digits("0"), weighted_sum(parts, notation)))
    cases = facts.cases(lambda p: p.strategy_face(support, chosen) is not None)
    holds = next((case for case in cases if case.value), None)
    lead: list[Part] = []
    if len(chosen) == 1:
        lead += ["The model ", Name(names[0]), " fits some mixture of the whole support best"]
    else:
        lead += ["The models ", *listed([Name(n) for n in names]), " tie for the best fit on some mixture of the "
                 "whole support"]  # fmt: skip
    if holds is None:
        lead += [" for no parameter value" if facts.solution.free else " never", "."]
    elif holds.condition.is_always():
        lead += [" for all parameter values." if facts.solution.free else "."]
    else:
        lead += [*where(holds.condition, notation), ".", *doubt(holds.witnessed)]
    if not equations:
        return [Paragraph(tuple(lead))]
    first: list[Part] = [
        "A tie of ", *listed([Name(n) for n in names]), " means that",
    ]
    solved = _cramer(facts, support, chosen)
    return merged_paragraphs([Paragraph(tuple(first)), Display(tuple(equations)), *solved, Paragraph(tuple(lead))])
