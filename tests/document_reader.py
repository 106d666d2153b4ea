"""Reads the formulas of printed documents back: reports in LaTeX and HTML, JSON and terminal text.

A formula becomes a list of tokens; at signs outside of brackets it falls into sides, some of which are expressions over
known names. A side is known by its values at sample points, a link ``side < side`` by the values of both. What two
documents say is compared by these: how something is written does not matter, only what it means.
"""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as xml
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from zlib import crc32

from flint import arb, fmpq
from formula_meaning import Meaning, Unreadable, value
from formula_readers import read_text_statement, tokens_of
from typeset_readers import LATEX_SIGNS, LatexReader, flat

Values: TypeAlias = tuple[str, ...]
Link: TypeAlias = tuple[Values, str, Values]

_LATEX = (
    r"\\(?:text|mathrm|mathit|bnname)\{(?:[^{}\\]|\\.|\{\})*\}|\\begin\{dcases\}|\\end\{dcases\}"
    r"|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|[A-Za-z]|[][+(){}^_=<>,:;'/*|&-]"
)
_SKIPPED = ("\\ ", "\\allowbreak", "&", "\\quad")
_SEPARATORS = frozenset(
    (*LATEX_SIGNS, *(",", ";", ":", "|", "\\in", "\\notin", "\\to", "\\subseteq", "\\supset"),
     *("\\approx", "\\mid", "\\cap", "\\cup", "\\dots"))
)  # fmt: skip
_OPEN, _CLOSED = ("(", "[", "{", "\\{"), (")", "]", "}", "\\}")
_TURNED = {">": "<", ">=": "<="}


# From documents to tokens


def latex_formulas(text: str) -> list[list[str]]:
    """The formulas of a LaTeX document in order; without heads of tables.

    The rows of a display stand as ``left = right``, their lines joined.
    """
    found = []
    pattern = r"\\begin\{align(?:ed|\*)\}(.*?)\\end\{align(?:ed|\*)\}|(?<!\\)\$(?!\\displaystyle)((?:[^$\\]|\\.)*)\$"
    without_heads = re.sub(r"\\toprule.*?\\midrule", "", text.replace("$\\displaystyle", ""), flags=re.DOTALL)
    for match in re.finditer(pattern, without_heads, re.DOTALL):
        if match[1] is None:
            found.append(_latex_tokens(match[2]))
            continue
        display = re.sub(r"\\begin\{dcases\}.*?\\end\{dcases\}", lambda m: m[0].replace(r"\\", ";"), match[1])
        rows: list[str] = []
        for row in re.split(r"\\\\", display):
            if "&\\quad {}" in row:
                rows[-1] += row.replace("&\\quad {}", " ")
            else:
                rows.append(row)
        found += [_latex_tokens(row) for row in rows]
    return found


def _latex_tokens(text: str) -> list[str]:
    kept = [t for t in tokens_of(_LATEX, text) if t not in _SKIPPED and not t.endswith("{dcases}")]
    return _named([_name(t) if t.startswith("\\bnname") else t for t in kept if t not in ("\\left", "\\right")])


def _name(token: str) -> str:
    plain = token.removeprefix("\\bnname{").removesuffix("}").replace("\\allowbreak{}", "").replace("\\", "")
    return f"\\bnname{{{plain}}}"


def html_formulas(text: str) -> list[list[str]]:
    """The formulas of an HTML page in order, without heads of tables, in the tokens of LaTeX."""
    found: list[list[str]] = []
    pattern = r'<div class="display"><table>(.*?)</table></div>|<math.*?</math>'
    for match in re.finditer(pattern, re.sub(r"<thead>.*?</thead>", "", text, flags=re.DOTALL), re.DOTALL):
        if match[1] is None:
            found.append(_html_tokens(match[0]))
            continue
        for row in re.findall(r"<tr>(?:<td.*?</td>)+</tr>", match[1]):
            parts = [_html_tokens(part) for part in re.findall(r"<math.*?</math>", row)]
            if row.startswith("<tr><td></td>"):
                found[-1] += parts[0]
            else:
                found.append([token for part in parts for token in part])
    return found


def _html_tokens(text: str) -> list[str]:
    return _named(flat(xml.fromstring(text)))


def _named(tokens: Sequence[str]) -> list[str]:
    """Calls ``sigma(a)``, ``K(m, a)`` with names in them made one name each."""
    joined, at = [], 0
    while at < len(tokens):
        if tokens[at] in ("\\sigma", "σ", "\\mu", "μ", "K", "U") and tokens[at + 1 : at + 2] == ["("]:
            end = tokens.index(")", at)
            inside = tokens[at + 2 : end]
            if all(token == "," or token.startswith("\\bnname{") for token in inside):
                head = {"σ": "sigma", "\\sigma": "sigma", "μ": "mu", "\\mu": "mu"}.get(tokens[at], tokens[at])
                names = ",".join(token[8:-1] for token in inside if token != ",")
                joined.append(f"\\mathit{{{head}:{names}}}")
                at = end + 1
                continue
        joined.append(tokens[at])
        at += 1
    return joined


# From tokens to what they say


