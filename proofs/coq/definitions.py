"""A game as Coq definitions: truth, models, payoffs, K, U, Berk-Nash equilibrium, best replies to sets.

Over real parameters the file defines ``BNE s1 ... sn`` (s is a distribution, and some belief m on best fits to s makes
every action of s optimal) and ``reply_j B1 ... Bn`` (j is a best reply to a belief on the best fits of some mixture of
the actions in B: j is in Gamma(B)). A model that rules out what can happen after an action has an infinite divergence
there: it fits only strategies that do not use the action.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..search.prover import Question
from ..search.spaces import SettingReader
from .facts import FactWriter, Lemmas, polynomial_coq


class Definitions(FactWriter):
    """Names and definitions of a game; actions, models and outcomes are numbered from 1."""

    uniform = False  # whether every definition takes every parameter, used or not

    def __init__(self, question: Question, lemmas: Lemmas | None = None) -> None:
        super().__init__(question.setting.space, lemmas)
        self.question = question
        assert question.game is not None
        self.game = question.game
        self.actions, self.models = list(question.actions), list(question.models)
        self.count_a, self.count_m = len(self.actions), len(self.models)
        self.every_a, self.every_m = range(1, self.count_a + 1), range(1, self.count_m + 1)
        self.every_y = range(1, len(self.game["outcomes"]) + 1)
        self.reader = SettingReader(question.setting)
        self.strategy = [f"s{i}" for i in self.every_a]
        self.belief = [f"m{t}" for t in self.every_m]
        self.s, self.m = " ".join(self.strategy), " ".join(self.belief)

    def definition(self, head: str, body: str) -> str:
        """``Definition head := body.``"""
        using = f'#[using="{" ".join(self.parameters)}"] ' if self.uniform and self.parameters else ""
        return f"{using}Definition {head} := {body}."

    def rational(self, text: str) -> str:
        """An entry of the game as a Coq real."""
        top, bottom = self.reader.difference(text, "0")
        if bottom.is_constant():
            return polynomial_coq(top / bottom.leading_coefficient(), self.outer)
        return f"({polynomial_coq(top, self.outer)}) / ({polynomial_coq(bottom, self.outer)})"

    def entry(self, table: str, first: str, second: str, outcome: int) -> str:
        """An entry of the game's truth, payoff or predictions."""
        row = self.game[table][first] if not second else self.game[table][first][second]
        return self.rational(row[self.game["outcomes"][outcome - 1]])

    def happens(self, i: int) -> list[int]:
        """The outcomes that can happen after an action: those whose probability is not written as 0."""
        return [y for y in self.every_y if self.entry("truth", self.actions[i - 1], "", y) != "0"]

    def allowed(self, t: int, i: int) -> list[int]:
        """Those of them that a model does not rule out."""
        return [y for y in self.happens(i) if self.entry("predicts", self.models[t - 1], self.actions[i - 1], y) != "0"]

    def finite(self, t: int, i: int) -> bool:
        """Whether the divergence of a model at an action is finite."""
        return self.question.finite(self.models[t - 1], self.actions[i - 1])

    def surprised(self, t: int) -> list[int]:
        """The actions at which a model has infinite divergence."""
        return [i for i in self.every_a if not self.finite(t, i)]

    def tables(self) -> list[str]:
        """Truth Q, predictions P, payoffs G, and the tables K and U made from them."""
        lines = []
        for i, action in enumerate(self.actions, 1):
            for y in self.every_y:
                lines.append(self.definition(f"Q_{i}_{y} : R", self.entry("truth", action, "", y)))
                lines.append(self.definition(f"G_{i}_{y} : R", self.entry("payoff", action, "", y)))
        for t, model in enumerate(self.models, 1):
            for i, action in enumerate(self.actions, 1):
                entries = [self.entry("predicts", model, action, y) for y in self.every_y]
                lines += [self.definition(f"P_{t}_{i}_{y} : R", entry) for y, entry in enumerate(entries, 1)]
        for t in self.every_m:
            for i in self.every_a:
                terms = " + ".join(f"Q_{i}_{y} * ln P_{t}_{i}_{y}" for y in self.allowed(t, i)) or "0"
                lines.append(self.definition(f"K_{t}_{i} : R", f"- ({terms})"))
                gains = " + ".join(f"P_{t}_{i}_{y} * G_{i}_{y}" for y in self.every_y)
                lines.append(self.definition(f"U_{i}_{t} : R", gains))
        for t in self.every_m:
            for i in self.surprised(t):
                possible = self.conjunction(f"(0 < Q_{i}_{y} -> 0 < P_{t}_{i}_{y})" for y in self.every_y)
                lines.append(self.definition(f"possible_{t}_{i} : Prop", possible))
        names = [f"action {i} is {a}" for i, a in enumerate(self.actions, 1)]
        names += [f"model {t} is {m}" for t, m in enumerate(self.models, 1)]
        return ["(* " + "; ".join(names).replace("*)", "* )").replace("(*", "( *").replace('"', "'") + " *)", *lines]

    def notions(self) -> list[str]:
        """Fit of models, value of actions, equilibrium, best replies to sets."""
        s, m, lines = self.s, self.m, []
        for t in self.every_m:
            total = " + ".join(f"s{i} * K_{t}_{i}" for i in self.every_a)
            lines.append(self.definition(f"fit_{t} ({s} : R) : R", total))
            if self.surprised(t):
                unused = self.conjunction(f"(0 < s{i} -> possible_{t}_{i})" for i in self.surprised(t))
                lines.append(self.definition(f"finite_{t} ({s} : R) : Prop", unused))
        for i in self.every_a:
            total = " + ".join(f"m{t} * U_{i}_{t}" for t in self.every_m)
            lines.append(self.definition(f"value_{i} ({m} : R) : R", total))
        plays = self.conjunction(f"(0 < s{i} -> {self.best(i)})" for i in self.every_a)
        lines += [
            self.definition(f"strategy ({s} : R) : Prop", self.distribution(self.strategy)),
            self.definition(f"belief ({m} : R) : Prop", self.distribution(self.belief)),
            self.definition(f"fits ({s} {m} : R) : Prop", self.conjunction(map(self.fits_best, self.every_m))),
            self.definition(f"plays ({s} {m} : R) : Prop", plays),
            self.definition(
                f"BNE ({s} : R) : Prop",
                f"strategy {s} /\\ exists {m} : R, belief {m} /\\ fits {s} {m} /\\ plays {s} {m}",
            ),
        ]
        sets = " ".join(f"B{i}" for i in self.every_a)
        inside = self.conjunction(f"(B{i} \\/ s{i} = 0)" for i in self.every_a)
        for j in self.every_a:
            body = (
                f"exists {s} : R, strategy {s} /\\ ({inside}) /\\ "
                f"exists {m} : R, belief {m} /\\ fits {s} {m} /\\ {self.best(j)}"
            )
            lines.append(self.definition(f"reply_{j} ({sets} : Prop) : Prop", body))
        return lines

    def graph(self) -> list[str]:
        """The transition graph, where a claim speaks of paths in it."""
        arms = " ".join(f"| {a}%nat, {b}%nat => {self.reply(b, [a])}" for a in self.every_a for b in self.every_a)
        return [
            self.definition("edge (a b : nat) : Prop", f"match a, b with {arms} | _, _ => False end"),
            "Inductive reach (a b : nat) : Prop :=",
            "  | reach_one : edge a b -> reach a b",
            "  | reach_more : forall c, edge a c -> reach c b -> reach a b.",
        ]

    def fits_best(self, t: int) -> str:
        """A model that the belief holds possible has finite divergence, and none has a smaller one."""
        parts = [
            f"(finite_{o} {self.s} -> fit_{t} {self.s} <= fit_{o} {self.s})"
            if self.surprised(o)
            else f"fit_{t} {self.s} <= fit_{o} {self.s}"
            for o in self.others(t, self.count_m)
        ]
        finite = [f"finite_{t} {self.s}"] if self.surprised(t) else []
        return f"(0 < m{t} -> {self.conjunction([*finite, *parts])})"

    def others(self, one: int, count: int) -> list[int]:
        return [k for k in range(1, count + 1) if k != one]

    def best(self, i: int) -> str:
        """The action has the largest value under the belief."""
        return self.conjunction(f"value_{o} {self.m} <= value_{i} {self.m}" for o in self.others(i, self.count_a))

    def carried_by(self, chosen: Sequence[int]) -> str:
        """The strategy has exactly this support."""
        return self.conjunction(f"0 < s{i}" if i in chosen else f"s{i} = 0" for i in self.every_a)

    def reply(self, j: int, inside: Sequence[int]) -> str:
        """The action is in Gamma of these actions."""
        return f"reply_{j} {' '.join('True' if i in inside else 'False' for i in self.every_a)}"

    @staticmethod
    def conjunction(parts: Iterable[str]) -> str:
        listed = list(parts)
        return "(" + " /\\ ".join([*listed, "True"] if len(listed) < 2 else listed) + ")"

    @staticmethod
    def distribution(names: Sequence[str]) -> str:
        return " /\\ ".join([*(f"0 <= {name}" for name in names), f"{' + '.join(names)} = 1"])
