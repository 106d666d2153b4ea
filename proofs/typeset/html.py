"""Reports as one self-contained HTML page: MathML, inline SVG, a plain stylesheet for light and dark, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from .blocks import (
    Block,
    Cite,
    Display,
    Figure,
    Grid,
    Heading,
    Inline,
    Items,
    Mark,
    Paragraph,
    Proof,
    Ref,
    References,
    Statement,
    Strong,
    Table,
)
from .formulas import width
from .latex import KINDS, broken
from .mathml import math_element

if TYPE_CHECKING:
    pass

_LINE = 66.0
STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fdfdfb; --rule: #c9c9c4; --soft: #f3f2ee;
  --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #17181c; --rule: #45474d; --soft: #212329; --link: #8ab8ee; } }
body { color: var(--ink); background: var(--paper); font: 17px/1.55 Georgia, "Times New Roman", serif;
  max-width: 46rem; margin: 2rem auto; padding: 0 1.1rem; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.3rem; margin-top: 2.2rem; } h3 { font-size: 1.1rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0 1.2rem; font-size: .92rem; }
table.data { border-top: 2px solid var(--ink); border-bottom: 2px solid var(--ink); width: 100%; }
table.data th { border-bottom: 1px solid var(--ink); text-align: left; font-weight: 600; }
table.data th, table.data td { padding: .32rem .7rem .32rem 0; vertical-align: top; }
figure.table { margin: 1.2rem 0; } figure.table figcaption { margin-top: 0; }
figcaption { text-align: left; font-size: .92rem; margin: .8rem 0 .3rem; }
.statement { border-left: 3px solid var(--rule); background: var(--soft); padding: .5rem 1rem; margin: 1.2rem 0; }
.proof { margin: 1rem 0 1.6rem; } .proof > p:first-child::before { content: "Proof. "; font-style: italic; }
.proof::after { content: "\\25A1"; display: block; text-align: right; }
figure { margin: 1.4rem 0; } figure svg { width: 100%; height: auto; background: #fff; border-radius: 4px; }
p, dd, figcaption { overflow-x: auto; overflow-y: hidden; }
.display { margin: .7rem 0; padding: .1rem 0; overflow-x: auto; overflow-y: hidden; }
.display table { margin: 0 auto; font-size: 1rem; }
.display td { padding: .2rem .15rem; vertical-align: middle; } .display td:first-child { text-align: right; }
.name { font-family: "Helvetica Neue", Arial, sans-serif; font-size: .92em; }
msub > .name:last-child, msubsup > .name { font-size: .7em; }
mi.word { font-style: italic; } math { font-size: 1.02em; } mtable.cases mtd { text-align: left; padding-right: 1em; }
ol.items { padding-left: 2.4rem; } ol.items p { margin: .3rem 0; }
dl.items { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .8rem; }
dl.items dt { font-weight: 600; } dl.items dt, dl.items dd, dl.items p { margin: 0; }
dl.items dt:has(span) { font-weight: normal; } .note { font-size: .9rem; }
""".strip()


def page_html(title: str, blocks: Sequence[Block], figures: Mapping[str, str]) -> str:
    """A complete page; `figures` maps the stem of each figure to its SVG."""
    repeated = bool(blocks) and isinstance(blocks[0], Heading) and blocks[0].text == title
    body = blocks_html(blocks[1:] if repeated else blocks, figures)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def blocks_html(blocks: Sequence[Block], figures: Mapping[str, str] | None = None) -> str:
    """The blocks as a fragment; figures that are not given are left out."""
    return _Printer(blocks, figures or {}).printed(blocks)


