"""How well words are found in text without spaces: boundaries of `word_spans` against known ones.

    python experiments/segmentation.py DATA     results/segmentation.json

Sentences are joined without spaces, cut by `word_spans`, and the boundaries inside them compared: precision, recall and
F1 in percent. Known boundaries come from the tokens of annotated corpora, for Khmer also from text whose authors typed
zero width spaces between words (lines with one at least every ten characters). For Japanese there is but a dictionary,
janome's (MeCab-IPADIC), so that the figure is an agreement. Of Thai, Lao, Burmese, Shan, Tibetan and Dzongkha DATA has
raw text only: nothing can be said.

Tokens of Universal NER are Universal Dependencies' words; those of WikiANN's Khmer are what stands between spaces,
mostly names of several words, so that only recall says something.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import accumulate, islice
from pathlib import Path

import regex
from icu4py import icu_version

from ipaner.files import atomic_write, read_lines
from ipaner.transcription.words import word_spans

RESULTS = Path(__file__).parent / "results" / "segmentation.json"
LINES = 4000
_EVERY = 10  # characters, at most, to a zero width space
_KHMER = regex.compile(r"[\p{Khmer}\u200b]+")
_JAPANESE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー]+")

Tokens = Sequence[str]


def annotated(folder: Path) -> Iterator[Tokens]:
    """Sentences of a corpus."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        for _, line in read_lines(path):
            yield [token for token in json.loads(line)["tokens"] if not token.isspace()]


def typed(path: Path) -> Iterator[Tokens]:
    """Stretches of Khmer with zero width spaces between the words."""
    for _, line in read_lines(path):
        if line.count("\u200b") * _EVERY >= len(line):
            for stretch in _KHMER.findall(line):
                if tokens := [token for token in stretch.split("\u200b") if token]:
                    yield tokens


def analysed(path: Path) -> Iterator[Tokens]:
    """Stretches of Japanese as janome cuts them."""
    from janome.tokenizer import Tokenizer

    tokenizer = Tokenizer(wakati=True)
    for _, line in read_lines(path):
        for stretch in _JAPANESE.findall(line):
            yield list(tokenizer.tokenize(stretch))


def scores(sentences: Iterable[Tokens]) -> dict[str, float | int]:
    """Agreement of boundaries inside sentences, in percent, and what was compared."""
    count = known = found = both = 0
    for tokens in islice(sentences, LINES):
        text = "".join(tokens)
        inside = set(accumulate(map(len, tokens))) - {len(text)}
        ours = {end for _, end in word_spans(text)} - {len(text)}
        count, known, found, both = count + 1, known + len(inside), found + len(ours), both + len(inside & ours)
    precision, recall = 100 * both / found, 100 * both / known
    f1 = 2 * precision * recall / (precision + recall)
    rates = {"precision": precision, "recall": recall, "f1": f1}
    return {"stretches": count, "boundaries": known} | {name: round(rate, 1) for name, rate in rates.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    results = {
        "command": "python experiments/segmentation.py DATA",
        "versions": {"icu": icu_version, "icu4py": version("icu4py"), "janome": version("janome")},
        "cmn, Universal NER": scores(annotated(data / "ner" / "source" / "uner" / "zho")),
        "khm, WikiANN": scores(annotated(data / "ner" / "target" / "wikiann_zeroshot" / "khm")),
        "khm, zero width spaces": scores(typed(data / "text" / "khm.txt.gz")),
        "jpn, agreement with janome": scores(analysed(data / "text" / "jpn.txt.gz")),
    }
    with atomic_write(RESULTS) as file:
        file.write(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
