"""Numbered statements of a written proof, and how they are cited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ..typeset.blocks import Inline, Items, Mark, Paragraph, Part, Ref
from .solution_facts import listed

Statement: TypeAlias = tuple[Mark, Inline]
State: TypeAlias = tuple[dict[Inline, Mark], list[Statement], int]


class Steps:
    """Hands out the numbers of statements, one after the other, with labels that belong to one theorem.

    A statement that was made before, on the same grounds, keeps its number and is not made again.
    """

    def __init__(self, theorem: str) -> None:
        self.theorem = theorem
        self.last = 0
        self._made: dict[Inline, Mark] = {}
        self._waiting: list[Statement] = []

    def new(self) -> Mark:
        """The next number."""
        self.last += 1
        return Mark(f"step:{self.theorem}-{self.last}", self.last)

    def state(self, content: Inline) -> Mark:
        """The number of a statement with its grounds, which waits to be printed if it is new."""
        if content not in self._made:
            self._made[content] = self.new()
            self._waiting.append((self._made[content], content))
        return self._made[content]

    def printed(self) -> list[Items]:
        """The statements that wait, as one list."""
        waiting, self._waiting = self._waiting, []
        items = tuple((Paragraph(sentence(content)),) for _, content in waiting)
        return [Items(items, tuple(mark for mark, _ in waiting))] if items else []

    def saved(self) -> State:
        """What `restore` needs to forget what is stated from now on."""
        return dict(self._made), list(self._waiting), self.last

    def restore(self, state: State) -> None:
        """Forget what was stated since `saved`."""
        self._made, self._waiting, self.last = dict(state[0]), list(state[1]), state[2]


def cite(marks: Iterable[Mark]) -> Inline:
    """References to statements in the order of their numbers, runs shortened; number 0, the case itself, goes without.

    >>> cite([Mark("step:t-2", 2), Mark("step:t-1", 1), Mark("step:t-2", 2)])
    (Ref(label='step:t-1'), ' and ', Ref(label='step:t-2'))
    """
    ordered = sorted({mark for mark in marks if mark.number}, key=lambda mark: mark.number)
    runs: list[list[Mark]] = []
    for mark in ordered:
        if runs and runs[-1][-1].number == mark.number - 1:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    parts: list[Inline] = []
    for run in runs:
        if len(run) > 2:
            parts.append((Ref(run[0].label), "–", Ref(run[-1].label)))
        else:
            parts += [(Ref(mark.label),) for mark in run]
    return tuple(part for piece in listed(parts) for part in ((piece,) if isinstance(piece, str) else piece))


def by(marks: Iterable[Mark]) -> Inline:
    """" by (1) and (2)", or nothing where nothing is cited."""
    found = cite(marks)
    return (" by ", *found) if found else ()


def chained(texts: Sequence[Inline]) -> Inline:
    """Clauses separated by semicolons."""
    parts: list[Part] = []
    for text in texts:
        parts += ["; ", *text] if parts and text else text
    return tuple(parts)


def sentence(content: Inline) -> Inline:
    """The text with a capital at its start and a full stop at its end."""
    parts: list[Part] = list(content)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    return (*parts, ".")
