"""From exact elements of a game's ring to polynomials of a proof, and the facts that hold on the whole domain.

The ring's generators ``log|g|`` become variables ``L1, L2, ...`` standing for ``log g`` or ``log(-g)``, whichever
argument is proved positive on the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.parameters import Parameter
from ...symbolic.algebra.rewritings import logarithm
from ...symbolic.algebra.ring import Element, Ring, lift
from ...symbolic.cells.domain import difference
from ...symbolic.errors import NotSupportedError, UndecidedError
from ...symbolic.expressions.reading import Apply, Expression, Power, Product, Relation, Sum
from ..check import Kernel, Reader, number_in
from ..check import Ring as CheckerRing
from .facts import GIVEN, Combined, Fact, Polynomial, Space, Writer, context_of
from .reasoning import Knowledge, rational


@dataclass(frozen=True, slots=True)
class Setting:
    """A space with its domain.

    Attributes
    ----------
    ring : the ring whose elements can be translated
    space : the variables of the proof
    domain : given facts, without logarithms
    positive : derived facts: what must be positive for logarithms and denominators to make sense
    premises : for each logarithm, the fact that its argument is positive (None for numbers)
    log_table : texts of logarithms' arguments with their powers of generators
    negative : denominators that are negative on the domain
    """

    ring: Ring
    space: Space
    domain: tuple[Fact, ...]
    positive: tuple[Fact, ...]
    premises: tuple[Fact | None, ...]
    log_table: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    negative: tuple[Polynomial, ...] = ()

    def polynomial(self, element: Element) -> Polynomial:
        """The numerator's polynomial in the proof's variables (the denominator must be a number)."""
        top, bottom = self.parts(element)
        return top / bottom.leading_coefficient()

    def parts(self, element: Element) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator in the proof's variables."""
        element = lift(element, self.ring.context)
        return translated(element.numerator, self.space.context), translated(element.denominator, self.space.context)

    def knowledge(self, assumptions: Sequence[Fact] = ()) -> Knowledge:
        """What holds everywhere: domain, positivity, assumptions."""
        return Knowledge(self.space, [*self.domain, *self.positive, *assumptions])

    def header(self) -> dict[str, Any]:
        """The certificate's entries parameters, domain, positive, logs, log_table."""
        writer, numbers = Writer(self.space), dict[Fact, int]()
        for fact in self.domain:
            numbers[fact] = len(numbers)
        positive = []
        for fact in self.positive:
            positive.append(writer.fact(fact, numbers))
            numbers[fact] = len(numbers)
        logs = [
            [name, writer.text(argument), None if premise is None else numbers[premise]]
            for name, argument, premise in zip(self.space.logs, self.space.arguments, self.premises, strict=True)
        ]
        return {
            "format": 1,
            "parameters": list(self.space.parameters),
            "domain": [[writer.text(fact.polynomial), fact.relation] for fact in self.domain],
            "positive": positive,
            "logs": logs,
            "log_table": [[text, [list(pair) for pair in powers]] for text, powers in self.log_table],
        }

    def numbers(self) -> dict[Fact, int]:
        """The numbers of domain and positivity facts."""
        return {fact: place for place, fact in enumerate((*self.domain, *self.positive))}


def translated(polynomial: Any, context: Any) -> Polynomial:
    """An integer polynomial over a ring's context as a rational polynomial over a proof's context."""
    width = context.nvars()
    entries = {tuple(exponents)[:width]: int(value) for exponents, value in polynomial.to_dict().items()}
    return context.from_dict(entries)


def domain_constraints(
    ring: Ring, parameters: Sequence[Parameter], assume: Sequence[Relation]
) -> tuple[Ring, list[tuple[Element, str]]]:
    """Elements and relations to zero that describe the domain."""
    found: list[tuple[Element, str]] = []
    for parameter in parameters:
        value, interval = ring.parameter(parameter.name), parameter.domain
        if interval.low is not None:
            found.append((value - ring.constant(interval.low), ">" if interval.low_open else ">="))
        if interval.high is not None:
            found.append((ring.constant(interval.high) - value, ">" if interval.high_open else ">="))
    for relation in assume:
        ring, element = element_of(ring, difference(relation))
        if relation.operator in ("<", "<="):
            element = -element
        operator = relation.operator.replace("<", ">")
        denominator = Element(element.denominator, element.denominator.context().constant(1))
        found.append((element * denominator * denominator, operator))
    return ring, found


