"""Which licences allow a row to be passed on, changed and sold, provided that it is named."""

from __future__ import annotations

import re

_REFUSED = re.compile(r"\bNC\b|\bND\b|\bA?L?GPL|rights unclear|no licen[cs]e|\bscraped\b", re.IGNORECASE)
_FREE = re.compile(
    r"\bCC0\b|\bCC[- ]BY\b|\bApache\b|\bMIT\b|\bUnicode\b|\bpublic domain\b|\bODC-BY\b|\bBSD\b", re.IGNORECASE
)


def redistributable(licence: str) -> bool:
    """Whether a table with such rows may be passed on by anyone, for any use.

    That is so under CC0, CC BY, CC BY-SA, Apache, MIT, BSD, Unicode and in the public domain; not where any part is for
    non-commercial use only, without derivatives, under the GPL or LGPL, of unclear rights, or not stated.

    Example:
        >>> redistributable("repo MIT; data Wiktionary CC-BY-SA-3.0+GFDL"), redistributable("CC-BY-NC-4.0")
        (True, False)
    """
    return bool(_FREE.search(licence)) and not _REFUSED.search(licence)
