"""Subjective model engineering: the models that make an action safe in every environment of a region.

``D = {m : for every environment e in R(m), the goal holds at (e, m)}``. The goal is false exactly on a set of cells of
the atoms of the game (`symbolic.cells.tree`); ``exists e in R: the signs are those of such a cell`` is free of e after
exact elimination (`proofs.claims.elimination`), and D is its complement. Claim C5 of Xu et al. (2026, arXiv:2602.17676)
asks for D.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from ...symbolic.algebra.elements import element_of
from ...symbolic.arguments import check_kind, check_text
from ...symbolic.cells.atoms import AtomTable
from ...symbolic.cells.cases import Cases
from ...symbolic.cells.conditions import Condition, LiteralPrinter
from ...symbolic.cells.domain import SIGNS_OF, Domain, difference
from ...symbolic.cells.question_cells import find_cells
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.errors.deadline import NEVER, Deadline
from ...symbolic.errors.running import note
from ...symbolic.expressions.exact_values import read_value
from ...symbolic.expressions.reading import Number, Relation, brief
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.limits import Allowance, SolveLimits
from ..claims.claim_proofs import prove_claim
from ..claims.definedness import conditional_terms
from ..claims.elimination import NEGATED, Case, Literal, Projection, cleared, domain_literals, projections
from ..claims.from_signs import Meanings
from ..claims.language import Claim, Compare, Connective, evaluate, read_claim
from ..claims.predicates import holds
from ..claims.quantifiers import complement, exists, sign_cases, without_parameters
from ..claims.verdict import Verdict
from ..search.prover import Limits
from ..search.work import Work
from .necessity import Failure, failure_of

GOALS = ("rationalizable_only", "strict", "absorbing", "unique")
_LIMITS = Limits(products=60_000)
_PRODUCTS = 600_000  # all proofs of one design together


@dataclass(frozen=True, slots=True)
class Design:
    """All designs, with the proof that they work and examples of what fails elsewhere.

    Attributes
    ----------
    goal, region : in the claim language; the goal holds for every environment in the region
    condition : the exact set of designs, as a condition on the parameters that are not quantified
    reading : the same set as the elimination gives it: the bounds that must not cross, in closed form
    failures : the cases, free of the environment, in which some environment of the region defeats the goal
    decided : False when the condition may still describe an empty set (no design was found, none excluded)
    proof : ``region and condition => goal``; None when no design exists
    necessity : for each failing case an environment of the region in which the goal fails, proved
    impossibility : when no design exists and no single case fails everywhere: that the failing cases cover all values
    beyond_design : an exact point outside the condition, in the region, where the goal fails
    beyond_region : an exact point of the condition, outside the region, where the goal fails
    """

    game: str
    at: tuple[tuple[str, Fraction], ...]
    safe: str
    goal: str
    environment: tuple[str, ...]
    choose: tuple[str, ...]
    region: str
    condition: Condition
    reading: str
    failures: tuple[tuple[Relation, ...], ...]
    decided: bool
    sample: tuple[tuple[str, str], ...] | None = None
    proof: Verdict | None = None
    necessity: tuple[Failure, ...] = ()
    beyond_design: Verdict | None = None
    beyond_region: Verdict | None = None
    impossibility: Verdict | None = None
    table: AtomTable | None = field(default=None, repr=False, compare=False)
    cases: tuple[Case, ...] = field(default=(), repr=False, compare=False)

    @property
    def exists(self) -> bool:
        """Whether the condition is not the empty one."""
        return bool(self.condition.alternatives)

    def __str__(self) -> str:
        env, chosen = ", ".join(self.environment), ", ".join(self.choose)
        absorbing = f"{{{self.safe}}} is the only absorbing set"
        goal = absorbing if self.goal.startswith("absorbing") else self.goal
        lines = [f"{self.game}: {chosen} such that {goal} for every {env}" + _where(self.region)]
        if self.at:
            lines.append("at " + ", ".join(f"{n} = {v}" for n, v in self.at))
        if not self.exists:
            lines.append("  no design exists: for all values some environment of the region defeats the goal")
        elif self.condition.is_always():
            lines.append("  every design works")
        else:
            lines.append(f"  exactly if {self.condition}")
            if "log" in self.reading and self.reading != str(self.condition):
                lines.append(f"  that is, {self.reading}")
        if self.sample is not None and self.exists:
            lines.append("  for example " + ", ".join(f"{n} = {v}" for n, v in self.sample))
        if not self.decided:
            lines.append("  undecided: this set may be empty")
        if self.proof is not None:
            lines.append(f"  sufficiency: {self.proof.status}")
        for failure in self.necessity:
            where = f" if {' and '.join(map(str, failure.case))}" if failure.case else ""
            lines.append(f"  the goal fails{where}, at {failure.reading()}: {failure.status}")
        if self.impossibility is not None:
            lines.append(f"  these cases cover all values: {self.impossibility.status}")
        for title, verdict in (("beyond the design", self.beyond_design), ("beyond the region", self.beyond_region)):
            if verdict is not None and verdict.status == "refuted":
                point = ", ".join(f"{n} = {v}" for n, v in verdict.counterexample)
                lines.append(f"  {title} the goal fails, at {point}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """A document; certificates are part of it."""
        document: dict[str, Any] = {
            "format": 1,
            "game": self.game,
            "at": {n: str(v) for n, v in self.at},
            "safe": self.safe,
            "goal": self.goal,
            "for": list(self.environment),
            "choose": list(self.choose),
            "in": self.region,
            "exists": self.exists,
            "decided": self.decided,
            "condition": str(self.condition),
            "reading": self.reading,
            "failures": [[str(relation) for relation in case] for case in self.failures],
            "sample": None if self.sample is None else dict(self.sample),
        }
        for name in ("proof", "impossibility", "beyond_design", "beyond_region"):
            verdict = getattr(self, name)
            document[name] = None if verdict is None else verdict.to_json()
        document["necessity"] = [failure.to_json() for failure in self.necessity]
        return document

    def proofs(self) -> dict[str, Verdict]:
        """The proved statements that the answer rests on, by name."""
        found = {} if self.proof is None else {"sufficiency": self.proof}
        for place, failure in enumerate(self.necessity):
            found |= {f"failure_{place + 1}_{name}": verdict for name, verdict in failure.parts}
        if self.impossibility is not None:
            found["cover"] = self.impossibility
        return {name: verdict for name, verdict in found.items() if verdict.certificate is not None}

    def to_coq(self) -> str:
        """The proved statements as one Coq file, at the level of the definition of the game.

        A comment names the statements that have no Coq form. Raises GameError where none has one.
        """
        from ..coq.games import game_module, joined  # for start-up

        modules, reasons = [], []
        for name, verdict in self.proofs().items():
            assert verdict.proof is not None
            try:
                modules.append(game_module(name, *verdict.proof))
            except NotSupportedError as error:
                reasons.append(f"not in this file: {name}: {error}")
        if not modules:
            raise GameError("no Coq file: " + (reasons[0].split(": ", 1)[1] if reasons else "nothing was proved"))
        return joined(modules, reasons)


def goal_claim(goal: str, safe: str, actions: Sequence[str]) -> str:
    """The goal in the claim language; ``absorbing`` means that the safe action is the only absorbing set.

    >>> goal_claim("absorbing", "a", ["a", "b"])
    'absorbing(a) and not absorbing(b) and not absorbing(a, b)'
    """
    if safe not in actions:
        raise GameError(f"--safe {safe}: unknown action; the actions are {', '.join(actions)}")
    if goal not in GOALS:
        raise GameError(f"goal {goal}: unknown; the goals are {', '.join(GOALS)}")
    if goal != "absorbing":
        return f"{goal}({safe})"
    others = [c for size in range(1, len(actions) + 1) for c in combinations(actions, size) if c != (safe,)]
    return " and ".join([f"absorbing({safe})", *(f"not absorbing({', '.join(c)})" for c in others)])


def design_limits(deadline: Deadline = NEVER) -> Limits:
    """The limits of each proof of a design by default, and what all of them may take together until a deadline."""
    return replace(_LIMITS, shared=Work(_PRODUCTS, deadline))


def design(
    game: Game,
    safe: str,
    environment: Sequence[str],
    choose: Sequence[str],
    region: str = "",
    goal: str = "rationalizable_only",
    at: Mapping[str, Fraction | int | str] | None = None,
    *,
    verify: bool = True,
    proof_limits: Limits | None = None,
) -> Design:
    """All values of the chosen parameters for which the goal holds in every environment of the region.

    Parameters
    ----------
    game : a finite one-agent game
    safe : the action to be made safe
    environment : parameters that are quantified; where every atom of the goal is linear in each, the answer also has
        the environments that defeat other designs
    choose : parameters to be chosen; others that `at` does not fix stay symbols in the condition
    region : relations of the claim language joined by ``and``, linear in the environment; empty for the whole domain
    goal : one of `GOALS`
    at : exact values for other parameters
    verify : whether to prove the answer and to look for what fails beyond it
    proof_limits : of each proof; what they may take together stands in `Limits.shared`

    Returns
    -------
    Design
        Exact: the condition holds at a design and at no other point of the domain.

    Raises
    ------
    GameError for unknown names, NotSupportedError where the environment cannot be eliminated.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)", "g": "(1/2, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "g", "lose": "1 - g"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> print(design(game, "bet", ["p"], ["g"], "p >= 1/2", verify=False).condition)
    g < 2/3
    """
    check_arguments(game, at, environment=environment, choose=choose)
    check_text("safe", safe)
    check_kind("region", region, str)
    check_kind("proof_limits", proof_limits, Limits)
    fixed = game.at(at) if at else game
    if len(fixed.players) != 1:
        raise NotSupportedError("design: games with several players are not covered")
    (player,) = fixed.players
    free = [p.name for p in fixed.parameters]
    _checked_names(game, free, environment, choose)
    claim = goal_claim(goal, safe, player.actions)
    read = read_claim(claim, free, player.actions)
    table = atom_table(fixed)
    relations = _region_relations(fixed, region, free, player.actions)
    ring, limits = table.ring, []
    for relation in relations:
        ring, gap = element_of(ring, difference(relation))
        limits.append((gap, SIGNS_OF[relation.operator]))
    table, meanings = table.over(ring), Meanings(player.actions)

    def question(problem: Problem) -> bool:
        here = meanings.at(problem)
        value = evaluate(read, lambda part: holds(part, here))
        assert value is not None
        return value

    allowance = Allowance(SolveLimits(), questions=1)
    cells = Cases(LiteralPrinter(table, free), find_cells(table, free, question, allowance=allowance).cells)
    domain = table.domain
    given = (
        *domain_literals(domain, environment),
        *(Literal(cleared(domain, gap), signs) for gap, signs in limits),
    )
    failing = cells.cover(cells.where(lambda value: not value))
    cases = [(*given, *case) for case in sign_cases(table, failing)]
    projected, failures = _failing(domain, cases, environment)
    chosen = (*choose, *(n for n in free if n not in choose and n not in environment))
    inner = without_parameters(table, environment)
    condition, decided, sample = complement(inner, failures, chosen)
    point = at or {}
    values = tuple(
        (p.name, read_value(point[p.name], where=f"at {p.name}")) for p in game.parameters if p.name in point
    )
    listed = tuple(tuple(literal.relation(domain) for literal in case) for case in failures)
    answer = Design(
        game.name, values, safe, claim, tuple(environment), tuple(choose), " and ".join(map(str, relations)),
        condition, _negation(listed), listed, decided, sample, table=inner, cases=failures,
    )  # fmt: skip
    if not verify:
        return answer
    note("designs", lambda: (answer.to_json(), str(answer)), game)
    return _verified(fixed, answer, domain, projected, given, proof_limits or _LIMITS)


def _checked_names(game: Game, free: Sequence[str], environment: Sequence[str], choose: Sequence[str]) -> None:
    for option, names in (("--for", environment), ("--choose", choose)):
        for name in names:
            if name not in free:
                known = ", ".join(p.name for p in game.parameters)
                raise GameError(f"{option} {name}: not a free parameter; the parameters are {known or 'none'}")
    both = sorted(set(environment) & set(choose))
    if both:
        raise GameError(f"{both[0]} stands in --for and in --choose; keep it in one of them")
    if not environment:
        raise GameError("--for names no parameter; name those of the environment")


def _region_relations(game: Game, region: str, free: Sequence[str], actions: Sequence[str]) -> list[Relation]:
    if not region.strip():
        return []
    read = read_claim(region, free, actions, where="--in")
    for requirement in conditional_terms(game, read, where="--in"):
        raise NotSupportedError(
            f"--in: {brief(requirement.term)} has a value under the relations before it only; put these into assume"
        )

    def relations(claim: Claim) -> list[Relation]:
        match claim:
            case Compare(relation):
                return [relation]
            case Connective("and", parts):
                return [found for part in parts for found in relations(part)]
        raise GameError(f"--in {region}: write relations joined by and")

    return relations(read)


def _failing(
    domain: Domain, cases: Sequence[Case], environment: Sequence[str]
) -> tuple[tuple[Projection, ...], tuple[Case, ...]]:
    """The failing cases without the environment, with the steps that lead to them where it enters linearly."""
    try:
        projected = projections(domain, cases, environment)
    except NotSupportedError as not_linear:
        try:
            return (), exists(domain, cases, environment)
        except NotSupportedError:
            raise not_linear from None
    return projected, tuple(projection.case for projection in projected)


def _negation(failures: Sequence[Sequence[Relation]]) -> str:
    """``not (A or B or ...)`` with the relations turned around; ``x <= y and x >= y`` is ``x == y``."""
    if not failures:
        return "0 < 1"
    single: dict[tuple[str, str], str] = {}
    parts = []
    for case in failures:
        turned = [_oriented(Relation(r.left, NEGATED[r.operator], r.right)) for r in case]
        if not turned:
            return "1 < 0"
        if len(turned) > 1:
            parts.append(f"({' or '.join(map(str, turned))})")
            continue
        (relation,) = turned
        sides = (str(relation.left), str(relation.right))
        before = single.get(sides)
        if before is not None and {before, relation.operator} == {"<=", ">="}:
            parts[parts.index(f"{sides[0]} {before} {sides[1]}")] = f"{sides[0]} == {sides[1]}"
        elif str(relation) not in parts:
            single[sides] = relation.operator
            parts.append(str(relation))
    return " and ".join(parts)


def _oriented(relation: Relation) -> Relation:
    """With a number on the right."""
    if isinstance(relation.left, Number) and not isinstance(relation.right, Number):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(relation.operator, relation.operator)
        return Relation(relation.right, turned, relation.left)
    return relation


def _where(region: str) -> str:
    return f" with {region}" if region else ""


def _implication(hypotheses: Sequence[str], goal: str) -> str:
    given = " and ".join(f"({text})" for text in hypotheses if text)
    return f"{given} => {goal}" if given else goal


def _verified(
    game: Game, answer: Design, domain: Domain, failing: Sequence[Projection], region: Case, limits: Limits
) -> Design:
    """The answer with its proofs and with points beyond it at which the goal fails."""
    necessity = tuple(failure_of(game, domain, projection, region, answer.goal, limits) for projection in failing)
    answer = replace(answer, necessity=necessity)
    condition = "" if answer.condition.is_always() else str(answer.condition)
    if not answer.exists:
        if any(not case for case in answer.failures):
            return answer
        sides = " or ".join(f"({' and '.join(map(str, case))})" for case in answer.failures)
        return replace(answer, impossibility=prove_claim(game, sides, limits))
    # The closed form is shorter than the polynomials, so proofs and counterexamples are found with it first.
    texts = list(dict.fromkeys([answer.reading if condition else "", condition]))
    proof = _first(game, [_implication((answer.region, text), answer.goal) for text in texts], "proved", limits)
    beyond_design = beyond_region = None
    if condition:
        claims = [_implication((answer.region, f"not ({text})"), answer.goal) for text in texts]
        beyond_design = _first(game, claims, "refuted", limits)
    if answer.region:
        claims = [_implication((f"not ({answer.region})", text), answer.goal) for text in texts]
        beyond_region = _first(game, claims, "refuted", limits)
    return replace(answer, proof=proof, beyond_design=beyond_design, beyond_region=beyond_region)


def _first(game: Game, claims: Sequence[str], status: str, limits: Limits) -> Verdict:
    """The first verdict with this status, else the last one."""
    for claim in claims:
        verdict = prove_claim(game, claim, limits)
        if verdict.status == status:
            break
    return verdict
