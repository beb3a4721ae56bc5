"""Learns which classes of sounds stand for each other in names, from the package's pairs: names/closeness.tsv.

    python experiments/closeness.py [--text FOLDER]

Viterbi training (Ristad and Yianilos 1998): align with the costs at hand, count, start again. Of each pair that
reading counts, of two of either side, which agrees best. No pair whose English word is held out is used.

With a folder of text (LANGUAGE.txt.gz), the log-odds of held-out pairs are set against those of English names and
words of text: what they are worth as a probability (``_SLOPE`` and ``_BIAS`` of ``names/closeness.py``).
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from ipaner.files import atomic_write, read_lines
from ipaner.names.closeness import CLASSES, NO_CLASS, Costs, Folded, evidence
from ipaner.names.folding import fold
from ipaner.names.readings import by_letters, folded_readings
from ipaner.pairs import held_out, read_pairs
from ipaner.pairs.shipped import shipped_table
from ipaner.transcription import Transcriber

ROUNDS, SMOOTHING = 6, 20.0
OUT = Path("src/ipaner/names/closeness.tsv")


def start() -> Costs:
    """Equal classes agree, vowels stand for vowels and consonants for consonants sometimes."""
    size = len(CLASSES) + 1
    vowel = np.array([False] + [c in "ieaou" for c in CLASSES])
    joint = np.where(vowel[:, None] == vowel[None, :], 0.05, 0.005)
    np.fill_diagonal(joint, 1.0)
    joint[0, :] = joint[:, 0] = np.where(vowel, 0.15, 0.05)
    joint[0, 0] = 0.0
    assert joint.shape == (size, size)
    return Costs.from_probabilities(joint / joint.sum())


def count(left: list[int], right: list[int], costs: Costs, counts: np.ndarray) -> None:
    """Count what is aligned in the best alignment."""
    pair, gap = costs.pair, costs.gap
    table = np.zeros((len(left) + 1, len(right) + 1))
    table[1:, 0] = np.cumsum(gap[left])
    table[0, 1:] = np.cumsum(gap[right])
    for i, a in enumerate(left, 1):
        for j, b in enumerate(right, 1):
            table[i, j] = min(table[i - 1, j - 1] + pair[a, b], table[i - 1, j] + gap[a], table[i, j - 1] + gap[b])
    i, j = len(left), len(right)
    while i or j:
        if i and j and np.isclose(table[i, j], table[i - 1, j - 1] + pair[left[i - 1], right[j - 1]], atol=1e-5):
            i, j = i - 1, j - 1
            counts[left[i], right[j]] += 0.5
            counts[right[j], left[i]] += 0.5
        elif i and np.isclose(table[i, j], table[i - 1, j] + gap[left[i - 1]], atol=1e-5):
            i -= 1
            counts[left[i], 0] += 0.5
            counts[0, left[i]] += 0.5
        else:
            j -= 1
            counts[right[j], 0] += 0.5
            counts[0, right[j]] += 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--text", type=Path)
    options = parser.parse_args()
    learn(options.out)
    if options.text:
        calibrate(options.text)


def calibrate(text: Path) -> None:
    """Fit the probability of a partner, if partners and words of text were as many, by its log-odds."""
    from sklearn.linear_model import LogisticRegression

    pairs = [p for p in read_pairs(shipped_table()) if p.relation == "name" and held_out(p) and " " not in p.english]
    random.Random(1).shuffle(pairs)
    true = [best(p.english, both(p.word, p.ipa.split()))[0] for p in pairs]
    chance = []
    for code in ("amh", "swa", "tam", "tha", "kat"):
        transcriber, words = Transcriber(code), set()
        for number, line in read_lines(text / f"{code}.txt.gz"):
            if number > 800:
                break
            words |= {(word.text, word.phonemes) for word in transcriber.words(line) if word.phonemes}
        listed = sorted(words)
        folded = [Folded.of([fold(p) for _, p in listed]), Folded.of([fold(by_letters(t)) for t, _ in listed])]
        for pair in pairs[:60]:
            chance.append(np.sort(best(pair.english, folded))[:-2])  # the two nearest may be the name itself
    odds = np.concatenate([true, *chance])[:, None]
    labels = np.arange(len(odds)) < len(true)
    weights = np.where(labels, 1 / len(true), 1 / (len(odds) - len(true))) * 1000
    model = LogisticRegression(C=1e6, max_iter=1000).fit(odds, labels, sample_weight=weights)
    print(f"slope {model.coef_[0, 0]:.2f}, bias {model.intercept_[0]:.2f}")


def both(text: str, phonemes: list[str]) -> list[Folded]:
    return [Folded.of([fold(phonemes)]), Folded.of(["".join(fold(by_letters(word)) for word in text.split())])]


def best(english: str, others: list[Folded]) -> np.ndarray:
    readings = [Folded.of(["".join(reading)]) for reading in folded_readings(english, "eng")]
    return np.maximum.reduce([evidence(a, b, affixes=True) for a in readings for b in others])


def learn(out: Path) -> None:
    pairs = [p for p in read_pairs(shipped_table()) if p.relation == "name" and not held_out(p)]
    sides = []
    for ipas, texts in (
        ([p.english_ipa for p in pairs], [p.english for p in pairs]),
        ([p.ipa for p in pairs], [p.word for p in pairs]),
    ):
        sides.append([fold(ipa.replace("▁", " ").split()) for ipa in ipas])
        sides.append(["".join(fold(by_letters(word)) for word in text.split()) for text in texts])
    folded = [Folded.of(side) for side in sides]
    costs = start()
    for round_ in range(ROUNDS):
        ways = [(a, b) for a in (0, 1) for b in (2, 3)]
        odds = np.stack([evidence(folded[a], folded[b], costs=costs) for a, b in ways])
        best = odds.argmax(axis=0)
        counts = np.zeros((len(CLASSES) + 1, len(CLASSES) + 1))
        for number, way in enumerate(best):
            a, b = (folded[side] for side in ways[way])
            if min(a.lengths[number], b.lengths[number]):
                left, right = a.table[number, : a.lengths[number]], b.table[number, : b.lengths[number]]
                count(left.tolist(), right.tolist(), costs, counts)
        single = counts.sum(axis=1)
        chance = np.outer(single, single) / single.sum()
        chance[0, 0] = 0.0
        joint = counts + SMOOTHING * chance / chance.sum() * len(CLASSES)
        costs = Costs.from_probabilities(joint / joint.sum())
        print(f"round {round_ + 1}: mean log-odds {odds.max(axis=0).mean():.2f}, ways {np.bincount(best, minlength=4)}")
    joint /= joint.sum()
    letters = NO_CLASS + CLASSES
    with atomic_write(out) as file:
        file.write("# Shares of aligned classes in pairs of names; '-' is none. Made by experiments/closeness.py\n")
        for i in range(len(letters)):
            for j in range(i, len(letters)):
                if joint[i, j] > 0:
                    file.write(f"{letters[i]}\t{letters[j]}\t{joint[i, j]:.4g}\n")


if __name__ == "__main__":
    main()
