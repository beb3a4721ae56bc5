"""Phoneme error of back ends against attested pronunciations, to choose among them.

    python benchmarks/transcription.py PRONUNCIATIONS [--out benchmarks/results/transcription.tsv] [LANGUAGE ...]

PRONUNCIATIONS holds ``<code>-<script>.tsv.gz`` with a word and its IPA on each line, as in WikiPron (Lee et al., 2020).
For each language the back ends that the table names in any profile are measured, and those of Epitran and
orthography2ipa for its codes. PER counts edits per reference phone, in percent; in FPER a substitution costs the share
of articulatory features in which the phones differ, so that notation weighs little. The nearest of several references
counts.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from ipaner.errors import IpanerError
from ipaner.languages import Language, all_languages
from ipaner.transcription import Vocabulary
from ipaner.transcription.backends import load
from ipaner.transcription.backends.epitran_maps import data_folder
from ipaner.transcription.canonical import canonical

Phones = tuple[str, ...]
VOCABULARY = Vocabulary.load()
FEATURES = VOCABULARY.features()


@cache
def cost(a: str, b: str) -> float:
    """Share of the articulatory features in which two phones differ."""
    return 0.0 if a == b else float(np.mean(FEATURES[VOCABULARY.id(a)] != FEATURES[VOCABULARY.id(b)]))


def edits(a: Phones, b: Phones, substitution: Callable[[str, str], float]) -> float:
    """Levenshtein distance with the given cost of a substitution."""
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], float(i)
        for j, y in enumerate(b, start=1):
            best = min(row[j] + 1, row[j - 1] + 1, previous + substitution(x, y))
            previous, row[j] = row[j], best
    return row[-1]


def references(path: Path, limit: int, seed: int) -> dict[str, list[Phones]]:
    """Up to ``limit`` words of a list, each with all of its pronunciations."""
    words: defaultdict[str, list[Phones]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, ipa = line.rstrip("\n").split("\t")[:2]
            phones = canonical(ipa)
            if phones and " " not in word and len(word) > 1:
                words[word].append(phones)
    chosen = sorted(words)
    random.Random(seed).shuffle(chosen)
    return {word: words[word] for word in chosen[:limit]}


def candidates(language: Language, script: str) -> Iterator[str]:
    """Back ends that could read a language's script, each once."""
    named = [language.backend(profile, script) for profile in ("core", "espeak", "published")]
    epitran = f"epitran:{language.code}-{script}"
    if (data_folder() / "map" / f"{language.code}-{script}.csv").is_file():
        named.append(epitran)
    named += [f"o2i:{alias}" for alias in language.aliases if len(alias) == 2]
    for name in dict.fromkeys(named):
        if name and name not in ("corpus", "romanised"):
            yield name


def measure(name: str, words: dict[str, list[Phones]]) -> tuple[float, float]:
    """PER and FPER in percent of a back end."""
    backend = load(name)
    plain = weighted = length = 0.0
    for word, known in words.items():
        found = canonical(backend.read(word).ipa)
        best = min(known, key=lambda phones: edits(found, phones, cost))
        plain += edits(found, best, lambda a, b: float(a != b))
        weighted += edits(found, best, cost)
        length += len(best)
    return 100 * plain / length, 100 * weighted / length


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pronunciations", type=Path)
    parser.add_argument("languages", nargs="*", help="codes (default: all with two candidates)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "transcription.tsv")
    parser.add_argument("--words", type=int, default=300, help="words a language (default 300)")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = ["language\tscript\twords\tback end\tPER\tFPER\tprofiles"]
    for language in all_languages():
        if arguments.languages and language.code not in arguments.languages:
            continue
        script = language.scripts[0]
        path = arguments.pronunciations / f"{language.code}-{script.lower()}.tsv.gz"
        names = list(candidates(language, script))
        if not path.exists() or (len(names) < 2 and not arguments.languages):
            continue
        words = references(path, arguments.words, arguments.seed)
        for name in names:
            try:
                per, fper = measure(name, words)
            except IpanerError:
                continue
            profiles = " ".join(p for p in ("core", "published", "espeak") if language.backend(p, script) == name)
            rows.append(f"{language.code}\t{script}\t{len(words)}\t{name}\t{per:.1f}\t{fper:.1f}\t{profiles}")
            print(rows[-1], flush=True)
    arguments.out.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
