"""Ends of a proof: each relation and predicate that the claim needs there is proved or refuted, then the claim."""

from __future__ import annotations

from typing import Any

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, Structure, Unsettled, truth_value
from ..search.facts import Fact
from ..search.prover import _Table
from .files import relation_coq
from .meanings import atoms, block
from .predicates import Predicates

Names = dict[Fact, str]
Products = tuple[tuple[tuple[Fact, int], ...], ...]


class Ends(Predicates):
    """Tactics at the ends of the case distinction."""

    def at_end(self, names: Names, products: Products) -> list[str]:
        """The tactics that prove the claim from the facts named and the signs of products of them."""
        steps, settled = self.settled(names, products)
        if self.value(settled) is not True:
            raise NotSupportedError("at an end of the proof the claim does not follow from settled atoms")
        return [*steps, "tauto."]

    def settled(self, names: Names, products: Products) -> tuple[list[str], dict[str, bool]]:
        """The tactics that settle atoms of the claim until it is settled, and the atoms' values."""
        table, structure = self.structure(names, products)
        steps = self.signs(names, products)
        settled: dict[str, bool] = {}
        for atom in atoms(self.question.claim):
            if self.value(settled) is True:
                break
            value = self.atom_value(atom, table, structure)
            label = self.formula(atom)
            if value is None or label in settled:
                continue
            settled[label] = value
            proof = self.relation(atom, value) if atom[0] in SIGNS_OF else self.predicate(atom, value, structure)
            steps += [f"assert ({self.fresh('A')} : {label if value else f'~ {label}'}).", *block(proof)]
        return steps, settled

    def structure(self, names: Names, products: Products) -> tuple[_Table, Structure]:
        """The signs that the facts give, and the structure that they settle."""
        table = _Table(list(names), list(products))
        lookup = self.question.minor
        assert lookup is not None
        return table, Structure(self.actions, self.models, lambda *key: table.sign(lookup(key)), self.question.finite)

    def value(self, settled: dict[str, bool]) -> bool | None:
        """The truth of the claim, given that of atoms."""
        return truth_value(self.question.claim, lambda atom: settled.get(self.formula(atom)))

    def atom_value(self, atom: list[Any], table: _Table, structure: Structure) -> bool | None:
        """The truth of a relation or predicate, None where the signs do not settle it."""
        if atom[0] == "independent_of":
            return None  # not a matter of signs here: see `independence`
        try:
            if atom[0] in SIGNS_OF:
                top, bottom = self.question.relations[atom[1], atom[2]]
                signs = {a * b for a in table.possible(top) for b in table.possible(bottom)}
                known = SIGNS_OF[atom[0]]
                return True if signs <= known else (None if signs & known else False)
            return structure.holds(atom[0], list(atom[1:]))
        except Unsettled:
            return None

    def relation(self, atom: list[Any], value: bool) -> list[str]:
        """A relation, or its negation, from the signs of numerator and denominator."""
        _, bottom = self.question.relations[atom[1], atom[2]]
        if bottom.is_constant():
            return ["lra."]
        if value:
            return ["quotient."]
        opposite = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "<>", "!=": "="}[atom[0]]
        body = relation_coq(self.question, self, [atom[0], atom[1], atom[2]]).rsplit(" ", 2)[0]
        return [f"assert (X1 : {body} {opposite} 0) by quotient. intro X2. lra."]
