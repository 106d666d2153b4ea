"""Random games with model families against a plain numerical minimization that shares no code with the engine.

The games are drawn as Python functions and as game files at once. The reference evaluates K from its definition
on a fine grid, refines the best cells, and decides best replies from the payoffs at the minimizers found.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy
import pytest

from berknash.symbolic.definition.minimizers import kl_minimizers
from berknash.symbolic.definition.replies import best_replies
from berknash.symbolic.engines.algebraic.mixtures import cells
from berknash.symbolic.engines.algebraic.supports import mixed_on
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.forms.laws import Agent, agent_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import solve

GRID = 4001


def _fraction(rng: random.Random) -> Fraction:
    bottom = rng.randint(2, 7)
    return Fraction(rng.randint(1, bottom - 1), bottom)


class Draft:
    """A game with binary outcomes and one-coordinate families, as text and as numbers."""

    def __init__(self, seed: int, families: int, finite: int, powers: int) -> None:
        rng = random.Random(seed)
        self.truth = [_fraction(rng), _fraction(rng)]
        self.payoff = [[Fraction(rng.randint(-3, 3)) for _ in range(2)] for _ in range(2)]
        self.families: list[tuple[Fraction, Fraction, list[tuple[Fraction, Fraction, int]]]] = []
        for _ in range(families):
            low = Fraction(rng.randint(-4, 1), 4)
            high = low + Fraction(rng.randint(1, 4), 4)
            rows = []
            for _ in range(2):
                power = rng.randint(1, powers)
                # The probability is c + d x**power, kept inside (0, 1) for |x| <= 5/4.
                d = Fraction(rng.choice([-1, 1]) * rng.randint(0 if rng.random() < 0.2 else 1, 3), 16)
                rows.append((_fraction(rng) / 5 + Fraction(2, 5), d, power))
            self.families.append((low, high, rows))
        self.finite = [[_fraction(rng), _fraction(rng)] for _ in range(finite)]

    def game(self) -> Game:
        def row(p: str) -> dict[str, str]:
            return {"y": p, "n": f"1 - ({p})"}

        models: dict[str, object] = {}
        for k, (low, high, rows) in enumerate(self.families):
            texts = [f"{c} + ({d})*x**{power}" for c, d, power in rows]
            models[f"family{k}"] = {
                "theta": {"x": f"[{low}, {high}]"}, "predicts": {"a": row(texts[0]), "b": row(texts[1])},
            }  # fmt: skip
        for k, values in enumerate(self.finite):
            models[f"single{k}"] = {"predicts": {"a": row(str(values[0])), "b": row(str(values[1]))}}
        return Game.from_dict({
            "format": 1, "name": "draft", "players": {"agent": {
                "actions": ["a", "b"], "outcomes": ["y", "n"],
                "truth": {"a": row(str(self.truth[0])), "b": row(str(self.truth[1]))},
                "payoff": {n: {"y": str(u[0]), "n": str(u[1])} for n, u in zip("ab", self.payoff, strict=True)},
                "models": models,
            }},
        })  # fmt: skip

    def minimizers(self, share: float) -> tuple[float, list[tuple[str, float, tuple[float, float]]]]:
        """The least divergence, and (model, x, probabilities) of all points within 1e-9 of it."""
        found: list[tuple[float, str, float, tuple[float, float]]] = []
        for k, (low, high, rows) in enumerate(self.families):
            xs = numpy.linspace(float(low), float(high), GRID)
            for _ in range(7):
                values, _ = self._divergence(xs, rows, share)
                minima = [
                    i for i in range(len(xs))
                    if (i == 0 or values[i] <= values[i - 1]) and (i == len(xs) - 1 or values[i] <= values[i + 1])
                ]  # fmt: skip
                if len(minima) > 12:  # constant: nothing is identified
                    break
                step = (xs[1] - xs[0]) if len(xs) > 1 else 0.0
                width = min(step, (xs[-1] - xs[0]))
                xs = numpy.unique(
                    numpy.clip(
                        numpy.concatenate([numpy.linspace(xs[i] - width, xs[i] + width, 41) for i in minima]),
                        float(low),
                        float(high),
                    )
                )
            values, probabilities = self._divergence(xs, rows, share)
            pairs = zip(*probabilities, strict=True)
            found += [(v, f"family{k}", x, p) for v, x, p in zip(values, xs, pairs, strict=True)]
        for k, entries in enumerate(self.finite):
            p = (float(entries[0]), float(entries[1]))
            found.append((self._entropy(p, share), f"single{k}", 0.0, p))
        least = min(value for value, *_ in found)
        return least, [(name, x, p) for value, name, x, p in found if value <= least + 1e-10]

    def _divergence(self, xs, rows, share):  # type: ignore[no-untyped-def]
        probabilities = [float(c) + float(d) * xs**power for c, d, power in rows]
        return self._entropy(probabilities, share), probabilities

    def _entropy(self, p, share):  # type: ignore[no-untyped-def]
        total = 0.0
        for weight, q, predicted in zip((1 - share, share), self.truth, p, strict=True):
            if weight:
                total = total + weight * (
                    float(q) * numpy.log(float(q) / predicted)
                    + float(1 - q) * numpy.log(float(1 - q) / (1 - predicted))
                )
        return total

    def advantage(self, p: tuple[float, float]) -> float:
        """U(a) - U(b) at these probabilities."""
        u = [float(w[0]) * q + float(w[1]) * (1 - q) for w, q in zip(self.payoff, p, strict=True)]
        return u[0] - u[1]


def _check_fits(draft: Draft, agent: Agent, share: Fraction) -> None:
    exact = kl_minimizers(agent, [1 - share, share])
    least, near = draft.minimizers(float(share))
    for piece in exact.pieces:
        for vertex in piece.vertices:
            if vertex.coordinates:
                k = int(piece.model.removeprefix("family"))
                x = float(vertex.coordinates[0][1])
                value = draft._divergence(numpy.array([x]), draft.families[k][2], float(share))[0][0]
            else:
                entries = draft.finite[int(piece.model.removeprefix("single"))]
                value = draft._entropy((float(entries[0]), float(entries[1])), float(share))
            assert value == pytest.approx(least, abs=1e-9)
    for name, x, _ in near:
        pieces = [piece for piece in exact.pieces if piece.model == name]
        assert pieces, (name, exact)
        if name.startswith("family"):
            ranges = []
            for piece in pieces:
                xs = [float(v.coordinates[0][1]) for v in piece.vertices]
                ranges.append((min(xs), max(xs)))
            # K is flat to third order at x = 0 when predictions move with x**3.
            assert any(low - 0.02 <= x <= high + 0.02 for low, high in ranges), (x, ranges)


def _check_replies(draft: Draft, agent: Agent) -> int:
    checked = 0
    found = cells(agent, (0, 1))
    for k in range(1, 40):
        share = k / 40 + 1 / 997
        if share >= 1:
            continue
        cell = next(
            c for c in found
            if not c.is_point and _place(c.low) <= share <= _place(c.high)
        )  # fmt: skip
        if min(abs(share - _place(c.low)) for c in found) < 1e-4 or abs(share - _place(cell.high)) < 1e-4:
            continue
        _, near = draft.minimizers(share)
        advantages = [draft.advantage(p) for _, _, p in near]
        if min(abs(v) for v in advantages) < 1e-6 and max(abs(v) for v in advantages) > 0:
            continue
        expected = tuple(sorted({0 for v in advantages if v >= -1e-12} | {1 for v in advantages if v <= 1e-12}))
        assert best_replies(cell.fits) == expected, (share, advantages)
        checked += 1
    return checked


def _place(place: object) -> float:
    return float(place)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(30))
def test_one_family_agrees(seed: int) -> None:
    draft = Draft(seed, families=1, finite=0, powers=1 + seed % 3)
    agent = agent_of(draft.game())
    for share in (Fraction(0), Fraction(1), Fraction(1, 3), Fraction(5, 7)):
        _check_fits(draft, agent, share)
    assert _check_replies(draft, agent) > 20


@pytest.mark.parametrize("seed", range(30))
def test_mixed_classes_agree(seed: int) -> None:
    draft = Draft(1000 + seed, families=1 + seed % 2, finite=1 + seed % 2, powers=1 + seed % 2)
    agent = agent_of(draft.game())
    for share in (Fraction(0), Fraction(1), Fraction(2, 5)):
        _check_fits(draft, agent, share)
    assert _check_replies(draft, agent) > 20


class Regression:
    """Normal outcomes, means affine in two coordinates on a box: bounded least squares is the reference."""

    def __init__(self, seed: int, actions: int) -> None:
        rng = random.Random(seed)
        self.names = "abc"[:actions]
        self.truth = [Fraction(rng.randint(-6, 6)) for _ in self.names]
        self.variance = [Fraction(rng.randint(1, 3)) for _ in self.names]
        self.slope = [[Fraction(rng.randint(-2, 3)) for _ in range(3)] for _ in self.names]
        self.payoff = [[Fraction(rng.randint(-3, 3)) for _ in range(2)] for _ in self.names]
        self.box = []
        for _ in range(2):
            low = Fraction(rng.randint(-3, 2))
            self.box.append((low, low + rng.randint(1, 3)))

    def game(self) -> Game:
        def predicted(k: int) -> dict[str, str]:
            c = self.slope[k]
            return {"mean": f"{c[0]} + ({c[1]})*u + ({c[2]})*v", "variance": str(self.variance[k])}

        def law(k: int) -> dict[str, str]:
            return {"mean": str(self.truth[k]), "variance": str(self.variance[k])}

        rows = zip(self.names, self.payoff, strict=True)
        texts = [(n, predicted(k), law(k), f"({p[0]})*y + ({p[1]})") for k, (n, p) in enumerate(rows)]
        theta = {x: f"[{low}, {high}]" for x, (low, high) in zip("uv", self.box, strict=True)}
        return Game.from_dict({
            "format": 1, "name": "draft", "players": {"agent": {
                "actions": list(self.names), "outcomes": "normal",
                "truth": {n: t for n, _, t, _ in texts}, "payoff": {n: u for n, _, _, u in texts},
                "models": {"line": {"theta": theta, "predicts": {n: p for n, p, _, _ in texts}}},
            }},
        })  # fmt: skip

    def means(self, weights: list[float]) -> list[float]:
        """The predicted means at the best fit, by bounded least squares."""
        from scipy.optimize import lsq_linear

        rows, right = [], []
        for w, c, t, v in zip(weights, self.slope, self.truth, self.variance, strict=True):
            root = (w / float(v)) ** 0.5
            rows.append([root * float(c[1]), root * float(c[2])])
            right.append(root * float(t - c[0]))
        low, high = zip(*((float(a), float(b)) for a, b in self.box), strict=True)
        found = lsq_linear(rows, right, bounds=(low, high), method="bvls", tol=1e-14)
        return [float(c[0]) + float(c[1]) * found.x[0] + float(c[2]) * found.x[1] for c in self.slope]

    def payoffs(self, means: list[float]) -> list[float]:
        return [float(p[0]) * m + float(p[1]) for p, m in zip(self.payoff, means, strict=True)]


@pytest.mark.parametrize("seed", range(25))
def test_least_squares_agrees(seed: int) -> None:
    draft = Regression(seed, 2)
    agent = agent_of(draft.game())
    found = cells(agent, (0, 1))
    identified = all(len(cell.fits.vertices) == 1 for cell in found)
    for k in range(1, 30):
        share = k / 30 + 1 / 997
        cell = next((c for c in found if not c.is_point and _place(c.low) < share < _place(c.high)), None)
        if cell is None:
            continue
        means = draft.means([1 - share, share])
        exact = kl_minimizers(agent, [1 - Fraction(share), Fraction(share)])
        for vertex in exact.vertices:
            values = {name: float(x) for name, x in vertex.coordinates}
            for c, mean in zip(draft.slope, means, strict=True):
                value = float(c[0]) + float(c[1]) * values["u"] + float(c[2]) * values["v"]
                assert value == pytest.approx(mean, abs=1e-6)
        payoffs = draft.payoffs(means)
        if identified and abs(payoffs[0] - payoffs[1]) > 1e-5:
            assert best_replies(cell.fits) == (int(payoffs[1] > payoffs[0]),)


@pytest.mark.parametrize("seed", range(25))
def test_least_squares_with_three_actions(seed: int) -> None:
    """Every reported interior equilibrium ties the payoffs at the reference fit; nothing else does on a grid."""
    draft = Regression(500 + seed, 3)
    agent = agent_of(draft.game())
    try:
        found = mixed_on(agent, (0, 1, 2)).found
    except NotSupportedError:
        return
    for entry in found:
        payoffs = draft.payoffs(draft.means([float(w) for w in entry.weights]))
        assert max(payoffs) - min(payoffs) < 1e-5
    if any(entry.dimension for entry in found):
        return
    places = [tuple(float(w) for w in entry.weights) for entry in found]
    for i in range(1, 30):
        for j in range(1, 30 - i):
            weights = [i / 30, j / 30, 1 - (i + j) / 30]
            payoffs = draft.payoffs(draft.means(weights))
            if max(payoffs) - min(payoffs) < 1e-9:
                near = min((sum(abs(a - b) for a, b in zip(weights, p, strict=True)) for p in places), default=2.0)
                assert near < 1e-6, (weights, payoffs)


@pytest.mark.parametrize("seed", range(15))
def test_gamma_of_three_actions_agrees(seed: int) -> None:
    """The first round of elimination keeps what exact segments and a grid of mixtures find, and nothing else."""
    draft = Regression(500 + seed, 3)
    agent = agent_of(draft.game())
    found: set[int] = set()
    for action in range(3):
        found.update(best_replies(kl_minimizers(agent, [int(a == action) for a in range(3)])))
    for pair in ((0, 1), (0, 2), (1, 2)):
        for cell in cells(agent, pair):
            found.update(best_replies(cell.fits))
    for i in range(1, 12):
        for j in range(1, 12 - i):
            payoffs = draft.payoffs(draft.means([i / 12, j / 12, 1 - (i + j) / 12]))
            found.update(a for a, value in enumerate(payoffs) if value >= max(payoffs) - 1e-9)
    rounds = solve(draft.game()).rounds[0].value
    assert {agent.actions.index(name) for name in rounds[min(1, len(rounds) - 1)][0]} == found
