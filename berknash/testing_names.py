"""Games whose names and texts are as hard to print as the format allows, for tests and benchmarks.

The characters are those that mean something to a shell, TOML, LaTeX, BibTeX, XML, Graphviz, Coq, regular expressions or
the syntax of claims, letters of many scripts, signs beyond 16 bits, and marks that combine.
"""

from __future__ import annotations

import random
from typing import Any

from .symbolic.game.game import Game

CHARACTERS = "ab Z09_-+*/\\^~#$%&{}()[]<>=!?.;'`@§€ßéłøİıαπЖ中文ひ한אع∀∃≤→∞²½𝔸😀🇩e\u0301\u00ad\u00a0\u200d\ufeff"
WORDS = (
    "f(x)", "sigma(x)", "sigma(", ") > 0 and (", "a and b", "not a", "x => y", "a iff b", "1*", "\\input{x}", "\\",
    "\\\\", "$x_1$", "%", "{", "}", "}{", "\\end{document}", "<b>", "&amp;", "]]>", "--", "log(p)", "weight_1",
    "forall", "exists", "(* *)", "*)", "oo", "0", "-1", "__import__('os')", "../x", "~", "^^M", "`", "''", "a b", "1/2",
    "p == p", "strict", "unique(a)", "{0}", "%s", "\\1", "None", "null", "true", "CON", "{}", "e\u0301",
)  # fmt: skip
SYMBOLS = ("p", "forall", "v_forall", "v_v_forall", "ln", "theta_12", "Match", "exists", "weight_1", "weight__1")
_FORBIDDEN = ',:|"'


def random_text(generator: random.Random, longest: int = 14) -> str:
    """A text of hard words and characters, without control characters."""
    pieces = [
        generator.choice(WORDS) if generator.random() < 0.4 else generator.choice(CHARACTERS + _FORBIDDEN)
        for _ in range(generator.randint(1, longest))
    ]
    return "".join(pieces)[:120] or "x"


def random_name(generator: random.Random, taken: set[str]) -> str:
    """A name that the format takes and that is not taken yet; it is added to those taken."""
    while True:
        text = random_text(generator, 6)
        name = "".join(c for c in text if c.isprintable() and c not in _FORBIDDEN).strip()[:64].strip()
        if name not in ("", "*") and name not in taken:
            taken.add(name)
            return name


def named_document(generator: random.Random) -> dict[str, Any]:
    """The sycophancy trap with hard names for everything: a document of the format."""
    taken: set[str] = set()
    good, bad, first, second, agent = (random_name(generator, taken) for _ in range(5))
    merit, agreement = (random_name(generator, taken) for _ in range(2))
    p, q = generator.sample(SYMBOLS, 2)

    def row(value: str) -> dict[str, str]:
        return {good: value, bad: f"1 - ({value})"}

    return {
        "format": 1,
        "name": random_text(generator),
        "title": random_text(generator),
        "source": random_text(generator),
        "parameters": {p: {"domain": "(0, 1)", "description": random_text(generator)}, q: "(0, 1)"},
        "players": {
            agent: {
                "actions": [first, second],
                "outcomes": [good, bad],
                "truth": {first: row(p), second: row(q)},
                "payoff": {name: {good: "1", bad: "0"} for name in (first, second)},
                "models": {
                    merit: {"predicts": {first: row("4/5"), second: row("1/5")}},
                    agreement: {"predicts": {first: row("1/5"), second: row("4/5")}},
                },
            }
        },
    }


def named_game(generator: random.Random) -> Game:
    """The game of `named_document`."""
    return Game.from_dict(named_document(generator))
