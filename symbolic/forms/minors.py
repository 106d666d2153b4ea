"""Atoms of a strategic form: the signs that decide everything, as products of irreducible factors.

Three kinds of tables have bordered minors ``W`` (`symbolic.combinatorics.envelopes`):

* ``fit i``: rows are i's models, columns profiles of plans: which mixtures of (correlated) play make models tie;
* ``pay i``: rows are i's plans, columns i's models, or the others' profiles for a player who fits a family to them;
* ``mix j v``: columns are j's plans; rows are tuples of *labels*, one for each player whose *home* is j, in the shape
  number v: the whole form (0), or the form as one profile of supports sees it.

The home of player i is the one player whose plans i's labels depend on: models (ranked by fit) or, for a family, own
plans (ranked by expected payoff). Rows of ``mix j`` are sums of the label values, so the lower envelope of the sums
is the common refinement of the envelopes and a tuple is optimal exactly when each of its labels is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..algebra.text import element_text
from ..cells.atoms import AtomTable, DecisionTables, SignProduct
from ..cells.domain import Domain
from ..combinatorics.envelopes import Vertex
from ..combinatorics.plain import Payoffs
from ..combinatorics.profiles import PlayersProblem
from ..combinatorics.shape import Set, Sets, Shape
from ..errors import NotSupportedError
from ..game.game import Game
from ..game.parameter_space import game_domain
from ..limits import SolveLimits
from .entries import Form, StrategicForm
from .strategic import lifted_form, strategic_form


class PlayersTable(AtomTable):
    """The minors of a strategic form as products of atoms, found on demand and kept."""

    def __init__(self, form: StrategicForm, domain: Domain, limits: SolveLimits | None = None) -> None:
        super().__init__(DecisionTables.none(form.ring), domain)
        self.form = form
        self.limits = limits or SolveLimits()
        self.shape = shape_of(form, self.limits)
        self.payoffs = tuple(integer_payoffs(p) for p in form.players)
        self.names = tuple(p.name for p in form.players)
        self.shapes = [self.shape]
        self._views: dict[Sets, Shape] = {}
        self._at_points: dict[Any, SignProduct] = {}
        self._entries: dict[tuple[str, int, int], Element] = {}

    def entry(self, kind: str, row: int, column: int) -> Element:
        """The entry of one of the three kinds of tables."""
        key = kind, row, column
        if key not in self._entries:
            self._entries[key] = self._entry(kind, row, column)
        return self._entries[key]

    def _entry(self, kind: str, row: int, column: int) -> Element:
        what, number, *view = kind.split()
        place = int(number)
        if what == "pay":
            return self.form.players[place].payoff[row][column]
        if what == "fit":
            return _finite(self.form.players[place], row, column)
        shape = self.shapes[int(view[0])]
        total = self.ring.constant(0)
        for guest, label in zip(shape.guests(place), shape.labels_of_row(place, row), strict=True):
            total = total + label_value(self.form, shape, guest, label, place, column)
        return total

    def weights(self, kind: str, count: int, vertex: Vertex) -> list[Element]:
        """The weights of a vertex by Cramer's rule, one for each column."""
        weights = [self.ring.constant(0)] * count
        if len(vertex.support) == 1:
            weights[vertex.support[0]] = self.ring.constant(1)
            return weights
        numerators = []
        for position in range(len(vertex.support)):
            rest = vertex.support[:position] + vertex.support[position + 1 :]
            minor = self.minor(kind, rest, vertex.basis)
            numerators.append(-minor if position % 2 else minor)
        total = sum(numerators, start=self.ring.constant(0))
        for column, numerator in zip(vertex.support, numerators, strict=True):
            weights[column] = reduce_roots(self.ring, numerator / total)
        return weights

    def restricted(self, supports: Sets) -> Shape:
        """The shape as these supports see it."""
        if supports not in self._views:
            view = view_of(self.form, self.shape, supports, len(self.shapes))
            self.shapes.append(view)
            self._views[supports] = view
        return self._views[supports]

    def difference_at(self, shape: Shape, player: int, label: int, other: int, vertices: Sequence[Vertex]) -> Element:
        """``value(label) - value(other)`` at the play given by one vertex for each player, smaller being better."""
        form = self.form.players[player]
        weights = [
            self.weights(shape.mix(j), count, v) for j, (count, v) in enumerate(zip(shape.plans, vertices, strict=True))
        ]
        members = [j for j in range(len(vertices)) if form.fit is not None or j != player]
        profiles = self.form.profiles if form.fit is not None else self.form.others(player)
        total = self.ring.constant(0)
        for column, profile in enumerate(profiles):
            mass = self.ring.constant(1)
            for j, plan in zip(members, profile, strict=True):
                mass = mass * weights[j][plan]
            if mass.is_zero():
                continue
            if form.fit is not None:
                gap = _finite(form, label, column) - _finite(form, other, column)
            else:
                gap = form.payoff[other][column] - form.payoff[label][column]
            total = total + mass * gap
        return reduce_roots(self.ring, total)

    def _describe(self, kind: str, columns: Set, rows: Set) -> str:
        what, number, *_ = kind.split()
        place = int(number)
        form = self.form.players[place]
        if what == "fit":
            return f"fit of {', '.join(form.models[r] for r in rows)} for {form.name}"
        if what == "pay":
            return f"payoff of {', '.join(form.plan_name(r) for r in rows)} for {form.name}"
        return f"play of {form.name} on {', '.join(form.plan_name(c) for c in columns)}"

    on_demand_only = True

    def over(self, ring: Ring) -> PlayersTable:
        """The same form seen from a ring with further generators; nothing found so far is kept."""
        return self if ring is self.ring else PlayersTable(_form_over(self.form, ring), self.domain, self.limits)

    def complete(self) -> None:
        """Atoms of strategic forms are found on demand only."""
        raise NotSupportedError("the atoms of games with signals or several players are found on demand only")

    def problem(self, sign_of_atom: Callable[[int], int]) -> Any:
        """The `PlayersProblem` in which atom i has the sign ``sign_of_atom(i)``."""

        def value(product: SignProduct) -> int:
            result = product.constant
            for index, parity in product.factors:
                if result == 0:
                    return 0
                atom = sign_of_atom(index)
                result *= atom if parity == 1 else atom * atom
            return result

        def sign(kind: str, columns: Set, rows: Set) -> int:
            return value(self.sign_product(kind, columns, rows))

        def at_point(shape: Shape, player: int, label: int, other: int, vertices: tuple[Vertex, ...]) -> int:
            plays = tuple((v.support, v.basis) for v in vertices)
            key = (shape.number, player, label, other, plays)
            if key not in self._at_points:
                form = self.form.players[player]
                element = self.difference_at(shape, player, label, other, vertices)
                self._at_points[key] = self.product_of(element, f"mixed play, as {form.name} sees it")
            return value(self._at_points[key])

        def sign_of(element: Element) -> int:
            return value(self.product_of(element, "the claim"))

        return PlayersProblem(self.shape, sign, at_point, self.restricted, sign_of, self.payoffs)


