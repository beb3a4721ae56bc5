from __future__ import annotations

import csv

import pytest

from ipaner import languages
from ipaner.corpora.registry import (
    Protocol,
    Stage,
    Use,
    canonical,
    check,
    check_training,
    corpora,
    is_case_1,
    is_target,
    licence,
    may_ship,
)
from ipaner.errors import ConfigError

CASE_1 = ["sin", "som", "mri", "que", "uig", "aii", "kin", "ilo"]
CASE_2 = ["epo", "khm", "tuk", "amh", "mlt", "ori", "san", "ina", "grn", "bel", "kur", "snd"]
CASE_3 = ["tgk", "yor", "mar", "jav", "urd", "msa", "ceb", "hrv", "mal", "tel", "uzb", "pan", "kir"]
TARGETS = [*CASE_1, *CASE_2, *CASE_3, "csb"]
ALIASES = [
    *["si", "SI", "Sinhala", "so", "mi", "mao", "Maori", "qu", "quz", "quy", "qug", "qxa", "ug", "ug-Latn", "uig_Arab"],
    *["rw", "arc", "syr", "ku", "kmr", "ku-Latn", "or", "ory", "ms", "zsm"],
]
SOURCES = ["eng", "deu", "rus", "swa", "hin", "fin", "hun", "tur", "ind", "zho", "ckb", "srp", "bos", "pnb", "xyz"]


@pytest.mark.parametrize("language", TARGETS + ALIASES)
@pytest.mark.parametrize("protocol", ["paper", "open"])
@pytest.mark.parametrize("stage", ["ner", "tuning", "selection"])
def test_annotated_sentences_of_a_target_are_refused_whatever_corpus_and_name(language, protocol, stage):
    for corpus in ("wikiann_zeroshot", "wikiann", "our-own-file"):
        with pytest.raises(ConfigError, match=r"is a target language.*few-shot"):
            check(protocol, stage, corpus, language)


@pytest.mark.parametrize("language", ["kin", "yor", "csb"])
def test_annotated_sentences_of_a_target_are_no_text_either(language):
    for stage in ("pretrain", "contrastive", "names"):
        with pytest.raises(ConfigError, match="target language"):
            check("open", stage, "masakhaner2", language)
        with pytest.raises(ConfigError, match="target language"):
            check("open", stage, "our-own-file", language, annotated=True)


@pytest.mark.parametrize("language", TARGETS + ALIASES)
@pytest.mark.parametrize("stage", ["pretrain", "contrastive", "names"])
def test_open_records_unlabelled_material_of_targets(language, stage):
    assert check("open", stage, "text", language) == Use(Stage(stage), "text", canonical(language), True)


@pytest.mark.parametrize("language", SOURCES)
@pytest.mark.parametrize("stage", list(Stage))
def test_open_takes_every_source_language(language, stage):
    assert check("open", stage, "wikiann", language).target is False


@pytest.mark.parametrize("language", [*CASE_1, "si", "arc", "quz", "qug", "ug-Latn", "Maori"])
@pytest.mark.parametrize("stage", ["pretrain", "contrastive", "names"])
def test_paper_sees_nothing_of_case_1(language, stage):
    with pytest.raises(ConfigError, match="Case 1"):
        check("paper", stage, "text", language)


def test_paper_supervises_in_english_only():
    for language in ("eng", "en", "English", "en-GB"):
        assert check("paper", "ner", "wikiann", language).language == "eng"
    for stage in ("ner", "tuning"):
        with pytest.raises(ConfigError, match="English annotated sentences only"):
            check("paper", stage, "wikiann", "deu")
    with pytest.raises(ConfigError, match="English names only"):
        check("paper", "names", "cldr", "deu")
    assert check("paper", "selection", "wikiann", "deu"), "transfer to source languages may choose"
    for language in ("deu", *CASE_2, *CASE_3):
        assert check("paper", "pretrain", "text", language)
        assert check("paper", "contrastive", "pairs", language)


@pytest.mark.parametrize("language", TARGETS)
def test_few_shot_may_use_targets_and_is_not_called_zero_shot(language):
    assert check("few-shot", "ner", "wikiann_zeroshot", language).target
    assert [protocol for protocol in Protocol if not protocol.zero_shot] == [Protocol.FEW_SHOT]


@pytest.mark.parametrize("protocol", list(Protocol))
def test_measuring_is_free(protocol):
    assert check(protocol, "evaluation", "wikiann_zeroshot", "sin").target


def test_unknown_protocols_and_stages():
    with pytest.raises(ConfigError, match=r"Unknown protocol 'zero'. There are: paper, open, few-shot"):
        check("zero", "ner", "wikiann", "eng")
    with pytest.raises(ConfigError, match=r"Unknown stage 'train'. There are: pretrain"):
        check("open", "train", "wikiann", "eng")


def test_targets_are_those_of_the_papers_and_the_table_of_languages_agrees():
    assert all(map(is_target, TARGETS))
    assert not any(map(is_target, SOURCES))
    assert [code for code in TARGETS if is_case_1(code)] == CASE_1
    of_table = {language.code for language in languages.all_languages() if language.case is not None}
    assert of_table == {canonical(code) for code in TARGETS} - {"csb"}
    assert {canonical(code) for code in ("kur", "kmr", "ku", "KU-latn")} == {"kmr"}


@pytest.mark.parametrize(
    ("corpus", "language", "expected"),
    [
        ("wikiann", "eng", True),
        ("wikiann", "sin", False),
        ("wikiann_zeroshot", "sin", False),
        ("uner", "srp", True),
        ("uner", "tgl", False),
        ("uner", "tl", False),
        ("uner", "hrv", False),
        ("il_ner", "hin", True),
        ("il_ner", "tel", False),
        ("il_ner", "or", False),
        ("multiner_lk", "tam", True),
        ("multiner_lk", "sin", False),
        ("masakhaner2", "swa", False),
        ("norne", "nob", False),
        ("our-own-file", "eng", False),
    ],
)
def test_what_ships(corpus, language, expected):
    assert may_ship(corpus, language) is expected
    if expected:
        assert check_training("open", corpus, language, ships=True)
    else:
        with pytest.raises(ConfigError, match=r"may not go into weights that ship|is a target language"):
            check_training("open", corpus, language, ships=True)


def test_a_research_variant_may_use_what_does_not_ship():
    assert check_training("open", "masakhaner2", "swa") == Use(Stage.NER, "masakhaner2", "swa", False)
    with pytest.raises(ConfigError, match=r"CC BY-NC 4.0 \(non-commercial.*ships: false"):
        check_training("open", "masakhaner2", "swa", ships=True)
    assert licence("our-own-file").ships is False


def test_the_registry_agrees_with_the_corpora_at_hand(ner_data):
    """Every corpus and language on disk is registered, by role, and every licence says what the list beside it says."""
    for role in ("source", "target"):
        for folder in (ner_data / role).glob("*/*"):
            assert folder.name in corpora()[folder.parent.name].languages, folder
            assert is_target(folder.name) is (role == "target"), folder
    with (ner_data.parent / "LICENCES.tsv").open(encoding="utf-8", newline="") as stream:
        for name, _, ships in list(csv.reader(stream, delimiter="\t"))[1:]:
            for corpus in name.split(", "):
                if not corpus.endswith("/"):
                    assert corpora()[corpus].licence.ships is ships.startswith("yes"), corpus
