"""What makes a game well formed: complete tables, probabilities, a domain with a point, models that can fit.

A row must sum to 1 identically: decided exactly, on rational functions in the parameters and in generators
that stand for logarithms, roots and exponentials. An entry must be non-negative wherever the domain and
`assume` allow (with the sum, that bounds it by 1), a variance positive, a denominator not zero, an argument
of log positive, of sqrt non-negative. Where `symbolic.cells.proved_signs` proves this the entry is accepted, where it
finds a point the game is refused with the point in the message. A probability that is neither proved nor refuted within
the bounded effort is accepted: the checks never refuse a correct game for its probabilities, and may miss a fault
where parameters sit inside logarithms, or where relations touch a zero in a way that no factor shows. Whether a term
has a value at all is decided on the cells of the domain then (`definedness`), and the game is refused where that is
not decided: every answer would rest on it. Relations of `assume` are looked at in their order.

A truth can be fitted when some model has finite divergence at every profile: otherwise every model is ruled
out by some play, and full mixtures have no best fit (Esponda & Pouzo 2016, Assumption 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

from ..algebra.box_signs import Effort
from ..algebra.parameters import Interval, Parameter
from ..cells.domain import difference
from ..cells.proved_signs import counterexample, proved, zero_of
from ..cells.search import DOMAIN_EFFORT, Domain, Point
from ..errors import GameError
from ..expressions.expanded_size import check_size
from ..expressions.reading import (
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    add,
    brief,
    located,
    substitute,
    symbols_of,
)
from .data import GameData, Model, Normal, PayoffRow, Player, Row
from .definedness import Requirement, message, requirements, undefined
from .values import check_label, check_symbol, text_of

TOTAL_EFFORT = 1_000_000


def check_game(game: GameData) -> None:
    """Raises GameError, with the key path, unless the game is well formed in the sense of this module."""
    check_tables(game)
    effort = Effort(TOTAL_EFFORT)
    check_relations(game.parameters, (), game.assume, "assume")
    domain = Domain(game.parameters, game.assume, effort)
    domain.check_not_empty("assume")
    checker = _Checker(domain)
    if game.signals:
        profiles = [",".join(profile) for profile, _ in game.signals]
        checker.probabilities([entry for _, entry in game.signals], "signals", profiles)
    for index, player in enumerate(game.players):
        _check_player(game, player, checker, effort)
        _check_fit(game, player, index, checker)


def check_relations(
    parameters: Sequence[Parameter], assume: Sequence[Relation], relations: Sequence[Relation], where: str
) -> None:
    """Raises GameError for a relation that expands beyond the bounds, or with a term that has no value at some point
    that satisfies all relations before it; UndecidedError where that is not decided."""
    for place, relation in enumerate(relations):
        with located(where):
            check_size(difference(relation))
        before = (*assume, *relations[:place])
        for requirement in dict.fromkeys((*requirements(relation.left), *requirements(relation.right))):
            _check_requirement(parameters, before, requirement, where)


def _check_requirement(
    parameters: Sequence[Parameter], assume: Sequence[Relation], requirement: Requirement, where: str
) -> None:
    with located(where):
        found = undefined(parameters, assume, requirement)
    if found is not None:
        remedy = "restrict the domain with a relation of assume before it"
        raise GameError(f"{where}: {message(requirement, found.place)}; {remedy}")


def check_domain(parameters: tuple[Parameter, ...], assume: tuple[Relation, ...], where: str) -> None:
    """Raises GameError when no value of the parameters satisfies the relations, or none is found."""
    if assume:
        Domain(parameters, assume, Effort(DOMAIN_EFFORT)).check_not_empty(where)


def holds(relation: Relation) -> bool:
    """Whether a relation without symbols is true; exact, or UndecidedError at the limit of precision.

    >>> from berknash.symbolic.expressions.reading import read_relation
    >>> holds(read_relation("log(8) == 3*log(2)", (), where="here")[0])
    True
    """
    return Domain((), (relation,), Effort(0)).decided({})


# Tables


def check_tables(game: GameData) -> None:
    """Raises GameError unless names are distinct, every table is complete and every symbol declared.

    Games read from files pass by construction; this is for games built in Python.
    """
    text_of(game.name, "name")
    normal = any(player.outcomes == "normal" for player in game.players)
    _check_symbols_of(game.parameters, {"y"} if normal else set(), "parameters")
    _check_distinct([p.name for p in game.players], "players")
    if not game.players:
        raise GameError("players: no player; give at least one")
    if len({bool(game.signals), *(bool(player.signals) for player in game.players)}) > 1:
        raise GameError("signals: only some players have signals, or no probabilities; give all or none")
    declared = {parameter.name for parameter in game.parameters}
    for relation in game.assume:
        _check_symbols((relation.left, relation.right), declared, "assume")
    signals = list(product(*(player.signals for player in game.players))) if game.signals else [()]
    if game.signals:
        _check_keys([profile for profile, _ in game.signals], signals, "signals")
        _check_symbols((entry for _, entry in game.signals), declared, "signals")
    profiles = list(product(*(player.actions for player in game.players)))
    for player in game.players:
        place = f"players.{player.name}"
        _check_distinct(player.actions, f"{place}.actions")
        _check_distinct(player.signals, f"{place}.signals")
        width = None
        if player.outcomes != "normal":
            _check_distinct(player.outcomes, f"{place}.outcomes")
            width = len(player.outcomes)
        _check_distinct([model.name for model in player.models], f"{place}.models")
        if not player.models or not player.actions or width == 0:
            raise GameError(f"{place}: needs at least one action, outcome and model; add them")
        own = list(product(player.signals or ("",), player.actions))
        _check_keys([key for key, _ in player.truth], list(product(signals, profiles)), f"{place}.truth")
        for _, row in player.truth:
            _check_row(row, width, declared, f"{place}.truth")
        _check_keys([key for key, _ in player.payoff], own, f"{place}.payoff")
        for _, payoff in player.payoff:
            _check_row(payoff, width, declared | ({"y"} if width is None else set()), f"{place}.payoff")
        for model in player.models:
            where = f"{place}.models.{model.name}"
            names = [coordinate.name for coordinate in model.theta]
            _check_symbols_of(model.theta, declared | ({"y"} if width is None else set()), f"{where}.theta")
            _check_keys([key for key, _ in model.predicts], own, f"{where}.predicts")
            for _, row in model.predicts:
                _check_row(row, width, declared | set(names), f"{where}.predicts")
            for relation in model.where:
                _check_symbols((relation.left, relation.right), declared | set(names), f"{where}.where")


def _check_symbols_of(parameters: Sequence[Parameter], taken: set[str], where: str) -> None:
    for place, parameter in enumerate(parameters):
        check_symbol(parameter.name, f"{where}.{parameter.name}")
        if parameter.name in taken or parameter.name in [other.name for other in parameters[:place]]:
            raise GameError(f"{where}: the name {parameter.name!r} is taken; rename it")


def _check_distinct(names: Sequence[str], where: str) -> None:
    for place, name in enumerate(names):
        check_label(name, where, "name")
        if name in names[:place]:
            raise GameError(f"{where}: the name {name!r} is used twice; rename one")


def _check_keys(given: Sequence[object], expected: Sequence[object], where: str) -> None:
    if list(given) != list(expected):
        raise GameError(f"{where}: the rows are not exactly those of the profiles in order; use Game.from_dict")


def _check_row(row: Row | PayoffRow, width: int | None, declared: set[str], where: str) -> None:
    if isinstance(row, tuple):
        if len(row) != width:
            raise GameError(f"{where}: a row has {len(row)} entries; give one for each outcome")
        _check_symbols(row, declared, where)
    elif width is not None:
        raise GameError(f"{where}: a row must be a tuple with one expression for each outcome; give one")
    else:
        _check_symbols((row.mean, row.variance) if isinstance(row, Normal) else (row,), declared, where)


def _check_symbols(expressions: Iterable[Expression], declared: set[str], where: str) -> None:
    for expression in expressions:
        for name in sorted(symbols_of(expression) - declared):
            raise GameError(f"{where}: undeclared symbol {name!r}; declare it as a parameter")


# Rows


def _check_player(game: GameData, player: Player, checker: _Checker, effort: Effort) -> None:
    place = f"players.{player.name}"
    outcomes = () if player.outcomes == "normal" else player.outcomes
    for (signals, actions), truth in player.truth:
        checker.row(truth, f"{place}.truth.{_key(signals, actions)}", outcomes)
    for (signal, action), payoff in player.payoff:
        where = f"{place}.payoff.{_key((signal,) if signal else (), (action,))}"
        if isinstance(payoff, tuple):
            for outcome, entry in zip(outcomes, payoff, strict=True):
                checker.defined(entry, f"{where}.{outcome}")
        else:
            _check_polynomial(payoff, {"y"}, where)
            with located(where):
                constant = substitute(payoff, {"y": Fraction(1)})
            checker.defined(constant, where)
    for model in player.models:
        where = f"{place}.models.{model.name}"
        own = checker
        if model.theta:
            names = {coordinate.name for coordinate in model.theta}
            for relation in model.where:
                _check_polynomial(relation.left, names, f"{where}.where")
                _check_polynomial(relation.right, names, f"{where}.where")
            check_relations(game.parameters + model.theta, game.assume, model.where, f"{where}.where")
            own = _Checker(Domain(game.parameters + model.theta, game.assume + model.where, effort))
            own.domain.check_not_empty(f"{where}.where" if model.where else f"{where}.theta")
        elif model.where:
            raise GameError(f"{where}.where: relations without theta; declare theta or use assume")
        for (signal, action), row in model.predicts:
            own.row(row, f"{where}.predicts.{_key((signal,) if signal else (), (action,))}", outcomes)


def _key(signals: Sequence[str], actions: Sequence[str]) -> str:
    return ".".join(",".join(part) for part in (signals, actions) if part)


def _check_polynomial(expression: Expression, names: set[str], where: str) -> None:
    """Refuses an expression in which one of the names stands in a denominator, log, exp or sqrt."""
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Sum(terms=parts) | Product(factors=parts):
                stack.extend(parts)
            case Power(base=base, exponent=exponent):
                if exponent < 0 and symbols_of(base) & names:
                    raise GameError(f"{where}: {brief(expression)} is not a polynomial; remove the quotient")
                stack.append(base)
            case Apply(function=function, argument=argument):
                if symbols_of(argument) & names:
                    raise GameError(f"{where}: {brief(expression)} is not a polynomial; remove {function}")
            case _:
                pass


class _Checker:
    """Checks expressions on one domain, each only once."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._seen: set[object] = set()

    def row(self, row: Row, where: str, outcomes: Sequence[str]) -> None:
        """Refuses a row that is not a probability law everywhere on the domain."""
        if isinstance(row, tuple):
            self.probabilities(row, where, outcomes)
        else:
            self.defined(row.mean, f"{where}.mean")
            self.sign(row.variance, f"{where}.variance", "the variance", strict=True)

    def probabilities(self, entries: Sequence[Expression], where: str, names: Sequence[str]) -> None:
        """Refuses entries that do not sum to 1 identically or that can be negative on the domain."""
        if tuple(entries) in self._seen:
            return
        self._seen.add(tuple(entries))
        with located(where):
            total = add(entries)
            difference = self.domain.element(add([total, Number(Fraction(-1))]))
        if not difference.is_zero():
            raise GameError(
                f"{where}: the probabilities sum to {brief(total)}, not to 1; make them sum to 1 identically"
            )
        for entry, name in zip(entries, names, strict=True):
            self.sign(entry, f"{where}.{name}", "the probability", strict=False)

    def defined(self, expression: Expression, where: str) -> None:
        """Refuses an expression with a zero denominator or a function outside its domain somewhere."""
        if expression in self._seen:
            return
        with located(where):
            check_size(expression)
        self._defined(expression, where)

    def _defined(self, expression: Expression, where: str) -> None:
        if expression in self._seen:
            return
        self._seen.add(expression)
        match expression:
            case Sum(terms=parts) | Product(factors=parts):
                for part in parts:
                    self._defined(part, where)
            case Power(base=base, exponent=exponent):
                self._defined(base, where)
                if exponent <= 0:
                    self._never_zero(base, where, Requirement(Power(base, -1), base, "!="))
            case Apply(function=function, argument=argument):
                self._defined(argument, where)
                if function != "exp":
                    name = f"the argument of {function},"
                    asked = Requirement(expression, argument, ">" if function == "log" else ">=")
                    self.sign(argument, where, name, strict=function == "log", asked=asked)
            case _:
                pass

    def sign(
        self, expression: Expression, where: str, what: str, *, strict: bool, asked: Requirement | None = None
    ) -> None:
        """Refuses an expression that is negative (or zero, where strict) at some point of the domain.

        Where the value of a term rests on the sign (`asked`), it is refused also where the sign is not decided.
        """
        self.defined(expression, where)
        with located(where):
            element = self.domain.element(expression)
        if proved(self.domain, element, strict):
            return
        point = counterexample(self.domain, element, strict)
        if point is None:
            if asked is not None:
                _check_requirement(self.domain.parameters, self.domain.relations, asked, where)
            return
        bound = "positive" if strict else "in [0, 1]" if what == "the probability" else "non-negative"
        place = _named(point, expression)
        value = f" is {brief(substitute(expression, point))} at {place}" if place else ""
        raise GameError(
            f"{where}: {what} {brief(expression)}{value}{', which' if place else ''} is not {bound}; "
            "correct it, or restrict the domain with assume"
        )

    def _never_zero(self, base: Expression, where: str, asked: Requirement) -> None:
        domain = self.domain
        with located(where):
            element = domain.element(base)
        if proved(domain, element, True) or proved(domain, -element, True):
            return
        remedy = "correct it, or restrict the domain with assume"
        zero = zero_of(domain, element)
        signs: dict[int, Point] = {} if zero is None else {0: zero}
        for point in domain.samples():
            sign = domain.sign(element, point)
            if sign is not None:
                signs.setdefault(sign, point)
        if 0 in signs:
            place = _named(signs[0], base)
            raise GameError(f"{where}: the denominator {brief(base)} is zero{place and ' at '}{place}; {remedy}")
        if 1 in signs and -1 in signs and domain.convex():
            # The domain is connected, so the denominator vanishes on the way from one point to the other.
            first, second = _named(signs[1], base), _named(signs[-1], base)
            raise GameError(
                f"{where}: the denominator {brief(base)} changes sign between {first} and {second}; {remedy}"
            )
        _check_requirement(domain.parameters, domain.relations, asked, where)


