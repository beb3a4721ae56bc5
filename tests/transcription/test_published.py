"""Profile ``published`` against the transcriptions that the papers' corpus carries."""

import gzip
import json
from pathlib import Path

import pytest

from ipaner.languages import get
from ipaner.transcription.backends import load
from ipaner.transcription.scripts import is_letter

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ner" / "target" / "wikiann_zeroshot"
WITH_EPITRAN = "aii ceb csb ilo jav kin kir mar mri pan que sin som tel tgk uig uzb yor"


def words_and_ipa(code: str) -> set[tuple[str, str]]:
    found = set()
    for path in (CORPUS / code).glob("*.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for sentence in map(json.loads, lines):
                found |= set(zip(sentence["tokens"], sentence["ipa"], strict=True))
    return {(word, ipa) for word, ipa in found if any(map(is_letter, word))}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the papers' corpus is not on this machine")
@pytest.mark.parametrize("code", WITH_EPITRAN.split())
def test_published_is_what_the_papers_used(code: str) -> None:
    pairs = words_and_ipa(code)
    assert len(pairs) > 300
    backend = load(get(code).backend("published"), as_published=True)
    same = sum(backend.read(word).ipa == ipa for word, ipa in pairs)
    assert same >= 0.995 * len(pairs)