def make_setting(
    ring: Ring,
    parameters: Sequence[Parameter],
    assume: Sequence[Relation],
    positive: Iterable[Element] = (),
    logarithms: Iterable[Expression] = (),
    chances: Iterable[Element] = (),
    happening: Iterable[Element] = (),
) -> Setting:
    """The setting for elements of this ring.

    `positive` lists elements whose denominators must have one sign on the domain; `logarithms` the arguments whose
    logarithm is written out in the certificate, `chances` elements that need one as well, and `happening`
    probabilities that must be positive (some model rules their outcome out, so that its divergence is infinite). Raises
    NotSupportedError for roots and exponentials, UndecidedError where an argument of a logarithm is not proved
    positive.
    """
    ring, described = domain_constraints(ring, parameters, assume)
    table: list[tuple[str, Element]] = []
    seen = set()
    for argument in logarithms:
        if str(argument) in seen:
            continue
        seen.add(str(argument))
        ring, element = element_of(ring, argument)
        ring, form = logarithm(ring, element)
        table.append((str(argument), form))
    pending = []
    for element in chances:
        ring, form = logarithm(ring, lift(element, ring.context))
        pending.append((element, form))
    names = [p.name for p in parameters]
    logs = [g for g in ring.generators if g.kind == "log"]
    others = [g.name for g in ring.generators if g.kind not in ("log", "parameter")]
    if others:
        raise NotSupportedError(f"proofs do not cover {others[0]} yet; use rational expressions and logarithms")
    titles = [f"L{i + 1}" if f"L{i + 1}" not in names else f"L_{i + 1}" for i in range(len(logs))]
    context = context_of([*names, *titles])
    bare = Space(tuple(names), (), (), context)
    given = []
    for element, relation in described:
        polynomial = translated(lift(element, ring.context).numerator, context)
        scale = int(lift(element, ring.context).denominator.leading_coefficient())
        given.append(Fact(polynomial / scale, relation, GIVEN))
    domain = tuple(fact for fact in given if bare.log_free(fact.polynomial) and not fact.polynomial.is_constant())
    knowledge = Knowledge(bare, domain)
    arguments: list[Polynomial] = []
    premises: list[Fact | None] = []
    for generator in logs:
        assert generator.argument is not None
        argument = translated(lift(generator.argument, ring.context).numerator, context)
        if argument.is_constant():
            arguments.append(argument)
            premises.append(None)
            continue
        if not bare.log_free(argument):
            raise NotSupportedError(f"proofs do not cover the logarithm of a logarithm, {generator.name}, yet")
        found = knowledge.factor_sign(argument)
        if found is None or found[0] == 0:
            raise UndecidedError(f"the argument of {generator.name} is not proved to have one sign on the domain")
        arguments.append(argument * found[0])
        premises.append(found[1])
    negative: list[Polynomial] = []
    for element in positive:
        denominator = translated(lift(element, ring.context).denominator, context)
        if denominator.is_constant():
            continue
        _refuse_logarithms(bare, denominator, "a denominator")
        found = knowledge.factor_sign(denominator)
        if found is None or found[0] == 0:
            raise UndecidedError("a denominator of the game is not proved to have one sign on the domain")
        if found[0] < 0:
            negative.append(denominator)
    for element in happening:
        numerator = translated(lift(element, ring.context).numerator, context)
        if numerator.is_constant():
            continue
        _refuse_logarithms(bare, numerator, "the probability of an outcome that a model rules out")
        if knowledge.prove(numerator, ">") is None:
            raise UndecidedError("an outcome that a model rules out may have probability zero on the domain")
    for denominator in _denominators(names, context, [text for text, _ in table]):
        _record_sign(knowledge, denominator)
    space = Space(tuple(names), tuple(titles), tuple(arguments), context)
    turned = tuple(negative)
    setting = Setting(ring, space, domain, tuple(knowledge.new), tuple(premises), (), turned)
    written = {text: _powers(setting, form) for text, form in table}
    for element, form in pending:
        top, bottom = setting.parts(element)
        written.setdefault(fraction_text(setting, top, bottom), _powers(setting, form))
    return Setting(ring, space, domain, tuple(knowledge.new), tuple(premises), tuple(written.items()), turned)


def _refuse_logarithms(bare: Space, polynomial: Polynomial, place: str) -> None:
    """These signs are proved before the logarithms are known, so that they cannot rest on them."""
    if not bare.log_free(polynomial):
        raise NotSupportedError(f"proofs do not cover logarithms in {place} yet; ask `when` where the claim holds")


def _denominators(names: Sequence[str], context: Any, texts: Sequence[str]) -> list[Polynomial]:
    """The denominators of these expressions as the checker reads them: nothing cancelled."""
    reader = Reader(CheckerRing(names), names, lambda argument: argument.top)
    found = [reader.read(text).bottom for text in texts]
    return [_from_checker(bottom, context) for bottom in found if number_in(bottom) is None]


