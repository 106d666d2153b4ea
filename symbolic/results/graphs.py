"""Transition graphs as DOT (Graphviz) and GraphML text, the same text every time."""

from __future__ import annotations

from typing import Protocol

from ..cells.cases import Case
from ..game.game import Game


class Transitions(Protocol):
    """What has a transition graph: its nodes in order, and its edges case by case."""

    @property
    def game(self) -> Game: ...

    @property
    def profiles(self) -> tuple[str, ...]: ...

    @property
    def transitions(self) -> tuple[Case[tuple[str, str]], ...]: ...


def _graph(solution: Transitions) -> tuple[str, list[str], list[tuple[str, str, str]]]:
    """Name, nodes in order, and edges with their condition ("" when they are always there)."""
    nodes = list(solution.profiles)
    edges = [(*case.value, "" if case.condition.is_always() else str(case.condition)) for case in solution.transitions]
    return solution.game.name, nodes, sorted(edges)


def to_dot(solution: Transitions) -> str:
    """The transition graph of a solution in the DOT language of Graphviz, the same text every time."""
    name, nodes, edges = _graph(solution)
    lines = [f"digraph {_quoted_dot(name)} {{", *(f"  {_quoted_dot(node)};" for node in nodes)]
    for first, second, condition in edges:
        label = f" [label={_quoted_dot(condition)}]" if condition else ""
        lines.append(f"  {_quoted_dot(first)} -> {_quoted_dot(second)}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted_dot(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def to_graphml(solution: Transitions) -> str:
    """The transition graph of a solution as GraphML, edges with their condition, the same text every time."""
    name, nodes, edges = _graph(solution)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '  <key id="condition" for="edge" attr.name="condition" attr.type="string"/>',
        f'  <graph id="{_escaped(name)}" edgedefault="directed">',
        *(f'    <node id="{_escaped(node)}"/>' for node in nodes),
    ]
    for first, second, condition in edges:
        start = f'    <edge source="{_escaped(first)}" target="{_escaped(second)}"'
        inside = f'><data key="condition">{_escaped(condition)}</data></edge>' if condition else "/>"
        lines.append(start + inside)
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def _escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
