from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.errors import LanguageNotSupported
from ipaner.languages import ROMANISED, Language, all_languages, get, has_own_rules, nearest
from ipaner.languages.fallback import lenders
from ipaner.languages.table import rows, untranscribed

LABELS = [(label, x.code) for x in all_languages() for label in (x.code, x.name, *x.aliases)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("mri", "mri"),
        ("mi", "mri"),
        ("mi-NZ", "mri"),
        ("MI_nz", "mri"),
        ("Māori", "mri"),
        (" te  reo maori ", "mri"),
        ("kur", "kmr"),
        ("zho", "cmn"),
        ("zh-Hant-TW", "cmn"),
        ("zh-cmn-Hans-CN", "cmn"),
        ("ja-Jpan", "jpn"),
        ("ko-Kore-KR", "kor"),
        ("ur-Aran-PK", "urd"),
        ("es-419", "spa"),
        ("ca-valencia", "cat"),
        ("de-1996-x-private", "deu"),
        ("en-u-ca-gregory", "eng"),
        ("Norwegian bokmal", "nob"),
        ("Luba-Kasai", "lua"),
        ("Tohono O’odham", "ood"),
        ("Farsi", "fas"),
        ("qaf", "qaf"),
    ],
)
def test_get_understands(query: str, code: str) -> None:
    assert get(query).code == code


@given(st.sampled_from(LABELS), st.sampled_from([str.upper, str.title, str.lower, lambda s: f" {s}\t"]))
def test_every_label_finds_its_language_in_any_case(label: tuple[str, str], change: object) -> None:
    text, code = label
    assert callable(change)
    assert get(change(text)).code == code


@given(st.sampled_from(all_languages()), st.data())
def test_script_subtag_comes_first_and_none_is_lost(language: Language, data: st.DataObject) -> None:
    script = data.draw(st.sampled_from(language.scripts))
    found = get(f"{language.code}-{script.upper()}-001")
    assert found.scripts[0] == script
    assert sorted(found.scripts) == sorted(language.scripts)
    assert found.backends == language.backends


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", fullmatch=True)))
def test_any_text_is_a_language_or_refused_with_a_suggestion(query: str) -> None:
    try:
        assert get(query) in all_languages() or "-" in query or not has_own_rules(get(query))
    except LanguageNotSupported as error:
        assert "earest" in str(error) or "has no transcription in the script" in str(error)


@pytest.mark.parametrize("query", ["", " ", "-", "mi-", "mi--NZ", "mi NZ", "zh-xxx", "mi-Latn-Latn-", "mri\n-NZ"])
def test_malformed_is_refused(query: str) -> None:
    with pytest.raises(LanguageNotSupported):
        get(query)


def test_a_text_in_place_of_a_name_is_refused_briefly() -> None:
    with pytest.raises(LanguageNotSupported) as caught:
        get("lorem ipsum " * 100_000)
    assert len(str(caught.value)) < 300


def test_extended_language_is_not_taken_for_its_prefix() -> None:
    assert get("zh-yue").code == "yue"


def test_script_the_language_is_not_written_in() -> None:
    with pytest.raises(
        LanguageNotSupported, match=r"Maori \(mri\) .* script 'Cyrl'\. It has one in: Latn\..*'und-Cyrl'"
    ):
        get("mi-Cyrl")


@pytest.mark.parametrize(
    ("query", "lender", "script"),
    [
        ("yue", "cmn", "Hani"),
        ("tig", "amh", "Ethi"),
        ("tcy", "kan", "Knda"),
        ("jje", "kor", "Hang"),
    ],
)
def test_known_language_without_rules_is_lent_those_of_a_relative(query: str, lender: str, script: str) -> None:
    found = get(query)
    for profile in ("core", "espeak"):
        assert found.backend(profile, script) == f"related:{get(lender).backend(profile, script)}"
    assert not has_own_rules(found)
    assert found not in all_languages()


@pytest.mark.parametrize("query", ["xmf", "pnb", "osa", "akk"])
def test_without_a_relative_letters_are_read(query: str) -> None:
    """Of another branch, or in Arabic script, or alone with its script."""
    assert {get(query).backend("core", script) for script in get(query).scripts} == {ROMANISED}


def test_every_language_without_rules_is_lent_rules_of_its_script() -> None:
    for known in untranscribed():
        language = get(known.code)
        assert language.scripts == known.scripts
        for script in language.scripts:
            name = language.backend("core", script)
            owners = [
                x for x in all_languages() if script in x.scripts and f"related:{x.backend('core', script)}" == name
            ]
            assert name == ROMANISED or owners, (language.code, name)


def test_lenders_are_languages_that_can_lend() -> None:
    known = {language.code: language for language in untranscribed()}
    for row in rows("lenders.tsv"):
        language, script = known[row["code"]], row["script"]
        assert row["lender"] in {other.code for other in lenders(language, script, all_languages())}
        assert get(row["code"]).backend("core", script) == f"related:{get(row['lender']).backend('core', script)}"


@pytest.mark.parametrize(
    ("query", "scripts"),
    [
        ("und", ("Zyyy",)),
        ("mis", ("Zyyy",)),
        ("und-Cyrl", ("Cyrl",)),
        ("und-Aran-PK", ("Arab",)),
        ("mis_latn", ("Latn",)),
    ],
)
def test_a_language_that_nobody_names_is_read_by_its_letters(query: str, scripts: tuple[str, ...]) -> None:
    found = get(query)
    assert (found.code, found.scripts, found.backend()) == ("und", scripts, ROMANISED)


def test_und_in_an_indic_script_is_lent_the_vowels() -> None:
    assert get("und-Deva").backend().startswith("related:")


@pytest.mark.parametrize(("query", "meant"), [("Swahilli", "swa"), ("Kyrgiz", "kir"), ("Portugese", "por")])
def test_misspelling_gets_the_nearest_spelling(query: str, meant: str) -> None:
    with pytest.raises(LanguageNotSupported, match=f"is unknown. Nearest in spelling: '{meant}'"):
        get(query)
    assert nearest(query, 1)[0].code == meant


def test_nearest_prefers_branch_then_script() -> None:
    assert {x.code for x in nearest("mri")} <= {"haw", "smo", "tah", "ton"}
    assert nearest(get("sr-Latn"), 2)[0].code in {"bos", "hrv"}
    assert nearest("zul", 2) == [get("ssw"), get("xho")]


@given(st.sampled_from([*all_languages(), *(x.code for x in untranscribed())]), st.integers(0, 400))
def test_nearest_is_a_ranking_of_the_others(language: Language | str, n: int) -> None:
    found = nearest(language, n)
    codes = [x.code for x in found]
    own = language.code if isinstance(language, Language) else language
    assert own not in codes
    assert len(codes) == len(set(codes)) == min(n, len(all_languages()) - isinstance(language, Language))
    assert codes[:2] == [x.code for x in nearest(language, 2)][: len(codes)]


def test_languages_are_values() -> None:
    maori = get("mri")
    assert maori == pickle.loads(pickle.dumps(maori)) == copy.deepcopy(maori)
    assert {maori: 1}[get("mi")] == 1
    with pytest.raises(AttributeError):
        maori.code = "xyz"  # type: ignore[misc]


def test_import_stays_light() -> None:
    program = "import sys; from ipaner.languages import get; get('mi'); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "epitran", "orthography2ipa", "click", "rich", "difflib"} & set(loaded)
