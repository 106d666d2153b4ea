"""The index of the games of the literature: paper, game file, equilibria exactly, and where they are tested.

Run as ``python -m berknash.proofs.paper.literature examples/literature tests > docs/literature.md``. Titles and sources
are those of the game files; the equilibria are computed by `solve`, not copied from anywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...symbolic.errors import BerknashError
from ...symbolic.game.game import load_game
from ...symbolic.solving.solve import solve

_HEAD = """\
# Games of the literature

Generated from the game files; equilibria are computed exactly, tests are those that name the game. Continua of
equilibria that exist only where a parameter is on an edge are left out; `berknash solve` lists them. After a change:
`python -m berknash.proofs.paper.literature examples/literature tests > docs/literature.md`.
For everything else about a game: `berknash report examples/literature/NAME.toml --out DIR`.

| paper | game | Berk-Nash equilibria | tests |
| --- | --- | --- | --- |
"""
_ALWAYS = "0 < 1"


def literature_index(games: Path, tests: Path) -> str:
    """The index as Markdown, one row per game file, ordered by source.

    Parameters: the folder of game files; the folder of tests. Raises BerknashError for a game that cannot be solved or
    that lacks title or source.
    """
    texts = {path.name: path.read_text("utf-8") for path in sorted(tests.glob("test_*.py"))}
    texts["catalogue.py"] = (tests / "catalogue.py").read_text("utf-8")
    rows = []
    for path in sorted(games.glob("*.toml")):
        game = load_game(path)
        if not game.source or not game.title:
            raise BerknashError(f"{path}: the index needs title and source; add them")
        found = "<br>".join(equilibrium_lines(solve(game).to_json()))
        named = [name for name, text in texts.items() if f'"{path.stem}"' in text or f"{path.stem}.toml" in text]
        link = f"[{game.title}](../examples/literature/{path.name})"
        rows.append((game.source, f"| {game.source} | {link} | {found} | {', '.join(named) or 'none'} |"))
    return _HEAD + "".join(f"{row}\n" for _, row in sorted(rows))


def equilibrium_lines(document: Mapping[str, Any]) -> list[str]:
    """Each equilibrium on a line, with the conditions under which it exists.

    >>> weights = {"agent": {"in": {"exact": "1/3"}, "out": {"exact": "2/3"}}}
    >>> equilibrium_lines({"equilibria": [{"strategy": weights, "condition": "c > 2"}]})
    ['in 1/3, out 2/3 if `c > 2`']
    """
    conditions: dict[str, list[str]] = {}
    for entry in document["equilibria"]:
        condition = entry.get("condition") or _ALWAYS
        if entry.get("dimension") and all("==" in part for part in condition.split(" or ")):
            continue
        words = {name: _strategy(play) for name, play in entry["strategy"].items()}
        text = "; ".join(f"{name}: {word}" for name, word in words.items()) if len(words) > 1 else min(words.values())
        text = f"a continuum through {text}" if entry.get("dimension") else text
        conditions.setdefault(text, []).append(condition)
    return [text if _ALWAYS in found else f"{text} if `{_joined(found)}`" for text, found in conditions.items()]


def _joined(conditions: Sequence[str]) -> str:
    """The conditions joined by ``or``; an open side of an edge and the edge itself make a closed side."""
    parts = [part for condition in conditions for part in condition.split(" or ")]
    for edge in [part for part in parts if " and " not in part and " == " in part]:
        for sign in ("<", ">"):
            inside = edge.replace("==", sign)
            for place, part in enumerate(parts):
                if inside in part.split(" and "):
                    closed = [edge.replace("==", f"{sign}=") if p == inside else p for p in part.split(" and ")]
                    parts[place] = " and ".join(closed)
                    parts = [p for p in parts if p != edge]
                    break
    return " or ".join(parts)


def _strategy(play: Mapping[str, Any]) -> str:
    """``high 1/3, low 2/3``; the name alone for a pure action; by signal where there are signals."""
    if all("exact" in weight for weight in play.values()):
        played = {name: weight["exact"] for name, weight in play.items() if weight["exact"] != "0"}
        return min(played) if len(played) == 1 else ", ".join(f"{name} {weight}" for name, weight in played.items())
    parts = [(signal, _strategy(inner)) for signal, inner in play.items()]
    return parts[0][1] if len(parts) == 1 else ", ".join(f"{word} after {signal}" for signal, word in parts)


def main(arguments: Sequence[str]) -> int:
    """``GAMES TESTS``; prints the index."""
    try:
        print(literature_index(Path(arguments[0]), Path(arguments[1])), end="")
    except BerknashError as error:
        print(f"literature: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
