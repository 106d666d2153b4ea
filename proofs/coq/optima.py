"""Witnesses: mixtures of vertices of K over actions and of U over beliefs, and the proof that they are optimal.

At a vertex the weights are ratios of minors. A lemma about the differences of a table's entries says that they are
positive, sum to one, make the tied rows equal and the others no better; it is applied to the game's own entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...symbolic.errors import NotSupportedError
from ..check import Names, Structure, Unsettled, Vertex, subsets, union
from .differences import Differences
from .entries import Entries
from .meanings import block


class Optima(Entries):
    """Tactics that name a strategy and a belief and show what they satisfy."""

    def names(self, places: Sequence[int]) -> Names:
        """The actions with these numbers."""
        return Names(self.actions[i - 1] for i in places)

    def equilibrium(self, chosen: Sequence[int], structure: Structure) -> list[str]:
        """There is an equilibrium with exactly this support."""
        names = self.names(chosen)
        for models in subsets(self.models):
            if self.known("K", names, models, structure) and self.known("U", models, names, structure):
                lines, strategy, tail = self.witness(names, models, names, structure)
                tail = f"split; [split; [unfold strategy; lra | {tail}] | repeat split; lra]."
                return [*lines, f"exists {strategy}.", f"unfold BNE; {tail}"]
        raise NotSupportedError("the structure has no witness of an equilibrium")

    @staticmethod
    def known(kind: str, support: Names, rows: Names, structure: Structure) -> bool:
        """Whether the signs settle that some weights on exactly this support make these rows optimal."""
        try:
            return structure.attains(kind, support, rows)
        except Unsettled:
            return False

    def is_reply(self, j: int, inside: Sequence[int], structure: Structure) -> list[str]:
        """An action is in Gamma of these actions."""
        wanted = self.names([j])
        for support in subsets(self.names(inside)):
            for models in subsets(self.models):
                if self.known("U", models, wanted, structure) and self.known("K", support, models, structure):
                    lines, strategy, tail = self.witness(support, models, wanted, structure)
                    where = "repeat split; first [left; exact I | right; lra]"
                    if self.count_a < 2:
                        where = "split; [left; exact I | exact I]"
                    return [
                        *lines,
                        f"exists {strategy}.",
                        f"split; [unfold strategy; lra | split; [{where} | {tail}]].",
                    ]
        raise NotSupportedError("the structure has no witness of a best reply")

    def witness(self, support: Names, models: Names, wanted: Names, structure: Structure) -> tuple[list[str], str, str]:
        """Strategy and belief with these supports that make the models fit best and the wanted actions optimal.

        Returns the tactics that find them, the strategy, and the tactic for belief, fit and optimality.
        """
        lines: list[str] = []
        rows = [t for t in self.models if all(structure.finite(t, a) for a in support)]
        fits = covering([v for v in structure.vertices("K", support) if models <= v[1]], support)
        beliefs = covering([v for v in structure.vertices("U", models) if wanted <= v[1]], models)
        s = self.mean("K", fits, self.actions, rows, structure, lines)
        m = self.mean("U", beliefs, self.models, self.actions, structure, lines)
        unfold = [f"fit_{t}" for t in self.every_m] + [f"value_{i}" for i in self.every_a]
        unfold += [f"finite_{t}" for t in self.every_m if self.surprised(t)]
        tail = f"exists {', '.join(m)}; unfold belief, fits, plays, {', '.join(unfold)}; repeat split; "
        tail += f"try (intro; repeat split); {self.closing()}"
        return lines, ", ".join(s), tail

    def closing(self) -> str:
        """Arithmetic; or a model that had to be finite where it is not."""
        infinite = [(t, i) for t in self.every_m for i in self.surprised(t)]
        if not infinite:
            return "lra"
        refused = [
            f"match goal with X : 0 < ?w -> possible_{t}_{i} |- _ => apply impossible_{t}_{i}; apply X; lra end"
            for t, i in infinite
        ]
        opened = "repeat match goal with X : _ /\\ _ |- _ => destruct X end"
        return f"first [lra | intros; {opened}; first [lra | exfalso; first [lra | {' | '.join(refused)}]]]"

    def mean(
        self,
        kind: str,
        vertices: Sequence[Vertex],
        order: Sequence[str],
        rows: Sequence[str],
        structure: Structure,
        lines: list[str],
    ) -> list[str]:
        """The weights of the mean of the vertices, after their lemmas are used in the lines."""
        sums: dict[str, list[str]] = {name: [] for name in order}
        letter = "s" if kind == "K" else "m"
        for place, (support, ties) in enumerate(vertices):
            columns = sorted(support, key=order.index)
            lemma = self.vertex_lemma(kind, columns, ties, rows, structure)
            names = [f"{letter}{order.index(name) + 1}_{place}" for name in columns]
            opened = f"destruct {lemma} as ({' & '.join(names)} & {letter.upper()}X{place})"
            lines.append(f"{opened}; [{self.rewriting(kind)}..|].")
            for name, weight in zip(columns, names, strict=True):
                sums[name].append(weight)
        share = "" if len(vertices) == 1 else f" / {len(vertices)}"
        return [f"(({' + '.join(weights)}){share})" if weights else "0" for weights in sums.values()]

    def rewriting(self, kind: str) -> str:
        """The tactic that shows a sign of a minor from facts about the generators."""
        names = ", ".join(f"?{name}_form" for name in self.forms if name[0] == kind)
        return f"rewrite {names}; lra "

    def vertex_lemma(
        self, kind: str, columns: Sequence[str], ties: Names, rows: Sequence[str], structure: Structure
    ) -> str:
        """A lemma: from the signs of minors, weights on these columns at which the tied rows tie and others are worse.

        Returns its application to the game's entries, with the hypotheses left as goals.
        """
        tied = [row for row in rows if row in ties]
        basis = self.basis(kind, columns, tied, rows, structure)
        base = basis[0]
        ideal = Differences(kind, columns, base, rows, self)
        size = len(columns)
        weights = []
        for place in range(size):
            rest = (*columns[:place], *columns[place + 1 :])
            sign = structure.sign(kind, rest, basis) if size > 1 else 1
            weights.append(ideal.minor(rest, basis) * sign)
        hypotheses = [f"0 < {ideal.text(weight)}" for weight in weights if not weight.is_constant()]
        conditions = []
        for row in rows:
            if row == base:
                continue
            gap = ideal.weighted(weights, row)
            if row in tied:
                if not gap.is_zero():
                    hypotheses.append(f"{ideal.text(gap)} = 0")
                conditions.append(("=", row))
            else:
                hypotheses.append(f"{'0 <' if kind == 'K' else '0 >'} {ideal.text(gap)}")
                conditions.append(("<=" if kind == "K" else ">=", row))
        letters = ideal.weights
        texts = [f"({ideal.text(weight)})" for weight in weights]
        total = " + ".join(texts)
        claims = [f"0 < {x}" for x in letters] + [f"{' + '.join(letters)} = 1"]
        sums = {
            row: " + ".join(f"{x} * {ideal.entry(row, c)}" for x, c in zip(letters, columns, strict=True))
            for _, row in conditions
        }
        claims += [
            f"{'0' if sign != '=' else sums[row]} {sign} {sums[row] if sign != '=' else '0'}"
            for sign, row in conditions
        ]
        binder = f"forall {' '.join(ideal.names)} : R, " if ideal.names else ""
        variables, conclusion = " ".join(letters), " /\\ ".join(claims)
        statement = binder + " -> ".join([*hypotheses, f"exists {variables} : R, {conclusion}"])
        lines = [
            f"  intros {' '.join([*ideal.names, *(f'H{i}' for i in range(len(hypotheses)))])}."
            if ideal.names or hypotheses
            else "  idtac.",
            f"  assert (D : 0 < {total}) by lra.",
            f"  assert (Z : {total} <> 0) by (apply Rgt_not_eq; exact D).",
            f"  exists {', '.join(f'({text} / ({total}))' for text in texts)}.",
        ]
        shares = [f"{text} / ({total})" for text in texts]
        steps = [["apply Rdiv_lt_0_compat; lra."]] * size + [["field; exact Z."]]
        for relation, row in conditions:
            mixed = " + ".join(f"{share} * {ideal.entry(row, c)}" for share, c in zip(shares, columns, strict=True))
            whole = ideal.text(ideal.weighted(weights, row))
            step = [f"replace ({mixed}) with (({whole}) / ({total})) by (field; exact Z)."]
            if relation == "=":
                step.append(f"replace ({whole}) with 0 by lra. unfold Rdiv. ring.")
            elif relation == "<=":
                step.append("apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; exact D].")
            else:
                step.append(
                    f"replace (({whole}) / ({total})) with (- ((- ({whole})) / ({total}))) by (field; exact Z)."
                )
                step.append(
                    f"assert (W : 0 <= (- ({whole})) / ({total})) "
                    "by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; exact D]). lra."
                )
            steps.append(step)
        for place, step in enumerate(steps):
            if place < len(steps) - 1:
                lines.append("  split.")
            lines += [f"  {line}" for line in block(step)]
        label = self.lemmas.add("vertex_", statement, lines)
        return f"({' '.join([label, *ideal.actual()])})"

    def basis(
        self, kind: str, columns: Sequence[str], tied: Sequence[str], rows: Sequence[str], structure: Structure
    ) -> tuple[str, ...]:
        """Rows that fix the weights: all cofactors have one strict sign."""
        for basis in combinations(tied, len(columns)):
            if structure.ties(kind, tuple(columns), basis, rows):
                return basis
        raise NotSupportedError("no basis of a vertex was found")


def covering(vertices: Sequence[Vertex], wanted: Names) -> list[Vertex]:
    """One vertex whose support is the wanted set, or all of them: together they cover it."""
    exact = [vertex for vertex in vertices if vertex[0] == wanted]
    assert exact or union(part for part, _ in vertices) == wanted
    return exact[:1] or list(vertices)
