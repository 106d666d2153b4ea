"""The definitions of a Coq file, compared with those that are written here for a game of the same size.

A theorem says what its definitions say: a file whose ``BNE`` or ``claim_unique_1`` means something else proves
something else under the same name. All definitions but the entries of truth, payoffs and predictions depend on
nothing but the numbers of actions, models and outcomes, on which probabilities are 0, and on the names of the
parameters. So they are written again by the functions that wrote them, and must be the same word for word. The
entries are arithmetic over parameters; they are handed to the reader, who alone knows the game that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .independence import IndependenceWriter
from .prelude import PRELUDE, SERIES
from .sentences import REACH, ForeignSentenceError, sentences

_NAME = "[A-Za-z_][A-Za-z_0-9']*"
_PLACE = "_[1-9][0-9]{0,8}"
_ENTRY = re.compile(rf"Definition ((?:P{_PLACE}|[QG]){_PLACE}{_PLACE}) : R := ([A-Za-z_0-9' ()+*/^-]+)")
_HEAD = re.compile(rf'(?:#\[using="[^"]*"\] )?(?:Definition|Inductive) ({_NAME})')
_CLAIM = re.compile(r"claim_([a-z_]+[a-z])((?:_[1-9][0-9]{0,8})+)")
_CLAIMS = frozenset({"equilibrium", "equilibrium_support", "unique", "unique_support", "strict", "cycle",
                     "rationalizable", "rationalizable_only", "closed", "absorbing"})  # fmt: skip


@dataclass(slots=True)
class _Section:
    """A game of the file: where it stands, its variables, and its definitions with their lines."""

    module: str
    variables: list[str] = field(default_factory=list)
    definitions: list[tuple[int, str]] = field(default_factory=list)


class Regenerated(IndependenceWriter):
    """Writes the definitions of a game of which only these entries, by name, and these parameters are known."""

    def __init__(self, entries: dict[str, str], parameters: Sequence[str], uniform: bool) -> None:
        # What the writers of definitions read of a question is given here: there is none.
        self.entries_of_file = entries
        self.parameters = list(parameters)
        self.uniform = uniform
        places = [tuple(map(int, name.split("_")[1:])) for name in entries if name.startswith("P")]
        self.count_m, self.count_a, outcomes = (max((place[k] for place in places), default=0) for k in range(3))
        self.every_m, self.every_a = range(1, self.count_m + 1), range(1, self.count_a + 1)
        self.every_y = range(1, outcomes + 1)
        self.actions, self.models = [str(i) for i in self.every_a], [str(t) for t in self.every_m]
        self.strategy = [f"s{i}" for i in self.every_a]
        self.belief = [f"m{t}" for t in self.every_m]
        self.s, self.m = " ".join(self.strategy), " ".join(self.belief)

    def entry(self, table: str, first: str, second: str, outcome: int) -> str:
        """The entry as the file has it."""
        name = "_".join([{"truth": "Q", "payoff": "G", "predicts": "P"}[table], first, *([second] if second else [])])
        return self.entries_of_file[f"{name}_{outcome}"]

    def finite(self, t: int, i: int) -> bool:
        """Whether the model rules out nothing that can happen after the action."""
        return self.allowed(t, i) == self.happens(i)

    def all_definitions(self, labels: Sequence[str], structure: bool) -> Iterator[str]:
        """The sentences of the game's section that define something, for predicates with these labels."""
        yield from self.tables()[1:]  # after the comment that names actions and models
        yield from self.notions()
        if structure:
            yield from self.structure_definitions()
        found = {label: self.atom(label) for label in labels}
        if any(atom[0] == "absorbing" for atom in found.values()):
            yield from (self.graph()[0], f"{REACH}.")
        for label, atom in found.items():
            yield self.definition(f"{label} : Prop", self.meaning(atom))

    def atom(self, label: str) -> list[str]:
        """The predicate of a label; raises ForeignSentenceError where there is none."""
        match = _CLAIM.fullmatch(label)
        chosen = match[2].split("_")[1:] if match else []
        if match is None or match[1] not in _CLAIMS or not set(chosen) <= set(self.actions):
            raise ForeignSentenceError(f"{label} is no predicate of the game")
        return [match[1], *chosen]


def entries_of(text: str) -> tuple[str, ...]:
    """The entries of truth, payoffs and predictions in the file's games, in its order: ``main.Q_1_1 = p``.

    Raises ForeignSentenceError where a definition is another than would have been written here.

    >>> entries_of("Definition BNE (s1 : R) : Prop := s1 = 1.")
    Traceback (most recent call last):
    ...
    berknash.proofs.coq.sentences.ForeignSentenceError: line 1: BNE is defined otherwise than in files written here
    """
    fixed = {sentence for _, sentence in sentences(PRELUDE + SERIES)}
    opened: list[str] = []  # modules and sections that are open
    game: _Section | None = None  # the open one
    last: _Section | None = None  # the last one that was closed
    independent: dict[str, str] = {}  # premises of a definition of independence, in its last game
    found: list[str] = []
    for line, sentence in sentences(text):
        word, _, rest = sentence.partition(" ")
        name = _HEAD.match(sentence)
        module = "".join(f"{part}." for part in opened)
        here = last if last is not None and last.module == module else None
        if word in ("Section", "Module"):
            opened.append(rest)
            if len(opened) > 2:  # a game in a module, and no more
                raise ForeignSentenceError(f"line {line}: {sentence[:40]} stands inside of others")
            if sentence == "Section Game":
                game = _Section(module)
        elif word == "End" and opened:
            opened.pop()
            if game is not None and rest == "Game":
                found += _compared(game, len(text))
                game, last, independent = None, game, {}
        elif game is not None and word in ("Variable", "Variables"):
            game.variables += rest.removesuffix(" : R").split()
        elif word in ("Theorem", "Corollary"):
            _stated(line, sentence, here, independent)
        elif name is None or sentence in fixed:
            continue
        elif game is not None and opened[-1] == "Game":
            game.definitions.append((line, sentence))
        elif here is not None and name[1].startswith("claim_independent_of_"):
            independent[name[1]] = _premises(line, sentence, name[1], here)
        else:
            raise _otherwise(line, name[1])
    return tuple(found)


