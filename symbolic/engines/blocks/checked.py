"""Play as polynomials in unknown weights, and the definition at given play.

A play is an equilibrium iff every player has a belief on the best fits to it under which all actions with positive
weight are best replies (Esponda & Pouzo 2016, Definition 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...algebra.ring import Element
from ...algebra.unknown_systems import Ratio
from ...algebra.unknowns import Unknowns
from .fits import Fits, Values, relevant_unknowns
from .form import Play

Support = tuple[tuple[int, ...], ...]
"""For each node the actions played."""


@dataclass(frozen=True, slots=True)
class Found:
    """Equilibria with one support: a point, or a piece that `text` describes; `weights` by node and action.

    `models` are, by player, the corners of the best fits at these weights, as coordinates and values.
    """

    support: Support
    weights: tuple[tuple[Element, ...], ...]
    models: tuple[tuple[tuple[tuple[int, Element], ...], ...], ...]
    uniform: bool
    dimension: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A polynomial that must be positive, or not negative."""

    polynomial: Unknowns
    strict: bool


class Checked:
    """Play, its situations, and whether it is an equilibrium."""

    def __init__(self, fits: Fits) -> None:
        self.fits = fits
        self.play: Play = fits.play
        self.relevant = [relevant_unknowns(learner) for learner in self.play.learners]

    def symbolic(self, support: Support) -> dict[int, Unknowns]:
        """The weights of the actions of a support: unknowns, but for the first action of each node."""
        found: dict[int, Unknowns] = {}
        one = Unknowns.constant(self.fits.one)
        for node, actions in zip(self.play.nodes, support, strict=True):
            rest = one
            for action in actions[1:]:
                found[node.weights[action]] = Unknowns.of(node.weights[action], self.fits.one)
                rest = rest - found[node.weights[action]]
            found[node.weights[actions[0]]] = rest
        return found

    def situations(self, weights: Mapping[int, Unknowns]) -> dict[int, Unknowns]:
        """The probabilities of the situations that may come."""
        found: dict[int, Unknowns] = {}
        for number, situation in enumerate(self.play.situations):
            total: Unknowns | None = Unknowns.constant(situation.chance)
            for node, action in situation.picks:
                weight = weights.get(self.play.nodes[node].weights[action])
                total = None if weight is None or total is None else total * weight
            if total is not None and not total.is_zero():
                found[number] = total
        return found

    def at(self, weights: Mapping[int, Unknowns], values: Values) -> dict[int, Unknowns]:
        """The weights at values of the unknowns."""
        reduced = self.fits.functions.reduced
        return {k: Unknowns.constant(reduced(w.at(values, self.fits.zero))) for k, w in weights.items()}

    def point(self, values: Mapping[int, Ratio], chosen: Values) -> Values | None:
        """The values of all unknowns at those of the free ones; None where a denominator vanishes."""
        found, zero = dict(chosen), self.fits.zero
        for unknown, (top, bottom) in values.items():
            below = bottom.at(chosen, zero)
            if not self.fits.sign(below):
                return None
            found[unknown] = self.fits.functions.reduced(top.at(chosen, zero) / below)
        return found

    def checked(
        self, support: Support, weights: Mapping[int, Unknowns], chosen: Values, hints: Values
    ) -> Found | None:
        """The play if it is an equilibrium with this support: by the definition."""
        zero = self.fits.zero
        if any(self.fits.sign(w.value(zero)) <= 0 for w in weights.values()):
            return None
        seen = self.situations(weights)
        shown, uniform = [], True
        for player in range(len(self.play.learners)):
            played = {node: support[node] for node in self.play.nodes_of(player)}
            models = self.fits.models(player, seen, hints)
            if not self.fits.is_optimal(player, played, models):
                return None
            uniform = uniform and all(self.fits.is_best(player, played, model) for model in models)
            shown.append(tuple(tuple(sorted(model.items())) for model in models))
        rows = tuple(
            tuple(weights[k].value(zero) if k in weights else zero for k in node.weights) for node in self.play.nodes
        )
        pure = all(len(actions) == 1 for actions in support)
        return Found(support, rows, tuple(shown), uniform and pure)

    def name(self, unknown: int) -> str:
        """A weight as the format writes it."""
        for node in self.play.nodes:
            if unknown in node.weights:
                action = node.actions[node.weights.index(unknown)]
                player = self.play.game.players[node.player].name
                several = len(self.play.game.players) > 1 or bool(self.play.game.signals)
                parts = [player, node.signal, action] if several else [action]
                return f"sigma({', '.join(part for part in parts if part)})"
        raise KeyError(unknown)

