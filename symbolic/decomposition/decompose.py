"""The entry point: the exact sign-vector decomposition of a box in one, two or three parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import NotSupportedError
from .atoms import Atoms
from .box import make_box
from .cells import Decomposition
from .limits import Limits
from .line import decompose_line
from .plane import decompose_plane
from .rationals import Polynomial
from .ring import Ring
from .space import decompose_space


def decompose(
    polynomials: Sequence[Polynomial],
    parameters: Sequence[str],
    box: Mapping[str, object] | Sequence[object],
    constants: Mapping[str, Callable[[int], Any]] | None = None,
    full: bool = False,
    limits: Limits | None = None,
) -> Decomposition:
    """Splits a box into cells on which every polynomial has one sign. Exact.

    `polynomials` are `fmpz_mpoly` of one context, whose generators include the parameters and the names in
    `constants` (name -> function of a precision in bits that returns an `arb` enclosing the constant). The
    box gives each parameter a `Side`, or a tuple (lower, upper[, lower closed, upper closed]); `None` is
    infinite.

    With `full` the cells of all dimensions are listed, with their adjacency; otherwise the open ones. The
    order of the parameters is the order of elimination: stacks stand on the first parameter.

    Raises BudgetError beyond `limits`, UndecidedError when a sign involving constants cannot be certified,
    NotSupportedError for more than three parameters, or for full mode in three.

    Sources: Collins 1975 (cylindrical algebraic decomposition); Strzebonski 2000 (open cells only).

    >>> from flint import fmpz_mpoly_ctx
    >>> p, q = fmpz_mpoly_ctx.get(["p", "q"], "lex").gens()
    >>> result = decompose([p**2 + q**2 - 1, p - q], ["p", "q"], {"p": (-2, 2), "q": (-2, 2)})
    >>> len(result.regions), result.sign_vectors()
    (4, [(-1, -1), (-1, 1), (1, -1), (1, 1)])
    """
    if not 1 <= len(parameters) <= 3:
        raise NotSupportedError(f"{len(parameters)} free parameters; fix all but one, two or three of them")
    inputs = tuple(polynomials)
    sides = make_box(parameters, box)
    budget = Limits() if limits is None else limits
    if not inputs:
        raise NotSupportedError("no polynomials were given; nothing splits the box")
    ring = Ring.make(inputs[0].context(), parameters, constants)
    atoms = Atoms.of(inputs, ring)
    names = tuple(parameters)
    if len(names) == 1:
        return decompose_line(atoms, names[0], inputs, sides[0], full, budget)
    if len(names) == 2:
        return decompose_plane(atoms, (names[0], names[1]), inputs, (sides[0], sides[1]), full, budget)
    if full:
        raise NotSupportedError("cells of every dimension are listed for one or two free parameters; fix one")
    return decompose_space(atoms, names, inputs, sides, budget)