def _compared(game: _Section, size: int) -> list[str]:
    """The entries of a game, all of whose definitions are those that are written for them."""
    writer = _writer(game)
    # A file that defines all this is longer: nothing is written that would be much longer than the file.
    if writer.count_a**2 + writer.count_m**2 > size:
        raise ForeignSentenceError("definitions are missing in its game")
    names = [(line, match[1]) for line, sentence in game.definitions if (match := _HEAD.match(sentence)) is not None]
    labels = [name for _, name in names if name.startswith("claim_")]
    if any(label.startswith("claim_closed_") and 2 ** label.count("_") > 4 * size for label in labels):
        raise ForeignSentenceError("definitions are missing in its game")
    structure = any(name.startswith("held_") for _, name in names)
    if structure and 2 ** (writer.count_a + writer.count_m) > 4 * size:
        raise ForeignSentenceError("definitions are missing in its game")
    try:
        written = writer.all_definitions(labels, structure)
        for line, sentence in game.definitions:
            if sentence + "." != next(written, ""):
                match = _HEAD.match(sentence)
                raise _otherwise(line, match[1] if match else sentence[:40])
        if next(written, None) is not None:
            raise ForeignSentenceError("definitions are missing in its game")
    except KeyError as missing:
        raise ForeignSentenceError(f"{missing.args[0]} is missing in its game") from missing
    return [f"{game.module}{name} = {entry}" for name, entry in writer.entries_of_file.items()]


def _writer(game: _Section) -> Regenerated:
    """What writes the definitions of this game again."""
    uniform = bool(game.definitions) and game.definitions[0][1].startswith("#[using")
    entries = {}
    for line, sentence in game.definitions:
        bare = re.sub(r'^#\[using="[^"]*"\] ', "", sentence)
        if (match := _ENTRY.fullmatch(bare)) is not None:
            if not set(re.findall(_NAME, match[2])) <= {*game.variables, "ln"}:
                raise _otherwise(line, match[1])
            entries[match[1]] = match[2]
    if any(int(place) > len(entries) for name in entries for place in name.split("_")[1:]):
        raise ForeignSentenceError("definitions are missing in its game")
    return Regenerated(entries, game.variables, uniform)


def _premises(line: int, sentence: str, name: str, game: _Section) -> str:
    """The premises on the other value in a definition of independence, as they read for the value itself."""
    place = int(name.rpartition("_")[2]) - 1 if re.fullmatch("claim_independent_of_[1-9][0-9]{0,8}", name) else -1
    writer = _writer(game)
    structure = any(" held_" in definition for _, definition in game.definitions)
    if not 0 <= place < len(game.variables) or not structure:
        raise _otherwise(line, name)
    before, binder, conclusion = writer.same_structure(place, ()).removesuffix(".").partition(" : R, ")
    here, there = game.variables[place], writer.elsewhere(place)[place]
    inside = sentence.removeprefix(before + binder).removesuffix(conclusion)
    premises = inside.removesuffix(" -> ")
    names = set(re.findall(_NAME, premises))
    if sentence != before + binder + inside + conclusion or (premises == inside) != (not inside):
        raise _otherwise(line, name)
    if not re.fullmatch("[A-Za-z_0-9' ()+*/^<>=-]*", inside):
        raise _otherwise(line, name)
    if here in names or there in game.variables or not names <= {*game.variables, there, "ln"}:
        raise _otherwise(line, name)
    return re.sub(rf"(?<![A-Za-z_0-9']){there}(?![A-Za-z_0-9'])", here, inside)


def _stated(line: int, sentence: str, game: _Section | None, independent: dict[str, str]) -> None:
    """A theorem on independence assumes of the value itself what the definition assumes of the other one."""
    for name in re.findall("[A-Za-z_0-9'.]*claim_independent_of_[A-Za-z_0-9']+", sentence):
        start = f"forall {' '.join(game.variables)} : R, {independent.get(name, '')}" if game else ""
        if name not in independent or not sentence.partition(" : ")[2].startswith(start):
            raise ForeignSentenceError(f"line {line}: a theorem has other premises than {name}, which it rests on")


def _otherwise(line: int, name: str) -> ForeignSentenceError:
    return ForeignSentenceError(f"line {line}: {name} is defined otherwise than in files written here")
