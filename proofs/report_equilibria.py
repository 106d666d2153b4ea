"""The theorem on equilibria and its proof, support by support.

A strategy with support S is a Berk-Nash equilibrium iff some belief on its best fits makes every action of S optimal
(Esponda & Pouzo 2016, Definition 1). With finitely many models the two halves come apart: which beliefs make S
optimal depends on payoffs alone, which mixtures of S make models tie for the best fit on divergences alone. The proof
compares them in this order, with the exact conditions of the solution.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from ..symbolic.conditions import Condition
from ..symbolic.expressions import ZERO, Relation, read_relation
from ..symbolic.structure import equilibrium_components
from .markup import (
    Cases,
    Digits,
    Letter,
    Markup,
    Name,
    Notation,
    Script,
    Words,
    condition_markup,
    conjunction_parts,
    formula,
    joined,
    relation_markup,
    row,
    set_markup,
    width,
)
from .report_blocks import (
    Block,
    Display,
    Grid,
    Inline,
    Items,
    Paragraph,
    Part,
    Proof,
    Ref,
    Statement,
    Strong,
    Table,
)
from .report_facts import Facts, belief, best_fits, listed, point_mass, replies, weight, weighted_sum

if TYPE_CHECKING:
    from ..symbolic.solution import Case, Equilibrium, Weights
    from ..symbolic.structure import Problem

Set = tuple[int, ...]
SPELLED_SUPPORTS = 15
_CASES_IN_TEXT = 3
_CASE_WIDTH = 64.0
_CASE_LINES = 7
_WIDE = 34.0


def condition_inline(condition: Condition, notation: Notation) -> Inline:
    """The condition as running text, "and" within alternatives and "or" between them."""
    if condition.is_always():
        return ("always",)
    if not condition.alternatives:
        return ("never",)
    parts: list[Part] = []
    several = any(len(conjunction) > 1 for conjunction in condition.alternatives)
    for conjunction in condition.alternatives:
        if parts:
            parts.append(", or " if several else " or ")
        parts += listed(conjunction_parts(conjunction, notation))
    return tuple(parts)


def where(condition: Condition, notation: Notation, lead: str = " iff ") -> Inline:
    """", iff condition", or nothing when it always holds."""
    return () if condition.is_always() else (lead, *condition_inline(condition, notation))


def doubt(witnessed: bool) -> Inline:
    """A remark for a case of which no point was found."""
    return () if witnessed else (" (no point of this case was found: it may be empty)",)


def cases_blocks(left: Markup, cases: Sequence[tuple[Markup, Condition, bool]], notation: Notation) -> list[Block]:
    """A quantity with its value case by case: one formula where the conditions are short, else a sentence."""
    lines = []
    for value, condition, witnessed in cases:
        written = condition_markup(condition, notation)
        if width(written) + width(value) > _CASE_WIDTH or not witnessed:
            break
        lines.append((row(value, ","), row(Words("if "), written)))
    if len(cases) == 1 and cases[0][1].is_always():
        return [Display(((left, cases[0][0]),))]
    if 1 < len(lines) == len(cases) <= _CASE_LINES:
        return [Display(((left, Cases(tuple(lines))),))]
    parts: list[Part] = []
    for value, condition, witnessed in cases:
        parts += [*(("; ",) if parts else ()), value, *where(condition, notation, " if "), *doubt(witnessed)]
    return [Paragraph((left, " is ", *parts, "."))]


def equilibrium_markup(equilibrium: Equilibrium, notation: Notation) -> Markup:
    """An equilibrium in one formula, with its condition unless it always exists."""
    if equilibrium.pure:
        (action,) = equilibrium.support
        strategy: Markup = row("sigma", "=", point_mass(action))
    else:
        played = [(n, e) for n, e in equilibrium.strategy if e != ZERO]
        parts = [row(weight(n), "=", formula(e, notation)) for n, e in played]
        strategy = joined(parts, ",")
    if equilibrium.condition.is_always():
        return strategy
    return row(strategy, Words(" if "), condition_markup(equilibrium.condition, notation))


def weights_blocks(symbol: str, weights: Weights, notation: Notation) -> tuple[Inline, tuple[Block, ...]]:
    """Weights in running text when they are short, otherwise as displayed formulas."""
    head = weight if symbol == "sigma" else belief
    shown = [(head(n), formula(e, notation)) for n, e in weights if e != ZERO]
    if sum(width(v) for _, v in shown) <= _WIDE:
        return listed([row(left, "=", right) for left, right in shown]), ()
    return (), (Display(tuple(shown)),)


def set_condition_inlines(lines: Sequence[str], notation: Notation) -> tuple[Inline, ...]:
    """The pieces of a continuum of equilibria, each as a conjunction of linear relations in the weights."""
    pieces = []
    for line in lines:
        names = list(dict.fromkeys(re.findall(r"sigma\(([^()]*)\)", line)))
        placeholders = {f"berknash_weight_{i}": name for i, name in enumerate(names)}
        text = line
        for placeholder, name in placeholders.items():
            text = text.replace(f"sigma({name})", placeholder)
        letters = {**notation.letters, **{p: weight(n) for p, n in placeholders.items()}}
        local = Notation(letters, notation.named)
        relations: list[Relation] = []
        for part in text.split(" and "):
            relations.extend(read_relation(part, None, where="a set of equilibria"))
        pieces.append(listed([relation_markup(r, local) for r in relations], ", "))
    return tuple(pieces)


def equilibrium_blocks(facts: Facts, equilibrium: Equilibrium) -> tuple[Block, ...]:
    """One item of the theorem: the strategy, what holds it up, and where it exists."""
    notation = facts.notation
    blocks: list[Block] = []
    exists: Inline = where(equilibrium.condition, notation, "; it exists iff ")
    if equilibrium.condition.is_always():
        exists = ("; it always exists",)
    support = set_markup([m for m in facts.models if m in equilibrium.belief_support])
    if equilibrium.pure:
        (action,) = equilibrium.support
        kind = (
            "uniformly strict, hence locked in" if equilibrium.strict
            else "uniform but not strict" if equilibrium.uniform else "not uniform"
        )
        held: Inline = (f" ({kind}), held up by beliefs on ", support)
        return (
            Paragraph((row("sigma", "=", point_mass(action)), *held, *exists, ".", *doubt(equilibrium.witnessed))),
        )
    if equilibrium.dimension:
        lead: Inline = (
            f"A continuum of dimension {equilibrium.dimension} with support ",
            set_markup([a for a in facts.actions if a in equilibrium.support]),
            ", held up by beliefs on ", support, *exists, ". It consists of the strategies with ",
        )
        pieces = set_condition_inlines(equilibrium.set_conditions, notation)
        joined_pieces: list[Part] = []
        for piece in pieces:
            joined_pieces += [*((", or with ",) if joined_pieces else ()), *piece]
        return (Paragraph((*lead, *joined_pieces, ".", *doubt(equilibrium.witnessed))),)
    inline, display = weights_blocks("sigma", equilibrium.strategy, notation)
    supporting, belief_display = weights_blocks("mu", equilibrium.belief, notation)
    if display:
        blocks.append(Paragraph(("The mixed strategy",)))
        blocks.extend(display)
    else:
        blocks.append(Paragraph(("The mixed strategy ", *inline, ",")))
    rest: Inline = ("held up by beliefs on ", support, *exists, ".", *doubt(equilibrium.witnessed))
    if not equilibrium.belief:
        blocks.append(Paragraph((*rest, " No one formula for such a belief serves all of these parameter values.")))
    elif belief_display:
        blocks.append(Paragraph((*rest, " One such belief is")))
        blocks.extend(belief_display)
    else:
        blocks.append(Paragraph((*rest, " One such belief is ", *supporting, ".")))
    return tuple(_merged(blocks))


def _merged(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring paragraphs made one."""
    merged: list[Block] = []
    for block in blocks:
        if merged and isinstance(block, Paragraph) and isinstance(merged[-1], Paragraph):
            merged[-1] = Paragraph((*merged[-1].content, " ", *block.content))
        else:
            merged.append(block)
    return merged


