"""Reading expressions and relations in the syntax of the game file, exactly.

    expression := number | symbol | e + e | e - e | e * e | e / e | e ** n | -e | exp(e) | log(e) | sqrt(e)

with n an integer constant and decimals read exactly (0.1 is 1/10, 1e3 is 1000, 2.5e-1 is 1/4). Text is split into
tokens first, bounded in length, nesting and count, and every name is checked against the declared symbols;
only then does Python's own parser (`ast.parse`, which builds a tree and runs nothing) see it, and only
whitelisted node kinds are accepted. Nothing a user writes is ever evaluated as Python. Reading is canonical:
`read_expression(str(e), ...) == e` for every expression that was read or built by `add`, `multiply`, `power`
and `apply`. The trees (`symbolic.expressions.tree`) are exported from here too.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from fractions import Fraction

from ..errors import BudgetError, GameError, UndecidedError
from ..plain_text import kind_of, shown
from ..size_limits import MAXIMAL_BITS, MAXIMAL_DIGITS, MAXIMAL_LENGTH, MAXIMAL_NESTING, MAXIMAL_TOKENS
from .tree import (
    FUNCTIONS,
    ONE,
    RELATIONS,
    ZERO,
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    add,
    apply,
    brief,
    fold,
    is_total,
    multiply,
    number,
    power,
    substitute,
    symbols_of,
    to_sympy,
)

__all__ = [
    "FUNCTIONS",
    "ONE",
    "RELATIONS",
    "ZERO",
    "Apply",
    "Expression",
    "Number",
    "Power",
    "Product",
    "Relation",
    "Sum",
    "Symbol",
    "add",
    "apply",
    "brief",
    "fold",
    "is_total",
    "kind_of",
    "located",
    "multiply",
    "number",
    "power",
    "read_expression",
    "read_relation",
    "shown",
    "substitute",
    "symbols_of",
    "to_sympy",
]

MAXIMAL_NAME = 64
MAXIMAL_POWER_OF_TEN = 3_000

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|[-+*/()<>]))"
)


def read_expression(text: object, symbols: Collection[str] | None, *, where: str) -> Expression:
    """Reads an expression in the syntax of the game file, exactly and without evaluating it.

    Parameters: the text, or a plain integer (all else is refused); the declared symbols (None accepts every
    name that is not a Python keyword); `where`, the place to name in messages. Returns the canonical tree.
    Raises GameError, one line that starts with `where`, for whatever is no expression within the limits.

    >>> read_expression("35/36", [], where="here")
    Number(value=Fraction(35, 36))
    >>> str(read_expression("0.10 + p*-2", ["p"], where="here"))
    '1/10 - 2*p'
    """
    tree, source = _parse(text, symbols, RELATIONS, where)
    with located(where):
        return _convert(tree, source)


def read_relation(text: object, symbols: Collection[str] | None, *, where: str) -> tuple[Relation, ...]:
    """Reads a relation between expressions; a chain gives one relation per link.

    >>> [str(link) for link in read_relation("0 < l < h", ["h", "l"], where="here")]
    ['0 < l', 'l < h']
    """
    if not isinstance(text, str):
        raise GameError(f'{where}: a relation must be a string, not {kind_of(text)}; write it like "l < h"')
    tree, source = _parse(text, symbols, (), where)
    if not isinstance(tree, ast.Compare):
        raise GameError(f'{where}: {shown(text)} is not a relation; write one like "l < h"')
    with located(where):
        parts = [_convert(part, source) for part in (tree.left, *tree.comparators)]
    operators = [_OPERATORS[type(operator)] for operator in tree.ops]
    return tuple(map(Relation, parts, operators, parts[1:]))


_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.GtE: ">=", ast.Gt: ">",
}  # fmt: skip


@contextmanager
def located(where: str) -> Iterator[None]:
    """Puts the place in front of the message of a GameError, UndecidedError or BudgetError raised inside.

    >>> with located("game.toml: assume"):  # doctest: +ELLIPSIS
    ...     number(2**20_000)
    Traceback (most recent call last):
        ...
    berknash.symbolic.errors.GameError: game.toml: assume: a number has more than 10000 bits; ...
    """
    try:
        yield
    except (GameError, UndecidedError, BudgetError) as error:
        raise type(error)(f"{where}: {error}") from None


def _parse(
    text: object, symbols: Collection[str] | None, refused: Collection[str], where: str
) -> tuple[ast.expr, str]:
    """The syntax tree of a text whose tokens, names and nesting have all been checked, and its source."""
    if isinstance(text, int) and not isinstance(text, bool):
        if text.bit_length() > MAXIMAL_BITS:
            raise GameError(f"{where}: an integer has more than {MAXIMAL_BITS} bits; use smaller numbers")
        text = str(text)
    if not isinstance(text, str):
        remedy = 'decimals go in quotes, like "0.1"' if isinstance(text, float) else 'write it like "1 - p"'
        raise GameError(
            f"{where}: an expression must be a string or an integer, not {kind_of(text)}; {remedy}"
        )
    if len(text) > MAXIMAL_LENGTH:
        raise GameError(
            f"{where}: an expression of {len(text)} characters is longer than the limit of {MAXIMAL_LENGTH}"
            "; shorten it"
        )
    tokens = _tokens(text, where)
    if not tokens:
        raise GameError(f"{where}: an empty expression; write a number or an expression")
    if len(tokens) > MAXIMAL_TOKENS:
        raise GameError(
            f"{where}: an expression of {len(tokens)} tokens is larger than the limit of {MAXIMAL_TOKENS}"
            "; simplify it"
        )
    _check_nesting(tokens, where)
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token in refused:
            raise GameError(f"{where}: a relation {token!r} stands where a number is expected; remove it")
        if token[0].isalpha() or token[0] == "_":
            _check_name(token, following, symbols, where)
    source = " ".join(tokens)
    try:
        return ast.parse(source, mode="eval").body, source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise GameError(
            f"{where}: {shown(text)} cannot be read as an expression; write it with + - * / ** ( ), "
            "every product with *"
        ) from None


def _tokens(text: str, where: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    end = len(text.rstrip(" \t\r\n"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            character = text[position:].lstrip(" \t\r\n")[0]
            remedy = {"^": "powers are written **", "=": "equality is written =="}.get(
                character, "use numbers, symbols, + - * / ** ( ), exp, log and sqrt"
            )
            raise GameError(f"{where}: the character {character!r} has no place in {shown(text)}; {remedy}")
        tokens.append(match[0].strip())
        if len(tokens[-1]) > MAXIMAL_DIGITS and not match["name"]:
            raise GameError(f"{where}: a number of {len(tokens[-1])} digits is too long; use a shorter one")
        if match["number"]:
            _check_power_of_ten(tokens[-1], where)
        position = match.end()
    return tokens


def _check_power_of_ten(token: str, where: str) -> None:
    """Bounds the power of ten of a number such as 2.5e-1 before it is expanded."""
    _, mark, exponent = token.lower().partition("e")
    if mark and abs(int(exponent)) > MAXIMAL_POWER_OF_TEN:
        raise GameError(
            f"{where}: the number {shown(token)} has a power of ten beyond the limit of {MAXIMAL_POWER_OF_TEN}; use a "
            "smaller one"
        )


def _check_nesting(tokens: list[str], where: str) -> None:
    """Bounds the depth of the tree before Python's parser builds it: parentheses, signs and powers."""
    depth = signs = powers = 0
    previous = "("
    for token in tokens:
        depth += (token == "(") - (token == ")")
        powers += token == "**"
        signs += token in "+-" and not (previous[-1].isalnum() or previous[-1] in ")_.")
        previous = token
        if depth > MAXIMAL_NESTING:
            raise GameError(
                f"{where}: parentheses are nested deeper than the limit of {MAXIMAL_NESTING}; simplify it"
            )
    if powers > 10 * MAXIMAL_NESTING or signs > 10 * MAXIMAL_NESTING:
        raise GameError(f"{where}: too many powers or signs in one expression; simplify it")


