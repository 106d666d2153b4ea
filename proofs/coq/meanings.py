"""The predicates of the claim language as Coq propositions about equilibria and best replies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF
from .definitions import Definitions
from .files import relation_coq


class Meanings(Definitions):
    """What claims say, in the words of the game's definitions."""

    def places(self, names: Sequence[str]) -> list[int]:
        """The numbers of these actions, in their order in the game."""
        return sorted(self.actions.index(name) + 1 for name in names)

    def label(self, atom: Sequence[str]) -> str:
        """The Coq name of a predicate: ``claim_unique_1``."""
        if atom[0] == "independent_of":
            return f"claim_independent_of_{self.question.setting.space.parameters.index(atom[1]) + 1}"
        return "_".join([f"claim_{atom[0]}", *(str(self.actions.index(name) + 1) for name in atom[1:])])

    def meaning(self, atom: Sequence[str]) -> str:
        """A predicate in terms of BNE, reply, edge and reach."""
        word, chosen, s = atom[0], self.places(atom[1:]), self.s
        every = self.every_a
        sets = " ".join(f"B{i}" for i in every)
        inside = self.conjunction(f"(B{i} -> reply_{i} {sets})" for i in every)
        match word:
            case "equilibrium" | "equilibrium_support":
                return f"exists {s} : R, BNE {s} /\\ {self.carried_by(chosen)}"
            case "unique" | "unique_support":
                return (
                    f"(exists {s} : R, BNE {s} /\\ {self.carried_by(chosen)}) /\\ "
                    f"(forall {s} : R, BNE {s} -> {self.carried_by(chosen)})"
                )
            case "strict":
                return self.conjunction(("" if j in chosen else "~ ") + self.reply(j, chosen) for j in every)
            case "cycle":
                return self.conjunction(self.reply(b, [a]) for a, b in self.steps(atom))
            case "rationalizable":
                return f"exists {sets} : Prop, {inside} /\\ B{chosen[0]}"
            case "rationalizable_only":
                within = self.conjunction(self.reply(j, chosen) for j in chosen)
                largest = self.conjunction(f"~ B{i}" for i in every if i not in chosen)
                return f"{within} /\\ forall {sets} : Prop, {inside} -> {largest}"
            case "closed":
                stays = self.conjunction(f"~ {self.reply(j, chosen)}" for j in every if j not in chosen)
                leaves = ["(" + " \\/ ".join(self.leaving(part)) + ")" for part in self.parts(chosen)]
                return f"{stays} /\\ {self.conjunction(leaves)}"
            case "absorbing":
                stays = self.conjunction(f"~ edge {a} {b}" for a in chosen for b in every if b not in chosen)
                return f"{stays} /\\ {self.conjunction(f'reach {a} {b}' for a in chosen for b in chosen)}"
        raise NotSupportedError(f"Coq files do not cover {word} yet; the JSON certificate does")

    def steps(self, atom: Sequence[str]) -> list[tuple[int, int]]:
        """The edges of a cycle."""
        path = [self.actions.index(name) + 1 for name in atom[1:]]
        return list(zip(path, [*path[1:], path[0]], strict=True))

    def parts(self, chosen: Sequence[int]) -> list[list[int]]:
        """The proper non-empty parts of a set."""
        return [list(part) for size in range(1, len(chosen)) for part in combinations(chosen, size)]

    def leaving(self, part: Sequence[int]) -> list[str]:
        """That an action outside is a reply to the part, one proposition for each."""
        return [self.reply(j, part) for j in self.every_a if j not in part]

    def formula(self, claim: Sequence[Any]) -> str:
        """A claim as a proposition."""
        word, parts = claim[0], claim[1:]
        if word in SIGNS_OF:
            return f"({relation_coq(self.question, self, list(claim))})"
        if word in ("and", "or", "=>", "iff"):
            sign = {"and": " /\\ ", "or": " \\/ ", "=>": " -> ", "iff": " <-> "}[word]
            return "(" + sign.join(self.formula(part) for part in parts) + ")"
        return f"(~ {self.formula(parts[0])})" if word == "not" else self.predicate_name(claim)

    def predicate_name(self, claim: Sequence[Any]) -> str:
        """How a predicate of the claim is written where it is used."""
        return self.label(claim)


def atoms(claim: Sequence[Any]) -> list[list[Any]]:
    """The relations and predicates of a claim, relations first: they are cheap, and often settle it."""
    if claim[0] in ("and", "or", "not", "=>", "iff"):
        found = [atom for part in claim[1:] for atom in atoms(part)]
        return sorted(found, key=lambda atom: atom[0] not in SIGNS_OF)
    return [list(claim)]


def block(lines: Sequence[str]) -> list[str]:
    """The tactics of one goal, in braces."""
    return ["{", *(f"  {line}" for line in lines), "}"]
