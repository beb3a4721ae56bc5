"""How well a name is found by sound across scripts: English -> name and name -> English, among 1,000 candidates.

    ipaner align experiments/ipac.yaml --stage1 runs/STAGE1/checkpoint --set seed=1 --out runs/ret-ipac-1   # 2, 3, too
    python experiments/retrieval.py --data PAIRS --stage1 runs/STAGE1/checkpoint \\
        --aligned runs/ret-ipac-{1,2,3}/checkpoint

PAIRS holds LANGUAGE.tsv.gz with English and other words; only names are asked. No English word and no partner of the
package's table of pairs is among them, in any language: that table is what IPAC, the name encoder and the costs of
``names/closeness.tsv`` were learnt from. Candidates are partners of the names asked; where a language has too few, its
other words fill them up. Phonemes are this package's own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from name_encoder import NameEncoder, train
from numpy.typing import NDArray

from ipaner.files import atomic_write, read_lines
from ipaner.languages import get
from ipaner.model.checkpoint import load_checkpoint
from ipaner.names.closeness import evidence, own_evidence
from ipaner.names.match import _ARTICULATION, _SOUND, Readings, sound_distances
from ipaner.names.vectors import sound_vectors
from ipaner.pairs import Pair, held_out, read_pairs
from ipaner.pairs.pair import to_ipa
from ipaner.pairs.shipped import shipped_table
from ipaner.training.contrastive.data import encode_pairs
from ipaner.training.contrastive.space import embed
from ipaner.transcription import Transcriber, Vocabulary
from ipaner.transcription.distance import distances

LANGUAGES = [
    *("kor", "jpn", "cmn", "hin", "ara", "tam", "tha", "kat", "amh"),
    *("rus", "ell", "heb", "ben", "mya", "khm", "sin", "ori"),
]
QUERIES, CANDIDATES = 120, 1000
SEED, RESAMPLES = 0, 1000
OUT = Path("experiments/results/retrieval.json")

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """Names of one side: how they are written, in which language, and their IPA, blanks between phones."""

    texts: list[str]
    language: str
    readings: Readings
    ipa: list[str]
    """With breaks between words."""

    def take(self, rows: slice) -> Side:
        r = self.readings
        part = Readings(r.ipa[rows], r.spoken[rows], r.letters[rows])
        return Side(self.texts[rows], self.language, part, self.ipa[rows])

    def __len__(self) -> int:
        return len(self.texts)


def side(texts: list[str], language: str, transcriber: Transcriber) -> Side:
    ipa = [to_ipa(w.phonemes for w in transcriber.tokens(text.split()) if w.phonemes) for text in texts]
    return Side(texts, language, Readings.of([(text, language) for text in texts]), ipa)


def pairs_of(language: str, data: Path, trained: tuple[set[str], set[str]]) -> tuple[list[tuple[str, str]], int]:
    """Pairs of names to measure on and, behind them, pairs of other words; how many the former are."""
    names: list[tuple[str, str]] = []
    rest: list[tuple[str, str]] = []
    for number, line in read_lines(data / f"{language}.tsv.gz"):
        english, _, word, _, relation = line.split("\t")[:5]
        if number > 1 and english.strip() and word.strip() and english.casefold() != word.casefold():
            fresh = relation == "name" and english.casefold() not in trained[0] and word not in trained[1]
            (names if fresh else rest).append((english, word))
    rng = np.random.default_rng([SEED, LANGUAGES.index(language)])
    seen: set[str] = set()
    chosen = []
    for group in (names, rest):
        kept = []
        for place in rng.permutation(len(group)):
            english, word = group[place]
            if english.casefold() not in seen and word not in seen:
                seen |= {english.casefold(), word}
                kept.append((english, word))
        chosen.append(kept)
    return (chosen[0] + chosen[1])[:CANDIDATES], min(len(chosen[0]), CANDIDATES)


# Systems: queries and candidates -> scores, (queries, candidates), the higher the nearer


_LAST: list[tuple[Side, Side, Scores]] = []


def articulatory(a: Side, b: Side) -> Scores:
    """Computed once for the two systems that use it."""
    for one, other, scores in _LAST:
        if (one.texts, other.texts) == (a.texts, b.texts):
            return scores
    _LAST[:] = [*_LAST[-1:], (a, b, _articulatory(a, b))]
    return _LAST[-1][2]


def _articulatory(a: Side, b: Side) -> Scores:
    return -distances([ipa for ipa in a.readings.ipa for _ in range(len(b))], list(b.readings.ipa) * len(a)).reshape(
        len(a), len(b)
    )


def romanised(a: Side, b: Side) -> Scores:
    left, right = uroman(a), uroman(b)
    return -np.array([[edits(x, y) for y in right] for x in left])


def edits(x: str, y: str) -> float:
    import editdistance

    return float(editdistance.eval(x, y)) / max(len(x), len(y), 1)


_ROMANISER: list[object] = []


def uroman(one: Side) -> list[str]:
    if not _ROMANISER:
        from uroman import Uroman

        _ROMANISER.append(Uroman())
    read = _ROMANISER[0].romanize_string  # type: ignore[attr-defined]
    return ["".join(read(text, lcode=one.language).casefold().split()) for text in one.texts]


def search(a: Side, b: Side) -> Scores:
    """As ``names search`` ranks words for a query."""
    best = np.full((len(a), len(b)), -np.inf)
    for left in a.readings.folded:
        own = own_evidence(left)
        for row in range(len(a)):
            if left.lengths[row]:
                for right in b.readings.folded:
                    odds = evidence(left.take(np.array([row])), right, affixes=True)
                    best[row] = np.maximum(best[row], odds / own[row])
    return best


def match(a: Side, b: Side) -> Scores:
    """As ``names match`` ranks partners."""
    rows, columns = np.repeat(np.arange(len(a)), len(b)), np.tile(np.arange(len(b)), len(a))
    away, _ = sound_distances(a.readings, b.readings, rows, columns)
    return -_SOUND * away.reshape(len(a), len(b)) + _ARTICULATION * articulatory(a, b)


def vectors_of_sounds(a: Side, b: Side) -> Scores:
    """As long lists are narrowed down, without the whitening."""
    left, right = (sound_vectors(s.readings.spoken) + sound_vectors(s.readings.letters) for s in (a, b))
    return cosines(left, right)


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> Scores:
    left, right = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9) for x in (left, right))
    return np.asarray(left @ right.T, dtype=np.float64)


def embedding(checkpoint: Path) -> Callable[[Side, Side], Scores]:
    model, _ = load_checkpoint(checkpoint)
    vocabulary = Vocabulary.load()

    def score(a: Side, b: Side) -> Scores:
        left, right = (embed(model, ids(s, vocabulary)) for s in (a, b))
        return cosines(left, right)

    return score


def ids(one: Side, vocabulary: Vocabulary) -> list[list[list[int]]]:
    pairs = [
        Pair(one.language, text, text, "name", "", "", ipa or "a", ipa or "a")
        for text, ipa in zip(one.texts, one.ipa, strict=True)
    ]
    return encode_pairs(pairs, vocabulary).anchors


def encoder(network: NameEncoder) -> Callable[[Side, Side], Scores]:
    vocabulary = Vocabulary.load()

    def score(a: Side, b: Side) -> Scores:
        left, right = (network.vectors([[p for w in name for p in w] for name in ids(s, vocabulary)]) for s in (a, b))
        return cosines(left, right)

    return score


def ranks(scores: Scores) -> NDArray[np.float64]:
    """Rank of the own partner of each query, row i's in column i; ties share the middle of their ranks."""
    own = np.diag(scores)[:, None]
    return 1 + (scores > own).sum(1) + ((scores == own).sum(1) - 1) / 2


