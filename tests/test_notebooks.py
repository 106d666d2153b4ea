"""The notebooks run from top to bottom and show what is stored in them.

`python tests/test_notebooks.py` runs them and stores what they show.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "examples" / "notebooks").glob("*.ipynb"))


def run(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The outputs of every code cell, in the notebook format: what is printed, then the last expression."""
    namespace: dict[str, Any] = {}
    shown: list[list[dict[str, Any]]] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        body = ast.parse(source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) and not source.rstrip().endswith(";") else None
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
            value = None
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
        outputs: list[dict[str, Any]] = []
        if printed.getvalue():
            text = printed.getvalue().splitlines(keepends=True)
            outputs.append({"name": "stdout", "output_type": "stream", "text": text})
        if value is not None:
            data = {"text/plain": repr(value).splitlines(keepends=True)}
            outputs.append(
                {"data": data, "execution_count": len(shown) + 1, "metadata": {}, "output_type": "execute_result"}
            )
        shown.append(outputs)
    return shown


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_shows_what_it_computes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    stored = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert run(notebook) == stored
    assert any(stored)


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"canonical_trap", "epistemic_traps", "own_game"}


if __name__ == "__main__":
    for notebook_path in NOTEBOOKS:
        os.chdir(notebook_path.parent)
        document = json.loads(notebook_path.read_text(encoding="utf-8"))
        cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
        for number, (code, found) in enumerate(zip(cells, run(document), strict=True), start=1):
            code["outputs"], code["execution_count"] = found, number
        notebook_path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
