"""Whether a strategy profile is a Berk-Nash equilibrium, by the definition alone.

sigma is an equilibrium iff every player i has a belief mu_i on ``Theta*_i(sigma) = argmin K_i(., sigma)`` such that
after each of i's signals every action with positive probability maximizes the payoff expected under mu_i (Esponda &
Pouzo 2016, Def. 1). Nothing here uses envelopes, minors or plans: divergences are summed over behaviour, compared by
exact signs, and the belief is sought by a linear program where payoffs are rational, else among the vertices of the
polytope of supporting beliefs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from ..algebra.constants import Numbers, read_weight
from ..algebra.feasibility import nonnegative_solution
from ..algebra.number_field import ONE, ZERO, Real
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, lift
from ..algebra.text import element_expression
from ..cells.domain import SIGNS_OF, difference
from ..errors import GameError, NotSupportedError
from ..expressions.reading import Expression
from ..forms.affine import Key, affine_in, grouped_rows, lifted, read_family, sums
from ..forms.all_laws import predicts_every_law
from ..forms.entries import Entries, expected_payoff, marginal, signal_profiles
from ..forms.normal_tables import normal_decision_tables
from ..game.data import Model, Player
from ..game.game import Game
from ..results.equilibrium import Behaviour as Written

Strategy = Mapping[str, Mapping[str, Any]]
"""Player -> action -> weight, or player -> signal -> action -> weight."""

Behaviour = dict[Key, Element]
Rows = dict[Key, tuple[Element, ...]]
"""For each own signal and action, a number for each outcome."""


def is_equilibrium(game: Game, strategy: Strategy) -> bool:
    """Whether the profile is a Berk-Nash equilibrium of a game without free parameters; exact.

    Parameters
    ----------
    game : finitely many outcomes, all parameters fixed; families must be affine (see `families`). Outcomes of one
        player without signals may be normal where there are finitely many models
    strategy : player -> action -> weight, with signals player -> signal -> action -> weight; weights are rational,
        expressions such as ``"log(2)/log(3)"``, or algebraic numbers; an action left out has weight 0

    Raises
    ------
    GameError
        for weights that are no probabilities; NotSupportedError for free parameters and families beyond this route;
        UndecidedError when a sign resists the highest precision.

    Examples
    --------
    >>> rows = {"bet": {"win": "1/2", "lose": "1/2"}, "pass": {"win": "1/2", "lose": "1/2"}}
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "fair bet", "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"], "truth": rows,
    ...         "payoff": {"bet": {"win": 2, "lose": -2}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"fair": {"predicts": rows}}}}})
    >>> is_equilibrium(game, {"agent": {"bet": "1/3", "pass": "2/3"}})
    True
    """
    if game.parameters:
        names = ", ".join(p.name for p in game.parameters)
        raise NotSupportedError(f"is_equilibrium needs every parameter fixed; give values for {names}")
    numbers = Numbers()
    behaviours = read_strategy(game, strategy, numbers)
    entries = Entries(numbers.ring)
    return all(_plays_well(game, place, behaviours, entries, numbers) for place in range(len(game.players)))


def strategy_rows(game: Game, strategy: Strategy) -> Iterator[tuple[Player, str, str, Mapping[str, Any]]]:
    """Player, own signal, a name for messages and the given weights, row by row; GameError for unknown names."""
    unknown = [name for name in strategy if name not in {p.name for p in game.players}]
    if unknown:
        raise GameError(f"strategy: there is no player {unknown[0]!r}; use the game's names")
    for player in game.players:
        if player.name not in strategy:
            raise GameError(f"strategy: nothing for player {player.name}; give a weight for each action played")
        own = strategy[player.name]
        by_signal = {s: own.get(s) for s in player.signals} if player.signals else {"": own}
        for signal, weights in by_signal.items():
            where = f"strategy.{player.name}" + (f".{signal}" if signal else "")
            if not isinstance(weights, Mapping):
                raise GameError(f"{where}: needs a weight for each action played")
            for action in weights:
                if action not in player.actions:
                    raise GameError(f"{where}: there is no action {action!r}; known: {', '.join(player.actions)}")
            yield player, signal, where, weights


def read_strategy(game: Game, strategy: Strategy, numbers: Numbers) -> list[Behaviour]:
    """The weights as exact elements, checked to be probabilities."""
    by_name: dict[str, Behaviour] = {player.name: {} for player in game.players}
    for player, signal, where, weights in strategy_rows(game, strategy):
        for action in player.actions:
            by_name[player.name][signal, action] = read_weight(numbers, weights.get(action, 0), where)
    found = list(by_name.values())
    found = [{key: lift(w, numbers.ring.context) for key, w in own.items()} for own in found]
    for player, behaviour in zip(game.players, found, strict=True):
        for signal in player.signals or ("",):
            total = sum((behaviour[signal, a] for a in player.actions), start=numbers.ring.constant(-1))
            if numbers.sign(total) != 0 or any(numbers.sign(behaviour[signal, a]) < 0 for a in player.actions):
                raise GameError(f"strategy.{player.name}: the weights are no probabilities that sum to 1; correct them")
    return found


def play_in_ring(strategy: Written, entries: Entries) -> Behaviour:
    """The weights of one player of a solution, by (own signal or "", action), over the ring of the entries.

    Raises NotSupportedError for algebraic weights without a closed form.
    """
    found: Behaviour = {}
    for signal, weights in strategy:
        for action, value in weights:
            if not isinstance(value, Expression):
                raise NotSupportedError("vertices of a continuum with algebraic weights are not compared")
            found[signal, action] = entries.value(value)
    return found


def outcome_masses(
    game: Game, place: int, behaviours: Sequence[Behaviour], entries: Entries
) -> Rows:
    """For each own signal and action, the probability of it together with each outcome, under sigma."""
    player = game.players[place]
    totals: dict[Key, list[list[Element]]] = {
        (s, a): [[] for _ in player.outcomes] for s in player.signals or ("",) for a in player.actions
    }
    for profile, probability in signal_profiles(game, entries):
        for actions in product(*(p.actions for p in game.players)):
            weight = probability
            for j, action in enumerate(actions):
                weight = entries.times(weight, behaviours[j][profile[j] if profile else "", action])
            if weight.is_zero():
                continue
            key = (profile[place] if profile else "", actions[place])
            for slot, q in enumerate(entries.row(player.truth_row(actions, profile))):
                totals[key][slot].append(entries.times(weight, q))
    return {key: tuple(entries.total(terms) for terms in row) for key, row in totals.items()}


def weighted_divergences(game: Game, strategy: Strategy) -> dict[str, dict[str, Expression | None]]:
    """``K_i(t, sigma) = sum p(s) sigma(a | s) KL(Q || Q_t)`` for each player and model, None when infinite; exact.

    Families are left out. Raises as `is_equilibrium` does.
    """
    numbers = Numbers()
    behaviours = read_strategy(game, strategy, numbers)
    if numbers.root is not None or game.parameters:
        raise NotSupportedError("divergences are written in closed form for rational or logarithmic weights only")
    entries = Entries(numbers.ring)
    found: dict[str, dict[str, Expression | None]] = {}
    for place, player in enumerate(game.players):
        masses = outcome_masses(game, place, behaviours, entries)
        # sum p sigma Q log Q with Q the true law at each profile, not its average over what others do.
        entropy = _entropy(game, place, behaviours, entries)
        found[player.name] = {}
        for model in player.models:
            if model.theta:
                continue
            cross = _cross_entropy(player, model, masses, entries, numbers)
            value = None if cross is None else entries.total([cross, -entropy])
            found[player.name][model.name] = None if value is None else element_expression(entries.ring, value)
    return found


def _entropy(game: Game, place: int, behaviours: Sequence[Behaviour], entries: Entries) -> Element:
    player = game.players[place]
    terms: list[Element] = []
    for profile, probability in signal_profiles(game, entries):
        for actions in product(*(p.actions for p in game.players)):
            weight = probability
            for j, action in enumerate(actions):
                weight = entries.times(weight, behaviours[j][profile[j] if profile else "", action])
            terms.extend(
                -entries.times(entries.times(weight, q), entries.log(q))
                for q in entries.row(player.truth_row(actions, profile))
                if not q.is_zero() and not weight.is_zero()
            )
    return entries.total(terms)


def _cross_entropy(
    player: Player, model: Model, masses: Rows, entries: Entries, numbers: Numbers
) -> Element | None:
    terms: list[Element] = []
    for (signal, action), row in masses.items():
        predicted = entries.row(model.row(action, signal))
        for mass, q in zip(row, predicted, strict=True):
            if numbers.sign_over(entries.ring, mass) == 0:
                continue
            if numbers.sign_over(entries.ring, q) == 0:
                return None
            terms.append(-entries.times(mass, entries.log(q)))
    return entries.total(terms)


def _plays_well(game: Game, place: int, behaviours: Sequence[Behaviour], entries: Entries, numbers: Numbers) -> bool:
    player, behaviour = game.players[place], behaviours[place]
    gains = _believed_gains(game, place, behaviours, entries, numbers)
    rows: list[list[Element]] = []
    for signal in player.signals or ("",):
        law = signal_profiles(game, entries)
        if numbers.sign_over(entries.ring, marginal(law, place, signal, entries)) == 0:
            raise NotSupportedError(f"the signal {signal} of player {player.name} has probability 0; remove it")
        played = [a for a in player.actions if numbers.sign_over(entries.ring, behaviour[signal, a]) != 0]
        # The first action played is as good as every other, and the others played are as good as it is.
        pairs = [(played[0], a) for a in player.actions if a != played[0]] + [(a, played[0]) for a in played[1:]]
        rows.extend([entries.total([gain[signal, a], -gain[signal, other]]) for gain in gains] for a, other in pairs)
    rows = [[lift(e, entries.ring.context) for e in row] for row in rows]
    return has_belief(rows, len(gains), lambda e: numbers.sign_over(entries.ring, e), entries)


def _believed_gains(
    game: Game, place: int, behaviours: Sequence[Behaviour], entries: Entries, numbers: Numbers
) -> list[dict[Key, Element]]:
    """The payoffs of every action after every signal, under each model that fits best."""
    player = game.players[place]
    if player.outcomes == "normal" and len(game.players) == 1 and not game.signals:
        return _normal_gains(game, behaviours[place], entries, numbers)
    masses = outcome_masses(game, place, behaviours, entries)
    if any(model.theta for model in player.models):
        return [_family_gain(game, place, masses, entries, numbers)]
    fits = [_cross_entropy(player, model, masses, entries, numbers) for model in player.models]
    return [
        {
            (s, a): expected_payoff(player, s, a, entries.row(player.models[t].row(a, s)), entries)
            for s in player.signals or ("",)
            for a in player.actions
        }
        for t in _least(player, fits, entries, numbers)
    ]


def _normal_gains(
    game: Game, behaviour: Behaviour, entries: Entries, numbers: Numbers
) -> list[dict[Key, Element]]:
    """The same for one player with normal outcomes and finitely many models, from its tables."""
    (player,), tables = game.players, normal_decision_tables(game)

    def value(element: Element) -> Element:
        return entries.value(element_expression(tables.ring, element))

    weights = [behaviour["", a] for a in player.actions]
    fits = [
        entries.total([entries.times(w, value(k)) for w, k in zip(weights, row, strict=True) if k is not None])
        for row in tables.divergence
    ]
    best = _least(player, fits, entries, numbers)
    return [{("", a): value(row[t]) for a, row in zip(player.actions, tables.payoff, strict=True)} for t in best]


def _least(player: Player, fits: Sequence[Element | None], entries: Entries, numbers: Numbers) -> list[int]:
    """The models with the least of these divergences, None being infinite."""
    finite = [(t, lift(f, entries.ring.context)) for t, f in enumerate(fits) if f is not None]
    best = [t for t, f in finite if all(numbers.sign_over(entries.ring, g - f) >= 0 for _, g in finite)]
    if not best:
        raise GameError(f"every model of player {player.name} rules out what happens; add one that fits")
    return best


def has_belief(rows: list[list[Element]], count: int, sign: Any, entries: Entries) -> bool:
    """Whether some mu in the simplex of this dimension has ``row . mu >= 0`` for every row."""
    exact = [[value for value in map(Element.rational, row) if value is not None] for row in rows]
    if count > 1 and all(len(row) == count for row in exact):
        # Each row less its slack vanishes, and the weights sum to 1.
        places = range(len(rows))
        table = [[*map(Real.of, row), *(-ONE if j == k else ZERO for j in places)] for k, row in enumerate(exact)]
        unit = [*(ONE for _ in range(count)), *(ZERO for _ in rows)]
        return nonnegative_solution([unit, *table], [ONE, *(ZERO for _ in rows)]) is not None
    return next(feasible_vertices(rows, count, sign, entries), None) is not None


def feasible_vertices(
    rows: list[list[Element]], count: int, sign: Any, entries: Entries
) -> Iterator[tuple[tuple[int, ...], list[Element]]]:
    """The vertices of ``{mu in the simplex : row . mu >= 0 for every row}``, as support and weights.

    A vertex is a set of k positive weights determined by k - 1 rows that hold with equality; it may come repeatedly.
    """
    zero, one = entries.ring.constant(0), entries.ring.constant(1)
    # A row that is the negative of an earlier one is tight where that is.
    apart = [
        r for r, row in enumerate(rows)
        if not any(all((a + b).is_zero() for a, b in zip(row, other, strict=True)) for other in rows[:r])
    ]  # fmt: skip
    for size in range(1, count + 1):
        for support in combinations(range(count), size):
            for tight in combinations(apart, size - 1):
                system = [[rows[r][t] for t in support] + [zero] for r in tight]
                system.append([one] * size + [one])
                weights = solve_square(system, sign, entries)
                if weights is None or any(sign(w) < 0 for w in weights):
                    continue
                if all(
                    sign(sum((row[t] * w for t, w in zip(support, weights, strict=True)), start=zero)) >= 0
                    for row in rows
                ):
                    yield support, weights


def solve_square(system: list[list[Element]], sign: Any, entries: Entries) -> list[Element] | None:
    """The solution of a square linear system (last column: right side), None when it is singular."""
    rows = [list(row) for row in system]
    size = len(rows)
    for column in range(size):
        choice = next((k for k in range(column, size) if sign(rows[k][column]) != 0), None)
        if choice is None:
            return None
        rows[column], rows[choice] = rows[choice], rows[column]
        pivot = rows[column][column]
        rows[column] = [reduce_roots(entries.ring, e / pivot) for e in rows[column]]
        for k in range(size):
            if k != column and not rows[k][column].is_zero():
                factor = rows[k][column]
                rows[k] = [
                    reduce_roots(entries.ring, e - factor * b) for e, b in zip(rows[k], rows[column], strict=True)
                ]
    return [row[-1] for row in rows]


def _family_gain(
    game: Game, place: int, masses: Rows, entries: Entries, numbers: Numbers
) -> dict[Key, Element]:
    """Payoffs of every action after every signal under the theta that fits best."""
    predictions = family_predictions(game, place, masses, entries, numbers)
    player = game.players[place]
    return {(s, a): expected_payoff(player, s, a, row, entries) for (s, a), row in predictions.items()}


def family_predictions(
    game: Game, place: int, masses: Rows, entries: Entries, numbers: Numbers
) -> Rows:
    """What the theta that reproduces the averages of the visited classes exactly predicts.

    By Gibbs' inequality such a theta minimizes K and every minimizer makes the same predictions on the path; it
    must be unique for the payoffs off the path to be, else NotSupportedError.
    """
    player = game.players[place]
    if not game.signals and predicts_every_law(player):
        # The law of the outcome itself, whatever the own action: the sum of its masses over the own actions.
        law = tuple(entries.total([masses["", a][y] for a in player.actions]) for y in range(len(player.outcomes)))
        return {("", action): law for action in player.actions}
    family = read_family(game, player, entries)
    system: list[list[Element]] = []

    def sign(element: Element) -> int:
        return numbers.sign_over(entries.ring, element)

    for place_of_class, keys in enumerate(family.classes):
        mass = entries.total([q for key in keys for q in masses[key]])
        if sign(mass) == 0:
            continue
        totals = [entries.total([masses[key][y] for key in keys]) for y in range(len(player.outcomes))]
        row = grouped_rows(family, place_of_class, entries)
        for entry, target in zip(row, sums(totals, family.groups[place_of_class], entries), strict=True):
            context = entries.ring.context
            slopes = [lift(s, context) for s in entry.slopes]
            system.append([*slopes, lift(target, context) / lift(mass, context) - lift(entry.constant, context)])
    width = len(family.model.theta)
    for independent in combinations(range(len(system)), width):
        theta = solve_square([system[k] for k in independent], sign, entries)
        if theta is not None:
            break
    else:
        raise NotSupportedError(
            f"the play does not identify the family {family.model.name}; write finitely many models"
        )
    zero = entries.ring.constant(0)
    for line in system:
        if sign(sum((s * t for s, t in zip(line, theta, strict=False)), start=zero) - line[-1]) != 0:
            raise NotSupportedError(
                f"the family {family.model.name} does not reproduce the play; its fit is not solved"
            )
    for coordinate, value in zip(family.model.theta, theta, strict=True):
        interval = coordinate.domain
        for end, is_open, side in ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1)):
            if end is not None:
                gap = side * sign(value - entries.ring.constant(Fraction(end)))
                if gap < 0 or (gap == 0 and is_open):
                    raise NotSupportedError(
                        f"the family {family.model.name} does not reach the play; its fit is not solved"
                    )
    for relation in family.model.where:
        affine = lifted(affine_in(difference(relation), family.model, game, entries), entries)
        if sign(affine.at([lift(t, entries.ring.context) for t in theta])) not in SIGNS_OF[relation.operator]:
            raise NotSupportedError(f"the family {family.model.name} does not reach the play; its fit is not solved")
    predictions: Rows = {}
    for signal in player.signals or ("",):
        for action in player.actions:
            row = family.rows[family.class_of((signal, action))]
            context = entries.ring.context
            point = [lift(t, context) for t in theta]
            predictions[signal, action] = tuple(
                reduce_roots(entries.ring, lifted(entry, entries).at(point)) for entry in row
            )
    return predictions
