from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from ipaner.languages import PROFILES, Language, all_languages, case, get
from ipaner.languages.lookup import _key
from ipaner.languages.table import untranscribed

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not on this machine")

# What the papers transcribed with Epitran, and what only their own corpus can give.
PUBLISHED_WITH_EPITRAN = "aii ceb csb ilo jav kin kir mar mri pan que sin som tel tgk uig uzb yor"
PUBLISHED_IN_CORPUS_ONLY = "grn khm kmr ori san"
CASES = {
    1: "aii ilo kin mri que sin som uig",
    2: "amh bel epo grn ina khm kmr mlt ori san snd tuk",
    3: "ceb hrv jav kir mal mar msa pan tel tgk urd uzb yor",
}

# Languages without rules of their own, read by those of a relative with (nearly) the same spelling.
BORROWED = {
    "bar": "deu",
    "bew": "ind",
    "bos": "srp",
    "jvn": "jav",
    "luo": "swa",
    "mui": "ind",
    "rmc": "rom",
    "ssw": "zul",
}
# Maps that go by the code of one member of a macrolanguage.
MEMBER = {"que": "quy", "kmr": "ckb", "nah": "nhi"}

SCRIPT_NAMES = {"CYRILLIC": "Cyrl", "LATIN": "Latn", "ARABIC": "Arab", "HIRAGANA": "Hira", "CJK": "Hani"}


def cells() -> list[tuple[Language, str, str, str]]:
    """Every back end of the table: language, profile, script, back end."""
    found = []
    for language in all_languages():
        for profile, cell in language.backends.items():
            parts = [part.split("=") for part in cell.split(";")] if "=" in cell else [(language.scripts[0], cell)]
            found += [(language, profile, script, backend) for script, backend in parts]
    return found


def test_codes_are_unique_and_ordered() -> None:
    codes = [language.code for language in all_languages()]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch("[a-z]{3}", code) for code in codes)


def test_no_label_means_two_languages() -> None:
    owners: dict[str, set[str]] = {}
    for language in all_languages():
        for label in (language.code, language.name, *language.aliases):
            owners.setdefault(_key(label), set()).add(language.code)
    assert {label: codes for label, codes in owners.items() if len(codes) > 1} == {}
    assert all(len(set(language.aliases)) == len(language.aliases) for language in all_languages())


def test_no_empty_cells() -> None:
    for language in all_languages():
        assert language.name.strip() == language.name != ""
        assert all(re.fullmatch("[A-Z][a-z]{3}", script) for script in language.scripts), language.code
        assert re.fullmatch(r"[^/]+(/[^/]+){1,2}", language.family), language.code
        assert tuple(language.backends) == PROFILES
        assert all(language.backends.values())


def test_languages_with_rules_for_several_scripts_name_each_of_them() -> None:
    for language in all_languages():
        for profile in PROFILES:
            cell = language.backends[profile]
            if "=" in cell:
                assert [part.split("=")[0] for part in cell.split(";")] == list(language.scripts), language.code
            else:
                assert len(language.scripts) == 1 or cell == "corpus", language.code


def test_evaluation_cases() -> None:
    assert {number: " ".join(case(number)) for number in CASES} == CASES
    with pytest.raises(ValueError, match="No evaluation case 4"):
        case(4)


def test_published_profile_is_that_of_the_papers() -> None:
    for code in PUBLISHED_WITH_EPITRAN.split():
        language = get(code)
        assert language.backend("published").startswith("epitran:"), code
        # Epitran's Tajik lacks ё, э, ю and я
        core = "folder:tgk" if code == "tgk" else language.backend("published")
        assert language.backend("core") == core, code
    in_corpus_only = [x.code for x in all_languages() if x.backends["published"] == "corpus"]
    assert " ".join(in_corpus_only) == PUBLISHED_IN_CORPUS_ONLY
    assert {code: get(code).backend("published") for code in ("amh", "ina", "mlt", "snd", "tuk", "eng")} == {
        "amh": "espeak:am",
        "ina": "espeak:ia",
        "mlt": "espeak:mt",
        "snd": "espeak:sd",
        "tuk": "espeak:tk",
        "eng": "espeak:en-us",
    }


