"""Every rewriting of logarithms, roots and exponentials, with the side condition under which it holds.

No other package rewrites them. A side condition is met where the *region* of the ring (`symbolic.cells.region`) proves
it on the whole domain; where it does not, the form named under *else* is used, which holds wherever both sides are
defined.

    becomes an element                                side condition on the domain       else
    log(c prod g_i^n_i) = log|c| + sum n_i log|g_i|   none (sizes; c split into primes)
    log(exp g) = g,  log(sqrt g) = log|g| / 2         none
    sqrt(c prod g_i^n_i):  g^(2m) under the root      m even: g^m                        |g^m| = sqrt(g^(2m)) is kept
      comes out as |g^m|                              m odd: g >= 0 (g <= 0)
    sqrt(f g) = sqrt|f| sqrt|g|                       f and g of one sign each           sqrt(f g) is kept
    sqrt(n/d) = sqrt(n d) / |d|                       d of one sign                      |d| = sqrt(d^2) is kept
    sqrt(g)^2 = g                                     none: g >= 0 where the root is
    exp(n log|g|) = |g|^n,  exp(log|g|/2) = sqrt|g|   g of one sign, or n even           exp(n log|g|) is kept
    exp(sum m_i) = prod exp(m_i)                      none

    is decided by                                     side condition on the domain       else
    sum n_i log|g_i| > 0:  prod |g_i|^n_i > 1         g_i of one sign                    the same with squares
    a sqrt(g) + b > 0:  a > 0 > b and a^2 g > b^2     a and b of one sign                it stays as it is
      (a, b > 0: always; a < 0 < b: a^2 g < b^2)
    sum of terms > 0:  every term >= 0, one > 0       each generator of one sign         it stays as it is

    is printed as                                     side condition on the domain       else
    log|g| as log(g) or log(-g)                       g > 0 or g < 0                     log(g^2)/2
    sum n_i log|g_i| as log(prod |g_i|^n_i)           g_i of one sign                    the same with squares
    a log|g| + c > 0 as x > (exp(-c/a) - g_0)/g_1     g = g_1 x + g_0 of one sign, the rest constant
    a exp(g) + c > 0 as x > (log(-c/a) - g_0)/g_1     g = g_1 x + g_0, -c/a > 0, the rest constant
    exp(f)^n exp(g) as exp(n f + g)                   none

So a generator ``log|g|`` has a meaning also where g is negative, and a formal zero is a zero wherever its parts are
defined. An integer power of a product is distributed over its factors when an expression is read: this needs nothing.
"""

from __future__ import annotations

from .comparisons import log_comparison, root_comparison, terms_of_one_sign
from .elements import exponential, logarithm, reduce_roots, square_root
from .written import collected_exponential, collected_logarithm, solved_inside

__all__ = [
    "collected_exponential",
    "collected_logarithm",
    "exponential",
    "log_comparison",
    "logarithm",
    "reduce_roots",
    "root_comparison",
    "solved_inside",
    "square_root",
    "terms_of_one_sign",
]
