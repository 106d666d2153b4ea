"""Reports on games of every kind that is solved: families of models, normal outcomes, signals, several players.

The blocks are built from the game and from the solution, whose shape is the same for all kinds. What needs the tables
of a finite one-agent game (signs of differences, proofs support by support, phases) is in `proofs.report.content`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...symbolic.cells.cases import Case
from ...symbolic.cells.conditions import Condition
from ...symbolic.errors import NO_ANSWER
from ...symbolic.game.data import Model, Normal, Player, Row
from ...symbolic.game.game import Game
from ...symbolic.results.answers import UNDECIDED
from ...symbolic.results.equilibrium import Equilibrium, NameSets, Support
from ...symbolic.results.equilibrium import Part as PlayersPart
from ...symbolic.results.fits import Point
from ...symbolic.results.solution import Solution
from ..theorems.definition import definition_block
from ..theorems.solution_facts import call, listed
from ..typeset.blocks import (
    Block,
    Heading,
    Inline,
    Items,
    Paragraph,
    Part,
    Ref,
    Statement,
    Table,
)
from ..typeset.formulas import formula, number_formula, relation_markup, set_markup
from ..typeset.markup import Letter, Markup, Name, Notation, Words, notation_of, row
from .equilibria import set_condition_inlines
from .parameters import interval_markup, parameter_blocks
from .sentences import condition_inline


def general_results(solution: Solution, notation: Notation) -> tuple[Block, ...]:
    """Best fits, equilibria, the structure, and what is undecided."""
    return (
        *_fits_blocks(solution, notation),
        *_equilibria_blocks(solution, notation),
        *_set_blocks(solution, notation),
        *undecided_blocks(solution),
    )


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


def _where(condition: Condition, witnessed: bool, notation: Notation) -> Inline:
    known: Inline = () if condition.is_always() else (", if ", *condition_inline(condition, notation))
    return known if witnessed else (*known, " (no point of this case was found: it may be empty)")


def _equilibria_blocks(solution: Solution, notation: Notation) -> list[Block]:
    items: list[tuple[Block, ...]] = []
    for e in solution.equilibria:
        text: list[Part] = []
        for part in e.parts:
            lead: list[Part] = [f"{part.player}: "] if len(e.parts) > 1 else []
            text += [*(("; ",) if text else ()), *lead, *_strategy(part, notation)]
        text += [*_where(e.condition, e.witnessed, notation), ". ", *_quality(e), *_beliefs(e, notation)]
        text += [*_judged(e, notation), *(_continuum(e, notation) if e.dimension else ())]
        items.append((Paragraph(tuple(text)),))
    statement = Statement(
        "theorem",
        "thm:equilibria",
        "equilibria",
        (
            Paragraph((_coverage(solution),)),
            *((Items(tuple(items)),) if items else ()),
        ),
    )  # fmt: skip
    return [Heading(2, "Equilibria", "sec:equilibria"), statement]


def _coverage(solution: Solution) -> str:
    """What the list of equilibria says: all of them, or all but those on the supports left open."""
    found = bool(solution.equilibria)
    if not any(entry.what == "equilibria" for entry in solution.undecided):
        return "The Berk–Nash equilibria of the game are exactly these." if found else "No equilibrium was found."
    if not found:
        return "No equilibrium was found outside the supports listed as undecided."
    return "These are Berk–Nash equilibria, and there are no others except on the supports listed as undecided."


def undecided_blocks(solution: Solution) -> list[Block]:
    """What the engine could not settle, item by item, with the condition under which it is open."""
    notation = notation_of(solution.game)
    items: list[tuple[Block, ...]] = []
    for entry in solution.undecided:
        subject: list[Part] = []
        for player, support in entry.supports:
            lead = [f"{player} "] if len(entry.supports) > 1 else []
            subject += ["; " if subject else " ", *lead, *_played_sets(support)]
        if entry.names:
            subject = [" ", set_markup(entry.names)]
        what = _OPEN.get(entry.what, entry.what) if subject else _OPEN_AT_ALL.get(entry.what, entry.what)
        if entry.count is not None:
            what = f"equilibria with {entry.count} supports inside"
        where: Inline = () if entry.where is None else (", where ", *condition_inline(entry.where, notation))
        items.append((Paragraph((what, *subject, *where, f": {entry.reason}.")),))
    if not items:
        return []
    return [
        Heading(2, "Undecided", "sec:undecided"),
        Paragraph(("The following was not decided; everything else above is complete.",)),
        Items(tuple(items)),
    ]


def _played_sets(support: Support) -> list[Part]:
    """The actions of one player, after each signal where there are any."""
    text: list[Part] = []
    for signal, actions in support:
        after: list[Part] = ["after ", Name(signal), " "] if signal else []
        text += [*((", ",) if text else ()), *after, set_markup(sorted(actions))]
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


def _strategy(part: PlayersPart, notation: Notation) -> list[Part]:
    """Probabilities of actions, after each signal where there are any."""
    text: list[Part] = []
    for signal, weights in part.strategy:
        played = [(n, w) for n, w in weights if str(w) != "0"]
        after: list[Part] = ["after ", Name(signal), " "] if signal else []
        text += [*((", ",) if text else ()), *after]
        if len(played) == 1:
            text += [Name(played[0][0]), " for sure"]
        else:
            text += listed([row(call("sigma", Name(n)), "=", number_formula(w, notation)) for n, w in played])
    return text


def _quality(e: Equilibrium) -> list[Part]:
    if e.pure and e.strict:
        return ["Uniformly strict, hence locked in. "]
    if e.pure and e.uniform:
        return ["Uniform, but not strict. "]
    return ["Not uniform. "] if e.pure else []


def _beliefs(e: Equilibrium, notation: Notation) -> list[Part]:
    text: list[Part] = []
    for part in e.parts:
        held = [(name, value) for name, value in part.belief or () if str(value) != "0"]
        if not held:
            continue
        parts: list[Part] = []
        for name, value in held:
            if len(held) == 1:
                parts.append(Name(name))
            else:
                parts.append(row(call("mu", Name(name)), "=", number_formula(value, notation)))
        lead = [f"of {part.player} "] if len(e.parts) > 1 else []
        text += ["; " if text else "Held up by the belief ", *lead, *listed(parts)]
    if text:
        text.append(". ")
    return text if e.status == "exact" else [*text, f"Status: {e.status}. "]


def _judged(e: Equilibrium, notation: Notation) -> list[Part]:
    """What is not known of whether it confirms itself and survives correct specification, with the reason."""
    text: list[Part] = []
    for answer, what in ((e.confirms, "it is self-confirming"), (e.survives, "it survives correct specification")):
        if answer is not None and answer.status == UNDECIDED:
            text.append(f"Whether {what} was not decided: {answer.reason}. ")
    return text


def _continuum(e: Equilibrium, notation: Notation) -> list[Part]:
    text: list[Part] = [f"It is one point of a continuum of dimension {e.dimension}"]
    try:
        pieces = set_condition_inlines(e.set_conditions, notation)
    except NO_ANSWER:
        return [*text, "".join(f"; {line}" for line in e.set_conditions), "."]
    for position, piece in enumerate(pieces):
        text += [" with " if position == 0 else ", or with ", *piece]
    return [*text, "."]


def _fits_blocks(solution: Solution, notation: Notation) -> list[Block]:
    """The best fits to pure strategies where models come in families."""
    items: list[tuple[Block, ...]] = []
    for action, fits in solution.pure_fits:
        text: list[Part] = [Name(action), ": "]
        for position, piece in enumerate(fits.pieces):
            corners = [_vertex(v, notation) for v in piece.vertices]
            hull = "" if piece.dimension == 0 else f" (dimension {piece.dimension}; corners listed)"
            told = (Name(piece.model), " at " if any(v.coordinates for v in piece.vertices) else "")
            text += [*((", ",) if position else ()), *told, *listed(corners, "; "), hull]
        items.append((Paragraph((*text, ".")),))
    if not items:
        return []
    return [
        Heading(2, "Best fits", "sec:divergences"),
        Statement("proposition", "prop:fits", "best fits to pure strategies",
                  (Paragraph(("The best fits to pure strategies are these.",)), Items(tuple(items)))),
    ]  # fmt: skip


def _vertex(vertex: Point, notation: Notation) -> Markup:
    parts: list[Markup | str] = []
    for name, value in vertex.coordinates:
        lead: list[Markup | str] = [",", Words(" ")] if parts else []
        parts += [*lead, row(notation.letter(name), "=", number_formula(value, notation))]
    return row(*parts)


def _set_blocks(solution: Solution, notation: Notation) -> list[Block]:
    """Rationalizable sets, transitions, absorbing and closed sets and cycles, each with its condition."""
    rows: list[tuple[Inline, ...]] = []

    def add(label: str, cases: Sequence[Case[Any]], shown: Callable[[Any], Inline]) -> None:
        for case in cases:
            words = _where(case.condition, case.witnessed, notation)
            rows.append(((label,), shown(case.value), words[1:] if len(words) > 1 else (words or ("always",))))

    add("rationalizable", solution.rationalizable, lambda sets: _sets(solution.players, sets))
    add("transition", solution.transitions, _path)
    add("absorbing set", solution.absorbing, lambda names: (set_markup(names),))
    add("minimal closed set", solution.closed, lambda sets: _sets(solution.players, sets))
    add("cycle", solution.cycles, lambda names: _path((*names, names[0])))
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


def _sets(players: Sequence[str], sets: NameSets) -> Inline:
    if len(sets) == 1:
        return (set_markup(sets[0]),)
    text: list[Part] = []
    for player, names in zip(players, sets, strict=True):
        text += [*((", ",) if text else ()), f"{player} ", set_markup(names)]
    return tuple(text)


def _path(names: Sequence[str]) -> Inline:
    items: list[Markup | str] = []
    for name in names:
        items += [*(("to",) if items else ()), Name(name)]
    return (row(*items),)
