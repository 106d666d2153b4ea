"""The package as a stranger gets it: names, folders, import costs that come from imports and not from luck."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import berknash

ROOT = Path(__file__).resolve().parent.parent


def _folders() -> set[str]:
    found = {"berknash"}
    for top in ("symbolic", "numeric", "proofs"):
        for init in sorted((ROOT / top).rglob("__init__.py")):
            found.add(".".join(("berknash", *init.parent.relative_to(ROOT).parts)))
    return found


def test_every_package_folder_is_listed_and_mapped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    tools = project["tool"]["setuptools"]
    assert set(tools["packages"]) == _folders()
    assert set(tools["package-dir"]) == _folders()
    for package, folder in tools["package-dir"].items():
        assert (ROOT / folder / "__init__.py").is_file(), package


def test_the_namespace_points_at_the_folders() -> None:
    for name in ("symbolic", "numeric", "proofs"):
        link = ROOT / "berknash" / name
        assert link.is_symlink()
        assert link.resolve() == ROOT / name
        assert not Path(link.readlink()).is_absolute()


def test_every_public_name_resolves() -> None:
    for name in berknash.__all__:
        assert getattr(berknash, name) is not None
    assert set(berknash.__all__) <= set(dir(berknash))


def _loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys; {statement}; print(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_facade_loads_nothing_heavy() -> None:
    heavy = {"sympy", "networkx", "numpy", "mpmath", "matplotlib", "flint"}
    assert not heavy & _loaded_by("import berknash")
    assert not heavy & _loaded_by("import berknash.cli")
    assert "flint" in _loaded_by("import berknash; berknash.solve")


def test_inner_modules_import_each_other_only_relatively() -> None:
    for top in ("symbolic", "numeric", "proofs"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for line in path.read_text().splitlines():
                stripped = line.strip()
                if line[:1] in (" ", "") and ">>>" in stripped:
                    continue
                assert not line.startswith(("import berknash", "from berknash")), (path.name, stripped)
