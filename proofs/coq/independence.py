"""Independence of a parameter: the structure is the same for all of its values, the others being fixed.

The structure is which supports of strategy and belief carry an equilibrium, and which actions are in Gamma of which
sets; rationalizable set, transition graph, absorbing and closed sets are made of the latter. Every definition takes
every parameter, and a lemma for each end of the proof settles the whole structure there from hypotheses that do not
mention the parameter in question: so it holds at both values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, Structure
from ..search.facts import Fact, Holds, Meant, Node, Polynomial, Refuted, Split, needed
from ..search.prover import Proved
from .ends import Ends, Names, Products
from .meanings import atoms, block


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end of the proof as a lemma: its name, the facts of the cases that lead to it, what it says."""

    name: str
    path: tuple[Fact, ...]
    conclusions: tuple[str, ...]  # in the section; the structure comes first
    independent: tuple[str, ...]  # parameters of which the structure is independent here


class IndependenceWriter(Ends):
    """The file of a claim in which ``independent_of`` occurs."""

    uniform = True
    outside = False  # whether names are written with their parameters, as after the end of the section

    def file(self, proved: Proved, name: str) -> str:
        """The section with the game and a lemma for each end of the proof, and after it the theorem."""
        given = [*self.question.setting.domain, *self.question.assumptions]
        self.given: Names = {fact: self.fresh("H") for fact in given}
        names = dict(self.given)
        head = ["Section Game.", f"Variables {' '.join(self.parameters)} : R."]
        for fact, label in names.items():
            head.append(f"Hypothesis {label} : {self.statement(fact.polynomial, fact.relation, True)}.")
        self.positive = [self.introduce(fact, names) for fact in self.question.setting.positive]
        found = {self.label(atom): atom for atom in atoms(self.question.claim) if atom[0] not in SIGNS_OF}
        predicates = {label: atom for label, atom in found.items() if atom[0] != "independent_of"}
        definitions = [*self.tables(), *self.notions(), *self.structure_definitions()]
        definitions += self.graph() if any(atom[0] == "absorbing" for atom in predicates.values()) else []
        definitions += [self.definition(f"{label} : Prop", self.meaning(atom)) for label, atom in predicates.items()]
        entries = self.entries(self.positive)
        self.leaves: list[Leaf] = []
        leaves = self.leaf_lemmas(proved.proof, names, (), ())
        self.outside = True
        meanings = [self.independence(atom) for atom in found.values() if atom[0] == "independent_of"]
        binders = f"forall {' '.join(self.parameters)} : R, "
        hypotheses = [self.statement(fact.polynomial, fact.relation, True) for fact in given]
        theorem = [
            f"Theorem {name} : {binders}{' -> '.join([*hypotheses, self.formula(self.question.claim)])}.",
            "Proof.",
            f"  intros {' '.join([*self.parameters, *self.given.values()])}.",
            *(f"  {line}" for line in self.positive),
        ]
        self.reached = 0
        theorem += [*self.script(without_ends(proved.proof), names, self.main_end), "Qed."]
        lines = [
            *head,
            "",
            *definitions,
            "",
            *entries,
            "",
            *leaves,
            "End Game.",
            "",
            *meanings,
            "",
            *theorem,
        ]
        return "\n".join([*lines, ""])

    def predicate_name(self, claim: Sequence[Any]) -> str:
        """Outside the section predicates take the parameters."""
        return f"({self.label(claim)} {' '.join(self.parameters)})" if self.outside else self.label(claim)

    # The structure, as a list of propositions

    def sets(self, count: int) -> list[tuple[int, ...]]:
        """The non-empty sets of the numbers from 1 to the count."""
        return [part for size in range(1, count + 1) for part in combinations(range(1, count + 1), size)]

    def pairs(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Supports of strategy and belief."""
        return [(actions, models) for actions in self.sets(self.count_a) for models in self.sets(self.count_m)]

    @staticmethod
    def held_name(actions: Sequence[int], models: Sequence[int]) -> str:
        """The name of: an equilibrium has these actions, held up by a belief on exactly these models."""
        return f"held_{'_'.join(map(str, actions))}_by_{'_'.join(map(str, models))}"

    def structure_definitions(self) -> list[str]:
        """Equilibria by support of strategy and belief."""
        lines = []
        for actions, models in self.pairs():
            believed = self.conjunction(f"0 < m{t}" if t in models else f"m{t} = 0" for t in self.every_m)
            body = (
                f"exists {self.s} : R, strategy {self.s} /\\ {self.carried_by(actions)} /\\ exists {self.m} : R, "
                f"belief {self.m} /\\ fits {self.s} {self.m} /\\ plays {self.s} {self.m} /\\ {believed}"
            )
            lines.append(self.definition(f"{self.held_name(actions, models)} : Prop", body))
        return lines

    def independence(self, atom: Sequence[str]) -> str:
        """The definition of independence: the structure at any other value is the same."""
        place = self.question.setting.space.parameters.index(atom[1])
        there = self.elsewhere(place)
        names = self.outer
        self.outer = [*there, *self.outer_logs(there)]
        hypotheses = [self.statement(fact.polynomial, fact.relation, True) for fact in self.given]
        self.outer = names
        return self.same_structure(place, hypotheses)

    def elsewhere(self, place: int) -> list[str]:
        """The parameters, with another value of the one in this place."""
        return [f"{name}_other" if k == place else name for k, name in enumerate(self.parameters)]

    def same_structure(self, place: int, hypotheses: Sequence[str]) -> str:
        """The definition of independence of the parameter in this place, from the hypotheses on its other value."""
        here, there = self.parameters, self.elsewhere(place)
        same = []
        for name, sets in self.structure_names():
            left, right = (" ".join([name, *parameters, *sets]) for parameters in (here, there))
            same.append(f"({left} <-> {right})")
        conclusion = " -> ".join([*hypotheses, self.conjunction(same)])
        head = f"claim_independent_of_{place + 1} ({' '.join(here)} : R)"
        return f"Definition {head} : Prop := forall {there[place]} : R, {conclusion}."

    def structure_names(self) -> list[tuple[str, list[str]]]:
        """The propositions of the structure: a name, and the set it is applied to."""
        found: list[tuple[str, list[str]]] = [(self.held_name(*pair), []) for pair in self.pairs()]
        for inside in self.sets(self.count_a):
            indicator = ["True" if i in inside else "False" for i in self.every_a]
            found += [(f"reply_{j}", indicator) for j in self.every_a]
        return found

    # A lemma for each end

    def leaf_lemmas(self, node: Node, names: Names, path: tuple[Fact, ...], facts: tuple[Fact, ...]) -> list[str]:
        """The lemmas of all ends below, in the order of the proof."""
        facts = (*facts, *node.facts)
        match node.end:
            case Refuted() | Meant():
                return []
            case Split(_, cases):
                return [
                    line for start, child in cases for line in self.leaf_lemmas(child, names, (*path, start), facts)
                ]
            case Holds(products):
                return self.leaf_lemma(names, path, facts, products)

    def leaf_lemma(
        self, names: Names, path: tuple[Fact, ...], facts: tuple[Fact, ...], products: Products
    ) -> list[str]:
        """One end: from the cases on the way, what it settles."""
        names = {**names, **{fact: self.fresh("H") for fact in path}}
        intros = [names[fact] for fact in path]
        kept = needed(Node((), Holds(products)))
        lines = [self.introduce(fact, names) for fact in facts if fact in kept]
        _, structure = self.structure(names, products)
        steps, settled = self.settled(names, products)
        lines += steps
        shown = [(self.fresh("Q"), label if value else f"~ {label}") for label, value in settled.items()]
        for name, claim in shown:
            lines.append(f"assert ({name} : {claim}) by assumption.")
        independent: list[str] = []
        if self.value(settled) is not True:
            for atom in atoms(self.question.claim):
                if atom[0] == "independent_of" and not any(self.mentions(fact.polynomial, atom[1]) for fact in path):
                    settled[self.formula(atom)] = True
                    independent.append(atom[1])
            if self.value(settled) is not True:
                raise NotSupportedError("at an end of the proof the claim does not follow from settled atoms")
            whole = []
            for claim, proof in self.structure_proofs(structure):
                whole.append((self.fresh("Q"), claim))
                lines += [f"assert ({whole[-1][0]} : {claim}).", *block(proof)]
            shown = [*whole, *shown]
        shown = shown or [(self.fresh("Q"), "True")]
        if shown[0][1] == "True":
            lines.append(f"assert ({shown[0][0]} : True) by exact I.")
        leaf = Leaf(self.fresh("leaf_"), path, tuple(claim for _, claim in shown), tuple(independent))
        self.leaves.append(leaf)
        hypotheses = [f"({self.statement(fact.polynomial, fact.relation, True)})" for fact in path]
        conclusion = " /\\ ".join(f"({claim})" for claim in leaf.conclusions)
        split = "".join(f"split; [exact {name} | " for name, _ in shown[:-1])
        closed = f"{split}exact {shown[-1][0]}" + "]" * (len(shown) - 1)
        return [
            f"Lemma {leaf.name} : {' -> '.join([*hypotheses, conclusion])}.",
            "Proof using All.",
            *([f"  intros {' '.join(intros)}."] if intros else []),
            *(f"  {line}" for line in [*self.positive, *lines]),
            f"  {closed}.",
            "Qed.",
        ]

    def structure_proofs(self, structure: Structure) -> list[tuple[str, list[str]]]:
        """Every proposition of the structure or its negation, with its proof."""
        found = []
        for actions, models in self.pairs():
            name = self.held_name(actions, models)
            chosen, believed = self.names(actions), frozenset(self.models[t - 1] for t in models)
            holds = structure.attains("K", chosen, believed) and structure.attains("U", believed, chosen)
            proof = self.held(actions, models, structure) if holds else self.not_held(actions, models, structure)
            found.append((name if holds else f"~ {name}", [f"unfold {name}.", *proof]))
        for inside in self.sets(self.count_a):
            gamma = self.gamma(inside, structure)
            for j in self.every_a:
                claim = ("" if j in gamma else "~ ") + self.reply(j, inside)
                found.append((claim, self.reply_or_not(j, inside, j in gamma, structure)))
        return found

    def held(self, actions: Sequence[int], models: Sequence[int], structure: Structure) -> list[str]:
        """An equilibrium with these supports."""
        chosen, believed = self.names(actions), frozenset(self.models[t - 1] for t in models)
        lines, strategy, tail = self.witness(chosen, believed, chosen, structure)
        support = f"split; [unfold strategy; lra | split; [repeat split; lra | {tail}]]."
        return [*lines, f"exists {strategy}.", support]

    def not_held(self, actions: Sequence[int], models: Sequence[int], structure: Structure) -> list[str]:
        """No equilibrium with these supports."""
        signs = [f"Y{k}" for k in range(self.count_a)]
        beliefs = [f"Y{self.count_a + k}" for k in range(self.count_m)]
        first, second = (" & ".join(part if len(part) > 1 else [*part, "_"]) for part in (signs, beliefs))
        return [
            f"intros ({' & '.join(self.strategy)} & ({self.opened('S', self.every_a)} & SS) & ({first}) & "
            f"{' & '.join(self.belief)} & ({self.opened('M', self.every_m)} & MS) & F & V & ({second})).",
            "unfold plays in V.",
            f"destruct V as ({self.opened('V', self.every_a, True)}).",
            *self.open_fits(),
            *self.exclude(list(actions), list(models), list(actions), structure, True),
        ]

    def mentions(self, polynomial: Polynomial, name: str) -> bool:
        """Whether a parameter occurs, openly or inside a logarithm."""
        space = self.space
        place = space.parameters.index(name)
        inside = [space.arguments[space.logs.index(log)] for log in space.logs_in(polynomial)]
        return any(part.degrees()[place] > 0 for part in (polynomial, *inside))

    # The theorem

    def main_end(self, names: Names, products: Products) -> list[str]:
        """An end of the theorem: its lemma here, and at another value of the parameter."""
        del products
        leaf = self.leaves[self.reached]
        self.reached += 1
        path = [names[fact] for fact in leaf.path]
        shown = [self.fresh("Q") for _ in leaf.conclusions]
        call = " ".join([leaf.name, *self.parameters, *self.given.values(), *path])
        lines = [f"destruct ({call}) as ({' & '.join([*shown, '_'][: max(2, len(shown))])})."]
        if len(shown) == 1:
            lines = [f"assert ({shown[0]} := {call})."]
        for name in leaf.independent:
            there = [
                f"{p}_other" if p == self.parameters[self.space.parameters.index(name)] else p for p in self.parameters
            ]
            granted = [self.fresh("G") for _ in self.given]
            others = [self.fresh("W") for _ in leaf.conclusions]
            count = len(self.structure_names())
            other = next(p for p in there if p not in self.parameters)
            same = []
            for here, over, claim in list(zip(shown, others, leaf.conclusions, strict=True))[:count]:
                sides = f"exact {over} | exact {here}"
                if claim.startswith("~ "):
                    sides = f"destruct ({here} X) | destruct ({over} X)"
                same.append(f"split; intro X; [{sides}]")
            body = "".join(f"split; [{step} | " for step in same[:-1]) + same[-1] + "]" * (len(same) - 1)
            label = self.label(["independent_of", name])
            lines += [
                f"assert ({self.fresh('I')} : {label} {' '.join(self.parameters)}).",
                "{",
                f"  unfold {label}. intros {' '.join([other, *granted])}.",
                f"  destruct ({' '.join([leaf.name, *there, *granted, *path])}) as ({' & '.join(others)}).",
                f"  {body}.",
                "}",
            ]
        return [*lines, "tauto."]


def without_ends(node: Node) -> Node:
    """The proof with nothing asked at its ends, so that no fact is introduced for them."""
    match node.end:
        case Split(polynomial, cases):
            return Node(node.facts, Split(polynomial, tuple((start, without_ends(child)) for start, child in cases)))
        case Holds():
            return Node(node.facts, Holds(()))
        case _:
            return node
