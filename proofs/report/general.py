"""Reports on games of every kind that is solved: families of models, normal outcomes, signals, several players.

The blocks are built from the game and from the solution's JSON document, whose shape is the same for all kinds; exact
numbers are read back from it. What needs the tables of a finite one-agent game (signs of differences, proofs support by
support, phases) is in `report_content`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...symbolic.cells.conditions import ALWAYS, Condition
from ...symbolic.errors import NO_ANSWER
from ...symbolic.expressions.reading import read_expression, read_relation
from ...symbolic.game.data import Model, Normal, Player, Row
from ...symbolic.game.game import Game
from ..theorems.definition import definition_block
from ..theorems.solution_facts import call, listed
from ..typeset.blocks import (
    Block,
    Cite,
    Display,
    Figure,
    Heading,
    Inline,
    Items,
    Paragraph,
    Part,
    Ref,
    Statement,
    Table,
)
from ..typeset.formulas import formula, relation_markup, set_markup
from ..typeset.markup import Letter, Markup, Name, Notation, Words, row
from .equilibria import set_condition_inlines
from .parameters import interval_markup, parameter_blocks
from .sentences import condition_inline, described

Document = Mapping[str, Any]


def general_blocks(
    game: Game, solution: Any, figure: Figure | None, notation: Notation, further: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """The report on a game from its solution's document; `game` is as it was before parameters were fixed.

    `further` blocks, on phases, follow those on the solution.
    """
    document = solution.to_json()
    fixed: Game = solution.game
    return (
        Paragraph(
            (
                "This section states, exactly where nothing else is said, the Berk–Nash equilibria ",
                Cite("EspondaPouzo2016"), f" of {described(fixed, 'game')}, its rationalizable sets ",
                Cite("EspondaPouzo2025"), ", and what play can be locked into ", Cite("FudenbergLanzaniStrack2021"),
                ".", *((" For the game see ", Cite("GameSource"), ".") if game.source else ()),
            )
        ),
        *stated_game(fixed, solution.at, notation),
        *_fits_blocks(document, notation),
        *_equilibria_blocks(document, notation),
        *_set_blocks(document, notation),
        *undecided_blocks(document),
        *((figure,) if figure is not None else ()),
        *further,
    )  # fmt: skip


# The game


def stated_game(game: Game, at: Sequence[tuple[str, object]], notation: Notation) -> list[Block]:
    """The game by its parameters, players, laws and payoffs, for every kind of outcome."""
    blocks: list[Block] = [Heading(2, "The game", "sec:game"), *parameter_blocks(game, at, notation)]
    if game.signals:
        parts = [(row(call("P", Name(",".join(s))), "=", formula(weight, notation))) for s, weight in game.signals]
        blocks.append(Paragraph(("Before acting each player sees a private signal: ", *listed(parts), ".")))
    for number, player in enumerate(game.players, 1):
        blocks += _player_blocks(player, number, notation)
    if len(game.players) > 1 or game.signals:
        blocks.append(
            Paragraph(
                (
                    "A strategy profile ", row("sigma"), " induces a law of signals, actions and outcomes. The "
                    "divergence of a player's model is averaged over the signals and everybody's play, every player "
                    "holds beliefs on its own best fits only, and every action that is played must be optimal for "
                    "such a belief after its signal. With one player and no signal this is the following.",
                )
            )
        )
    blocks.append(definition_block(any(player.outcomes == "normal" for player in game.players)))
    return blocks


def _player_blocks(player: Player, number: int, notation: Notation) -> list[Block]:
    normal = player.outcomes == "normal"
    law: tuple[Inline, ...] = (("law of the outcome",),) if normal else tuple((Name(o),) for o in player.outcomes)
    columns = "l" * len(law)
    text: list[Part] = [
        Words(player.name), ": actions ", set_markup(player.actions), ", models ",
        set_markup([m.name for m in player.models]),
    ]
    if normal:
        text.append(", outcome a real number ")
        text.append(Letter("y"))
    for model in player.models:
        text += _family(model, notation)
    truth: list[tuple[Inline, ...]] = []
    for (signals, actions), entry in player.truth:
        truth.append(((_profile(signals, actions),), *_law(entry, notation)))
    payoffs: list[tuple[Inline, ...]] = []
    for (signal, action), reward in player.payoff:
        own = (signal,) if signal else ()
        cells = reward if isinstance(reward, tuple) else (reward,)
        payoffs.append(((_profile(own, (action,)),), *((formula(c, notation),) for c in cells)))
    models: list[tuple[Inline, ...]] = []
    for model in player.models:
        for (signal, action), entry in model.predicts:
            own = (signal,) if signal else ()
            models.append(((Name(model.name),), (_profile(own, (action,)),), *_law(entry, notation)))
    reward_header: tuple[Inline, ...] = (("payoff",),) if normal else law
    return [
        Paragraph((*text, ".")),
        Table(f"tab:truth{number}", (f"The true law of the outcome of {player.name}.",), "l" + columns,
              (("play",), *law), tuple(truth)),
        Table(f"tab:payoff{number}", (f"The payoff of {player.name}.",), "l" + "l" * len(reward_header),
              (("own play",), *reward_header), tuple(payoffs)),
        Table(f"tab:models{number}", (f"What the models of {player.name} predict.",), "ll" + columns,
              (("model",), ("own play",), *law), tuple(models)),
    ]  # fmt: skip


def _family(model: Model, notation: Notation) -> list[Part]:
    if not model.theta:
        return []
    parts = [row(notation.letter(p.name), "in", interval_markup(p.domain)) for p in model.theta]
    where = [relation_markup(r, notation) for r in model.where]
    return ["; ", Name(model.name), " is the family of all ", *listed([*parts, *where])]


def _profile(signals: Sequence[str], actions: Sequence[str]) -> Markup:
    parts: list[Markup | str] = []
    for position, name in enumerate((*signals, *actions)):
        if position:
            parts += [Words(": ") if position == len(signals) else Words(", ")]
        parts.append(Name(name))
    return row(*parts)


def _law(entry: Row, notation: Notation) -> list[Inline]:
    if isinstance(entry, Normal):
        return [(call("N", formula(entry.mean, notation), formula(entry.variance, notation)),)]
    return [(formula(value, notation),) for value in entry]


# Results


def condition_of(text: str | None) -> Condition | None:
    """A condition read back from its text; None where it is not of that simple form.

    >>> str(condition_of("(p > 1/2 and q < 1/2) or p == q"))
    '(p > 1/2 and q < 1/2) or p == q'
    """
    if text is None or text == "0 < 1":
        return ALWAYS
    alternatives = []
    for part in _split(text, " or "):
        inner = part.strip()
        if inner.startswith("(") and inner.endswith(")") and len(_split(part, " and ")) == 1 and " and " in inner:
            inner = inner[1:-1]
        try:
            relations = [r for piece in _split(inner, " and ") for r in read_relation(piece, None, where="a condition")]
        except NO_ANSWER:
            return None
        alternatives.append(tuple(relations))
    return Condition(tuple(alternatives))


def _split(text: str, word: str) -> list[str]:
    """The text split at a word outside all brackets."""
    pieces, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0 and text.startswith(word, at):
            pieces.append(text[start:at])
            at += len(word)
            start = at
            continue
        at += 1
    return [*pieces, text[start:]]


def _where(entry: Document, notation: Notation) -> Inline:
    text = entry.get("condition")
    condition = condition_of(text)
    if condition is None:
        return (f", if {text}",)
    known: Inline = () if condition.is_always() else (", if ", *condition_inline(condition, notation))
    return known if entry.get("witnessed", True) else (*known, " (no point of this case was found: it may be empty)")


def _number(entry: Document, notation: Notation) -> Markup:
    text = str(entry["exact"])
    try:
        return formula(read_expression(text, None, where="a number"), notation)
    except NO_ANSWER:
        approx = entry.get("approx")
        return Words(text if approx is None or len(text) < 40 else f"{approx:.10g}...")


def _is_zero(entry: Document) -> bool:
    return str(entry["exact"]) == "0"


def _equilibria_blocks(document: Document, notation: Notation) -> list[Block]:
    items: list[tuple[Block, ...]] = []
    several = any(len(e["strategy"]) > 1 for e in document["equilibria"])
    for entry in document["equilibria"]:
        text: list[Part] = []
        display: list[tuple[Markup, Markup | None]] = []
        for player, strategy in entry["strategy"].items():
            lead: list[Part] = [*((f"{player}: ",) if several else ())]
            text += [*(("; ",) if text else ()), *lead, *_strategy(strategy, notation)]
        text += [*_where(entry, notation), ". ", *_quality(entry), *_beliefs(entry, several, notation)]
        if entry["dimension"]:
            text += _continuum(entry, notation)
        items.append((Paragraph(tuple(text)), *((Display(tuple(display)),) if display else ())))
    statement = Statement(
        "theorem",
        "thm:equilibria",
        "equilibria",
        (
            Paragraph((_coverage(document, bool(items)),)),
            *((Items(tuple(items)),) if items else ()),
        ),
    )  # fmt: skip
    return [Heading(2, "Equilibria", "sec:equilibria"), statement]


def _coverage(document: Document, found: bool) -> str:
    """What the list of equilibria says: all of them, or all but those on the supports left open."""
    if not any(entry.get("what") == "equilibria" for entry in document.get("undecided", ())):
        return "The Berk–Nash equilibria of the game are exactly these." if found else "No equilibrium was found."
    if not found:
        return "No equilibrium was found outside the supports listed as undecided."
    return "These are Berk–Nash equilibria, and there are no others except on the supports listed as undecided."


def undecided_blocks(document: Document) -> list[Block]:
    """What the engine could not settle, item by item, from a solution's document."""
    items: list[tuple[Block, ...]] = []
    for entry in document.get("undecided", ()):
        names: Any = next((v for k, v in entry.items() if k in ("support", "edge", "actions", "inside")), [])
        if isinstance(names, Mapping):
            several = len(names) > 1
            subject: list[Part] = []
            for player, own in names.items():
                subject += ["; " if subject else " ", *((f"{player} ",) if several else ()), *_played_sets(own)]
        else:
            subject = [" ", set_markup(names)] if names else []
        where = f", where {entry['condition']}" if "condition" in entry else ""
        what = _OPEN.get(entry["what"], entry["what"]) if subject else _OPEN_AT_ALL.get(entry["what"], entry["what"])
        if "inside" in entry:
            what = f"equilibria with {entry['supports']} supports inside"
        items.append((Paragraph((what, *subject, f"{where}: {entry['reason']}.")),))
    if not items:
        return []
    return [
        Heading(2, "Undecided", "sec:undecided"),
        Paragraph(("The following was not decided; everything else above is complete.",)),
        Items(tuple(items)),
    ]


