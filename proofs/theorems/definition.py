"""The definition a report rests on, and the logarithms of ratios in its formulas."""

from __future__ import annotations

from ..typeset.blocks import Block, Cite, Display, Paragraph, Statement
from ..typeset.markup import Digits, Fenced, Letter, Markup, Operator, Over, Row, Script, Words, row
from .solution_facts import best_fits, call, gamma, replies


def definition_block(normal: bool = False) -> Block:
    """Berk-Nash equilibrium and rationalizability, in words and symbols; `normal`: outcomes have densities."""
    theta, other = Letter("theta"), Script(Letter("theta"), None, Letter("prime"))
    strategy = Letter("sigma")
    kl = row("Q", Fenced(row("y", "mid", "a")), log_ratio(theta))
    total = Script(row("sum"), Letter("y"))
    return Statement(
        "definition",
        "def:equilibrium",
        "",
        (
            Paragraph(("The divergence of a model ", theta, " at an action, and at a strategy ", strategy, ", is",)),
            Display(
                (
                    (call("K", theta, "a"), row(total, kl)),
                    (
                        call("K", theta, strategy),
                        row(Script(row("sum"), Letter("a")), call("sigma", "a"), call("K", theta, "a"), ","),
                    ),
                )
            ),
            Paragraph(
                (
                    *(("with densities and integrals in place of probabilities and sums over ", Letter("y"), ", ")
                      if normal else ()),
                    "with ", row(Digits("0"), _log(), Digits("0"), "=", Digits("0")), " and ",
                    row(call("K", theta, "a"), "=", Letter("infty")), " where ", theta,
                    " rules out an outcome that happens. The best fits to ", strategy,
                    " and the subjective payoff are",
                )
            ),
            Display(
                (
                    (best_fits(strategy),
                     Fenced(row(theta, Words(" : "), call("K", theta, strategy), "<=", call("K", other, strategy),
                                Words(" for all "), other), "{}")),
                    (call("U", "a", theta),
                     row(total, Script(Letter("Q"), theta), Fenced(row("y", "mid", "a")), call("pi", "a", "y"), ",")),
                )
            ),
            Paragraph(
                (
                    "the latter extended linearly to beliefs ", Letter("mu"), "; the best replies ", replies("mu"),
                    " maximize ", call("U", "a", Letter("mu")), ". A strategy ", strategy,
                    " is a Berk–Nash equilibrium if its support lies in ", replies("mu"), " for some belief ",
                    Letter("mu"), " on ", best_fits(strategy), " ", Cite("EspondaPouzo2016"),
                    ". For a set ", Letter("B"), " of actions, ", gamma("B"),
                    " is the set of all best replies to beliefs on ", best_fits(strategy), " with ", strategy,
                    " carried by ", Letter("B"), "; the rationalizable set is the largest ", Letter("B"), " with ",
                    row(Letter("B"), "subset", gamma("B")), " ", Cite("EspondaPouzo2025"),
                    ". A pure equilibrium ", point_mass_of("a"), " is uniform if ", Letter("a"),
                    " is optimal for every belief on ", best_fits(point_mass_of("a")),
                    ", and uniformly strict, or locked in, if nothing else is optimal for any of them: ",
                    row(gamma(Fenced(row("a"), "{}")), "=", Fenced(row("a"), "{}")), " ",
                    Cite("FudenbergLanzaniStrack2021"), ".",
                )
            ),
        ),
    )  # fmt: skip


def point_mass_of(letter: str) -> Markup:
    """``delta_a`` for a letter."""
    return Script(Letter("delta"), Letter(letter))


def _log() -> Markup:
    return Operator("log")


def log_ratio(theta: Markup) -> Markup:
    """The logarithm of the ratio of the truth and a model's probability."""
    ratio = Over(
        row(Letter("Q"), Fenced(row("y", "mid", "a"))),
        row(Script(Letter("Q"), theta), Fenced(row("y", "mid", "a"))),
    )
    return Row((_log(), ratio))


def log_ratio_of_models() -> Markup:
    """The logarithm of the ratio of two models' probabilities."""
    prime = Script(Letter("theta"), None, Letter("prime"))
    return Row(
        (
            _log(),
            Over(
                row(Script(Letter("Q"), Letter("theta")), Fenced(row("y", "mid", "a"))),
                row(Script(Letter("Q"), prime), Fenced(row("y", "mid", "a"))),
            ),
        )
    )
