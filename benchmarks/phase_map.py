"""How long does a map of a million points take? Twenty atoms, polynomial or with logarithms, two parameters.

    python benchmarks/phase_map.py [--points 1000] [--repeat 3]

By numpy alone, on one core, twenty polynomials took 0.16 s of CPU time and twenty sums of logarithms 0.23 s: a compiler
would gain too little to depend on one.
"""

from __future__ import annotations

import argparse
import random
import time

import numpy as np

from berknash.numeric.phase_map import CompiledAtoms, Lookup, phase_map, sign_codes
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring, lift_polynomial
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game


def random_atoms(logarithms: bool, count: int = 20, seed: int = 0) -> CompiledAtoms:
    """Dense polynomials of degree two, or sums of logarithms with linear coefficients."""
    source = random.Random(seed)
    ring = Ring.of_parameters(["p", "h"])
    found = []
    for _ in range(count):
        if logarithms:
            parts = [
                f"({source.randint(-9, 9) or 1})*{log}*{factor}"
                for log in ("log(h)", "log(1 - h)", "log(2 - p)", "log(h + p)")
                for factor in ("p", "1")
            ]
        else:
            parts = [f"({source.randint(-9, 9) or 1})*p**{i}*h**{j}" for i in range(3) for j in range(3 - i)]
        ring, value = element_of(ring, read_expression(" + ".join(parts), ["p", "h"], where=""))
        found.append(value.numerator)
    atoms = tuple(lift_polynomial(f, ring.context) for f in found)
    bounds = (("p", 0.0, True, 1.0, True), ("h", 0.0, True, 1.0, True))
    return CompiledAtoms(("p", "h"), ring, atoms, (), bounds)


class CountingLookup(Lookup):
    """A lookup that numbers sign vectors without solving anything: twenty random atoms belong to no game."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, ...], int] = {}

    def number(self, vector: tuple[int, ...]) -> int:
        """A number for each vector."""
        return self.seen.setdefault(vector, len(self.seen))


def classified(compiled: CompiledAtoms, points: int) -> int:
    """The number of sign vectors on a square grid, classified in blocks as a map does."""
    lookup = CountingLookup()
    axis = (np.arange(points) + 0.5) / points
    rows = max(1, (1 << 16) // points)
    for start in range(0, points, rows):
        p = axis[start : start + rows].reshape(-1, 1)
        values = {"p": p, "h": axis.reshape(1, -1)}
        atoms, _ = compiled.evaluate(values)
        lookup.codes([sign_codes(a) for a in atoms], (len(p), points))
    return len(lookup.seen)


def trap() -> Game:
    """The canonical two-action trap."""
    models = {
        "merit": {"truthful": ("h", "l")},
        "agreement": {"truthful": ("l", "h")},
    }
    return Game.from_dict(
        {
            "format": 1,
            "name": "trap",
            "assume": ["l < h"],
            "parameters": dict.fromkeys("pqhl", "(0, 1)"),
            "players": {
                "agent": {
                    "actions": ["a", "b"],
                    "outcomes": ["y", "n"],
                    "truth": {"a": {"y": "p", "n": "1 - p"}, "b": {"y": "q", "n": "1 - q"}},
                    "payoff": {x: {"y": "1", "n": "0"} for x in "ab"},
                    "models": {
                        name: {
                            "predicts": {
                                x: {"y": s, "n": f"1 - {s}"}
                                for x, s in zip("ab", row["truthful"], strict=True)
                            }
                        }
                        for name, row in models.items()
                    },
                }
            },
        }
    )


def main() -> None:
    """Prints the best of several runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    for logarithms in (False, True):
        compiled = random_atoms(logarithms)
        times = []
        for _ in range(options.repeat):
            start = time.process_time()
            vectors = classified(compiled, options.points)
            times.append(time.process_time() - start)
        kind = "logarithms" if logarithms else "polynomials"
        print(f"20 {kind:12} {options.points}x{options.points}: {min(times):.3f} s, {vectors} sign vectors")
    table = atom_table(trap().at({"h": "4/5", "l": "1/5"}))
    times = []
    for _ in range(options.repeat):
        start = time.process_time()
        found = phase_map(table, ["p", "q"], [(0, 1), (0, 1)], (options.points, options.points))
        times.append(time.process_time() - start)
    print(f"trap over p, q   {options.points}x{options.points}: {min(times):.3f} s, {len(found.structures)} structures")


if __name__ == "__main__":
    main()
