"""Equilibria of games with signals or several players, as values to print, and from components to closed forms.

A strategy is reported as a behaviour strategy, player -> signal -> action -> weight; plans that differ only in
how they mix across signals play alike. Vertices are plan weights by Cramer's rule, mapped to behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..algebra import Element
from ..answers import Answer
from ..condition_parts import ConditionPart, condition_parts
from ..conditions import ALWAYS, Condition
from ..decomposition import AlgebraicNumber
from ..documents import approximate
from ..expressions import Expression
from ..floats import float_or_none
from ..printing import element_expression
from ..rewritings import reduce_roots
from ..set_relations import WeightRelation, relation_text, telling
from ..structure import Face
from .components import Component
from .minors import PlayersTable, label_value
from .shape import Set, Shape

Value = Expression | AlgebraicNumber
Weights = tuple[tuple[str, Value], ...]
Behaviour = tuple[tuple[str, Weights], ...]
"""Signal -> weights of actions; the one signal is "" in games without signals."""


@dataclass(frozen=True, slots=True)
class PlayersEquilibrium:
    """One connected component of the Berk-Nash equilibria with one profile of supports.

    Attributes
    ----------
    players : the names, in playing order
    support : by player and signal, the actions played
    strategy : by player, the behaviour strategy, or one point of the set where `dimension` > 0
    belief_support : by player, all models with weight in some supporting belief
    belief : by player, one supporting belief; a family is listed with weight 1 (its fit is unique in what it predicts)
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict
    condition : where it exists; `set_conditions` describe the set when it is no point, one line for each piece
    vertices : corners of the pieces, by piece and player, when the set is no point
    self_confirming : whether `belief` fits the play of `strategy` exactly; None where that depends on free parameters
        (then `self_confirming_where` says on which)
    survives : whether it is an equilibrium of the objective game too (`correct_specification`)
    """

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    strategy: tuple[Behaviour, ...]
    belief_support: tuple[tuple[str, ...], ...]
    belief: tuple[Weights, ...]
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition = ALWAYS
    set_conditions: tuple[str, ...] = ()
    vertices: tuple[tuple[tuple[Behaviour, ...], ...], ...] = field(default=(), repr=False)
    witnessed: bool = True
    self_confirming: bool | None = None
    joint: tuple[Any, ...] = field(default=(), repr=False)
    survives: Answer | None = None
    self_confirming_where: Answer | None = None

    def as_strategy(self) -> dict[str, dict[str, Any]]:
        """The strategy in the form that `is_equilibrium` reads, all weights in one number field."""
        if self.joint:
            found: dict[str, dict[str, Any]] = {name: {} for name in self.players}
            for (player, place, action), value in self.joint:
                name, signal = self.players[player], self.strategy[player][place][0]
                row = found[name].setdefault(signal, {}) if signal else found[name]
                row[action] = value
            return found
        return {
            name: {s: dict(w) for s, w in own} if own[0][0] else dict(own[0][1])
            for name, own in zip(self.players, self.strategy, strict=True)
        }

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)

    def to_document(self, conditional: bool) -> dict[str, Any]:
        """One entry of ``equilibria`` in the JSON of the format."""
        document: dict[str, Any] = {
            "support": supports_document(self.players, self.support),
            "strategy": {n: behaviour_document(b) for n, b in zip(self.players, self.strategy, strict=True)},
            "belief_support": {n: sorted(b) for n, b in zip(self.players, self.belief_support, strict=True)},
            "belief": {n: weights_document(b) for n, b in zip(self.players, self.belief, strict=True)},
            "dimension": self.dimension,
            "pure": self.pure,
            "uniform": self.uniform,
            "strict": self.strict,
        }
        if self.self_confirming_where is not None:
            document |= self.self_confirming_where.to_document("self_confirming")
        elif self.self_confirming is not None:
            document["self_confirming"] = self.self_confirming
        if self.survives is not None:
            document |= self.survives.to_document("survives_correct_specification")
        if self.dimension:
            document["conditions"] = list(self.set_conditions)
            document["vertices"] = [
                {n: [behaviour_document(b) for b in corners] for n, corners in zip(self.players, piece, strict=True)}
                for piece in self.vertices
            ]
        if conditional:
            document["condition"] = str(self.condition)
            if not self.witnessed:
                document["witnessed"] = False
        return document


@dataclass(frozen=True, slots=True)
class OpenSupports:
    """A profile of supports with which further equilibria were neither found nor excluded, and where."""

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    condition: Condition
    witnessed: bool = True
    reason: str = "mixed equilibria with these supports solve a polynomial system; fix every parameter"

    def to_document(self) -> dict[str, Any]:
        """One entry of ``undecided``."""
        document = {
            "what": "equilibria",
            "support": supports_document(self.players, self.support),
            "reason": self.reason,
        }
        if not self.condition.is_always():
            document["condition"] = str(self.condition)
        return document if self.witnessed else document | {"witnessed": False}


@dataclass(frozen=True, slots=True)
class OpenCount:
    """So many profiles of supports, all inside one product of sets of actions, on which nothing is listed; and why."""

    players: tuple[str, ...]
    inside: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    count: int
    reason: str

    def to_document(self) -> dict[str, Any]:
        """One entry of ``undecided``."""
        inside = supports_document(self.players, self.inside)
        return {"what": "equilibria", "supports": self.count, "inside": inside, "reason": self.reason}


def supports_document(
    players: tuple[str, ...], support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
) -> dict[str, Any]:
    """Player -> sorted actions, or player -> signal -> sorted actions."""
    return {
        name: {s: sorted(a) for s, a in own} if own[0][0] else sorted(own[0][1])
        for name, own in zip(players, support, strict=True)
    }


def exact_value(value: Value) -> dict[str, Any]:
    """An exact number of the format, algebraic numbers as ``root(polynomial, index)``."""
    approx = float_or_none(value) if isinstance(value, AlgebraicNumber) else approximate(value)
    return {"exact": str(value), "approx": approx}


def weights_document(weights: Weights) -> dict[str, Any]:
    """Name -> exact number."""
    return {name: exact_value(value) for name, value in weights}


def behaviour_document(behaviour: Behaviour) -> dict[str, Any]:
    """Action -> exact number, or signal -> action -> exact number."""
    if len(behaviour) == 1 and behaviour[0][0] == "":
        return weights_document(behaviour[0][1])
    return {signal: weights_document(weights) for signal, weights in behaviour}


def equilibrium_of(
    table: PlayersTable, component: Component, condition: Condition, witnessed: bool,
    parts: Sequence[ConditionPart] | None = None,
) -> PlayersEquilibrium:
    """The component in closed form; `parts` are those of the domain where it is, by default from the condition."""
    if not component.dimension:
        parts = None
    elif parts is None:
        parts = condition_parts(table.domain, condition)
    form = table.form
    shape = table.shapes[component.view]
    corners = [
        [
            tuple(table.weights(shape.mix(j), len(p.plans), v) for v in face.vertices)
            for j, (p, face) in enumerate(pairs)
        ]
        for pairs in (list(zip(form.players, piece, strict=True)) for piece in component.pieces)
    ]
    strategy = []
    for place, vertices in enumerate(corners[0]):
        share = table.ring.constant(Fraction(1, len(vertices)))
        zero = table.ring.constant(0)
        centre = [sum((v[k] for v in vertices), start=zero) * share for k in range(len(form.players[place].plans))]
        strategy.append(behaviour_of(table, place, centre))
    beliefs: list[Weights] = []
    for place, (player, vertex) in enumerate(zip(form.players, component.beliefs, strict=True)):
        if vertex:
            weights = table.weights(f"pay {place}", len(player.models), vertex[0])
            beliefs.append(_named(table, player.models, weights))
        else:
            beliefs.append(_named(table, player.models, [table.ring.constant(1)]))
    return PlayersEquilibrium(
        players=tuple(p.name for p in form.players),
        support=tuple(played(table, j, plans) for j, plans in enumerate(component.supports)),
        strategy=tuple(strategy),
        belief_support=tuple(
            tuple(p.models[t] for t in held) if p.fit is not None else p.models
            for p, held in zip(form.players, component.belief_supports, strict=True)
        ),
        belief=tuple(beliefs),
        dimension=component.dimension,
        uniform=component.uniform,
        strict=component.strict,
        condition=condition,
        set_conditions=tuple(
            dict.fromkeys(_conditions(table, shape, component.supports, piece, parts) for piece in component.pieces)
        )
        if parts is not None
        else (),
        vertices=tuple(
            tuple(
                tuple(dict.fromkeys(behaviour_of(table, j, list(v)) for v in vertices))
                for j, vertices in enumerate(piece)
            )
            for piece in corners
        )
        if component.dimension
        else (),
        witnessed=witnessed,
    )


def played(table: PlayersTable, place: int, plans: Set) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The actions that a set of plans plays after each signal, in the player's order."""
    player = table.form.players[place]
    found = []
    for slot, signal in enumerate(player.signals or ("",)):
        used = {player.plans[k][slot] for k in plans}
        found.append((signal, tuple(a for a in player.actions if a in used)))
    return tuple(found)