class _Printer:
    """Prints blocks; counts statements, tables and figures in the order in which they come."""

    def __init__(self, blocks: Sequence[Block], figures: Mapping[str, str]) -> None:
        self.figures = figures
        self.numbers: dict[str, int] = {}
        self.citations: dict[str, int] = {}
        counts: dict[str, int] = {}
        for block in blocks:
            match block:
                case Heading(label=label) | Statement(label=label) | Table(label=label) | Figure(label=label):
                    kind = label.partition(":")[0]
                    counts[kind] = counts.get(kind, 0) + 1
                    self.numbers[label] = counts[kind]
                case References(entries=entries):
                    self.citations = {key: i for i, (key, _) in enumerate(entries, 1)}
                case _:
                    pass

    def printed(self, blocks: Sequence[Block]) -> str:
        return "\n".join(filter(None, map(self.block, blocks)))

    def reference(self, label: str) -> str:
        if label.startswith("step:"):
            return f"({label.rpartition('-')[2]})"
        kind = KINDS[label.partition(":")[0]]
        number = self.numbers.get(label)
        return kind if number is None else f"{kind}&nbsp;{number}"

    def inline(self, content: Inline) -> str:
        pieces = []
        for part in content:
            match part:
                case str():
                    pieces.append(escape(part, quote=False))
                case Cite(key=key):
                    number = self.citations.get(key)
                    pieces.append(f'<a href="#ref-{key}">[{number}]</a>' if number else "")
                case Ref(label=label):
                    pieces.append(f'<a href="#{_anchor(label)}">{self.reference(label)}</a>')
                case Mark(label=label, number=number):
                    pieces.append(f'<span id="{_anchor(label)}">({number})</span>')
                case Strong(text=text):
                    pieces.append(f"<strong>{escape(text)}</strong>")
                case _:
                    pieces.append(math_element(part))
        return "".join(pieces)

    def block(self, block: Block) -> str:
        match block:
            case Heading(level=level, text=text, label=label):
                return f'<h{level + 1} id="{_anchor(label)}">{escape(text)}</h{level + 1}>'
            case Paragraph(content=content):
                return f"<p>{self.inline(content)}</p>"
            case Display(rows=rows):
                lines = []
                for left, right in rows:
                    if right is None:
                        lines.append(f'<tr><td colspan="3">{math_element(left, display=True)}</td></tr>')
                        continue
                    pieces = broken(right, _LINE - width(left))
                    cells = (math_element(left), "<math><mo>=</mo></math>", _large(math_element(pieces[0])))
                    lines.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
                    lines += [f"<tr><td></td><td></td><td>{_large(math_element(p))}</td></tr>" for p in pieces[1:]]
                return f'<div class="display"><table>{"".join(lines)}</table></div>'
            case Table():
                return self.table(block)
            case Grid(header=header, rows=rows):
                return f'<div class="scroll"><table class="data">{self.cells(header, rows)}</table></div>'
            case Statement(label=label, title=title, body=body):
                note = f" ({escape(title)})" if title else ""
                head = f"<p><strong>{self.reference(label)}</strong>{note}.</p>"
                return f'<div class="statement" id="{_anchor(label)}">{head}\n{self.printed(body)}</div>'
            case Proof(body=body):
                return f'<div class="proof">{self.printed(body)}</div>'
            case Items(items=items, marks=marks):
                return self.items(items, marks)
            case Figure(stem=stem, label=label, caption=caption, alternative=alternative):
                if stem not in self.figures:
                    return ""
                picture = self.figures[stem]
                return (
                    f'<figure id="{_anchor(label)}" role="group" aria-label="{escape(alternative)}">{picture}\n'
                    f"<figcaption><strong>{self.reference(label)}.</strong> {self.inline(caption)}</figcaption>"
                    "</figure>"
                )
            case References(entries=entries):
                lines = [f'<li id="ref-{key}">{escape(text, quote=False)}</li>' for key, text in entries]
                return "<h2>References</h2>\n<ol>" + "\n".join(lines) + "</ol>"

    def table(self, table: Table) -> str:
        caption = f"<strong>{self.reference(table.label)}.</strong> {self.inline(table.caption)}"
        return (
            f'<figure class="table" id="{_anchor(table.label)}"><figcaption>{caption}</figcaption>'
            f'<div class="scroll"><table class="data">{self.cells(table.header, table.rows)}</table></div></figure>'
        )

    def cells(self, header: Sequence[Inline], rows: Sequence[Sequence[Inline]]) -> str:
        head = "".join(f'<th scope="col">{self.inline(cell)}</th>' for cell in header)
        body = "\n".join(
            "<tr>" + "".join(f"<td>{self.inline(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody>"

    def items(self, items: Sequence[tuple[Block, ...]], marks: Sequence[str | Mark]) -> str:
        inner = [self.printed(item) for item in items]
        if marks:
            pairs = "".join(
                f"<dt>{self.inline((mark,))}</dt><dd>{text}</dd>" for mark, text in zip(marks, inner, strict=True)
            )
            return f'<dl class="items">{pairs}</dl>'
        return '<ol class="items" type="i">' + "".join(f"<li>{text}</li>" for text in inner) + "</ol>"


def _anchor(label: str) -> str:
    return label.replace(":", "-")


def _large(element: str) -> str:
    """A formula in a line at the size of a display."""
    return element.replace("<math>", '<math displaystyle="true">', 1)
