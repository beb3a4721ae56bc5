"""The systems that ``transcription.py`` compares: each turns a word into IPA in its own convention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ipaner.errors import IpanerError
from ipaner.languages import Language
from ipaner.transcription.backends import Backend, load
from ipaner.transcription.backends.epitran_maps import data_folder
from ipaner.transcription.scripts import script_of

Reader = Callable[[str], str]

OTHERS = ("epitran", "espeak-ng", "orthography2ipa", "uroman")
"""What ipaner is measured beside. orthography2ipa's rules were tuned on WikiPron: its errors are partly in-sample."""

PACKAGES = "epitran panphon espeakng-loader orthography2ipa uroman anyascii pypinyin janome numpy"


COUNTRIES = {"deu": "DE", "eng": "GB US", "fra": "FR", "ita": "IT", "por": "PT BR", "spa": "ES"}
"""Countries by which orthography2ipa divides a language, the one of the list's pronunciations first."""

_WITHOUT_DICTIONARY = {"fo", "kaa", "xex"}  # voices of espeak-ng that cannot speak in this release


def versions() -> dict[str, str]:
    """Versions of all that the figures depend on."""
    return {"espeak-ng": load("espeak:en-us").version.split()[1]} | {name: version(name) for name in PACKAGES.split()}


def candidates(language: Language) -> list[str]:
    """Back ends that could read a language's first script, each once; ``core`` first."""
    script = language.scripts[0]
    named = [language.backend(profile, script) for profile in ("core", "espeak", "published")]
    labels = (language.code, *language.aliases)
    named += [f"epitran:{code}-{script}" for code in labels if epitran_map(f"{code}-{script}").is_file()]
    regional = (f"{label}-{country}" for label in labels for country in COUNTRIES.get(language.code, "").split())
    named += [f"o2i:{code}" for code in (*labels, *regional) if orthography2ipa_reads(code, script)]
    named += [f"espeak:{voice}" for voice in labels if voice in espeak_voices()]
    codes = (language.code, f"{language.code}-{script}")
    named += [name for code in codes if is_back_end(name := f"folder:{code}")]
    named += [name for code in codes if is_back_end(name := f"letters:{code}")]
    return [name for name in dict.fromkeys(named) if name not in ("corpus", "romanised")]


def learnt_from_list(name: str) -> bool:
    """Whether a back end is a model that has learnt from the pronunciations by which we measure."""
    return name.startswith("letters:") and is_back_end(name) and "WikiPron" in str(getattr(load(name), "header", ""))


def others(language: Language) -> Iterator[tuple[str, str, Reader]]:
    """The systems of `OTHERS` that know the language: system, its name for the language, reader."""
    known = candidates(language)
    for kind, system in (("epitran", "epitran"), ("espeak", "espeak-ng"), ("o2i", "orthography2ipa")):
        if name := next((name for name in known if name.startswith(f"{kind}:")), None):
            yield system, name.partition(":")[2], reader(name)
    yield "uroman", language.code, partial(romanise, language=language.code)


def reader(name: str) -> Reader:
    """The library itself for Epitran and orthography2ipa; for espeak-ng our back end, which repairs what it writes."""
    kind, _, code = name.partition(":")
    if kind == "epitran":
        return epitran(code)
    if kind == "o2i":
        from orthography2ipa import G2P

        return G2P(code).transcribe_word  # type: ignore[no-any-return]
    return partial(read, load(name))


def read(backend: Backend, word: str) -> str:
    return backend.read(word).ipa


@cache
def epitran(code: str) -> Reader:
    """Epitran itself; its objects share one table of features, which is what makes it slow to start."""
    from epitran import simple

    table = feature_table()
    original, simple.panphon.FeatureTable = simple.panphon.FeatureTable, lambda *_, **__: table
    try:
        return simple.SimpleEpitran(code).transliterate  # type: ignore[no-any-return]
    finally:
        simple.panphon.FeatureTable = original


@cache
def feature_table() -> Any:
    import panphon

    return panphon.FeatureTable()


def romanise(word: str, language: str) -> str:
    """uroman, then the letters as our back end ``romanised`` reads them."""
    return load("romanised").read(uroman().romanize_string(word, lcode=language)).ipa


@cache
def uroman() -> Any:
    from uroman import Uroman

    return Uroman()


def epitran_map(code: str) -> Path:
    return data_folder() / "map" / f"{code}.csv"


@cache
def espeak_voices() -> frozenset[str]:
    """Names of the files of espeak-ng's voices."""
    import espeakng_loader

    files = Path(espeakng_loader.get_data_path(), "lang").rglob("*")
    return frozenset(path.name for path in files if path.is_file()) - _WITHOUT_DICTIONARY


@cache
def orthography2ipa_reads(code: str, script: str) -> bool:
    """Whether orthography2ipa has a language of that very code, with graphemes of the script."""
    import orthography2ipa

    # For a code it lacks, its own look-up would quietly take a relative
    if not Path(orthography2ipa.__file__).with_name("data").joinpath(f"{code}.json").is_file():
        return False
    return any(script_of(grapheme[0]) == script for grapheme in orthography2ipa.get(code).graphemes)


def is_back_end(name: str) -> bool:
    try:
        load(name)
    except IpanerError:
        return False
    return True
