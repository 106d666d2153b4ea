"""Why the structure of a game is what it is, from the signs of determinants: each statement with what it rests on.

`check.Structure` decides; here its steps are put in words. Wherever comparisons of two rows settle the matter they are
cited alone; elsewhere the ties of several rows are listed, as the checker finds them (`theorem.determinants_inline`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from ..check import Game, Structure, Unsettled, subsets, union
from ..typeset.blocks import Inline, Mark
from ..typeset.formulas import set_markup
from ..typeset.markup import Markup, Name, row
from .signs import CitedSigns
from .solution_facts import best_fits, call, gamma, listed, point_mass
from .steps import Steps, by, chained

Names: TypeAlias = frozenset[str]
Key: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...]]
Cited: TypeAlias = list[Mark]


class Reasons:
    """The structure at one end of a proof, with reasons; every method states what it finds and returns its number.

    `sign_statement` puts the sign of a determinant into words.
    """

    def __init__(
        self, game: Game, signs: CitedSigns, steps: Steps, sign_statement: Callable[[Key], Inline]
    ) -> None:
        self.game, self.signs, self.steps, self.sign_statement = game, signs, steps, sign_statement
        self.actions, self.models = tuple(game.actions), tuple(game.models)
        self.structure = Structure(self.actions, self.models, lambda *key: signs.sign(game.minor(*key)), game.is_finite)

    # Signs

    def sign(self, kind: str, columns: Sequence[str], rows: Sequence[str]) -> tuple[int, Cited]:
        """The sign of the determinant for rows in this order, and the number under which it is cited."""
        sign = self.structure.sign(kind, tuple(columns), tuple(rows))
        if not columns:
            return sign, []
        return sign, [self.steps.state(self.sign_statement((kind, tuple(columns), self.ordered(kind, rows))))]

    def ordered(self, kind: str, rows: Iterable[str]) -> tuple[str, ...]:
        """Rows in the order of the game: models for K, actions for U."""
        order = self.models if kind == "K" else self.actions
        return tuple(sorted(rows, key=order.index))

    def shown(self, kind: str, rows: Iterable[str]) -> Markup:
        """A set of rows."""
        return set_markup(self.ordered(kind, rows))

    def better(self, kind: str, column: str, first: str, second: str) -> int:
        """1 where the first row is better than the second (lower K, higher U), 0 where equal, -1 where worse."""
        finite = [kind == "U" or self.game.is_finite(t, column) for t in (first, second)]
        if not all(finite):
            return finite[0] - finite[1]
        return self.structure.sign(kind, (column,), (second, first)) * (-1 if kind == "K" else 1)

    def compared(self, kind: str, columns: Sequence[str], first: str, second: str) -> Cited:
        """The comparisons of two rows in these columns."""
        marks: Cited = []
        for column in columns:
            if kind == "U" or all(self.game.is_finite(t, column) for t in (first, second)):
                marks += self.sign(kind, (column,), (second, first))[1]
        return marks

    def _settled(self, kind: str, columns: Sequence[str], first: str, second: str) -> bool:
        try:
            return all(self.better(kind, column, first, second) < 2 for column in columns)
        except Unsettled:
            return False

    def best(self, kind: str, column: str, rows: Sequence[str]) -> tuple[tuple[str, ...], Cited]:
        """The best rows in one column, and the comparisons that show it."""
        for champion in rows:
            others = [other for other in rows if other != champion]
            if not all(self._settled(kind, (column,), champion, other) for other in others):
                continue
            signs = {other: self.better(kind, column, champion, other) for other in others}
            if min(signs.values(), default=0) >= 0:
                marks = [mark for other in others for mark in self.compared(kind, (column,), champion, other)]
                return tuple(o for o in rows if signs.get(o, 0) == 0), marks
        raise Unsettled

    def dominated(
        self, kind: str, name: str, columns: Sequence[str], rows: Sequence[str], *, everywhere: bool = False
    ) -> tuple[str, Cited] | None:
        """A row that is at least as good in each of the columns, and better in one (or in all); None if no row is."""
        for other in rows:
            if other == name or not columns or not self._settled(kind, columns, other, name):
                continue
            signs = [self.better(kind, column, other, name) for column in columns]
            if min(signs) >= (1 if everywhere else 0) and max(signs) == 1:
                return other, self.compared(kind, columns, other, name)
        return None

    # Ties

    def tie(self, kind: str, support: Sequence[str], ties: Names, rows: Sequence[str]) -> Cited:
        """The determinants that show that these rows, and no better one, tie on exactly this support."""
        for basis in combinations(rows, len(support)):
            if self.structure.ties(kind, tuple(support), basis, rows) == ties:
                marks: Cited = []
                for place in range(len(support)):
                    marks += self.sign(kind, (*support[:place], *support[place + 1 :]), basis)[1]
                for other in rows:
                    if other not in basis:
                        marks += self.sign(kind, support, (*basis, other))[1]
                return marks
        raise Unsettled

    def all_ties(self, kind: str, inside: Iterable[str], rows: Sequence[str]) -> Cited:
        """All candidates for ties on supports inside the set, one statement each."""
        chosen = self.ordered("U" if kind == "K" else "K", inside)
        marks: Cited = []
        for size in range(1, min(len(chosen), len(rows)) + 1):
            for support in combinations(chosen, size):
                if size == 1 and kind == "U":
                    marks.append(self.replies(support)[1])
                elif size == 1 and self.finite_models(support) == tuple(rows):
                    marks.append(self.fits_at(support[0])[1])
                else:
                    marks += [self._candidate(kind, support, basis, rows) for basis in combinations(rows, size)]
        return marks

    def _candidate(self, kind: str, support: tuple[str, ...], basis: tuple[str, ...], rows: Sequence[str]) -> Mark:
        side, marks = 0, Cited()
        where: Inline = ("on all of ", set_markup(support))
        who: Inline = (set_markup(basis), " do not tie at the top ") if len(basis) > 1 else (
            Name(basis[0]), " is not best ",
        )  # fmt: skip
        for place in range(len(support)):
            sign, cited = self.sign(kind, (*support[:place], *support[place + 1 :]), basis)
            weight = sign * (-1 if (len(support) + place + 1) % 2 else 1)
            if weight == 0:
                return self.steps.state((*who, *where, ", where a weight vanishes", *by(cited)))
            if weight == -side:
                return self.steps.state((*who, *where, ", where two weights differ in sign", *by([*marks, *cited])))
            side, marks = weight, [*marks, *cited]
        ties = set(basis)
        for other in rows:
            if other in basis:
                continue
            sign, cited = self.sign(kind, support, (*basis, other))
            gap = side * sign * (-1 if kind == "K" else 1)
            marks += cited
            if gap == 1:
                word = "fits better" if kind == "K" else "is better"
                return self.steps.state((*who, *where, ", where ", Name(other), f" {word}", *by(marks)))
            ties |= {other} if gap == 0 else set()
        verb = "is best" if len(ties) == 1 else "tie at the top"
        whose: Inline = (" at the tie of ", set_markup(basis)) if len(ties) > len(basis) else ()
        return self.steps.state((self.shown(kind, ties), f" {verb} ", *where, *whose, *by(marks)))

    @staticmethod
    def _cover(vertices: Sequence[tuple[Names, Names]], support: Names) -> list[tuple[Names, Names]]:
        """Ties whose supports make up the whole: one where one is enough."""
        for vertex in vertices:
            if vertex[0] == support:
                return [vertex]
        used: list[tuple[Names, Names]] = []
        covered: Names = frozenset()
        for vertex in vertices:
            if not vertex[0] <= covered:
                used.append(vertex)
                covered |= vertex[0]
        return used

    # Best fits

    def finite_models(self, actions: Iterable[str]) -> tuple[str, ...]:
        """The models that allow everything that happens after these actions."""
        return tuple(t for t in self.models if all(self.game.is_finite(t, a) for a in sorted(actions)))

    def fits_at(self, action: str) -> tuple[tuple[str, ...], Mark]:
        """``Theta*`` at a pure strategy."""
        rows = self.finite_models([action])
        fits, marks = self.best("K", action, rows)
        ruled_out = [Name(t) for t in self.models if t not in rows]
        note: Inline = (", ", *listed(ruled_out), " being ruled out by what happens") if ruled_out else ()
        statement = row(best_fits(point_mass(action)), "=", set_markup(fits))
        return fits, self.steps.state((statement, *by(marks), *note))

    def fitting(self, support: Names) -> tuple[list[Names], Inline]:
        """The sets of models that can fit best together on a mixture of the whole support, and why no others can."""
        sets = self.structure.best_fits(support)
        chosen = self.ordered("U", support)
        if len(chosen) == 1:
            _, mark = self.fits_at(chosen[0])
            return sets, by([mark])
        rows = self.finite_models(support)
        fitted = frozenset().union(*sets) if sets else frozenset[str]()
        excluded: list[str] = []
        marks: Cited = []
        for model in rows:
            found = None if model in fitted else self.dominated("K", model, chosen, rows)
            if found is not None:
                excluded.append(model)
                marks += found[1]
        texts: list[Inline] = []
        infinite = [Name(t) for t in self.models if t not in rows]
        if infinite:
            texts.append(("what happens rules out ", *listed(infinite)))
        if excluded:
            worse = "fits worse" if len(excluded) == 1 else "fit worse"
            names = listed([Name(t) for t in excluded])
            texts.append((*names, f" {worse} on every such mixture", *by(marks)))
        left = sorted(frozenset(rows) - frozenset(excluded))
        if any(part not in sets for part in subsets(left)):
            texts.append(("no others tie at the top", *by(self.all_ties("K", support, rows))))
        maximal = [s for s in sets if not any(s < other for other in sets)]
        if len(maximal) == 1 and len(maximal[0]) == 1:
            only: Inline = ("only ", Name(min(maximal[0])), " can fit best")
        elif maximal == [frozenset(self.models)]:
            only = ("all models can fit best",)
        else:
            only = ("best fits lie in ", *listed([self.shown("K", s) for s in maximal], " or "))
        return sets, (*only, *((", for ", *chained(texts)) if texts else ()))

    def fit_reason(self, support: Names, models: Names) -> Inline:
        """Why some mixture of the whole support makes all these models best fits."""
        chosen, rows = self.ordered("U", support), self.finite_models(support)
        if len(chosen) == 1:
            fits, mark = self.fits_at(chosen[0])
            names = listed([Name(t) for t in fits])
            return (*names, " fits best" if len(fits) == 1 else " fit best", *by([mark]))
        used = self._cover([v for v in self.structure.vertices("K", support) if models <= v[1]], support)
        marks = [mark for part, ties in used for mark in self.tie("K", self.ordered("U", part), ties, rows)]
        names = listed([Name(t) for t in self.ordered("K", models)])
        verb = "fits best on" if len(models) == 1 else "tie for the best fit on"
        return (*names, f" {verb} some mixture of all of ", set_markup(chosen), *by(marks))

    # Best replies

    def replies(self, models: Sequence[str]) -> tuple[tuple[str, ...], Mark]:
        """The actions optimal for some belief on these models."""
        head = call("F", row("Delta", set_markup(models)))
        if len(models) == 1:
            best, marks = self.best("U", models[0], self.actions)
            return best, self.steps.state((row(head, "=", set_markup(best)), *by(marks)))
        chosen = union(ties for _, ties in self.structure.vertices("U", frozenset(models)))
        texts = [
            self._optimal(action, models) if action in chosen else self._not_optimal(action, models)
            for action in self.actions
        ]
        found = self.ordered("U", chosen)
        return found, self.steps.state((row(head, "=", set_markup(found)), ": ", *chained(texts)))

    def _optimal(self, action: str, models: Sequence[str]) -> Inline:
        for model in models:
            if self.structure.attains("U", frozenset([model]), frozenset([action])):
                _, marks = self.best("U", model, self.actions)
                return (Name(action), " is optimal under ", Name(model), *by(marks))
        vertices = self.structure.vertices("U", frozenset(models))
        support, ties = next(v for v in vertices if action in v[1])
        inside = self.ordered("K", support)
        marks = self.tie("U", inside, ties, self.actions)
        return (Name(action), " is optimal for a belief on all of ", set_markup(inside), *by(marks))

    def _not_optimal(self, action: str, models: Sequence[str]) -> Inline:
        found = self.dominated("U", action, models, self.actions, everywhere=True)
        if found is not None:
            return (Name(action), " is worse than ", Name(found[0]), *by(found[1]))
        return (Name(action), " is best nowhere", *by(self.all_ties("U", models, self.actions)))

    # Equilibria

    def carried(self, support: Names) -> tuple[bool, Mark]:
        """Whether some equilibrium has exactly this support."""
        shown = self.shown("U", support)
        for models in self.structure.best_fits(support):
            if self.structure.attains("U", models, support):
                why = (*self.fit_reason(support, models), "; ", *self._held(support, models))
                return True, self.steps.state(("an equilibrium has the support ", shown, ": ", *why))
        sets, why = self.fitting(support)
        lead: Inline = ("no equilibrium has the support ", shown)
        if len(support) > 1:
            lead, why = (*lead, ": "), (*why, "; ")
        else:
            lead, why = (*lead, ": ", *self.fit_reason(support, frozenset(sets[-1])), "; "), ()
        everything = self.ordered("K", frozenset().union(*sets)) if sets else ()
        for action in self.ordered("U", support):
            found = self.dominated("U", action, everything, self.actions, everywhere=True)
            if found is not None:
                text: Inline = ("then ", Name(action), " is worse than ", Name(found[0]), *by(found[1]))
                return False, self.steps.state((*lead, *why, *text))
        texts = [self._not_held(support, models) for models in sets]
        return False, self.steps.state((*lead, *why, *chained(list(dict.fromkeys(texts)))))

    def _held(self, support: Names, models: Names) -> Inline:
        """Why some belief on all of these models makes every action of the support optimal."""
        actions, chosen = self.ordered("U", support), self.ordered("K", models)
        names = listed([Name(a) for a in actions])
        verb = "is" if len(actions) == 1 else "are"
        if len(chosen) == 1:
            _, marks = self.best("U", chosen[0], self.actions)
            return (*names, f" {verb} optimal under ", Name(chosen[0]), *by(marks))
        vertices = [v for v in self.structure.vertices("U", models) if support <= v[1]]
        used = self._cover(vertices, models)
        marks = [m for part, ties in used for m in self.tie("U", self.ordered("K", part), ties, self.actions)]
        return (*names, f" {verb} optimal for a belief on all of ", set_markup(chosen), *by(marks))

    def _not_held(self, support: Names, models: Names) -> Inline:
        """Why no belief on exactly these models makes every action of the support optimal."""
        chosen = self.ordered("K", models)
        under: Inline = ("under ", Name(chosen[0])) if len(chosen) == 1 else (
            "for beliefs on all of ", set_markup(chosen),
        )  # fmt: skip
        for action in self.ordered("U", support):
            found = self.dominated("U", action, chosen, self.actions)
            if found is not None:
                return (*under, " ", Name(action), " is worse than ", Name(found[0]), *by(found[1]))
        return (*under, " they are not all optimal", *by(self.all_ties("U", models, self.actions)))

    # Gamma

    def edges(self, action: str) -> tuple[tuple[str, ...], tuple[str, ...], Cited]:
        """``Theta*`` at the action, the replies to beliefs on it, and the two statements that say so."""
        fits, fit = self.fits_at(action)
        found, reply = self.replies(fits)
        return fits, found, [fit, reply]

    def gamma(self, actions: Names) -> tuple[Names, Mark]:
        """The best replies to beliefs on best fits to mixtures of several actions."""
        reached = self.structure.gamma(actions)
        members = self.ordered("U", actions)
        single = {action: self.structure.gamma(frozenset([action])) for action in members}
        texts: list[Inline] = []
        sources = [a for a in members if single[a]]
        marks = [mark for a in sources for mark in self.edges(a)[2]]
        texts.append(("it contains what its members lead to", *by(marks)))
        alone = frozenset().union(*single.values())
        texts += [self._reached(a, actions) for a in self.ordered("U", reached - alone)]
        texts += [self._not_reached(a, actions) for a in self.actions if a not in reached]
        statement = row(gamma(set_markup(members)), "=", self.shown("U", reached))
        return reached, self.steps.state((statement, ": ", *chained(texts)))

    def _faces(self, actions: Names) -> list[Names]:
        """The sets whose ties make up Gamma: the set itself, or every part where a model rules something out."""
        return [actions] if len(self.finite_models(actions)) == len(self.models) else subsets(sorted(actions))

    def _reached(self, action: str, actions: Names) -> Inline:
        """An action that mixtures lead to although no member alone does."""
        for part in self._faces(actions):
            for support, ties in self.structure.vertices("K", part):
                if any(action in best for _, best in self.structure.vertices("U", ties)):
                    fit = self.fit_reason(support, ties)
                    return (*fit, ", and ", *self._optimal(action, self.ordered("K", ties)))
        raise Unsettled

    def _not_reached(self, action: str, actions: Names) -> Inline:
        found = self.dominated("U", action, self.models, self.actions, everywhere=True)
        if found is not None:
            return (Name(action), " is worse than ", Name(found[0]), " under every model", *by(found[1]))
        marks: Cited = []
        left: list[str] = []
        for model in self.models:
            worse = self.dominated("K", model, self.ordered("U", actions), self.models, everywhere=True)
            if worse is None:
                left.append(model)
            else:
                marks += worse[1]
        found = self.dominated("U", action, left, self.actions, everywhere=True)
        if found is not None:
            lead: Inline = ("only ", *listed([Name(t) for t in left]), " can fit best", *by(marks))
            return (*lead, ", and there ", Name(action), " is worse than ", Name(found[0]), *by(found[1]))
        marks = []
        for part in self._faces(actions):
            marks += self.all_ties("K", part, self.finite_models(part))
        vertices = [vertex for part in self._faces(actions) for vertex in self.structure.vertices("K", part)]
        for ties in dict.fromkeys(ties for _, ties in vertices):
            marks.append(self.replies(self.ordered("K", ties))[1])
        return (Name(action), " is no reply to a tie at the top", *by(marks))
