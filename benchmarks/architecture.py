"""The house, measured on its imports: circles, floors, chains, files in a room, lines.

    python benchmarks/architecture.py            the measures
    python benchmarks/architecture.py --diagram  the diagram of docs/architecture.md, as Mermaid text
    python benchmarks/architecture.py --write    puts the diagram into docs/architecture.md

All imports count, those inside functions and for types too. A room is a folder; a floor is the number of rooms on the
longest way down from it.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import Counter
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("berknash", "symbolic", "numeric", "proofs")
DOCUMENT = ROOT / "docs" / "architecture.md"
START, END = "<!-- diagram: benchmarks/architecture.py --write -->", "<!-- end of diagram -->"


def modules() -> dict[str, Path]:
    """The files of the program by module name, without the package's own name."""
    found = {}
    for top in TOPS:
        for path in sorted((ROOT / top).rglob("*.py")):
            place = path.relative_to(ROOT)
            if any((ROOT / parent).is_symlink() for parent in place.parents):
                continue
            name = ".".join(place.with_suffix("").parts)
            found[name.removesuffix(".__init__").removeprefix("berknash.")] = path
    return found


def imports(files: dict[str, Path]) -> nx.DiGraph:
    """The graph of all imports between modules."""
    graph = nx.DiGraph()
    graph.add_nodes_from(files)
    for name, path in files.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*filter(None, base), *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{module}.{alias.name}" if module else alias.name
                target = inner if inner in files else module.removeprefix("berknash.")
                if target in files and target != name:
                    graph.add_edge(name, target)
    return graph


def room_of(module: str, files: dict[str, Path]) -> str:
    """The folder of a module; files beside the rooms of symbolic and proofs are rooms of their own."""
    folder = str(files[module].parent.relative_to(ROOT))
    alone = folder in ("symbolic", "proofs") and files[module].name != "__init__.py"
    return module.replace(".", "/") if alone else folder


def rooms(graph: nx.DiGraph, files: dict[str, Path]) -> nx.DiGraph:
    """The imports between rooms."""
    found = nx.DiGraph()
    for first, second in graph.edges:
        pair = room_of(first, files), room_of(second, files)
        if pair[0] != pair[1]:
            found.add_edge(*pair)
    return found


def floors(graph: nx.DiGraph) -> dict[str, int]:
    """How many rooms stand on the longest way down from each; rooms of one circle stand together."""
    merged = nx.condensation(graph)
    depth: dict[int, int] = {}
    for node in reversed(list(nx.topological_sort(merged))):
        depth[node] = 1 + max((depth[below] for below in merged.successors(node)), default=0)
    return {room: depth[node] for node in merged for room in merged.nodes[node]["members"]}


def diagram(graph: nx.DiGraph) -> str:
    """The folders and the shortest set of arrows that says who stands on whom, as Mermaid text."""
    folders = {room: room.replace("symbolic/algebra/rewritings", "symbolic/algebra") for room in graph}
    kept = {room for room in graph if (ROOT / room).is_dir() and room != "berknash"}
    whole = nx.DiGraph((folders[a], folders[b]) for a, b in graph.edges if {a, b} <= kept)
    whole.remove_edges_from(list(nx.selfloop_edges(whole)))
    reduced = nx.transitive_reduction(whole)
    lines = ["```mermaid", "graph TD"]
    lines += [f"  {_key(a)}[{a}] --> {_key(b)}[{b}]" for a, b in sorted(reduced.edges)]
    return "\n".join([*lines, "```"])


def _key(room: str) -> str:
    return re.sub(r"\W", "_", room)


def measures(files: dict[str, Path], graph: nx.DiGraph) -> list[tuple[str, object]]:
    """Name and value of everything that is measured."""
    circles = [sorted(c) for c in nx.strongly_connected_components(graph) if len(c) > 1]
    of_symbolic = {room: floor for room, floor in floors(rooms(graph, files)).items() if room.startswith("symbolic")}
    chain = nx.dag_longest_path(nx.condensation(graph))
    texts = {name: path.read_text("utf-8") for name, path in files.items()}
    classes = [c for text in texts.values() for c in re.findall(r"^class (\w+)", text, re.M)]
    per_room = Counter(str(path.parent.relative_to(ROOT)) for path in files.values() if path.name != "__init__.py")
    (fullest, most), *_ = per_room.most_common(1)
    return [
        ("files", len(files)),
        ("lines", sum(text.count("\n") for text in texts.values())),
        ("circles of imports", len(circles)),
        ("rooms of symbolic", sum("/" in room and room.count("/") < 3 for room in of_symbolic)),
        ("floors of symbolic", max(of_symbolic.values())),
        ("longest chain of files", len(chain)),
        ("most files in a folder", f"{most} ({fullest})"),
        ("types of solutions", ", ".join(sorted(c for c in classes if re.fullmatch(r"\w*Solution", c)))),
        ("types of diagrams", ", ".join(sorted(c for c in classes if re.fullmatch(r"\w*Diagram", c)))),
        ("type: ignore", sum(text.count("# type: ignore") for text in texts.values())),
    ]


def document_with(diagram_text: str, document: str) -> str:
    """The document with the diagram between its two marks."""
    before, after = document.split(START)[0], document.split(END)[1]
    return f"{before}{START}\n{diagram_text}\n{END}{after}"


def main() -> int:
    """Prints what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--diagram", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    files = modules()
    graph = imports(files)
    if arguments.diagram or arguments.write:
        text = diagram(rooms(graph, files))
        if arguments.write:
            DOCUMENT.write_text(document_with(text, DOCUMENT.read_text("utf-8")), "utf-8")
        else:
            print(text)
        return 0
    for name, value in measures(files, graph):
        print(f"{name:24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
