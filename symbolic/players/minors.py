"""Atoms of a strategic form: the signs that decide everything, as products of irreducible factors.

Three kinds of tables have bordered minors ``W`` (`symbolic.envelopes`):

* ``fit i``: rows are i's models, columns profiles of plans: which mixtures of (correlated) play make models tie;
* ``pay i``: rows are i's plans, columns i's models, or the others' profiles for a player who fits a family to them;
* ``mix j``: columns are j's plans; rows are tuples of *labels*, one for each player whose *home* is j.

The home of player i is the one player whose plans i's labels depend on: models (ranked by fit) or, for a family, own
plans (ranked by expected payoff). Rows of ``mix j`` are sums of the label values, so the lower envelope of the sums
is the common refinement of the envelopes and a tuple is optimal exactly when each of its labels is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..algebra import Element, lift
from ..atoms import AtomTable
from ..domain import Domain, game_domain
from ..errors import NotSupportedError
from ..game import Game
from ..printing import element_text
from ..tables import DecisionTables
from .forms import Form, StrategicForm, lifted_form, strategic_form
from .problem import PlayersProblem
from .shape import Set, Shape


class PlayersTable(AtomTable):
    """The minors of a strategic form as products of atoms, found on demand and kept."""

    def __init__(self, form: StrategicForm, domain: Domain) -> None:
        super().__init__(DecisionTables(form.ring, (), (), (), (), ()), domain)
        self.form = form
        self.shape = shape_of(form)

    def entry(self, kind: str, row: int, column: int) -> Element:
        """The entry of one of the three kinds of tables."""
        what, _, number = kind.partition(" ")
        place = int(number)
        if what == "pay":
            return self.form.players[place].payoff[row][column]
        if what == "fit":
            return _finite(self.form.players[place], row, column)
        total = self.ring.constant(0)
        for guest, label in zip(self.shape.guests(place), self.shape.labels_of_row(place, row), strict=True):
            total = total + label_value(self.form, guest, label, place, column)
        return total

    def _describe(self, kind: str, columns: Set, rows: Set) -> str:
        what, _, number = kind.partition(" ")
        place = int(number)
        form = self.form.players[place]
        if what == "fit":
            return f"fit of {', '.join(form.models[r] for r in rows)} for {form.name}"
        if what == "pay":
            return f"payoff of {', '.join(form.plan_name(r) for r in rows)} for {form.name}"
        return f"play of {form.name} on {', '.join(form.plan_name(c) for c in columns)}"

    on_demand_only = True

    def complete(self) -> None:
        """Atoms of strategic forms are found on demand only."""
        raise NotSupportedError("the atoms of games with signals or several players are found on demand only")

    def problem(self, sign_of_atom: Callable[[int], int]) -> Any:
        """The `PlayersProblem` in which atom i has the sign ``sign_of_atom(i)``."""

        def sign(kind: str, columns: Set, rows: Set) -> int:
            product = self.sign_product(kind, columns, rows)
            result = product.constant
            for index, parity in product.factors:
                if result == 0:
                    return 0
                atom = sign_of_atom(index)
                result *= atom if parity == 1 else atom * atom
            return result

        return PlayersProblem(self.shape, sign)


def _finite(form: Form, row: int, column: int) -> Element:
    value = None if form.fit is None else form.fit[row][column]
    if value is None:
        raise ValueError("an infinite divergence has no minors")
    return value


def label_value(form: StrategicForm, guest: int, label: int, home: int, plan: int) -> Element:
    """The value of one label of a player as a function of the plan of that player's home, smaller is better."""
    player = form.players[guest]
    if player.fit is not None:
        profile = tuple(plan if j == home else 0 for j in range(len(form.players)))
        return _finite(player, label, form.profiles.index(profile))
    others = tuple(plan if j == home else 0 for j in range(len(form.players)) if j != guest)
    return -player.payoff[label][form.others(guest).index(others)]


def shape_of(form: StrategicForm) -> Shape:
    """Counts, finiteness and homes of a strategic form."""
    return Shape(
        plans=tuple(len(p.plans) for p in form.players),
        models=tuple(None if p.fit is None else len(p.models) for p in form.players),
        supports=tuple(behaviour_supports(p) for p in form.players),
        freedom=tuple(
            {s: sum(len(c) - 1 for c in choices) for s, choices in _choices(p).items()} for p in form.players
        ),
        finite=tuple(
            None if p.fit is None else tuple(tuple(e is not None for e in row) for row in p.fit) for p in form.players
        ),
        dependence=tuple(dependence(form, i) for i in range(len(form.players))),
        profiles=form.profiles,
        radix=tuple((len(p.actions),) * max(1, len(p.signals)) for p in form.players),
    )


def _choices(form: Form) -> dict[Set, tuple[tuple[str, ...], ...]]:
    """Every behaviour support as the set of plans it allows, with the actions allowed after each signal."""
    from itertools import combinations, product

    subsets = [c for size in range(1, len(form.actions) + 1) for c in combinations(form.actions, size)]
    found = {}
    for choice in product(subsets, repeat=max(1, len(form.signals))):
        plans = tuple(
            k for k, plan in enumerate(form.plans) if all(a in allowed for a, allowed in zip(plan, choice, strict=True))
        )
        found[plans] = choice
    return found


def behaviour_supports(form: Form) -> tuple[Set, ...]:
    """The sets of plans that behaviour strategies can have for their support, small ones first."""
    return tuple(sorted(_choices(form), key=lambda s: (len(s), s)))


def dependence(form: StrategicForm, place: int) -> Set:
    """The players whose plans matter for how i's labels compare, found by formal identities."""
    player = form.players[place]
    profiles = form.profiles if player.fit is not None else form.others(place)
    members = [j for j in range(len(form.players)) if player.fit is not None or j != place]
    table: tuple[tuple[Element | None, ...], ...] = player.fit if player.fit is not None else player.payoff
    differences: list[tuple[Element | None, ...]] = []
    for column in range(len(profiles)):
        values = [row[column] for row in table]
        first = next((v for v in values if v is not None), None)
        differences.append(tuple(None if v is None or first is None else v - first for v in values))
    position = {profile: k for k, profile in enumerate(profiles)}
    depends = []
    for slot, j in enumerate(members):
        for profile in profiles:
            moved = (*profile[:slot], 0, *profile[slot + 1 :])
            if differences[position[profile]] != differences[position[moved]]:
                depends.append(j)
                break
    return tuple(depends)


def players_table(game: Game) -> PlayersTable:
    """The table of atoms of a game with signals or several players, over its domain.

    Raises NotSupportedError when a probability that must stay positive may reach zero on the domain.
    """
    form = strategic_form(game)
    domain = game_domain(game, form.ring)
    ring = form.ring.extend(*(g for g in domain.ring.generators if g.kind != "parameter"))
    if ring is not form.ring:
        form = StrategicForm(
            ring,
            tuple(lifted_form(p, ring.context) for p in form.players),
            form.profiles,
            tuple((lift(e, ring.context), why) for e, why in form.positive),
        )
    table = PlayersTable(form, domain)
    for element, why in form.positive:
        value = element.rational()
        if (value is None or value <= 0) and table.domain.definite_sign(element) != 1:
            raise NotSupportedError(
                f"{why}, {element_text(ring, element)}, may reach 0 on the domain, where the answer jumps; "
                "make the domain open there or fix the parameter"
            )
    return table
