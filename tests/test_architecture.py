"""The house as docs/architecture.md draws it, and no circle in it."""

from __future__ import annotations

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
