"""Every language at hand, on real text: nothing raises, and what has letters has phonemes."""

import gzip
import json
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from ipaner.document import UNREADABLE, Status
from ipaner.transcription import Transcriber
from ipaner.transcription.scripts import is_letter, plain, script_of

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ANNOTATED = sorted(path for path in DATA.glob("ner/target/*/*") if path.is_dir())
TEXTS = sorted(DATA.glob("text/*.txt.gz"))
LINES = 300

needs_data = pytest.mark.skipif(not TEXTS, reason="the corpora are not on this machine")


@cache
def transcriber(code):
    return Transcriber(code)


def check(words):
    for word in words:
        assert bool(word.phonemes) == (word.status is not Status.OPAQUE), word
        if word.status is Status.OPAQUE:
            letters = [c for c in plain(word.text) if unicodedata.category(c)[0] == "L" and is_letter(c)]
            assert not any(map(script_of, letters)), word
    return {word.text for word in words if UNREADABLE in word.phonemes}


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("folder", ANNOTATED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_token_of_the_target_corpora(folder):
    tokens = set()
    for path in folder.glob("*.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            tokens.update(token for line in lines for token in json.loads(line)["tokens"])
    unread = check(transcriber(folder.name).tokens(sorted(tokens)))
    assert len(unread) <= len(tokens) / 1000, unread


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name.split(".")[0])
def test_every_word_of_a_text(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        text = "".join(line for _, line in zip(range(LINES), lines, strict=False))
    words = transcriber(path.name.split(".")[0]).words(text)
    unread = check(words)
    assert len(unread) <= len(words) / 1000, unread
