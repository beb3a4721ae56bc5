"""Names of the Unicode CLDR, read through babel: countries, languages, scripts, currencies and cities."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from ipaner.errors import ConfigError, MissingExtra
from ipaner.languages import get
from ipaner.pairs.pair import Pair
from ipaner.pairs.sources.names import english_name, scripts_of, usable, written_in

if TYPE_CHECKING:
    from babel import Locale

PARTS = ("territories", "languages", "scripts", "currencies", "cities")
"""What CLDR names: countries and regions, languages, scripts, currencies, and cities that time zones are named by."""

LICENCE = "Unicode-3.0"

_SYLLABLES = ("vie",)
"""Languages whose blanks part syllables, not words."""


def read_cldr(language: str, *, parts: Collection[str] = PARTS) -> Iterator[Pair]:
    """Names that CLDR has both in English and in a language, each in the language's own script.

    Args:
        language: ISO 639-3 code.
        parts: Some of :data:`PARTS`.

    Raises:
        ConfigError: CLDR does not know the language.
        MissingExtra: babel is not installed.
    """
    english, other = _locale("eng"), _locale(language)
    scripts = scripts_of(get(language))
    for part in PARTS:
        if part not in parts:
            continue
        names, partners = _names(english, part), _names(other, part)
        for key in sorted(names.keys() & partners.keys()):
            name = english_name(names[key])
            partner = unicodedata.normalize("NFC", partners[key])
            if name is None or not usable(partner) or not written_in(partner, scripts):
                continue
            # A word more is one that says what is named: 'Chinookan languages', 'Kinorwe cha Nynorsk'
            if language not in _SYLLABLES and len(partner.split()) > len(name.split()):
                continue
            yield Pair(language, name, partner, "name", f"cldr-{part}", LICENCE)


@cache
def _locale(language: str) -> Locale:
    try:
        from babel import Locale, UnknownLocaleError
    except ModuleNotFoundError as error:
        raise MissingExtra("Reading the names of CLDR", "pairs") from error
    entry = get(language)
    # CLDR names its files by the shortest code there is
    for code in (*(alias for alias in entry.aliases if len(alias) == 2), language, *entry.aliases):
        try:
            return Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
    raise ConfigError(f"CLDR, as babel carries it, has no names in {entry.name} ({language}): leave it out of 'cldr'")


def _names(locale: Locale, part: str) -> Mapping[str, str]:
    if part != "cities":
        names: Mapping[str, str] = getattr(locale, part)
        return names
    zones = locale.time_zones
    if locale.language != "en":
        return {zone: entry["city"] for zone, entry in zones.items() if "city" in entry}
    # English leaves out the cities that the zone itself names: America/New_York
    plain = {zone: zone.rpartition("/")[2].replace("_", " ") for zone in _zones() if "/" in zone}
    return plain | {zone: entry["city"] for zone, entry in zones.items() if "city" in entry}


@cache
def _zones() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(get_global("zone_territories"))