def behaviour_of(table: PlayersTable, place: int, weights: Sequence[Element]) -> Behaviour:
    """The behaviour strategy of plan weights."""
    player = table.form.players[place]
    found = []
    for slot, signal in enumerate(player.signals or ("",)):
        entries = []
        for action in player.actions:
            total = table.ring.constant(0)
            for plan, weight in zip(player.plans, weights, strict=True):
                if plan[slot] == action:
                    total = total + weight
            entries.append((action, element_expression(table.ring, reduce_roots(table.ring, total))))
        found.append((signal, tuple(entries)))
    return tuple(found)


def _named(table: PlayersTable, names: Sequence[str], weights: Sequence[Element]) -> Weights:
    return tuple((name, element_expression(table.ring, w)) for name, w in zip(names, weights, strict=True))


def _conditions(
    table: PlayersTable,
    shape: Shape,
    supports: tuple[Set, ...],
    piece: tuple[Face, ...],
    parts: Sequence[ConditionPart],
) -> str:
    """A product of faces as linear relations in the weights ``sigma(player, action)``."""
    return " and ".join(
        part
        for home, (own, face) in enumerate(zip(supports, piece, strict=True))
        for part in face_conditions(table, shape, home, own, face, parts)
    )


def face_conditions(
    table: PlayersTable, shape: Shape, home: int, support: Set, face: Face, parts: Sequence[ConditionPart]
) -> list[str]:
    """One player's face as linear relations in its weights, without those that say nothing on the parts."""
    inside: list[str] = []
    for signal, actions in played(table, home, support):
        inside.extend(f"{_weight_name(table, home, signal, a)} > 0" for a in actions)
    relations: list[WeightRelation] = []
    guests = shape.guests(home)
    held = [shape.labels_of_row(home, row) for row in face.ties]
    for slot, guest in enumerate(guests):
        tied = sorted({labels[slot] for labels in held})
        first = tied[0]
        relations += [
            _difference(table, shape, guest, first, label, home, support, label in tied)
            for label in range(shape.label_count(guest))
            if label != first and _comparable(table, shape, guest, label, home, support)
        ]
    return [*inside, *(relation_text(r, table.domain) for r in telling(relations, parts))]


