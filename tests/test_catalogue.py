"""Every answer of the catalogue, asked of the exact engine and of the numerical route."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from catalogue import (
    CLAIMS,
    DIGITS,
    FORMAT_DOCUMENT,
    PHASES,
    POINTS,
    THEOREMS,
    ClaimTruth,
    PhaseTruth,
    PointTruth,
    Region,
    TheoremTruth,
    evaluate,
    game_of,
    holds,
    number,
    rotated,
    same,
)

from berknash.numeric.solver import numerical_structure
from berknash.proofs.check import check
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import GameError
from berknash.symbolic.results.diagram import PhaseDiagram
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.phases import phases

BY_ID = {truth.id: truth for truth in POINTS}
POINT_CASES = pytest.mark.parametrize("truth", POINTS, ids=lambda truth: truth.id)
PHASE_CASES = pytest.mark.parametrize("truth", PHASES, ids=lambda truth: truth.id)


def solved(truth: PointTruth) -> Solution:
    return solve(game_of(truth.game), dict(truth.at))


def found_structure(document: dict[str, Any], player: str) -> dict[str, Any]:
    return {
        "equilibria": sorted(
            (tuple(e["support"][player]), tuple(e["belief_support"][player])) for e in document["equilibria"]
        ),
        "rationalizable": tuple(document["rationalizable"][player]),
        "transitions": sorted(map(tuple, document["transitions"])),
        "absorbing": sorted(map(tuple, document["absorbing"])),
        "closed": sorted(map(tuple, document["closed"])),
        "cycles": sorted(rotated(tuple(c)) for c in document["cycles"]),
    }


def test_identifiers_are_unique() -> None:
    assert len(BY_ID) == len(POINTS)
    assert len({truth.id for truth in PHASES}) == len(PHASES)


@POINT_CASES
def test_exact_structure(truth: PointTruth) -> None:
    """Supports, belief supports, rationalizable set, graph, absorbing and closed sets, cycles."""
    document = json.loads(json.dumps(solved(truth).to_json()))
    assert found_structure(document, game_of(truth.game).players[0].name) == truth.structure()


@POINT_CASES
def test_exact_strategies(truth: PointTruth) -> None:
    """Isolated equilibria to forty digits (rational ones exactly), continua by their dimension."""
    remaining = list(solved(truth).equilibria)
    for expected in truth.equilibria:
        matching = [
            e
            for e in remaining
            if e.belief_support == expected.belief_support
            and _same_strategy(expected.strategy, e.strategy, expected.support, e.support)
        ]
        assert len(matching) == 1, f"{expected} is missing from {[e.strategy for e in remaining]}"
        assert matching[0].dimension == expected.dimension
        remaining.remove(matching[0])
    assert not remaining


def _same_strategy(expected: Any, found: Any, support: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if support != other:
        return False
    if expected is None:
        return True
    wanted = dict(expected)
    return all(same(wanted.get(name, "0"), str(weight)) for name, weight in found)


@POINT_CASES
def test_flags(truth: PointTruth) -> None:
    """Pure and strict follow from the graph: strict iff the action is its own only successor."""
    for found in solved(truth).equilibria:
        assert found.pure == (len(found.support) == 1)
        successors = {b for a, b in truth.transitions if (a,) == found.support}
        assert found.strict == (found.pure and successors == set(found.support))
        assert found.uniform or not found.strict


@POINT_CASES
def test_rounds_end_in_the_rationalizable_set(truth: PointTruth) -> None:
    (case,) = solved(truth).rounds
    rounds = [names for (names,) in case.value]
    assert rounds[0] == tuple(sorted(game_of(truth.game).players[0].actions))
    assert rounds[-1] == truth.rationalizable
    assert all(set(later) < set(earlier) for earlier, later in pairwise(rounds))
    if truth.rounds is not None:
        assert len(rounds) == truth.rounds


@POINT_CASES
def test_numerical_route_agrees(truth: PointTruth) -> None:
    """The linear programs on the definition give the same structure, dimensions and strategies."""
    game = game_of(truth.game)
    found = numerical_structure(game, {name: Fraction(value) for name, value in truth.at})
    assert {
        "equilibria": sorted((e.support, e.belief_support) for e in found.equilibria),
        "rationalizable": found.rationalizable,
        "transitions": sorted(found.transitions),
        "absorbing": sorted(found.absorbing),
        "closed": sorted(found.closed),
        "cycles": sorted(rotated(c) for c in found.cycles),
    } == truth.structure()
    for expected in truth.equilibria:
        candidates = [e for e in found.equilibria if e.support == expected.support]
        assert any(e.dimension == expected.dimension for e in candidates)
        if expected.strategy is not None:
            with mpmath.workdps(DIGITS):
                weights = {a: number(evaluate(w, {})) for a, w in expected.strategy}
                assert any(
                    all(abs(weights.get(a, 0) - w) < mpmath.mpf(10) ** -25 for a, w in e.strategy)
                    for e in candidates
                )


def test_document_of_the_format() -> None:
    """The JSON of the format page; keys may be added, none dropped, none changed."""
    document = json.loads(json.dumps(solve(game_of("sycophancy"), FORMAT_DOCUMENT["at"]).to_json()))
    assert _restricted(document, FORMAT_DOCUMENT) == FORMAT_DOCUMENT


def _restricted(found: Any, pattern: Any) -> Any:
    """The document without the keys that the pattern does not have."""
    if isinstance(pattern, dict):
        return {key: _restricted(found[key], pattern[key]) for key in pattern}
    if isinstance(pattern, list) and len(found) == len(pattern):
        return [_restricted(f, p) for f, p in zip(found, pattern, strict=True)]
    return found


# Phases


def diagram_of(truth: PhaseTruth) -> PhaseDiagram:
    return phases(game_of(truth.game), None, dict(truth.at))


def random_points(truth: PhaseTruth | ClaimTruth, count: int = 120) -> list[dict[str, Fraction]]:
    """The listed points and random rational points of the domain, with small denominators so that edges are hit."""
    game = game_of(truth.game)
    generator = random.Random(truth.id)
    of_the_game = [phase for phase in PHASES if (phase.game, phase.at) == (truth.game, truth.at)]
    found = [{n: Fraction(v) for n, v in point} for phase in of_the_game for point in phase.points]
    fixed = {n: Fraction(v) for n, v in truth.at}
    count += len(found)
    while len(found) < count:
        values = dict(fixed)
        for parameter in game.parameters:
            low, high = parameter.domain.low, parameter.domain.high
            assert low is not None and high is not None
            size = generator.choice([2, 3, 4, 6, 8, 12, 60, 997])
            if parameter.name not in values:
                values[parameter.name] = low + (high - low) * Fraction(generator.randint(1, size - 1), size)
        try:
            game.at(values)
        except GameError:
            continue  # outside `assume`
        found.append({n: v for n, v in values.items() if n not in fixed})
    return found


def regions_with_structure(diagram: PhaseDiagram, point: PointTruth) -> list[Any]:
    wanted = point.structure()
    found = []
    for phase in (*diagram.phases, *diagram.strata):
        named = phase.structure.to_document()
        shape = {
            "equilibria": sorted(
                (tuple(sorted(component.support[0][0][1])), tuple(b))
                for component, b in zip(phase.structure.supports, named["belief_supports"], strict=True)
            ),
            "rationalizable": tuple(named["rationalizable"]),
            "transitions": sorted(map(tuple, named["transitions"])),
            "absorbing": sorted(map(tuple, named["absorbing"])),
            "closed": sorted(map(tuple, named["closed"])),
            "cycles": sorted(rotated(tuple(c)) for c in named["cycles"]),
        }
        if shape == wanted:
            found.append(phase)
    return found


@PHASE_CASES
def test_phase_conditions(truth: PhaseTruth) -> None:
    """Every listed phase occurs once, and its condition holds exactly where the derived one does."""
    diagram = diagram_of(truth)
    points = [{**{n: Fraction(v) for n, v in truth.at}, **p} for p in random_points(truth)]
    for listed in (*truth.phases, *(truth.strata or ())):
        (phase,) = regions_with_structure(diagram, BY_ID[listed.point])
        for values in points:
            derived, found = holds(listed.condition, values), holds(str(phase.condition), values)
            assert derived == found, f"{phase.name}: {phase.condition} at {values}"
        assert phase.witnessed


@PHASE_CASES
def test_every_point_lies_in_one_phase(truth: PhaseTruth) -> None:
    diagram = diagram_of(truth)
    everything = (*diagram.phases, *diagram.strata)
    for point in random_points(truth):
        values = {**{n: Fraction(v) for n, v in truth.at}, **point}
        assert sum(holds(str(phase.condition), values) for phase in everything) == 1, values


@PHASE_CASES
def test_complete_lists_are_complete(truth: PhaseTruth) -> None:
    """Where the catalogue lists all strata, it lists all phases, and there are no others."""
    diagram = diagram_of(truth)
    if truth.strata is not None:
        assert len(diagram.phases) == len(truth.phases)
        assert len(diagram.strata) == len(truth.strata)
    else:
        assert len(diagram.phases) >= len(truth.phases)


@PHASE_CASES
def test_closed_forms(truth: PhaseTruth) -> None:
    """Mixed equilibria of a phase as functions of the parameters."""
    diagram = diagram_of(truth)
    points = [{**{n: Fraction(v) for n, v in truth.at}, **p} for p in random_points(truth)]
    for listed in truth.phases:
        (phase,) = regions_with_structure(diagram, BY_ID[listed.point])
        inside = [values for values in points if holds(listed.condition, values)]
        assert inside, f"no test point lies in {listed.condition}"
        for support, weights in listed.strategies:
            (found,) = [e for e in phase.equilibria if " ".join(e.support) == support]
            for values in inside:
                _assert_equal_weights(dict(weights), dict(found.strategy), values)


def _assert_equal_weights(expected: dict[str, str], found: dict[str, Any], values: dict[str, Fraction]) -> None:
    for name, weight in found.items():
        assert same(expected.get(name, "0"), str(weight), values), f"{name}: {weight} at {values}"


@PHASE_CASES
def test_symbolic_solution_covers_every_point(truth: PhaseTruth) -> None:
    """`solve` with free parameters: the entries whose condition holds at a point are the equilibria there."""
    game = game_of(truth.game)
    symbolic = solve(game, dict(truth.at))
    fixed = {n: Fraction(v) for n, v in truth.at}
    for point in random_points(truth, 12):
        values = {**fixed, **point}
        here = solve(game, values)
        assert sorted((e.support, e.belief_support, e.dimension, e.strict) for e in here.equilibria) == sorted(
            (e.support, e.belief_support, e.dimension, e.strict)
            for e in symbolic.equilibria
            if holds(str(e.condition), values)
        )
        for one in ("rationalizable", "transitions", "absorbing", "closed", "cycles"):
            everywhere = [c.value for c in getattr(symbolic, one) if holds(str(c.condition), values)]
            assert sorted(everywhere) == sorted(c.value for c in getattr(here, one)), one


def test_readable_conditions_of_the_trap() -> None:
    """The four phases of the canonical trap, as a reader meets them."""
    diagram = phases(game_of("sycophancy"), ["p", "q"], {"h": "4/5", "l": "1/5"})
    assert {str(phase.condition) for phase in diagram.phases} == {
        "p > 1/2 and q < 1/2",
        "p < 1/2 and q > 1/2",
        "p > 1/2 and q > 1/2",
        "p < 1/2 and q < 1/2",
    }
    assert {str(boundary.solved) for boundary in diagram.boundaries} == {"p == 1/2", "q == 1/2"}
    assert {boundary.kind for boundary in diagram.boundaries} == {"polynomial"}
    assert diagram.to_json()["undecided"] == {"measure": 0.0, "boxes": []}


def _listed(truth: PhaseTruth) -> tuple[Region, ...]:
    return (*truth.phases, *(truth.strata or ()))


@PHASE_CASES
def test_catalogue_is_consistent(truth: PhaseTruth) -> None:
    """The point truths of a game lie in the regions that refer to them."""
    for listed in _listed(truth):
        point = BY_ID[listed.point]
        if point.game == truth.game:
            values = {n: Fraction(v) for n, v in point.at}
            if all(values[n] == Fraction(v) for n, v in truth.at):
                assert holds(listed.condition, values), f"{point.id} outside {listed.condition}"


# Claims


@pytest.mark.parametrize("truth", CLAIMS, ids=lambda truth: truth.id)
def test_when_a_claim_holds(truth: ClaimTruth) -> None:
    """`when` finds the condition that was derived by hand, boundaries included."""
    fixed = {n: Fraction(v) for n, v in truth.at}
    found = when(game_of(truth.game), truth.claim, dict(truth.at))
    assert found.witnessed
    seen = set()
    for point in random_points(truth, 80):
        values = {**fixed, **point}
        expected = holds(truth.condition, values)
        seen.add(expected)
        assert holds(str(found.condition), values) == expected, f"{found.condition} at {values}"
    assert True in seen


@pytest.mark.parametrize("truth", THEOREMS, ids=lambda truth: truth.id)
def test_theorems_are_proved_and_falsehoods_refuted(truth: TheoremTruth) -> None:
    """A proof carries a certificate that the checker accepts; a refutation a point of the domain."""
    game = game_of(truth.game)
    verdict = prove_claim(game, truth.statement)
    assert verdict.status == truth.status, verdict.reason
    if truth.status == "proved":
        assert verdict.certificate is not None
        assert check(json.loads(json.dumps(verdict.certificate))) >= 0
    elif "independent_of" not in truth.statement:
        assert game.at(dict(verdict.counterexample)).parameters == ()
