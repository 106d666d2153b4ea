"""Signs with the facts they follow from: the checker's table of signs, which remembers where each came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..check import ANY_SIGN, SIGNS_OF, Constraint, Kernel, Polynomial, Signs, Unsettled, number_in

Places = tuple[int, ...]


class CitedSigns:
    """What is known at an end of a proof: the signs that polynomials have, and the places of the facts that say so."""

    def __init__(
        self, kernel: Kernel, known: Sequence[Constraint], products: Sequence[Sequence[tuple[int, int]]]
    ) -> None:
        self.known = known
        self._table: dict[Any, list[tuple[Signs, Places]]] = {}
        for place, (polynomial, relation) in enumerate(known):
            self._record(polynomial, SIGNS_OF[relation], (place,))
        for entry in products:
            product, signs = kernel.ring.constant(1), frozenset({1})
            for place, power in entry:
                polynomial, relation = known[place]
                product = product * polynomial**power
                signs = frozenset(a * b**power for a in signs for b in SIGNS_OF[relation])
            self._record(product, signs, tuple(place for place, _ in entry))

    def _record(self, polynomial: Polynomial, signs: Signs, places: Places) -> None:
        key, orientation = polynomial.scaled
        turned = frozenset(sign * orientation for sign in signs) if orientation else signs
        self._table.setdefault(key, []).append((turned, places))

    def _entries(self, polynomial: Polynomial) -> list[tuple[Signs, Places]]:
        number = number_in(polynomial)
        if number is not None:
            return [(frozenset({(number > 0) - (number < 0)}), ())]
        key, orientation = polynomial.scaled
        found = self._table.get(key, [])
        return [(frozenset(sign * orientation for sign in signs), places) for signs, places in found]

    def possible(self, polynomial: Polynomial) -> Signs:
        """The signs the polynomial can have, as far as is known."""
        result = ANY_SIGN
        for signs, _ in self._entries(polynomial):
            result &= signs
        return result

    def sign(self, polynomial: Polynomial) -> int:
        """The one sign the polynomial has; raises `check.Unsettled` where that is not known."""
        signs = self.possible(polynomial)
        if len(signs) != 1:
            raise Unsettled
        return min(signs)

    def why(self, polynomial: Polynomial, wanted: Signs) -> Places:
        """The facts from which it follows that the sign is one of the wanted: one fact where one is enough."""
        entries = self._entries(polynomial)
        for signs, places in entries:
            if signs <= wanted:
                return places
        return tuple(dict.fromkeys(place for _, places in entries for place in places))
