"""Phases as products of independent blocks of parameters, what is claimed of each dimension, and limits."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from berknash.cli import main
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.blocks import (
    CERTIFIED,
    CYLINDRICAL,
    decomposed_block,
    independent_blocks,
    product_cells,
)
from berknash.symbolic.cells.conditions import CoverIndex, cover, satisfies
from berknash.symbolic.cells.coverage import Coverage
from berknash.symbolic.cells.projections import projections
from berknash.symbolic.cells.thresholds import Thresholds
from berknash.symbolic.decomposition import Limits
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.results.diagram import PhaseDiagram
from berknash.symbolic.solving.phases import phases

ROOT = Path(__file__).resolve().parent.parent
UNIT = "(0, 1)"


def payoff_game(gains: dict[str, str], parameters: dict[str, str], *assume: str, truth: str = "1/2") -> Game:
    """One model, so that only payoffs matter: action a wins ``gains[a]`` with probability one half."""
    return Game.from_dict(
        {
            "format": 1,
            "name": "payoffs",
            "assume": list(assume),
            "parameters": parameters,
            "players": {
                "agent": {
                    "actions": list(gains),
                    "outcomes": ["win", "lose"],
                    "truth": {"*": {"win": truth, "lose": f"1 - ({truth})"}},
                    "payoff": {action: {"win": gain, "lose": 0} for action, gain in gains.items()},
                    "models": {"only": {"predicts": {"*": {"win": "1/2", "lose": "1/2"}}}},
                }
            },
        }
    )


THREE = payoff_game({"a": "x*y + z", "b": "x + y*z", "c": "x*z + y/2"}, {"x": UNIT, "y": UNIT, "z": UNIT})


def agrees_at_points(diagram: PhaseDiagram, open_only: bool) -> int:
    """Counts rational points of the unit cube at which exactly one listed phase holds, with the right structure."""
    names = [p.name for p in diagram.game.parameters]
    counted = 0
    for values in product([Fraction(k, 12) for k in (1, 3, 6, 8, 11)], repeat=len(names)):
        at = dict(zip(names, values, strict=True))
        if not diagram.table.domain.contains(at):
            continue
        point = Point(diagram.table.ring, at)
        signs = {i: point.polynomial_sign(atom) for i, atom in enumerate(diagram.table.atoms)}
        if open_only and 0 in signs.values():
            continue
        structure = diagram.structure_at(at)
        here = [c for c in diagram.cells if all(signs[a] == s for a, s in c.signs)]
        assert {cell.structure for cell in here} == {structure}, at
        assert diagram.phase_of(structure) is not None
        counted += 1
    return counted


def test_three_parameters_have_all_open_phases() -> None:
    diagram = phases(THREE)
    assert {3} <= set(diagram.coverage.complete)
    assert all(phase.witnessed for phase in diagram.phases)
    assert all(cell.witnessed for cell in diagram.cells if cell.dimension == 3)
    assert len(diagram.phases) == 3  # each of the three actions is the only best one somewhere
    assert agrees_at_points(diagram, open_only=False) > 80
    document = diagram.to_json()
    assert document["coverage"] == diagram.coverage.to_json()
    for phase in diagram.phases:
        at = {name: Fraction(value) for name, value in phase.sample}
        assert diagram.structure_at(at) == phase.structure


def test_three_parameters_without_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tree is too large the open cells and walls remain, and the rest is said to be partial."""
    monkeypatch.setattr("berknash.symbolic.cells.question_cells._NODES_BESIDE_SPACE", 1)
    diagram = phases(THREE)
    assert diagram.coverage == Coverage((3, 2), (), (1, 0))
    assert "pieces may be missing" in str(diagram.coverage)
    assert {p.structure for p in diagram.phases} == {p.structure for p in phases(THREE).phases[:3]}
    assert agrees_at_points(diagram, open_only=True) > 80
    walls = [cell for cell in diagram.cells if cell.dimension == 2]
    assert walls and all(sum(s == 0 for _, s in cell.signs) == 1 for cell in walls)


def test_a_closed_face_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    game = payoff_game({"a": "x*y*z", "b": "0", "c": "x*y + z - 1/2"}, {"x": "[0, 1)", "y": UNIT, "z": UNIT})
    monkeypatch.setattr("berknash.symbolic.cells.question_cells._NODES_BESIDE_SPACE", 1)
    table = atom_table(game)
    table.complete()
    (block,) = independent_blocks(table, ["x", "y", "z"])
    found = decomposed_block(table, block)
    assert found is not None
    assert "x" in [str(atom) for atom in table.atoms]
    assert found.complete_to == 0
    assert phases(game).coverage == Coverage((3,), (), (2, 1, 0))


