"""Pictures as SVG elements inside of a page."""

from __future__ import annotations

import re


def inline_svg(text: str, prefix: str) -> str:
    """The svg element alone, without declaration and metadata, its identifiers made its own by a prefix.

    >>> inline_svg('<?xml?><svg><path id="a"/><use href="#a"/></svg>', "one")
    '<svg><path id="one-a"/><use href="#one-a"/></svg>'
    """
    element = text[text.index("<svg") :].rstrip()
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'(\sid=")', rf"\g<1>{prefix}-", element)
    element = re.sub(r'(href="#)', rf"\g<1>{prefix}-", element)
    return re.sub(r"(url\(#)", rf"\g<1>{prefix}-", element)
