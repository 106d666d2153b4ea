"""Theorems about a game as Coq, stated by its definition: truth, models, payoffs, K, U, Berk-Nash equilibrium, Gamma.

The file defines, over real parameters, ``BNE s1 ... sn`` (s is a distribution, and some belief m on best fits to s
makes every action of s optimal) and ``reply_j B1 ... Bn`` (j is a best reply to a belief on the best fits of some
mixture of the actions in B: j is in Gamma(B)). Predicates of the claim are definitions in these terms. The proof
follows the certificate's case distinction; at its ends each support of s and m is either given by a witness (ratios of
minors) or excluded by a lemma, found like every other fact, about the signs of minors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, Structure, Unsettled, Vertex, truth_value
from ..search.facts import GIVEN, Combined, Fact, Polynomial, Space, context_of
from ..search.prover import Proved, Question
from ..search.reasoning import with_facts
from ..search.sign_facts import Constraint, Effort, refute
from ..search.spaces import SettingReader
from .facts import PRELUDE, FactWriter, identifier, polynomial_coq
from .files import relation_coq

Names = dict[Fact, str]
Sign = Any  # (kind, columns, rows) -> int


def game_file(question: Question, proved: Proved, name: str = "main") -> str:
    """The Coq file of a proved claim about a game; raises NotSupportedError where a step has no Coq form yet."""
    return f"{PRELUDE}{_GameWriter(question).file(proved, name)}"


def game_batch(theorems: Mapping[str, tuple[Question, Proved]]) -> str:
    """One Coq file with a module for each proved claim, by name; the prelude is loaded once."""
    parts = [PRELUDE]
    for name, (question, proved) in theorems.items():
        module = identifier(name)
        parts.append(f"Module {module}.\n{_GameWriter(question).file(proved, 'holds')}\nEnd {module}.\n")
    return "\n".join(parts)


class _GameWriter(FactWriter):
    def __init__(self, question: Question) -> None:
        super().__init__(question.setting.space)
        self.question = question
        assert question.game is not None
        self.game = question.game
        self.actions, self.models = list(question.actions), list(question.models)
        self.count_a, self.count_m = len(self.actions), len(self.models)
        if question.finite is not None and not all(question.finite(t, a) for t in self.models for a in self.actions):
            raise NotSupportedError("Coq files do not cover infinite divergences yet")
        self.reader = SettingReader(question.setting)
        self.strategy = [f"s{i + 1}" for i in range(self.count_a)]
        self.belief = [f"m{i + 1}" for i in range(self.count_m)]

    # The statement

    def file(self, proved: Proved, name: str) -> str:
        given = [*self.question.setting.domain, *self.question.assumptions]
        names: Names = {fact: self.fresh("H") for fact in given}
        head = ["Section Game."]
        if self.parameters:
            head.append(f"Variables {' '.join(self.parameters)} : R.")
        for fact, label in names.items():
            head.append(f"Hypothesis {label} : {self.statement(fact.polynomial, fact.relation, True)}.")
        positive = [self.introduce(fact, names) for fact in self.question.setting.positive]
        definitions = [*self.tables(), *self.notions()]
        atoms = _atoms(self.question.claim)
        predicates = {self.label(atom): atom for atom in atoms if atom[0] not in SIGNS_OF}
        definitions += [f"Definition {label} : Prop := {self.meaning(atom)}." for label, atom in predicates.items()]
        entries = self.entries(names, positive)
        body = [f"  {line}" for line in positive]
        body += self.script(proved.proof, names, self.at_end)
        theorem = [f"Theorem {name} : {self.formula(self.question.claim)}.", "Proof.", *body, "Qed."]
        lines = [*self.lemmas, *head, "", *definitions, "", *entries, "", *theorem, "End Game.", ""]
        return "\n".join(lines)

    def rational(self, text: str) -> str:
        """An entry of the game as a Coq real."""
        top, bottom = self.reader.difference(text, "0")
        if bottom.is_constant():
            return polynomial_coq(top / bottom.leading_coefficient(), self.outer)
        return f"({polynomial_coq(top, self.outer)}) / ({polynomial_coq(bottom, self.outer)})"

    def tables(self) -> list[str]:
        """Truth Q, predictions P, payoffs G, and the tables K and U made from them."""
        game, lines = self.game, []
        outcomes = game["outcomes"]
        for i, action in enumerate(self.actions, 1):
            for y, outcome in enumerate(outcomes, 1):
                lines.append(f"Definition Q_{i}_{y} : R := {self.rational(game['truth'][action][outcome])}.")
                lines.append(f"Definition G_{i}_{y} : R := {self.rational(game['payoff'][action][outcome])}.")
        for t, model in enumerate(self.models, 1):
            for i, action in enumerate(self.actions, 1):
                row = game["predicts"][model][action]
                for y, outcome in enumerate(outcomes, 1):
                    lines.append(f"Definition P_{t}_{i}_{y} : R := {self.rational(row[outcome])}.")
        for t in range(1, self.count_m + 1):
            for i, action in enumerate(self.actions, 1):
                happens = [
                    y for y, outcome in enumerate(outcomes, 1) if self.rational(game["truth"][action][outcome]) != "0"
                ]
                terms = " + ".join(f"Q_{i}_{y} * ln P_{t}_{i}_{y}" for y in happens)
                lines.append(f"Definition K_{t}_{i} : R := - ({terms}).")
                gains = " + ".join(f"P_{t}_{i}_{y} * G_{i}_{y}" for y in range(1, len(outcomes) + 1))
                lines.append(f"Definition U_{i}_{t} : R := {gains}.")
        names = [f"action {i} is {a}" for i, a in enumerate(self.actions, 1)]
        names += [f"model {t} is {m}" for t, m in enumerate(self.models, 1)]
        return ["(* " + "; ".join(names).replace("*)", "* )") + " *)", *lines]

    def notions(self) -> list[str]:
        """Fit of models, value of actions, equilibrium, best replies to sets."""
        s, m = " ".join(self.strategy), " ".join(self.belief)
        lines = []
        for t in range(1, self.count_m + 1):
            total = " + ".join(f"s{i} * K_{t}_{i}" for i in range(1, self.count_a + 1))
            lines.append(f"Definition fit_{t} ({s} : R) : R := {total}.")
        for i in range(1, self.count_a + 1):
            total = " + ".join(f"m{t} * U_{i}_{t}" for t in range(1, self.count_m + 1))
            lines.append(f"Definition value_{i} ({m} : R) : R := {total}.")
        fits = self.conjunction(
            f"(0 < m{t} -> {self.conjunction(f'fit_{t} {s} <= fit_{o} {s}' for o in self.others(t, self.count_m))})"
            for t in range(1, self.count_m + 1)
        )
        plays = self.conjunction(f"(0 < s{i} -> {self.best(i)})" for i in range(1, self.count_a + 1))
        lines += [
            f"Definition strategy ({s} : R) : Prop := {self.distribution(self.strategy)}.",
            f"Definition belief ({m} : R) : Prop := {self.distribution(self.belief)}.",
            f"Definition fits ({s} {m} : R) : Prop := {fits}.",
            f"Definition BNE ({s} : R) : Prop := strategy {s} /\\ "
            f"exists {m} : R, belief {m} /\\ fits {s} {m} /\\ {plays}.",
        ]
        sets = " ".join(f"B{i}" for i in range(1, self.count_a + 1))
        inside = self.conjunction(f"(B{i} \\/ s{i} = 0)" for i in range(1, self.count_a + 1))
        for j in range(1, self.count_a + 1):
            lines.append(
                f"Definition reply_{j} ({sets} : Prop) : Prop := exists {s} : R, strategy {s} /\\ ({inside}) /\\ "
                f"exists {m} : R, belief {m} /\\ fits {s} {m} /\\ {self.best(j)}."
            )
        every = range(1, self.count_a + 1)
        arms = " ".join(f"| {a}%nat, {b}%nat => {self.reply(b, [a])}" for a in every for b in every)
        lines += [
            f"Definition edge (a b : nat) : Prop := match a, b with {arms} | _, _ => False end.",
            "Inductive reach (a b : nat) : Prop :=",
            "  | reach_one : edge a b -> reach a b",
            "  | reach_more : forall c, edge a c -> reach c b -> reach a b.",
        ]
        return lines

    def others(self, one: int, count: int) -> list[int]:
        return [k for k in range(1, count + 1) if k != one]

    def best(self, i: int) -> str:
        m = " ".join(self.belief)
        return self.conjunction(f"value_{o} {m} <= value_{i} {m}" for o in self.others(i, self.count_a))

    @staticmethod
    def conjunction(parts: Any) -> str:
        listed = list(parts)
        return "(" + " /\\ ".join([*listed, "True"] if len(listed) < 2 else listed) + ")"

    @staticmethod
    def distribution(names: Sequence[str]) -> str:
        return " /\\ ".join([*(f"0 <= {name}" for name in names), f"{' + '.join(names)} = 1"])

    def places(self, names: Sequence[str]) -> list[int]:
        return sorted(self.actions.index(name) + 1 for name in names)

    def label(self, atom: Sequence[str]) -> str:
        """The Coq name of a predicate: ``unique_1``."""
        ordered = [self.actions.index(name) + 1 for name in atom[1:]] if atom[0] != "independent_of" else []
        if atom[0] == "independent_of":
            raise NotSupportedError("Coq files do not cover independent_of yet; the JSON certificate does")
        return "_".join([f"claim_{atom[0]}", *(str(i) for i in ordered)])

    def meaning(self, atom: Sequence[str]) -> str:
        """A predicate in terms of BNE and reply."""
        word, chosen = atom[0], self.places(atom[1:])
        s = " ".join(self.strategy)
        if word in ("equilibrium", "equilibrium_support"):
            return f"exists {s} : R, BNE {s} /\\ {self.carried_by(chosen)}"
        if word in ("unique", "unique_support"):
            return (
                f"(exists {s} : R, BNE {s} /\\ {self.carried_by(chosen)}) /\\ "
                f"(forall {s} : R, BNE {s} -> {self.carried_by(chosen)})"
            )
        every = range(1, self.count_a + 1)
        if word == "strict":
            one = chosen[0]
            return self.conjunction(("" if j == one else "~ ") + self.reply(j, [one]) for j in every)
        if word == "cycle":
            path = [self.actions.index(name) + 1 for name in atom[1:]]
            return self.conjunction(self.reply(b, [a]) for a, b in zip(path, [*path[1:], path[0]], strict=True))
        if word in ("rationalizable_only", "rationalizable"):
            sets = " ".join(f"B{i}" for i in every)
            inside = self.conjunction(f"(B{i} -> reply_{i} {sets})" for i in every)
            if word == "rationalizable":
                return f"exists {sets} : Prop, {inside} /\\ B{chosen[0]}"
            within = self.conjunction(self.reply(j, chosen) for j in chosen)
            largest = self.conjunction(f"~ B{i}" for i in every if i not in chosen)
            return f"{within} /\\ forall {sets} : Prop, {inside} -> {largest}"
        if word == "closed":
            out = self.conjunction(f"~ {self.reply(j, chosen)}" for j in every if j not in chosen)
            leaves = [
                "(" + " \\/ ".join(self.reply(j, part) for j in every if j not in part) + ")"
                for size in range(1, len(chosen))
                for part in combinations(chosen, size)
            ]
            return f"{out} /\\ {self.conjunction(leaves)}"
        if word == "absorbing":
            return self.absorbing_formula(chosen)
        raise NotSupportedError(f"Coq files do not cover {word} yet; the JSON certificate does")

    def absorbing_formula(self, chosen: Sequence[int]) -> str:
        """No edge leaves the set, and each of its actions reaches each."""
        outside = [j for j in range(1, self.count_a + 1) if j not in chosen]
        stays = self.conjunction(f"~ edge {a} {b}" for a in chosen for b in outside)
        return f"{stays} /\\ {self.conjunction(f'reach {a} {b}' for a in chosen for b in chosen)}"

    def absorbing(self, chosen: list[int], structure: Structure) -> list[str]:
        """Each edge once, then what leaves the set, then a path for each pair."""
        replies = {a: structure.gamma(frozenset({self.actions[a - 1]})) for a in chosen}
        edges = [(a, b) for a in chosen for b in chosen if self.actions[b - 1] in replies[a]]
        names = {edge: self.fresh("E") for edge in edges}
        lines = []
        for (a, b), label in names.items():
            lines.append(f"assert ({label} : edge {a} {b}).")
            lines += _block(["unfold edge.", *self.replies(b, [a], structure, True)])
        outside = [(a, b) for a in chosen for b in range(1, self.count_a + 1) if b not in chosen]
        leaving = (["unfold edge.", *self.replies(b, [a], structure, False)] for a, b in outside)
        pairs = [(a, b) for a in chosen for b in chosen]
        walks = ([self.walk(a, b, names)] for a, b in pairs)
        stays = self.each(leaving, len(outside))
        return [*lines, "split.", *_block(stays), *_block(self.each(walks, len(pairs)))]

    @staticmethod
    def walk(start: int, goal: int, names: Mapping[tuple[int, int], str]) -> str:
        """The term that a shortest path of at least one edge leads from start to goal."""
        paths: list[list[tuple[int, int]]] = [[edge] for edge in names if edge[0] == start]
        seen: set[int] = set()
        while paths:
            path = paths.pop(0)
            if path[-1][1] == goal:
                term = f"(reach_one _ _ {names[path[-1]]})"
                for edge in reversed(path[:-1]):
                    term = f"(reach_more _ _ _ {names[edge]} {term})"
                return f"exact {term}."
            if path[-1][1] not in seen:
                seen.add(path[-1][1])
                paths += [[*path, edge] for edge in names if edge[0] == path[-1][1]]
        raise NotSupportedError("no path was found in the transition graph")

    def carried_by(self, chosen: Sequence[int]) -> str:
        """The strategy has exactly this support."""
        return self.conjunction(f"0 < s{i}" if i in chosen else f"s{i} = 0" for i in range(1, self.count_a + 1))

    def reply(self, j: int, inside: Sequence[int]) -> str:
        sets = " ".join("True" if i in inside else "False" for i in range(1, self.count_a + 1))
        return f"reply_{j} {sets}"

    def formula(self, claim: Sequence[Any]) -> str:
        word, parts = claim[0], claim[1:]
        if word in SIGNS_OF:
            return f"({relation_coq(self.question, self, list(claim))})"
        if word in ("and", "or", "=>", "iff"):
            sign = {"and": " /\\ ", "or": " \\/ ", "=>": " -> ", "iff": " <-> "}[word]
            return "(" + sign.join(self.formula(part) for part in parts) + ")"
        return f"(~ {self.formula(parts[0])})" if word == "not" else self.label(claim)

    # K and U as forms in the generators

    def entries(self, names: Names, positive: Sequence[str]) -> list[str]:
        """Lemmas ``K_t_a = form``, ``U_a_t = form``: logarithms of predictions split into the generators'."""
        lines = []
        unfold_p = ", ".join(
            f"P_{t}_{i}_{y}"
            for t in range(1, self.count_m + 1)
            for i in range(1, self.count_a + 1)
            for y in range(1, len(self.game["outcomes"]) + 1)
        )
        unfold_q = ", ".join(
            f"{letter}_{i}_{y}"
            for letter in "QG"
            for i in range(1, self.count_a + 1)
            for y in range(1, len(self.game["outcomes"]) + 1)
        )
        self.forms: dict[str, Polynomial] = {}
        for t, model in enumerate(self.models, 1):
            for i, action in enumerate(self.actions, 1):
                divergence, value = self.exact_entries(model, action)
                self.forms[f"K_{t}_{i}"], self.forms[f"U_{i}_{t}"] = divergence, value
                logs = self.split_logs(model, action, unfold_p)
                lines += [
                    f"Lemma K_{t}_{i}_form : K_{t}_{i} = {polynomial_coq(divergence, self.outer)}.",
                    "Proof.",
                    *(f"  {line}" for line in positive),
                    f"  unfold K_{t}_{i}.",
                    *(f"  {line}" for line in logs),
                    f"  unfold {unfold_q}. lra.",
                    "Qed.",
                    f"Lemma U_{i}_{t}_form : U_{i}_{t} = {polynomial_coq(value, self.outer)}.",
                    f"Proof. unfold U_{i}_{t}, {unfold_p}, {unfold_q}. lra. Qed.",
                ]
        return lines

    def exact_entries(self, model: str, action: str) -> tuple[Polynomial, Polynomial]:
        """K and U of this model and action as polynomials in parameters and logarithms."""
        kernel = self.reader.kernel
        divergence, value = self.space.context.constant(0), self.space.context.constant(0)
        for outcome in self.game["outcomes"]:
            predicted = kernel.reader.read(self.game["predicts"][model][action][outcome])
            truth = self.exact(self.game["truth"][action][outcome])
            if not truth.is_zero():
                divergence -= truth * self.reader.polynomial(kernel.log_of(predicted))
            chance = self.exact(self.game["predicts"][model][action][outcome])
            value += chance * self.exact(self.game["payoff"][action][outcome])
        return divergence, value

    def exact(self, text: str) -> Polynomial:
        top, bottom = self.reader.difference(text, "0")
        if not bottom.is_constant():
            raise NotSupportedError("Coq files do not cover games with parameters in denominators yet")
        return top / bottom.leading_coefficient()

    def split_logs(self, model: str, action: str, unfold: str) -> list[str]:
        """Rewrite each ``ln P`` of a row as a sum of logarithms of generators."""
        t, i = self.models.index(model) + 1, self.actions.index(action) + 1
        lines = []
        for y, outcome in enumerate(self.game["outcomes"], 1):
            if self.rational(self.game["truth"][action][outcome]) == "0":
                continue
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

    # The ends of the proof

    def at_end(self, names: Names, products: tuple[tuple[tuple[Fact, int], ...], ...]) -> list[str]:
        from ..search.prover import _Table

        table = _Table(list(names), list(products))
        structure = Structure(self.actions, self.models, self.signs_from(table))
        steps = self.signs(names, products)
        settled: dict[str, bool] = {}
        for atom in _atoms(self.question.claim):
            if self.value(settled) is True:
                break
            value = self.atom_value(atom, table, structure)
            if value is None:
                continue
            label = self.formula(atom)
            if label in settled:
                continue
            settled[label] = value
            goal = label if value else f"~ {label}"
            steps.append(f"assert ({self.fresh('A')} : {goal}).")
            steps.append("{")
            if atom[0] in SIGNS_OF:
                steps += [f"  {line}" for line in self.relation(atom, value)]
            else:
                steps += [f"  {line}" for line in self.predicate(atom, value, structure)]
            steps.append("}")
        if self.value(settled) is not True:
            raise NotSupportedError("at an end of the proof the claim does not follow from settled atoms")
        return [*steps, "tauto."]

    def value(self, settled: dict[str, bool]) -> bool | None:
        return truth_value(self.question.claim, lambda atom: settled.get(self.formula(atom)))

    def signs_from(self, table: Any) -> Sign:
        lookup = self.question.minor
        assert lookup is not None
        return lambda *key: table.sign(lookup(key))

    def atom_value(self, atom: list[Any], table: Any, structure: Structure) -> bool | None:
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
        _, bottom = self.question.relations[atom[1], atom[2]]
        if bottom.is_constant():
            return ["lra."]
        if value:
            return ["quotient."]
        opposite = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "<>", "!=": "="}[atom[0]]
        text = relation_coq(self.question, self, [atom[0], atom[1], atom[2]])
        body = text.rsplit(" ", 2)[0]
        return [f"assert (X1 : {body} {opposite} 0) by quotient. intro X2. lra."]

    def predicate(self, atom: list[Any], value: bool, structure: Structure) -> list[str]:
        word, chosen = atom[0], self.places(atom[1:])
        every = list(range(1, self.count_a + 1))
        unfold = f"unfold {self.label(atom)}."
        if word in ("equilibrium", "equilibrium_support"):
            if value:
                return [unfold, *self.equilibrium(chosen, structure)]
            return [unfold, f"intros ({' & '.join(self.strategy)} & X & Y).", *self.only([], structure, chosen)]
        if word in ("unique", "unique_support") and value:
            return [
                unfold,
                "split.",
                *_block(self.equilibrium(chosen, structure)),
                *_block([f"intros {' '.join(self.strategy)} X.", *self.only(chosen, structure, None)]),
            ]
        if word == "strict" and value:
            return [unfold, *self.each((self.replies(j, chosen, structure, j == chosen[0]) for j in every), len(every))]
        if word == "cycle" and value:
            path = [self.actions.index(name) + 1 for name in atom[1:]]
            edges = list(zip(path, [*path[1:], path[0]], strict=True))
            return [unfold, *self.each((self.replies(b, [a], structure, True) for a, b in edges), len(edges))]
        if word == "absorbing" and value:
            return [unfold, *self.absorbing(chosen, structure)]
        if word == "closed" and value:
            return [unfold, *self.closed(chosen, structure)]
        if word == "rationalizable_only" and value:
            return [unfold, *self.rationalizable(chosen, structure)]
        raise NotSupportedError(f"Coq files do not cover {'' if value else 'the negation of '}{word} yet")

    def each(self, proofs: Iterator[list[str]], count: int) -> list[str]:
        """Prove a conjunction part by part."""
        blocks = [_block(proof) for proof in proofs]
        if count < 2:
            blocks.append(["exact I."])
        return [line for place, block in enumerate(blocks) for line in ([*_split(place, blocks), *block])]

    def closed(self, chosen: list[int], structure: Structure) -> list[str]:
        every = range(1, self.count_a + 1)
        outside = [j for j in every if j not in chosen]
        parts = [list(part) for size in range(1, len(chosen)) for part in combinations(chosen, size)]

        def leaves(part: list[int]) -> list[str]:
            gone = structure.gamma(frozenset(self.actions[i - 1] for i in part))
            candidates = [j for j in every if j not in part]
            hit = next(k for k, j in enumerate(candidates) if self.actions[j - 1] in gone)
            walk = ["right."] * hit + (["left."] if hit < len(candidates) - 1 else [])
            return [*walk, *self.replies(candidates[hit], part, structure, True)]

        first = self.each((self.replies(j, chosen, structure, False) for j in outside), len(outside))
        return ["split.", *_block(first or ["exact I."]), *_block(self.each((leaves(p) for p in parts), len(parts)))]

    def rationalizable(self, chosen: list[int], structure: Structure) -> list[str]:
        """Round by round: what is no reply to what is left cannot be in a set inside its own replies."""
        every = list(range(1, self.count_a + 1))
        sets = [f"B{i}" for i in every]
        inside = self.each((self.replies(j, chosen, structure, True) for j in chosen), len(chosen))
        steps = [
            f"intros {' '.join(sets)} ({' & '.join([f'I{i}' for i in every] + (['_'] if len(every) < 2 else []))})."
        ]
        current = frozenset(self.actions)
        while True:
            smaller = current & structure.gamma(current)
            if smaller == current:
                break
            left = [i for i in every if self.actions[i - 1] in current]
            for j in [i for i in left if self.actions[i - 1] not in smaller]:
                label = self.fresh("N")
                steps += [
                    f"assert ({label} : ~ {self.reply(j, left)}).",
                    *_block(self.replies(j, left, structure, False)),
                ]
                s = " & ".join(self.strategy)
                steps += [
                    f"assert (O{j} : ~ B{j}).",
                    f"{{ intro Y. apply {label}. destruct (I{j} Y) as ({s} & Z1 & Z2 & Z3).",
                    f"  exists {', '.join(self.strategy)}. split; [exact Z1 | split; [tauto | exact Z3]]. }}",
                ]
            current = smaller
        return ["split.", *_block(inside), *_block([*steps, "tauto."])]

    # Witnesses

    def equilibrium(self, chosen: list[int], structure: Structure) -> list[str]:
        """A strategy with this support and a belief that hold each other up: means of vertices."""
        names = frozenset(self.actions[i - 1] for i in chosen)
        for models in structure.best_fits(names):
            fits = _covering([v for v in structure.vertices("K", names) if models <= v[1]], names)
            beliefs = _covering([v for v in structure.vertices("U", models) if names <= v[1]], models)
            if fits is not None and beliefs is not None:
                return self.witness(fits, beliefs, structure, None)
        raise NotSupportedError("the structure has no witness of an equilibrium")

    def replies(self, j: int, inside: Sequence[int], structure: Structure, value: bool) -> list[str]:
        """j is (or is not) in Gamma of these actions."""
        names = frozenset(self.actions[i - 1] for i in inside)
        if not value:
            return self.no_reply(j, list(inside), structure)
        for fit in structure.vertices("K", names):
            for belief in structure.vertices("U", fit[1]):
                if self.actions[j - 1] in belief[1]:
                    return self.witness([fit], [belief], structure, inside)
        raise NotSupportedError("Coq files do not cover this best reply yet")

    def witness(
        self,
        fits: Sequence[Vertex],
        beliefs: Sequence[Vertex],
        structure: Structure,
        inside: Sequence[int] | None,
    ) -> list[str]:
        """The tactics that name the means of these vertices as strategy and belief and show what they satisfy."""
        lines: list[str] = []
        s = self.mean("K", fits, self.actions, "s", structure, lines)
        m = self.mean("U", beliefs, self.models, "m", structure, lines)
        lines.append(f"exists {', '.join(s)}.")
        unfold = [f"fit_{t}" for t in range(1, self.count_m + 1)] + [f"value_{i}" for i in range(1, self.count_a + 1)]
        tail = f"exists {', '.join(m)}; unfold belief, fits, {', '.join(unfold)}; repeat split; "
        tail += "try (intro; repeat split); lra"
        if inside is None:
            return [*lines, f"unfold BNE, strategy; split; [split; [lra | {tail}] | repeat split; lra]."]
        where = "repeat split; first [left; exact I | right; lra]"
        if self.count_a < 2:
            where = "split; [left; exact I | exact I]"
        return [*lines, f"split; [unfold strategy; lra | split; [{where} | {tail}]]."]

    def mean(
        self,
        kind: str,
        vertices: Sequence[Vertex],
        order: Sequence[str],
        letter: str,
        structure: Structure,
        lines: list[str],
    ) -> list[str]:
        """The weights of the mean of the vertices, after their lemmas are used in the lines."""
        sums: dict[str, list[str]] = {name: [] for name in order}
        for place, (support, ties) in enumerate(vertices):
            columns = sorted(support, key=order.index)
            lemma = self.vertex_lemma(kind, columns, ties, structure)
            names = [f"{letter}{order.index(name) + 1}_{place}" for name in columns]
            opened = f"destruct {lemma} as ({' & '.join(names)} & {letter.upper()}X{place})"
            lines.append(f"{opened}; [{self.rewriting(kind)}..|].")
            for name, weight in zip(columns, names, strict=True):
                sums[name].append(weight)
        count = len(vertices)
        share = "" if count == 1 else f" / {count}"
        return [f"(({' + '.join(weights)}){share})" if weights else "0" for weights in sums.values()]

    def rewriting(self, kind: str) -> str:
        """The tactic that shows a sign of a minor from facts about the generators."""
        names = ", ".join(f"?{name}_form" for name in self.forms if name[0] == kind)
        return f"rewrite {names}; lra "

    def abstract(self, kind: str, columns: Sequence[str], base: str) -> _Abstract:
        return _Abstract(kind, columns, base, self.models if kind == "K" else self.actions, self)

    def vertex_lemma(self, kind: str, columns: Sequence[str], ties: frozenset[str], structure: Structure) -> str:
        """A lemma: from the signs of minors, weights on these columns at which the tied rows tie and others are worse.

        Returns its application to the game's entries, with the hypotheses left as goals.
        """
        rows = self.models if kind == "K" else self.actions
        tied = [row for row in rows if row in ties]
        basis = self.basis(kind, columns, tied, rows, structure)
        base = basis[0]
        ideal = self.abstract(kind, columns, base)
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
        label = self.fresh("vertex_")
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
        lines = [
            f"Lemma {label} : {binder}{' -> '.join([*hypotheses, f'exists {variables} : R, {conclusion}'])}.",
            "Proof.",
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
            lines += [f"  {line}" for line in _block(step)]
        self.lemmas.append("\n".join([*lines, "Qed.", ""]))
        return f"({' '.join([label, *ideal.actual()])})"

    def basis(
        self, kind: str, columns: Sequence[str], tied: Sequence[str], rows: Sequence[str], structure: Structure
    ) -> tuple[str, ...]:
        """Rows that fix the weights: all cofactors have one strict sign."""
        for basis in combinations(tied, len(columns)):
            if structure.ties(kind, tuple(columns), basis, rows):
                return basis
        raise NotSupportedError("no basis of a vertex was found")

    # Exclusion of supports

    def only(self, allowed: list[int], structure: Structure, wanted: list[int] | None) -> list[str]:
        """Every equilibrium has the allowed support (with `wanted`: none has that support, named Y)."""
        m = self.belief
        plays = [f"V{i}" for i in range(1, self.count_a + 1)]
        lines = [
            f"destruct X as (({' & '.join(f'S{i}' for i in range(1, self.count_a + 1))} & SS) & {' & '.join(m)} & "
            f"({' & '.join(f'M{t}' for t in range(1, self.count_m + 1))} & MS) & F & V).",
        ]

        def close(actions: list[int], models: list[int]) -> list[str]:
            if not actions or not models:
                return ["exfalso. lra."]
            if actions == allowed:
                return ["repeat split; lra."]
            if wanted is not None and actions != wanted:
                return ["exfalso. lra."]
            return ["exfalso.", *self.exclude(actions, models, actions, structure, True)]

        return [*lines, *self.open_fits(), *self.open_plays(plays), *self.cases(close)]

    def no_reply(self, j: int, inside: list[int], structure: Structure) -> list[str]:
        every = range(1, self.count_a + 1)
        lines = [
            f"intros ({' & '.join(self.strategy)} & ({' & '.join(f'S{i}' for i in every)} & SS) & IN & "
            f"{' & '.join(self.belief)} & "
            f"({' & '.join(f'M{t}' for t in range(1, self.count_m + 1))} & MS) & F & V{j}).",
        ]
        names = [f"J{i}" for i in every]
        lines.append(f"destruct IN as ({' & '.join(names if len(names) > 1 else [*names, '_'])}).")
        lines += [
            f"assert (s{i} = 0) by (destruct J{i}; [contradiction | assumption])." for i in every if i not in inside
        ]

        def close(actions: list[int], models: list[int]) -> list[str]:
            if not actions or not models or any(i not in inside for i in actions):
                return ["lra."]
            return self.exclude(actions, models, [j], structure, False)

        return [*lines, *self.open_fits(), *self.cases(close)]

    def open_fits(self) -> list[str]:
        names = [f"F{t}" for t in range(1, self.count_m + 1)]
        return ["unfold fits in F.", f"destruct F as ({' & '.join(names if len(names) > 1 else [*names, '_'])})."]

    def open_plays(self, names: list[str]) -> list[str]:
        return [f"destruct V as ({' & '.join(names if len(names) > 1 else [*names, '_'])})."]

    def cases(self, close: Any) -> list[str]:
        """All supports of strategy and belief: each weight is zero or positive."""
        weights = [("s", i, "S") for i in range(1, self.count_a + 1)] + [
            ("m", t, "M") for t in range(1, self.count_m + 1)
        ]

        def branch(place: int, actions: list[int], models: list[int]) -> list[str]:
            if place == len(weights):
                return [str(line) for line in close(actions, models)]
            letter, index, bound = weights[place]
            target = actions if letter == "s" else models
            lines = [f"destruct (Rle_lt_or_eq_dec 0 {letter}{index} {bound}{index}) as [Y{place}|Y{place}]."]
            target.append(index)
            lines += _block(branch(place + 1, actions, models))
            target.pop()
            lines += _block(branch(place + 1, actions, models))
            return lines

        return branch(0, [], [])

    def exclude(
        self, actions: list[int], models: list[int], played: list[int], structure: Structure, guarded: bool
    ) -> list[str]:
        """Either no strategy has this support with these models best, or no belief on them makes these actions best."""
        names = [self.actions[i - 1] for i in actions]
        beliefs = [self.models[t - 1] for t in models]
        wanted = [self.actions[i - 1] for i in played]
        lines = [f"try subst s{i}." for i in range(1, self.count_a + 1) if i not in actions]
        lines += [f"try subst m{t}." for t in range(1, self.count_m + 1) if t not in models]
        fit = None
        if frozenset(beliefs) not in structure.best_fits(frozenset(names)):
            fit = self.no_vertex("K", names, beliefs, structure)
        if fit is not None:
            marks = [f"Y{self.count_a + t - 1}" for t in models]
            lines += [f"specialize (F{t} {mark})." for t, mark in zip(models, marks, strict=True)]
            unfold = ", ".join(f"fit_{t}" for t in range(1, self.count_m + 1))
            lines.append(f"unfold {unfold} in *.")
            return [*lines, *self.apply_exclusion(fit, "K")]
        reply = self.no_vertex("U", beliefs, wanted, structure)
        if reply is None:
            raise NotSupportedError("Coq files do not cover the exclusion of one of the supports yet")
        if guarded:
            lines += [f"specialize (V{i} Y{i - 1})." for i in played]
        unfold = ", ".join(f"value_{i}" for i in range(1, self.count_a + 1))
        lines.append(f"unfold {unfold} in *.")
        return [*lines, *self.apply_exclusion(reply, "U")]

    def apply_exclusion(self, application: str, kind: str) -> list[str]:
        names = ", ".join(f"?{name}_form" for name in self.forms if name[0] == kind)
        return [f"apply {application}; first [lra | rewrite {names}; lra]."]

    def no_vertex(self, kind: str, columns: list[str], tied: list[str], structure: Structure) -> str | None:
        """A lemma that no positive weights on the columns make these rows tie at the top; its application."""
        rows = self.models if kind == "K" else self.actions
        for base in tied:
            ideal = self.abstract(kind, columns, base)
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

    def written(self, ideal: _Abstract, record: Combined) -> str:
        """Write the lemma of an exclusion and return its application."""
        inner = FactWriter(Space(tuple(ideal.all_names), (), (), ideal.context))
        inner.parameters = inner.inner = inner.outer = list(ideal.all_names)
        inner.count = self.count
        call, used = inner.combination(record, None)
        self.count = inner.count + 1
        self.lemmas += inner.lemmas
        arguments = call.split(" ")
        actual = dict(zip(ideal.all_names, [*ideal.weight_names, *ideal.actual()], strict=True))
        return "(" + " ".join([arguments[0], *(actual[name] for name in arguments[1:])]) + ")" if used else arguments[0]


def _covering(vertices: Sequence[Vertex], wanted: frozenset[str]) -> list[Vertex] | None:
    """One vertex whose support is the wanted set, or all of them where together they cover it, else None."""
    for vertex in vertices:
        if vertex[0] == wanted:
            return [vertex]
    return list(vertices) if frozenset().union(*(part for part, _ in vertices)) == wanted else None


class _Abstract:
    """Weights on columns and differences of entries to a base row, as variables of a lemma of their own."""

    def __init__(self, kind: str, columns: Sequence[str], base: str, rows: Sequence[str], writer: _GameWriter) -> None:
        self.kind, self.columns, self.base, self.rows, self.writer = kind, list(columns), base, list(rows), writer
        order = writer.actions if kind == "K" else writer.models
        letter = "s" if kind == "K" else "m"
        self.place = {name: order.index(name) + 1 for name in order}
        self.row_place = {name: rows.index(name) + 1 for name in rows}
        self.weights = [f"w{self.place[c]}" for c in columns]
        self.weight_names = [f"{letter}{self.place[c]}" for c in columns]
        self.pairs = [(row, c) for row in rows if row != base for c in columns]
        self.names = [f"d{self.row_place[row]}_{self.place[c]}" for row, c in self.pairs]
        self.all_names = [*self.weights, *self.names]
        self.context = context_of(self.all_names)

    def weight(self, column: str) -> Polynomial:
        return self.context.gens()[self.columns.index(column)]

    def variable(self, row: str, column: str) -> Polynomial:
        if row == self.base:
            return self.context.constant(0)
        return self.context.gens()[len(self.columns) + self.pairs.index((row, column))]

    def entry(self, row: str, column: str) -> str:
        return self.names[self.pairs.index((row, column))]

    def actual(self) -> list[str]:
        """The game's own differences, in the order of the lemma's variables."""
        base = self.row_place[self.base]
        return [
            f"({self.kind}_{self.row_place[row]}_{self.place[c]} - {self.kind}_{base}_{self.place[c]})"
            for row, c in self.pairs
        ]

    def minor(self, columns: Sequence[str], rows: Sequence[str]) -> Polynomial:
        """The bordered minor in the differences (the base row's entries are zero, which changes no minor)."""
        matrix = [[self.context.constant(1), *(self.variable(row, c) for c in columns)] for row in rows]
        return _determinant(matrix, self.context)

    def weighted(self, weights: Sequence[Polynomial], row: str) -> Polynomial:
        """The sum of weights times the row's differences."""
        total = self.context.constant(0)
        for weight, column in zip(weights, self.columns, strict=True):
            total += weight * self.variable(row, column)
        return total

    def text(self, polynomial: Polynomial) -> str:
        return polynomial_coq(polynomial, self.all_names)


def _determinant(matrix: list[list[Polynomial]], context: Any) -> Polynomial:
    if not matrix:
        return context.constant(1)
    total = context.constant(0)
    for place, entry in enumerate(matrix[0]):
        minor = _determinant([row[:place] + row[place + 1 :] for row in matrix[1:]], context)
        total += entry * minor * (-1 if place % 2 else 1)
    return total


def _atoms(claim: Sequence[Any]) -> list[list[Any]]:
    """Relations first: they are cheap, and often settle the claim."""
    if claim[0] in ("and", "or", "not", "=>", "iff"):
        found = [atom for part in claim[1:] for atom in _atoms(part)]
        return sorted(found, key=lambda atom: atom[0] not in SIGNS_OF)
    return [list(claim)]


def _block(lines: Sequence[str]) -> list[str]:
    return ["{", *(f"  {line}" for line in lines), "}"]


def _split(place: int, blocks: Sequence[Any]) -> list[str]:
    return ["split."] if place < len(blocks) - 1 else []
