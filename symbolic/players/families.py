"""Families of models that reproduce what they average, recognized exactly.

Let a player's one model be a family whose rows ``q_k(theta)``, k = (own signal, own action), are affine in theta on a
convex domain D. Keys with the same row form a *class*: the player bundles them and fits their average truth. When

1. the average truth of a class does not depend on the player's own play: it holds all actions after its signals and
   the truth after them does not depend on the action, or all its keys have the same truth;
2. for every profile b of the others' plans some ``theta_b`` in D reproduces every class's average truth exactly;
3. theta is determined by the classes that any one plan of the player visits;

then by convexity and Gibbs' inequality ``Theta*(sigma) = {sum_b sigma(b) theta_b}``: the fit is unique, affine in what
the others do, and the player best-replies to the game with payoffs ``u(m, b) = U(m, theta_b)``. With one class for
each key that is the correctly specified case, Nash equilibrium (Esponda & Pouzo 2016, section 4); coarser
classes give analogy-based expectations (Jehiel 2005). Outcomes whose probabilities keep the same proportions for every
theta count as one: only their total is fitted, which gives full cursedness (Eyster & Rabin 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from ..algebra import Element, Generator, Polynomial, Ring, lift, reduce_roots
from ..domain import difference, game_domain
from ..errors import NotSupportedError
from ..expressions import Expression, Relation
from ..game import Game, Model, Normal, Player, Profile
from ..tables import element_of
from .forms import Entries, Form, Plan, acts, expected_payoff, marginal

Key = tuple[str, str]
Law = tuple[tuple[Profile, Element], ...]


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + sum_i slopes[i] * theta_i``, one coefficient for each coordinate of theta."""

    constant: Element
    slopes: tuple[Element, ...]

    def at(self, theta: Sequence[Element]) -> Element:
        """The value at a point."""
        total = self.constant
        for slope, value in zip(self.slopes, theta, strict=True):
            total = total + slope * value
        return total


@dataclass(frozen=True, slots=True)
class Family:
    """A family with affine rows, its keys grouped by row.

    ``rows[c]`` is the row of class c; ``groups[c]`` are the outcomes whose probabilities keep the same proportions for
    every theta, so that only their total matters for the fit.
    """

    model: Model
    classes: tuple[tuple[Key, ...], ...]
    rows: tuple[tuple[Affine, ...], ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]

    def class_of(self, key: Key) -> int:
        """The class that holds a key."""
        return next(c for c, keys in enumerate(self.classes) if key in keys)


def affine_in(expression: Expression, model: Model, game: Game, entries: Entries) -> Affine:
    """The expression as an affine function of the family's theta; raises NotSupportedError otherwise."""
    names = [coordinate.name for coordinate in model.theta]
    parameters = [p.name for p in game.parameters]
    ring, value = element_of(Ring.of_parameters([*parameters, *names]), expression)
    value = lift(value, ring.context)
    places = [ring.index(name) for name in names]
    refuse = NotSupportedError(
        f"the family {model.name} is not affine in its theta ({expression}); only affine families are solved here"
    )
    if any(int(value.denominator.degrees()[place]) for place in places):
        raise refuse
    if any(
        g.argument is not None and any(_occurs(g.argument, place) for place in places)
        for g, degree in zip(ring.generators, value.numerator.degrees(), strict=True)
        if int(degree)
    ):
        raise refuse
    parts: list[dict[tuple[int, ...], int]] = [{} for _ in range(len(names) + 1)]
    for exponents, coefficient in value.numerator.to_dict().items():
        powers = [int(exponents[place]) for place in places]
        if sum(powers) > 1:
            raise refuse
        slot = powers.index(1) + 1 if sum(powers) else 0
        rest = tuple(0 if i in places else int(e) for i, e in enumerate(exponents))
        parts[slot][rest] = int(coefficient)
    # The generators that are not theta enter the ring of the game, in which the coefficients then live.
    for generator in ring.generators:
        if generator.argument is not None and not any(_occurs(generator.argument, place) for place in places):
            moved = Generator(generator.kind, generator.name, _into(generator.argument, entries.ring))
            entries.ring = entries.ring.extend(moved)
    coefficients = []
    for part in parts:
        numerator = ring.context.from_dict(part)
        element = Element.make(numerator, value.denominator)
        coefficients.append(_into(element, entries.ring))
    return Affine(coefficients[0], tuple(coefficients[1:]))


