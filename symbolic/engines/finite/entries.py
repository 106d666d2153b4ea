"""Equilibria of games with signals or several players, as values to print, and from components to closed forms.

A strategy is reported as a behaviour strategy, player -> signal -> action -> weight; plans that differ only in
how they mix across signals play alike. Vertices are plan weights by Cramer's rule, mapped to behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ...algebra.rewritings import reduce_roots
from ...algebra.ring import Element
from ...algebra.text import element_expression
from ...cells.condition_parts import ConditionPart, condition_parts
from ...cells.conditions import Condition
from ...combinatorics.agent import Face
from ...combinatorics.components import Component
from ...combinatorics.shape import Set, Shape
from ...forms.minors import PlayersTable, label_value, played
from ...results.equilibrium import Behaviour, Equilibrium, Part, Weights
from ...results.set_relations import WeightRelation, relation_text, telling

"""Signal -> weights of actions; the one signal is "" in games without signals."""


def equilibrium_of(
    table: PlayersTable, component: Component, condition: Condition, witnessed: bool,
    parts: Sequence[ConditionPart] | None = None,
) -> Equilibrium:
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
    return Equilibrium(
        parts=tuple(
            Part(
                player.name,
                played(table, j, component.supports[j]),
                strategy[j],
                tuple(sorted(player.models[t] for t in held) if player.fit is not None else player.models),
                beliefs[j],
            )
            for j, (player, held) in enumerate(zip(form.players, component.belief_supports, strict=True))
        ),
        dimension=component.dimension,
        uniform=component.uniform,
        strict=component.strict,
        condition=condition,
        set_conditions=tuple(
            dict.fromkeys(_conditions(table, shape, component.supports, piece, parts) for piece in component.pieces)
        )
        if parts is not None
        else (),
        pieces=tuple(
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
