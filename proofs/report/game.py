"""The first part of a report: the game, its divergences and best fits, its subjective payoffs and best replies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations

from ...symbolic.combinatorics.agent import Problem, Set
from ...symbolic.expressions.reading import ONE, ZERO, Expression, Number, add, apply, multiply, power
from ...symbolic.game.data import Normal
from ...symbolic.game.game import Game
from ..theorems.definition import definition_block, log_ratio_of_models
from ..theorems.solution_facts import (
    Facts,
    NamedFormula,
    belief,
    best_fits,
    call,
    divergence,
    payoff,
    point_mass,
    value_markup,
    weight,
    weighted_sum,
)
from ..typeset.blocks import Block, Display, Heading, Inline, Paragraph, Part, Proof, Ref, Statement, Table
from ..typeset.formulas import formula, set_markup
from ..typeset.markup import Fenced, Letter, Markup, Name, Notation, Script, row
from .parameters import parameter_blocks
from .sentences import cases_blocks, condition_inline, doubt, joined_displays


def game_blocks(
    game: Game, at: Sequence[tuple[str, object]], named: Sequence[NamedFormula], notation: Notation
) -> tuple[Block, ...]:
    """What the game is: actions, outcomes, parameters, truth, payoffs and models."""
    (player,) = game.players
    actions, outcomes = player.actions, player.outcomes
    if isinstance(outcomes, str):
        from .general import stated_game  # for start-up

        return tuple(stated_game(game, at, notation))
    models = tuple(model.name for model in player.models)
    first: list[Part] = [
        f"The {player.name} chooses from ", row(Letter("A"), "=", set_markup(actions)),
        "; the outcome lies in ", row(Letter("Y"), "=", set_markup(outcomes)), ". The ",
        f"{player.name} entertains the models ", row(Letter("Theta"), "=", set_markup(models)), ". ",
        Ref("tab:game"), " gives the true law of the outcome, the payoff, and what each model predicts.",
    ]
    blocks: list[Block] = [Heading(2, "The game", "sec:game"), Paragraph(tuple(first))]
    blocks += parameter_blocks(game, at, notation)
    rows: list[tuple[Inline, ...]] = []
    for action in actions:
        truth, rewards = player.truth_row((action,)), player.payoff_row(action)
        assert not isinstance(truth, Normal) and isinstance(rewards, tuple)
        for y, outcome in enumerate(outcomes):
            cells: list[Inline] = [
                (Name(action),) if y == 0 else (), (Name(outcome),), (formula(truth[y], notation),),
                (formula(rewards[y], notation),),
            ]
            for model in player.models:
                predicted = model.row(action)
                assert not isinstance(predicted, Normal)
                cells.append((formula(predicted[y], notation),))
            rows.append(tuple(cells))
    header: list[Inline] = [
        ("action ", row("a")), ("outcome ", row("y")), (_conditional("Q", None),), (call("pi", "a", "y"),),
        *((_conditional("Q", name),) for name in models),
    ]
    blocks.append(
        Table(
            "tab:game",
            ("The game: true law, payoff, and the predictions of the models.",),
            "l" * (4 + len(models)),
            tuple(header),
            tuple(rows),
        )
    )
    blocks.append(definition_block())
    if named:
        plain = notation.unnamed()
        blocks.append(
            Paragraph(("Some quantities recur, and are given a name.",) if len(named) > 1 else
                      ("One quantity recurs, and is given a name.",))
        )  # fmt: skip
        blocks.append(Display(tuple((n.name, value_markup(n.expression, plain)) for n in named)))
    return tuple(blocks)


def _conditional(head: str, model: str | None) -> Markup:
    base: Markup = Letter(head) if model is None else Script(Letter(head), Name(model))
    return row(base, Fenced(row("y", "mid", "a")))


def kl_expression(truth: Sequence[Expression], predicted: Sequence[Expression]) -> Expression | None:
    """``sum_y Q log(Q / Q_theta)`` as it stands, None when it is infinite by form.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> half, p = read_expression("1/2", [], where=""), read_expression("p", ["p"], where="")
    >>> str(kl_expression((p, p), (half, p)))
    'p*log(2*p)'
    """
    terms: list[Expression] = []
    for true, believed in zip(truth, predicted, strict=True):
        if true in (ZERO, believed):
            continue
        if believed == ZERO:
            return None
        logarithm = apply("log", multiply([true, power(believed, -1)]))
        terms.append(logarithm if true == ONE else multiply([true, logarithm]))
    return add(terms)


def normal_kl_expression(truth: Normal, predicted: Normal) -> Expression:
    """``(log(v_theta / v) + (v + (m - m_theta)**2) / v_theta - 1) / 2`` for normal laws.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> one, m = read_expression("1", [], where=""), read_expression("m", ["m"], where="")
    >>> str(normal_kl_expression(Normal(m, one), Normal(one, one)))
    '(m - 1)**2/2'
    """
    half, minus = Number(Fraction(1, 2)), Number(Fraction(-1))
    miss = power(add([truth.mean, multiply([minus, predicted.mean])]), 2)
    spread = multiply([add([truth.variance, miss]), power(predicted.variance, -1)])
    terms: list[Expression] = [spread, minus]
    if truth.variance == predicted.variance:
        terms = [multiply([miss, power(predicted.variance, -1)])]
    else:
        terms.append(apply("log", multiply([predicted.variance, power(truth.variance, -1)])))
    return multiply([half, add(terms)])


def divergence_blocks(facts: Facts) -> tuple[Block, ...]:
    """Divergences, their comparison, and the best fits to mixed strategies."""
    game, notation = facts.solution.game, facts.notation
    (player,) = game.players
    lines: list[tuple[Markup, Markup | None]] = []
    for t, model in enumerate(player.models):
        for a, action in enumerate(player.actions):
            truth, predicted = player.truth_row((action,)), model.row(action)
            finite = facts.tables.divergence[t][a] is not None
            value: Expression | None
            if isinstance(truth, Normal):
                assert isinstance(predicted, Normal)
                value = normal_kl_expression(truth, predicted)
            else:
                assert not isinstance(predicted, Normal)
                value = kl_expression(truth, predicted) if finite else None
            written = Letter("infty") if value is None else formula(value, notation)
            lines.append((divergence(model.name, action), written))
    blocks: list[Block] = [
        Heading(2, "Divergences and best fits", "sec:divergences"),
        Paragraph(("By definition, the divergences are",)),
        Display(tuple(lines)),
    ]
    rows: list[tuple[Inline, ...]] = []
    atoms: set[int] = set()
    for first, second in combinations(range(len(facts.models)), 2):
        for a, action in enumerate(facts.actions):
            found = facts.difference("divergence", a, (first, second))
            left = row(divergence(facts.models[second], action), "-", divergence(facts.models[first], action))
            if found is None:
                rows.append(((left,), ("infinite divergence",), ()))
                continue
            value, product = found
            atoms |= {atom for atom, _ in product.factors}
            rows.append(((left,), (formula(value, notation),), facts.sign_text(product)))
    if rows:
        blocks.append(
            Statement(
                "lemma",
                "lem:divergences",
                "comparison of divergences",
                (Paragraph(("The differences of divergences are those of ", Ref("tab:divergences"),
                            ", with the signs stated there for all parameter values.")),),
            )
        )  # fmt: skip
        blocks.append(Proof((Paragraph(_difference_proof(facts, sorted(atoms))),)))
        blocks.append(
            Table(
                "tab:divergences",
                ("Differences of divergences: positive where the first model named fits worse.",),
                "lXX",
                (("difference",), ("value",), ("sign",)),
                tuple(rows),
            )
        )
    blocks.extend(_fits_blocks(facts))
    return tuple(blocks)


def _difference_proof(facts: Facts, atoms: Sequence[int]) -> Inline:
    notation = facts.notation
    text: list[Part] = [
        "In the difference of two divergences at one action the true entropy cancels; what remains is ",
        row(
            Script(row("sum"), Letter("y")), Letter("Q"), Fenced(row("y", "mid", "a")), log_ratio_of_models(),
        ),
        ", collected in the table.",
    ]
    for atom in atoms if facts.solution.free else ():
        relation = facts.printer.relation((atom, (0,)))
        slope = facts.slope(atom)
        if slope is None:
            continue
        name, expression, side = slope
        letter = notation.letter(name)
        text += [
            " The expression ", formula(facts.printer.expression(atom), notation), " is affine in ", letter,
            " with slope ", formula(expression, notation),
            f", which is {'positive' if side > 0 else 'negative'} for all parameter values, and vanishes at ",
            row(letter, "=", formula(relation.right, notation)), ".",
        ]
    return tuple(text)


def _fits_blocks(facts: Facts) -> list[Block]:
    """Theta* as a correspondence: inequalities linear in sigma, and its values at pure strategies."""
    notation = facts.notation
    blocks: list[Block] = []
    inequalities: list[tuple[Markup, Markup | None]] = []
    for first, second, weights in facts.divergence_differences:
        total = weighted_sum([(weight(action), value) for action, value in weights], notation)
        left = row(divergence(second, Letter("sigma")), "-", divergence(first, Letter("sigma")))
        inequalities.append((left, total))
    if inequalities:
        blocks.append(
            Paragraph(
                (
                    "Divergences are linear in the strategy, so that ", best_fits("sigma"),
                    " is cut out of the simplex of strategies by hyperplanes: a model is a best fit iff none of the "
                    "following differences speaks against it.",
                )
            )
        )
        blocks.append(Display(tuple(inequalities)))
    fits: list[Block] = [Paragraph(("The best fits to pure strategies are these.",))]
    for a, action in enumerate(facts.actions):
        cases = facts.cases(partial(_fits_at, a))
        values = [(set_markup(facts.model_names(c.value)), c.condition, c.witnessed) for c in cases]
        fits += cases_blocks(best_fits(point_mass(action)), values, notation)
    fits = joined_displays(fits)
    blocks.append(Statement("proposition", "prop:fits", "best fits to pure strategies", tuple(fits)))
    blocks.append(
        Proof((Paragraph(("At a pure strategy the divergences are compared by ", Ref("lem:divergences"),
                          " alone; the model that no difference speaks against is the best fit, and where a "
                          "difference vanishes both are.") if len(facts.models) > 1 else
                         ("There is one model only.",)),))
    )  # fmt: skip
    return blocks


def _fits_at(action: int, problem: Problem) -> Set:
    return problem.minimizer_sets((action,))[0]


def payoff_blocks(facts: Facts) -> tuple[Block, ...]:
    """Subjective payoffs, their comparison, and best replies."""
    notation = facts.notation
    blocks: list[Block] = [
        Heading(2, "Subjective payoffs and best replies", "sec:payoffs"),
        Paragraph(("The subjective payoffs are",)),
        Display(
            tuple(
                (payoff(action, model), formula(value, notation))
                for action, weights in facts.payoffs
                for model, value in weights
            )
        ),
    ]
    rows: list[tuple[Inline, ...]] = []
    for first, second in combinations(range(len(facts.actions)), 2):
        for t, model in enumerate(facts.models):
            found = facts.difference("payoff", t, (second, first))
            assert found is not None
            left = row(payoff(facts.actions[first], model), "-", payoff(facts.actions[second], model))
            rows.append(((left,), (formula(found[0], notation),), facts.sign_text(found[1])))
    if rows:
        blocks.append(
            Statement(
                "lemma",
                "lem:payoffs",
                "comparison of payoffs",
                (Paragraph(("The differences of subjective payoffs are those of ", Ref("tab:payoffs"),
                            ", with the signs stated there for all parameter values.")),),
            )
        )  # fmt: skip
        blocks.append(Proof((Paragraph(("By subtraction of the payoffs above.",)),)))
        blocks.append(
            Table(
                "tab:payoffs",
                ("Differences of subjective payoffs: positive where the first action named is better.",),
                "lXX",
                (("difference",), ("value",), ("sign",)),
                tuple(rows),
            )
        )
    sure: list[Part] = []
    for t, model in enumerate(facts.models):
        cases = facts.cases(partial(Problem.best_replies_on, models=(t,)))
        for case in cases:
            sure += ["; " if sure else "", set_markup(facts.action_names(case.value)), " under ", Name(model)]
            if not case.condition.is_always():
                sure += [" if ", *condition_inline(case.condition, notation)]
            sure += doubt(case.witnessed)
    mixed = f" An action is optimal for {'a' if len(facts.models) > 1 else 'the'} belief "
    blocks.append(
        Paragraph(
            (
                "Hence the best replies under a single model are ", *sure, ".", mixed, Letter("mu"),
                " iff none of the differences, averaged with the weights ", belief(Letter("theta")),
                ", speaks against it.",
            )
        )
    )
    return tuple(blocks)
