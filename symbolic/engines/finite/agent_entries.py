"""The entries of a symbolic solution: equilibria in closed form with the condition under which they exist.

For each strategy support the equilibrium components (`symbolic.combinatorics.structure`) are grouped by what their
closed form rests on; weights come from Cramer's rule on the bordered minors (Esponda & Pouzo 2016, Definition 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...algebra.ring import Element
from ...algebra.text import element_expression
from ...cells.atoms import AtomTable
from ...cells.cases import Case, Finder
from ...cells.condition_parts import ConditionPart, case_parts
from ...combinatorics.agent import Problem, Set
from ...combinatorics.envelopes import Vertex
from ...combinatorics.structure import EquilibriumComponent, equilibrium_components
from ...forms.decision_atoms import fits_exactly
from ...results.equilibrium import Equilibrium, plain_part
from ...results.fits import Named as Weights
from ...results.set_relations import WeightRelation, relation_text, telling


@dataclass(frozen=True, slots=True, order=True)
class _Key:
    """What must agree for cells to share one entry: all but the vertex behind the belief that is shown.

    `bases` determine the closed form, piece by piece; they are left out where the strategy is pure. `needed` describe
    the pieces of a set: everything that is printed of it is the same wherever these agree. What ties beyond them may
    change from cell to cell.
    """

    belief_support: Set
    dimension: int
    uniform: bool
    strict: bool
    bases: tuple[tuple[tuple[Set, Set], ...], ...]
    needed: tuple[Set, ...]


def equilibria_on(player: str, finder: Finder, support: Set) -> list[Equilibrium]:
    """The entries of one strategy support (action indices), grouped by closed form and belief support."""
    examples: dict[_Key, EquilibriumComponent] = {}
    beliefs: dict[_Key, set[Vertex]] = {}

    def question(problem: Problem) -> tuple[_Key, ...]:
        keys = []
        for component in equilibrium_components(problem, support):
            uniform = strict = False
            if len(support) == 1:
                (action,) = support
                fits = problem.best_fits(action)
                uniform = all(problem.is_best_at(action, model) for model in fits)
                strict = uniform and all(problem.replies_at(model) == support for model in fits)
            supporting = min(
                (v.support, v.ties, v.basis)
                # The belief shown supports the point shown, which lies in the first piece.
                for v in problem.beliefs_for(component.pieces[0].ties, support)
            )
            key = _Key(
                component.belief_support,
                component.dimension,
                uniform,
                strict,
                () if len(support) == 1 else closed_form_key(component),
                component.needed if component.dimension else (),
            )
            examples.setdefault(key, component)
            # The ties beyond the basis vary with signs that the weights do not depend on.
            beliefs.setdefault(key, set()).add(Vertex(supporting[0], (), supporting[2]))
            keys.append(key)
        return tuple(keys)

    entries = finder.members(question)
    return [_equilibrium(player, finder.table, case, examples[case.value], beliefs[case.value]) for case in entries]


def _equilibrium(
    player: str, table: AtomTable, case: Case[_Key], component: EquilibriumComponent, beliefs: set[Vertex]
) -> Equilibrium:
    key = case.value
    actions, models, ring = table.tables.actions, table.tables.models, table.ring

    def named(weights: list[Element], names: tuple[str, ...]) -> Weights:
        return tuple((name, element_expression(ring, w)) for name, w in zip(names, weights, strict=True))

    belief = vertex_weights(table, "payoff", next(iter(beliefs))) if len(beliefs) == 1 else None
    part = plain_part(
        player,
        tuple(sorted(actions[a] for a in component.support)),
        named(barycentre(table, component), actions),
        tuple(sorted(models[t] for t in component.belief_support)),
        () if belief is None else named(belief, models),
    )
    corners: list[tuple[tuple[str, Weights], ...]] = []
    if component.dimension:
        bases = sorted({corner for piece in closed_form_key(component) for corner in piece})
        corners = [(("", named(vertex_weights(table, "divergence", Vertex(s, (), b)), actions)),) for s, b in bases]
    return Equilibrium(
        parts=(part,),
        dimension=component.dimension,
        uniform=key.uniform,
        strict=key.strict,
        condition=case.condition,
        set_conditions=_set_conditions(table, component, case_parts(table, case)) if component.dimension else (),
        pieces=((tuple(corners),),) if corners else (),
        witnessed=case.witnessed,
        self_confirming=_self_confirming(table, component),
    )


def closed_form_key(component: EquilibriumComponent) -> tuple[tuple[tuple[Set, Set], ...], ...]:
    """What the closed forms of the vertices rest on, piece by piece: their supports and bases.

    The one weight of a vertex with one action is 1 whatever its basis.
    """
    return tuple(
        dict.fromkeys(
            tuple(sorted((v.support, v.basis if len(v.support) > 1 else ()) for v in face.vertices))
            for face in component.pieces
        )
    )


def _self_confirming(table: AtomTable, component: EquilibriumComponent) -> bool | None:
    """Divergences are never negative: where one best fit is exact on the path, every best fit is.

    Only models that fit best throughout the case are looked at: those that the pieces need, or where it is one point
    those of the beliefs that hold it up.
    """
    models = {t for needed in component.needed for t in needed} if component.dimension else component.belief_support
    answers = {fits_exactly(table, model, component.support) for model in models}
    return answers.pop() if len(answers) == 1 else None


def barycentre(table: AtomTable, component: EquilibriumComponent) -> list[Element]:
    """One equilibrium of a component: the mean of the vertices of its first piece (the point itself if it is one)."""
    corners = [vertex_weights(table, "divergence", v) for v in component.pieces[0].vertices]
    share = table.ring.constant(Fraction(1, len(corners)))
    zero = table.ring.constant(0)
    return [sum((c[a] for c in corners), start=zero) * share for a in range(len(table.tables.actions))]


def vertex_weights(table: AtomTable, kind: str, vertex: Vertex) -> list[Element]:
    """The weights of a vertex by Cramer's rule, one per column (zero off its support)."""
    count = len(table.tables.actions if kind == "divergence" else table.tables.models)
    weights = [table.ring.constant(0)] * count
    if len(vertex.support) == 1:
        weights[vertex.support[0]] = table.ring.constant(1)
        return weights
    numerators = []
    for position in range(len(vertex.support)):
        rest = vertex.support[:position] + vertex.support[position + 1 :]
        minor = table.minor(kind, rest, vertex.basis)
        numerators.append(-minor if position % 2 else minor)
    total = sum(numerators, start=table.ring.constant(0))
    for column, numerator in zip(vertex.support, numerators, strict=True):
        weights[column] = numerator / total
    return weights


def _set_conditions(
    table: AtomTable, component: EquilibriumComponent, parts: Sequence[ConditionPart]
) -> tuple[str, ...]:
    """The pieces of a continuum as linear relations in the weights ``sigma(action)``, one line per piece.

    A piece is where the models that its beliefs need fit best; equations for what else ties on all of it would hold
    here and not at other parameter values with the same piece.
    """
    tables = table.tables
    zero = table.ring.constant(0)
    inside = [f"sigma({tables.actions[a]}) > 0" for a in component.support]
    lines = []
    for needed in component.needed:
        first = needed[0]
        relations = []
        for t in range(len(tables.models)):
            if t == first or any(tables.divergence[t][a] is None for a in component.support):
                continue
            terms = []
            for a in component.support:
                high, low = tables.divergence[t][a], tables.divergence[first][a]
                assert high is not None and low is not None
                terms.append((f"sigma({tables.actions[a]})", high - low))
            relations.append(WeightRelation((tuple(terms),), zero, t in needed))
        told = [relation_text(r, table.domain) for r in telling(relations, parts)]
        lines.append(" and ".join([*inside, *told]))
    return tuple(dict.fromkeys(lines))
