"""The equilibria and the structure of one agent where finitely many functions of the parameters have given signs."""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.ring import Element
from ...expressions.reading import Expression

Set = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SignEquilibrium:
    """The equilibria with one support, in closed form: a point, or a set of mixtures.

    `weights` is one of them; `theta` lists the vertices of its best fits, coordinate by coordinate, where these have a
    closed form; `conditions` describe the set where it is no point, and the best fit where it has no closed form.
    `self_confirming` is None where that is not known; `believed` are the models with weight in some belief that holds
    it up, `owners` the model of each vertex (empty: the first of them), in numbers of models.
    """

    support: Set
    weights: tuple[Element, ...]
    theta: tuple[tuple[Expression, ...], ...]
    dimension: int
    uniform: bool
    strict: bool
    self_confirming: bool | None
    conditions: tuple[str, ...]
    believed: Set = (0,)
    owners: Set = ()


@dataclass(frozen=True, slots=True)
class SignAnswer:
    """Everything about a game at a sign vector; sets in numbers of actions.

    `open` lists what is not decided there, as kind, actions and reason (`symbolic.cells.undecided`); `rounds`, of
    which the first have all actions where all are known, are empty where the rationalizable set is among it.
    """

    equilibria: tuple[SignEquilibrium, ...]
    rounds: tuple[Set, ...]
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[Set, ...]
    closed: tuple[Set, ...]
    cycles: tuple[Set, ...]
    open: tuple[tuple[str, Set, str], ...] = ()
