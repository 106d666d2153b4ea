"""Mixed equilibria of games in which some player's labels depend on the play of several players.

At fixed parameters each profile of supports S with each minimal choice of labels T is a polynomial system (`systems`).
It is solved exactly by the first of these that applies:

* relations that are each linear in one player's weights: a product of polytopes (`linear_pieces`);
* rational coefficients and finitely many solutions: algebraic points (`points`), boundary solutions saturated away;
* at most two unknowns: a cylindrical decomposition of the square, whose cells that satisfy everything make up the
  connected pieces, of any dimension (`planar`); with logarithms in the coefficients too;
* rational coefficients and more unknowns: points, curves and surfaces with rational charts (`curves`).

What is left is refused by name, never guessed (Esponda & Pouzo 2016, Def. 1; McKelvey & McLennan 1996, Handbook of
Computational Economics 1, on systems of polynomial inequalities in Nash equilibrium).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from ...algebra.points import RealPoint
from ...algebra.ring import Element, Polynomial
from ...algebra.text import element_expression
from ...cells.tree import numeric_value
from ...combinatorics.components import belief_face
from ...combinatorics.profiles import PlayersProblem, of_profiles
from ...combinatorics.shape import Set, Sets
from ...errors import NotSupportedError
from ...expressions.reading import number
from ...forms.minors import PlayersTable, played
from ...results.equilibrium import Behaviour, Equilibrium, Part, Weight, Weights
from .branches import algebraic_points, plain, solves
from .curves import Part as CurvePart
from .curves import connected_parts, equations_of
from .linear_pieces import Polytope, centre, is_linear, polytopes
from .planar import planar_pieces
from .systems import Slot, System, Systems, supports_of


def mixed_equilibria(table: PlayersTable) -> list[Equilibrium]:
    """Every equilibrium component with mixed supports, at fixed parameters; exact.

    Raises NotSupportedError when a support has infinitely many equilibria that no method above describes.
    """
    solver = PolynomialSolver(table)
    mixed = [supports for supports in supports_of(table) if any(len(support) > 1 for support in supports)]
    return [equilibrium for supports in mixed for equilibrium in solver.on(supports)]


class PolynomialSolver:
    """The polynomial systems of one game at fixed parameters."""

    def __init__(self, table: PlayersTable) -> None:
        self._problem = numeric_value(table, of_profiles(lambda problem: problem))
        self._systems = Systems(table)

    def on(self, supports: Sets) -> list[Equilibrium]:
        """The equilibrium components with exactly these supports; raises as `mixed_equilibria` does."""
        return _on_supports(self._problem, self._systems, supports)


def _on_supports(problem: PlayersProblem, systems: Systems, supports: Sets) -> list[Equilibrium]:
    builder = Builder(problem, systems, supports)
    candidates = [needed_labels(problem, systems, player, supports) for player in problem.players]
    roots_of: list[tuple[Sets, System, RealPoint]] = []
    pieces: list[tuple[Sets, tuple[Polytope, ...]]] = []
    for labels in product(*candidates):
        system = systems.system(supports, labels)
        if system is None:
            continue
        if is_linear(system):
            part = polytopes(system, systems.table.ring, len(supports), systems.sign_of)
            if part is not None:
                pieces.append((labels, part))
            continue
        roots = algebraic_points(system) if system.rational else None
        if roots is None:
            return builder.planar(candidates) if len(system.slots) <= 2 else builder.curved(candidates)
        roots_of.extend((labels, system, root) for root in roots)
    if roots_of and pieces and len(_slots(systems, supports)) <= 2:
        return builder.planar(candidates)
    linear = [s for s in (systems.system(supports, labels) for labels, _ in pieces) if s is not None]
    if roots_of and not all(s.rational for s in linear):
        return builder.curved(candidates)
    # A point that satisfies the relations of a piece is a point of that piece.
    points = [
        builder.point(labels, system, root)
        for labels, system, root in roots_of
        if not any(solves(plain(s), root) for s in linear)
    ]
    return [*builder.products(pieces), *_without_repetition(points)]


def _slots(systems: Systems, supports: Sets) -> tuple[Slot, ...]:
    """The unknown weights of a profile of supports."""
    return tuple(systems.slots(supports)[0])


def _without_repetition(points: list[Equilibrium]) -> list[Equilibrium]:
    found: dict[Any, Equilibrium] = {}
    for point in points:
        found.setdefault(tuple(part.strategy for part in point.parts), point)
    return list(found.values())


def needed_labels(problem: PlayersProblem, systems: Systems, player: int, supports: Sets) -> Sets:
    """The minimal sets of labels whose optimality makes the player's support a best reply to some belief."""
    if problem.shape.models[player] is None:
        return (supports[player],)
    models = systems.allowed(player, supports)
    needed: list[Set] = []
    for size in range(1, len(models) + 1):
        for candidate in combinations(models, size):
            if any(set(other) <= set(candidate) for other in needed):
                continue
            if belief_face(problem, player, candidate, supports[player]) is not None:
                needed.append(candidate)
    return tuple(needed)


