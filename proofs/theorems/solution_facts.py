"""What a report says about one solution, looked up in its exact tables: signs of differences, cases, named formulas.

All sentences of a report are built from these: a difference of divergences or payoffs with its sign as a product of
atoms, and cases of combinatorial questions with exact conditions. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

from ...symbolic.algebra.ring import Element
from ...symbolic.algebra.signs import Point, approximate
from ...symbolic.algebra.text import element_expression
from ...symbolic.cells.atoms import AtomTable, SignProduct
from ...symbolic.cells.cases import Case
from ...symbolic.cells.conditions import ALWAYS, Condition, LiteralPrinter, cover
from ...symbolic.cells.tree import Explorer, numeric_value
from ...symbolic.expressions.reading import ZERO, Expression, Number, Relation, Symbol, add, multiply
from ...symbolic.forms.decision_atoms import atom_table
from ..typeset.blocks import Inline, Ref
from ..typeset.formulas import formula, width
from ..typeset.markup import Digits, Fenced, Letter, Markup, Name, Notation, Script, notation_of, row

if TYPE_CHECKING:
    from ...symbolic.combinatorics.agent import Problem
    from ...symbolic.game.game import Game
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.fits import Named as Weights
    from ...symbolic.results.solution import Solution

Value = TypeVar("Value", bound=Hashable)

_LONG_THRESHOLD = 7.0
_LONG_POLYNOMIAL = 16.0


@dataclass(frozen=True, slots=True)
class NamedFormula:
    """A long expression and the name it goes by in the report."""

    name: Markup
    expression: Expression


def conditions_of(solution: Solution | None, diagram: PhaseDiagram | None) -> list[Relation]:
    """All relations in the conditions of the results, in reading order."""
    relations: list[Relation] = []
    conditions: list[Condition] = []
    if diagram is not None:
        relations += [b.solved for b in diagram.boundaries if b.solved is not None]
        conditions += [p.condition for p in (*diagram.phases, *diagram.strata)]
    if solution is not None:
        conditions += [e.condition for e in solution.equilibria]
        lists: tuple[Sequence[Case[Any]], ...] = (
            solution.rationalizable, solution.rounds, solution.transitions, solution.absorbing, solution.closed,
            solution.cycles,
        )  # fmt: skip
        conditions += [case.condition for cases in lists for case in cases]
    for condition in conditions:
        relations += [r for conjunction in condition.alternatives for r in conjunction]
    return relations


def named_formulas(
    game: Game, relations: Iterable[Relation], mark: Markup | None = None
) -> tuple[NamedFormula, ...]:
    """Long thresholds (tau) and long expressions compared with zero (g), numbered in order of appearance.

    The mark is a subscript that sets them apart from those of other games in one document.
    """
    return name_formulas(relations, notation_of(game), {parameter.name for parameter in game.parameters}, mark)


def name_formulas(
    relations: Iterable[Relation], notation: Notation, taken: Collection[str], mark: Markup | None = None
) -> tuple[NamedFormula, ...]:
    """Names for the long formulas of these relations, in letters with which no parameter's name starts."""
    thresholds: list[Expression] = []
    polynomials: list[Expression] = []
    for relation in relations:
        side = relation.right
        if isinstance(relation.left, Symbol) and not isinstance(side, Number):
            if side not in thresholds and _is_long(side, formula(side, notation)):
                thresholds.append(side)
        elif (
            side == ZERO
            and relation.left not in polynomials
            and width(formula(relation.left, notation)) > _LONG_POLYNOMIAL
        ):
            polynomials.append(relation.left)
    named: list[NamedFormula] = []
    for expressions, candidates in ((thresholds, ("tau", "kappa", "rho")), (polynomials, ("g", "f", "w"))):
        letter = Letter(next((c for c in candidates if not any(t.startswith(c) for t in taken)), candidates[0]))
        for count, expression in enumerate(expressions, 1):
            below: Markup | None = None if len(expressions) == 1 else Digits(str(count))
            if mark is not None:
                below = mark if below is None else row(mark, ",", below)
            name: Markup = letter if below is None else Script(letter, below)
            named.append(NamedFormula(name, expression))
    return tuple(named)


def _is_long(expression: Expression, written: Markup) -> bool:
    return "log(" in str(expression) or width(written) > _LONG_THRESHOLD


