"""The last line of defence of the command line: what nobody expected is one line on stderr and a status of its own.

Status 70 (EX_SOFTWARE of sysexits.h) says that the program is wrong. No status that means an answer (0 done, 1 refuted,
2 bad input, 3 undecided) may come from a crash.
"""

from __future__ import annotations

import os
import sys
import traceback

from .symbolic.plain_text import one_line

DEFECT = 70
TRACEBACK = "BERKNASH_TRACEBACK"
_MOST_CHARACTERS = 400


def report_defect(error: Exception) -> int:
    """Names an unexpected exception in one line on stderr, its traceback before it where it was asked for; status 70.

    With BERKNASH_TRACEBACK=1 in the environment the traceback is printed too.
    """
    asked = os.environ.get(TRACEBACK, "") not in ("", "0")
    if asked:
        traceback.print_exception(error, file=sys.stderr)
    message = one_line(str(error))
    if len(message) > _MOST_CHARACTERS:
        message = f"{message[:_MOST_CHARACTERS]}..."
    how = "" if asked else f" ({TRACEBACK}=1 shows the traceback)"
    print(
        f"berknash: defect: {type(error).__name__}: {message}; "
        f"please report it with the command and the input file{how}",
        file=sys.stderr,
    )
    return DEFECT


def out_of_memory() -> int:
    """Says that memory did not suffice and what to do; the answer stays open, so the status is 3."""
    print(
        "berknash: out of memory: undecided; fix more parameters with --at, lower the limits on counts (--limit-...), "
        "or raise --limit-memory",
        file=sys.stderr,
    )
    return 3
