"""The exact solution of games with private signals, several players, or both.

`solve_players` finds every Berk-Nash equilibrium (Esponda & Pouzo 2016, Def. 1), the rationalizable product set with
its rounds, the transition graph on profiles of plans, its sinks and cycles, and the minimal closed product sets of
``Gamma`` over correlated play (Esponda & Pouzo 2025); symbolic in the parameters left free wherever the equilibrium
conditions are linear in each player's play, exact at rational parameters otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product

from ...cells.cases import Case, Finder
from ...cells.condition_parts import ConditionPart, case_parts
from ...cells.undecided import Undecided, open_supports
from ...combinatorics.components import Component, components
from ...combinatorics.dynamics import absorbing_sets, listed_cycles, rotated
from ...combinatorics.profiles import PlayersProblem, of_profiles
from ...combinatorics.shape import Sets
from ...definition.objective import with_survival
from ...definition.play import is_equilibrium
from ...definition.self_confirming import fits_its_path, settled, where_self_confirming
from ...errors import BudgetError, DefectError, NotSupportedError, UndecidedError
from ...errors.running import ask, note
from ...expressions.tree import Number
from ...forms.minors import PlayersTable, played, players_table
from ...game.free_parameters import fixed_at
from ...game.game import Game
from ...limits import SolveLimits, remedy
from ...results.answers import YES, Answer, Questions
from ...results.equilibrium import Equilibrium, Names, NameSets
from ...results.equilibrium_documents import equilibrium_note
from ...results.solution import Solution
from .entries import equilibrium_of
from .nonlinear import PolynomialSolver
from .plain_solution import Found, is_plain, plain_equilibria
from .quadratic import quadratic_equilibria
from .rational_check import rational_check


def _set_names(table: PlayersTable, sets: Sets) -> NameSets:
    return tuple(
        tuple(sorted(player.plan_name(k) for k in own)) for player, own in zip(table.form.players, sets, strict=True)
    )


def solve_players(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None, limits: SolveLimits | None = None
) -> Solution:
    """All Berk-Nash equilibria and the structure of a game with signals or several players, exactly.

    Parameters
    ----------
    game : finitely many outcomes; each player has finitely many models, or one family that is recognized as
        reproducing what it averages (`families`), for instance all mixtures of what the others do
    at : exact values for some parameters; the others stay symbols
    limits : how many profiles of supports are gone through, how many equilibria and transitions are listed

    Returns
    -------
    Solution
        Exact; with free parameters every case carries the exact condition under which it holds. Supports that were not
        decided are listed as `undecided` with the reason: with free parameters those whose equilibrium conditions are
        neither linear nor quadratic (`quadratic`), with fixed ones those beyond the methods of `nonlinear`.

    Raises
    ------
    NotSupportedError
        for a family that is not recognized, or normal outcomes; BudgetError when there are too many plans, supports or
        sign vectors; UndecidedError when a sign resists.

    Source: Esponda & Pouzo (2016), Definition 1; Esponda & Pouzo (2025) for ``Gamma``.

    Examples
    --------
    >>> def penny(own, other, sign):
    ...     return {"actions": ["heads", "tails"], "outcomes": ["h", "t"],
    ...             "truth": {key.replace("?", side): {"h": int(side == "heads"), "t": int(side == "tails")}
    ...                       for side in ("heads", "tails") for key in [other]},
    ...             "payoff": {"heads": {"h": sign, "t": -sign}, "tails": {"h": -sign, "t": sign}},
    ...             "models": {"all": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {"h": "x", "t": "1 - x"}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "pennies", "players": {
    ...     "row": penny("row", "*,?", 1), "column": penny("column", "?,*", -1)}})
    >>> [e.strategy[0][0][1][0][1].value for e in solve_players(game).equilibria]
    [Fraction(1, 2)]
    """
    fixed, values = fixed_at(game, at)
    table = players_table(fixed, limits)
    free = tuple(p.name for p in fixed.parameters)
    finder = Finder(table, free)
    if not free and is_plain(table):
        equilibria, undecided = plain_equilibria(table, finder.problem, fixed)
    else:
        equilibria, undecided = _by_supports(fixed, table, finder)
    if not fixed.parameters:
        equilibria = _verified(fixed, equilibria)
    else:
        questions = Questions(fixed)
        equilibria = [_marked(e, where_self_confirming(questions, table.form, e)) for e in equilibria]
    unlisted = _unlisted(finder, table)

    def node(k: int) -> str:
        return table.form.profile_name(table.form.profiles[k])

    nodes = tuple(range(len(table.form.profiles)))

    def sinks(problem: PlayersProblem) -> tuple[Names, ...]:
        return tuple(sorted(tuple(sorted(node(k) for k in s)) for s in absorbing_sets(nodes, problem.edges)))

    def cycles(problem: PlayersProblem) -> tuple[Names, ...]:
        found, _ = listed_cycles(len(nodes), problem.edges)
        return tuple(sorted(rotated(tuple(node(k) for k in c)) for c in found))

    return Solution(
        game=fixed,
        at=values,
        engine="finite",
        profiles=tuple(map(node, nodes)),
        equilibria=with_survival(fixed, equilibria),
        undecided=(*undecided, *unlisted),
        rationalizable=finder.cases(of_profiles(lambda p: _set_names(table, p.rationalizable_rounds()[-1]))),
        rounds=finder.cases(
            of_profiles(lambda p: tuple(_set_names(table, r) for r in p.rationalizable_rounds()))
        ),
        transitions=()
        if unlisted
        else finder.members(of_profiles(lambda p: tuple(sorted((node(a), node(b)) for a, b in p.edges)))),
        absorbing=() if unlisted else finder.members(of_profiles(sinks)),
        closed=finder.members(
            of_profiles(lambda p: tuple(sorted(_set_names(table, s) for s in p.minimal_closed_sets())))
        ),
        cycles=() if unlisted else finder.members(of_profiles(cycles)),
        cycle_lengths=()
        if unlisted
        else finder.cases(of_profiles(lambda p: listed_cycles(len(nodes), p.edges)[1])),
    )


def _by_supports(game: Game, table: PlayersTable, finder: Finder) -> Found:
    """The equilibria of every profile of supports, one after the other; BudgetError at once when they are too many."""
    equilibria: list[Equilibrium] = []
    undecided: list[Undecided] = []
    solver = None if game.parameters else PolynomialSolver(table)
    for supports in sorted(product(*table.shape.supports), key=lambda s: (sum(map(len, s)), s)):
        cases = finder.members(of_profiles(partial(components, supports=supports)))
        ask("the supports of equilibria")
        played_here = tuple(played(table, j, plans) for j, plans in enumerate(supports))
        if solver is not None and any(case.value.open for case in cases):
            try:
                equilibria.extend(solver.on(supports))
            except (BudgetError, NotSupportedError, UndecidedError) as error:
                undecided.append(open_supports(table.names, played_here, str(error)))
            continue
        open_cases = [case for case in cases if case.value.open]
        if open_cases:
            try:
                found, left = quadratic_equilibria(game, supports)
            except (BudgetError, NotSupportedError, UndecidedError) as error:
                reason = f"mixed equilibria with these supports solve a polynomial system; {error}"
                undecided += [
                    open_supports(table.names, played_here, reason, c.condition, c.witnessed) for c in open_cases
                ]
            else:
                equilibria += found
                undecided += left
                _note(found, game)
                continue
        decided = [
            equilibrium_of(table, c.value, c.condition, c.witnessed, _parts(table, c))
            for c in cases
            if not c.value.open
        ]
        _note(decided, game)
        equilibria += decided
    return equilibria, undecided


def _parts(table: PlayersTable, case: Case[Component]) -> Sequence[ConditionPart] | None:
    """The parts of the domain on which the relations of a set are to say something."""
    return case_parts(table, case) if case.value.dimension else None


def _note(equilibria: Iterable[Equilibrium], game: Game) -> None:
    for equilibrium in equilibria:
        note("equilibria", partial(equilibrium_note, equilibrium, bool(game.parameters)), game)


def _marked(equilibrium: Equilibrium, answer: Answer) -> Equilibrium:
    return replace(equilibrium, self_confirming=settled(answer), confirms=answer)


def _unlisted(finder: Finder, table: PlayersTable) -> tuple[Undecided, ...]:
    """The parts that rest on the transition graph where it has more edges than are listed."""
    if finder.free:
        return ()
    count = finder.problem.edge_count()
    if count <= table.limits.transitions:
        return ()
    reason = f"{count} transitions, {remedy('transitions', table.limits.transitions, count)}"
    return tuple(Undecided(what, (), reason) for what in ("transitions", "absorbing", "cycles"))


def _verified(game: Game, equilibria: list[Equilibrium]) -> list[Equilibrium]:
    """The equilibria, each after it has passed the definition, marked where it is self-confirming.

    Of a correctly specified game they are self-confirming objective equilibria, by the same check (`rational_check`).
    """
    check = rational_check(game)
    found = []
    for equilibrium in equilibria:
        weights = None if check is None else _rational_weights(equilibrium)
        if check is not None and weights is not None and check.accepts(weights):
            found.append(replace(equilibrium, self_confirming=True, survives=Answer(YES)))
            continue
        strategy = equilibrium.as_strategy()
        if not is_equilibrium(game, strategy):
            found_there = [part.strategy for part in equilibrium.parts]
            raise DefectError(f"the engine and the definition disagree on {found_there}; please report this game")
        believed = [[name for name, weight in p.belief or () if str(weight) != "0"] for p in equilibrium.parts]
        fits = fits_its_path(game, strategy, believed)
        found.append(replace(equilibrium, self_confirming=fits))
    return found


def _rational_weights(equilibrium: Equilibrium) -> list[dict[str, Fraction]] | None:
    """The weights of the actions played, None unless all are rational."""
    found = []
    for part in equilibrium.parts:
        weights = part.weights
        values = {action: value.value for action, value in weights if isinstance(value, Number)}
        if len(values) < len(weights):
            return None
        found.append({action: value for action, value in values.items() if value})
    return found
