"""Random small games, for property tests of one's own: Hypothesis strategies and seeded draws.

`games` draws generic rational games with one agent. `knife_edge_games` draws games in which ties are the
rule, because that is where equilibria get lost: duplicate actions, actions that teach the same or nothing,
equal and mirrored models, a model that fits an action exactly, equal payoffs, outcomes that never happen, and
models that rule out what happens (K = +oo). At least one model has a finite divergence after every action,
the standing assumption of Esponda & Pouzo (2016, Econometrica 84(3)). Probabilities are quotients of small
integers, or powers of 1/2, whose logarithms are commensurable, so that three or more divergences tie exactly.

`two_player_games`, `signal_games` and `family_games` draw the other kinds, each with `knife_edge` for ties
(`testing_kinds` says which); `player_family_games` draws two players with families.

Hypothesis is needed for the strategies only (`pip install berknash[test]`); the functions `random_...` draw the
same games from `random.Random`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from .symbolic.errors import GameError
from .symbolic.game.game import Game
from .testing_kinds import draw_family, draw_normal_form, draw_pair, draw_player_families, draw_signals

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Choose: TypeAlias = Callable[[int, int], int]  # an integer between both ends, ends included
Distribution: TypeAlias = list[Fraction]

# The dyadic distributions over three outcomes and fewer: all their logarithms are multiples of log 2.
_DYADIC = {
    1: ((1,),),
    2: ((1, 1),),
    3: ((2, 1, 1), (1, 2, 1), (1, 1, 2)),
    4: ((1, 1, 1, 1), (4, 2, 1, 1), (1, 1, 2, 4)),
}


@dataclass(slots=True)
class _Draft:
    """A game while it is being drawn: rows by action, predictions by model and action."""

    truth: list[Distribution]
    payoff: list[list[Fraction]]
    predicts: list[list[Distribution]]

    def build(self, name: str) -> Game:
        return Game.from_dict(self.document(name), where=name)

    def document(self, name: str) -> dict[str, Any]:
        """The dictionary in the shape of the game file."""
        actions = [f"a{i + 1}" for i in range(len(self.truth))]
        outcomes = [f"y{i + 1}" for i in range(len(self.truth[0]))]

        def table(rows: list[list[Fraction]]) -> dict[str, dict[str, str]]:
            return {
                action: {outcome: str(entry) for outcome, entry in zip(outcomes, row, strict=True)}
                for action, row in zip(actions, rows, strict=True)
            }

        models = {f"m{t + 1}": {"predicts": table(rows)} for t, rows in enumerate(self.predicts)}
        agent = {
            "actions": actions,
            "outcomes": outcomes,
            "truth": table(self.truth),
            "payoff": table(self.payoff),
            "models": models,
        }
        return {"format": 1, "name": name, "players": {"agent": agent}}


def _quotients(weights: list[int]) -> Distribution:
    total = sum(weights)
    return [Fraction(weight, total) for weight in weights]


def _draw_distribution(choose: Choose, size: int, largest: int) -> Distribution:
    return _quotients([choose(1, largest) for _ in range(size)])


def _draw_generic(choose: Choose, sizes: tuple[int, int, int], largest: int) -> _Draft:
    actions, models, outcomes = sizes
    return _Draft(
        [_draw_distribution(choose, outcomes, largest) for _ in range(actions)],
        [[Fraction(choose(-largest, largest), choose(1, 3)) for _ in range(outcomes)] for _ in range(actions)],
        [[_draw_distribution(choose, outcomes, largest) for _ in range(actions)] for _ in range(models)],
    )


def _draw_coarse(choose: Choose, sizes: tuple[int, int, int]) -> _Draft:
    """Few different numbers, so that they coincide by chance."""
    actions, models, outcomes = sizes
    dyadic = choose(0, 1) == 1

    def predicted() -> Distribution:
        if dyadic:
            known = _DYADIC[outcomes]
            return _quotients(list(known[choose(0, len(known) - 1)]))
        return _draw_distribution(choose, outcomes, 2)

    def truth() -> Distribution:
        if choose(0, 2) == 0:
            sure = choose(0, outcomes - 1)
            return [Fraction(int(y == sure)) for y in range(outcomes)]
        return predicted()

    return _Draft(
        [truth() for _ in range(actions)],
        [[Fraction(choose(0, 1)) for _ in range(outcomes)] for _ in range(actions)],
        [[predicted() for _ in range(actions)] for _ in range(models)],
    )


def _copy(rows: list[list[Fraction]], target: int, source: int) -> None:
    rows[target] = list(rows[source])


def _tie(choose: Choose, draft: _Draft) -> None:
    """Changes the draft so that something ties; which of the ways is drawn too."""
    a, b = choose(0, len(draft.truth) - 1), choose(0, len(draft.truth) - 1)
    s, t = choose(0, len(draft.predicts) - 1), choose(0, len(draft.predicts) - 1)
    outcomes = len(draft.truth[0])
    match choose(0, 11):
        case 0:  # the same action twice
            _copy(draft.truth, b, a)
            _copy(draft.payoff, b, a)
            for rows in draft.predicts:
                _copy(rows, b, a)
        case 1:  # two actions that teach the same
            _copy(draft.truth, b, a)
            for rows in draft.predicts:
                _copy(rows, b, a)
        case 2:  # the same model twice
            draft.predicts[t] = [list(row) for row in draft.predicts[s]]
        case 3:  # a model that mirrors another
            draft.predicts[t] = [list(reversed(row)) for row in draft.predicts[s]]
        case 4:  # two models that exchange the roles of two actions, as in the canonical trap
            draft.predicts[t] = [list(row) for row in draft.predicts[s]]
            draft.predicts[t][a], draft.predicts[t][b] = draft.predicts[t][b], draft.predicts[t][a]
        case 5:  # a model that fits one action exactly
            draft.truth[a] = list(draft.predicts[t][a])
        case 6:  # an action that tells no models apart
            for rows in draft.predicts:
                rows[a] = list(draft.predicts[0][a])
        case 7:  # payoffs that do not depend on the action
            _copy(draft.payoff, b, a)
        case 8 | 9 | 10:  # a model that rules an outcome out
            draft.predicts[t][a] = _without(draft.predicts[t][a], choose(0, outcomes - 1))
        case _:  # an outcome that never happens
            draft.truth[a] = _without(draft.truth[a], choose(0, outcomes - 1))


def _without(row: Distribution, outcome: int) -> Distribution:
    rest = 1 - row[outcome]
    if rest == 0:
        return row
    return [Fraction(0) if y == outcome else entry / rest for y, entry in enumerate(row)]


def _anchor(choose: Choose, draft: _Draft) -> None:
    """Makes one model finite after every action, by spreading its mass where it would be infinite."""
    rows = draft.predicts[choose(0, len(draft.predicts) - 1)]
    for action, truth in enumerate(draft.truth):
        if any(believed == 0 < true for believed, true in zip(rows[action], truth, strict=True)):
            rows[action] = [Fraction(1, len(truth))] * len(truth)


def _draw_sizes(choose: Choose, most: tuple[int, int, int]) -> tuple[int, int, int]:
    if min(most) < 1 or max(most) > 8:
        raise GameError(f"sizes {most} of a random game: each must be between 1 and 8")
    return choose(1, most[0]), choose(1, most[1]), choose(min(2, most[2]), most[2])


def _draw_knife_edge(choose: Choose, most: tuple[int, int, int]) -> _Draft:
    if most[2] > max(_DYADIC):
        raise GameError(f"{most[2]} outcomes of a knife-edge game: at most {max(_DYADIC)}")
    sizes = _draw_sizes(choose, most)
    draft = _draw_generic(choose, sizes, 3) if choose(0, 3) == 0 else _draw_coarse(choose, sizes)
    for _ in range(choose(1, 4)):
        _tie(choose, draft)
    _anchor(choose, draft)
    return draft


def _draw_parametric(choose: Choose, most: tuple[int, int, int], count: int) -> Game:
    """A drawn game with some of its entries replaced by parameters p1, p2, ...; ties on purpose half of the
    time.
    """
    if count < 1 or count > 8:
        raise GameError(f"{count} parameters of a random game: between 1 and 8")
    if choose(0, 1):
        draft = _draw_knife_edge(choose, most)
    else:
        draft = _draw_generic(choose, _draw_sizes(choose, most), 3)
    document = draft.document("parametric game")
    agent = document["players"]["agent"]
    domains = document.setdefault("parameters", {})
    for index in range(count):
        name = f"p{index + 1}"
        action = agent["actions"][choose(0, len(draft.truth) - 1)]
        models = _models_of(agent)
        match choose(0, 3):
            case 0:  # a payoff
                outcome = agent["outcomes"][choose(0, len(agent["outcomes"]) - 1)]
                agent["payoff"][action][outcome] = name
                domains[name] = "(-oo, oo)"
            case 1:  # what one model predicts
                models[choose(0, len(models) - 1)]["predicts"][action] = _symbolic_row(choose, agent, name)
                domains[name] = "(0, 1)"
            case _:  # the truth
                agent["truth"][action] = _symbolic_row(choose, agent, name)
                domains[name] = "(0, 1)"
    # A symbolic truth makes every outcome happen: the first model then has to allow every outcome.
    spread = {outcome: f"1/{len(agent['outcomes'])}" for outcome in agent["outcomes"]}
    for action, row in _models_of(agent)[0]["predicts"].items():
        if any(entry == "0" != agent["truth"][action][outcome] for outcome, entry in row.items()):
            row.update(spread)
    return Game.from_dict(document, where="parametric game")


def _models_of(agent: dict[str, Any]) -> list[dict[str, Any]]:
    """The tables of the models, in order."""
    return list(agent["models"].values())


def _symbolic_row(choose: Choose, agent: dict[str, Any], name: str) -> dict[str, str]:
    """The parameter on one outcome, and the rest of the mass on the others in equal parts."""
    outcomes = agent["outcomes"]
    if len(outcomes) == 1:
        return {outcomes[0]: "1"}
    place = choose(0, len(outcomes) - 1)
    rest = f"(1 - {name})/{len(outcomes) - 1}"
    return {outcome: name if y == place else rest for y, outcome in enumerate(outcomes)}


def random_game(
    generator: random.Random,
    max_actions: int = 4,
    max_models: int = 4,
    max_outcomes: int = 3,
    largest: int = 6,
) -> Game:
    """A game with one agent and generic rational entries, drawn by the generator.

    Probabilities are w_i / (w_1 + ... + w_n) with integers 1 <= w_i <= `largest`, payoffs have denominators
    up to 3.

    >>> game = random_game(random.Random(7), max_actions=2)
    >>> [str(entry) for entry in game.players[0].truth_row(("a1",))]
    ['3/4', '1/8', '1/8']
    """
    sizes = _draw_sizes(generator.randint, (max_actions, max_models, max_outcomes))
    return _draw_generic(generator.randint, sizes, largest).build("random game")


def random_knife_edge_game(
    generator: random.Random, max_actions: int = 4, max_models: int = 4, max_outcomes: int = 3
) -> Game:
    """A game with one agent in which something ties, drawn by the generator."""
    return _draw_knife_edge(generator.randint, (max_actions, max_models, max_outcomes)).build("knife edge")


def random_parametric_game(
    generator: random.Random,
    parameters: int = 2,
    max_actions: int = 3,
    max_models: int = 3,
    max_outcomes: int = 2,
) -> Game:
    """A game with free parameters p1, p2, ... in truths, predictions and payoffs, drawn by the generator.

    A model may rule out what happens only where that does not depend on a parameter, up to the ends of its
    domain.
    """
    return _draw_parametric(generator.randint, (max_actions, max_models, max_outcomes), parameters)


def random_two_player_game(
    generator: random.Random,
    max_actions: int = 3,
    max_models: int = 2,
    *,
    knife_edge: bool = False,
    correct: bool = False,
) -> Game:
    """A game with two players: finitely many models each, or, with `correct`, a normal form with right models.

    >>> [len(p.actions) for p in random_two_player_game(random.Random(1), correct=True).players]
    [1, 3]
    """
    if correct:
        return draw_normal_form(generator.randint, max_actions, knife_edge)
    return draw_pair(generator.randint, max_actions, max_models, knife_edge)


def random_signal_game(
    generator: random.Random,
    max_signals: int = 2,
    max_actions: int = 2,
    max_models: int = 3,
    *,
    knife_edge: bool = False,
) -> Game:
    """A game with one player, private signals and finitely many models, drawn by the generator."""
    return draw_signals(generator.randint, max_signals, max_actions, max_models, knife_edge)


def random_family_game(generator: random.Random, max_actions: int = 2, *, knife_edge: bool = False) -> Game:
    """A game with one agent and a one-parameter family of models, drawn by the generator."""
    return draw_family(generator.randint, max_actions, knife_edge)


def random_player_family_game(generator: random.Random, kind: str = "families", *, normal: bool = False) -> Game:
    """Two players with two actions and families that need not fit what they see (`testing_kinds`)."""
    return draw_player_families(generator.randint, kind, normal=normal)


def _drawn(draw: Callable[[Choose], Game]) -> SearchStrategy[Game]:
    """The Hypothesis strategy that makes every choice with `integers`, so that examples shrink to small
    games.
    """
    try:
        from hypothesis import strategies  # for start-up
    except ImportError:
        raise ImportError(
            "berknash.testing draws with Hypothesis; install it with: pip install berknash[test]"
        ) from None

    @strategies.composite
    def game(draw_value: Callable[[SearchStrategy[int]], int]) -> Game:
        return draw(lambda low, high: draw_value(strategies.integers(low, high)))

    return game()


def games(max_actions: int = 4, max_models: int = 4, max_outcomes: int = 3, largest: int = 6) -> SearchStrategy[Game]:
    """Hypothesis strategy for `random_game`: fully numeric rational games with one agent.

    Raises ImportError when Hypothesis is not installed.
    """
    most = (max_actions, max_models, max_outcomes)
    return _drawn(lambda choose: _draw_generic(choose, _draw_sizes(choose, most), largest).build("random game"))


def knife_edge_games(max_actions: int = 4, max_models: int = 4, max_outcomes: int = 3) -> SearchStrategy[Game]:
    """Hypothesis strategy for `random_knife_edge_game`: games with ties and infinite divergences.

    Raises ImportError when Hypothesis is not installed.
    """
    most = (max_actions, max_models, max_outcomes)
    return _drawn(lambda choose: _draw_knife_edge(choose, most).build("knife edge"))


def two_player_games(
    max_actions: int = 3, max_models: int = 2, *, knife_edge: bool = False, correct: bool = False
) -> SearchStrategy[Game]:
    """Hypothesis strategy for `random_two_player_game`.

    With `correct` the games are normal forms, whose Berk-Nash equilibria are the Nash equilibria; else each player has
    finitely many models of what both actions do. Raises ImportError when Hypothesis is not installed.
    """
    if correct:
        return _drawn(lambda choose: draw_normal_form(choose, max_actions, knife_edge))
    return _drawn(lambda choose: draw_pair(choose, max_actions, max_models, knife_edge))


def signal_games(
    max_signals: int = 2, max_actions: int = 2, max_models: int = 3, *, knife_edge: bool = False
) -> SearchStrategy[Game]:
    """Hypothesis strategy for `random_signal_game`. Raises ImportError when Hypothesis is not installed."""
    return _drawn(lambda choose: draw_signals(choose, max_signals, max_actions, max_models, knife_edge))


def family_games(max_actions: int = 2, *, knife_edge: bool = False) -> SearchStrategy[Game]:
    """Hypothesis strategy for `random_family_game`. Raises ImportError when Hypothesis is not installed."""
    return _drawn(lambda choose: draw_family(choose, max_actions, knife_edge))


def player_family_games(kind: str = "families", *, normal: bool = False) -> SearchStrategy[Game]:
    """Two players with two actions; `kind` is "families", "finite" or "beside" (`testing_kinds`)."""
    return _drawn(lambda choose: draw_player_families(choose, kind, normal=normal))
