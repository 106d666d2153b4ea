"""Exclusions: no strategy and no belief with given supports satisfy the definition.

Each support of strategy and belief is looked at: either no positive weights on the actions make these models fit best,
or no positive weights on the models make these actions optimal. That is a lemma about the differences of a table's
entries, found by the same search as every other fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from ...symbolic.errors import NotSupportedError
from ..check import Names, Structure, Unsettled
from ..search.facts import GIVEN, Combined, Fact, Polynomial, Space
from ..search.reasoning import with_facts
from ..search.sign_facts import Constraint, Effort, refute
from .differences import Differences
from .facts import FactWriter
from .meanings import block
from .optima import Optima


class Exclusions(Optima):
    """Tactics that close goals in which a strategy and a belief are given that cannot be."""

    def only(self, allowed: list[int], structure: Structure, wanted: list[int] | None) -> list[str]:
        """Every equilibrium X has the allowed support (with `wanted`: none has that support)."""
        lines = [
            f"destruct X as (({self.opened('S', self.every_a)} & SS) & {' & '.join(self.belief)} & "
            f"({self.opened('M', self.every_m)} & MS) & F & V).",
            "unfold plays in V.",
            f"destruct V as ({self.opened('V', self.every_a, True)}).",
        ]

        def close(actions: list[int], models: list[int]) -> list[str]:
            if not actions or not models:
                return ["exfalso. lra."]
            if actions == allowed:
                return ["repeat split; lra."]
            if wanted is not None and actions != wanted:
                return ["exfalso. lra."]
            return ["exfalso.", *self.exclude(actions, models, actions, structure, True)]

        return [*lines, *self.open_fits(), *self.cases(close)]

    def no_reply(self, j: int, inside: Sequence[int], structure: Structure) -> list[str]:
        """An action is not in Gamma of these actions."""
        lines = [
            f"intros ({' & '.join(self.strategy)} & ({self.opened('S', self.every_a)} & SS) & IN & "
            f"{' & '.join(self.belief)} & ({self.opened('M', self.every_m)} & MS) & F & V{j}).",
            f"destruct IN as ({self.opened('J', self.every_a, True)}).",
        ]
        lines += [
            f"assert (s{i} = 0) by (destruct J{i}; [contradiction | assumption])."
            for i in self.every_a
            if i not in inside
        ]

        def close(actions: list[int], models: list[int]) -> list[str]:
            if not actions or any(i not in inside for i in actions):
                return ["lra."]
            return self.exclude(actions, models, [j], structure, False)

        def by_belief(models: list[int]) -> list[str] | None:
            return ["lra."] if not models else self.no_belief(models, [j], structure, False)

        return [*lines, *self.open_fits(), *self.cases(close, by_belief)]

    @staticmethod
    def opened(letter: str, places: Iterable[int], conjunction: bool = False) -> str:
        """The pattern that names parts; a conjunction of one has a second part."""
        names = [f"{letter}{place}" for place in places]
        return " & ".join([*names, "_"] if conjunction and len(names) < 2 else names)

    def open_fits(self) -> list[str]:
        """Name what is known of each model's fit."""
        return ["unfold fits in F.", f"destruct F as ({self.opened('F', self.every_m, True)})."]

    def cases(
        self,
        close: Callable[[list[int], list[int]], list[str]],
        by_belief: Callable[[list[int]], list[str] | None] = lambda models: None,
    ) -> list[str]:
        """All supports of belief and strategy: each weight is zero or positive.

        Parameters: tactics for both supports; tactics for a support of the belief alone, where that is enough.
        """
        weights = [("m", t, self.count_a + t - 1) for t in self.every_m] + [("s", i, i - 1) for i in self.every_a]

        def branch(place: int, models: list[int], actions: list[int]) -> list[str]:
            if place == self.count_m and (short := by_belief(models)) is not None:
                return short
            if place == len(weights):
                return close(actions, models)
            letter, index, number = weights[place]
            bound = f"{letter.upper()}{index}"
            lines = [f"destruct (Rle_lt_or_eq_dec 0 {letter}{index} {bound}) as [Y{number}|Y{number}]."]
            more = ([*models, index], actions) if letter == "m" else (models, [*actions, index])
            return [*lines, *block(branch(place + 1, *more)), *block(branch(place + 1, models, actions))]

        return branch(0, [], [])

    def exclude(
        self, actions: list[int], models: list[int], played: list[int], structure: Structure, guarded: bool
    ) -> list[str]:
        """Either no belief on these models makes the actions played best, or no strategy has the other support."""
        by_belief = self.no_belief(models, played, structure, guarded)
        found = by_belief if by_belief is not None else self.no_strategy(actions, models, structure)
        if found is None:
            raise NotSupportedError("Coq files do not cover the exclusion of one of the supports yet")
        return found

    def no_belief(
        self, models: list[int], played: list[int], structure: Structure, guarded: bool
    ) -> list[str] | None:
        """No belief on exactly these models makes the actions best; None where that is false or not known."""
        beliefs, wanted = [self.models[t - 1] for t in models], [self.actions[i - 1] for i in played]
        try:
            if structure.attains("U", Names(beliefs), Names(wanted)):
                return None
        except Unsettled:
            return None
        reply = self.no_vertex("U", beliefs, wanted, self.actions, structure)
        if reply is None:
            return None
        lines = [f"try subst m{t}." for t in self.every_m if t not in models]
        if guarded:
            lines += [f"specialize (V{i} Y{i - 1})." for i in played]
        lines.append(f"unfold {', '.join(f'value_{i}' for i in self.every_a)} in *.")
        return [*lines, *self.apply_exclusion(reply, "U")]

    def no_strategy(self, actions: list[int], models: list[int], structure: Structure) -> list[str] | None:
        """No strategy with exactly this support makes all these models best; None where that is false or not known."""
        names, beliefs = [self.actions[i - 1] for i in actions], [self.models[t - 1] for t in models]
        lines = [f"try subst s{i}." for i in self.every_a if i not in actions]
        lines += [f"try subst m{t}." for t in self.every_m if t not in models]
        lines += [f"specialize (F{t} Y{self.count_a + t - 1})." for t in models]
        for t in models:
            for i in [i for i in self.surprised(t) if i in actions]:
                steps = [f"destruct F{t} as (FX & _).", f"unfold finite_{t} in FX."]
                return [*lines, *steps, f"exfalso. apply impossible_{t}_{i}. tauto."]
        try:
            if structure.attains("K", Names(names), Names(beliefs)):
                return None
        except Unsettled:
            return None
        rows = [t for t in self.models if all(structure.finite(t, a) for a in names)]
        fit = self.no_vertex("K", names, beliefs, rows, structure)
        if fit is None:
            return None
        for t in models:
            lines += self.comparisons(t, actions)
        lines.append(f"unfold {', '.join(f'fit_{t}' for t in self.every_m)} in *.")
        return [*lines, *self.apply_exclusion(fit, "K")]

    def comparisons(self, t: int, actions: list[int]) -> list[str]:
        """The inequalities between the divergence of a model and those that are finite on the support."""
        others = self.others(t, self.count_m)
        if not any(self.surprised(o) for o in self.every_m):
            return []
        names = [f"F{t}_{o}" for o in others]
        first = [f"F{t}_0"] if self.surprised(t) else []
        whole = [*first, *names] if len([*first, *names]) > 1 else [*first, *names, "_"]
        lines = [f"destruct F{t} as ({' & '.join(whole)})."]
        for o in others:
            if self.surprised(o) and all(self.finite(o, i) for i in actions):
                finite = f"unfold finite_{o}; repeat split; intro; exfalso; lra"
                lines.append(f"specialize (F{t}_{o} ltac:({finite})).")
        return lines

    def apply_exclusion(self, application: str, kind: str) -> list[str]:
        names = ", ".join(f"?{name}_form" for name in self.forms if name[0] == kind)
        return [f"apply {application}; first [lra | rewrite {names}; lra]."]

    def no_vertex(
        self, kind: str, columns: list[str], tied: list[str], rows: list[str], structure: Structure
    ) -> str | None:
        """A lemma that no positive weights on the columns make these rows tie at the top; its application."""
        for base in tied:
            ideal = Differences(kind, columns, base, rows, self)
            constraints: list[tuple[Polynomial, str]] = []
            for row in rows:
                if row != base:
                    total = ideal.context.constant(0)
                    for column in columns:
                        total += ideal.weight(column) * ideal.variable(row, column)
                    relation = "==" if row in tied else ">="
                    constraints.append((total if kind == "K" or row in tied else -total, relation))
            for size in range(1, len(columns) + 1):
                for part in combinations(columns, size):
                    for chosen in combinations(rows, size + 1):
                        try:
                            sign = structure.sign(kind, part, chosen)
                        except Unsettled:
                            continue
                        minor = ideal.minor(part, chosen)
                        constraints.append((minor * sign, ">") if sign else (minor, "=="))
            # The search starts from the last constraint: one that mixes weights and entries.
            mixed, minors = constraints[: len(rows) - 1], constraints[len(rows) - 1 :]
            constraints = [*minors, *((ideal.weight(c), ">") for c in columns), *mixed]
            facts = [Fact(polynomial, relation, GIVEN) for polynomial, relation in constraints]
            listed = [Constraint(fact.polynomial, fact.relation) for fact in facts]
            for effort in (Effort(1, 400), Effort(3, 1500)):
                found = refute(listed, effort)
                if found is not None:
                    return self.written(ideal, with_facts(found, facts))
        return None

    def written(self, ideal: Differences, record: Combined) -> str:
        """Write the lemma of an exclusion and return its application."""
        inner = FactWriter(Space(tuple(ideal.all_names), (), (), ideal.context), self.lemmas)
        inner.parameters = inner.inner = inner.outer = list(ideal.all_names)
        call, used = inner.combination(record, None)
        arguments = call.split(" ")
        actual = dict(zip(ideal.all_names, [*ideal.weight_names, *ideal.actual()], strict=True))
        return "(" + " ".join([arguments[0], *(actual[name] for name in arguments[1:])]) + ")" if used else arguments[0]
