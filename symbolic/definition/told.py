"""An equilibrium of one agent, all parameters fixed, with what the definition says of it.

At one strategy the best fits, a belief that holds it up and what these predict follow from the definition alone, in
exact numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..algebra.number_field import ZERO, Real
from ..forms.laws import Agent
from ..results.equilibrium import BestFits, Equilibrium, Names, Part, Weight, Weights, plain_part, plain_weights
from ..results.fits import Minimizers
from .replies import is_self_confirming, supporting_models


def told_entry(
    agent: Agent,
    support: Sequence[int],
    weights: Mapping[int, Weight],
    fits: Minimizers,
    belief: Sequence[Real],
    dimension: int = 0,
    conditions: tuple[str, ...] = (),
    uniform: bool = False,
    strict: bool = False,
    status: str = "exact",
) -> Equilibrium:
    """The equilibria with one support, of which one is given with its best fits and a belief on them."""
    models = tuple(sorted(supporting_models(fits, support)))
    named = tuple((str(v), w) for v, w in zip(fits.points, belief, strict=True))
    return Equilibrium(
        parts=(told_part(agent, support, weights, models, named, fits),),
        dimension=dimension,
        uniform=uniform,
        strict=strict,
        set_conditions=conditions,
        status=status,
        self_confirming=is_self_confirming(agent, fits, support),
        in_families=True,
    )


def told_part(
    agent: Agent, support: Sequence[int], weights: Mapping[int, Weight], models: Names, belief: Weights, fits: BestFits
) -> Part:
    """What an equilibrium says of the agent."""
    played = tuple(sorted(agent.actions[a] for a in support))
    strategy = plain_weights((name, weights.get(a, ZERO)) for a, name in enumerate(agent.actions))
    return plain_part(agent.player, played, strategy, models, belief, fits)