def value_markup(expression: Expression, notation: Notation) -> Markup:
    """A named expression, with a few decimals behind it when it is an irrational constant.

    >>> from berknash.proofs.typeset.formula_latex import markup_latex
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> markup_latex(value_markup(read_expression("log(2)", [], where=""), Notation()))
    '\\\\log2 \\\\approx 0.6931'
    """
    written = formula(expression, notation)
    value = None if isinstance(expression, Number) else approximate(expression)
    if value is None or not 1e-3 < abs(value) < 1e6:
        return written
    digits: Markup = Digits(f"{abs(value):.4f}")
    return row(written, "approx", row("-", digits) if value < 0 else digits)


def report_notation(game: Game, named: Sequence[NamedFormula]) -> Notation:
    """The notation of the game (as it was before parameters were fixed) with the named formulas."""
    return Notation(notation_of(game).letters, {n.expression: n.name for n in named})


class Facts:
    """One solution with its notation, and answers to combinatorial questions as cases."""

    def __init__(self, solution: Solution, notation: Notation) -> None:
        self.solution = solution
        self.table: AtomTable = solution.table if solution.table is not None else atom_table(solution.game)
        self.tables = self.table.tables
        self.actions = self.tables.actions
        self.models = self.tables.models
        self.notation = notation
        self.printer = LiteralPrinter(self.table, solution.free)

    @cached_property
    def divergence_differences(self) -> tuple[tuple[str, str, Weights], ...]:
        """For models t < t': ``K(t', a) - K(t, a)`` action by action; t fits sigma at least as well as t' iff
        the sum weighted with sigma is not negative. Pairs with an infinite entry are left out."""
        found = []
        for (i, first), (j, second) in combinations(enumerate(self.models), 2):
            rows = zip(self.actions, self.tables.divergence[i], self.tables.divergence[j], strict=True)
            entries = [(a, self.expression(high - low)) for a, low, high in rows if low is not None is not high]
            if len(entries) == len(self.actions):
                found.append((first, second, tuple(entries)))
        return tuple(found)

    @cached_property
    def payoffs(self) -> tuple[tuple[str, Weights], ...]:
        """The subjective payoffs ``U(a, t)``, action by action."""
        rows = zip(self.actions, self.tables.payoff, strict=True)
        return tuple(
            (action, tuple((m, self.expression(u)) for m, u in zip(self.models, row, strict=True)))
            for action, row in rows
        )

    @cached_property
    def _explorer(self) -> Explorer:
        return Explorer(self.table, self.solution.free)

    def cases(self, question: Callable[[Problem], Value]) -> tuple[Case[Value], ...]:
        """One case for each answer that occurs somewhere on the domain, with its exact condition."""
        if not self.solution.free:
            return (Case(ALWAYS, numeric_value(self.table, question)),)
        cells = self._explorer.explore(question)
        result = []
        for value in dict.fromkeys(cell.value for cell in cells):
            inside = [cell for cell in cells if cell.value == value]
            outside = [dict(cell.signs) for cell in cells if cell.value != value]
            conjunctions = cover([dict(cell.signs) for cell in inside], outside)
            witnessed = all(cell.sample is not None for cell in inside)
            result.append(Case(self.printer.condition(conjunctions), value, witnessed))
        return tuple(result)

    @property
    def fit_signs(self) -> Inline:
        """Where the report compares divergences."""
        return (Ref("tab:divergences"),) if len(self.models) > 1 else ("the list of models, which has one entry",)

    @property
    def payoff_signs(self) -> Inline:
        """Where the report compares payoffs."""
        return (Ref("tab:payoffs"),) if len(self.actions) > 1 else ("the list of actions, which has one entry",)

    def action_names(self, indices: Iterable[int]) -> tuple[str, ...]:
        """Actions by index, in the order of the game."""
        return tuple(self.actions[i] for i in sorted(indices))

    def model_names(self, indices: Iterable[int]) -> tuple[str, ...]:
        """Models by index, in the order of the game."""
        return tuple(self.models[i] for i in sorted(indices))

    def expression(self, element: Element) -> Expression:
        """An element of the ring as an expression."""
        return element_expression(self.table.ring, element)

    def difference(self, kind: str, column: int, rows: tuple[int, int]) -> tuple[Expression, SignProduct] | None:
        """``V[rows[1]][column] - V[rows[0]][column]`` and its sign; None where a divergence is infinite."""
        if kind == "divergence" and any(self.tables.divergence[r][column] is None for r in rows):
            return None
        minor = self.table.minor(kind, (column,), rows)
        return self.expression(minor), self.table.sign_product(kind, (column,), rows)

    def sign_text(self, product: SignProduct) -> tuple[str | Markup, ...]:
        """The sign in words: "positive", or "positive iff p > 1/2", or "has the sign of ..."."""
        words = {1: "positive", -1: "negative", 0: "zero"}
        if not product.factors:
            return (words[product.constant],)
        if not self.solution.free:
            return (words[self._numeric_sign(product)],)
        if len(product.factors) == 1:
            ((atom, parity),) = product.factors
            if parity == 2:
                nowhere = self.printer.relation((atom, (0,)))
                return (f"{words[product.constant]}, but zero where ", self._relation(nowhere))
            return ("positive iff ", self._relation(self.printer.relation((atom, (product.constant,)))))
        items: list[Markup | str] = ["-"] if product.constant < 0 else []
        for atom, parity in product.factors:
            inner = Fenced(formula(self._factor(atom), self.notation))
            items.append(inner if parity == 1 else Script(inner, None, Digits("2")))
        return ("has the sign of ", row(*items))

    def _numeric_sign(self, product: SignProduct) -> int:
        point = Point(self.table.ring, {})
        sign = product.constant
        for atom, parity in product.factors:
            sign *= point.polynomial_sign(self.table.atoms[atom]) ** parity
        return sign

    def _factor(self, atom: int) -> Expression:
        return self.printer.expression(atom)

    def _relation(self, relation: Relation) -> Markup:
        return row(
            formula(relation.left, self.notation), relation.operator, formula(relation.right, self.notation)
        )

    def slope(self, atom: int) -> tuple[str, Expression, int] | None:
        """For an atom affine in a parameter with a slope of one sign: the parameter, the slope and its sign."""
        solved = self.printer.solved(atom)
        if solved is None:
            return None
        name, side, _ = solved
        ring = self.table.ring
        derivative = self.table.atoms[atom].derivative(ring.index(name))
        return name, self.expression(Element(derivative, ring.context.constant(1))), side


