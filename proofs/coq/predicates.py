"""Proofs of predicates and of their negations, from signs that settle them.

What an equilibrium or a best reply needs is given by a witness (`optima`), what cannot be is excluded (`exclusions`);
the rest is combinatorics of finite sets of actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...symbolic.errors import NotSupportedError
from ..check import Names, Structure, Unsettled
from .exclusions import Exclusions
from .meanings import block


class Predicates(Exclusions):
    """Tactics for the goals ``claim_...`` and ``~ claim_...``."""

    def predicate(self, atom: Sequence[str], value: bool, structure: Structure) -> list[str]:
        """The tactics that prove the predicate, or its negation."""
        word, chosen = atom[0], self.places(atom[1:])
        unfold = f"unfold {self.label(atom)}."
        match word:
            case "equilibrium" | "equilibrium_support":
                proof = self.equilibrium(chosen, structure) if value else self.no_equilibrium(chosen, structure)
            case "unique" | "unique_support":
                proof = self.unique(chosen, structure) if value else self.not_unique(chosen, structure)
            case "strict":
                wanted = [(j, chosen, j in chosen) for j in self.every_a]
                proof = self.replies(wanted, structure) if value else self.other_reply(wanted, structure)
            case "cycle":
                wanted = [(b, [a], True) for a, b in self.steps(atom)]
                proof = self.replies(wanted, structure) if value else self.other_reply(wanted, structure)
            case "rationalizable":
                proof = self.rationalizable(structure) if value else self.not_rationalizable(structure)
            case "rationalizable_only":
                proof = self.exactly(chosen, structure) if value else self.not_exactly(chosen, structure)
            case "closed":
                proof = self.closed(chosen, structure) if value else self.not_closed(chosen, structure)
            case "absorbing":
                proof = self.absorbing(chosen, structure) if value else self.not_absorbing(chosen, structure)
            case _:
                raise NotSupportedError(f"Coq files do not cover {word} yet; the JSON certificate does")
        return [unfold, *proof]

    # Single best replies

    def gamma(self, inside: Sequence[int], structure: Structure) -> list[int]:
        """The numbers of the best replies to a set."""
        return self.places(sorted(structure.gamma(self.names(inside))))

    def reply_or_not(self, j: int, inside: Sequence[int], value: bool, structure: Structure) -> list[str]:
        """The tactics for ``reply_j ...`` or its negation."""
        return self.is_reply(j, inside, structure) if value else self.no_reply(j, inside, structure)

    def asserted(self, j: int, inside: Sequence[int], value: bool, structure: Structure) -> list[str]:
        """The tactics that add it to what is known."""
        claim = ("" if value else "~ ") + self.reply(j, inside)
        return [f"assert ({self.fresh('R')} : {claim}).", *block(self.reply_or_not(j, inside, value, structure))]

    def replies(self, wanted: Sequence[tuple[int, Sequence[int], bool]], structure: Structure) -> list[str]:
        """A conjunction of best replies and of negations."""
        return self.each(self.reply_or_not(j, inside, value, structure) for j, inside, value in wanted)

    def other_reply(self, wanted: Sequence[tuple[int, Sequence[int], bool]], structure: Structure) -> list[str]:
        """The negation of such a conjunction: one part is otherwise."""
        for j, inside, value in wanted:
            if (j in self.gamma(inside, structure)) != value:
                return [*self.asserted(j, inside, not value, structure), "tauto."]
        raise NotSupportedError("the structure does not refute the conjunction")

    @staticmethod
    def each(proofs: Iterable[Sequence[str]]) -> list[str]:
        """Prove a conjunction part by part; one with fewer than two parts ends with True."""
        blocks = [block(proof) for proof in proofs]
        if len(blocks) < 2:
            blocks.append(["exact I."])
        first = [line for one in blocks[:-1] for line in ["split.", *one]]
        return [*first, *blocks[-1]]

    # Equilibria

    def no_equilibrium(self, chosen: list[int], structure: Structure) -> list[str]:
        """No equilibrium has exactly this support."""
        return [f"intros ({' & '.join(self.strategy)} & X & Y).", *self.only([], structure, chosen)]

    def unique(self, chosen: list[int], structure: Structure) -> list[str]:
        """An equilibrium has this support, and every one has."""
        every = [f"intros {self.s} X.", *self.only(chosen, structure, None)]
        return ["split.", *block(self.equilibrium(chosen, structure)), *block(every)]

    def not_unique(self, chosen: list[int], structure: Structure) -> list[str]:
        """None has this support, or one has another."""
        if not structure.carries(self.names(chosen)):
            return ["intros (W & _). revert W.", *self.no_equilibrium(chosen, structure)]
        other = next(support for support in structure.supports() if support != self.names(chosen))
        places = self.places(sorted(other))
        exists = f"exists {self.s} : R, BNE {self.s} /\\ {self.carried_by(places)}"
        return [
            f"assert (W : {exists}).",
            *block(self.equilibrium(places, structure)),
            f"destruct W as ({' & '.join(self.strategy)} & X & Y).",
            f"intros (_ & Z). specialize (Z {self.s} X). lra.",
        ]

    # Rationalizable sets

    def rationalizable(self, structure: Structure) -> list[str]:
        """The largest set inside its own best replies is one that has the action."""
        largest = self.places(sorted(structure.rationalizable()))
        sets = ", ".join("True" if i in largest else "False" for i in self.every_a)
        return [f"exists {sets}.", "split.", *block(self.inside(largest, structure)), "exact I."]

    def inside(self, chosen: Sequence[int], structure: Structure) -> list[str]:
        """A set is inside its own best replies: ``True -> reply ...`` for its actions, ``False -> ...`` for others."""
        return self.each(
            ["intros _.", *self.is_reply(j, chosen, structure)] if j in chosen else ["intros []."] for j in self.every_a
        )

    def not_rationalizable(self, structure: Structure) -> list[str]:
        """Every set inside its own best replies lacks the action."""
        sets = " & ".join(f"B{i}" for i in self.every_a)
        return [
            f"intros ({sets} & ({self.opened('I', self.every_a, True)}) & Y).",
            *self.rounds(structure),
            "tauto.",
        ]

    def rounds(self, structure: Structure) -> list[str]:
        """Round by round: what is no reply to what is left cannot be in a set B inside its own replies I."""
        lines: list[str] = []
        current = Names(self.actions)
        while current != (smaller := current & structure.gamma(current)):
            left = self.places(sorted(current))
            for j in self.places(sorted(current - smaller)):
                label = self.fresh("N")
                lines += [
                    f"assert ({label} : ~ {self.reply(j, left)}).",
                    *block(self.no_reply(j, left, structure)),
                    f"assert (O{j} : ~ B{j}).",
                    f"{{ intro Y0. apply {label}. destruct (I{j} Y0) as ({' & '.join(self.strategy)} & Z1 & Z2 & Z3).",
                    f"  exists {', '.join(self.strategy)}. split; [exact Z1 | split; [tauto | exact Z3]]. }}",
                ]
            current = smaller
        return lines

    def opened_sets(self) -> str:
        """The pattern that names a set of actions and what says that it is inside its own replies."""
        return f"{' '.join(f'B{i}' for i in self.every_a)} ({self.opened('I', self.every_a, True)})"

    def exactly(self, chosen: list[int], structure: Structure) -> list[str]:
        """The set is inside its own replies, and every such set is inside it."""
        within = self.each(self.is_reply(j, chosen, structure) for j in chosen)
        steps = [f"intros {self.opened_sets()}.", *self.rounds(structure), "tauto."]
        return ["split.", *block(within), *block(steps)]

    def not_exactly(self, chosen: list[int], structure: Structure) -> list[str]:
        """A set inside its own replies has other actions, or this one is not inside its own."""
        largest = self.places(sorted(structure.rationalizable()))
        if not set(largest) <= set(chosen):
            sets = " ".join("True" if i in largest else "False" for i in self.every_a)
            return [
                f"intros (_ & Z). specialize (Z {sets}).",
                f"assert (W : {self.conjunction(self.implied(i, largest) for i in self.every_a)}).",
                *block(self.inside(largest, structure)),
                "specialize (Z W). tauto.",
            ]
        sets = " ".join("True" if i in chosen else "False" for i in self.every_a)
        inside = self.conjunction(f"(B{i} -> reply_{i} {self.variables()})" for i in self.every_a)
        lost = [i for i in self.every_a if i not in largest]
        missing = self.conjunction(f"~ B{i}" for i in lost)
        return [
            f"assert (W : forall {self.variables()} : Prop, {inside} -> {missing}).",
            *block([f"intros {self.opened_sets()}.", *self.rounds(structure), "tauto."]),
            f"specialize (W {sets}). tauto.",
        ]

    def variables(self) -> str:
        """The names of a set's indicators."""
        return " ".join(f"B{i}" for i in self.every_a)

    def implied(self, i: int, chosen: Sequence[int]) -> str:
        """That an action of the set is a reply to the set."""
        return f"({'True' if i in chosen else 'False'} -> {self.reply(i, chosen)})"

    # Closed sets

    def closed(self, chosen: list[int], structure: Structure) -> list[str]:
        """No reply leaves the set, and one leaves each of its parts."""
        outside = [j for j in self.every_a if j not in chosen]
        stays = self.each(self.no_reply(j, chosen, structure) for j in outside)
        leaves = self.each(self.leave(part, structure) for part in self.parts(chosen))
        return ["split.", *block(stays), *block(leaves)]

    def leave(self, part: Sequence[int], structure: Structure) -> list[str]:
        """Some action outside is a reply to the part."""
        gone = self.gamma(part, structure)
        outside = [j for j in self.every_a if j not in part]
        place = next(k for k, j in enumerate(outside) if j in gone)
        walk = ["right."] * place + (["left."] if place < len(outside) - 1 else [])
        return [*walk, *self.is_reply(outside[place], part, structure)]

    def not_closed(self, chosen: list[int], structure: Structure) -> list[str]:
        """A reply leaves the set, or none leaves one of its parts."""
        gone = [j for j in self.gamma(chosen, structure) if j not in chosen]
        if gone:
            return [*self.asserted(gone[0], chosen, True, structure), "tauto."]
        part = next(part for part in self.parts(chosen) if set(self.gamma(part, structure)) <= set(part))
        outside = [j for j in self.every_a if j not in part]
        return [line for j in outside for line in self.asserted(j, part, False, structure)] + ["tauto."]

    # Absorbing sets

    def absorbing(self, chosen: list[int], structure: Structure) -> list[str]:
        """Each edge once, then what leaves the set, then a path for each pair."""
        edges = [(a, b) for a in chosen for b in chosen if b in self.gamma([a], structure)]
        outside = [(a, b) for a in chosen for b in self.every_a if b not in chosen]
        lines, names = self.edges(edges, structure)
        leaving = [["unfold edge.", *self.no_reply(b, [a], structure)] for a, b in outside]
        walks = [[f"exact {walk(a, b, names)}."] for a in chosen for b in chosen]
        return [*lines, "split.", *block(self.each(leaving)), *block(self.each(walks))]

    def edges(
        self, edges: Sequence[tuple[int, int]], structure: Structure
    ) -> tuple[list[str], dict[tuple[int, int], str]]:
        """The tactics that show edges of the transition graph, with the names they get."""
        names = {edge: self.fresh("E") for edge in edges}
        lines: list[str] = []
        for (a, b), label in names.items():
            lines += [f"assert ({label} : edge {a} {b}).", *block(["unfold edge.", *self.is_reply(b, [a], structure)])]
        return lines, names

    def not_absorbing(self, chosen: list[int], structure: Structure) -> list[str]:
        """An edge leaves the set, or one of its actions does not reach another."""
        for a in chosen:
            try:
                out = [b for b in self.gamma([a], structure) if b not in chosen]
                reached = self.places(sorted(structure.reach(self.actions[a - 1])))
            except Unsettled:
                continue
            if out:
                lines, _ = self.edges([(a, out[0])], structure)
                return [*lines, "tauto."]
            if missing := [b for b in chosen if b not in reached]:
                return self.unreached(a, missing[0], sorted({a, *reached}), reached, structure)
        raise NotSupportedError("the structure does not refute the absorbing set")

    def unreached(
        self, start: int, goal: int, closed: Sequence[int], reached: Sequence[int], structure: Structure
    ) -> list[str]:
        """Paths from the start end in a set that no edge leaves and that lacks the goal."""
        ends = "(" + " \\/ ".join(f"y = {b}%nat" for b in reached) + ")"
        begins = "(" + " \\/ ".join(f"x = {a}%nat" for a in closed) + ")"
        lines: list[str] = []
        for a in closed:
            for b in [b for b in self.every_a if b not in reached]:
                proof = block(["unfold edge.", *self.no_reply(b, [a], structure)])
                lines += [f"assert ({self.fresh('E')} : ~ edge {a} {b}).", *proof]
        apart = "repeat match goal with W : _ \\/ _ |- _ => destruct W end"
        return [
            *lines,
            f"assert (T1 : forall x y : nat, {begins} -> edge x y -> {ends}).",
            f"{{ intros x y X Z. destruct y as {numbers_to(self.count_a)}; first [solve [auto 20] | exfalso].",
            f"  all: {apart}; subst x; first [contradiction | exact Z]. }}",
            f"assert (T2 : forall x y : nat, reach x y -> {begins} -> {ends}).",
            "{ intros x y W. induction W as [x y W1 | x y z W1 W2 T3]; intro X.",
            "  - exact (T1 x y X W1).",
            "  - apply T3. assert (T4 := T1 x z X W1). tauto. }",
            f"assert (T5 : ~ reach {start} {goal}).",
            "{ intro W. assert (T6 := T2 _ _ W ltac:(auto 20)).",
            "  repeat match type of T6 with _ \\/ _ => destruct T6 as [T6|T6] end; discriminate T6. }",
            "tauto.",
        ]


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
            return term
        if path[-1][1] not in seen:
            seen.add(path[-1][1])
            paths += [[*path, edge] for edge in names if edge[0] == path[-1][1]]
    raise NotSupportedError("no path was found in the transition graph")


def numbers_to(count: int) -> str:
    """The pattern that takes apart a natural number y: 0, 1, ... up to the count, and larger ones."""
    return "[|" * (count + 1) + "y" + "]" * (count + 1)