def test_independent_blocks_multiply() -> None:
    """Two parameters inside logarithms, one in payoffs only: complete in every dimension."""
    document: dict[str, Any] = {
        "format": 1,
        "name": "blocks",
        "parameters": {"p": UNIT, "h": "(1/2, 1)", "w": "(0, 4)"},
        "players": {
            "agent": {
                "actions": ["bet", "pass"],
                "outcomes": ["win", "lose"],
                "truth": {"*": {"win": "p", "lose": "1 - p"}},
                "payoff": {"bet": {"win": "w", "lose": -1}, "pass": {"win": 0, "lose": "w - 2"}},
                "models": {
                    "good": {"predicts": {"*": {"win": "h", "lose": "1 - h"}}},
                    "bad": {"predicts": {"*": {"win": "1/4", "lose": "3/4"}}},
                },
            }
        },
    }
    document["players"]["agent"]["models"]["good"]["predicts"]["*"] = {"win": "2/3", "lose": "1/3"}
    document["parameters"].pop("h")
    game = Game.from_dict(document)
    table = atom_table(game)
    table.complete()
    blocks = independent_blocks(table, ["p", "w"])
    assert [block.parameters for block in blocks] == [("p",), ("w",)]
    assert sorted(atom for block in blocks for atom in block.atoms) == list(range(len(table.atoms)))
    found = [decomposed_block(table, block) for block in blocks]
    assert all(f is not None and f.engine in (CYLINDRICAL, CERTIFIED) and f.is_complete for f in found)
    cells = list(product_cells([f for f in found if f is not None], len(table.atoms), ["p", "w"]))
    whole = {cell.sign_vector for cell in cells}
    for p, w in product([Fraction(k, 24) for k in range(1, 24)], [Fraction(k, 12) for k in range(1, 48)]):
        point = Point(table.ring, {"p": p, "w": w})
        assert tuple(point.polynomial_sign(atom) for atom in table.atoms) in whole


def test_an_assumption_joins_blocks() -> None:
    free = payoff_game({"a": "x", "b": "1/2", "c": "y"}, {"x": UNIT, "y": UNIT, "z": UNIT})
    tied = payoff_game({"a": "x", "b": "1/2", "c": "y"}, {"x": UNIT, "y": UNIT, "z": UNIT}, "z < y")
    for game, expected in ((free, [("x", "y"), ("z",)]), (tied, [("x", "y", "z")])):
        table = atom_table(game)
        table.complete()
        assert [b.parameters for b in independent_blocks(table, ["x", "y", "z"])] == expected


def test_thresholds_never_rule_out_what_occurs() -> None:
    """Signs at random points are never contradicted, and what follows from some of them is true of the others."""
    random = Random(3)
    deduced = 0
    for name in ("deception_audits", "hallucination_fabrication"):
        table = atom_table(load_game(ROOT / "examples" / "traps" / f"{name}.toml"))
        table.complete()
        thresholds = Thresholds(table)
        for _, values in zip(range(12), table.domain.rational_points(), strict=False):
            point = Point(table.ring, values)
            signs = {i: point.polynomial_sign(atom) for i, atom in enumerate(table.atoms)}
            assert thresholds.closed(signs) == signs
            some = {i: s for i, s in signs.items() if random.random() < 0.5}
            follow = thresholds.closed(some)
            assert follow is not None
            assert follow.items() <= signs.items()
            deduced += len(follow) - len(some)
    assert deduced > 0


def test_order_between_thresholds_refutes() -> None:
    """x < y: what the smaller threshold allows, the larger cannot forbid."""
    game = load_game(ROOT / "examples" / "traps" / "deception_audits.toml")
    table = atom_table(game)
    table.complete()
    known = projections(table)
    names = {str(atom): i for i, atom in enumerate(table.atoms)}
    low = next(i for text, i in names.items() if text == "x*c + x + w - 1")
    high = next(i for text, i in names.items() if text == "y*c + y + w - 1")
    assert known.closed({low: 1, high: -1}) is None
    assert (known.closed({low: 1}) or {})[high] == 1
    assert (known.closed({low: -1}) or {}).get(high) is None


def test_covers_hold_on_their_cells_only_and_have_nothing_superfluous() -> None:
    random = Random(11)
    for _ in range(60):
        vectors = sorted({tuple(random.choice((-1, 0, 1)) for _ in range(5)) for _ in range(20)})
        cells = [dict(enumerate(v)) for v in vectors]
        inside = [place for place in range(len(cells)) if random.random() < 0.4] or [0]
        index = CoverIndex(cells)
        found = index.cover(index.where(inside))
        outside = [place for place in range(len(cells)) if place not in inside]
        assert found == cover([cells[i] for i in inside], [cells[i] for i in outside])

        def holds(place: int, conjunctions: Any, cells: Any = cells) -> bool:
            return any(satisfies(cells[place], literals) for literals in conjunctions)

        assert all(holds(i, found) for i in inside) and not any(holds(i, found) for i in outside)
        for literals in found:
            assert not all(holds(i, [c for c in found if c != literals]) for i in inside)
            for literal in literals:
                rest = [other for other in literals if other != literal]
                assert any(satisfies(cells[i], rest) for i in outside)


def test_limits_stop_with_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    stages: list[tuple[str, int, int]] = []
    phases(THREE, limits=Limits(progress=lambda *place: stages.append(place)))
    assert {"lifting", "tree of sign vectors", "conditions of phases"} <= {stage for stage, _, _ in stages}
    assert all(0 <= done <= total for _, done, total in stages)
    with pytest.raises(BudgetError, match="more than 5 cells"):
        phases(THREE, limits=Limits(max_cells=5))
    with pytest.raises(BudgetError, match=r"after .* seconds"):
        phases(THREE, limits=Limits(seconds=1e-9))
    path = str(ROOT / "examples" / "three_cycle.toml")
    assert main(["phases", path, "--limit-cells", "3"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "more than 3 cells" in err and len(err.splitlines()) == 1


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("berknash.symbolic.cells.question_cells.CellFinder.find", interrupted)
    assert main(["phases", str(ROOT / "examples" / "three_cycle.toml")]) == 130
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1


def test_the_printout_says_what_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ROOT / "examples" / "sycophancy.toml")
    assert main(["phases", path, "--at", "h=4/5,l=1/5"]) == 0
    assert "complete in every dimension" in capsys.readouterr().out
    assert main(["phases", path, "--at", "h=4/5,l=1/5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["coverage"] == {"complete": [2, 1, 0], "covered": [], "partial": []}
    assert sys.stderr.isatty() is False
