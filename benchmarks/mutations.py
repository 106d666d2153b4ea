"""Mutants of what a stranger may hand to the program: game files, claims, options, normal forms, Coq files.

Every function takes a valid text and a `random.Random` and returns a text that may be anything: a change of one or a
few places, by structure (keys, rows, expressions, sentences) or by character. The same random state gives the
same mutant. Mutants of certificates are in `certificate_mutants`.

>>> import random
>>> mutate_claim("p > 1/2 => strict(a)", ["p"], ["a"], random.Random(1)) != "p > 1/2 => strict(a)"
True
"""

from __future__ import annotations

import copy
import random
import re
import tomllib
from collections.abc import Callable, Sequence
from typing import Any

# Expressions that break programs: undefined, huge, deep, badly written, or not of this language at all.
EXPRESSIONS = (
    *("0", "1", "-1", "1/2", "1/0", "0/0", "0**0", "0**-1", "1e308", "1e309", "1e999999", "2**10000", "2**2**2**2**2"),
    *("10**400", "1/10**400", "log(0)", "log(-1)", "sqrt(-1)", "sqrt(2)", "exp(1)", "exp(1000)", "exp(exp(exp(9)))"),
    *("log(log(1/2))", "p", "p - p", "1/(p - p)", "p/p", "log(p - 1)", "log(p - q)", "sqrt(p - 2)", "log(p**2)"),
    *("sqrt(p**2)", "log((p - q)**2)", "exp(log(p))", "log(exp(p))", "(p + q)**64", "(p - q)**63", "p**-3", "p**q"),
    *("p**(1/3)", "-p", "--p", "-(-(p))", "1 - (1 - (1 - p))", "x", "theta", "y", "forall", "pi", "e", "i", "I", "E"),
    *(
        "nan",
        "inf",
        "oo",
        "-oo",
        "True",
        "None",
        "__import__('os')",
        "lambda: 0",
        "[1]",
        "{}",
        "p if q else 1",
        "p.real",
    ),
    *(
        "p == q",
        "p < q",
        "1_000",
        "1/2/3",
        "0x10",
        "1j",
        "٣",
        "½",
        "𝟙",
        "p\u200b",
        "p\x00",
        "p\x1b[31m",
        "p\n",
        "",
        " ",
    ),
    *(
        "(" * 200 + "p" + ")" * 200,
        "+".join(["p"] * 400),
        "p*" * 300 + "p",
        "-" * 300 + "p",
        "9" * 400,
        "0." + "3" * 400,
    ),
    *("(p + q + 1)**40 - (p + q)**40", "log(10**20 + p)", "log(p)/log(q)", "1/(1 - 2*p)", "sqrt(sqrt(p))", "p**0.5"),
    *("0.1 + 0.2", ".5", "5.", "1..2", "1,5", "p;q", "p # q", "'p'", '"p"', "\\frac{1}{2}", "$p$", "%", "p^2", "p²"),
)

# Names that break printers: empty, long, of another script, with the specials of TOML, LaTeX, HTML, Coq and the shell.
NAMES = (
    *(
        "",
        " ",
        "a b",
        "a,b",
        "a|b",
        "a:b",
        "*",
        "'",
        '"',
        "\\",
        "a\\",
        "{",
        "}",
        "$x$",
        "100%",
        "a_b",
        "a^b",
        "#1",
        "&amp;",
    ),
    *(
        "<b>",
        "f(x)",
        "x**2",
        "-1",
        "0",
        "1e5",
        "None",
        "forall",
        "Type",
        "fun",
        "nan",
        "é",
        "Ω",
        "行动",
        "🙂",
        "\u202eabc",
    ),
    *(
        "a" * 300,
        "\x1b[2J",
        "a\tb",
        "a\x00b",
        "../../x",
        "/etc/passwd",
        "; rm -rf x",
        "`id`",
        "$(id)",
        "and",
        "or",
        "not",
    ),
    *(
        "strict",
        "p",
        "agent",
        "format",
        "players",
        "K",
        "U",
        "Gamma",
        "sigma",
        "lambda",
        "end",
        "Qed",
        "true",
        "\ufeffa",
    ),
)