def _occurs(element: Element, place: int) -> bool:
    return any(
        place < len(part.degrees()) and int(part.degrees()[place]) for part in (element.numerator, element.denominator)
    )


def _into(element: Element, target: Ring) -> Element:
    """The element, in which no theta occurs, over the game's ring: variables are matched by name."""

    def moved(polynomial: Polynomial) -> Polynomial:
        names = polynomial.context().names()
        terms = {}
        known = {g.name: i for i, g in enumerate(target.generators)}
        width = max(1, len(target.generators))
        for exponents, coefficient in polynomial.to_dict().items():
            powers = [0] * width
            for name, exponent in zip(names, exponents, strict=True):
                if int(exponent):
                    powers[known[name]] = int(exponent)
            terms[tuple(powers)] = int(coefficient)
        return target.context.from_dict(terms)

    return Element(moved(element.numerator), moved(element.denominator))


def read_family(game: Game, player: Player, entries: Entries) -> Family:
    """The player's one family with its classes; raises NotSupportedError for other classes of models."""
    if len(player.models) != 1:
        raise NotSupportedError(
            f"player {player.name} has a family beside other models; with several players or signals only one family "
            "alone, or finitely many models, are solved"
        )
    (model,) = player.models
    rows: dict[tuple[Affine, ...], list[Key]] = {}
    for signal in player.signals or ("",):
        for action in player.actions:
            row = model.row(action, signal)
            if isinstance(row, Normal):
                raise NotSupportedError(f"the family {model.name} predicts normal outcomes; discretize the outcome")
            affine = tuple(affine_in(entry, model, game, entries) for entry in row)
            affine = tuple(_lifted(entry, entries) for entry in affine)
            rows = {tuple(_lifted(e, entries) for e in known): keys for known, keys in rows.items()}
            rows.setdefault(affine, []).append((signal, action))
    groups = tuple(_proportional(row) for row in rows)
    return Family(model, tuple(tuple(keys) for keys in rows.values()), tuple(rows), groups)


def _proportional(row: tuple[Affine, ...]) -> tuple[tuple[int, ...], ...]:
    """The outcomes of a row, those whose probabilities have a constant positive ratio together."""
    groups: list[list[int]] = []
    for place, entry in enumerate(row):
        for group in groups:
            ratio = _ratio(entry, row[group[0]])
            if ratio is not None and ratio > 0:
                group.append(place)
                break
        else:
            groups.append([place])
    return tuple(tuple(group) for group in groups)


def _ratio(first: Affine, second: Affine) -> Fraction | None:
    """The rational c with ``first = c * second``, if there is one."""
    pairs = list(zip((first.constant, *first.slopes), (second.constant, *second.slopes), strict=True))
    if all(b.is_zero() for b in second.slopes) or all(a.is_zero() for a in first.slopes):
        return None  # constant probabilities are kept apart: they tell whether the truth can be matched
    ratio = next((a / b).rational() for a, b in pairs if not b.is_zero())
    if ratio is None or any(not (a - b * _constant(b, ratio)).is_zero() for a, b in pairs):
        return None
    return ratio


def _constant(like: Element, value: Fraction) -> Element:
    context = like.numerator.context()
    return Element(context.constant(value.numerator), context.constant(value.denominator))


def sums(row: Sequence[Element], groups: tuple[tuple[int, ...], ...], entries: Entries) -> tuple[Element, ...]:
    """The totals of the entries of each group."""
    return tuple(entries.total([row[y] for y in group]) for group in groups)


def grouped_rows(family: Family, place: int, entries: Entries) -> tuple[Affine, ...]:
    """The probabilities of the groups of a class, as affine functions of theta."""
    row = family.rows[place]
    found = []
    for group in family.groups[place]:
        constant = entries.total([row[y].constant for y in group])
        count = len(row[group[0]].slopes)
        slopes = tuple(entries.total([row[y].slopes[k] for y in group]) for k in range(count))
        found.append(_lifted(Affine(constant, slopes), entries))
    return tuple(found)


def _lifted(affine: Affine, entries: Entries) -> Affine:
    context = entries.ring.context
    return Affine(lift(affine.constant, context), tuple(lift(s, context) for s in affine.slopes))


