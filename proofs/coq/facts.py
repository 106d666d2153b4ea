"""Facts and proofs as Coq: every combination becomes a lemma about real numbers, proved from its explicit products.

Coq 8.16 or later, standard library only. A lemma asserts each product of hypotheses (positive because its factors are),
each multiple of an equality, and leaves the linear combination to ``lra``. Comparisons of logarithms come from
``ln_increasing`` and ``ln_mult``, integer powers of numbers from ``vm_compute``; tangents from ``1 + x <= exp x``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ...symbolic.errors import NotSupportedError
from ..search.facts import (
    Combined,
    Compared,
    Constant,
    Fact,
    Holds,
    Meant,
    Node,
    Polynomial,
    Refuted,
    Series,
    Space,
    Split,
    Tangent,
    needed,
)

_RESERVED = re.compile(
    "as|at|cofix|else|end|exists|fix|for|forall|fun|if|in|let|match|mod|return|then|using|where|with|ln|exp|sqrt|sin|cos"
    "|tan|nat|bool|list|pow|id|positive|split_log|log_.*|quotient.*|quot_.*|strategy|belief|fits|plays|edge|reach.*|holds"
    "|main|tt|fact_.*|scaled_.*|order_.*|same_.*|plays_.*|area.*|geometric.*|series_.*|held_.*|reply_.*|fit_.*|value_.*|finite_.*|possible_.*|claim_.*|leaf_.*|.*_other"
)
_DIGITS = 16
_INTERVALS = "signs of numbers that rest on intervals around logarithms"
_MEANING = "claims that follow from the meaning of their words"
_COQ_RELATION = {">": "0 < {}", ">=": "0 <= {}", "==": "{} = 0", "!=": "{} <> 0"}


def identifier(name: str) -> str:
    """A name that Coq accepts and that means nothing else in the file; different names stay different.

    >>> [identifier(name) for name in ("p", "p1", "exp", "Rate", "v_exp", "C.1", "C_1")]
    ['p', 'v_p1', 'v_exp', 'v_Rate', 'v_v_exp', 'v_C_x2e_1', 'v_C_1']
    """
    if re.fullmatch("[a-z][a-z_]*", name) and not _RESERVED.fullmatch(name) and not name.startswith("v_"):
        return name
    # An escape starts with _x, so an underscore before an x is escaped itself.
    return "v_" + re.sub("_(?=x)|[^A-Za-z0-9_]", lambda match: f"_x{ord(match[0]):x}_", name)


def polynomial_coq(polynomial: Polynomial, names: Sequence[str]) -> str:
    """The polynomial over these variables in Coq's syntax for reals."""
    parts: list[str] = []
    for exponents, coefficient in polynomial.to_dict().items():
        value = Fraction(int(coefficient.p), int(coefficient.q))
        powers = [
            name if power == 1 else f"{name} ^ {power}" for name, power in zip(names, exponents, strict=False) if power
        ]
        size = [] if value in (1, -1) and powers else [_number(abs(value))]
        parts.append(("- " if value < 0 else "+ ") + " * ".join(size + powers))
    text = " ".join(parts) or "0"
    return text[2:] if text.startswith("+ ") else text


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"


class Lemmas:
    """The lemmas of a file, in order; one that is already there is not written again.

    A lemma is named after its content, so that files written apart can be joined.

    >>> lemmas = Lemmas()
    >>> lemmas.add("fact_", "forall x : R, x = x", ["  reflexivity."]) in lemmas.texts
    True
    """

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def add(self, prefix: str, statement: str, proof: Sequence[str]) -> str:
        """The name of the lemma with this statement and proof."""
        content = "\n".join([f" : {statement}.", "Proof.", *proof, "Qed.", ""])
        name = prefix + hashlib.sha256(content.encode()).hexdigest()[:_DIGITS]
        self.texts[name] = f"Lemma {name}{content}"
        return name


