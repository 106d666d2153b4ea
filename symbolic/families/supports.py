"""Mixed equilibria on three or more actions, and best replies to their mixtures.

Placeholder of the interface; see the functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NotSupportedError
from .agent import Agent
from .numbers import Real


def mixed_on(agent: Agent, support: Sequence[int]) -> list[tuple[Real, ...]]:
    raise NotSupportedError("three actions")


def best_replies_on_mixtures(agent: Agent, actions: Sequence[int], known: Sequence[int]) -> tuple[int, ...]:
    raise NotSupportedError("three actions")
