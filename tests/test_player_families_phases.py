"""Phases of several players and of signals with families that are not reproduced, beside the solution at points."""

from __future__ import annotations

import random
import tomllib
from fractions import Fraction

import pytest
from catalogue import holds
from test_player_families_free import neglect, sellers

import berknash
from berknash.symbolic.game.game import Game
from berknash.testing import random_player_family_game


def freed(seed: int, normal: bool) -> Game:
    """A random game with p put in for one number of its truth."""
    draw = random.Random(seed)
    document = tomllib.loads(random_player_family_game(draw, normal=normal).to_toml())
    truth = document["players"][draw.choice(["one", "two"])]["truth"]
    truth[draw.choice(sorted(truth))] = {"mean": "p", "variance": "1"} if normal else {"y": "p", "n": "1 - p"}
    return Game.from_dict({**document, "parameters": {"p": "(-4, 4)" if normal else "(0, 1)"}})


@pytest.mark.parametrize(
    "game", [sellers(), neglect(), *(freed(seed, seed % 2 == 0) for seed in range(4))], ids=lambda game: game.name
)
def test_every_point_lies_in_the_phase_of_its_solution(game: Game) -> None:
    """At the samples, those on boundaries too, and at points drawn; what is open at either place is left out."""
    diagram = berknash.phases(game)
    draw = random.Random(7)
    points = [{n: Fraction(v) for n, v in p.sample} for p in diagram.pieces if all("(" not in v for _, v in p.sample)]
    sides = {p.name: (p.domain.low or Fraction(0), p.domain.high or Fraction(0)) for p in game.parameters}
    points += [
        {n: low + (high - low) * Fraction(draw.randint(1, 19), 20) for n, (low, high) in sides.items()} for _ in "123"
    ]
    for values in points:
        (piece,) = [p for p in diagram.pieces if holds(str(p.condition), values)]
        here, there = piece.structure, berknash.solve(game, values)
        left_open = {what for what, _ in here.undecided} | {u.what for u in there.undecided if not u.supports}
        open_supports = {*here.open_supports, *(u.support for u in there.undecided)}
        assert "equilibria" not in left_open
        found = {
            (tuple(part.support for part in e.parts), tuple(part.belief_support for part in e.parts), e.dimension)
            for e in there.equilibria
        }
        listed = {(c.support, c.belief_support, c.dimension) for c in here.supports}
        assert {c for c in listed ^ found if c[0] not in open_supports} == set(), values
        plays = {e.play for e in piece.equilibria if holds(str(e.condition or piece.condition), values)}
        assert plays == {c.support for c in here.supports}
        for name in {"transitions", "absorbing", "closed", "cycles"} - left_open:
            assert sorted(getattr(here, name)) == sorted(c.value for c in getattr(there, name)), (name, values)
        if "rationalizable" not in left_open:
            assert here.rationalizable == there.rationalizable[0].value
    changes = [change for b in diagram.boundaries for crossing in b.crossings for change in crossing.changes]
    assert len(diagram.phases) == 1 or changes