class FactWriter:
    """Writes lemmas for facts, and proof scripts that use them.

    Variables of a lemma are the parameters and, for logarithms, ``L1, L2, ...``; where it is used, ``ln`` of the
    argument stands for them. Hypotheses are called ``H`` with a number.
    """

    def __init__(self, space: Space, lemmas: Lemmas | None = None) -> None:
        self.space = space
        self.parameters = [identifier(name) for name in space.parameters]
        self.inner = [*self.parameters, *(f"L{i + 1}" for i in range(len(space.logs)))]
        self.outer = [*self.parameters, *self.outer_logs(self.parameters)]
        self.lemmas = Lemmas() if lemmas is None else lemmas
        self.calls: dict[Fact, tuple[str, list[Fact]]] = {}
        self.count = 0

    def outer_logs(self, parameters: Sequence[str]) -> list[str]:
        """The logarithms written out, with these names for the parameters."""
        return [f"(ln ({polynomial_coq(argument, parameters)}))" for argument in self.space.arguments]

    def fresh(self, letter: str) -> str:
        """A name not used before."""
        self.count += 1
        return f"{letter}{self.count}"

    def statement(self, polynomial: Polynomial, relation: str, outer: bool) -> str:
        """The constraint in Coq, with ``ln`` written out or not."""
        text = polynomial_coq(polynomial, self.outer if outer else self.inner)
        return _COQ_RELATION[relation].format(f"({text})" if relation in (">", ">=") else text)

    def combination(self, record: Combined, goal: tuple[Polynomial, str] | None) -> tuple[str, list[Fact]]:
        """Write the lemma of a combination; returns how to apply it, and the facts it needs, in order."""
        used: list[Fact] = []
        for facts in [*(factors for _, factors, _ in record.terms), [(f, 1) for f, _ in record.equalities]]:
            for fact, _ in facts:
                if fact is not None and fact not in used:
                    used.append(fact)
        polynomials = [fact.polynomial for fact in used] + ([goal[0]] if goal else [])
        polynomials += [square for _, _, square in record.terms if square is not None]
        polynomials += [multiplier for _, multiplier in record.equalities]
        places = [v for v in range(len(self.inner)) if any(p.degrees()[v] for p in polynomials)]
        binders = f"forall {' '.join(self.inner[v] for v in places)} : R, " if places else ""
        hypotheses = [self.statement(fact.polynomial, fact.relation, False) for fact in used]
        conclusion = self.statement(*goal, False) if goal else "False"
        lines = []
        names = {fact: f"H{i}" for i, fact in enumerate(used)}
        intros = [*(self.inner[v] for v in places), *names.values()]
        if intros:
            lines.append(f"  intros {' '.join(intros)}.")
        lines += self._negated(goal)
        lines += [f"  {line}" for line in self._products(record, names, goal)]
        name = self.lemmas.add("fact_", binders + " -> ".join([*hypotheses, conclusion]), [*lines, "  lra."])
        return " ".join([name, *(self.outer[v] for v in places)]), used

    def _negated(self, goal: tuple[Polynomial, str] | None) -> list[str]:
        if goal is None or goal[1] == "==":
            return []
        text = polynomial_coq(goal[0], self.inner)
        if goal[1] == "!=":
            return ["  intro N."]
        test, sign = ("Rlt_le_dec", "<=") if goal[1] == ">" else ("Rle_lt_dec", "<")
        return [
            f"  destruct ({test} 0 ({text})) as [Z|Z]; [exact Z | exfalso].",
            f"  assert (N : 0 {sign} - ({text})) by lra.",
        ]

    def _products(self, record: Combined, names: dict[Fact, str], goal: tuple[Polynomial, str] | None) -> list[str]:
        lines = []
        for place, (coefficient, factors, square) in enumerate(record.terms):
            if len(factors) == 1 and factors[0][1] == 1 and square is None:
                continue  # a hypothesis by itself
            pieces, strict = [], True
            for fact, power in factors:
                relation = fact.relation if fact is not None else _negation(goal)
                polynomial = fact.polynomial if fact is not None else -_goal(goal)
                text = f"({polynomial_coq(polynomial, self.inner)})"
                strict = strict and relation != ">="
                if relation == "!=":
                    pieces += [f"Rsqr {text}"] * (power // 2)
                else:
                    pieces += [text] * power
            if square is not None:
                pieces.append(f"Rsqr ({polynomial_coq(square, self.inner)})")
                strict = False
            if not pieces:
                continue
            claim = f"0 {'<' if strict else '<='} {' * '.join(pieces)}"
            steps = (
                "repeat first [apply Rlt_0_sqr; assumption | apply Rmult_lt_0_compat]; lra"
                if strict
                else "repeat first [apply Rle_0_sqr | apply Rmult_le_pos]; lra"
            )
            lines.append(f"assert (T{place} : {claim}) by ({steps}).")
            if any(piece.startswith("Rsqr") for piece in pieces):
                lines.append(f"unfold Rsqr in T{place}.")
            del coefficient
        for place, (fact, multiplier) in enumerate(record.equalities):
            equality, name = (fact.polynomial, names[fact]) if fact is not None else (_goal(goal), "N")
            body = f"({polynomial_coq(multiplier, self.inner)}) * ({polynomial_coq(equality, self.inner)})"
            lines.append(f"assert (E{place} : {body} = 0) by (rewrite {name}; ring).")
        return lines

    def log_fact(self, fact: Fact) -> tuple[str, list[Fact]]:
        """Write the lemma of a comparison or a tangent; the arguments' positivity is among its hypotheses."""
        reason = fact.reason
        assert isinstance(reason, Compared | Tangent | Series)
        arguments = [self.space.arguments[self.space.logs.index(name)] for name, _ in reason.powers]
        places = [v for v in range(len(self.parameters)) if any(a.degrees()[v] for a in arguments)]
        over, under, form_over, form_under = self._sides(reason.powers)
        used = [] if reason.premise is None else [reason.premise]
        positive = [
            f"0 < {polynomial_coq(argument, self.parameters)}" for argument in arguments if not argument.is_constant()
        ]
        hypotheses = positive + [self.statement(f.polynomial, f.relation, False) for f in used]
        binders = f"forall {' '.join(self.parameters[v] for v in places)} : R, " if places else ""
        conclusion = self.statement(fact.polynomial, fact.relation, True)
        lines = []
        intros = [*(self.parameters[v] for v in places), *(f"G{i}" for i in range(len(hypotheses)))]
        if intros:
            lines.append(f"  intros {' '.join(intros)}.")
        lines += [
            f"  assert (P : ln ({over}) = {form_over}) by split_log.",
            f"  assert (N : ln ({under}) = {form_under}) by split_log.",
            f"  assert (P0 : 0 < {over}) by positive.",
            f"  assert (N0 : 0 < {under}) by positive.",
        ]
        match reason:
            case Compared():
                lines += self._compared(fact, over, under)
            case Tangent():
                lines += self._tangent(fact, over, under)
            case Series():
                lines += self._series(fact, reason, over, under)
        name = self.lemmas.add("fact_", binders + " -> ".join([*hypotheses, conclusion]), lines)
        return " ".join([name, *(self.outer[v] for v in places), *(["ltac:(lra)"] * len(positive))]), used

    def _compared(self, fact: Fact, over: str, under: str) -> list[str]:
        assert isinstance(fact.reason, Compared)
        by = "lra"
        if fact.reason.premise is None:
            by = "rewrite ?pow_IZR, <- ?mult_IZR; apply {}; vm_compute; reflexivity"
            by = by.format({">": "IZR_lt", "==": "f_equal", ">=": "IZR_le"}[fact.relation])
        if fact.relation == "==":
            return [f"  assert (C : {over} = {under}) by ({by}).", "  rewrite C in P. lra."]
        if fact.relation == ">":
            lines = [f"  assert (C : {under} < {over}) by ({by})."]
            return [*lines, f"  assert (D := ln_increasing ({under}) ({over}) N0 C). lra."]
        return [
            f"  assert (C : {under} <= {over}) by ({by}).",
            f"  destruct C as [C|C]; [assert (D := ln_increasing ({under}) ({over}) N0 C); lra | rewrite C in N; lra].",
        ]

    def _series(self, fact: Fact, reason: Series, over: str, under: str) -> list[str]:
        """The bound of `SERIES` times the powers that make a polynomial of it."""
        by = "lra"
        if reason.premise is None:
            by = "rewrite ?pow_IZR, <- ?mult_IZR; apply IZR_lt; vm_compute; reflexivity"
        order, y = reason.order, f"((({over}) - ({under})) / (({over}) + ({under})))"
        scale = f"(({over}) + ({under})) ^ {2 * order + 1}"
        gap = f"log_ratio {y} - 2 * area {order} {y}"
        positive = "apply pow_lt; lra"
        if reason.side == "upper":
            rest = f"2 / (INR {2 * order + 1} * (1 - {y} * {y})) * {y} ^ {2 * order + 1}"
            gap = f"2 * area {order} {y} + {rest} - log_ratio {y}"
            scale = f"(4 * (({over}) * ({under})) * {scale})"
            positive = f"apply Rmult_lt_0_compat; [nra | {positive}]"
        goal = polynomial_coq(fact.polynomial, self.outer)
        name = "series_below" if reason.side == "lower" else "series_above"
        return [
            f"  assert (C : {under} < {over}) by ({by}).",
            f"  destruct (log_ratio_of ({over}) ({under}) N0 C) as (E & Y).",
            f"  assert (B := {name} {order} _ Y). cbv [Nat.mul Nat.add] in B.",
            f"  assert (D : 0 < {gap}) by lra.",
            f"  assert (M : 0 < {scale}) by ({positive}).",
            "  assert (X := Rmult_lt_0_compat _ _ M D).",
            f"  replace ({goal}) with ({scale} * ({gap})); [exact X|].",
            "  rewrite E, P, N. cbv [area Nat.mul Nat.add]. rewrite ?INR_IZR_INZ. simpl Z.of_nat.",
            "  field; repeat split; nra.",
        ]

    def _tangent(self, fact: Fact, over: str, under: str) -> list[str]:
        quotient = f"({over}) * / ({under})"
        strict = fact.relation == ">"
        lines = [
            f"  assert (X : 0 < {quotient}).",
            "  { apply Rmult_lt_0_compat; [exact P0 | apply Rinv_0_lt_compat; exact N0]. }",
            f"  assert (E : ({under}) * ({quotient}) = {over}) by (field; repeat split; apply Rgt_not_eq; positive).",
        ]
        if strict:
            lines += [
                f"  assert (D : {quotient} <> 1) by (intro D; rewrite D in E; lra).",
                "  assert (B := log_tangent_strict _ X D).",
            ]
        else:
            lines.append("  assert (B := log_tangent _ X).")
        lines += [
            "  rewrite ln_mult, ln_Rinv, P, N in B by (first [positive | apply Rinv_0_lt_compat; positive]).",
            f"  assert (M := {'Rmult_lt_compat_l' if strict else 'Rmult_le_compat_l'} ({under}) _ _ "
            + ("N0 B)." if strict else "(Rlt_le _ _ N0) B)."),
            "  rewrite Rmult_minus_distr_l, E, Rmult_1_r in M. lra.",
        ]
        return lines

    def _sides(self, powers: Sequence[tuple[str, int]]) -> tuple[str, str, str, str]:
        """The two products of powers and the logarithms they have."""
        sides: tuple[list[str], list[str]] = ([], [])
        forms: tuple[list[str], list[str]] = ([], [])
        for name, power in powers:
            place = self.space.logs.index(name)
            text = polynomial_coq(self.space.arguments[place], self.parameters)
            sides[power < 0].append(f"({text}) ^ {abs(power)}")
            forms[power < 0].append(f"{abs(power)} * {self.outer[len(self.parameters) + place]}")
        over, under = (" * ".join(side) or "1" for side in sides)
        first, second = (" + ".join(form) or "0" for form in forms)
        return over, under, first, second

    def introduce(self, fact: Fact, names: dict[Fact, str]) -> str:
        """The tactic that adds a fact to the context, its lemma being written before."""
        if fact not in self.calls:
            if isinstance(fact.reason, Constant):
                raise NotSupportedError(f"Coq files do not cover {_INTERVALS} yet; the certificate stands")
            if isinstance(fact.reason, Combined):
                self.calls[fact] = self.combination(fact.reason, (fact.polynomial, fact.relation))
            else:
                self.calls[fact] = self.log_fact(fact)
        call, used = self.calls[fact]
        name = self.fresh("H")
        arguments = " ".join(names[f] for f in used)
        names[fact] = name
        claim = self.statement(fact.polynomial, fact.relation, True)
        return f"assert ({name} : {claim}) by (exact ({call} {arguments}))."

    def script(
        self,
        node: Node,
        names: dict[Fact, str],
        at_end: Callable[[dict[Fact, str], tuple[tuple[tuple[Fact, int], ...], ...]], list[str]],
        indent: str = "  ",
    ) -> list[str]:
        """The tactics of a proof tree; `at_end` writes those of an end where the claim is to be shown."""
        names = dict(names)
        kept = needed(node)
        lines = [indent + self.introduce(fact, names) for fact in node.facts if fact in kept]
        match node.end:
            case Refuted(by):
                call, used = self.combination(by, None)
                lines.append(f"{indent}exfalso. exact ({call} {' '.join(names[f] for f in used)}).")
            case Holds(products):
                lines += [indent + line for line in at_end(names, products)]
            case Meant():
                raise NotSupportedError(f"Coq files do not cover {_MEANING} yet; the certificate stands")
            case Split(polynomial, cases):
                text = polynomial_coq(polynomial, self.outer)
                case_name = self.fresh("C")
                lines.append(f"{indent}destruct (Rtotal_order ({text}) 0) as [{case_name}|[{case_name}|{case_name}]].")
                for start, child in cases:
                    name = self.fresh("H")
                    claim = self.statement(start.polynomial, start.relation, True)
                    lines.append(f"{indent}{{ assert ({name} : {claim}) by lra.")
                    lines += self.script(child, {**names, start: name}, at_end, indent + "  ")
                    lines.append(f"{indent}}}")
        return lines

    def signs(self, names: dict[Fact, str], products: Sequence[Sequence[tuple[Fact, int]]]) -> list[str]:
        """Tactics that add the sign of each product of facts."""
        lines = []
        for product in products:
            if len(product) == 1 and product[0][1] == 1:
                continue
            pieces, relations = [], [fact.relation for fact, _ in product]
            if "!=" in relations:
                continue
            for fact, power in product:
                pieces += [f"({polynomial_coq(fact.polynomial, self.outer)})"] * power
            name = self.fresh("T")
            if "==" in relations:
                equal = next(names[fact] for fact, _ in product if fact.relation == "==")
                lines.append(f"assert ({name} : {' * '.join(pieces)} = 0) by (rewrite {equal}; ring).")
            elif ">=" in relations:
                lines.append(f"assert ({name} : 0 <= {' * '.join(pieces)}) by (repeat apply Rmult_le_pos; lra).")
            else:
                lines.append(f"assert ({name} : 0 < {' * '.join(pieces)}) by (repeat apply Rmult_lt_0_compat; lra).")
        return lines


def _negation(goal: tuple[Polynomial, str] | None) -> str:
    assert goal is not None
    return {">": ">=", ">=": ">", "!=": "=="}[goal[1]]


def _goal(goal: tuple[Polynomial, str] | None) -> Any:
    assert goal is not None
    return goal[0]