def family_form(
    game: Game, place: int, plans: tuple[tuple[Plan, ...], ...], law: Law, entries: Entries
) -> tuple[Form, list[tuple[Element, str]]]:
    """The form of a player with a recognized family, and what must be positive for it to be right.

    Raises NotSupportedError, naming the condition that fails, when the family is not recognized.
    """
    player = game.players[place]
    family = read_family(game, player, entries)
    weights = {s: marginal(law, place, s, entries) for s in player.signals or ("",)}
    others = list(product(*(own for j, own in enumerate(plans) if j != place)))
    truths = [
        {
            (signal, action): _mass(game, place, signal, action, profile, law, entries)
            for signal in player.signals or ("",)
            for action in player.actions
        }
        for profile in others
    ]
    averages = [_averages(family, player, truth, weights, entries) for truth in truths]
    solver = _Solver(game, family, entries)
    thetas = [solver.theta(average) for average in averages]
    visited = [
        sorted({family.class_of((s, a)) for s, a in zip(player.signals or ("",), plan, strict=True)})
        for plan in plans[place]
    ]
    for classes in visited:
        if not solver.determined_by(classes):
            raise NotSupportedError(
                f"the family {family.model.name} of player {player.name} is not identified by every plan; "
                "self-confirming sets of families are not solved, write finitely many models"
            )
    closed = all(_holds_all_actions(keys, player) for keys in family.classes)
    if not closed and not _perfectly_observed(family, averages, entries):
        raise NotSupportedError(
            f"the family {family.model.name} of player {player.name} predicts differently after its own actions and "
            "does not observe the others perfectly; its fit to correlated play is not solved"
        )
    payoff, correct = _payoffs(player, family, plans[place], thetas, truths, weights, entries)
    names = (family.model.name,)
    form = Form(player.name, player.signals, player.actions, plans[place], names, None, payoff, correct)
    return form, []


def _payoffs(
    player: Player,
    family: Family,
    plans: tuple[Plan, ...],
    thetas: list[tuple[Element, ...]],
    truths: list[dict[Key, tuple[Element, ...]]],
    weights: dict[str, Element],
    entries: Entries,
) -> tuple[tuple[tuple[Element, ...], ...], bool]:
    """``u(m, b) = sum_s p(s) sum_y q(y | s, m(s), theta_b) pi``, and whether the predictions are the truth."""
    gains: list[dict[Key, Element]] = []
    correct = True
    for theta, truth in zip(thetas, truths, strict=True):
        gain = {}
        for key, mass in truth.items():
            signal, action = key
            row = tuple(
                reduce_roots(entries.ring, _lifted(entry, entries).at([lift(t, entries.ring.context) for t in theta]))
                for entry in family.rows[family.class_of(key)]
            )
            expected = [entries.times(weights[signal], q) for q in row]
            correct = correct and all(
                reduce_roots(entries.ring, e - lift(w, entries.ring.context)).is_zero()
                for e, w in zip(expected, mass, strict=True)
            )
            gain[key] = expected_payoff(player, signal, action, tuple(expected), entries)
        gains.append(gain)
    table = tuple(
        tuple(entries.total([gain[s, a] for s, a in zip(player.signals or ("",), plan, strict=True)]) for gain in gains)
        for plan in plans
    )
    return table, correct


def _mass(
    game: Game, place: int, signal: str, action: str, others: tuple[Plan, ...], law: Law, entries: Entries
) -> tuple[Element, ...]:
    """``sum over s with s_i = signal of p(s) Q_i(. | s, (action, others(s)))``, by outcome."""
    player = game.players[place]
    totals: list[list[Element]] = [[] for _ in player.outcomes]
    for profile, probability in law:
        if profile and profile[place] != signal:
            continue
        rest = list(others)
        played = []
        for j, other in enumerate(game.players):
            played.append(action if j == place else acts(other, rest.pop(0), profile, j))
        for slot, q in enumerate(entries.row(player.truth_row(tuple(played), profile))):
            totals[slot].append(entries.times(probability, q))
    return tuple(entries.total(terms) for terms in totals)


def _holds_all_actions(keys: tuple[Key, ...], player: Player) -> bool:
    return all((signal, action) in keys for signal, _ in keys for action in player.actions)


