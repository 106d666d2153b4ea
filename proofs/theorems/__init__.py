"""Certificates written out as theorems with proofs that a referee can follow by reading.

`certificate_theorem` turns a certificate into the blocks of a report; `theorem_latex` prints them as a LaTeX fragment.
Nothing is proved here: the certificate is accepted by the checker first, and what is written is what the checker did.
"""

from .answers import statement_latex, theorem_file, verdict_blocks, verdict_latex, write_theorem
from .theorem import certificate_theorem, theorem_label, theorem_latex

__all__ = [
    "certificate_theorem",
    "statement_latex",
    "theorem_file",
    "theorem_label",
    "theorem_latex",
    "verdict_blocks",
    "verdict_latex",
    "write_theorem",
]