def _played_sets(own: Any) -> list[Part]:
    """The actions of one player, after each signal where there are any."""
    if not isinstance(own, Mapping):
        return [set_markup(own)]
    text: list[Part] = []
    for signal, actions in own.items():
        text += [*((", ",) if text else ()), "after ", Name(signal), " ", set_markup(actions)]
    return text


_OPEN_AT_ALL = {
    "rationalizable": "the rationalizable set", "closed": "the smallest closed sets", "transitions": "the transitions",
    "absorbing": "the absorbing sets", "cycles": "the cycles", "cycle lengths": "how long the cycles are",
}  # fmt: skip
_OPEN = {
    "equilibria": "equilibria with support", "transition": "whether there is a transition between",
    "rationalizable": "which are rationalizable of", "absorbing": "the absorbing sets", "cycles": "the cycles",
    "closed": "the smallest closed sets around",
}  # fmt: skip


def _strategy(strategy: Document, notation: Notation) -> list[Part]:
    """Probabilities of actions, after each signal where there are any."""
    if any("exact" in value for value in strategy.values()):
        played = [(n, v) for n, v in strategy.items() if not _is_zero(v)]
        if len(played) == 1:
            return [Name(played[0][0]), " for sure"]
        return [*listed([row(call("sigma", Name(n)), "=", _number(v, notation)) for n, v in played])]
    text: list[Part] = []
    for signal, inner in strategy.items():
        text += [*((", ",) if text else ()), "after ", Name(signal), " ", *_strategy(inner, notation)]
    return text


