"""The atoms that one parameter shares with at most one other each, decomposed together: what they say about signs.

A parameter h inside logarithms ties all others to itself: the atoms of a game with a free prediction h are functions of
(p, h), of (q, h), of (s, h), and a few that join two of the others. Those of the first kind make up a star
(`logengine.star_base`), whose cells are listed completely, in every dimension. A sign vector that does not occur among
them occurs nowhere, and each that does has a point whatever the atoms beside the star are: a `Group` of all parameters,
for the trees of `symbolic.cells.tree`, which have to split at the atoms beside the star only.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.ring import Polynomial, Ring
from ..errors import BudgetError, NotSupportedError, UndecidedError
from ..limits import minor_count
from ..logengine import star_base
from .atoms import AtomTable
from .blocks import is_algebraic, parameters_in
from .domain import Domain
from .log_blocks import decompose_atoms
from .projections import Group, GroupCell, is_open_domain

_PLANE = 2
_MOST_MINORS = 60  # larger minors of many logarithms are long, and few questions need all of them
_MOST_VECTORS = 12_000


def star_groups(table: AtomTable, free: Sequence[str]) -> tuple[Group, ...]:
    """The star with the most atoms as a group of all free parameters; none where no parameter stands inside logarithms.

    All atoms of the game are formed first. None too where the star has more than 12,000 sign vectors, or a box in
    which zeros were not separated.

    Examples
    --------
    >>> from berknash.symbolic.forms.decision_atoms import atom_table
    >>> from berknash.symbolic.game.game import Game
    >>> def win(p):
    ...     return {"win": p, "lose": f"1 - ({p})"}
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urns", "parameters": {"p": "(0, 1)", "q": "(0, 1)", "h": "(1/2, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["left", "right"], "outcomes": ["win", "lose"],
    ...         "truth": {"left": win("p"), "right": win("q")},
    ...         "payoff": {"*": {"win": 1, "lose": 0}},
    ...         "models": {"first": {"predicts": {"left": win("h"), "right": win("1/4")}},
    ...                    "second": {"predicts": {"left": win("1/4"), "right": win("1/3")}}}}}})
    >>> (star,) = star_groups(atom_table(game), ["p", "q", "h"])
    >>> sorted(star.atoms), len(star.cells), star.complete
    ([0, 1], 9, True)
    """
    if len(free) <= _PLANE or table.on_demand_only:
        return ()
    if all(g.argument is None or g.argument.rational() is not None for g in table.ring.generators):
        return ()
    if minor_count(len(table.tables.actions), len(table.tables.models)) > _MOST_MINORS:
        return ()
    table.complete()
    ring = table.ring
    best: list[int] = []
    for centre in free:
        arms = [i for i, atom in enumerate(table.atoms) if _is_arm(ring, atom, centre)]
        if len(arms) > len(best) and star_base(ring, [table.atoms[i] for i in arms], _first(centre, free)) == centre:
            best = arms
    if not best or all(is_algebraic(ring, table.atoms[i]) for i in best):
        return ()
    group = _decomposed(table, free, best)
    return () if group is None else (group,)


def _first(centre: str, free: Sequence[str]) -> list[str]:
    return [centre, *(name for name in free if name != centre)]


def _is_arm(ring: Ring, atom: Polynomial, centre: str) -> bool:
    """Whether the atom involves at most one parameter beside the centre, outside logarithms."""
    others = sorted(parameters_in(ring, atom) - {centre})
    return len(others) <= 1 and star_base(ring, [atom], [centre, *others]) == centre


def _decomposed(table: AtomTable, free: Sequence[str], atoms: list[int]) -> Group | None:
    ring, domain = table.ring, table.domain
    chosen = [table.atoms[i] for i in atoms]
    # An assumption that does not fit is left out: the cells then cover more than the domain, and refute less.
    fitting = []
    for constraint in domain.constraints:
        parts = [ring.polynomial(p).numerator for p in (constraint.element.numerator, constraint.element.denominator)]
        if star_base(ring, [*chosen, *parts], free) is not None:
            fitting.append(constraint)
            chosen += parts
    seen_from = Domain(ring, domain.parameters, tuple(fitting))
    try:
        found = decompose_atoms(ring, [table.atoms[i] for i in atoms], seen_from, free)
    except (BudgetError, NotSupportedError, UndecidedError):
        return None
    vectors = {cell.sign_vector: cell.sample for cell in reversed(found.cells)}
    if found.undecided or len(vectors) > _MOST_VECTORS:
        return None
    cells = []
    for vector, sample in vectors.items():
        signs = tuple((atom, sign) for atom, sign in zip(atoms, vector, strict=True) if sign is not None)
        if len(signs) < len(atoms):
            return None
        cells.append(GroupCell(signs, sample))
    whole = len(fitting) == len(domain.constraints)
    return Group(tuple(free), frozenset(atoms), tuple(cells), True, is_open_domain(domain, free), whole)