def test_core_is_permissive_only() -> None:
    permissive = {"epitran", "folder", "japanese", "letters", "o2i", "pypinyin", "related", "romanised"}
    assert {backend.split(":")[0] for _, profile, _, backend in cells() if profile == "core"} <= permissive


def test_epitran_maps_exist_and_are_of_the_language_and_script() -> None:
    maps = files("epitran").joinpath("data", "map")
    for language, _, script, backend in cells():
        if backend.startswith("epitran:"):
            name = backend.removeprefix("epitran:")
            assert maps.joinpath(f"{name}.csv").is_file(), backend
            code, map_script = name.split("-")[:2]
            assert map_script == script, (language.code, backend)
            assert code in (
                language.code,
                *language.aliases,
                BORROWED.get(language.code),
                MEMBER.get(language.code),
            ), backend


def test_orthography2ipa_has_rules_for_the_language_and_script() -> None:
    data = files("orthography2ipa").joinpath("data")
    for language, script, backend in {(x, script, backend) for x, _, script, backend in cells()}:
        if not backend.startswith("o2i:"):
            continue
        # Its own look-up would quietly take a relative for a code it lacks, hence the file.
        rules = json.loads(data.joinpath(f"{backend.removeprefix('o2i:')}.json").read_text("utf-8"))
        assert rules["graphemes"], backend
        owner = BORROWED.get(language.code, language.code)
        assert rules.get("iso639_3") in (None, owner, *get(owner).aliases), (language.code, backend)
        letter = next(grapheme[0] for grapheme in rules["graphemes"] if grapheme[0].isalpha())
        assert script_of(letter) in (script, None), (language.code, backend)


def test_espeak_voices_exist() -> None:
    loader = pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")
    voices = {path.name for path in Path(loader.get_data_path(), "lang").rglob("*") if path.is_file()}
    named = {backend.removeprefix("espeak:") for *_, backend in cells() if backend.startswith("espeak:")}
    assert named
    assert named <= voices | {"en-us"}  # the file is called en-US; espeak ignores case
    assert "en-US" in voices


def test_backend_of_a_script() -> None:
    serbian = get("srp")
    assert serbian.backend("core", "Latn") == "epitran:srp-Latn"
    assert serbian.backend("core", "Grek") == serbian.backend() == "epitran:srp-Cyrl"
    assert get("sr-Latn").backend() == "epitran:srp-Latn"
    assert get("kur").backend("published", "Arab") == "corpus"
    with pytest.raises(KeyError):
        serbian.backend("nonsense")


def test_untranscribed_languages_are_not_in_the_table() -> None:
    codes = [language.code for language in untranscribed()]
    assert codes == sorted(set(codes))
    assert len(codes) >= 250
    assert not set(codes) & {label for x in all_languages() for label in (x.code, *x.aliases)}


def script_of(character: str) -> str | None:
    return SCRIPT_NAMES.get(unicodedata.name(character, "").split()[0])


@needs_data
def test_every_annotated_language_is_in_the_table() -> None:
    folders = {path.name for path in (DATA / "ner").glob("*/*/*")}
    assert len(folders) > 60
    for code in folders:
        assert code in (get(code).code, *get(code).aliases)


@needs_data
def test_usual_script_is_that_of_the_text() -> None:
    checked = 0
    for language in all_languages():
        path = next((p for c in (language.code, *language.aliases) if (p := DATA / f"text/{c}.txt.gz").is_file()), None)
        if path is None or language.code in ("srp", "kas"):  # Serbian corpora are mostly Latin
            continue
        with gzip.open(path, "rt", encoding="utf-8") as file:
            counts = Counter(script_of(c) for c in file.read(20_000) if c.isalpha())
        usual = counts.most_common(1)[0][0]
        expected = language.scripts[0] if language.scripts[0] in SCRIPT_NAMES.values() else None
        assert usual == expected, (language.code, counts)
        checked += 1
    assert checked > 180