def _finite(form: Form, row: int, column: int) -> Element:
    value = None if form.fit is None else form.fit[row][column]
    if value is None:
        raise ValueError("an infinite divergence has no minors")
    return value


def label_value(form: StrategicForm, shape: Shape, guest: int, label: int, home: int, plan: int) -> Element:
    """The value of one label of a player as a function of the plan of that player's home, smaller is better."""
    player = form.players[guest]
    if player.fit is not None:
        profile = tuple(plan if j == home else base for j, base in enumerate(shape.base))
        return _finite(player, label, form.profiles.index(profile))
    others = tuple(plan if j == home else base for j, base in enumerate(shape.base) if j != guest)
    return -player.payoff[label][form.others(guest).index(others)]


def shape_of(form: StrategicForm, limits: SolveLimits) -> Shape:
    """Counts, finiteness and homes of a strategic form."""
    return Shape(
        plans=tuple(len(p.plans) for p in form.players),
        models=tuple(None if p.fit is None else len(p.models) for p in form.players),
        finite=tuple(
            None if p.fit is None else tuple(tuple(e is not None for e in row) for row in p.fit) for p in form.players
        ),
        dependence=tuple(dependence(form, i) for i in range(len(form.players))),
        profiles=form.profiles,
        radix=tuple((len(p.actions),) * max(1, len(p.signals)) for p in form.players),
        base=(0,) * len(form.players),
        most_supports=limits.pairs,
        most_bases=limits.bases,
    )