def joined_displays(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring displays made one, so that they are aligned."""
    joined_blocks: list[Block] = []
    for block in blocks:
        last = joined_blocks[-1] if joined_blocks else None
        if isinstance(block, Display) and isinstance(last, Display):
            joined_blocks[-1] = Display((*last.rows, *block.rows))
        else:
            joined_blocks.append(block)
    return joined_blocks


def equilibria_blocks(facts: Facts) -> tuple[Block, ...]:
    """The theorem on all equilibria with its proof."""
    generic = [e for e in facts.solution.equilibria if not on_knife_edge(e)]
    special = [e for e in facts.solution.equilibria if on_knife_edge(e)]
    lead: Inline = ("The Berk–Nash equilibria of the game are exactly these",)
    lead = (*lead, ", and on knife edges those of ", Ref("tab:knife"), ".") if special else (*lead, ".")
    items = tuple(equilibrium_blocks(facts, e) for e in generic)
    statement = Statement("theorem", "thm:equilibria", "equilibria", (Paragraph(lead), Items(items)))
    tables = (_knife_table(facts, special),) if special else ()
    return statement, *tables, Proof(_proof(facts))


def on_knife_edge(equilibrium: Equilibrium) -> bool:
    """Whether the equilibrium exists only where some equation between the parameters holds."""
    alternatives = equilibrium.condition.alternatives
    return bool(alternatives) and all(any(r.operator == "==" for r in c) for c in alternatives)


def _knife_table(facts: Facts, equilibria: Sequence[Equilibrium]) -> Table:
    rows: list[tuple[Inline, ...]] = []
    notation = facts.notation
    for equilibrium in equilibria:
        names = [a for a in facts.actions if a in equilibrium.support]
        if equilibrium.pure:
            kind = "strict" if equilibrium.strict else "uniform" if equilibrium.uniform else "not uniform"
            what: list[Part] = [point_mass(names[0]), f" ({kind})"]
        elif equilibrium.dimension:
            what = [f"dimension {equilibrium.dimension} on ", set_markup(names), ": "]
            for position, piece in enumerate(set_condition_inlines(equilibrium.set_conditions, notation)):
                what += [*((", or ",) if position else ()), *piece]
        else:
            what = [
                *listed([row(weight(n), "=", formula(e, notation)) for n, e in equilibrium.strategy if e != ZERO])
            ]
        believed = set_markup([m for m in facts.models if m in equilibrium.belief_support])
        condition = (*condition_inline(equilibrium.condition, notation), *doubt(equilibrium.witnessed))
        rows.append((tuple(what), (believed,), condition))
    return Table(
        "tab:knife",
        ("Equilibria that exist only on knife edges, and the models that hold them up.",),
        "XXX",
        (("equilibrium",), ("beliefs on",), ("if",)),
        tuple(rows),
    )


def _proof(facts: Facts) -> tuple[Block, ...]:
    supports = [
        s for size in range(1, len(facts.actions) + 1) for s in combinations(range(len(facts.actions)), size)
    ]
    carried = {tuple(sorted(facts.actions.index(a) for a in e.support)) for e in facts.solution.equilibria}
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
    blocks = _merged([*blocks, *([Items(tuple(items))] if len(items) > 1 else items[0])])
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
    return _merged([Paragraph(tuple(first)), Display(tuple(equations)), *solved, Paragraph(tuple(lead))])