class Builder:
    """Makes equilibria of one profile of supports from points and pieces."""

    def __init__(self, problem: PlayersProblem, systems: Systems, supports: Sets) -> None:
        self.problem = problem
        self.systems = systems
        self.supports = supports
        self.table = systems.table
        self.form = systems.form
        self.ring = systems.table.ring

    def point(
        self,
        labels: Sets,
        system: System,
        root: RealPoint,
        dimension: int = 0,
        conditions: tuple[str, ...] = (),
        reached: Container[Sets] | None = None,
    ) -> Equilibrium:
        """The equilibrium at an algebraic point, or the set of this dimension that `reached` its choices of labels."""
        count = len(system.slots)
        values: dict[Slot, Weight] = {}
        joint: dict[Slot, Any] = {}
        for slot, weight in plain(system).weights:
            affine = {tuple(int(e) for e in m): int(c) for m, c in weight.to_dict().items()}
            slopes = [affine.get(tuple(int(k == place) for k in range(count)), 0) for place in range(count)]
            coefficients = root.combination(affine.get((0,) * count, 0), slopes)
            values[slot] = _plain(root.number(coefficients))
            joint[slot] = (root.root, coefficients)

        def holds(others: Sets) -> bool:
            if reached is not None:
                return others in reached
            system = self.systems.system(self.supports, others)
            return system is not None and solves(plain(system), root)

        return self.equilibrium(labels, values, dimension, holds, conditions, joint=joint)

    def products(self, pieces: list[tuple[Sets, tuple[Polytope, ...]]]) -> Iterator[Equilibrium]:
        """The connected components of products of polytopes."""
        groups: list[list[tuple[Sets, tuple[Polytope, ...]]]] = []
        for piece in pieces:
            touching = [g for g in groups if any(self._touch(piece[0], other[0]) for other in g)]
            merged = [piece]
            for group in touching:
                merged = [*group, *merged]
                groups.remove(group)
            groups.append(merged)
        for group in groups:
            labels, part = group[0]
            middle: dict[Slot, Element] = {}
            for polytope in part:
                middle.update(centre(polytope, self.ring))
            dimension = max(sum(p.dimension for p in parts) for _, parts in group)
            values: dict[Slot, Weight] = {slot: element_expression(self.ring, v) for slot, v in middle.items()}
            conditions = tuple(self._text(self.systems.system(self.supports, own)) for own, _ in group)

            def holds(others: Sets) -> bool:
                return self._meets(others)

            corners = tuple(tuple(self._corners(j, p) for j, p in enumerate(parts)) for _, parts in group)
            yield self.equilibrium(
                labels, values, dimension, holds, conditions if dimension else (), corners if dimension else ()
            )

    def planar(self, candidates: list[Sets]) -> list[Equilibrium]:
        """The connected components when there are at most two unknowns, by a decomposition of the square."""
        minimal = set(product(*candidates))
        chosen = self._chosen(candidates)
        found = []
        for piece in planar_pieces(chosen, self.ring, self.systems.numbers):
            values: dict[Slot, Weight] = {
                slot: element_expression(self.ring if piece.ring is None else piece.ring, v)
                if isinstance(v, Element)
                else v
                for slot, v in piece.sample.items()
            }
            conditions = tuple(
                self._text(system) for labels, system in chosen if labels in piece.labels and labels in minimal
            )
            found.append(
                self.equilibrium(
                    piece.sampled,
                    values,
                    piece.dimension,
                    piece.holds,
                    conditions if piece.dimension else (),
                    joint=piece.joint,
                )
            )
        return found

    def curved(self, candidates: list[Sets]) -> list[Equilibrium]:
        """The connected components with three and more unknowns: points, rational curves or a surface."""
        minimal = set(product(*candidates))
        chosen = self._chosen(candidates)
        try:
            if not all(system.rational for _, system in chosen):
                raise NotSupportedError("its coefficients are transcendental; use fewer actions")
            groups = connected_parts(chosen, minimal)
        except NotSupportedError as error:
            names = " and ".join(
                f"{p.name}: {', '.join(a for _, actions in played(self.table, j, s) for a in actions)}"
                for j, (p, s) in enumerate(zip(self.form.players, self.supports, strict=True))
            )
            raise NotSupportedError(
                f"the equilibria with supports {names} solve a nonlinear system in {len(chosen[0][1].slots)} unknowns "
                f"that is not described: {error}"
            ) from None
        found = []
        for parts in groups:
            best = max(parts, key=lambda part: part.dimension)
            reached = {labels for part in parts for labels in part.labels}
            system = chosen[0][1]
            conditions = tuple(self._part_text(part, system, dict(chosen)) for part in parts if part.dimension)
            found.append(self.point(best.sampled, system, best.sample, best.dimension, conditions, reached))
        return found

    def _part_text(self, part: CurvePart, system: System, systems: Mapping[Sets, System]) -> str:
        equations, ends = equations_of(part, system)
        text = self._text(equations)
        if not ends:
            inside = " or ".join(f"({self._text(systems[own])})" for own in part.labels)
            return " and ".join([*([text] if text else []), f"({inside})"])
        assert part.chart is not None
        name = self._text(replace(equations, equations=(equations.context.gen(part.chart.free[0]),)))
        name = name.removesuffix(" == 0")
        return " and ".join([*([text] if text else []), *(f"{name} {relation} {value}" for relation, value in ends)])

    def _chosen(self, candidates: list[Sets]) -> list[tuple[Sets, System]]:
        """All choices of labels with their systems: the minimal ones, and larger ones that hold on subsets."""
        # Larger sets of labels tell which beliefs some point allows.
        choices = product(*(self._larger(player, own) for player, own in enumerate(candidates)))
        systems = ((labels, self.systems.system(self.supports, labels)) for labels in choices)
        return [(labels, system) for labels, system in systems if system is not None]

    def _larger(self, player: int, needed: Sets) -> Sets:
        if self.problem.shape.models[player] is None:
            return needed
        models = self.systems.allowed(player, self.supports)
        sets = (c for size in range(1, len(models) + 1) for c in combinations(models, size))
        return tuple(c for c in sets if any(set(small) <= set(c) for small in needed))

    def _touch(self, first: Sets, second: Sets) -> bool:
        return self._meets(tuple(tuple(sorted({*a, *b})) for a, b in zip(first, second, strict=True)))

    def _meets(self, labels: Sets) -> bool:
        system = self.systems.system(self.supports, labels)
        if system is None or not is_linear(system):
            return False
        return polytopes(system, self.ring, len(self.supports), self.systems.sign_of) is not None

    def _corners(self, player: int, polytope: Polytope) -> tuple[Behaviour, ...]:
        return tuple(
            self._behaviour(player, {s: element_expression(self.ring, v) for s, v in vertex.items()})
            for vertex in polytope.vertices
        )

    def _behaviour(self, player: int, values: Mapping[Slot, Weight]) -> Behaviour:
        form = self.form.players[player]
        zero = element_expression(self.ring, self.ring.constant(0))
        found = []
        for place, signal in enumerate(form.signals or ("",)):
            found.append((signal, tuple((a, values.get((player, place, a), zero)) for a in form.actions)))
        return tuple(found)

    def _text(self, system: System | None) -> str:
        if system is None:
            return ""
        names = {}
        for k, (player, place, action) in enumerate(system.slots):
            form = self.form.players[player]
            inner = [form.name, *form.signals[place : place + 1], action]
            names[f"weight_{k}"] = f"sigma({', '.join(inner)})"

        def written(polynomial: Polynomial) -> str:
            # All at once: a name may look like a symbol.
            text = str(polynomial).replace("^", "**")
            return re.sub(r"\bweight_\d+\b", lambda match: names.get(match[0], match[0]), text)

        parts = [f"{written(w)} > 0" for _, w in system.weights if not w.is_constant()]
        parts += [f"{written(e)} == 0" for e in system.equations]
        parts += [f"{written(f)} >= 0" for f in system.inequalities]
        return " and ".join(parts)

    def equilibrium(
        self,
        labels: Sets,
        values: Mapping[Slot, Weight],
        dimension: int,
        holds: Any,
        conditions: tuple[str, ...] = (),
        corners: tuple[tuple[tuple[Behaviour, ...], ...], ...] = (),
        joint: Mapping[Slot, Any] | None = None,
    ) -> Equilibrium:
        parts: list[Part] = []
        one = element_expression(self.ring, self.ring.constant(1))
        for player, form in enumerate(self.form.players):
            models: tuple[str, ...]
            belief: Weights
            if form.fit is None:
                models, belief = form.models, ((form.models[0], one),)
            else:
                models = tuple(form.models[t] for t in self._believed(player, labels, holds))
                belief = self._belief(player, labels[player])
            support = played(self.table, player, self.supports[player])
            parts.append(Part(form.name, support, self._behaviour(player, values), tuple(sorted(models)), belief))
        return Equilibrium(
            parts=tuple(parts),
            dimension=dimension,
            uniform=False,
            strict=False,
            set_conditions=conditions,
            pieces=corners,
            joint=tuple(sorted(joint.items(), key=lambda item: item[0])) if joint is not None else (),
        )

    def _believed(self, player: int, labels: Sets, holds: Any) -> set[int]:
        """Models with weight in some belief that supports some point: all ties that some point attains."""
        found: set[int] = set()
        models = self.systems.allowed(player, self.supports)
        for size in range(len(models), 0, -1):
            for ties in combinations(models, size):
                if set(ties) <= found:
                    continue
                own = tuple(t for t in ties)
                if not any(set(needed) <= set(own) for needed in needed_labels(
                    self.problem, self.systems, player, self.supports
                )):  # fmt: skip
                    continue
                if not holds((*labels[:player], own, *labels[player + 1 :])):
                    continue
                for vertex in self.problem.belief_vertices(player):
                    if set(vertex.support) <= set(own) and set(self.supports[player]) <= set(vertex.ties):
                        found.update(vertex.support)
        return found

    def _belief(self, player: int, models: Set) -> Weights:
        vertex = next(
            v
            for v in self.problem.belief_vertices(player)
            if set(v.support) <= set(models) and set(self.supports[player]) <= set(v.ties)
        )
        names = self.form.players[player].models
        weights = self.table.weights(f"pay {player}", len(names), vertex)
        return tuple((n, element_expression(self.ring, w)) for n, w in zip(names, weights, strict=True))


def _plain(value: Any) -> Weight:
    return number(value.as_rational()) if value.is_rational else value
