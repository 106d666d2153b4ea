"""The house as docs/architecture.md draws it, and no circle in it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import networkx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import architecture  # noqa: E402


def test_the_diagram_is_that_of_the_imports() -> None:
    document = architecture.DOCUMENT.read_text("utf-8")
    files = architecture.modules()
    drawn = architecture.diagram(architecture.rooms(architecture.imports(files), files))
    assert architecture.document_with(drawn, document) == document, "run benchmarks/architecture.py --write"


def test_no_circle_of_imports_inside_functions_and_for_types_included() -> None:
    graph = architecture.imports(architecture.modules())
    assert networkx.is_directed_acyclic_graph(graph)
    assert graph.has_edge("cli", "symbolic.limits"), "imports inside functions are counted"


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        path.parent.name
        for top in ("symbolic", "proofs", "numeric")
        for path in (ROOT / top).rglob("__init__.py")
        if not path.read_text("utf-8").startswith('"""')
    ]
    assert silent == []


def _inside_functions(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for node in ast.walk(function)]
    return [node for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]


def test_imports_inside_functions_say_that_they_are_for_start_up() -> None:
    silent = []
    for name, path in architecture.modules().items():
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        lines = text.splitlines()
        if "start-up" in (ast.get_docstring(tree) or ""):
            continue
        for node in _inside_functions(tree):
            around = lines[node.lineno - 2 : node.end_lineno]
            if not any("start-up" in line for line in around):
                silent.append(f"{name}:{node.lineno}")
    assert not silent
