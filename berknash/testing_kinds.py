"""Draws of games with two players, with private signals, and with a family of models (see `berknash.testing`).

Each draw makes its choices with a function ``choose(low, high)``. With `knife_edge` few different numbers occur, and
the draws aim at what is easily got wrong: duplicate strategies and models, players with one action, signals that reveal
everything or nothing, models that ignore signals, models that rule out what happens, truths that do not depend on the
other player, payoffs that tie.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from .symbolic.game.game import Game
from .symbolic.interchange.normal_form import from_payoff_matrices

Choose: TypeAlias = Callable[[int, int], int]
Rows: TypeAlias = dict[Any, list[Fraction]]


def _law(choose: Choose, size: int, knife_edge: bool) -> list[Fraction]:
    if knife_edge and choose(0, 3) == 0:
        sure = choose(0, size - 1)
        return [Fraction(int(y == sure)) for y in range(size)]
    weights = [choose(1, 2 if knife_edge else 6) for _ in range(size)]
    return [Fraction(w, sum(weights)) for w in weights]


def _spread(size: int) -> list[Fraction]:
    return [Fraction(1, size)] * size


def _payoff(choose: Choose, knife_edge: bool) -> Fraction:
    return Fraction(choose(0, 1)) if knife_edge else Fraction(choose(-6, 6), choose(1, 3))


def _named(outcomes: list[str], row: list[Fraction]) -> dict[str, str]:
    return {y: str(q) for y, q in zip(outcomes, row, strict=True)}


def draw_normal_form(choose: Choose, largest: int, knife_edge: bool) -> Game:
    """A correctly specified two-player game: Berk-Nash equilibria are the Nash equilibria."""
    rows, columns = choose(1, largest), choose(1, largest)
    top = 1 if knife_edge else 20
    matrices = [[[choose(0, top) for _ in range(columns)] for _ in range(rows)] for _ in range(2)]
    if knife_edge and choose(0, 1):
        # The same action twice, for one of the players.
        a, b = choose(0, rows - 1), choose(0, rows - 1)
        for matrix in matrices:
            matrix[b] = list(matrix[a])
    if knife_edge and choose(0, 2) == 0:
        a, b = choose(0, columns - 1), choose(0, columns - 1)
        for matrix in matrices:
            for row in matrix:
                row[b] = row[a]
    return from_payoff_matrices(matrices, name="normal form")


def draw_pair(choose: Choose, largest: int, models: int, knife_edge: bool) -> Game:
    """Two players with finitely many models each, which see what depends on both actions."""
    counts = [choose(1, largest), choose(1, largest)]
    actions = [[f"{name}{k + 1}" for k in range(n)] for name, n in zip("ab", counts, strict=True)]
    players = {}
    for i, name in enumerate(("one", "two")):
        outcomes = [f"y{k + 1}" for k in range(choose(1, 2) if knife_edge else 2)]
        own, other = actions[i], actions[1 - i]
        alone = knife_edge and choose(0, 3) == 0
        truth: Rows = {}
        for a in own:
            first = _law(choose, len(outcomes), knife_edge)
            for b in other:
                truth[a, b] = first if alone else _law(choose, len(outcomes), knife_edge)
        known: list[dict[str, list[Fraction]]] = [{a: _spread(len(outcomes)) for a in own}]
        for _ in range(choose(1, models) - 1):
            copied = knife_edge and choose(0, 4) == 0
            known.append({a: known[0][a] if copied else _law(choose, len(outcomes), knife_edge) for a in own})
        players[name] = {
            "actions": own,
            "outcomes": outcomes,
            "truth": {(f"{a},{b}" if i == 0 else f"{b},{a}"): _named(outcomes, row) for (a, b), row in truth.items()},
            "payoff": {a: {y: str(_payoff(choose, knife_edge)) for y in outcomes} for a in own},
            "models": {
                f"m{t + 1}": {"predicts": {a: _named(outcomes, row) for a, row in rows.items()}}
                for t, rows in enumerate(known)
            },
        }
    return Game.from_dict({"format": 1, "name": "pair", "players": players}, where="pair")


def draw_signals(choose: Choose, signals: int, largest: int, models: int, knife_edge: bool) -> Game:
    """One player with private signals and finitely many models."""
    names = [f"s{k + 1}" for k in range(choose(1, signals))]
    actions = [f"a{k + 1}" for k in range(choose(1, largest))]
    outcomes = ["good", "bad"]
    weights = [choose(1, 2 if knife_edge else 5) for _ in names]

    def rows(ignore: bool, sure: bool = False) -> Rows:
        """One law for each signal and action; the same after every signal, or certain given it, where asked for."""
        found: Rows = {}
        for a in actions:
            common = _law(choose, 2, knife_edge)
            for k, s in enumerate(names):
                revealed = [Fraction(int(k % 2 == y)) for y in range(2)]
                found[s, a] = revealed if sure else common if ignore else _law(choose, 2, knife_edge)
        return found

    def table(found: Rows) -> dict[str, Any]:
        return {s: {a: _named(outcomes, found[s, a]) for a in actions} for s in names}

    style = choose(0, 3) if knife_edge else 3
    truth = rows(ignore=style == 0, sure=style == 1)
    known: list[Rows] = [dict.fromkeys(truth, _spread(2))]
    known.extend(rows(ignore=knife_edge and choose(0, 1) == 0) for _ in range(choose(1, models) - 1))
    if knife_edge and choose(0, 2) == 0:
        known.append(dict(known[-1]))
    agent = {
        "signals": names,
        "actions": actions,
        "outcomes": outcomes,
        "truth": table(truth),
        "payoff": {s: {a: {y: str(_payoff(choose, knife_edge)) for y in outcomes} for a in actions} for s in names},
        "models": {f"m{t + 1}": {"predicts": table(found)} for t, found in enumerate(known)},
    }
    law = {s: str(Fraction(w, sum(weights))) for s, w in zip(names, weights, strict=True)}
    return Game.from_dict({"format": 1, "name": "signals", "signals": law, "players": {"agent": agent}})


def draw_family(choose: Choose, largest: int, knife_edge: bool) -> Game:
    """One agent with a one-parameter family of models, and with a single model beside it now and then.

    The family predicts the good outcome with probability c + d x after an action, x in an interval of [0, 1].
    """
    actions = [f"a{k + 1}" for k in range(choose(1, largest))]
    size = 2 if knife_edge else 6
    low = Fraction(choose(0, size - 1), size)
    high = low + Fraction(choose(1, size - int(low * size)), size)

    def predicted() -> dict[str, str]:
        match choose(0, 3):
            case 0:
                return {"good": "x", "bad": "1 - x"}
            case 1:
                return {"good": "1 - x", "bad": "x"}
            case 2:
                return {"good": "x/2", "bad": "1 - x/2"}
            case _:
                # Nothing is learnt from this action.
                c = Fraction(choose(1, 3), 4)
                return {"good": str(c), "bad": str(1 - c)}

    models: dict[str, Any] = {
        "family": {"theta": {"x": f"[{low}, {high}]"}, "predicts": {a: predicted() for a in actions}}
    }
    models["even"] = {"predicts": {"*": {"good": "1/2", "bad": "1/2"}}}
    truth = {}
    for a in actions:
        good = Fraction(choose(1, size), size + 1)
        truth[a] = {"good": str(good), "bad": str(1 - good)}
    agent = {
        "actions": actions,
        "outcomes": ["good", "bad"],
        "truth": truth,
        "payoff": {a: {y: str(_payoff(choose, knife_edge)) for y in ("good", "bad")} for a in actions},
        "models": models if choose(0, 1) or low == 0 or high == 1 else {"family": models["family"]},
    }
    return Game.from_dict({"format": 1, "name": "family", "players": {"agent": agent}})


def draw_player_families(choose: Choose, kind: str, *, normal: bool) -> Game:
    """Two players with two actions, truths that depend on both, and a family in one coordinate that need not fit.

    `kind` "families": each has one family; "finite": the second has two single models; "beside": each has a single
    model beside its family. Few different numbers occur, so that ties are frequent.
    """

    def row(value: str) -> dict[str, str]:
        return {"mean": value, "variance": "1"} if normal else {"y": value, "n": f"1 - ({value})"}

    def law() -> dict[str, str]:
        return row(str(choose(-4, 4)) if normal else str(Fraction(choose(1, 9), 10)))

    def predicted() -> dict[str, str]:
        slope = (-2, -1, 1, 2)[choose(0, 3)]
        if normal:
            return row(f"({choose(-2, 2)}) + ({slope})*u")
        return row(f"{Fraction(choose(3, 5), 8)} + ({Fraction(5 * slope, 32)})*u")

    def reward() -> Any:
        if normal:
            return f"({choose(-3, 3)})*y + ({choose(-3, 3)})"
        return {o: choose(-3, 3) for o in "yn"}

    players: dict[str, Any] = {}
    for name in ("one", "two"):
        models: dict[str, Any] = {}
        if kind == "finite" and name == "two":
            models = {f"single{k}": {"predicts": {n: law() for n in "ab"}} for k in range(2)}
        else:
            theta = {"u": "[-3, 3]" if normal else "[-1, 1]"}
            models["family"] = {"theta": theta, "predicts": {n: predicted() for n in "ab"}}
            if kind == "beside":
                models["single"] = {"predicts": {n: law() for n in "ab"}}
        players[name] = {
            "actions": ["a", "b"], "outcomes": "normal" if normal else ["y", "n"],
            "truth": {f"{i},{j}": law() for i in "ab" for j in "ab"}, "payoff": {n: reward() for n in "ab"},
            "models": models,
        }  # fmt: skip
    return Game.from_dict({"format": 1, "name": "two players with families", "players": players})
