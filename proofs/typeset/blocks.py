"""The parts of a report, independent of how they are printed: headings, paragraphs, tables, theorems, figures.

`report_content` builds them from computed objects; `report_latex` and `html` print them. Inline text is a tuple of
plain strings (escaped when printed), markup (a formula), citations and references to labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .markup import Markup


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation by its key in the list of references."""

    key: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a label: "Theorem 1", "Table 2", "Figure 1"."""

    label: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words set in bold."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a statement of a proof, printed where the statement stands; `Ref` to its label cites it."""

    label: str
    number: int


Part: TypeAlias = str | Markup | Cite | Ref | Strong | Mark
Inline: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the section of the paper, 2 its subsections."""

    level: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Display:
    """Displayed formulas, aligned between left and right; an empty right side is a single formula."""

    rows: tuple[tuple[Markup, Markup | None], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; columns X share the remaining width and wrap, others (l, c, r) do not."""

    label: str
    caption: Inline
    columns: str
    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table inside running text, without number or caption; columns as in `Table`."""

    columns: str
    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A definition, lemma, proposition or theorem."""

    kind: str
    label: str
    title: str
    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof, of the statement just before it."""

    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """An enumerated list; marks are the texts or numbers in front of the items, by default (i), (ii), ..."""

    items: tuple[tuple[Block, ...], ...]
    marks: tuple[str | Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by the stem of its files."""

    stem: str
    label: str
    caption: Inline
    alternative: str
    width: float = 0.8


@dataclass(frozen=True, slots=True)
class References:
    """The list of references: key, text."""

    entries: tuple[tuple[str, str], ...]


Block: TypeAlias = (
    Heading | Paragraph | Display | Table | Grid | Statement | Proof | Items | Figure | References
)
