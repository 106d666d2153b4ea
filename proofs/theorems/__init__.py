"""Certificates written out as theorems with proofs that a referee can follow by reading.

`certificate_theorem` turns a certificate into the blocks of a report; `theorem_latex` prints them as a LaTeX fragment.
Nothing is proved here: the certificate is accepted by the checker first, and what is written is what the checker did.
"""

from .theorem import certificate_theorem, theorem_label, theorem_latex

__all__ = ["certificate_theorem", "theorem_label", "theorem_latex"]