CLAIM_PIECES = (
    *("and", "or", "not", "=>", "iff", "(", ")", ",", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", "**", '"'),
    *(
        "true",
        "false",
        "=",
        "<>",
        "->",
        "&",
        "|",
        "!",
        ";",
        "strict(",
        "unique()",
        "closed(a, a)",
        "cycle(a)",
        "sin(p)",
    ),
)
PREDICATES = (
    *("equilibrium", "equilibrium_support", "unique", "unique_support", "rationalizable", "rationalizable_only"),
    *("strict", "absorbing", "closed", "cycle", "independent_of"),
)

Path = tuple[Any, ...]


def mutate_text(text: str, source: random.Random) -> str:
    """One to four changes by character: deleted, doubled, swapped, cut and foreign pieces."""
    for _ in range(source.randint(1, 4)):
        start = source.randint(0, len(text))
        end = min(len(text), start + source.choice((1, 1, 2, 5, 40)))
        piece = text[start:end]
        new = source.choice(
            (
                "",
                piece * 2,
                piece[::-1],
                chr(source.choice((0, 7, 9, 10, 13, 27, 34, 39, 92, 0x200B, 0xFEFF, 0x202E, 0x1F642, 0x0663))),
                source.choice("0123456789.,=[]{}()\"'#-+*/_ \n"),
                source.choice(EXPRESSIONS),
            )
        )
        text = text[:start] + new + text[end:]
    if source.random() < 0.05:
        text = text[: source.randint(0, len(text))]
    return text


def _paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, part in value.items():
            found += _paths(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            found += _paths(part, (*path, index))
    return found


def _at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _deleted(document: Any, path: Path, source: random.Random) -> None:
    del _at(document, path[:-1])[path[-1]]


def _renamed(document: Any, path: Path, source: random.Random) -> None:
    parent = _at(document, path[:-1])
    if isinstance(parent, dict):
        items = [(source.choice(NAMES) if key == path[-1] else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)
    else:
        parent[path[-1]] = source.choice(NAMES)


def _replaced(document: Any, path: Path, source: random.Random) -> None:
    parent, old = _at(document, path[:-1]), _at(document, path)
    others: list[Any] = [*EXPRESSIONS] * 2 + [
        *NAMES,
        0,
        -1,
        10**30,
        0.5,
        float("nan"),
        float("inf"),
        True,
        [],
        {},
        [[]],
    ]
    if isinstance(old, str):
        others += [f"-({old})", f"({old})**2", f"1/({old})", f"log({old})", f"{old} + 0*p", f"({old}) - ({old})"] * 10
        others += ["(0, 1)", "[0, 1]", "(0, oo)", "(-oo, oo)", "(1, 0)", "[0, 0]", "(0, 1/0)", "(-3, -1)", "(p, 1)"] * 3
        others += ["p < q", "p + q == 1", "p**2 + q**2 < 1", "p < p", "log(p) > 1", "p < 0 or q < 0", "normal"] * 3
    parent[path[-1]] = source.choice(others)


def _exchanged(document: Any, path: Path, source: random.Random) -> None:
    other = source.choice(_paths(document))
    first, second = copy.deepcopy(_at(document, path)), copy.deepcopy(_at(document, other))
    if path[: len(other)] == other or other[: len(path)] == path:
        _at(document, path[:-1])[path[-1]] = second if len(other) >= len(path) else first
        return
    _at(document, path[:-1])[path[-1]] = second
    _at(document, other[:-1])[other[-1]] = first


def _repeated(document: Any, path: Path, source: random.Random) -> None:
    parent, value = _at(document, path[:-1]), _at(document, path)
    for count in range(source.choice((1, 2, 30))):
        if isinstance(parent, list):
            parent.append(copy.deepcopy(value))
        else:
            parent[f"{path[-1]}{count}"] = copy.deepcopy(value)


def _nested(document: Any, path: Path, source: random.Random) -> None:
    value = _at(document, path)
    for _ in range(source.choice((1, 3, 60))):
        value = {source.choice(NAMES[2:8]): value} if source.random() < 0.5 else [value]
    _at(document, path[:-1])[path[-1]] = value


_STRUCTURAL: tuple[Callable[[Any, Path, random.Random], None], ...] = (
    *(_deleted, _renamed, _replaced, _replaced, _replaced, _replaced, _exchanged, _repeated, _nested),
)


def mutate_game(text: str, source: random.Random) -> str:
    """A game file changed in one to three places, mostly by structure, else by character."""
    if source.random() < 0.25:
        return mutate_text(text, source)
    document = tomllib.loads(text)
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        paths = _paths(document)
        if paths:
            source.choice(_STRUCTURAL)(document, source.choice(paths), source)
    return toml_text(document)


def vary_game(text: str, source: random.Random) -> str:
    """A game file that is most likely still a game: other payoffs, domains and assumptions."""
    document = tomllib.loads(text)
    parameters = list(document.get("parameters", {}))
    paths = [path for path in _paths(document) if "payoff" in path[2:3] and isinstance(_at(document, path), str)]
    for path in source.sample(paths, min(len(paths), source.randint(1, 4))):
        if document["players"][path[1]].get("outcomes") != "normal":
            _at(document, path[:-1])[path[-1]] = (
                _expression(parameters, source) if parameters else f"{source.randint(-9, 9)}/7"
            )
    if parameters and source.random() < 0.3:
        domain = source.choice(("(0, 1)", "(1/3, 5/7)", "(0, 1/2)", "(1/10, 1)", "[1/4, 3/4]"))
        document["parameters"][source.choice(parameters)] = domain
    if len(parameters) > 1 and source.random() < 0.3:
        first, second = source.sample(parameters, 2)
        document["assume"] = [
            *document.get("assume", ()),
            source.choice((f"{first} < {second}", f"{first}*{second} < 1/5")),
        ]
    return toml_text(document)


def toml_text(document: dict[str, Any]) -> str:
    """Any nested dictionary as TOML: tables of depth one as sections, all below inline.

    >>> tomllib.loads(toml_text({"a": {"b c": [1, "x", {"d": 0.5}]}, "e": "f"}))
    {'a': {'b c': [1, 'x', {'d': 0.5}]}, 'e': 'f'}
    """
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in document.items())


def _text(text: str) -> str:
    special = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(special.get(c, c if " " <= c != "\x7f" else f"\\u{ord(c):04x}") for c in str(text)) + '"'


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_text(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else _text(value)


def mutate_claim(claim: str, parameters: Sequence[str], actions: Sequence[str], source: random.Random) -> str:
    """A claim grown or changed by pieces of the language and of others, or a fresh one."""
    if source.random() < 0.5:
        hypothesis = f"{_relation(parameters, source)} => " if source.random() < 0.6 else ""
        names = source.sample(list(actions), source.randint(1, min(2, len(actions))))
        word = (
            source.choice(("unique", "strict", "rationalizable", "equilibrium"))
            if len(names) == 1
            else "equilibrium_support"
        )
        return f"{hypothesis}{word}({', '.join(names)})"
    parts = re.findall(r'"[^"]*"|\w+|=>|<=|>=|==|!=|\*\*|\S', claim)
    for _ in range(source.choice((1, 1, 2, 4))):
        fresh = source.choice(
            (
                source.choice(CLAIM_PIECES),
                source.choice(EXPRESSIONS),
                _relation(parameters, source),
                _predicate(actions, parameters, source),
                f"=> {_predicate(actions, parameters, source)}",
                f"and {_relation(parameters, source)}",
                f"=> {_relation(parameters, source)}",
            )
        )
        place = source.randint(0, len(parts))
        parts[place : place + source.choice((0, 0, 1, 2))] = [fresh]
    if source.random() < 0.3:
        parts = [f"{_relation(parameters, source)} => {_predicate(actions, parameters, source)}"]
    if source.random() < 0.01:
        parts *= source.choice((20, 300))
    return " ".join(parts)


def _expression(parameters: Sequence[str], source: random.Random, depth: int = 0) -> str:
    if depth > 3 or source.random() < 0.3:
        return source.choice(
            (*parameters, *parameters, *parameters, "1/2", "2", "3/7", "0", "17/23", source.choice(EXPRESSIONS[:60]))
        )
    first, second = (_expression(parameters, source, depth + 1) for _ in range(2))
    shape = source.choice(("{0} + {1}", "{0} - {1}", "({0})*({1})", "({0})/({1})", "log({0})", "sqrt({0})", "({0})**2"))
    return shape.format(first, second)


def _relation(parameters: Sequence[str], source: random.Random) -> str:
    sign = source.choice(("<", "<=", ">", ">=", "==", "!="))
    return f"{_expression(parameters, source)} {sign} {_expression(parameters, source)}"


def _predicate(actions: Sequence[str], parameters: Sequence[str], source: random.Random) -> str:
    names = [
        source.choice((*actions, *actions, *parameters, source.choice(NAMES))) for _ in range(source.randint(0, 3))
    ]
    quoted = [name if source.random() < 0.7 else f'"{name}"' for name in names]
    return f"{source.choice(PREDICATES)}({', '.join(quoted)})"


def mutate_normal_form(text: str, source: random.Random) -> str:
    """A Gambit normal-form file with other numbers, sizes and pieces."""
    if source.random() < 0.5:
        return mutate_text(text, source)
    numbers = [match.span() for match in re.finditer(r"-?\d+(?:/\d+)?", text)]
    for _ in range(source.randint(1, 3)):
        if numbers:
            start, end = source.choice(numbers)
            text = (
                text[:start] + source.choice((*EXPRESSIONS[:20], "7/3", "1/2/3", "1_0", "64", "1000000")) + text[end:]
            )
            numbers = [match.span() for match in re.finditer(r"-?\d+(?:/\d+)?", text)]
    return text


COQ_SENTENCES = (
    *("Admitted.", "Abort.", "Fail idtac.", "Axiom cheat : False.", "Hypothesis cheat : forall P : Prop, P."),
    *("Parameter cheat : 0 = 1.", "Unset Guard Checking.", "Unset Universe Checking.", "Set Printing All."),
    *('Print Universes "universes.txt".', 'Redirect "x" Print nat.', 'Load "x".', 'Declare ML Module "x".'),
    *("Module R. End R.", 'Notation "x > y" := True.', "Definition Rlt (x y : R) := True.", "Open Scope nat_scope."),
    *(
        "Require Import Classical.",
        "(* unfinished",
        "Goal True. Proof. exact I. Qed.",
        "Import Nat.",
        "Ltac lra := idtac.",
    ),
)


def mutate_coq(text: str, source: random.Random) -> str:
    """A Coq file with a sentence put in, taken out or cut, or a change by character."""
    sentences = re.split(r"(?<=\.)\s+", text)
    kind = source.randrange(4)
    if kind == 0:
        return mutate_text(text, source)
    place = source.randint(0, len(sentences) - 1)
    if kind == 1:
        sentences.insert(place, source.choice(COQ_SENTENCES))
    elif kind == 2:
        del sentences[place]
    else:
        sentences[place] = source.choice((*COQ_SENTENCES, sentences[place].replace("<", ">"), "exact I."))
    return "\n".join(sentences)
