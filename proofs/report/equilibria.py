"""The theorem on equilibria and its proof, support by support.

A strategy with support S is a Berk-Nash equilibrium iff some belief on its best fits makes every action of S optimal
(Esponda & Pouzo 2016, Definition 1). With finitely many models the two halves come apart: which beliefs make S
optimal depends on payoffs alone, which mixtures of S make models tie for the best fit on divergences alone. The proof
compares them in this order, with the exact conditions of the solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import Relation, read_relation
from ..theorems.solution_facts import Facts, belief, listed, point_mass, weight
from ..typeset.blocks import Block, Display, Inline, Items, Paragraph, Part, Proof, Ref, Statement, Table
from ..typeset.formulas import condition_markup, joined, number_formula, relation_markup, set_markup, width
from ..typeset.markup import Fenced, Letter, Markup, Name, Notation, Script, Words, row
from .sentences import condition_inline, doubt, merged_paragraphs, where
from .support_proofs import equilibria_proof

if TYPE_CHECKING:
    from ...symbolic.results.equilibrium import Equilibrium, Weights

_WIDE = 34.0


def equilibrium_markup(equilibrium: Equilibrium, notation: Notation) -> Markup:
    """An equilibrium in one formula, with its condition unless it always exists."""
    parts: list[Markup] = []
    for part in equilibrium.parts:
        symbol: Markup | str = "sigma" if equilibrium.is_plain else Script(Letter("sigma"), Name(part.player))
        for signal, weights in part.strategy:
            own = [(n, w) for n, w in weights if str(w) != "0"]
            if equilibrium.is_plain and len(own) == 1:
                parts.append(row("sigma", "=", point_mass(own[0][0])))
                continue
            given: list[Markup | str] = [Words(" | "), Name(signal)] if signal else []
            parts += [row(symbol, Fenced(row(Name(n), *given)), "=", number_formula(w, notation)) for n, w in own]
    strategy = joined(parts, ",")
    if equilibrium.condition.is_always():
        return strategy
    return row(strategy, Words(" if "), condition_markup(equilibrium.condition, notation))


def weights_blocks(symbol: str, weights: Weights, notation: Notation) -> tuple[Inline, tuple[Block, ...]]:
    """Weights in running text when they are short, otherwise as displayed formulas."""
    head = weight if symbol == "sigma" else belief
    shown = [(head(n), number_formula(e, notation)) for n, e in weights if str(e) != "0"]
    if sum(width(v) for _, v in shown) <= _WIDE:
        return listed([row(left, "=", right) for left, right in shown]), ()
    return (), (Display(tuple(shown)),)


def set_condition_inlines(lines: Sequence[str], notation: Notation) -> tuple[Inline, ...]:
    """The pieces of a continuum of equilibria, each as a conjunction of linear relations in the weights."""
    pieces: list[Inline] = []
    for line in lines:
        text, placeholders = without_weights(line)
        letters = {**notation.letters, **{p: weight(n) for p, n in placeholders.items()}}
        local = Notation(letters, notation.named)
        relations: list[Relation] = []
        try:
            for part in text.split(" and "):
                relations.extend(read_relation(part, None, where="a set of equilibria"))
        except GameError:  # words, or a name with a parenthesis that is not closed
            pieces.append((line,))
            continue
        pieces.append(listed([relation_markup(r, local) for r in relations], ", "))
    return tuple(pieces)


def without_weights(line: str) -> tuple[str, dict[str, str]]:
    """A line with a symbol in place of each ``sigma(NAME)``, and the names by their symbols.

    A name may hold parentheses, spaces and words: it ends where the parenthesis of sigma is closed.

    >>> without_weights("2*sigma(f(x)) + sigma(a and b) >= sigma(f(x))")
    ('2*weight_1 + weight_2 >= weight_1', {'weight_1': 'f(x)', 'weight_2': 'a and b'})
    """
    stem = "weight_"
    while stem in line:
        stem += "_"
    symbols: dict[str, str] = {}
    pieces, place = [], 0
    while (start := line.find("sigma(", place)) >= 0:
        end, depth = start + len("sigma("), 1
        while end < len(line) and depth:
            depth += (line[end] == "(") - (line[end] == ")")
            end += 1
        symbol = symbols.setdefault(line[start + len("sigma(") : end - 1], f"{stem}{len(symbols) + 1}")
        pieces += [line[place:start], symbol]
        place = end
    return "".join([*pieces, line[place:]]), {symbol: name for name, symbol in symbols.items()}


def equilibrium_blocks(facts: Facts, equilibrium: Equilibrium) -> tuple[Block, ...]:
    """One item of the theorem: the strategy, what holds it up, and where it exists."""
    notation = facts.notation
    (part,) = equilibrium.parts
    blocks: list[Block] = []
    exists: Inline = where(equilibrium.condition, notation, "; it exists iff ")
    if equilibrium.condition.is_always():
        exists = ("; it always exists",)
    support = set_markup([m for m in facts.models if m in part.belief_support])
    if equilibrium.pure:
        (action,) = equilibrium.parts[0].actions
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
            set_markup([a for a in facts.actions if a in part.actions]),
            ", held up by beliefs on ", support, *exists, ". It consists of the strategies with ",
        )
        pieces = set_condition_inlines(equilibrium.set_conditions, notation)
        joined_pieces: list[Part] = []
        for piece in pieces:
            joined_pieces += [*((", or with ",) if joined_pieces else ()), *piece]
        return (Paragraph((*lead, *joined_pieces, ".", *doubt(equilibrium.witnessed))),)
    inline, display = weights_blocks("sigma", part.weights, notation)
    supporting, belief_display = weights_blocks("mu", part.belief or (), notation)
    if display:
        blocks.append(Paragraph(("The mixed strategy",)))
        blocks.extend(display)
    else:
        blocks.append(Paragraph(("The mixed strategy ", *inline, ",")))
    rest: Inline = ("held up by beliefs on ", support, *exists, ".", *doubt(equilibrium.witnessed))
    if not part.belief:
        blocks.append(Paragraph((*rest, " No one formula for such a belief serves all of these parameter values.")))
    elif belief_display:
        blocks.append(Paragraph((*rest, " One such belief is")))
        blocks.extend(belief_display)
    else:
        blocks.append(Paragraph((*rest, " One such belief is ", *supporting, ".")))
    return tuple(merged_paragraphs(blocks))


def equilibria_blocks(facts: Facts) -> tuple[Block, ...]:
    """The theorem on all equilibria with its proof."""
    generic = [e for e in facts.solution.equilibria if not on_knife_edge(e)]
    special = [e for e in facts.solution.equilibria if on_knife_edge(e)]
    exact = facts.solution.boundaries_covered and not facts.solution.undecided
    lead: Inline = (
        "The Berk–Nash equilibria of the game are exactly these" if exact
        else "The following are Berk–Nash equilibria of the game",
    )
    lead = (*lead, ", and on knife edges those of ", Ref("tab:knife"), ".") if special else (*lead, ".")
    if facts.solution.undecided:
        open_questions = "; ".join(str(entry) for entry in facts.solution.undecided)
        lead = (*lead, f" Not decided within the limits given: {open_questions}.")
    if not facts.solution.boundaries_covered:
        lead = (
            *lead, " The list and its conditions are complete wherever no boundary expression vanishes; there are too "
            "many combinations of boundaries to go through, and on them equilibria may be missing.",
        )
    items = tuple(equilibrium_blocks(facts, e) for e in generic)
    body: tuple[Block, ...] = (Paragraph(lead), Items(items))
    if not facts.solution.equilibria and not facts.solution.undecided:
        reason = (
            "The game has no Berk–Nash equilibrium: a model rules out something that happens, its divergence is "
            "infinite there, and best fits jump, so that the existence theorem does not apply."
        )
        body = (Paragraph((reason,)),)
    elif not generic and facts.solution.undecided:
        body = (Paragraph(lead),)
    elif not generic:
        body = (Paragraph(("Berk–Nash equilibria exist on knife edges only, those of ", Ref("tab:knife"), ".")),)
    statement = Statement("theorem", "thm:equilibria", "equilibria", body)
    tables = (_knife_table(facts, special),) if special else ()
    # The proof goes through all supports.
    proof = () if facts.solution.undecided else (Proof(equilibria_proof(facts)),)
    return statement, *tables, *proof


def on_knife_edge(equilibrium: Equilibrium) -> bool:
    """Whether the equilibrium exists only where some equation between the parameters holds."""
    alternatives = equilibrium.condition.alternatives
    return bool(alternatives) and all(any(r.operator == "==" for r in c) for c in alternatives)


def _knife_table(facts: Facts, equilibria: Sequence[Equilibrium]) -> Table:
    rows: list[tuple[Inline, ...]] = []
    notation = facts.notation
    for equilibrium in equilibria:
        (part,) = equilibrium.parts
        names = [a for a in facts.actions if a in part.actions]
        if equilibrium.pure:
            kind = "strict" if equilibrium.strict else "uniform" if equilibrium.uniform else "not uniform"
            what: list[Part] = [point_mass(names[0]), f" ({kind})"]
        elif equilibrium.dimension:
            what = [f"dimension {equilibrium.dimension} on ", set_markup(names), ": "]
            for position, piece in enumerate(set_condition_inlines(equilibrium.set_conditions, notation)):
                what += [*((", or ",) if position else ()), *piece]
        else:
            what = [
                *listed([row(weight(n), "=", number_formula(w, notation)) for n, w in part.weights if str(w) != "0"])
            ]
        believed = set_markup([m for m in facts.models if m in part.belief_support])
        condition = (*condition_inline(equilibrium.condition, notation), *doubt(equilibrium.witnessed))
        rows.append((tuple(what), (believed,), condition))
    return Table(
        "tab:knife",
        ("Equilibria that exist only on knife edges, and the models that hold them up.",),
        "XXX",
        (("equilibrium",), ("beliefs on",), ("if",)),
        tuple(rows),
    )
