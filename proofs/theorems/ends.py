"""The end of a proof in words: the claim evaluated from the known signs, each step with the statements it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ...symbolic.errors import NotSupportedError
from ..check import SIGNS_OF, Polynomial, Quotient, Unsettled, number_in, subsets
from ..claims.language import Claim, Compare, Connective, Predicate, as_lists
from ..typeset.blocks import Inline, Mark, Part
from ..typeset.formulas import factor, joined, relation_markup
from ..typeset.markup import Fenced, Markup, Name, row
from .facts import ZERO, FactWriter, negative_markup
from .reading import Reading
from .signs import CitedSigns
from .solution_facts import call, gamma, listed
from .steps import Steps, by
from .structure import Cited, Key, Names, Reasons
from .words import claim_inline

_COMPLEMENT = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
Found: TypeAlias = tuple[bool | None, list[Inline]]


@dataclass(frozen=True, slots=True)
class Edge:
    """Where play of an action leads: its best fits, the replies to them, and the statements that say so."""

    action: str
    fits: tuple[str, ...]
    replies: tuple[str, ...]
    marks: tuple[Mark, ...]


class End:
    """Evaluates the claim where a proof ends and states what has to be said about the game there.

    Attributes
    ----------
    edges : the transitions that were looked at
    about_game : whether anything was said about the game
    large : whether determinants with more than one column were cited
    """

    def __init__(
        self, reading: Reading, signs: CitedSigns, marks: Sequence[Mark], steps: Steps, writer: FactWriter
    ) -> None:
        self.reading, self.signs, self.marks, self.steps, self.writer = reading, signs, marks, steps, writer
        self.notation = writer.notation
        self.edges: dict[str, Edge] = {}
        self.about_game = False
        self.large = False
        game = reading.game
        self._reasons = None if game is None else Reasons(game, signs, steps, self._sign)

    @property
    def reasons(self) -> Reasons:
        """The structure of the game; raises NotSupportedError where there is no game."""
        if self._reasons is None:
            raise NotSupportedError("a claim about a game, but no game")
        return self._reasons

    # The claim

    def explain(self, claim: Claim) -> Found:
        """The truth of the claim and the sentences that say why; None where it is not settled."""
        match claim:
            case Connective("not", (part,)):
                value, why = self.explain(part)
                return None if value is None else not value, why
            case Connective("=>", (left, right)):
                value, why = self._attempt(left, False)
                if value is False:
                    return True, [*why[:-1], (*why[-1], ", so that the hypothesis fails")]
                second, because = self.explain(right)
                return (True, because) if second is True else (None if value is None else second, because)
            case Connective("iff", (left, right)):
                (first, why), (second, because) = self.explain(left), self.explain(right)
                return None if first is None or second is None else first == second, [*why, *because]
            case Connective(word, parts):
                stop = word == "or"
                for part in parts:
                    value, why = self._attempt(part, stop)
                    if value is stop:
                        return stop, why
                found = [self._attempt(part, not stop) for part in parts]
                unknown = any(value is None for value, _ in found)
                return None if unknown else not stop, [text for _, why in found for text in why]
            case Compare():
                return self._relation(claim)
            case Predicate(name, arguments):
                return self._predicate(name, arguments)
        raise TypeError(f"not a claim: {claim!r}")

    def _attempt(self, claim: Claim, wanted: bool) -> Found:
        """`explain`, forgetting what was stated on the way unless the claim has the wanted truth."""
        kept = (self.steps.saved(), dict(self.edges), self.about_game, self.large)
        value, why = self.explain(claim)
        if value is not wanted:
            self.steps.restore(kept[0])
            self.edges, self.about_game, self.large = kept[1:]
        return value, why

    def _relation(self, claim: Compare) -> Found:
        word, left, right = as_lists(claim)
        top, bottom = self.reading.kernel.reader.difference(left, right)
        below = self.signs.possible(bottom)
        if 0 in below:
            return None, []
        possible = frozenset(sign * side for sign in self.signs.possible(top) for side in below)
        value = True if possible <= SIGNS_OF[word] else None if possible & SIGNS_OF[word] else False
        if value is None:
            return None, []
        wanted = SIGNS_OF[word] if value else frozenset({-1, 0, 1}) - SIGNS_OF[word]
        enough = frozenset(sign for sign in (-1, 0, 1) if all(sign * side in wanted for side in below))
        places = [*self.signs.why(top, enough), *self.signs.why(bottom, below)]
        relation = claim.relation
        shown = relation if value else type(relation)(relation.left, _COMPLEMENT[word], relation.right)
        return value, [(relation_markup(shown, self.notation), *by([self.marks[p] for p in places]))]

    # Predicates

    def _predicate(self, name: str, arguments: Sequence[str]) -> Found:
        rules: dict[str, Callable[[tuple[str, ...]], tuple[bool, Inline]]] = {
            "equilibrium": self._carried, "equilibrium_support": self._carried, "unique": self._only,
            "unique_support": self._only, "rationalizable": self._survives, "rationalizable_only": self._survivors,
            "strict": self._strict, "absorbing": self._absorbing, "closed": self._closed, "cycle": self._cycle,
            "independent_of": self._independent,
        }  # fmt: skip
        if name not in rules:
            raise NotSupportedError(f"the predicate {name} is not written out in proofs yet")
        self.about_game = True
        names = tuple(arguments) if name in ("cycle", "independent_of") else self.reasons.ordered("U", arguments)
        try:
            value, why = rules[name](names)
        except Unsettled:
            return None, []
        claim: Claim = Predicate(name, names)
        said = claim_inline(claim if value else Connective("not", (claim,)), self.notation)
        return value, [(*said, *why)]

    def _carried(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        value, mark = self.reasons.carried(frozenset(names))
        return value, by([mark])

    def _only(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        chosen = frozenset(names)
        if not self.reasons.structure.carries(chosen):
            return False, by([self.reasons.carried(chosen)[1]])
        carried = self.reasons.structure.supports()
        looked_at = subsets(self.reasons.actions) if carried == [chosen] else carried
        return carried == [chosen], by([self.reasons.carried(support)[1] for support in looked_at])

    def _edge(self, action: str) -> Edge:
        if action not in self.edges:
            fits, replies, marks = self.reasons.edges(action)
            self.edges[action] = Edge(action, fits, replies, tuple(marks))
        return self.edges[action]

    def _gamma(self, names: Names) -> tuple[Names, Cited]:
        """Gamma of a set, and the statements that say so."""
        edges = [self._edge(action) for action in self.reasons.ordered("U", names)]
        if len(edges) == 1:
            return frozenset(edges[0].replies), list(edges[0].marks)
        reached, mark = self.reasons.gamma(names)
        return reached, [mark]

    def _rounds(self) -> tuple[Names, Inline]:
        current: Names = frozenset(self.reasons.actions)
        chain, cited = [current], Cited()
        while True:
            reached, marks = self._gamma(current)
            cited += marks
            if current <= reached:
                break
            current &= reached
            chain.append(current)
        rounds = joined([self.reasons.shown("U", members) for members in chain], "superset")
        text: Inline = (": no action is eliminated",) if len(chain) == 1 else (": the rounds are ", rounds)
        return current, (*text, *by(cited))

    def _survives(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        left, text = self._rounds()
        return frozenset(names) <= left, text

    def _survivors(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        left, text = self._rounds()
        return left == frozenset(names), text

    def _strict(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        reached, marks = self._gamma(frozenset(names))
        image = row(gamma(Fenced(Name(names[0]), "{}")), "=", self.reasons.shown("U", reached))
        return reached == frozenset(names), (": ", image, *by(marks))

    def _reach(self, action: str) -> tuple[Names, Cited]:
        found, border, marks = set[str](), {action}, Cited()
        while border:
            edges = [self._edge(a) for a in sorted(border)]
            marks += [mark for edge in edges for mark in edge.marks]
            border = {b for edge in edges for b in edge.replies} - found
            found |= border
        return frozenset(found), marks

    def _absorbing(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        chosen = frozenset(names)
        texts: list[Part] = []
        value = True
        for action in names:
            reached, marks = self._reach(action)
            value = value and (reached == chosen or (len(names) == 1 and reached <= chosen))
            lead = "; from " if texts else ": from "
            texts += [lead, Name(action), " play reaches ", self.reasons.shown("U", reached), *by(marks)]
        return value, tuple(texts)

    def _closed(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        image, marks = self._gamma(frozenset(names))
        if not image <= frozenset(names):
            left = listed([Name(a) for a in self.reasons.ordered("U", image - frozenset(names))])
            return False, (": play can lead to ", *left, *by(marks))
        parts = [part for part in subsets(names) if part != frozenset(names)]
        inner = next((part for part in parts if self.reasons.structure.gamma(part) <= part), None)
        if inner is not None:
            _, marks = self._gamma(inner)
            return False, (": ", self.reasons.shown("U", inner), " inside it is closed", *by(marks))
        for part in parts:
            marks += self._gamma(part)[1]
        how = "play cannot leave it" if not parts else "play cannot leave it, and can leave each of its proper subsets"
        return True, (f": {how}", *by(marks))

    def _cycle(self, path: tuple[str, ...]) -> tuple[bool, Inline]:
        marks = Cited()
        for first, second in zip(path, [*path[1:], path[0]], strict=True):
            edge = self._edge(first)
            if second not in edge.replies:
                return False, (": play does not go from ", Name(first), " to ", Name(second), *by(edge.marks))
            marks += edge.marks
        return True, by(marks)

    def _independent(self, names: tuple[str, ...]) -> tuple[bool, Inline]:
        self.reasons.structure.everything()
        return True, (
            ": the known signs determine the structure, and no case that leads here speaks of ",
            self.notation.letter(names[0]),
        )

    # Signs

    def _sign(self, key: Key) -> Inline:
        """A determinant with its value and sign, turned so that it is not negative, and the facts that say so."""
        assert self.reading.game is not None
        kind, columns, rows = key
        self.large = self.large or len(columns) > 1
        polynomial = self.reading.game.minor(*key)
        sign = self.signs.sign(polynomial)
        scale = self._scale(kind, columns)
        number = number_in(scale)
        if number is not None:
            polynomial = polynomial * (1 / Fraction(number))
        places = self.signs.why(polynomial, frozenset({sign}))
        turn = sign < 0 or (sign == 0 and negative_markup(self.writer.markup(polynomial)))
        left = determinant(kind, columns, rows, turn)
        if number is None:
            left = row(factor(self.reading.expression(scale), self.notation), Fenced(left))
        value = self.writer.markup(self.reading.negative(polynomial) if turn else polynomial)
        grounds = by([self.marks[p] for p in places])
        if value == ZERO:
            return (row(left, "=", ZERO), *grounds)
        return (row(left, "=", value, ">" if sign else "=", ZERO), *grounds)

    def _scale(self, kind: str, columns: Sequence[str]) -> Polynomial:
        """The positive denominators by which the checker multiplies the columns."""
        reader, ring, record = self.reading.kernel.reader, self.reading.kernel.ring, self.reading.record
        assert record is not None
        total = ring.constant(1)
        for column in columns:
            found: list[Polynomial] = []
            if kind == "K":
                found = [reader.read(text).bottom for text in record["truth"][column].values()]
            else:
                for action in record["actions"]:
                    utility = Quotient(ring.constant(0), ring.constant(1))
                    for outcome in record["outcomes"]:
                        chance = reader.read(record["predicts"][column][action][outcome])
                        utility = utility + chance * reader.read(record["payoff"][action][outcome])
                    found.append(utility.bottom)
            distinct = [below for place, below in enumerate(found) if below not in found[:place]]
            for below in distinct:
                total = total * below
        return total


def determinant(kind: str, columns: Sequence[str], rows: Sequence[str], turn: bool) -> Markup:
    """A difference of divergences or payoffs, turned round on demand; a larger determinant by its name."""
    if len(columns) == 1:
        first, second = (rows[0], rows[1]) if turn else (rows[1], rows[0])
        name = "K" if kind == "K" else "U"
        return row(call(name, Name(first), Name(columns[0])), "-", call(name, Name(second), Name(columns[0])))
    items: list[Markup | str] = []
    for names in (columns, rows):
        items += ["mid"] if items else []
        for place, name in enumerate(names):
            items += [*((",",) if place else ()), Name(name)]
    named = call("D" if kind == "K" else "E", row(*items))
    return row("-", named) if turn else named

