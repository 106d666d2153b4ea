"""K and U as polynomials in parameters and logarithms: lemmas ``K_t_a_form``, ``U_a_t_form`` of a Coq file.

The logarithm of a prediction is split into the logarithms of the generators that the proof speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...symbolic.errors import NotSupportedError
from ..search.facts import Polynomial
from ..search.prover import Question
from .facts import Lemmas, polynomial_coq
from .meanings import Meanings


class Entries(Meanings):
    """Lemmas about single entries of K and U."""

    def __init__(self, question: Question, lemmas: Lemmas | None = None) -> None:
        super().__init__(question, lemmas)
        self.forms: dict[str, Polynomial] = {}

    def entries(self, positive: Sequence[str]) -> list[str]:
        """Lemmas ``K_t_a = form``, ``U_a_t = form``; `positive` are tactics for what is positive on the domain."""
        lines = []
        cells = [(t, i, y) for t in self.every_m for i in self.every_a for y in self.every_y]
        unfold_p = ", ".join(f"P_{t}_{i}_{y}" for t, i, y in cells)
        unfold_q = ", ".join(f"{letter}_{i}_{y}" for letter in "QG" for i in self.every_a for y in self.every_y)
        for t, model in enumerate(self.models, 1):
            for i, action in enumerate(self.actions, 1):
                divergence, value = self.exact_entries(model, action)
                self.forms[f"U_{i}_{t}"] = value
                lines += [
                    f"Lemma U_{i}_{t}_form : U_{i}_{t} = {polynomial_coq(value, self.outer)}.",
                    f"Proof. unfold U_{i}_{t}, {unfold_p}, {unfold_q}. lra. Qed.",
                ]
                if not self.finite(t, i):
                    lines += self.impossible(t, i, positive)
                    continue
                self.forms[f"K_{t}_{i}"] = divergence
                lines += [
                    f"Lemma K_{t}_{i}_form : K_{t}_{i} = {polynomial_coq(divergence, self.outer)}.",
                    "Proof.",
                    *(f"  {line}" for line in positive),
                    f"  unfold K_{t}_{i}.",
                    *(f"  {line}" for line in self.split_logs(model, action)),
                    f"  unfold {unfold_q}. lra.",
                    "Qed.",
                ]
        return lines

    def impossible(self, t: int, i: int, positive: Sequence[str]) -> list[str]:
        """The lemma that the model rules out an outcome that happens after the action."""
        ruled_out = [y for y in self.happens(i) if y not in self.allowed(t, i)]
        names = [f"X{y}" for y in self.every_y]
        pattern = " & ".join(names if len(names) > 1 else [*names, "_"])
        tries = " | ".join(
            f"unfold Q_{i}_{y}, P_{t}_{i}_{y} in X{y}; assert (0 < 0) by (apply X{y}; lra); lra" for y in ruled_out
        )
        return [
            f"Lemma impossible_{t}_{i} : ~ possible_{t}_{i}.",
            "Proof.",
            *(f"  {line}" for line in positive),
            f"  intros ({pattern}). first [{tries}].",
            "Qed.",
        ]

    def exact_entries(self, model: str, action: str) -> tuple[Polynomial, Polynomial]:
        """K and U of this model and action as polynomials in parameters and logarithms."""
        kernel = self.reader.kernel
        divergence, value = self.space.context.constant(0), self.space.context.constant(0)
        for outcome in self.game["outcomes"]:
            predicted = kernel.reader.read(self.game["predicts"][model][action][outcome])
            truth = self.exact(self.game["truth"][action][outcome])
            if predicted.top and not truth.is_zero():
                divergence -= truth * self.reader.polynomial(kernel.log_of(predicted))
            chance = self.exact(self.game["predicts"][model][action][outcome])
            value += chance * self.exact(self.game["payoff"][action][outcome])
        return divergence, value

    def exact(self, text: str) -> Polynomial:
        top, bottom = self.reader.difference(text, "0")
        if not bottom.is_constant():
            raise NotSupportedError("Coq files do not cover games with parameters in denominators yet")
        return top / bottom.leading_coefficient()

    def split_logs(self, model: str, action: str) -> list[str]:
        """Rewrite each ``ln P`` of a row as a sum of logarithms of generators."""
        t, i = self.models.index(model) + 1, self.actions.index(action) + 1
        lines = []
        for y in self.allowed(t, i):
            outcome = self.game["outcomes"][y - 1]
            predicted = self.reader.kernel.reader.read(self.game["predicts"][model][action][outcome])
            form = self.reader.polynomial(self.reader.kernel.log_of(predicted))
            width = len(self.space.parameters)
            powers = []
            for exponents, value in form.to_dict().items():
                powers.append((self.space.logs[next(k for k, e in enumerate(exponents) if e) - width], int(value.p)))
            over, under, _, _ = self._sides(powers)
            target = polynomial_coq(form, self.outer)
            lines += [
                f"assert (L{y} : ln P_{t}_{i}_{y} = {target}).",
                f"{{ assert (O1 : 0 < {over}) by positive. assert (O2 : 0 < {under}) by positive.",
                f"  replace P_{t}_{i}_{y} with (({over}) * / ({under}))",
                f"    by (unfold P_{t}_{i}_{y}; field; repeat split; apply Rgt_not_eq; positive).",
                "  rewrite ln_mult, ln_Rinv by (first [positive | apply Rinv_0_lt_compat; positive]).",
                "  split_log. }",
                f"rewrite L{y}.",
            ]
        return lines
