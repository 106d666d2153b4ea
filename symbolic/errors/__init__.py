"""The few ways an answer can fail to come, told apart by type.

Every message is one line that names the place, the value and the remedy; the command line prints it and
leaves with the exit status that the class carries. Beside them stand the time after which work is to stop
(`symbolic.errors.deadline`) and the work that runs until then (`symbolic.errors.running`).
"""

from __future__ import annotations


class BerknashError(Exception):
    """Base of all errors raised on purpose; `exit_status` is what the command line returns."""

    exit_status = 2


class GameError(BerknashError):
    """A game, an expression or a claim that breaks the format: wrong key, wrong value, wrong relation."""


class ArgumentError(GameError, ValueError):
    """A value of an argument of a Python function, or of an option, that makes no sense."""


class NotSupportedError(BerknashError):
    """A well-formed request that lies beyond what the engine can do exactly; the message names what."""


class BudgetError(BerknashError):
    """A computation larger than the stated limit; the message names the size, the limit and how to raise it.

    What was asked stays undecided within the limits: the input itself may be good.
    """

    exit_status = 3


class UndecidedError(BerknashError):
    """A sign or truth value that could not be decided within the stated precision: not a yes, not a no."""

    exit_status = 3


class DefectError(BerknashError):
    """Two routes to one answer disagree: the program is wrong, and says so instead of answering."""

    exit_status = 70


NO_ANSWER = (GameError, NotSupportedError, BudgetError, UndecidedError)
"""What may be caught where something else is done instead: all ways of not answering, but never a defect."""


class LabelWarning(UserWarning):
    """A label of a file of another format that could not be kept: claims and options need the name it was given."""
