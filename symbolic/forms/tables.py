"""The two tables that a finite one-agent game comes down to.

    K[t][a] = - sum_y Q(y|a) log Q_t(y|a)      (cross-entropy: the divergence up to a term that no model changes)
    U[a][t] =   sum_y Q_t(y|a) pi(a, y)        (subjective payoff)

with ``K = oo`` where a model rules out something that happens (Esponda & Pouzo 2016, section 2). All entries are
exact elements of one ring (`symbolic.algebra.ring`).
"""

from __future__ import annotations

from fractions import Fraction

from ..algebra.elements import element_of
from ..algebra.rewritings import logarithm, reduce_roots
from ..algebra.ring import Element, lift
from ..cells.atoms import DecisionTables
from ..errors import NotSupportedError
from ..game.data import Normal
from ..game.game import Game
from ..game.parameter_space import game_ring
from .normal_tables import normal_decision_tables


def decision_tables(game: Game) -> DecisionTables:
    """The exact tables of a one-agent game with finitely many models, and finitely many or normal outcomes.

    Raises NotSupportedError for every other kind of game, naming the feature.
    """
    if game.has_tables and game.players[0].outcomes == "normal":
        return normal_decision_tables(game)
    reason = game.kind_not_supported()
    if reason is not None:
        raise NotSupportedError(f"only one agent with finitely many models has such tables, not {reason}; see solve")
    (player,) = game.players
    ring = game_ring(game)
    divergence: list[list[Element | None]] = [[] for _ in player.models]
    payoff: list[list[Element]] = [[] for _ in player.actions]
    positive: list[Element] = []
    misfit: list[list[list[Element]]] = [[] for _ in player.models]
    for action_index, action in enumerate(player.actions):
        truth_row = player.truth_row((action,))
        assert not isinstance(truth_row, Normal)
        truth = []
        for entry in truth_row:
            ring, value = element_of(ring, entry)
            truth.append(value)
        rewards = []
        payoff_row = player.payoff_row(action)
        assert isinstance(payoff_row, tuple)
        for entry in payoff_row:
            ring, value = element_of(ring, entry)
            rewards.append(value)
        for model_index, model in enumerate(player.models):
            row = model.row(action)
            assert not isinstance(row, Normal)
            predicted = []
            for entry in row:
                ring, value = element_of(ring, entry)
                predicted.append(value)
            gaps = [reduce_roots(ring, b - t) for t, b in zip(truth, predicted, strict=True)]
            misfit[model_index].append([gap for gap in gaps if not gap.is_zero()])
            entropy: Element | None = ring.constant(0)
            expected = ring.constant(0)
            for truly, believed, reward in zip(truth, predicted, rewards, strict=True):
                expected = expected + believed * reward
                if truly.is_zero() or entropy is None:
                    continue
                if believed.is_zero():
                    # Infinite only as long as the outcome does happen.
                    entropy = None
                    positive.append(truly)
                    continue
                positive.append(believed)
                ring, surprise = logarithm(ring, lift(believed, ring.context))
                entropy = entropy - truly * surprise
            if entropy is not None:
                entropy = reduce_roots(ring, lift(entropy, ring.context))
            divergence[model_index].append(entropy)
            payoff[action_index].append(reduce_roots(ring, lift(expected, ring.context)))
    return DecisionTables(
        ring,
        player.actions,
        tuple(m.name for m in player.models),
        tuple(tuple(None if e is None else lift(e, ring.context) for e in row) for row in divergence),
        tuple(tuple(lift(e, ring.context) for e in row) for row in payoff),
        tuple(dict.fromkeys(lift(e, ring.context) for e in positive if e.rational() != Fraction(1))),
        tuple(tuple(tuple(lift(e, ring.context) for e in gaps) for gaps in row) for row in misfit),
    )
