"""Domains of theta cut out by polynomial relations: best fits as exact points, against plain numerical search."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from berknash.symbolic.definition.minimizers import kl_minimizers
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.forms.laws import agent_of
from berknash.symbolic.game.game import Game


def law(mean: str) -> dict[str, str]:
    return {"mean": mean, "variance": "1"}


def build(truth: tuple[str, str], where: list[str]) -> Game:
    """Two actions that show u and v with unit noise: the best fit is the weighted projection of the true means."""
    return Game.from_dict({"format": 1, "name": "curved", "players": {"agent": {
        "actions": ["a", "b"], "outcomes": "normal", "truth": {"a": law(truth[0]), "b": law(truth[1])},
        "payoff": {"*": "y"},
        "models": {"m": {"theta": {"u": "[-2, 2]", "v": "[-2, 2]"}, "where": where,
                         "predicts": {"a": law("u"), "b": law("v")}}},
    }}})  # fmt: skip


def circle(low: float = 0.0, high: float = 2 * math.pi) -> list[tuple[float, float]]:
    return [(math.cos(low + (high - low) * k / 40000), math.sin(low + (high - low) * k / 40000)) for k in range(40001)]


EDGE = [(0.0, -1 + k / 20000) for k in range(40001)]
DOMAINS = {
    # The truths lie outside, so that the boundary is all there is to search.
    "disk": (["u**2 + v**2 <= 1"], circle()),
    "half disk": (["u**2 + v**2 <= 1", "u >= 0"], [*circle(-math.pi / 2, math.pi / 2), *EDGE]),
    "segment": (["u + v == 1"], [(-1 + 3 * k / 40000, 2 - 3 * k / 40000) for k in range(40001)]),
    "parabola": (["v == u**2"], [(t, t * t) for t in (math.sqrt(2) * (k / 20000 - 1) for k in range(40001))]),
    "circle": (["u**2 + v**2 == 1"], circle()),
}


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("truth", [("3", "1"), ("-1", "3"), ("1", "2")])
@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(1, 3), Fraction(4, 5)])
def test_best_fits_on_curved_domains(name: str, truth: tuple[str, str], share: Fraction) -> None:
    where, points = DOMAINS[name]
    found = kl_minimizers(agent_of(build(truth, where)), [1 - share, share])
    goal = [float(x) for x in truth]

    def loss(point: tuple[float, float]) -> float:
        return float(1 - share) * (point[0] - goal[0]) ** 2 + float(share) * (point[1] - goal[1]) ** 2

    best = min(points, key=loss)
    for vertex in found.vertices:
        x, y = (float(value) for _, value in vertex.coordinates)
        assert loss((x, y)) == pytest.approx(loss(best), abs=1e-6) and loss((x, y)) <= loss(best) + 1e-12
    assert any(math.dist(best, [float(x) for _, x in v.coordinates]) < 1e-3 for v in found.vertices)


def test_closed_forms_on_a_parabola_and_a_circle() -> None:
    """(u - 1)**2 + (u**2 - 2)**2 falls to the larger root of 2 u**2 - 2 u - 1; (3, 1) projects along its ray."""
    half = [Fraction(1, 2)] * 2
    (vertex,) = kl_minimizers(agent_of(build(("1", "2"), ["v == u**2"])), half).vertices
    assert str(vertex) == "m(u = 1/2 + sqrt(3)/2, v = 1 + sqrt(3)/2)"
    (vertex,) = kl_minimizers(agent_of(build(("3", "1"), ["u**2 + v**2 == 1"])), half).vertices
    assert str(vertex) == "m(u = 3*sqrt(10)/10, v = sqrt(10)/10)"


def test_ties_on_a_circle_are_both_found() -> None:
    """Around the truth (0, 0), weighted 2 : 1 against v, the points (1, 0) and (-1, 0) fit alike."""
    found = kl_minimizers(agent_of(build(("0", "0"), ["u**2 + v**2 == 1"])), [Fraction(1, 3), Fraction(2, 3)])
    assert sorted(str(v) for v in found.vertices) == ["m(u = -1, v = 0)", "m(u = 1, v = 0)"]


@pytest.mark.parametrize("where, sigma, message", [
    ("u**2 + v**2 == 1", [Fraction(1, 2), Fraction(1, 2)], "not isolated"),
])  # fmt: skip
def test_curved_sets_of_best_fits_are_refused_by_name(where: str, sigma: list[Fraction | int], message: str) -> None:
    with pytest.raises(NotSupportedError, match=message):
        kl_minimizers(agent_of(build(("0", "0"), [where])), sigma)
