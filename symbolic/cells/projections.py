"""What one, two or three parameters alone say about a sign vector.

The atoms that involve no parameter but ``x`` (or ``x`` and ``y``) can be decomposed exactly on their own interval (or
rectangle). A sign vector whose restriction to such a group does not occur there occurs nowhere; and the exact
samples of the groups are the bricks from which samples of whole cells are tried. Relations between thresholds on one
parameter (`symbolic.cells.thresholds`) rule out more. Both are used by `symbolic.cells.tree`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, product
from typing import Any

from ..algebra.samples import Sample
from ..decomposition import Limits, decompose
from ..errors import BudgetError, UndecidedError
from .atoms import AtomTable
from .decomposition_input import box_of, constants_of
from .domain import Domain, rational_grid
from .thresholds import Thresholds

_LARGEST_GROUP = {1: 40, 2: 24, 3: 6}
_MOST_CELLS = 4_000  # a count, not a clock: the same input must give the same answer
_CANDIDATES = 60
_PER_GROUP = 4
_SPACE = 3


@dataclass(frozen=True, slots=True)
class GroupCell:
    """A cell of a group: the signs of its atoms, and a sample (coordinate objects of the decomposition)."""

    signs: tuple[tuple[int, int], ...]
    coordinates: tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """The decomposition of all atoms in one, two or three parameters, restricted to the domain.

    With three parameters only open cells and walls are listed (`complete` is False). Every point of an open domain is
    the limit of open cells on which no sign other than a zero changes, so signs that are zero are refuted by their
    neighbours only.

    Attributes
    ----------
    parameters, atoms, cells : as above
    complete : whether cells of every dimension are listed
    is_open : whether no end of an interval and no equation belongs to the domain
    independent : whether every cell extends to a point of the whole domain, whatever the other parameters are
    """

    parameters: tuple[str, ...]
    atoms: frozenset[int]
    cells: tuple[GroupCell, ...]
    complete: bool = True
    is_open: bool = True
    independent: bool = False

    @cached_property
    def _masks(self) -> dict[tuple[int, int], int]:
        """For each atom and sign the cells that have it, one bit for each."""
        masks = {(atom, sign): 0 for atom in self.atoms for sign in (-1, 0, 1)}
        for place, cell in enumerate(self.cells):
            for pair in cell.signs:
                masks[pair] |= 1 << place
        return masks

    @cached_property
    def _ordered(self) -> tuple[int, ...]:
        return tuple(sorted(self.atoms))

    def _compatible(self, signs: Mapping[int, int]) -> int:
        mask = (1 << len(self.cells)) - 1
        for atom in self.atoms:
            sign = signs.get(atom)
            if sign is not None:
                mask &= self._masks[atom, sign]
        return mask

    def compatible(self, signs: Mapping[int, int]) -> Iterator[GroupCell]:
        """Cells on which no atom has another sign than the given one."""
        mask = self._compatible(signs)
        while mask:
            lowest = mask & -mask
            yield self.cells[lowest.bit_length() - 1]
            mask ^= lowest

    def refutes(self, signs: Mapping[int, int]) -> bool:
        """Whether the signs are proved to occur nowhere."""
        if not self.complete:
            zeros = {atom for atom in self.atoms if signs.get(atom) == 0}
            if zeros and not self.is_open:
                return False
            signs = {atom: sign for atom, sign in signs.items() if atom not in zeros}
        return not self._compatible(signs)

    def consequences(self, signs: Mapping[int, int]) -> dict[int, int]:
        """The signs that the remaining atoms of the group have on all compatible cells."""
        if not self.complete:
            return {}
        mask = self._compatible(signs)
        return {
            atom: sign
            for atom in self._ordered
            if mask and atom not in signs
            for sign in (-1, 0, 1)
            if self._masks[atom, sign] & mask == mask
        }

    def shows(self, signs: Mapping[int, int]) -> bool:
        """Whether a point of the whole domain with these signs is known to exist."""
        return self.independent and self.atoms.issuperset(signs) and bool(self._compatible(signs))


@dataclass(frozen=True, slots=True)
class Projections:
    """The groups of a table of atoms and the relations between its thresholds."""

    groups: tuple[Group, ...]
    thresholds: Thresholds

    def closed(self, signs: Mapping[int, int]) -> dict[int, int] | None:
        """The signs with those that follow from them, or None when they are proved to contradict one another."""
        known = self.thresholds.closed(signs)
        while known is not None:
            before = len(known)
            for group in self.groups:
                if group.refutes(known):
                    return None
                known |= group.consequences(known)
            if len(known) == before:
                return known
            known = self.thresholds.closed(known)
        return None

    def shows(self, signs: Mapping[int, int]) -> bool:
        """Whether a point of the domain with these signs is known to exist."""
        return any(group.shows(signs) for group in self.groups)


def atom_parameters(table: AtomTable, atom: int) -> tuple[str, ...] | None:
    """The parameters an atom involves, None when one of them stands inside a logarithm, root or exponential."""
    polynomial = table.atoms[atom]
    found = []
    for position, degree in enumerate(polynomial.degrees()):
        if degree <= 0:
            continue
        generator = table.ring.generators[position]
        if generator.argument is None:
            found.append(generator.name)
        elif generator.argument.rational() is None:
            return None
    return tuple(found)


Decomposed = dict[tuple[tuple[str, ...], tuple[int, ...]], Group | None]
"""The groups of one table decomposed so far, by their parameters and atoms; None where one was too large."""


def projections(table: AtomTable, known: Sequence[Group] = (), decomposed: Decomposed | None = None) -> Projections:
    """The groups of the atoms found so far and their relations; `known` groups need not be decomposed again."""
    have = {group.parameters for group in known}
    return Projections((*known, *parameter_groups(table, have, decomposed)), Thresholds(table))


def parameter_groups(
    table: AtomTable, have: Set[tuple[str, ...]] = frozenset(), decomposed: Decomposed | None = None
) -> tuple[Group, ...]:
    """The groups of one, two and three parameters that some atom involves exactly; large ones are left out.

    So are those that are at hand. What was `decomposed` when fewer atoms were known is used and added to.
    """
    decomposed = {} if decomposed is None else decomposed
    involved = {atom: atom_parameters(table, atom) for atom in range(len(table.atoms))}
    groups = []
    for size in (1, 2, 3):
        for names in combinations(table.ring.parameters, size):
            exact = [a for a, used in involved.items() if used is not None and set(used) == set(names)]
            inside = [a for a, used in involved.items() if used is not None and set(used) <= set(names)]
            if not exact or len(inside) > _LARGEST_GROUP[size] or any(_is_point(table, n) for n in names):
                continue
            if any(set(names) == set(other) for other in have):
                continue
            key = (names, tuple(inside))
            if key not in decomposed:
                decomposed[key] = _decomposed(table, names, inside)
            group = decomposed[key]
            if group is not None:
                groups.append(group)
    return tuple(groups)


def _is_point(table: AtomTable, name: str) -> bool:
    (interval,) = (p.domain for p in table.domain.parameters if p.name == name)
    return interval.low is not None and interval.low == interval.high


def _decomposed(table: AtomTable, names: tuple[str, ...], atoms: list[int]) -> Group | None:
    guards = []
    for constraint in table.domain.constraints:
        element = constraint.element
        used = {
            table.ring.parameters[i]
            for part in (element.numerator, element.denominator)
            for i, d in enumerate(part.degrees())
            if d > 0 and i < len(table.ring.parameters)
        }
        plain = all(
            table.ring.generators[i].argument is None
            for part in (element.numerator, element.denominator)
            for i, d in enumerate(part.degrees())
            if d > 0
        )
        if plain and used <= set(names) and element.denominator.is_constant():
            guards.append((table.ring.polynomial(element.numerator).numerator, constraint.signs))
    polynomials = [*(table.atoms[a] for a in atoms), *(g for g, _ in guards)]
    box = box_of(table.domain)
    try:
        result = decompose(
            polynomials,
            list(names),
            {n: box[n] for n in names},
            constants=constants_of(table.ring),
            full=len(names) < _SPACE,
            limits=Limits(max_cells=_MOST_CELLS),
        )
    except (BudgetError, UndecidedError):
        return None
    cells = [
        GroupCell(tuple(zip(atoms, cell.sign_vector, strict=False)), cell.sample)
        for cell in (*result.cells, *result.walls)
        if all(s in allowed for s, (_, allowed) in zip(cell.sign_vector[len(atoms) :], guards, strict=True))
    ]
    return Group(names, frozenset(atoms), tuple(cells), len(names) < _SPACE, is_open_domain(table.domain, names))


def is_open_domain(domain: Domain, names: Sequence[str]) -> bool:
    """Whether these parameters range over an open set: no closed end of an interval, strict assumptions only."""
    for parameter in domain.parameters:
        side = parameter.domain
        if parameter.name in names and (
            (side.low is not None and not side.low_open) or (side.high is not None and not side.high_open)
        ):
            return False
    return all(0 not in constraint.signs for constraint in domain.constraints)


def candidate_samples(table: AtomTable, groups: Sequence[Group], signs: Mapping[int, int]) -> Iterator[Sample]:
    """Exact points put together from compatible cells of groups; they still have to be checked.

    A pair of parameters is taken together where the signs concern an atom of both; the others one by one.
    """
    singles = {g.parameters[0]: g for g in groups if len(g.parameters) == 1}
    pairs: list[Group | None] = [None]
    pairs += [
        g
        for g in groups
        if len(g.parameters) > 1
        and any(set(atom_parameters(table, a) or ()) == set(g.parameters) for a in signs if a in g.atoms)
    ]
    for pair in reversed(pairs):
        blocks: list[list[dict[str, Any]]] = []
        placed: set[str] = set()
        if pair is not None:
            blocks.append(
                [
                    dict(zip(pair.parameters, c.coordinates, strict=True))
                    for c in islice(pair.compatible(signs), 2 * _PER_GROUP)
                ]
            )
            placed.update(pair.parameters)
        for parameter in table.domain.parameters:
            if parameter.name in placed:
                continue
            group = singles.get(parameter.name)
            if group is not None:
                cells = islice(group.compatible(signs), _PER_GROUP)
                blocks.append([{parameter.name: c.coordinates[0]} for c in cells])
            else:
                blocks.append([{parameter.name: v} for v in _few_values(table, parameter.name)])
        for choice in islice(product(*blocks), _CANDIDATES):
            coordinates: dict[str, Any] = {}
            for part in choice:
                coordinates.update(part)
            sample = as_sample(table, coordinates, signs)
            if sample is not None:
                yield sample


def _few_values(table: AtomTable, name: str) -> list[Fraction]:
    (interval,) = (p.domain for p in table.domain.parameters if p.name == name)
    return rational_grid(interval, 4)


def as_sample(table: AtomTable, coordinates: Mapping[str, Any], signs: Mapping[int, int]) -> Sample | None:
    """The point as an exact sample; coordinates given by enclosures are solved for in vanishing linear atoms."""
    rational = {n: c for n, c in coordinates.items() if isinstance(c, Fraction)}
    missing = [n for n in coordinates if n not in rational]
    sample = Sample(table.ring, {n: rational.get(n, Fraction(1, 2)) for n in coordinates})
    zeros = [atom for atom, sign in signs.items() if sign == 0]
    while missing:
        for name in missing:
            later = [table.ring.index(n) for n in missing if n != name]
            moved = None
            for atom in zeros:
                polynomial = table.atoms[atom]
                if all(int(polynomial.degrees()[i]) <= 0 for i in later):
                    moved = sample.solved_for(name, polynomial)
                    if moved is not None:
                        break
            if moved is not None:
                sample = moved
                missing.remove(name)
                break
        else:
            return None
    return sample