def _quality(entry: Document) -> list[Part]:
    if entry["pure"] and entry["strict"]:
        return ["Uniformly strict, hence locked in. "]
    if entry["pure"] and entry["uniform"]:
        return ["Uniform, but not strict. "]
    return ["Not uniform. "] if entry["pure"] else []


def _beliefs(entry: Document, several: bool, notation: Notation) -> list[Part]:
    text: list[Part] = []
    for player, weights in entry.get("belief", {}).items():
        held = [(name, value) for name, value in weights.items() if not _is_zero(value)]
        if not held:
            continue
        parts: list[Part] = []
        for name, value in held:
            if len(held) == 1:
                parts.append(Name(name))
            else:
                parts.append(row(call("mu", Name(name)), "=", _number(value, notation)))
        text += ["; " if text else "Held up by the belief ", *((f"of {player} ",) if several else ()), *listed(parts)]
    if text:
        text.append(". ")
    status = entry.get("status", "exact")
    return text if status == "exact" else [*text, f"Status: {status}. "]


def _continuum(entry: Document, notation: Notation) -> list[Part]:
    text: list[Part] = [f"It is one point of a continuum of dimension {entry['dimension']}"]
    try:
        pieces = set_condition_inlines(entry.get("conditions", []), notation)
    except NO_ANSWER:
        return [*text, "".join(f"; {line}" for line in entry["conditions"]), "."]
    for position, piece in enumerate(pieces):
        text += [" with " if position == 0 else ", or with ", *piece]
    return [*text, "."]


