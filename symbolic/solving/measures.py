"""How large is each phase? Its share of the parameter domain under the uniform measure.

Exact where the boundaries are rational functions that integrate so, else certified between two rationals
(`symbolic.decomposition.area`). Defined for one or two free parameters on a bounded box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..cells.atoms import AtomTable
from ..cells.plane import domain_decomposition, is_decomposable, split_vector
from ..decomposition import region_measures
from ..errors import NotSupportedError
from ..results.diagram import PhaseDiagram

_PLANE = 2


@dataclass(frozen=True, slots=True)
class PhaseMeasure:
    """The length or area of a phase, and its share of the domain, each between two rationals."""

    phase: str
    lower: Fraction
    upper: Fraction
    share_lower: Fraction
    share_upper: Fraction
    pieces: int

    @property
    def is_exact(self) -> bool:
        """Whether the measure is known exactly."""
        return self.lower == self.upper

    def to_json(self) -> dict[str, Any]:
        """Exact bounds as text."""
        return {
            "phase": self.phase,
            "measure": [str(self.lower), str(self.upper)],
            "share": [str(self.share_lower), str(self.share_upper)],
            "exact": self.is_exact,
        }


def phase_measures(diagram: PhaseDiagram, tolerance: Fraction = Fraction(1, 10**4)) -> tuple[PhaseMeasure, ...]:
    """The measure of every phase of a diagram, certified within the tolerance over the whole box.

    Raises NotSupportedError for unbounded domains, more than two free parameters, or parameters inside logarithms.

    Examples
    --------
    >>> from berknash.symbolic.game.game import Game
    >>> from berknash.symbolic.solving.phases import phases
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/4", "lose": "3/4"}}}}}}})
    >>> for measure in phase_measures(phases(game)):
    ...     print(measure.phase, round(float(measure.share_lower), 4))
    I 0.5474
    II 0.4526
    """
    table = diagram.table
    order = tuple(p.name for p in table.domain.parameters)
    if not is_decomposable(table, order):
        raise NotSupportedError(f"measures of phases: {_obstacle(table, order)}; fix parameters with --at")
    decomposition = domain_decomposition(table, order, full=False)
    measured = region_measures(decomposition, tolerance)
    names = {phase.structure: phase.name for phase in diagram.phases}
    bounds: dict[str, list[Any]] = {phase.name: [Fraction(0), Fraction(0), 0] for phase in diagram.phases}
    for region, measure in zip(decomposition.regions, measured, strict=True):
        signs, allowed = split_vector(table, region.sign_vector)
        if not allowed:
            continue
        entry = bounds[names[diagram.structure_of(table.problem_at(signs))]]
        entry[0] += measure.lower
        entry[1] += measure.upper
        entry[2] += 1
    low = sum((entry[0] for entry in bounds.values()), start=Fraction(0))
    high = sum((entry[1] for entry in bounds.values()), start=Fraction(0))
    return tuple(
        PhaseMeasure(
            name,
            lower,
            upper,
            lower / (lower + (high - upper)) if high > upper else Fraction(1),
            upper / (upper + (low - lower)) if low > lower else Fraction(1),
            pieces,
        )
        for name, (lower, upper, pieces) in bounds.items()
    )


def _obstacle(table: AtomTable, order: Sequence[str]) -> str:
    """Why a domain is not cut by polynomials in one or two parameters."""
    if len(order) > _PLANE:
        return f"{len(order)} parameters are free, and areas are of at most {_PLANE}"
    words = {"log": "a logarithm", "sqrt": "a square root", "exp": "an exponential"}
    for generator in table.ring.generators:
        if generator.argument is not None and generator.argument.rational() is None:
            return f"comparisons of this game have parameters inside {words.get(generator.kind, generator.kind)}"
    return "a parameter has a domain of a single point"