def _averages(
    family: Family,
    player: Player,
    truth: dict[Key, tuple[Element, ...]],
    weights: dict[str, Element],
    entries: Entries,
) -> tuple[tuple[Element, ...], ...]:
    """The average truth of every class, which must not depend on the player's own play."""
    context = entries.ring.context
    found = []
    grouped: dict[Key, tuple[Element, ...]] = {}
    for place, keys in enumerate(family.classes):
        grouped.update({key: sums(truth[key], family.groups[place], entries) for key in keys})
    truth = grouped
    for keys in family.classes:
        if _holds_all_actions(keys, player):
            signals = list(dict.fromkeys(signal for signal, _ in keys))
            representatives = [(s, player.actions[0]) for s in signals]
            ok = all(_same(truth[s, a], truth[s, player.actions[0]], entries) for s in signals for a in player.actions)
        else:
            representatives = [keys[0]]
            # Truth masses are compared as conditional probabilities: cross-multiplied with the signals' weights.
            ok = all(
                _same(
                    tuple(entries.times(q, weights[keys[0][0]]) for q in truth[key]),
                    tuple(entries.times(q, weights[key[0]]) for q in truth[keys[0]]),
                    entries,
                )
                for key in keys
            )
        if not ok:
            raise NotSupportedError(
                f"the family {family.model.name} of player {player.name} bundles situations whose truth depends on "
                "the player's own play; its fit is not linear and is not solved"
            )
        total = entries.total([weights[s] for s, _ in representatives])
        width = len(truth[keys[0]])
        found.append(
            tuple(
                lift(entries.total([truth[key][y] for key in representatives]), context) / lift(total, context)
                for y in range(width)
            )
        )
    return tuple(found)


def _same(first: Sequence[Element], second: Sequence[Element], entries: Entries) -> bool:
    context = entries.ring.context
    return all(
        reduce_roots(entries.ring, lift(a, context) - lift(b, context)).is_zero()
        for a, b in zip(first, second, strict=True)
    )


