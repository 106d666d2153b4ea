r"""Reports as LaTeX: a fragment to ``\input`` into a paper, and a document of its own around it.

The fragment expects the packages of `latex.PACKAGES` (tikz only where its pictures are drawn) and theorem
environments called definition, lemma, proposition and theorem; a comment at its top says so. Lines that would be too
long for the page are broken at plus, minus and equality signs, and as a last resort set smaller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

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
from .formula_latex import MACROS, PACKAGES, markup_latex, text_latex
from .formulas import width
from .markup import Markup, Row, Sign

LINE = 84.0
PAGE_LINES = 36
GRID_LINES = 24
KINDS = {"def": "Definition", "lem": "Lemma", "prop": "Proposition", "thm": "Theorem", "tab": "Table",
         "fig": "Figure", "sec": "Section"}  # fmt: skip
ENVIRONMENTS = ("definition", "lemma", "proposition", "theorem")
_NUMBERED = (
    "[leftmargin=2.6em,labelwidth=2.1em,labelsep=0.5em,align=left,itemsep=1pt,parsep=1pt,topsep=3pt,"
    "before=\\raggedright]"
)
_MARKED = "[leftmargin=*,itemsep=3pt,parsep=1pt]"
_ROMAN = r"[label=\textup{(\roman*)},leftmargin=*,itemsep=2pt,parsep=1pt,topsep=3pt]"
_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def slug(name: str) -> str:
    """A name as it stands in labels: lower-case letters, digits and hyphens.

    >>> slug("Matching pennies, 2nd")
    'matching-pennies-2nd'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "game"


def blocks_latex(blocks: Sequence[Block], prefix: str = "bn") -> str:
    """The blocks as a fragment; `prefix` starts every label."""
    return _sequence(blocks, prefix) + "\n"


def _sequence(blocks: Sequence[Block], prefix: str) -> str:
    """The blocks one after the other; a formula belongs to the paragraphs around it."""
    text = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        kinds = {type(before), type(block)}
        gap = "\n" if kinds == {Display, Paragraph} else "\n\n"
        text += (gap if before is not None else "") + _block(block, prefix)
    return text


def section_latex(blocks: Sequence[Block], prefix: str) -> str:
    """The fragment of a paper, with a comment that says what it needs; the list of references stays outside."""
    inside = [block for block in blocks if not isinstance(block, References)]
    needs = ", ".join(PACKAGES)
    environments = ", ".join(ENVIRONMENTS)
    return (
        f"% A section of a paper. Needs the packages {needs};\n"
        f"% the theorem environments {environments} (amsthm); and references.bib for the citations.\n"
        f"{MACROS}\n\n{blocks_latex(inside, prefix)}"
    )


def document_latex(title: str, blocks: Sequence[Block], prefix: str) -> str:
    r"""The document around the fragment, which it ``\input``s as section.tex."""
    theorems = "\n".join(f"\\newtheorem{{{name}}}{{{name.capitalize()}}}" for name in ENVIRONMENTS[1:])
    references = "\n\n".join(_block(block, prefix) for block in blocks if isinstance(block, References))
    packages = "\n".join(f"\\usepackage{{{name}}}" for name in PACKAGES)
    return rf"""\documentclass[11pt,a4paper]{{article}}
\usepackage[T1]{{fontenc}}
\usepackage[utf8]{{inputenc}}
\usepackage{{lmodern}}
\usepackage{{textcomp}}
\usepackage[margin=2.4cm]{{geometry}}
{packages}
\usepackage[labelfont=bf,font=small]{{caption}}
\usepackage[hidelinks,pdfusetitle]{{hyperref}}
\ifdefined\pdfinfoomitdate\pdfinfoomitdate=1 \pdftrailerid{{}}\pdfsuppressptexinfo=-1 \fi
\theoremstyle{{definition}}
\newtheorem{{definition}}{{Definition}}
\theoremstyle{{plain}}
{theorems}
\emergencystretch=4em
\setlength{{\parskip}}{{2pt plus 1pt}}
\raggedbottom
\allowdisplaybreaks
\title{{{text_latex(title)}}}
\author{{}}
\date{{}}
\begin{{document}}
\maketitle
\input{{section.tex}}

{references}
\end{{document}}
"""


def bibliography(entries: Sequence[tuple[str, str]]) -> str:
    """The references for BibTeX, each as a note: enough to cite by key in a paper.

    >>> print(bibliography([("Key", "A source.")]))
    @misc{Key,
      note = {A source.}
    }
    <BLANKLINE>
    """
    return "".join(f"@misc{{{key},\n  note = {{{_balanced(text_latex(text))}}}\n}}\n" for key, text in entries)


def _balanced(text: str) -> str:
    r"""LaTeX without a brace that stands for itself: BibTeX counts braces, also those after a backslash.

    >>> print(_balanced(r"a\{b"))
    a\textbraceleft{}b
    """
    return text.replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}")