def summary(by_language: dict[str, list[NDArray[np.float64]]]) -> dict[str, object]:
    """Means over languages of MRR and recall in percent, with 95 % intervals; several runs of a system are averaged."""
    measures = {"mrr": lambda r: 1 / r, "recall_at_1": lambda r: r < 2, "recall_at_10": lambda r: r < 11}
    rng = np.random.default_rng(SEED)
    out: dict[str, object] = {"languages": {}}
    for name, measure in measures.items():
        values = {code: 100 * np.mean([measure(r) for r in runs], axis=0) for code, runs in by_language.items()}
        drawn = [
            np.mean([v[rng.integers(len(v), size=len(v))].mean() for v in values.values()]) for _ in range(RESAMPLES)
        ]
        out[name] = round(float(np.mean([v.mean() for v in values.values()])), 2)
        out[f"{name}_interval"] = [round(float(x), 2) for x in np.percentile(drawn, [2.5, 97.5])]
        for code, v in values.items():
            out["languages"].setdefault(code, {})[name] = round(float(v.mean()), 2)  # type: ignore[attr-defined]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--stage1", type=Path)
    parser.add_argument("--aligned", type=Path, nargs="*", default=[])
    parser.add_argument("--encoders", type=int, default=1, help="Name encoders to train, seeds 1, 2, …")
    parser.add_argument("--languages", nargs="*", default=LANGUAGES)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    torch.set_num_threads(1)

    table = read_pairs(shipped_table())
    trained = {p.english.casefold() for p in table}, {p.word for p in table}
    fixed = {"articulatory edit distance": articulatory, "uroman + edit distance": romanised,
             "vectors of sounds": vectors_of_sounds, "names search": search, "names match": match}  # fmt: skip
    systems: dict[str, list[Callable[[Side, Side], Scores]]] = {name: [score] for name, score in fixed.items()}
    if options.stage1:
        systems["tagger's embedding"] = [embedding(options.stage1)]
    if options.aligned:
        systems["tagger's embedding after IPAC"] = [embedding(path) for path in options.aligned]
    if options.encoders:
        learn = [p for p in table if p.relation == "name" and not held_out(p)]
        start = time.process_time()
        systems["name encoder"] = [encoder(train(learn, seed)) for seed in range(1, options.encoders + 1)]
        print(f"encoders trained in {time.process_time() - start:.0f} s", file=sys.stderr, flush=True)
    found: dict[str, dict[str, dict[str, list[NDArray[np.float64]]]]] = {}
    counts = {}
    english = Transcriber("eng")
    for code in options.languages:
        pairs, names = pairs_of(code, options.data, trained)
        asked = min(names, options.queries)
        counts[code] = {"queries": asked, "names": names, "candidates": len(pairs), "script": get(code).scripts[0]}
        left = side([e for e, _ in pairs], "eng", english)
        right = side([w for _, w in pairs], code, Transcriber(code))
        for name, runs in systems.items():
            for direction, queries, candidates in (("to English", right, left), ("from English", left, right)):
                measured = [ranks(run(queries.take(slice(asked)), candidates)) for run in runs]
                found.setdefault(name, {}).setdefault(direction, {})[code] = measured
        line = {name: round(100 * float(np.mean(1 / found[name]["to English"][code][0])), 1) for name in systems}
        print(code, counts[code], line, file=sys.stderr, flush=True)
    write(options, counts, found)


def write(options: argparse.Namespace, counts: object, found: dict) -> None:  # type: ignore[type-arg]
    result = {
        "command": "python experiments/retrieval.py " + " ".join(sys.argv[1:]),
        "seed": SEED,
        "resamples": RESAMPLES,
        "languages": counts,
        "systems": {
            name: {direction: summary(by) for direction, by in directions.items()}
            | {"runs": len(next(iter(next(iter(directions.values())).values())))}
            for name, directions in found.items()
        },
    }
    with atomic_write(options.out) as file:
        file.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