# Notation of the theory


def call(head: Markup | str, *arguments: Markup | str) -> Markup:
    """A function with arguments: ``K(merit, truthful)``."""
    items: list[Markup | str] = []
    for argument in arguments:
        if items:
            items.append(",")
        items.append(argument)
    return row(head, Fenced(row(*items)))


def divergence(model: str | Markup, action: str | Markup) -> Markup:
    """``K(model, action)``."""
    return call("K", _name(model), _name(action))


def payoff(action: str | Markup, model: str | Markup) -> Markup:
    """``U(action, model)``."""
    return call("U", _name(action), _name(model))


def weight(action: str | Markup) -> Markup:
    """``sigma(action)``."""
    return call("sigma", _name(action))


def belief(model: str | Markup) -> Markup:
    """``mu(model)``."""
    return call("mu", _name(model))


def point_mass(action: str) -> Markup:
    """The pure strategy ``delta_action``."""
    return Script(Letter("delta"), Name(action))


def best_fits(argument: Markup | str) -> Markup:
    """``Theta*(argument)``."""
    return call(Script(Letter("Theta"), None, Letter("ast")), argument)


def replies(argument: Markup | str) -> Markup:
    """``F(argument)``."""
    return call("F", argument)


def gamma(argument: Markup | str) -> Markup:
    """``Gamma(argument)``."""
    return call(Letter("Gamma"), argument)


def weighted_sum(parts: Sequence[tuple[Markup, Expression]], notation: Notation) -> Markup:
    """``sum value * weight`` over pairs of a weight and a value, with signs and brackets as in any sum."""
    weights = {f"berknash_weight_{i}": written for i, (written, _) in enumerate(parts)}
    local = Notation({**notation.letters, **weights}, notation.named)
    terms = [multiply([value, Symbol(f"berknash_weight_{i}")]) for i, (_, value) in enumerate(parts)]
    return formula(add(terms), local)


def _name(text: str | Markup) -> Markup:
    return Name(text) if isinstance(text, str) else text


def listed(parts: Sequence[Any], last: str = " and ") -> tuple[Any, ...]:
    """Inline parts separated by commas and a last "and".

    >>> listed(["a", "b", "c"])
    ('a', ', ', 'b', ' and ', 'c')
    """
    result: list[Any] = []
    for position, part in enumerate(parts):
        if position:
            result.append(last if position == len(parts) - 1 else ", ")
        result.append(part)
    return tuple(result)