def inline_latex(content: Inline, prefix: str = "bn") -> str:
    """Running text."""
    pieces = []
    for part in content:
        match part:
            case str():
                pieces.append(text_latex(part))
            case Cite(key=key):
                pieces.append(f"\\cite{{{key}}}")
            case Ref(label=label):
                kind = label.partition(":")[0]
                word = "" if kind == "step" else f"{KINDS[kind]}~"
                pieces.append(f"{word}\\ref{{{prefix}:{label}}}")
            case Mark(label=label, number=number):
                pieces.append(f"\\bnstep{{{number}}}{{{prefix}:{label}}}")
            case Strong(text=text):
                pieces.append(f"\\textbf{{{text_latex(text)}}}")
            case _:
                pieces.append(f"${markup_latex(part)}$")
    return "".join(pieces)


def _block(block: Block, prefix: str) -> str:
    match block:
        case Heading(level=level, text=text, label=label):
            return f"\\{_SECTIONS[level]}{{{text_latex(text)}}}\n\\label{{{prefix}:{label}}}"
        case Paragraph(content=content):
            return inline_latex(content, prefix)
        case Display(rows=rows):
            return _display(rows)
        case Table():
            return _table(block, prefix)
        case Grid(columns=columns, header=header, rows=rows):
            grids = [
                f"\\begin{{center}}\\small\\renewcommand{{\\arraystretch}}{{1.2}}\n"
                f"{_tabular(columns, header, chunk, prefix)}\n\\end{{center}}"
                for chunk in _pages(columns, rows, GRID_LINES)
            ]
            return "\n".join(grids)
        case Statement(kind=kind, label=label, title=title, body=body):
            inner = _sequence(body, prefix)
            note = f"[{text_latex(title)}]" if title else ""
            return f"\\begin{{{kind}}}{note}\\label{{{prefix}:{label}}}\n{inner}\n\\end{{{kind}}}"
        case Proof(body=body):
            inner = _sequence(body, prefix)
            return f"\\begin{{proof}}\n{inner}\n\\end{{proof}}"
        case Items(items=items, marks=marks):
            lines = []
            for position, item in enumerate(items):
                mark = f"[{inline_latex((marks[position],), prefix)}]" if marks else ""
                lines.append(f"\\item{mark} " + _sequence(item, prefix))
            numbered = any(isinstance(mark, Mark) for mark in marks)
            options = _NUMBERED if numbered else _MARKED if marks else _ROMAN
            return f"\\begin{{enumerate}}{options}\n" + "\n".join(lines) + "\n\\end{enumerate}"
        case Figure(stem=stem, label=label, caption=caption, width=share):
            return (
                "\\begin{figure}[!htb]\n\\centering\n"
                f"\\includegraphics[width={share}\\linewidth]{{{stem}}}\n"
                f"\\caption{{{inline_latex(caption, prefix)}}}\n\\label{{{prefix}:{label}}}\n\\end{{figure}}"
            )
        case References(entries=entries):
            lines = [f"\\bibitem{{{key}}} {text_latex(text)}" for key, text in entries]
            return "\\begin{thebibliography}{99}\n" + "\n".join(lines) + "\n\\end{thebibliography}"


def _table(table: Table, prefix: str) -> str:
    parts = []
    for position, chunk in enumerate(_pages(table.columns, table.rows, PAGE_LINES)):
        more = " (continued)" if position else ""
        label = "" if position else f"\n\\label{{{prefix}:{table.label}}}"
        parts.append(
            "\\begin{table}[!htb]\n\\centering\\small\\renewcommand{\\arraystretch}{1.25}\n"
            f"\\caption{{{inline_latex(table.caption, prefix)}{more}}}{label}\n"
            f"{_tabular(table.columns, table.header, chunk, prefix)}\n\\end{{table}}"
        )
    return "\n\n".join(parts)


def _tabular(columns: str, header: Sequence[Inline], rows: Sequence[Sequence[Inline]], prefix: str) -> str:
    shares = _with_headers(columns, header, rows, _shares(columns, [header, *rows]))
    count = sum(share > 0 for share in shares)
    letters = [
        f">{{\\hsize={share * count:.3f}\\hsize\\raggedright\\arraybackslash}}X" if share else c
        for c, share in zip(columns, shares, strict=True)
    ]
    specification = "@{}" + "".join(letters) + "@{}"
    kind, room = ("tabularx", "{\\linewidth}") if count else ("tabular", "")
    lines = [" & ".join(inline_latex(cell, prefix) for cell in line) + r" \\" for line in (header, *rows)]
    body = "\n".join(lines[1:])
    table = (
        f"\\begin{{{kind}}}{room}{{{specification}}}\n\\toprule\n{lines[0]}\n\\midrule\n{body}\n"
        f"\\bottomrule\n\\end{{{kind}}}"
    )
    # A table that cannot wrap is set smaller when, and only when, it is wider than the line.
    room = "\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi"
    return table if count else f"\\resizebox{{{room}}}{{!}}{{%\n{table}}}"