@dataclass
class Names:
    """Values of names at the sample points; weights of actions and beliefs have values of their own."""

    points: list[dict[str, Any]]
    known: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, name: str) -> list[Any]:
        """The values, KeyError for a name without meaning."""
        if name in self.known:
            return self.known[name]
        if match := re.fullmatch(r"\\mathit\{(sigma|mu):(.*)\}", name):
            seed = crc32(f"{match[1]} {re.sub(', ', ',', match[2])}".encode())
            return [arb(fmpq(seed % 997 + 3 + 2 * place, 1009)) for place in range(len(self.points))]
        raise KeyError(name)

    def values(self, meaning: Meaning) -> list[Any]:
        """The values of a meaning; KeyError where it has an unknown name."""
        names = {name: self.of(name) for name in _names_in(meaning)}
        return [value(meaning, {name: own[k] for name, own in names.items()}) for k in range(len(self.points))]


def _names_in(meaning: Meaning) -> set[str]:
    if meaning[0] in ("name", "number"):
        return {str(meaning[1])} if meaning[0] == "name" else set()
    return set().union(*(_names_in(part) for part in meaning[1:]))


def signature(values: Sequence[Any]) -> Values:
    return tuple(v.str(15, radius=False) if v.is_finite() else "undefined" for v in values)


@dataclass
class Said:
    """The sides and links of a document, and the sides of each formula in order."""

    sides: set[Values] = field(default_factory=set)
    links: set[Link] = field(default_factory=set)
    formulas: list[list[tuple[Meaning | None, Values | None]]] = field(default_factory=list)

    def link(self, left: Values, sign: str, right: Values) -> None:
        self.sides |= {left, right}
        self.links.add((right, _TURNED[sign], left) if sign in _TURNED else (left, sign, right))


def said(formulas: Sequence[Sequence[str]], names: Names) -> Said:
    """What the formulas of a document say; a display ``name = value`` gives a meaning to a name that has none."""
    for tokens in formulas:
        pieces = list(_pieces(tokens))
        if len(pieces) >= 2 and pieces[1][0] in ("=", "=="):
            left, right = _meaning(pieces[0][1]), _meaning(pieces[1][1])
            if left is not None and left[0] == "name" and "bnname" not in left[1] and right is not None:
                try:
                    names.of(left[1])
                except KeyError:
                    if _all_known(right, names):
                        names.known[left[1]] = names.values(right)
    found = Said()
    for tokens in formulas:
        sides: list[tuple[str, Meaning | None, Values | None]] = []
        for sign, piece in _pieces(tokens):
            meaning = _meaning(piece)
            known = meaning is not None and _all_known(meaning, names)
            sides.append((sign, meaning, signature(names.values(meaning)) if known and meaning is not None else None))
            if not known:
                found.sides |= _inside(piece, names)
        found.formulas.append([(meaning, values) for _, meaning, values in sides])
        found.sides |= {values for _, _, values in sides if values is not None}
        for (_, _, left), (sign, _, right) in itertools.pairwise(sides):
            if left is not None and right is not None and sign in LATEX_SIGNS:
                found.link(left, LATEX_SIGNS[sign], right)
    return found


def _inside(tokens: Sequence[str], names: Names) -> set[Values]:
    """The sides inside of brackets, such as mean and variance of a normal law."""
    start = next((k for k, token in enumerate(tokens) if token == "("), len(tokens))
    end = next((k for k in range(len(tokens) - 1, start, -1) if tokens[k] == ")"), start)
    meanings = [_meaning(piece) for _, piece in _pieces(tokens[start + 1 : end])]
    return {signature(names.values(m)) for m in meanings if m is not None and _all_known(m, names)}


def _all_known(meaning: Meaning, names: Names) -> bool:
    try:
        for name in _names_in(meaning):
            names.of(name)
    except KeyError:
        return False
    return True


def _meaning(tokens: Sequence[str]) -> Meaning | None:
    reader = LatexReader(tokens)
    try:
        return reader.whole(reader.sum)
    except (Unreadable, IndexError, ValueError):
        return None


def _pieces(tokens: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The parts between separators outside of brackets, each with the separator before it."""
    depth, before, piece = 0, "", list[str]()
    for token in tokens:
        if depth == 0 and (token in _SEPARATORS or token.startswith("\\text")):
            yield before, piece
            before, piece = token, []
            continue
        depth += (token in _OPEN) - (token in _CLOSED)
        piece.append(token)
    yield before, piece


# Conditions and numbers in JSON and on the terminal


def condition_said(text: str, names: Names, found: Said) -> None:
    """Adds what a condition or a set of strategies in claim syntax says."""
    weights = {f"weight_{crc32(name.encode())}": name for name in re.findall(r"sigma\(([^()]*)\)", text)}
    for written, name in weights.items():
        text = text.replace(f"sigma({name})", written)
        names.known[written] = names.of(f"\\mathit{{sigma:{name}}}")
    _add_statement(read_text_statement(text), names, found)


def _add_statement(statement: Meaning, names: Names, found: Said) -> None:
    if statement[0] in ("and", "or"):
        for part in statement[1:]:
            _add_statement(part, names, found)
        return
    left, right = (signature(names.values(side)) for side in statement[1:])
    found.link(left, statement[0], right)


def terminal_conditions(text: str) -> list[str]:
    """The conditions that the lines of a terminal text end in."""
    found = re.findall(r"    if (.+?)(?:   \(not witnessed.*)?$", text, re.MULTILINE)
    return [condition for condition in found if condition != "always"]


def json_parts(document: Any, key: str) -> Iterator[Any]:
    """Everything under a key, at any depth."""
    if isinstance(document, Mapping):
        for name, inner in document.items():
            if name == key:
                yield inner
            yield from json_parts(inner, key)
    elif isinstance(document, list):
        for inner in document:
            yield from json_parts(inner, key)