def _check_name(name: str, following: str, symbols: Collection[str] | None, where: str) -> None:
    if name in FUNCTIONS:
        if following != "(":
            raise GameError(f"{where}: {name} is a function; write {name}(...)")
        return
    if len(name) > MAXIMAL_NAME:
        raise GameError(f"{where}: a name of {len(name)} characters; the limit is {MAXIMAL_NAME}")
    if following == "(":
        raise GameError(f"{where}: {name!r} is not a function; the functions are {', '.join(FUNCTIONS)}")
    if (symbols is None and keyword.iskeyword(name)) or (symbols is not None and name not in symbols):
        declared = ", ".join(sorted(symbols)) if symbols else "none"
        raise GameError(f"{where}: undeclared symbol {name!r}; declare it (declared here: {declared})")


def _convert(node: ast.expr, source: str) -> Expression:
    """The canonical expression of a whitelisted syntax tree; left-deep chains are followed in a loop."""
    chain: list[ast.BinOp] = []
    while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
        chain.append(node)
        node = node.left
    value = _convert_single(node, source)
    while chain:
        terms = [value]
        additive = isinstance(chain[-1].op, ast.Add | ast.Sub)
        # One flat run of + and - (or of * and /) is gathered at once, so that long sums take linear time.
        while chain and isinstance(chain[-1].op, ast.Add | ast.Sub) == additive:
            link = chain.pop()
            operand = _convert(link.right, source)
            match link.op:
                case ast.Sub():
                    operand = multiply([Number(Fraction(-1)), operand])
                case ast.Div():
                    operand = power(operand, -1)
                case ast.Add() | ast.Mult():
                    pass
                case _:
                    raise GameError("an operator other than + - * / **; use only these")
            terms.append(operand)
        value = add(terms) if additive else multiply(terms)
    return value


def _convert_single(node: ast.expr, source: str) -> Expression:
    match node:
        case ast.Constant():
            # The parser has rounded decimals to floats: the exact value is in the text.
            return number(Fraction(source[node.col_offset : node.end_col_offset]))
        case ast.Name(id=name):
            return Symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return multiply([Number(Fraction(-1)), _convert(operand, source)])
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _convert(operand, source)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, exponent = _convert(left, source), _convert(right, source)
            if not isinstance(exponent, Number) or exponent.value.denominator != 1:
                raise GameError(
                    f"the exponent {brief(exponent)} is not an integer constant; use exp, log or sqrt"
                )
            return power(base, int(exponent.value))
        case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]):
            return apply(function, _convert(argument, source))
        case _:
            raise GameError(
                f"{type(node).__name__} has no place in an expression; use numbers, symbols, "
                "+ - * / ** ( ), exp, log and sqrt"
            )