def _with_headers(
    columns: str, header: Sequence[Inline], rows: Sequence[Sequence[Inline]], shares: Sequence[float]
) -> list[float]:
    """The shares, where a header would run into the next column widened at the cost of the others."""
    fixed = sum(max(_inline_width(row[i]) for row in (header, *rows)) + 2.5 for i, c in enumerate(columns) if c != "X")
    room = max(1.0, LINE - fixed)
    least = [(_inline_width(cell) + 2.5) / room if share else 0.0 for cell, share in zip(header, shares, strict=True)]
    narrow = {i for i, share in enumerate(shares) if share < least[i]}
    wide = sum(share for i, share in enumerate(shares) if i not in narrow)
    left = 1 - sum(least[i] for i in narrow)
    if not narrow or wide <= 0 or left <= 0:
        return list(shares)
    return [least[i] if i in narrow else share * left / wide for i, share in enumerate(shares)]


def _pages(
    columns: str, rows: Sequence[tuple[Inline, ...]], limit: int
) -> list[list[tuple[Inline, ...]]]:
    """The rows in chunks that fit on a page, judged by how often their cells will wrap."""
    fixed = sum(
        max((_inline_width(row[i]) for row in rows), default=0.0) + 2.5
        for i, c in enumerate(columns)
        if c != "X"
    )
    rooms = [max(8.0, (LINE * 1.05 - fixed) * share - 2.5) for share in _shares(columns, rows)]
    pages: list[list[tuple[Inline, ...]]] = [[]]
    used = 0.0
    for row in rows:
        lines = max(
            (math.ceil(_inline_width(cell) * 1.1 / room) if c == "X" else 1)
            for c, cell, room in zip(columns, row, rooms, strict=True)
        )
        if pages[-1] and used + max(1, lines) > limit:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += max(1, lines) + 0.25
    return pages


def _shares(columns: str, rows: Sequence[Sequence[Inline]]) -> list[float]:
    """How the wrapping columns share the room that is left: by their widest cells, within limits."""
    wanted = [
        min(60.0, max([17.0, *(_inline_width(row[i]) + 3 for row in rows)])) if c == "X" else 0.0
        for i, c in enumerate(columns)
    ]
    total = sum(wanted) or 1.0
    return [value / total for value in wanted]


def _inline_width(content: Inline) -> float:
    total = 0.0
    for part in content:
        match part:
            case str() | Strong():
                total += len(part if isinstance(part, str) else part.text) * 0.9
            case Mark():
                total += 3.0
            case Ref(label=label):
                total += 3.0 if label.startswith("step:") else 9.0
            case Cite():
                total += 9.0
            case _:
                total += width(part)
    return total


def _display(rows: Sequence[tuple[Markup, Markup | None]]) -> str:
    lines: list[str] = []
    widest = 0.0
    for left, right in rows:
        if right is None:
            lines.append(f"& {markup_latex(left)}")
            widest = max(widest, width(left))
            continue
        room = LINE - width(left) - 3
        pieces = broken(right, room)
        lines.append(f"{markup_latex(left)} &= {markup_latex(pieces[0])}")
        widest = max(widest, width(left) + 3 + max(map(width, pieces)))
        lines.extend(f"&\\quad {{}}{markup_latex(piece)}" for piece in pieces[1:])
    if widest > LINE * 1.15:
        body = " \\\\ ".join(lines)
        return (
            "\\[\n\\resizebox{\\linewidth}{!}{$\\displaystyle\\begin{aligned} "
            + body
            + " \\end{aligned}$}\n\\]"
        )
    body = " \\\\\n".join(lines)
    aligned = f"\\begin{{align*}}\n{body}\n\\end{{align*}}"
    return f"{{\\small\n{aligned}}}" if widest > LINE else aligned


def broken(markup: Markup, room: float) -> list[Markup]:
    """A formula in lines of at most this width, where its plus, minus and equality signs allow it.

    >>> from berknash.proofs.typeset.markup import Digits, Row, Sign
    >>> len(broken(Row((Digits("1" * 20), Sign("+"), Digits("2" * 20))), 30))
    2
    """
    if width(markup) <= room or not isinstance(markup, Row):
        return [markup]
    flat: list[Markup] = []
    for item in markup.items:
        flat.extend(item.items if isinstance(item, Row) else [item])
    lines: list[list[Markup]] = [[]]
    used = 0.0
    term: list[Markup] = []

    def close() -> None:
        nonlocal used, term
        size = sum(map(width, term))
        if lines[-1] and used + size > room:
            lines.append([])
            used = 0.0
        lines[-1].extend(term)
        used += size
        term = []

    for item in flat:
        if isinstance(item, Sign) and item.key in ("+", "-", "=") and term:
            close()
        term.append(item)
    close()
    return [Row(tuple(line)) for line in lines]