class _Solver:
    """Solves ``q_c(theta) = average_c`` for all classes, exactly, and checks that theta lies in its domain."""

    def __init__(self, game: Game, family: Family, entries: Entries) -> None:
        self.game = game
        self.family = family
        self.entries = entries

    def theta(self, averages: tuple[tuple[Element, ...], ...]) -> tuple[Element, ...]:
        """The one theta that reproduces these averages; raises NotSupportedError when there is none in D."""
        system = []
        for place, average in enumerate(averages):
            for entry, target in zip(grouped_rows(self.family, place, self.entries), average, strict=True):
                system.append([*entry.slopes, lift(target, self.entries.ring.context) - entry.constant])
        width = len(self.family.model.theta)
        reduced, pivots = self._eliminated(system, width)
        refusal = f"the family {self.family.model.name} cannot reproduce what the others do"
        if any(not row[-1].is_zero() for row in reduced[len(pivots) :]):
            raise NotSupportedError(f"{refusal}: no value of theta matches the truth of every profile")
        if len(pivots) < width:
            raise NotSupportedError(
                f"the family {self.family.model.name} has coordinates of theta that no prediction shows; drop them"
            )
        solution = tuple(reduced[k][-1] for k in range(width))
        self._check_inside(solution, refusal)
        return solution

    def determined_by(self, classes: Sequence[int]) -> bool:
        """Whether the predictions of these classes alone determine theta."""
        system = [
            [*entry.slopes, self.entries.ring.constant(0)]
            for c in classes
            for entry in grouped_rows(self.family, c, self.entries)
        ]
        width = len(self.family.model.theta)
        return len(self._eliminated(system, width)[1]) == width

    def _eliminated(self, system: list[list[Element]], width: int) -> tuple[list[list[Element]], list[int]]:
        """Reduced row echelon form with pivots that vanish nowhere on the domain."""
        ring = self.entries.ring
        domain = game_domain(self.game, ring)
        domain = domain if domain.ring.context is ring.context else domain.over(domain.ring)
        rows = [list(row) for row in system]
        pivots: list[int] = []
        for column in range(width):
            start = len(pivots)
            candidates = [k for k in range(start, len(rows)) if not rows[k][column].is_zero()]
            choice = next(
                (k for k in candidates if rows[k][column].rational() is not None),
                next((k for k in candidates if domain.definite_sign(lift(rows[k][column], domain.ring.context))), None),
            )
            if choice is None:
                if candidates:
                    raise NotSupportedError(
                        f"what identifies the family {self.family.model.name} may vanish on the domain of the "
                        "parameters; fix them"
                    )
                continue
            rows[start], rows[choice] = rows[choice], rows[start]
            pivot = rows[start][column]
            rows[start] = [reduce_roots(ring, entry / pivot) for entry in rows[start]]
            for k in range(len(rows)):
                if k != start and not rows[k][column].is_zero():
                    factor = rows[k][column]
                    rows[k] = [
                        reduce_roots(ring, entry - factor * base)
                        for entry, base in zip(rows[k], rows[start], strict=True)
                    ]
            pivots.append(column)
        return rows, pivots

    def _check_inside(self, theta: tuple[Element, ...], refusal: str) -> None:
        """Whether theta lies in the family's domain, which must be convex."""
        model, ring = self.family.model, self.entries.ring
        for coordinate, value in zip(model.theta, theta, strict=True):
            interval = coordinate.domain
            ends = ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1))
            for end, is_open, side in ends:
                if end is None:
                    continue
                gap = value - ring.constant(end)
                gap = gap if side > 0 else -gap
                if not self._at_least_zero(gap, strict=is_open):
                    raise NotSupportedError(
                        f"{refusal}: {coordinate.name} would leave its domain {interval}, or may for some parameters"
                    )
        for relation in model.where:
            self._check_relation(relation, theta, refusal)

    def _check_relation(self, relation: Relation, theta: tuple[Element, ...], refusal: str) -> None:
        affine = affine_in(difference(relation), self.family.model, self.game, self.entries)
        gap = affine.at([lift(t, self.entries.ring.context) for t in theta])
        if relation.operator in ("<", "<="):
            gap = -gap
        if relation.operator == "!=":
            raise NotSupportedError(f"the relation {relation} of {self.family.model.name} is not convex; drop it")
        if relation.operator == "==":
            inside = gap.is_zero()
        else:
            inside = self._at_least_zero(gap, strict=relation.operator in ("<", ">"))
        if not inside:
            raise NotSupportedError(f"{refusal}: {relation} would fail, or may on the parameters' domain")

    def _at_least_zero(self, element: Element, strict: bool) -> bool:
        value = element.rational()
        if value is not None:
            return value > 0 or (value == 0 and not strict)
        domain = game_domain(self.game, self.entries.ring)
        if domain.definite_sign(lift(element, domain.ring.context)) == 1:
            return True
        if strict:
            return False
        return _weakly_positive(self.game, self.entries.ring, element)


def _weakly_positive(game: Game, ring: Ring, element: Element) -> bool:
    """Whether the element is proved non-negative on the domain, its zeros allowed."""
    from ..box_signs import Effort
    from ..game_checks import TOTAL_EFFORT
    from ..game_domain import Domain
    from ..game_signs import proved

    return proved(Domain(game.parameters, game.assume, Effort(TOTAL_EFFORT)), element, False)


def _perfectly_observed(family: Family, averages: list[tuple[tuple[Element, ...], ...]], entries: Entries) -> bool:
    """Whether each class tells the others' profiles apart with certainty or not at all, in the same way.

    Then ``log q_c(y)`` is ``log x_g + log Q(y | g)`` for the group g of profiles that y reveals, and the fit to any
    correlated play is its marginal on the groups.
    """
    partition: list[tuple[int, ...]] | None = None
    for place in range(len(family.classes)):
        rows = [average[place] for average in averages]
        groups: list[int] = []
        leaders: list[int] = []
        for k, row in enumerate(rows):
            same = next((g for g, leader in enumerate(leaders) if _same(row, rows[leader], entries)), None)
            if same is None:
                if any(
                    not a.is_zero() and not b.is_zero()
                    for leader in leaders
                    for a, b in zip(row, rows[leader], strict=True)
                ):
                    return False
                same = len(leaders)
                leaders.append(k)
            groups.append(same)
        if partition is not None and [tuple(groups)] != partition:
            return False
        partition = [tuple(groups)]
    return True
