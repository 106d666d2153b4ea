"""The exact solution of games with signals or several players whose models are families, or whose outcomes are normal.

Every profile of supports is decided directly (pure profiles), along a segment (one player mixes two actions after one
signal, `segments`), or by a polynomial system (`systems`). Every equilibrium with exact weights passes the definition
(`definition`) before it is returned. Parameters must be fixed (Esponda & Pouzo 2016, Definition 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.systems import common_field
from ...cells.cases import Case
from ...cells.conditions import ALWAYS
from ...cells.undecided import Undecided, attempt
from ...definition.profile import Behaviour, fits_and_beliefs, is_self_confirming
from ...definition.replies import is_robust_reply, supporting_belief, supporting_models
from ...definition.survival import survival_along, survival_of
from ...errors import DefectError
from ...forms.profiles import Players, Sets, Support, plan_sets, read_players, supports_of
from ...game.free_parameters import fixed_at
from ...game.game import Game
from ...limits import SolveLimits
from ...results.equilibrium import Behaviour as NamedBehaviour
from ...results.equilibrium import Equilibrium, Part, Weight, plain_weights
from ...results.equilibrium import Support as NamedSupport
from ...results.fits import Minimizers
from ...results.solution import Solution
from ...results.structure import support_names
from .fits import Engine
from .mixtures import Cell
from .profile_dynamics import Gamma, structure_of
from .profile_planar import UNKNOWN, planar_pieces
from .profile_segments import Stretch, on_segment
from .profile_systems import on_support
from .tie_fits import TieFits
from .ties import Tie
from .weights import Weights

"""By player and own signal ("" without signals), the weight of every action."""


def solve_player_families(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None, limits: SolveLimits | None = None
) -> Solution:
    """All Berk-Nash equilibria and the structure of a game with signals, several players, or both.

    Parameters
    ----------
    game : finite or normal outcomes; each player has finitely many models, families, or both; entries rational
    at : exact values for the parameters; none may stay free

    Returns
    -------
    Solution
        Exact, or certified where a mixture has no closed form; what could not be settled is named in `undecided`.

    `limits` bound the profiles of supports.

    Raises NotSupportedError for free parameters and entries that are not rational, BudgetError for too many profiles.

    Source: Esponda & Pouzo (2016), Definition 1; Esponda & Pouzo (2025) for ``Gamma``.

    Examples
    --------
    Two sellers who each think that the price depends on the own quantity alone; it falls with the sum:

    >>> def seller(own, other):
    ...     truth = {f"{i},{j}": {"mean": str(12 - i - j), "variance": 1} for i in (3, 4) for j in (3, 4)}
    ...     return {"actions": ["3", "4"], "outcomes": "normal", "truth": truth, "payoff": {"3": "3*y", "4": "4*y"},
    ...             "models": {"demand": {"theta": {"a": "[0, 20]"}, "predicts": {
    ...                 "3": {"mean": "a - 3", "variance": 1}, "4": {"mean": "a - 4", "variance": 1}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "sellers",
    ...                        "players": {"one": seller(0, 1), "two": seller(1, 0)}})
    >>> for e in solve_player_families(game).equilibria:
    ...     print([own[0][1] for own in e.support], [str(fits.vertices[0]) for fits in e.theta])
    [('4',), ('4',)] ['demand(a = 8)', 'demand(a = 8)']
    """
    fixed, values = fixed_at(game, at)
    players = read_players(fixed)
    engines = [Engine(agent) for agent in players.agents]
    solver = _Solver(players, engines)
    equilibria: list[Equilibrium] = []
    undecided: list[Undecided] = []
    for support in supports_of(fixed, limits):
        found, reason = solver.on(support)
        equilibria += found
        if reason:
            undecided.append(Undecided("equilibria", solver.support_names(support), reason))
    dynamics = structure_of(players, solver.gamma)

    def cases(values: Sequence[Any] | None) -> tuple[Case[Any], ...]:
        return tuple(Case(ALWAYS, value) for value in values or ())

    return Solution(
        game=fixed,
        at=values,
        engine="algebraic",
        profiles=players.agents[0].actions,
        equilibria=tuple(equilibria),
        rationalizable=() if dynamics.rationalizable is None else cases([dynamics.rationalizable]),
        rounds=() if dynamics.rounds is None else cases([dynamics.rounds]),
        transitions=cases(dynamics.transitions),
        absorbing=cases(dynamics.absorbing),
        closed=cases(dynamics.closed),
        cycles=cases(dynamics.cycles),
        cycle_lengths=cases([dynamics.cycle_length] if dynamics.cycles else ()),
        undecided=(*undecided, *dynamics.undecided),
        bounds=dynamics.bounds,
    )


class _Solver:
    """The equilibria of one game, support by support."""

    def __init__(self, players: Players, engines: Sequence[Engine]) -> None:
        self.players, self.engines = players, engines
        self.gamma = Gamma(players, engines)

    def support_names(self, support: Support) -> tuple[str, ...]:
        """The support as one name for each player."""
        return support_names([p.name for p in self.players.game.players], self._names(support))

    def _names(self, support: Support) -> tuple[NamedSupport, ...]:
        return tuple(
            tuple(
                (s, tuple(sorted(player.actions[a] for a in actions)))
                for s, actions in zip(player.signals or ("",), own, strict=True)
            )
            for player, own in zip(self.players.game.players, support, strict=True)
        )

    def on(self, support: Support) -> tuple[list[Equilibrium], str]:
        """The equilibria with exactly this support that were found, and why there may be more ("" when not)."""
        unknown = sum(len(actions) - 1 for own in support for actions in own)
        sets = plan_sets(self.players, support)
        if unknown == 0:
            return self._pure(support, tuple(own[0] for own in sets))
        if unknown == 1:
            first, second = self.players.inside(sets)
            stretches, reason = on_segment(self.engines, (first, second))
            return [self._along(support, (first, second), stretch) for stretch in stretches], reason
        found, reason = attempt(lambda: on_support(self.players, support))
        if found is None:
            return [], reason
        points, reason = found
        if reason and unknown == UNKNOWN:
            pieces, why = attempt(lambda: planar_pieces(self.players, support))
            if pieces is not None:
                weights = Weights(self.players, support)
                return [
                    self._entry(support, weights.behaviours(common_field(p.sample)), p.dimension, p.conditions)
                    for p in pieces
                ], ""
            reason = why or reason
        return [self._entry(support, behaviours, 0, ()) for behaviours in points], reason

    def _pure(self, support: Support, profile: tuple[int, ...]) -> tuple[list[Equilibrium], str]:
        index = self.players.place[profile]
        uniform = True
        reasons: list[str] = []
        for engine in self.engines:
            fits, reason = engine.pure(index)
            if fits is None:
                reasons.append(reason)
                continue
            uniform = uniform and is_robust_reply(fits, index)
            if supporting_belief(fits, (index,)) is None:
                return [], ""
        if reasons:
            return [], reasons[0]
        own: Sets = tuple((k,) for k in profile)
        behaviours = self._behaviours(support, {})
        strict = self.gamma.possible(own) == own
        return [self._entry(support, behaviours, 0, (), uniform=uniform, strict=strict)], ""

    def _behaviours(self, support: Support, weights: Mapping[tuple[int, int, int], Real]) -> tuple[Behaviour, ...]:
        """Behaviours with these weights by (player, signal, action); an action alone has weight 1."""
        found: list[Behaviour] = []
        for j, own in enumerate(support):
            rows = []
            for place, actions in enumerate(own):
                row = [ZERO] * len(self.players.game.players[j].actions)
                for a in actions:
                    row[a] = weights.get((j, place, a), ONE)
                rows.append(tuple(row))
            found.append(tuple(rows))
        return tuple(found)

    def _along(self, support: Support, pair: tuple[int, int], stretch: Stretch) -> Equilibrium:
        """A component on a segment."""
        j, place, (low, high) = next(
            (j, place, actions)
            for j, own in enumerate(support)
            for place, actions in enumerate(own)
            if len(actions) == 2
        )
        # Plans follow the order of the actions, so the second profile plays the second action.
        dimension = 0 if stretch.is_point else 1
        conditions = () if stretch.is_point else (self._interval(j, place, high, stretch),)

        def behaviours(share: Real) -> tuple[Behaviour, ...]:
            return self._behaviours(support, {(j, place, low): ONE - share, (j, place, high): share})

        for end, closed in ((stretch.low, stretch.low_closed), (stretch.high, stretch.high_closed)):
            if dimension and closed and not isinstance(end, Tie):
                self._passed(support, behaviours(Real.of(end)))
        if not isinstance(stretch.share, Tie):
            entry = self._entry(support, behaviours(Real.of(stretch.share)), dimension, conditions)
            if not dimension or isinstance(stretch.low, Tie) or isinstance(stretch.high, Tie):
                return entry
            ends = [behaviours(Real.of(end)) for end in (stretch.low, stretch.high)]
            survives = survival_along(self.players, ends, behaviours(Real.of(stretch.share)))
            return replace(entry, survives=survives)
        return self._certified(support, pair, (j, place, low, high), stretch.share, stretch.cells)

    def _interval(self, player: int, place: int, action: int, stretch: Stretch) -> str:
        who = self.players.game.players[player]
        inside = ", ".join([who.name, *who.signals[place : place + 1], who.actions[action]])
        low = f"{stretch.low} {'<=' if stretch.low_closed else '<'} "
        return f"{low}sigma({inside}) {'<=' if stretch.high_closed else '<'} {stretch.high}"

    def _certified(
        self,
        support: Support,
        pair: tuple[int, int],
        slot: tuple[int, int, int, int],
        tie: Tie,
        cells: Sequence[Cell],
    ) -> Equilibrium:
        """An equilibrium at a tie without closed form: the cells say what fits best there."""
        held: list[tuple[str, ...]] = []
        for cell in cells:
            if isinstance(cell.fits, TieFits):
                held.append(cell.fits.belief_support)
            else:
                assert cell.fits is not None
                held.append(tuple(sorted(supporting_models(cell.fits, pair))))
        player, place, first, second = slot
        strategy: list[NamedBehaviour] = []
        for j, who in enumerate(self.players.game.players):
            rows = []
            for s, signal in enumerate(who.signals or ("",)):
                weights: dict[int, Weight] = dict.fromkeys(support[j][s], ONE)
                if (j, s) == (player, place):
                    weights = {first: tie.rest, second: tie}
                rows.append((signal, plain_weights((n, weights.get(a, ZERO)) for a, n in enumerate(who.actions))))
            strategy.append(tuple(rows))
        rows_of = zip(self.players.game.players, self._names(support), strategy, held, strict=True)
        return Equilibrium(
            parts=tuple(Part(who.name, own, behaviour, models, ()) for who, own, behaviour, models in rows_of),
            dimension=0,
            uniform=False,
            strict=False,
            in_families=True,
            status="exact" if tie.closed_form is not None else "certified",
        )

    def _entry(
        self,
        support: Support,
        behaviours: tuple[Behaviour, ...],
        dimension: int,
        conditions: tuple[str, ...],
        *,
        uniform: bool = False,
        strict: bool = False,
    ) -> Equilibrium:
        """The entry of an exact strategy, after it has passed the definition."""
        game = self.players.game
        passed = self._passed(support, behaviours)
        played = self.players.inside(plan_sets(self.players, support))
        theta = tuple(fits for fits, _ in passed)
        parts = []
        for j, (p, own, rows, (fits, belief)) in enumerate(
            zip(game.players, self._names(support), behaviours, passed, strict=True)
        ):
            named = (zip(p.actions, row, strict=True) for row in rows)
            held = tuple(sorted(supporting_models(fits, self._own(j, played))))
            weights = tuple((str(v), w) for v, w in zip(fits.points, belief, strict=True) if not w.is_zero())
            behaviour = tuple(zip(p.signals or ("",), map(tuple, named), strict=True))
            parts.append(Part(p.name, own, behaviour, held, weights, fits))
        return Equilibrium(
            parts=tuple(parts),
            in_families=True,
            dimension=dimension,
            uniform=uniform,
            strict=strict,
            set_conditions=conditions,
            self_confirming=is_self_confirming(self.players, behaviours, theta) if not dimension else None,
            survives=survival_of(self.players, behaviours, dimension),
        )

    def _passed(
        self, support: Support, behaviours: tuple[Behaviour, ...]
    ) -> tuple[tuple[Minimizers, tuple[Real, ...]], ...]:
        """Best fits and beliefs of a strategy that was found; DefectError where the definition rejects it."""
        passed = fits_and_beliefs(self.players, behaviours)
        if passed is None:
            raise DefectError(
                f"{self.players.game.name}: the strategy on {'; '.join(self.support_names(support))} fails the "
                "definition; this is a defect of the program, please report the game"
            )
        return passed

    def _own(self, player: int, played: Sequence[int]) -> list[int]:
        """One profile for each plan of the player."""
        return list({self.players.profiles[k][player]: k for k in played}.values())