def _comparable(table: PlayersTable, shape: Shape, guest: int, label: int, home: int, support: Set) -> bool:
    fit = table.form.players[guest].fit
    if fit is None:
        return True
    where = [tuple(m if j == home else base for j, base in enumerate(shape.base)) for m in support]
    return all(fit[label][table.form.profiles.index(profile)] is not None for profile in where)


def _weight_name(table: PlayersTable, place: int, signal: str, action: str) -> str:
    name = table.form.players[place].name
    return f"sigma({name}, {signal}, {action})" if signal else f"sigma({name}, {action})"


def _difference(
    table: PlayersTable, shape: Shape, guest: int, first: int, label: int, home: int, support: Set, equal: bool
) -> WeightRelation:
    """``value(label) - value(first)`` as a linear form in the behaviour weights of the home."""
    player = table.form.players[home]
    zero = table.ring.constant(0)

    def gap(plan: int) -> Element:
        low = label_value(table.form, shape, guest, first, home, plan)
        return label_value(table.form, shape, guest, label, home, plan) - low

    base = support[0]
    # With signals a plan's value is that of the base plan and what changes with the reply to each signal.
    constant = gap(base) if player.signals else zero
    rows = []
    for slot, signal in enumerate(player.signals or ("",)):
        row = []
        for action in player.actions:
            moved = (*player.plans[base][:slot], action, *player.plans[base][slot + 1 :])
            place = player.plans.index(moved)
            if place in support:
                row.append((_weight_name(table, home, signal, action), gap(place) - constant))
        rows.append(tuple(row))
    return WeightRelation(tuple(rows), constant, equal)
