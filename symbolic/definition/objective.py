"""The objective game: which equilibria with signals or several players survive correct specification.

A profile survives iff it is a Nash (Bayesian Nash) equilibrium of the game with the true laws: for every player i,
own signal s, action a played after s and action b,

    sum_{signals with s_i = s} p(signals) sum_{a_-i} sigma_-i(a_-i | signals) E_Q[pi_i(s, a, y) - pi_i(s, b, y)]

is not negative (`symbolic.definition.specification`). The sum is linear in the strategy of each other player, so on a
product of polytopes it is non-negative throughout iff it is at every combination of vertices; with two players the
points of a continuum that survive are themselves polytopes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ..algebra.constants import Numbers
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..errors import BudgetError, NotSupportedError, UndecidedError
from ..forms.affine import Key
from ..forms.entries import Entries, expected_payoff, signal_profiles
from ..game.data import Normal
from ..game.game import Game
from ..game.parameter_space import game_ring
from ..limits import Allowance
from ..results.answers import AT_LEAST_ZERO, IN_PART, NEGATIVE, NO, UNDECIDED, YES, Answer, Questions
from ..results.equilibrium import Behaviour, Equilibrium
from .play import Behaviour as Play
from .play import feasible_vertices, play_in_ring, read_strategy
from .specification import agent_survival, normal_payoff

COMBINATION_LIMIT = 20_000


def with_survival(
    game: Game, equilibria: Sequence[Equilibrium], allowance: Allowance | None = None
) -> tuple[Equilibrium, ...]:
    """The equilibria, each with whether it is one of the objective game too, where it does not say so already.

    Exact, or undecided with the reason. Beyond the allowance for one player's answers these are undecided.
    """
    if allowance is not None:
        allowance.stage = "the question which equilibria survive correct specification"
    answers = iter(_survivals(game, [e for e in equilibria if e.survives is None], allowance))
    return tuple(replace(e, survives=next(answers)) if e.survives is None else e for e in equilibria)


def _survivals(game: Game, equilibria: Sequence[Equilibrium], allowance: Allowance | None) -> tuple[Answer, ...]:
    if len(game.players) == 1:
        return agent_survival(game, [(dict(e.parts[0].support), e.condition) for e in equilibria], allowance)
    questions = Questions(game)
    found = []
    for equilibrium in equilibria:
        try:
            found.append(_survival(questions, equilibrium))
        except (BudgetError, NotSupportedError, UndecidedError) as error:
            found.append(Answer(UNDECIDED, reason=str(error)))
    return tuple(found)


def _survival(questions: Questions, equilibrium: Equilibrium) -> Answer:
    game = questions.game
    if game.parameters:
        return _symbolic(questions, equilibrium)
    numbers = Numbers()
    centre = read_strategy(game, equilibrium.as_strategy(), numbers)
    entries = Entries(numbers.ring)

    def sign(element: Element) -> int:
        return numbers.sign_over(entries.ring, lift(element, entries.ring.context))

    def holds(plays: Sequence[Play]) -> bool:
        return all(sign(gap) >= 0 for gap in _all_gaps(game, plays, equilibrium, entries))

    at_centre = holds(centre)
    if not equilibrium.dimension:
        return Answer(YES if at_centre else NO)
    if not equilibrium.pieces:
        where = "the point given survives" if at_centre else "the point given does not survive"
        return Answer(UNDECIDED, reason=f"{where}; a curved continuum is not cut further")
    # The ring is settled by the centre, so the vertices are read into it and every sign below is over one ring.
    pieces = [_vertices(game, piece, entries) for piece in equilibrium.pieces]
    if all(_throughout(game, piece, equilibrium, entries, sign) for piece in pieces):
        return Answer(YES)
    if at_centre:
        return Answer(IN_PART)
    if len(game.players) > 2:
        return Answer(UNDECIDED, reason="the point given does not survive; other points of the continuum may")
    some = any(_somewhere(game, piece, equilibrium, entries, sign) for piece in pieces)
    return Answer(IN_PART if some else NO)


def _vertices(game: Game, piece: Sequence[Sequence[Behaviour]], entries: Entries) -> list[list[Play]]:
    return [[play_in_ring(corner, entries) for corner in corners] for corners in piece]


def _all_gaps(
    game: Game, plays: Sequence[Play], equilibrium: Equilibrium, entries: Entries
) -> Iterator[Element]:
    for place in range(len(game.players)):
        yield from gaps(game, place, plays, dict(equilibrium.parts[place].support), entries)


def gaps(
    game: Game, place: int, plays: Sequence[Play], support: Mapping[str, Sequence[str]], entries: Entries
) -> list[Element]:
    """By how much each action that the player plays is objectively better than each other one, signal by signal.

    `plays` are everybody's strategies (the player's own does not matter); `support` the actions played after each
    signal. Differences are weighted with the probability of the signal, and exact over the ring of the entries.
    """
    player = game.players[place]
    payoff: dict[Key, list[Element]] = {(s, a): [] for s in player.signals or ("",) for a in player.actions}
    for profile, probability in signal_profiles(game, entries):
        signal = profile[place] if profile else ""
        for actions in product(*(p.actions for p in game.players)):
            weight = probability
            for j, action in enumerate(actions):
                if j != place:
                    weight = entries.times(weight, plays[j][profile[j] if profile else "", action])
            if weight.is_zero():
                continue
            row = player.truth_row(actions, profile)
            if isinstance(row, Normal):
                reward = player.payoff_row(actions[place], signal)
                gain = entries.value(normal_payoff([p.name for p in game.parameters], reward, row))
            else:
                gain = expected_payoff(player, signal, actions[place], entries.row(row), entries)
            payoff[signal, actions[place]].append(entries.times(weight, gain))
    totals = {key: entries.total(terms) for key, terms in payoff.items()}
    found: list[Element] = []
    for signal in player.signals or ("",):
        for action in support[signal]:
            own = lift(totals[signal, action], entries.ring.context)
            found.extend(
                reduce_roots(entries.ring, own - lift(totals[signal, other], entries.ring.context))
                for other in player.actions
                if other != action
            )
    return found


def _others(piece: Sequence[Sequence[Play]], place: int) -> Iterator[tuple[Play, ...]]:
    """Combinations of the others' vertices; the player's own place holds any."""
    count = 1
    for j, corners in enumerate(piece):
        count *= 1 if j == place else len(corners)
    if count > COMBINATION_LIMIT:
        raise BudgetError(f"{count} combinations of vertices of a continuum, more than {COMBINATION_LIMIT}")
    return product(*(list(corners[:1]) if j == place else list(corners) for j, corners in enumerate(piece)))


def _throughout(
    game: Game,
    piece: Sequence[Sequence[Play]],
    equilibrium: Equilibrium,
    entries: Entries,
    sign: Callable[[Element], int],
) -> bool:
    return all(
        sign(gap) >= 0
        for place in range(len(game.players))
        for plays in _others(piece, place)
        for gap in gaps(game, place, plays, dict(equilibrium.parts[place].support), entries)
    )


def _somewhere(
    game: Game,
    piece: Sequence[Sequence[Play]],
    equilibrium: Equilibrium,
    entries: Entries,
    sign: Callable[[Element], int],
) -> bool:
    """Two players: whether some point of the piece, with its full support, survives.

    What player i asks restricts the other player's polytope only, so the two sides are looked at alone. Mixtures of
    the vertices that pass are a polytope; it holds a point with the full support iff no weight vanishes on it.
    """
    for place in range(2):
        other = 1 - place
        corners = piece[other]
        support = dict(equilibrium.parts[place].support)
        columns = [gaps(game, place, [corner, corner], support, entries) for corner in corners]
        rows = [[lift(column[k], entries.ring.context) for column in columns] for k in range(len(columns[0]))]
        missing = {(s, a) for s, actions in equilibrium.parts[other].support for a in actions}
        for used, weights in feasible_vertices(rows, len(corners), sign, entries):
            positive = [v for v, w in zip(used, weights, strict=True) if sign(w) > 0]
            missing -= {key for key in missing if any(sign(corners[v][key]) > 0 for v in positive)}
            if not missing:
                break
        if missing:
            return False
    return True


def _symbolic(questions: Questions, equilibrium: Equilibrium) -> Answer:
    """Where all of the entry survives, within the condition under which it exists."""
    game = questions.game
    entries = Entries(game_ring(questions.game))
    if not equilibrium.dimension:
        plays = [play_in_ring(part.strategy, entries) for part in equilibrium.parts]
        wanted = [*_all_gaps(game, plays, equilibrium, entries)]
        return questions.within(entries.ring, [(gap, AT_LEAST_ZERO) for gap in wanted], equilibrium.condition)
    # By piece and player, for every combination of the others' vertices, the gaps in one order.
    pieces: list[list[list[list[Element]]]] = []
    for corners in equilibrium.pieces:
        piece = _vertices(game, corners, entries)
        pieces.append(
            [
                [gaps(game, i, plays, dict(equilibrium.parts[i].support), entries) for plays in _others(piece, i)]
                for i in range(len(game.players))
            ]
        )
    ring = entries.ring
    everything = [(gap, AT_LEAST_ZERO) for piece in pieces for side in piece for found in side for gap in found]
    answer = questions.within(ring, everything, equilibrium.condition)
    if answer.status == NO and not all(_nowhere(questions, ring, piece, equilibrium) for piece in pieces):
        return Answer(UNDECIDED, reason="nowhere does all of the continuum survive, a part may; fix the parameters")
    return answer


def _nowhere(
    questions: Questions, ring: Ring, piece: list[list[list[Element]]], equilibrium: Equilibrium
) -> bool:
    """Whether one gap is negative at all vertices, and so throughout the piece, for all parameters."""
    return any(
        questions.within(ring, [(found[k], NEGATIVE) for found in side], equilibrium.condition).status == YES
        for side in piece
        for k in range(len(side[0]))
    )
