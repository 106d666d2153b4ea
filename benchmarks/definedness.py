"""Random claims whose terms may have no value, `when` against the definition at points.

    python benchmarks/definedness.py [COUNT] [SEED] [line|square]

Prints how many were answered, refused with a place, left undecided, and every difference: there must be none.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from random_claims import LINE, SQUARE, claims, compared, square_game


def main(count: int, seed: int, arguments: tuple[str, ...]) -> int:
    """Compares so many claims; the exit status says whether all agreed."""
    game, ended, start = square_game(), Counter[str](), time.perf_counter()
    for text in claims(seed, count, arguments):
        try:
            ended[compared(text, game)] += 1
        except AssertionError as error:
            ended["different"] += 1
            print(f"DIFFERENT {text}: {error}")
    print(", ".join(f"{number} {how}" for how, number in sorted(ended.items())), end="; ")
    print(f"{time.perf_counter() - start:.0f} s")
    return 1 if ended["different"] else 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(
        main(
            int(given[0]) if given else 200,
            int(given[1]) if len(given) > 1 else 1,
            SQUARE if given[2:] == ["square"] else LINE,
        )
    )