def view_of(form: StrategicForm, shape: Shape, supports: Sets, number: int) -> Shape:
    """The shape as a profile of supports sees it: dependences inside the supports, of labels that are finite there."""
    allowed: list[Set] = []
    for place, player in enumerate(form.players):
        if player.fit is None:
            allowed.append(tuple(range(shape.plans[place])))
            continue
        columns = [
            k
            for k, profile in enumerate(form.profiles)
            if all(plan in own for plan, own in zip(profile, supports, strict=True))
        ]
        allowed.append(tuple(t for t, row in enumerate(player.fit) if all(row[k] is not None for k in columns)))
    return replace(
        shape,
        dependence=tuple(dependence(form, i, supports, allowed[i]) for i in range(len(form.players))),
        base=tuple(support[0] for support in supports),
        number=number,
        inside=supports,
        allowed=tuple(allowed),
    )


def dependence(form: StrategicForm, place: int, inside: Sets | None = None, labels: Set | None = None) -> Set:
    """The players whose plans matter for how i's labels compare, found by formal identities.

    With `inside` and `labels` only those plans and labels are looked at.
    """
    player = form.players[place]
    profiles = form.profiles if player.fit is not None else form.others(place)
    members = [j for j in range(len(form.players)) if player.fit is not None or j != place]
    table: tuple[tuple[Element | None, ...], ...] = player.fit if player.fit is not None else player.payoff
    rows = range(len(table)) if labels is None else labels
    plans = [range(len(form.players[j].plans)) if inside is None else inside[j] for j in members]
    differences: dict[Set, tuple[Element | None, ...]] = {}
    for column, profile in enumerate(profiles):
        if any(plan not in own for plan, own in zip(profile, plans, strict=True)):
            continue
        values = [table[row][column] for row in rows]
        first = next((v for v in values if v is not None), None)
        differences[profile] = tuple(None if v is None or first is None else v - first for v in values)
    depends = []
    for slot, j in enumerate(members):
        first_plan = plans[slot][0]
        if any(found != differences[(*p[:slot], first_plan, *p[slot + 1 :])] for p, found in differences.items()):
            depends.append(j)
    return tuple(depends)


def _form_over(form: StrategicForm, ring: Ring) -> StrategicForm:
    return StrategicForm(
        ring,
        tuple(lifted_form(p, ring.context) for p in form.players),
        form.profiles,
        tuple((lift(e, ring.context), why) for e, why in form.positive),
    )


def players_table(game: Game, limits: SolveLimits | None = None) -> PlayersTable:
    """The table of atoms of a game with signals or several players, over its domain.

    Raises NotSupportedError when a probability that must stay positive may reach zero on the domain.
    """
    form = strategic_form(game)
    domain = game_domain(game, form.ring)
    ring = form.ring.extend(*(g for g in domain.ring.generators if g.kind != "parameter"))
    table = PlayersTable(form if ring is form.ring else _form_over(form, ring), domain, limits)
    for element, why in table.form.positive:
        value = element.rational()
        if (value is None or value <= 0) and table.domain.definite_sign(element) != 1:
            raise NotSupportedError(
                f"{why}, {element_text(ring, element)}, may reach 0 on the domain, where the answer jumps; "
                "make the domain open there or fix the parameter"
            )
    return table


def integer_payoffs(form: Form) -> Payoffs | None:
    """The player's payoffs as positive integers with the same best replies; None where models or symbols matter."""
    if form.fit is not None:
        return None
    rows: list[list[Fraction]] = []
    for line in form.payoff:
        values = [entry.rational() for entry in line]
        known = [v for v in values if v is not None]
        if len(known) < len(values):
            return None
        rows.append(known)
    scale = lcm(*(v.denominator for row in rows for v in row))
    low = [min(column) for column in zip(*rows, strict=True)]
    return tuple(tuple(int((v - w) * scale) + 1 for v, w in zip(row, low, strict=True)) for row in rows)


def played(table: PlayersTable, place: int, plans: Set) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The actions that a set of plans plays after each signal, in the player's order."""
    player = table.form.players[place]
    found = []
    for slot, signal in enumerate(player.signals or ("",)):
        used = {player.plans[k][slot] for k in plans}
        found.append((signal, tuple(a for a in player.actions if a in used)))
    return tuple(found)