def _record_sign(knowledge: Knowledge, denominator: Polynomial) -> None:
    """Add the fact that the denominator, or minus it, is positive: a product of factors of known sign."""
    found = knowledge.sign(denominator)
    if found is None or found[0] == 0:
        raise UndecidedError("a denominator in a logarithm of the claim is not proved to have one sign on the domain")
    goal, total = denominator * found[0], denominator.context().constant(1)
    if knowledge.known(goal, ">") is None:
        for fact, power in found[1]:
            total *= fact.polynomial**power
        scale = rational(goal.leading_coefficient() / total.leading_coefficient())
        combined = Combined(((Fraction(1), ((None, 1),), None), (scale, found[1], None)), ())
        knowledge.add(Fact(goal, ">", combined))


def _from_checker(polynomial: Mapping[tuple[int, ...], Any], context: Any) -> Polynomial:
    """A polynomial of the checker as one of the search."""
    width = context.nvars()
    return context.from_dict(
        {
            (*exponents, *[0] * (width - len(exponents))): fmpq(value.numerator, value.denominator)
            for exponents, value in polynomial.items()
        }
    )


def oriented(setting: Setting, top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The quotient with a denominator that is positive on the domain, and 1 where it is a number."""
    if bottom.is_constant():
        return top / bottom.leading_coefficient(), bottom / bottom.leading_coefficient()
    return (-top, -bottom) if any(bottom == other for other in setting.negative) else (top, bottom)


def fraction_text(setting: Setting, top: Polynomial, bottom: Polynomial) -> str:
    """A quotient in expression syntax, with a positive denominator."""
    writer = Writer(setting.space)
    top, bottom = oriented(setting, top, bottom)
    if bottom.is_constant():
        return writer.text(top)
    return f"({writer.text(top)})/({writer.text(bottom)})"


def _powers(setting: Setting, form: Element) -> tuple[tuple[str, int], ...]:
    """The integer powers of a linear form in logarithms."""
    polynomial = setting.polynomial(form)
    width = len(setting.space.parameters)
    result = []
    for exponents, value in polynomial.to_dict().items():
        place = next(i for i, e in enumerate(exponents) if e)
        number = Fraction(int(value.p), int(value.q))
        assert place >= width and sum(exponents) == 1 and number.denominator == 1
        result.append((setting.space.logs[place - width], int(number)))
    return tuple(sorted(result, key=lambda pair: setting.space.logs.index(pair[0])))


def log_arguments(expressions: Iterable[Expression]) -> list[Expression]:
    """The arguments of all logarithms in the expressions."""
    found: list[Expression] = []
    waiting = list(expressions)
    while waiting:
        match waiting.pop():
            case Sum(terms=parts) | Product(factors=parts):
                waiting += parts
            case Power(base=base):
                waiting.append(base)
            case Apply(function=function, argument=argument):
                waiting.append(argument)
                if function == "log" and argument not in found:
                    found.append(argument)
            case _:
                pass
    return sorted(found, key=str)


def has_logarithms(relation: Relation) -> bool:
    """Whether a logarithm stands in the relation."""
    return bool(log_arguments([relation.left, relation.right]))


def assumptions_of(setting: Setting, relations: Iterable[Relation]) -> tuple[Fact, ...]:
    """Relations that contain logarithms, as facts assumed besides the domain (their elements are in the ring)."""
    facts = []
    for relation in relations:
        _, element = element_of(setting.ring, difference(relation))
        top, bottom = setting.parts(element)
        sign = -1 if relation.operator.startswith("<") else 1
        polynomial = top * bottom * sign if not bottom.is_constant() else top * sign
        facts.append(Fact(polynomial, relation.operator.replace("<", ">"), GIVEN))
    return tuple(facts)


class SettingReader:
    """The checker's own view of a setting: its variables, its reading of texts, its tables of a game."""

    def __init__(self, setting: Setting) -> None:
        self.kernel = Kernel({**setting.header(), "assumptions": []})
        self.context = setting.space.context

    def polynomial(self, polynomial: Mapping[tuple[int, ...], Any]) -> Polynomial:
        """A polynomial of the checker as one of the search."""
        return _from_checker(polynomial, self.context)

    def difference(self, left: str, right: str) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator of left - right, exactly as the checker forms them."""
        found = self.kernel.reader.difference(left, right)
        return self.polynomial(found.top), self.polynomial(found.bottom)
