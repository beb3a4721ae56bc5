"""Learn how the letters of a language sound from a list of pronunciations, and measure it on words kept out.

    python experiments/letters.py LIST CODE-Script [--all] [--out DIR]

LIST holds a word and its IPA on each line, separated by a tab; ``|`` stands between pronunciations. Letters are aligned
with stretches of 0 to 3 phones by expectation maximisation (as in Jiampojamarn et al. 2007), then an averaged
perceptron learns to choose the stretch from the letters around it and the stretches before it. ``ipaner`` reads the
result with the back end ``letters:CODE-Script``. The error on a tenth of the words, drawn by hash and not learnt from,
goes into the file's header; with ``--all`` they are learnt from afterwards, which is right only where the language is
measured by another list, and so is ``--text``, which keeps frequent words whole.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import regex

from ipaner.transcription.backends.letters import LetterModel, features, prepare
from ipaner.transcription.canonical import canonical

Phones = tuple[str, ...]
LONGEST = 3
"""Phones that one letter may stand for."""


def read_list(path: Path) -> dict[str, list[Phones]]:
    """Words with their pronunciations, each word as `prepare` leaves it."""
    words: defaultdict[str, list[Phones]] = defaultdict(list)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, cell = line.rstrip("\n").split("\t")[:2]
            if len(word) < 2 or not regex.fullmatch(r"[\p{L}\p{M}'’\u200c-]+", word):
                continue
            words[prepare(word)] += [phones for ipa in cell.split("|") if (phones := canonical(ipa))]
    return {word: list(dict.fromkeys(known)) for word, known in words.items() if known}


def kept_out(word: str) -> bool:
    """Whether a word belongs to the tenth that is for measuring only."""
    return zlib.crc32(word.encode()) % 10 == 0


def cuts(letters: str, phones: Phones, cost: dict[tuple[str, Phones], float]) -> list[Phones] | None:
    """The cheapest way to share out phones among letters, 0 to `LONGEST` each; None if there is none."""
    size = len(phones)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for letter in letters:
        row: dict[int, tuple[float, int]] = {}
        for done, (so_far, _) in best[-1].items():
            for end in range(done, min(size, done + LONGEST) + 1):
                total = so_far + cost.get((letter, phones[done:end]), 12.0)
                if end not in row or total < row[end][0]:
                    row[end] = (total, done)
        best.append(row)
    if size not in best[-1]:
        return None
    found, end = [], size
    for row in reversed(best[1:]):
        start = row[end][1]
        found.append(phones[start:end])
        end = start
    return found[::-1]


def align(pairs: Sequence[tuple[str, Phones]], rounds: int = 8) -> list[tuple[str, list[Phones]]]:
    """Align each word with its phones; hard expectation maximisation from a start that keeps to the diagonal."""
    counts: Counter[tuple[str, Phones]] = Counter()
    for letters, phones in pairs:
        scale = len(phones) / len(letters)
        for i, letter in enumerate(letters):
            for start in range(max(0, int(i * scale) - 1), min(len(phones), int(i * scale) + 2) + 1):
                for end in range(start, min(len(phones), start + LONGEST) + 1):
                    counts[letter, phones[start:end]] += 0.1 if end == start else 1 / (end - start) ** 2
    aligned: list[tuple[str, list[Phones]]] = []
    for _ in range(rounds):
        totals: Counter[str] = Counter()
        for (letter, _phones), n in counts.items():
            totals[letter] += n
        cost = {key: -math.log((n + 0.01) / (totals[key[0]] + 1)) for key, n in counts.items()}
        aligned = [(letters, found) for letters, phones in pairs if (found := cuts(letters, phones, cost)) is not None]
        counts = Counter(
            (letter, chunk) for letters, found in aligned for letter, chunk in zip(letters, found, strict=True)
        )
    return aligned


def choices_of(words: Sequence[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """What each letter may stand for, the usual first; what it stands for once in a thousand times is an accident."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for letters, chunks in words:
        for letter, chunk in zip(letters, chunks, strict=True):
            counts[letter][chunk] += 1
    return {
        letter: [chunk for chunk, n in counter.most_common() if n > 1 and n * 1000 >= counter.total()]
        or [counter.most_common(1)[0][0]]
        for letter, counter in counts.items()
    }