def _named(point: Point, expression: Expression) -> str:
    names = symbols_of(expression)
    return ", ".join(f"{name} = {value}" for name, value in point.items() if name in names)


# Fit


def _check_fit(game: GameData, player: Player, index: int, checker: _Checker) -> None:
    """Refuses a truth under which every model has infinite divergence at some profile."""
    if player.outcomes == "normal":
        return
    zeros = _Zeros(checker.domain)
    possible = {profile for profile, entry in game.signals if not zeros.vanishes(entry, checker.domain.names)}
    ruled_out: list[str] = []
    for model in player.models:
        fault = _infinite_at(model, player, index, possible, zeros)
        if fault is None:
            return
        ruled_out.append(f"{model.name} at {fault}")
    listed = "; ".join(ruled_out[:3]) + ("; ..." if len(ruled_out) > 3 else "")
    raise GameError(
        f"players.{player.name}.models: no model can fit the truth, every divergence is infinite ({listed}); "
        "give at least one model positive probability to every outcome that can happen"
    )


class _Zeros:
    """Which expressions vanish identically, in the game's parameters and a family's theta."""

    def __init__(self, domain: Domain) -> None:
        self.domains = {domain.names: domain}
        self.known: dict[Expression, bool] = {}

    def vanishes(self, expression: Expression, names: tuple[str, ...]) -> bool:
        if isinstance(expression, Number):
            return expression.value == 0
        if expression not in self.known:
            line = Interval(None, None, True, True)
            if names not in self.domains:
                self.domains[names] = Domain([Parameter(name, line) for name in names], (), Effort(0))
            self.known[expression] = self.domains[names].element(expression).is_zero()
        return self.known[expression]


def _infinite_at(
    model: Model, player: Player, index: int, possible: set[tuple[str, ...]], zeros: _Zeros
) -> str | None:
    """The first profile and outcome that the truth allows and the model rules out, identically."""
    names = next(iter(zeros.domains))
    own = names + tuple(coordinate.name for coordinate in model.theta)
    for (signals, actions), truth in player.truth:
        row = model.row(actions[index], signals[index] if signals else None)
        if isinstance(truth, Normal) or isinstance(row, Normal) or (signals and signals not in possible):
            continue
        for outcome, happens, predicted in zip(player.outcomes, truth, row, strict=True):
            if zeros.vanishes(predicted, own) and not zeros.vanishes(happens, names):
                return f"{_key(signals, actions)}, {outcome}"
    return None
