"""Independence of a scale of all payoffs: multiplying every payoff difference by a positive number changes nothing.

Where differences of expected payoffs are the parameter times something without it, and neither truth nor predictions
have it, one comparison at one value is that at another times a positive number: ``k (u - v) = r (u' - v')``. So best
replies are the same, fits do not speak of the parameter at all, and the structure is the same without any case
distinction. This needs a few lines where the proof by cases takes thousands.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, truth_value
from ..search.facts import Polynomial
from ..search.prover import Proved
from .independence import IndependenceWriter
from .meanings import atoms, block

SCALED = "forall r k u v w x : R, 0 < r -> 0 < k -> k * (u - v) = r * (w - x) -> v <= u -> x <= w"
SCALED_PROOF = [
    "  intros r k u v w x R0 K0 E L. destruct (Rle_lt_dec x w) as [Z|Z]; [exact Z | exfalso].",
    "  assert (N : 0 < r * (x - w)) by (apply Rmult_lt_0_compat; lra).",
    "  assert (M : 0 <= k * (u - v)) by (apply Rmult_le_pos; lra). lra.",
]


class ScalingWriter(IndependenceWriter):
    """The file of a claim that holds because parameters are scales of all payoffs."""

    def scales(self) -> list[str]:
        """The parameters of ``independent_of`` in the claim that are positive scales of all payoff differences."""
        names = [atom[1] for atom in atoms(self.question.claim) if atom[0] == "independent_of"]
        return [name for name in dict.fromkeys(names) if self.is_positive(name) and self.is_scale(name)]

    def settles(self) -> bool:
        """Whether the claim follows from independence of the scales."""
        known = [["independent_of", name] for name in self.scales()]
        return truth_value(self.question.claim, lambda atom: True if list(atom) in known else None) is True

    def is_positive(self, name: str) -> bool:
        """Whether a bound of its domain says that the parameter is positive."""
        place = self.space.parameters.index(name)
        for fact in self.question.setting.domain:
            degrees = fact.polynomial.degrees()
            if degrees[place] != 1 or sum(degrees) != 1:
                continue
            terms = {int(exponents[place]): value for exponents, value in fact.polynomial.to_dict().items()}
            start = terms.get(0, 0)
            if terms[1] > 0 and (start < 0 or (start == 0 and fact.relation == ">")) and fact.relation in (">", ">="):
                return True
        return False

    def is_scale(self, name: str) -> bool:
        """Whether truth and predictions lack the parameter and payoff differences are multiples of it."""
        place = self.space.parameters.index(name)
        chances = [self.game["truth"], *self.game["predicts"].values()]
        try:
            entries = [self.exact(entry) for table in chances for row in table.values() for entry in row.values()]
            if any(self.mentions(entry, name) for entry in entries):
                return False
            return all(
                all(exponents[place] == 1 for exponents in (value - other).to_dict())
                for model in self.models
                for value, other in self._pairs_of_values(model)
            )
        except NotSupportedError:
            return False

    def _pairs_of_values(self, model: str) -> list[tuple[Polynomial, Polynomial]]:
        values = [self.exact_entries(model, action)[1] for action in self.actions]
        return [(one, other) for k, one in enumerate(values) for other in values[:k]]

    def file(self, proved: Proved, name: str) -> str:
        """The section with the game, the lemmas on each scale, and the theorem; the cases of the proof are not used."""
        del proved
        given = [*self.question.setting.domain, *self.question.assumptions]
        self.given = {fact: self.fresh("H") for fact in given}
        definitions = [*self.tables(), *self.notions(), *self.structure_definitions()]
        found = {self.label(a): a for a in atoms(self.question.claim) if a[0] not in SIGNS_OF}
        predicates = {label: atom for label, atom in found.items() if atom[0] != "independent_of"}
        definitions += self.graph() if any(atom[0] == "absorbing" for atom in predicates.values()) else []
        definitions += [self.definition(f"{label} : Prop", self.meaning(atom)) for label, atom in predicates.items()]
        self.outside = True
        meanings = [self.independence(atom) for atom in found.values() if atom[0] == "independent_of"]
        compared = self.lemmas.add("scaled_", SCALED, SCALED_PROOF)
        lemmas = [line for scale in self.scales() for line in self.scale_lemmas(scale, compared)]
        hypotheses = [self.statement(fact.polynomial, fact.relation, True) for fact in given]
        theorem = [
            f"Theorem {name} : forall {' '.join(self.parameters)} : R, "
            f"{' -> '.join([*hypotheses, self.formula(self.question.claim)])}.",
            "Proof.",
            f"  intros {' '.join([*self.parameters, *self.given.values()])}.",
            *(f"  {line}" for scale in self.scales() for line in self.independent(scale)),
            "  tauto.",
            "Qed.",
        ]
        head = ["Section Game.", f"Variables {' '.join(self.parameters)} : R."]
        return "\n".join([*head, "", *definitions, "End Game.", "", *meanings, "", *lemmas, "", *theorem, ""])

    def there(self, name: str) -> tuple[list[str], str]:
        """The parameters with another value of this one, and the name of that value."""
        place = self.space.parameters.index(name)
        other = f"{self.parameters[place]}_other"
        return [other if k == place else p for k, p in enumerate(self.parameters)], other

    def scale_lemmas(self, name: str, compared: str) -> list[str]:
        """Best replies and the structure at one value are those at another."""
        here, (there, other) = self.parameters, self.there(name)
        scale = self.parameters[self.space.parameters.index(name)]
        mark = self.space.parameters.index(name) + 1
        start = f"forall {' '.join([*here, other])} : R, 0 < {scale} -> 0 < {other} ->"
        intros = f"intros {' '.join([*here, other])} Z0 Z1"
        call = f"{' '.join([*here, other])} Z0 Z1"
        inside = [f"U_{i}_{t}" for i in self.every_a for t in self.every_m]
        inside += [f"P_{t}_{i}_{y}" for t in self.every_m for i in self.every_a for y in self.every_y]
        inside += [f"G_{i}_{y}" for i in self.every_a for y in self.every_y]
        lines = []

        def at(word: str, parameters: Sequence[str], rest: str) -> str:
            return f"{word} {' '.join(parameters)} {rest}"

        for i in self.every_a:
            for o in self.others(i, self.count_a):
                low, high = (at(f"value_{k}", here, self.m) for k in (o, i))
                low_there, high_there = (at(f"value_{k}", there, self.m) for k in (o, i))
                lines += [
                    f"Lemma order_{mark}_{i}_{o} : {start} forall {self.m} : R, "
                    f"{low} <= {high} -> {low_there} <= {high_there}.",
                    f"Proof. {intros} {self.m}. apply ({compared} {scale} {other} _ _ _ _ Z0 Z1).",
                    f"  unfold value_{i}, value_{o}, {', '.join(inside)}. first [ring | lra]. Qed.",
                ]
        lines += self._replies_scaled(mark, start, intros, call, here, there)
        return lines + self._supports_scaled(mark, start, intros, call, here, there)

    def _replies_scaled(
        self, mark: int, start: str, intros: str, call: str, here: Sequence[str], there: Sequence[str]
    ) -> list[str]:
        """``plays`` and ``reply_j`` at another value."""
        lines = []
        parts = [f"V{i}" for i in self.every_a]
        each = []
        for i in self.every_a:
            orders = [f"order_{mark}_{i}_{o}" for o in self.others(i, self.count_a)]
            each.append(["intro Y.", f"specialize (V{i} Y).", *self._orders(f"V{i}", orders, call)])
        lines += [
            f"Lemma plays_{mark} : {start} forall {self.s} {self.m} : R, "
            f"plays {' '.join(here)} {self.s} {self.m} -> plays {' '.join(there)} {self.s} {self.m}.",
            f"Proof. {intros} {self.s} {self.m}. unfold plays.",
            f"  intros ({' & '.join(parts if len(parts) > 1 else [*parts, '_'])}).",
            *(f"  {line}" for line in self.each(each)),
            "Qed.",
        ]
        sets = " ".join(f"B{i}" for i in self.every_a)
        strategy, belief = " & ".join(self.strategy), " & ".join(self.belief)
        for j in self.every_a:
            orders = [f"order_{mark}_{j}_{o}" for o in self.others(j, self.count_a)]
            lines += [
                f"Lemma same_reply_{mark}_{j} : {start} forall {sets} : Prop, "
                f"reply_{j} {' '.join(here)} {sets} -> reply_{j} {' '.join(there)} {sets}.",
                f"Proof. {intros} {sets} ({strategy} & S & IN & {belief} & M & F & V).",
                f"  exists {', '.join(self.strategy)}. split; [exact S | split; [exact IN|]].",
                f"  exists {', '.join(self.belief)}. split; [exact M | split; [exact F|]].",
                *(f"  {line}" for line in self._orders("V", orders, call)),
                "Qed.",
            ]
        return lines

    def _orders(self, known: str, orders: Sequence[str], call: str) -> list[str]:
        """The conjunction of comparisons there, from the conjunction of those here."""
        names = [f"{known}_{k}" for k in range(len(orders))]
        pattern = " & ".join(names if len(names) > 1 else [*names, "_"])
        steps = [[f"exact ({order} {call} _ {'_ ' * (self.count_m - 1)}{name})."]
                 for order, name in zip(orders, names, strict=True)]  # fmt: skip
        return [*([f"destruct {known} as ({pattern})."] if names else []), *self.each(steps)]

    def _supports_scaled(
        self, mark: int, start: str, intros: str, call: str, here: Sequence[str], there: Sequence[str]
    ) -> list[str]:
        """Equilibria with given supports at another value."""
        lines = []
        strategy, belief = " & ".join(self.strategy), " & ".join(self.belief)
        blanks = " _" * (self.count_a + self.count_m)
        for pair in self.pairs():
            held = self.held_name(*pair)
            lines += [
                f"Lemma same_{held}_{mark} : {start} {held} {' '.join(here)} -> {held} {' '.join(there)}.",
                f"Proof. {intros} ({strategy} & S & C & {belief} & M & F & V & D).",
                f"  exists {', '.join(self.strategy)}. split; [exact S | split; [exact C|]].",
                f"  exists {', '.join(self.belief)}. split; [exact M | split; [exact F|]].",
                f"  split; [exact (plays_{mark} {call}{blanks} V) | exact D].",
                "Qed.",
            ]
        return lines

    def independent(self, name: str) -> list[str]:
        """The tactics that show independence of a scale."""
        mark = self.space.parameters.index(name) + 1
        there, other = self.there(name)
        scale = self.parameters[mark - 1]
        label = self.label(["independent_of", name])
        granted = [self.fresh("G") for _ in self.given]
        forth = f"{' '.join([*self.parameters, other])} Z0 Z1"
        back = f"{' '.join([*there, scale])} Z1 Z0"
        steps = []
        for proposition, sets in self.structure_names():
            lemma = f"same_{proposition}_{mark}"
            if sets:
                lemma = f"same_reply_{mark}_{proposition.removeprefix('reply_')}"
            given = "".join(f" {indicator}" for indicator in sets)
            steps.append([f"split; [exact ({lemma} {forth}{given}) | exact ({lemma} {back}{given})]."])
        return [
            f"assert ({self.fresh('I')} : {label} {' '.join(self.parameters)}).",
            *block(
                [
                    f"unfold {label}. intros {' '.join([other, *granted])}.",
                    f"assert (Z0 : 0 < {scale}) by lra. assert (Z1 : 0 < {other}) by lra.",
                    *self.each(steps),
                ]
            ),
        ]
