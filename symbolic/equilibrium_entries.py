"""The entries of a symbolic solution: equilibria in closed form with the condition under which they exist.

For each strategy support the equilibrium components (`symbolic.structure`) are grouped by what their closed form rests
on; weights come from Cramer's rule on the bordered minors (Esponda & Pouzo 2016, Definition 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .algebra import Element
from .answers import Answer
from .atoms import AtomTable, fits_exactly
from .condition_parts import ConditionPart, case_parts
from .conditions import Condition
from .envelopes import Vertex
from .expressions import Expression
from .finder import Case, Finder
from .printing import element_expression
from .set_relations import WeightRelation, relation_text, telling
from .structure import EquilibriumComponent, Problem, Set, equilibrium_components

Weights = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Equilibrium:
    """One connected component of the Berk-Nash equilibria with one strategy support.

    Attributes
    ----------
    support : the actions played
    strategy : the equilibrium in closed form, or one point of it (the barycentre of a piece) where `dimension` > 0
    belief_support : all models with weight in some supporting belief
    belief : one supporting belief in closed form; empty where none is the same throughout the condition
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict (locked in)
    self_confirming : whether the models that fit best predict what is played exactly (Fudenberg & Levine 1993); None
        when that depends on parameters left free
    condition : where it exists; `set_conditions` describe the set in the weights when it is no point
    survives : whether it is an equilibrium of the correctly specified game too (`correct_specification`)
    """

    support: tuple[str, ...]
    strategy: Weights
    belief_support: tuple[str, ...]
    belief: Weights
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition
    set_conditions: tuple[str, ...] = ()
    vertices: tuple[Weights, ...] = ()
    witnessed: bool = True
    self_confirming: bool | None = None
    survives: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1

    def __repr__(self) -> str:
        kind = "pure" if self.pure else "mixed" if not self.dimension else f"continuum of dimension {self.dimension}"
        return f"<Equilibrium on {{{', '.join(self.support)}}}: {kind}>"

    def _repr_latex_(self) -> str:
        from ..proofs.report.formula_latex import equilibrium_latex

        return f"${equilibrium_latex(self)}$"


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


def equilibria_on(finder: Finder, support: Set) -> list[Equilibrium]:
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
    return [_equilibrium(finder.table, case, examples[case.value], beliefs[case.value]) for case in entries]


def _equilibrium(
    table: AtomTable, case: Case[_Key], component: EquilibriumComponent, beliefs: set[Vertex]
) -> Equilibrium:
    key = case.value
    actions, models, ring = table.tables.actions, table.tables.models, table.ring

    def named(weights: list[Element], names: tuple[str, ...]) -> Weights:
        return tuple((name, element_expression(ring, w)) for name, w in zip(names, weights, strict=True))

    belief = vertex_weights(table, "payoff", next(iter(beliefs))) if len(beliefs) == 1 else None
    return Equilibrium(
        support=tuple(sorted(actions[a] for a in component.support)),
        strategy=named(barycentre(table, component), actions),
        belief_support=tuple(sorted(models[t] for t in component.belief_support)),
        belief=() if belief is None else named(belief, models),
        dimension=component.dimension,
        uniform=key.uniform,
        strict=key.strict,
        condition=case.condition,
        set_conditions=_set_conditions(table, component, case_parts(table, case)) if component.dimension else (),
        vertices=tuple(
            named(vertex_weights(table, "divergence", Vertex(support, (), basis)), actions)
            for support, basis in sorted({corner for piece in closed_form_key(component) for corner in piece})
        )
        if component.dimension
        else (),
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