def learn(
    words: Sequence[tuple[str, list[str]]], choices: dict[str, list[str]], epochs: int, seed: int
) -> dict[str, dict[str, float]]:
    """Averaged perceptron over letters from left to right; history is what it chose itself, as when it is used."""
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    order, step, rng = list(words), 1, random.Random(seed)
    for _ in range(epochs):
        rng.shuffle(order)
        for letters, chunks in order:
            before = last = ""
            for i, letter in enumerate(letters):
                active = features(letters, i, before, last)
                scores = dict.fromkeys(choices[letter], 0.0)
                for name in active:
                    for chunk, weight in weights[name].items() if name in weights else ():
                        scores[chunk] += weight
                guess = max(scores, key=scores.__getitem__)
                gold = chunks[i]
                if guess != gold and gold in scores:
                    for name in active:
                        row, total = weights[name], sums[name]
                        row[gold] = row.get(gold, 0.0) + 1
                        row[guess] = row.get(guess, 0.0) - 1
                        total[gold] += step
                        total[guess] -= step
                before, last = last, guess
                step += 1
    return {
        name: {chunk: weight - sums[name][chunk] / step for chunk, weight in row.items()}
        for name, row in weights.items()
    }


def pruned(weights: dict[str, dict[str, float]], least: float) -> dict[str, dict[str, int]]:
    """Weights in whole tenths, the small ones dropped."""
    rows = {
        name: {chunk: round(10 * value) for chunk, value in row.items() if abs(value) >= least}
        for name, row in weights.items()
    }
    return {name: row for name, row in rows.items() if row}


def error(model: LetterModel, words: Iterable[tuple[str, list[Phones]]]) -> tuple[float, int]:
    """Phone error rate in percent, the nearest pronunciation counting, and the number of words."""
    wrong = length = n = 0
    for word, known in words:
        found = canonical(model.read(word).ipa)
        distance, best = min((edits(found, phones), phones) for phones in known)
        wrong, length, n = wrong + distance, length + len(best), n + 1
    return 100 * wrong / max(length, 1), n


def edits(a: Phones, b: Phones) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def pairs_of(words: dict[str, list[Phones]]) -> Iterator[tuple[str, Phones]]:
    """Every word with its first pronunciation."""
    return ((word, known[0]) for word, known in sorted(words.items()))


def frequent_words(path: Path, number: int) -> set[str]:
    """The most frequent words of a plain text, gzip or not, as `prepare` leaves them."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        counts = Counter(prepare(word) for line in lines for word in regex.findall(r"[\p{L}'’]+", line))
    return {word for word, _ in counts.most_common(number)}


def learnt_from(words: dict[str, list[Phones]], header: dict[str, Any], options: argparse.Namespace) -> LetterModel:
    """Align, learn, prune; the header gets the number of words."""
    pairs = list(pairs_of(words))
    random.Random(1).shuffle(pairs)
    aligned = align(pairs[: options.limit])
    named = [(letters, [" ".join(chunk) for chunk in found]) for letters, found in aligned]
    choices = choices_of(named)
    header["words"] = len(aligned)
    return LetterModel(header, choices, pruned(learn(named, choices, options.epochs, seed=1), options.least))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path)
    parser.add_argument("code", help="such as eng-Latn")
    parser.add_argument("--all", action="store_true", help="after measuring, learn from all words")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--limit", type=int, help="learn from that many words only")
    parser.add_argument("--least", type=float, default=0.5, help="weights below this are dropped")
    parser.add_argument("--text", type=Path, help="text whose frequent words become exceptions where read wrongly")
    parser.add_argument("--exceptions", type=int, default=5000, help="how many frequent words are looked at")
    parser.add_argument("--source", default="", help="where the list is from, for the header")
    parser.add_argument("--licence", default="", help="licence of the file, for the header")
    parser.add_argument("--out", type=Path, default=Path("src/ipaner/transcription/backends/letters"))
    options = parser.parse_args()
    known = read_list(options.list)
    header = {"code": options.code, "source": options.source, "licence": options.licence}
    model = learnt_from({word: phones for word, phones in known.items() if not kept_out(word)}, header, options)
    header["error"], header["measured_on"] = error(model, ((w, p) for w, p in known.items() if kept_out(w)))
    if options.all:
        model = learnt_from(known, header, options)
    if options.text:
        frequent = frequent_words(options.text, options.exceptions)
        wrong = {w: known[w] for w in sorted(frequent & known.keys()) if canonical(model.read(w).ipa) not in known[w]}
        model.exceptions = {word: "".join(pronunciations[0]) for word, pronunciations in wrong.items()}
        header["exceptions"] = len(model.exceptions)
    path = options.out / f"{options.code}.json.gz"
    model.save(path)
    print(json.dumps(header, ensure_ascii=False), f"{path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
