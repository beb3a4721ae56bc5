"""The table of languages: names, scripts, families, evaluation cases and transcription back ends.

Example:
    >>> from ipaner import languages
    >>> languages.get("mi-NZ").name
    'Maori'
"""

from ipaner.languages.fallback import ROMANISED, has_own_rules
from ipaner.languages.lookup import all_languages, case, get, nearest
from ipaner.languages.table import PROFILES, Language

__all__ = ["PROFILES", "ROMANISED", "Language", "all_languages", "case", "get", "has_own_rules", "nearest"]
