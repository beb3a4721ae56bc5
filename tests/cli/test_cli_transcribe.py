from __future__ import annotations

import json

from ipaner.transcription import Transcriber

TEXT = "Kei Pōneke, 2024: Москва Whanganui"


def test_jsonl_agrees_with_the_library(run):
    value = json.loads(run("transcribe", "-l", "mi", "-f", "jsonl", TEXT).stdout)
    words = Transcriber("mri").words(TEXT)
    assert (value["text"], value["language"]) == (TEXT, "mri")
    got = [(w["text"], w["start"], w["end"], tuple(w["phonemes"]), w["status"]) for w in value["words"]]
    assert got == [(w.text, w.start, w.end, w.phonemes, w.status.value) for w in words]


def test_ipa_keeps_what_has_no_sound_and_counts_it(run):
    result = run("transcribe", "-l", "mri", "-f", "ipa", TEXT)
    assert result.stdout == "kei poːneke , 2024 : moskva faŋanui\n"
    assert result.stderr == "7 words: 3 ok, 1 foreign, 3 opaque; coverage 75.0 %\n"


def test_a_language_without_rules_is_remarked(run):
    lent = run("transcribe", "-l", "Awadhi", "-f", "ipa", "दिल्ली")
    assert lent.stdout.strip()
    assert lent.stderr.startswith("Note: there are no rules for Awadhi (awa) yet; a relative's read it (epitran:")
    letters = run("transcribe", "-l", "und-Cyrl", "-f", "ipa", "Москва")
    assert letters.stdout == "moskva\n"
    assert "it is read letter by letter" in letters.stderr
    assert "coverage 0.0 %" in letters.stderr


def test_broad_drops_length(run):
    assert run("transcribe", "-l", "mri", "-f", "ipa", "--broad", "Pōneke").stdout == "poneke\n"


def test_table_shows_the_status_where_it_is_not_ok(run):
    rows = [line.split() for line in run("transcribe", "-l", "mri", TEXT).stdout.splitlines()]
    assert rows[0] == ["Kei", "kei"]
    assert rows[3] == ["2024", "opaque"]
    assert rows[5] == ["Москва", "moskva", "foreign"]


def test_lone_surrogates_and_nul(run):
    line = '{"text": "Kei \\ud83d nul\\u0000", "language": "mri"}\n'
    for form in ("table", "ipa", "jsonl"):
        assert run("transcribe", "--jsonl", "-f", form, stdin=line).exit_code == 0
    value = json.loads(run("transcribe", "--jsonl", "-f", "jsonl", stdin=line).stdout)
    assert value["text"] == "Kei \ud83d nul\x00"


def test_published_transcription_that_nothing_can_make_again_is_an_error(run):
    result = run("transcribe", "-l", "khm", "--profile", "published", "ភ្នំពេញ")
    assert result.exit_code in (2, 3)
    assert result.stdout == ""
