"""ipaner finds people, places and organisations in languages without training data, by reading text as sound.

Example:
    >>> import ipaner
    >>> tagger = ipaner.load()                                          # doctest: +SKIP
    >>> [(e.text, e.label) for e in tagger.tag("Ko Wikitōria te ingoa.", "mri").entities]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ipaner.document import Document, Entity

if TYPE_CHECKING:
    from ipaner.runtime import Tagger, load
    from ipaner.transcription import Transcriber

__version__ = "0.1.0"
__all__ = ["Document", "Entity", "Tagger", "Transcriber", "__version__", "load"]

_LAZY = {"Tagger": "ipaner.runtime", "load": "ipaner.runtime", "Transcriber": "ipaner.transcription"}


def __getattr__(name: str) -> Any:
    """Import the heavier rooms when they are first asked for, so that ``import ipaner`` stays quick."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
