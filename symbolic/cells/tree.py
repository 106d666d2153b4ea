"""Cells: the sign vectors of the atoms that occur on the domain.

Two engines give the same thing, a finite list of `Cell`s that covers the domain:

* `explore`, for any number of parameters: a decision tree. The combinatorial solver is run with an oracle that
  knows no signs; each sign it asks for splits the domain in three. A branch stays when an exact point of it is
  found, goes when a contradiction is proved, and is otherwise kept and marked as *not witnessed*.
* the cylindrical decomposition of `berknash.symbolic.decomposition`, for polynomial atoms in one or two parameters:
  complete, with a sample in every cell (see `symbolic.solving.phases`).

Only atoms that matter are looked at, so a cell of the tree may leave the signs of the others open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, islice
from typing import TypeVar

from ..algebra.linear_refutations import Row, contradictory, row_of
from ..algebra.samples import RationalZeroSets, Sample, on_zero_sets
from ..algebra.signs import Point
from ..combinatorics.agent import Problem
from ..combinatorics.envelopes import ImpossibleSigns
from ..decomposition.limits import Limits
from ..errors import BudgetError, UndecidedError
from ..errors.running import ask
from ..limits import Allowance
from .atoms import AtomTable, kind_of
from .cell import Cell
from .minor_relations import Identities, MinorRelations
from .numerical_points import NumericalPoints
from .projections import Decomposed, Group, Projections, as_sample, candidate_samples, projections

Value = TypeVar("Value", bound=Hashable)

POOL_SIZE = 400
NODE_LIMIT = 2_500
MOVES = 12
CANDIDATES = 60
RATIONAL_MOVES = 60
KEPT = 8


class _Unknown(Exception):
    """Raised by the oracle when the solver asks for the sign of an atom that is not on the path."""

    def __init__(self, atom: int) -> None:
        super().__init__(atom)
        self.atom = atom


class Explorer:
    """The witnesses and refutations for one table of atoms, kept between explorations.

    `known` are groups of parameters whose decomposition is at hand; `allowance` counts the steps taken.
    """

    def __init__(
        self,
        table: AtomTable,
        free: tuple[str, ...],
        known: tuple[Group, ...] = (),
        allowance: Allowance | None = None,
    ) -> None:
        self.table = table
        self.free = free
        self._pool = [
            (values, Point(table.ring, values))
            for values in islice(table.domain.rational_points(), POOL_SIZE)
        ]
        self._masks: dict[int, dict[int, int]] = {}
        self._found: list[Sample] = []
        self._known = known
        self._allowance = allowance
        self._projections: Projections | None = None
        self._decomposed: Decomposed = {}
        self._projected = 0
        self._identities: Identities | None = None
        self._related = (0, 0)
        self._rows: dict[int, Row] = {}
        self._ends: list[tuple[Row, int]] | None = None
        self._numerical: NumericalPoints | None = None

    def _pool_with(self, atom: int, sign: int) -> int:
        """The points of the pool at which the atom has the sign, one bit for each."""
        if atom not in self._masks:
            masks = {-1: 0, 0: 0, 1: 0}
            for place, (_, point) in enumerate(self._pool):
                try:
                    masks[point.polynomial_sign(self.table.atoms[atom])] |= 1 << place
                except (UndecidedError, ZeroDivisionError):
                    continue
            self._masks[atom] = masks
        return self._masks[atom][sign]

    def _pooled(self, signs: Mapping[int, int]) -> Sample | None:
        """A point of the pool with these signs."""
        found = (1 << len(self._pool)) - 1
        for atom, sign in signs.items():
            found &= self._pool_with(atom, sign)
            if not found:
                return None
        values, _ = self._pool[(found & -found).bit_length() - 1]
        return Sample(self.table.ring, values)

    def _nearly(self, signs: Mapping[int, int]) -> Iterator[dict[str, Fraction]]:
        """Points of the pool at which at most one of the atoms has another sign."""
        exact = single = (1 << len(self._pool)) - 1
        for atom, sign in signs.items():
            here = self._pool_with(atom, sign)
            single, exact = (single & here) | exact, exact & here
        for place, (values, _) in enumerate(self._pool):
            if single >> place & 1:
                yield values

    def witness(self, signs: Mapping[int, int]) -> Sample | None:
        """An exact point of the domain at which the atoms have these signs, or None when the search fails."""
        pooled = self._pooled(signs)
        if pooled is not None:
            return pooled
        ask("the search for points of cells")
        for found in reversed(self._found):
            if self.holds(found, signs):
                return found
        if self._allowance is not None and not self._allowance.take_search():
            return None
        sample = self._constructed(signs)
        if sample is not None:
            self._found = [*self._found[-KEPT:], sample]
        return sample

    def _constructed(self, signs: Mapping[int, int]) -> Sample | None:
        """A point put together from samples of few parameters, or a point of the pool moved onto zero sets."""
        for sample in islice(candidate_samples(self.table, self.projections().groups, signs), CANDIDATES):
            if self.holds(sample, signs):
                return sample
        for sample in islice(self._beside_groups(signs), CANDIDATES):
            if self.holds(sample, signs):
                return sample
        equations = [self.table.atoms[atom] for atom, sign in signs.items() if sign == 0]
        # What is solved in rational numbers comes first: the values of logarithms depend on it.
        equations.sort(key=lambda equation: kind_of(self.table.ring, equation) != "polynomial")
        if not equations:
            for values in self._proposed(signs):
                sample = Sample(self.table.ring, values)
                if self.holds(sample, signs):
                    return sample
            return None
        others = {atom: sign for atom, sign in signs.items() if sign != 0}
        # Moving onto the zero set may change little elsewhere.
        if all(kind_of(self.table.ring, equation) == "polynomial" for equation in equations):
            beside = [(self.table.atoms[atom], sign) for atom, sign in others.items()]
            plain = [(atom, sign) for atom, sign in beside if kind_of(self.table.ring, atom) == "polynomial"]
            zero_sets = RationalZeroSets(equations, self.table.ring, plain)
            for values in chain(islice(self._nearly(others), RATIONAL_MOVES), self._proposed(signs)):
                for place in zero_sets.reached(values, self.free):
                    sample = Sample(self.table.ring, place)
                    if self.holds(sample, signs):
                        return sample
            return None
        for values in chain(islice(self._nearly(others), MOVES), islice(self._proposed(signs), 2 * MOVES)):
            moved = on_zero_sets(Sample(self.table.ring, values), equations, self.free)
            if moved is not None and self.holds(moved, signs):
                return moved
        return None

    def _proposed(self, signs: Mapping[int, int]) -> Iterator[dict[str, Fraction]]:
        """Points that have these signs, or are near zero sets with the other signs, as far as floating point tells."""
        if self._numerical is None or self._numerical.ring is not self.table.ring:
            self._numerical = NumericalPoints(self.table.domain.over(self.table.ring))
        return self._numerical.proposals([(self.table.atoms[atom], sign) for atom, sign in sorted(signs.items())])

    def _beside_groups(self, signs: Mapping[int, int]) -> Iterator[Sample]:
        """Points of the cells of a group of all parameters, moved onto the zero sets of the atoms beside it."""
        for group in self._known:
            beside = [self.table.atoms[atom] for atom, sign in signs.items() if sign == 0 and atom not in group.atoms]
            for cell in islice(group.compatible(signs), MOVES):
                coordinates = dict(zip(group.parameters, cell.coordinates, strict=False))
                if len(coordinates) < len(self.free):
                    continue
                start = as_sample(self.table, coordinates, dict(cell.signs))
                if start is None:
                    continue
                if not beside:
                    yield start
                for name in self.free if beside else ():
                    order = [name, *(other for other in self.free if other != name)]
                    moved = on_zero_sets(start, beside, order)
                    if moved is not None:
                        yield moved

    def projections(self) -> Projections:
        """What a few parameters alone, and thresholds on one of them, say about the atoms known so far."""
        if self._projections is None or self._projected != len(self.table.atoms):
            self._projected = len(self.table.atoms)
            self._projections = projections(self.table, self._known, self._decomposed)
        return self._projections

    def _consequences(self) -> Identities:
        """The identities between the minors and between the atoms known so far."""
        count = (self.table.minor_count, len(self.table.atoms))
        if self._identities is None or self._related != count:
            self._related = count
            self._identities = Identities((*MinorRelations(self.table).sums, *self.projections().thresholds.sums))
        return self._identities

    def closed(self, signs: Mapping[int, int], fresh: Collection[int] | None = None) -> dict[int, int] | None:
        """The signs with those that follow from them, or None when they are proved to contradict one another.

        By identities between minors and between atoms, and by exact decompositions in a few parameters. `fresh` are
        the atoms whose signs are new, when all other signs are closed already.
        """
        identities, groups = self._consequences(), self.projections().groups
        first = fresh is None or len(fresh) == len(signs)
        changed = set(signs if fresh is None else fresh)
        known = identities.closed(signs, changed)
        while known is not None:
            changed |= known.keys() - signs.keys()
            new: dict[int, int] = {}
            for group in groups:
                # A group none of whose signs has changed has nothing to add.
                if not first and group.atoms.isdisjoint(changed):
                    continue
                if group.refutes(known):
                    return None
                new.update(group.consequences(known))
            if not new:
                return known
            first, signs, changed = False, known, set(new)
            known = identities.closed({**known, **new}, new)
        return None

    def holds(self, sample: Sample, signs: Mapping[int, int]) -> bool:
        """Whether the sample lies in the domain and gives the atoms these signs, decided exactly."""
        ring, domain = self.table.ring, self.table.domain
        rational = sample.rational()
        if rational is not None:
            try:
                point = Point(ring, rational)
                return domain.contains(rational) and all(
                    point.polynomial_sign(self.table.atoms[atom]) == sign for atom, sign in signs.items()
                )
            except (UndecidedError, ZeroDivisionError):
                return False
        try:
            for parameter in domain.parameters:
                interval = parameter.domain
                value = ring.parameter(parameter.name)
                for end, is_open, side in (
                    (interval.low, interval.low_open, 1),
                    (interval.high, interval.high_open, -1),
                ):
                    if end is None:
                        continue
                    gap = sample.sign(value - ring.constant(end))
                    if gap is None or gap * side < 0 or (gap == 0 and is_open):
                        return False
            for constraint in domain.constraints:
                if sample.sign(constraint.element) not in constraint.signs:
                    return False
            return all(sample.polynomial_sign(self.table.atoms[a]) == s for a, s in signs.items())
        except UndecidedError:
            return False

    def refuted(self, signs: Mapping[int, int]) -> bool:
        """Whether the signs are proved to contradict one another.

        By what follows from them, or by a linear combination with exact weights.
        """
        return self.closed(signs) is None or self._linearly_refuted(signs)

    def _linearly_refuted(self, signs: Mapping[int, int]) -> bool:
        return contradictory(self._conditions(signs))

    def _conditions(self, signs: Mapping[int, int]) -> list[tuple[Row, int]]:
        for atom in signs:
            if atom not in self._rows:
                self._rows[atom] = row_of(self.table.atoms[atom])
        return [(self._rows[atom], sign) for atom, sign in sorted(signs.items())]

    def _refuted_on_domain(self, signs: Mapping[int, int]) -> bool:
        """The same with the open ends of the domain and its strict assumptions among the conditions."""
        if self._ends is None:
            self._ends = list(_strict_conditions(self.table))
        conditions = self._conditions(signs)
        bounded = {monomial for row, _ in self._ends for monomial in row if any(monomial)}
        # A condition on one parameter alone is a matter of its group.
        if not any(len(bounded.intersection(row)) > 1 for row, _ in conditions):
            return False
        return contradictory([*conditions, *self._ends])

    def explore(
        self,
        solve: Callable[[Problem], Value],
        boundaries: bool = True,
        limits: Limits | None = None,
        node_limit: int = NODE_LIMIT,
        search: bool = True,
    ) -> tuple[Cell[Value], ...]:
        """The cells of the decision tree of a combinatorial question, covering the whole domain.

        Without `boundaries` only the signs -1 and 1 are followed: the open cells, and nothing about where an atom
        vanishes. Samples are sought where the answer is not False or empty, and without `search` not at all beyond a
        pool of points at hand. Raises BudgetError beyond `node_limit` nodes of the tree, or beyond the limits.
        """
        leaves: list[tuple[dict[int, int], dict[int, int], Value, Sample | None]] = []
        nodes = 0
        stack: list[tuple[dict[int, int], dict[int, int], Sample | None, Problem | None]] = [({}, {}, None, None)]
        while stack:
            signs, closed, sample, earlier = stack.pop()
            nodes += 1
            ask("the tree of sign vectors")
            if self._allowance is not None:
                self._allowance.take_node()
            if limits is not None:
                limits.step("tree of sign vectors", nodes - 1, nodes + len(stack))
            if nodes > node_limit and self._allowance is not None:
                what = f"more than {node_limit} nodes of the tree of sign vectors of one question"
                raise self._allowance.error(f"{what}, with {len(self.table.atoms)} atoms")
            if nodes > node_limit:
                raise BudgetError(
                    f"more than {node_limit} nodes of the tree of sign vectors, with {len(self.table.atoms)} atoms and "
                    f"{len(leaves)} cells found; fix some parameters with --at"
                )

            def sign_of_atom(atom: int, known: Mapping[int, int] = closed) -> int:
                if atom not in known:
                    raise _Unknown(atom)
                return known[atom]

            problem = self.table.problem(sign_of_atom)
            if isinstance(earlier, Problem):
                problem.knowing(earlier)
            try:
                value = solve(problem)
            except ImpossibleSigns:
                continue
            except _Unknown as unknown:
                for sign in (0, -1, 1) if boundaries else (-1, 1):
                    branch = {**signs, unknown.atom: sign}
                    # Signs that follow need not be asked for.
                    follow = self.closed({**closed, unknown.atom: sign}, (unknown.atom,))
                    if follow is None:
                        continue
                    witness = None
                    if sample is not None:
                        try:
                            same = sample.polynomial_sign(self.table.atoms[unknown.atom]) == sign
                        except UndecidedError:
                            same = False
                        witness = sample if same else None
                    if witness is None:
                        witness = self._pooled(branch)
                    if witness is None and self._linearly_refuted(branch):
                        continue
                    stack.append((branch, follow, witness, problem))
                continue
            shown = self.projections().shows(signs)
            if sample is None and value and not shown and self._refuted_on_domain(closed):
                continue
            leaves.append((signs, closed, value, sample))
            if limits is not None:
                limits.check_cells(len(leaves), "tree of sign vectors")
        cells: list[Cell[Value]] = []
        for done, (signs, closed, value, sample) in enumerate(leaves):
            if limits is not None:
                limits.step("points of cells", done, len(leaves))
            # The wide search is kept for the leaves at which something is there.
            point = self.witness(signs) if sample is None and search and value else sample
            known = tuple(sorted(closed.items()))
            zeros = sum(1 for _, sign in known if sign == 0)
            coordinates = () if point is None else tuple((n, point.coordinate(n)) for n in self.free)
            witnessed = point is not None or self.projections().shows(signs)
            cells.append(Cell(known, value, max(0, len(self.free) - zeros), coordinates, witnessed))
        return tuple(sorted(cells, key=lambda c: tuple((a, -s) for a, s in c.signs)))


def _strict_conditions(table: AtomTable) -> Iterator[tuple[Row, int]]:
    """What is strictly positive or negative on the whole domain: distances to open ends, and assumptions."""
    ring = table.ring
    for parameter in table.domain.parameters:
        interval, value = parameter.domain, ring.parameter(parameter.name)
        for end, is_open, sign in ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1)):
            if end is not None and is_open:
                yield row_of((value - ring.constant(end)).numerator), sign
    for constraint in table.domain.constraints:
        element = ring.polynomial(constraint.element.numerator)
        if constraint.signs in ((-1,), (1,)) and constraint.element.denominator.is_constant():
            yield row_of(element.numerator), constraint.signs[0]


def numeric_value(table: AtomTable, solve: Callable[[Problem], Value]) -> Value:
    """The answer at a game all whose parameters have a single value, every sign decided exactly."""
    ends = ((parameter.name, parameter.domain.low) for parameter in table.domain.parameters)
    point = Point(table.ring, {name: value for name, value in ends if value is not None})
    known: dict[int, int] = {}

    def sign_of_atom(atom: int) -> int:
        if atom not in known:
            known[atom] = point.polynomial_sign(table.atoms[atom])
        return known[atom]

    return solve(table.problem(sign_of_atom))
