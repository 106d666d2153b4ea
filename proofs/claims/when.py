"""When does a claim hold? The exact necessary and sufficient condition on the free parameters.

The relations of the claim join the atoms of the game; on every cell of the parameter domain the claim is true or
false; the condition is a short description of the cells where it is true. Nothing is sampled: the cells are those
of `symbolic.solving.phases`. With `within`, the other parameters are quantified: the condition on the chosen ones under
which the claim holds for *all* values of the rest, the weakest sufficient one that speaks of them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from ...symbolic.arguments import check_kind, check_text
from ...symbolic.cells.cases import Cases
from ...symbolic.cells.conditions import Condition, LiteralPrinter
from ...symbolic.cells.question_cells import find_cells
from ...symbolic.cells.tree import numeric_value
from ...symbolic.cells.undecided import attempt
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.errors import GameError, NotSupportedError, UndecidedError
from ...symbolic.errors.running import note
from ...symbolic.expressions.exact_values import as_fraction
from ...symbolic.expressions.reading import Relation, brief
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.game.definedness import Requirement, Supposed, undefined
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.limits import Allowance, SolveLimits
from ...symbolic.solving.sampled import point_text, written
from ..search.prover import Limits, Proved
from .answers import When
from .at_equilibria import without_values
from .definedness import conditional_terms, holds_partial_terms, joined, pieces, vanishing_logarithms
from .from_signs import meanings_of
from .language import Claim, Compare, Connective, about_values, evaluate, read_claim
from .predicates import holds
from .prove import at_point, prove
from .quantifiers import complement, exists, sign_cases, without_parameters

_MOST_RELATIONS = 12  # of a condition whose relations are compared with each other
_FEW = Limits(nodes=20, products=2_000)


def when(
    game: Game,
    claim: str,
    at: Mapping[str, Fraction | int | str] | None = None,
    *,
    within: Sequence[str] | None = None,
    limits: SolveLimits | None = None,
) -> When:
    """The exact necessary and sufficient condition on the free parameters for a claim.

    Parameters
    ----------
    game : a finite one-agent game
    claim : in the claim language; ``independent_of(r)`` holds at a point if no other value of r that the domain
        allows beside the same values of the other parameters gives another structure
    at : exact values for some parameters
    within : parameters that the condition may speak of; the claim must hold for all values of the others that the
        domain allows. By default all free parameters
    limits : how many pairs of supports, minors and nodes of trees of signs may be gone through, as in `solve`; without
        them the nodes alone are bounded, as a claim may need few of the pairs and minors

    Returns
    -------
    When
        Exact; covers the whole domain, boundaries included. With `within`: exact where the domain has a point with
        these values of the chosen parameters.

    Raises
    ------
    GameError for an unreadable claim, unknown parameters, and a term without a value somewhere where it is looked at
    (`proofs.claims.definedness`), but for logarithms of what is nowhere negative: of ``log(x**2) > 0`` the condition
    leaves x = 0 out and says so in `left_out`; NotSupportedError for other games, and where a parameter
    cannot be quantified (`proofs.claims.quantifiers`); BudgetError, UndecidedError as in `solve`.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)", "g": "(1/3, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "g", "lose": "1 - g"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> print(when(game, "strict(bet)", {"g": "2/3"}), "|", when(game, "rationalizable(bet)", {"g": "2/3"}))
    p > 1/2 | p >= 1/2
    >>> print(when(game, "strict(pass)", within=["g"]), "|", when(game, "p < 1/4 or independent_of(p)"))
    g < 1/2 | p < 1/4
    """
    check_arguments(game, at, within=within)
    check_text("claim", claim)
    check_kind("limits", limits, SolveLimits)
    fixed = game.at(at) if at else game
    free = [p.name for p in fixed.parameters]
    read = read_claim(claim, free, None)
    values = tuple((n, Fraction(v)) for n, v in _fixed(game, at))
    if about_values(read):
        return replace(_of_values(fixed, read, within, limits), game=game.name, claim=str(read), at=values)
    asked = read
    left_out: tuple[Requirement, ...] = ()
    try:
        terms = conditional_terms(fixed, read)
    except GameError:
        left_out = vanishing_logarithms(fixed, read)
        if not left_out:
            raise
        asked = Connective("and", (*(Compare(term.relation) for term in left_out), read))
        terms = conditional_terms(fixed, asked)
    if not terms:
        return _with_all_terms(game, claim, at, within, limits)
    answer = _by_pieces(fixed, asked, terms, within, limits)
    omitted = tuple((brief(term.term), term.relation) for term in left_out)
    return replace(answer, claim=str(read), at=values, left_out=omitted)


def _of_values(game: Game, claim: Claim, within: Sequence[str] | None, limits: SolveLimits | None) -> When:
    """The condition for a claim about values at equilibria; raises UndecidedError where these leave it open."""
    bounds = without_values(game, claim, limits)
    if bounds.sure != bounds.possible:
        gap = when_read(game, Connective("and", (bounds.possible, Connective("not", (bounds.sure,)))), None, limits)
        if gap.condition.alternatives:
            where = "" if gap.condition.is_always() else f" where {gap.condition}"
            raise UndecidedError(f"the claim is undecided{where}: {bounds.reason}")
    return when_read(game, bounds.sure, within, limits)


def when_read(game: Game, claim: Claim, within: Sequence[str] | None, limits: SolveLimits | None) -> When:
    """As `when` of a claim that was read, with the parameters of the game fixed as they are to be."""
    terms = conditional_terms(game, claim)
    if not terms:
        return _with_all_terms(game, claim, None, within, limits)
    return _by_pieces(game, claim, terms, within, limits)


def _by_pieces(
    game: Game,
    claim: Claim,
    terms: Sequence[Requirement],
    within: Sequence[str] | None,
    limits: SolveLimits | None,
) -> When:
    """The condition for a claim some of whose terms have a value on a part of the domain only."""
    if within:
        raise NotSupportedError(
            f"--within: {brief(terms[0].term)} has a value under a hypothesis only; leave --within out, or put the "
            "hypothesis into assume"
        )
    found = [(p, _with_all_terms(p.game, p.claim, None, None, limits)) for p in pieces(game, claim, terms)]
    condition = _without_guards(game, joined([(piece, answer.condition) for piece, answer in found]), terms)
    spoken_of = tuple(p.name for p in game.parameters) if game.has_tables else ()
    return When(game.name, str(claim), (), condition, all(answer.witnessed for _, answer in found), spoken_of)


def _with_all_terms(
    game: Game,
    claim: str | Claim,
    at: Mapping[str, Fraction | int | str] | None,
    within: Sequence[str] | None,
    limits: SolveLimits | None,
) -> When:
    """The condition for a claim all whose terms have a value on the whole domain."""
    fixed = game.at(at) if at else game
    several = bool(fixed.signals) or len(fixed.players) > 1
    if several or not fixed.has_tables:
        if within:
            raise NotSupportedError(
                "--within: parameters are eliminated from what one agent with finitely many models compares, not with "
                f"{fixed.kind_not_supported()}; leave it out, or fix the others with --at"
            )
        from .on_cells import claim_on_cells  # for start-up: with the engines of all other kinds of games

        return claim_on_cells(game, claim, at, limits).when()
    (player,) = fixed.players
    free = [p.name for p in fixed.parameters]
    chosen = _chosen(game, free, within)
    if limits is not None:
        limits.check(len(player.actions), len(player.models), len(free))
    read = read_claim(claim, free, player.actions)
    table = atom_table(fixed)
    table, meanings = meanings_of(table, read, free, player.actions)

    def question(problem: Problem) -> bool:
        here = meanings.at(problem)
        value = evaluate(read, lambda part: holds(part, here))
        assert value is not None
        return value

    # Known beforehand, these spare rounds of decomposition.
    shadows = (cases for shadows in meanings.shadows.values() for cases in shadows)
    for element in (*meanings.gaps.values(), *(e for cases in shadows for case in cases for e, _ in case)):
        if free:
            table.product_of(element, "the claim")
    allowance = Allowance(limits or SolveLimits(), questions=1)
    allowance.stage = "the cells of the claim"
    plain = LiteralPrinter(table, free)
    cells = Cases(plain, find_cells(table, free, question, allowance=allowance).cells)
    values = tuple((n, Fraction(v)) for n, v in _fixed(game, at))
    quantified = [name for name in free if name not in chosen]
    if quantified:
        failing = sign_cases(table, cells.cover(cells.where(lambda value: not value)))
        failures = exists(table.domain, failing, quantified)
        condition, witnessed, _ = complement(without_parameters(table, quantified), failures, chosen)
        return When(game.name, str(read), values, _without_implied(fixed, condition), witnessed, chosen)
    inside = cells.where(bool)
    conjunctions = cells.cover(inside)
    condition = _without_implied(fixed, plain.condition(conjunctions))
    literals = [literal for conjunction in conjunctions for literal in conjunction]
    condition = LiteralPrinter(table, free, inside=True).rewritten(condition, plain, literals)
    return When(game.name, str(read), values, condition, all(cells.cells[place].witnessed for place in inside))


def note_truth(claim: str) -> Callable[[Iterable[tuple[dict[str, Fraction], Game]]], None]:
    """What to note of games at single points (`symbolic.solving.sampled`): whether the claim holds there, exactly."""

    def look(points: Iterable[tuple[dict[str, Fraction], Game]]) -> None:
        for values, game in points:
            found, _ = attempt(partial(_holds_at, game, claim, values))
            if found is not None:
                key = "holds_at" if found else "fails_at"
                note(key, partial(_written, values))

    return look


def _holds_at(game: Game, claim: str, values: Mapping[str, Fraction]) -> bool:
    (player,) = game.players
    read = at_point(read_claim(claim, list(values), player.actions), values)
    table, meanings = meanings_of(atom_table(game), read, (), player.actions)
    value = numeric_value(table, lambda problem: evaluate(read, lambda part: holds(part, meanings.at(problem))))
    assert value is not None
    return value


def _written(values: Mapping[str, Fraction]) -> tuple[dict[str, str], str]:
    return written(values), point_text(values)


def _without_implied(game: Game, condition: Condition) -> Condition:
    """The condition without relations that the rest of their conjunction implies on the domain, each by a proof."""
    if sum(map(len, condition.alternatives)) > _MOST_RELATIONS:
        return condition
    return Condition(tuple(dict.fromkeys(_needed(game, conjunction) for conjunction in condition.alternatives)))


def _without_guards(game: Game, condition: Condition, terms: Sequence[Requirement]) -> Condition:
    """The condition without what terms ask for that the rest implies, where no term is left that rests on it."""
    return Condition(tuple(dict.fromkeys(_unguarded(game, part, terms) for part in condition.alternatives)))


def _unguarded(game: Game, conjunction: tuple[Relation, ...], terms: Sequence[Requirement]) -> tuple[Relation, ...]:
    kept = conjunction
    for term in terms if not holds_partial_terms(conjunction) else ():
        rest = tuple(relation for relation in kept if relation != term.relation)
        if rest and rest != kept and _holds_given(game, rest, term):
            kept = rest
    return kept


def _holds_given(game: Game, given: tuple[Relation, ...], term: Requirement) -> bool:
    """Whether what a term asks for is proved to follow from relations; where that is not decided, it is not proved."""
    try:
        return undefined(game.parameters, game.assume, term, Supposed(given)) is None
    except UndecidedError:
        return False


def _needed(game: Game, conjunction: tuple[Relation, ...]) -> tuple[Relation, ...]:
    kept = list(conjunction)
    for relation in reversed(conjunction):
        rest = [other for other in kept if other != relation]
        # Alone a relation that always holds would have been left out before.
        if rest and _implied(game, rest, relation):
            kept = rest
    return tuple(kept)


def _implied(game: Game, given: Sequence[Relation], relation: Relation) -> bool:
    """Whether a relation is proved to follow from others; where proofs do not reach, it is simply not proved."""
    answer, _ = attempt(lambda: prove(game, implication(given, relation), _FEW))
    return isinstance(answer, Proved)


def implication(given: Sequence[Relation], relation: Relation) -> Claim:
    """``given => relation`` as a claim."""
    parts = tuple(Compare(other) for other in given)
    return Connective("=>", (parts[0] if len(parts) == 1 else Connective("and", parts), Compare(relation)))


def _chosen(game: Game, free: Sequence[str], within: Sequence[str] | None) -> tuple[str, ...]:
    if within is None:
        return tuple(free)
    known = [p.name for p in game.parameters]
    for name in within:
        if name not in known:
            raise GameError(f"--within {name}: unknown parameter; the parameters are {', '.join(known) or 'none'}")
        if name not in free:
            raise GameError(f"--within {name}: also fixed by --at; leave it out of one of them")
    if not within:
        raise GameError("--within names no parameter; to quantify all of them, use prove")
    return tuple(dict.fromkeys(within))


def _fixed(game: Game, at: Mapping[str, Fraction | int | str] | None) -> list[tuple[str, Fraction]]:
    return [(p.name, as_fraction(at[p.name])) for p in game.parameters if at and p.name in at]
