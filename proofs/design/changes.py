"""From a present model class to a safe one: the nearest design; single models whose removal or addition is enough."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.domain import rational_grid
from ...symbolic.errors import GameError
from ...symbolic.expressions.exact_values import read_value
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.game.writing import write_game
from ..claims.quantifiers import none_holds
from ..search.questions import Limits
from .designs import Design, design
from .robustness import Enclosure, nearest_change

_GRID, _MOST_COPIES = 4, 16


@dataclass(frozen=True, slots=True)
class Changes:
    """What would make the present model class safe in every environment of the region.

    Attributes
    ----------
    present : the values of the chosen parameters now
    safe_now : whether the present class is a design already
    along : for each chosen parameter, the exact condition on it alone, the others staying as they are
    distance : Euclidean distance to the nearest design, enclosed; None when there is none or it is safe already
    removals : models whose removal alone is enough
    additions : (model copied, values of the chosen parameters in the copy) found by a finite search; others may exist
    """

    present: tuple[tuple[str, Fraction], ...]
    safe_now: bool
    along: tuple[tuple[str, Condition], ...]
    distance: Enclosure | None
    removals: tuple[str, ...]
    additions: tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...]

    def __str__(self) -> str:
        lines = ["present " + ", ".join(f"{n} = {v}" for n, v in self.present)]
        lines[0] += ": safe already" if self.safe_now else ": not a design"
        lines += [f"  {name} alone: {_shown(condition)}" for name, condition in self.along]
        if self.distance is not None:
            upper = "unbounded" if self.distance.upper is None else f"{self.distance.upper:.6g}"
            lines.append(f"  nearest design: at least {self.distance.lower:.6g} away, at most {upper}")
        lines.append("  models whose removal is enough: " + (", ".join(self.removals) or "none"))
        for name, values in self.additions:
            lines.append(f"  a second {name} is enough: with " + ", ".join(f"{n} = {v}" for n, v in values))
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """A document."""
        return {
            "present": {n: str(v) for n, v in self.present},
            "safe_now": self.safe_now,
            "along": {name: _shown(condition) for name, condition in self.along},
            "distance": None if self.distance is None else {
                "lower_squared": str(self.distance.lower_squared),
                "upper_squared": None if self.distance.upper_squared is None else str(self.distance.upper_squared),
                "lower": self.distance.lower,
                "upper": self.distance.upper,
            },
            "removals": list(self.removals),
            "additions": {name: {n: str(v) for n, v in values} for name, values in self.additions},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class DesignAnswer:
    """What the command prints: the designs, and the way to them from the present class when it was given."""

    design: Design
    changes: Changes | None

    def __str__(self) -> str:
        return str(self.design) + ("" if self.changes is None else f"\n{self.changes}")

    def to_json(self) -> dict[str, Any]:
        """A document."""
        return {**self.design.to_json(), "changes": None if self.changes is None else self.changes.to_json()}

    @property
    def exit_status(self) -> int:
        """0 when there is a design, 1 when there is none, 3 when that is undecided."""
        return 3 if not self.design.decided else 0 if self.design.exists else 1


def design_command(
    game: Game,
    safe: str,
    environment: Sequence[str],
    choose: Sequence[str],
    region: str = "",
    goal: str = "rationalizable_only",
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
) -> DesignAnswer:
    """The designs, as `design`; values that `at` gives to chosen parameters are the present class to start from.

    Parameters: as in `design`; `limits` of each proof. Raises the errors of `design`, GameError where `at` gives only
    some chosen parameters.
    """
    check_arguments(game, at, environment=environment, choose=choose)
    given = dict(at or {})
    present = {name: read_value(given.pop(name), where=f"at {name}") for name in choose if name in given}
    if present and len(present) < len(choose):
        missing = [name for name in choose if name not in present]
        raise GameError(f"--at gives no present value for {', '.join(missing)}; give all chosen parameters or none")
    answer = design(game, safe, environment, choose, region, goal, given, proof_limits=limits)
    if not present:
        return DesignAnswer(answer, None)
    free = {p.name for p in game.parameters} - {*environment, *choose, *given}
    if free:
        raise GameError(f"--at: fix {', '.join(sorted(free))} as well; the way from a present class needs numbers")
    return DesignAnswer(answer, changes(game, answer, present, goal))


def changes(game: Game, answer: Design, present: Mapping[str, Fraction], goal: str = "rationalizable_only") -> Changes:
    """The ways from the present values of the chosen parameters to a design.

    Parameters: the game; its designs; the present values; the goal as in `design`. Exact, the distance enclosed.
    """
    fixed = {**dict(answer.at), **present}

    def again(changed: Game, choose: Sequence[str], at: Mapping[str, Fraction]) -> Design:
        return design(changed, answer.safe, answer.environment, choose, answer.region, goal, at, verify=False)

    safe_now = again(game, [], fixed).condition.is_always()
    along, distance = [], None
    if not safe_now:
        for name in answer.choose:
            others = {n: v for n, v in fixed.items() if n != name}
            along.append((name, again(game, [name], others).condition))
        if answer.exists and answer.table is not None:
            distance = nearest_change(answer.table, present, none_holds(answer.table, answer.cases))
    (player,) = game.players
    removals = []
    for model in player.models if len(player.models) > 1 and not safe_now else ():
        kept = tuple(other for other in player.models if other is not model)
        smaller = replace(game, players=(replace(player, models=kept),))
        if again(smaller, [], fixed).condition.is_always():
            removals.append(model.name)
    additions = [] if safe_now else _additions(game, answer, fixed, again)
    return Changes(
        tuple(present.items()), safe_now, tuple(along), distance, tuple(removals), tuple(additions)
    )


def _additions(
    game: Game, answer: Design, fixed: Mapping[str, Fraction], again: Callable[..., Design]
) -> list[tuple[str, tuple[tuple[str, Fraction], ...]]]:
    """For each model the first of finitely many copies, with other values of the chosen parameters, that is enough."""
    (player,) = game.players
    found = []
    for model in player.models:
        larger, renamed = with_copy(game, model.name, answer.choose)
        domains = {p.name: p.domain for p in larger.parameters}
        tried = 0
        for values in product(*(rational_grid(domains[name], _GRID) for name in renamed)):
            if tried >= _MOST_COPIES:
                break
            copy = dict(zip(renamed, values, strict=True))
            try:
                larger.at({**fixed, **copy})
            except GameError:
                continue  # against the assumptions
            tried += 1
            if again(larger, [], {**fixed, **copy}).condition.is_always():
                found.append((model.name, tuple(zip(answer.choose, values, strict=True))))
                break
    return found


def with_copy(game: Game, model: str, parameters: Sequence[str]) -> tuple[Game, list[str]]:
    """The game with a second model of the same form, in which the parameters have new names; and these names."""
    document = tomllib.loads(write_game(game))
    taken = {p.name for p in game.parameters}
    names = {}
    for name in parameters:
        fresh = f"{name}_new"
        while fresh in taken:
            fresh += "_"
        names[name] = fresh

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [moved(inner) for inner in value]
        return re.sub(r"[A-Za-z_][A-Za-z0-9_]*", lambda m: names.get(m[0], m[0]), value)

    (player,) = document["players"].values()
    player["models"][f"{model}_new"] = moved(player["models"][model])
    for name, fresh in names.items():
        given = document["parameters"][name]
        document["parameters"][fresh] = given["domain"] if isinstance(given, dict) else given
    assume = document.get("assume", [])
    document["assume"] = list(dict.fromkeys([*assume, *moved(assume)]))
    return Game.from_dict(document), list(names.values())


def _shown(condition: Condition) -> str:
    return "never" if not condition.alternatives else "always" if condition.is_always() else str(condition)