def _fits_blocks(document: Document, notation: Notation) -> list[Block]:
    """The best fits to pure strategies where models come in families."""
    items: list[tuple[Block, ...]] = []
    for fits in document.get("theta", {}).values():
        for action, pieces in fits.items():
            parts = []
            for piece in pieces:
                corners = [_vertex(v, notation) for v in piece["vertices"]]
                hull = "" if piece["dimension"] == 0 else f" (dimension {piece['dimension']}; corners listed)"
                parts.append((Name(piece["model"]), " at " if any(corners) else "", *listed(corners, "; "), hull))
            text: list[Part] = [Name(action), ": "]
            for position, part in enumerate(parts):
                text += [*((", ",) if position else ()), *part]
            items.append((Paragraph((*text, ".")),))
    if not items:
        return []
    return [
        Heading(2, "Best fits", "sec:divergences"),
        Statement("proposition", "prop:fits", "best fits to pure strategies",
                  (Paragraph(("The best fits to pure strategies are these.",)), Items(tuple(items)))),
    ]  # fmt: skip


def _vertex(vertex: Document, notation: Notation) -> Markup:
    parts: list[Markup | str] = []
    for name, value in vertex.items():
        parts += [*((",", Words(" ")) if parts else ()), row(notation.letter(name), "=", _number(value, notation))]
    return row(*parts)


def _set_blocks(document: Document, notation: Notation) -> list[Block]:
    """Rationalizable sets, transitions, absorbing and closed sets and cycles, each with its condition."""
    rows: list[tuple[Inline, ...]] = []
    rational = document["rationalizable"]
    for entry in rational if isinstance(rational, list) else [rational or {}]:
        sets = {k: v for k, v in entry.items() if k not in ("condition", "witnessed") and v is not None}
        if sets:
            rows.append((("rationalizable",), _sets(sets), _case(entry, notation)))
    for key, label, inner in (("transitions", "transition", "edge"), ("absorbing", "absorbing set", "set"),
                              ("closed", "minimal closed set", "set"), ("cycles", "cycle", "cycle")):  # fmt: skip
        for entry in document[key] or ():
            bare = not (isinstance(entry, Mapping) and inner in entry)
            value = entry if bare else entry[inner]
            case = ("always",) if bare else _case(entry, notation)
            rows.append(((label,), _member(key, value), case))
    header: tuple[Inline, ...] = (("what",), ("",), ("if",))
    columns = "lXX"
    if all(case == ("always",) for *_, case in rows):
        header, columns, rows = header[:2], "lX", [line[:2] for line in rows]
    return [
        Heading(2, "Rationalizability and transitions", "sec:transitions"),
        Paragraph((Ref("tab:transitions"), " lists the rationalizable sets, the transition graph (an edge leads from "
                   "play to every best reply to beliefs on its best fits), its absorbing sets, the minimal closed "
                   "sets and the cycles.")),
        Table("tab:transitions", ("Rationalizable sets, transitions, absorbing and minimal closed sets, cycles.",),
              columns, header, tuple(rows)),
    ]  # fmt: skip


def _case(entry: Document, notation: Notation) -> Inline:
    words = _where(entry, notation)
    return words[1:] if len(words) > 1 else (words or ("always",))


def _sets(sets: Mapping[str, Sequence[str]]) -> Inline:
    if len(sets) == 1:
        (only,) = sets.values()
        return (set_markup(only),)
    text: list[Part] = []
    for player, names in sets.items():
        text += [*((", ",) if text else ()), f"{player} ", set_markup(names)]
    return tuple(text)


def _member(key: str, value: Any) -> Inline:
    if isinstance(value, Mapping):
        return _sets(value)
    if key in ("absorbing", "closed"):
        return (set_markup(value),)
    names = list(value) if key == "transitions" else [*value, value[0]]
    items: list[Markup | str] = []
    for name in names:
        items += [*(("to",) if items else ()), Name(name)]
    return (row(*items),)
