"""How long does the log engine take? Functions with one or both parameters inside logarithms; zeros in one variable.

    python benchmarks/logengine.py [--seeds 3]
"""

from __future__ import annotations

import argparse
import random
import time
from fractions import Fraction

from flint import fmpq

from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Polynomial, Ring, lift_polynomial
from berknash.symbolic.decomposition.box import Side
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.logengine import LineFunction, decompose_curves, decompose_plane, isolate_roots, sign_areas

LOGARITHMS = ("log(h)", "log(1 - h)", "log(l)", "log(1 - l)", "log(1 + h*l)", "log(h + l)")


def functions(texts: list[str], names: tuple[str, str] = ("h", "l")) -> tuple[Ring, list[Polynomial]]:
    """The numerators of some expressions over one ring."""
    ring = Ring.of_parameters(names)
    found = []
    for text in texts:
        ring, value = element_of(ring, read_expression(text, names, where=""))
        found.append(value.numerator)
    return ring, [lift_polynomial(f, ring.context) for f in found]


def random_form(source: random.Random) -> str:
    """A sum of logarithms with rational or linear coefficients that vanishes somewhere near the middle."""
    parts = []
    for log in source.sample(LOGARITHMS, 4):
        coefficient = f"({Fraction(source.randint(-20, 20) or 1, 10)})"
        if source.random() < 0.3:
            coefficient += "*" + source.choice(["h", "l", "(1 - h)"])
        parts.append(f"{coefficient}*{log}")
    return " + ".join(parts) + f" + ({Fraction(source.randint(-15, 15), 10)})"


def main() -> None:
    """Prints one line for each input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    side = Side.make(Fraction(1, 20), Fraction(19, 20))
    unit = Side.make(0, 1)
    for count in (1, 5, 10):
        for seed in range(options.seeds):
            source = random.Random(seed)
            ring, found = functions([random_form(source) for _ in range(count)])
            for name, box in (("inner box", side), ("unit square", unit)):
                start = time.process_time()
                result = decompose_curves(ring, found, ("h", "l"), (box, box))
                took = time.process_time() - start
                open_cells = sum(c.dimension == 2 for c in result.cells)
                size = result.undecided_size
                print(
                    f"{count:2} functions, seed {seed}, {name:11}: {took:6.2f} s, {open_cells} open cells, "
                    f"{len(result.sign_vectors())} sign vectors, {len(result.undecided)} undecided boxes of area "
                    f"{float(size) if size is not None else float('inf'):.1e}"
                )
    for count in (1, 5, 10):
        source = random.Random(count)
        texts = [
            f"p*({source.randint(1, 9)}*log(h) - {source.randint(1, 9)}*log(1 - h)) + "
            f"({source.randint(-9, 9)})*log(1 + h) + ({Fraction(source.randint(-9, 9), 4)})"
            for _ in range(count)
        ]
        ring, found = functions(texts, ("h", "p"))
        start = time.process_time()
        plane = decompose_plane(ring, found, ("h", "p"), (unit, unit))
        took = time.process_time() - start
        print(f"{count:2} functions, p outside the logarithms: {took:.2f} s, {len(plane.cells)} cells, exact")
    for seed in range(options.seeds):
        ring, found = functions([random_form(random.Random(seed))])
        start = time.process_time()
        areas = sign_areas(ring, found, ("h", "l"), (unit, unit), Fraction(1, 1000))
        took = time.process_time() - start
        shown = ", ".join(f"{a.sign_vector}: {float(a.lower):.4f} to {float(a.upper):.4f}" for a in areas)
        print(f"areas to 1e-3, seed {seed}: {took:.3f} s, {shown}")
    ring, (form,) = functions(["67*log(h/(1/5)) + 33*log((1 - h)/(4/5))"], ("h", "p"))
    function = LineFunction.of(ring, form, "h")
    start = time.process_time()
    for _ in range(100):
        isolate_roots(function, fmpq(0), fmpq(1))
    print(f"zeros of one function of one variable: {(time.process_time() - start) * 10:.2f} ms")


if __name__ == "__main__":
    main()
