"""What holds a model back: its error split by oracles into transcription, boundaries, types and the name memory.

    python experiments/errors.py --model bundled --data DIR --pronunciations DIR -o experiments/results/errors.json

Each oracle mends one thing and leaves the rest: the corpus's published transcription; attested pronunciations of words
that have one; gold types on the spans that were found; gold spans, of which only the type is asked; a memory that knows
every gold name, in the exact form it has in the text, or knows nothing. Strict F1, in percent, by corpus and language.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.corpora import Sentence, find_splits, read_corpus
from ipaner.document import Word
from ipaner.evaluation import strict_f1
from ipaner.labels import Span, from_spans, span_probabilities, to_spans
from ipaner.names.features import FEATURES
from ipaner.runtime.checkpoint import read_checkpoint
from ipaner.runtime.tagger import Tagger, load

_TYPES = ("PER", "ORG", "LOC")
_KNOWN = {
    "PER": ("spoken:GIVEN", "spoken:FAMILY", "letters:GIVEN", "letters:FAMILY", "own:GIVEN", "own:FAMILY"),
    "LOC": ("spoken:PLACE", "letters:PLACE", "own:PLACE"),
    "ORG": ("spoken:ORG", "letters:ORG", "own:ORG"),
}
_LONG = tuple(f for f in FEATURES if f.startswith("longer:"))


class AllKnowing(Tagger):
    """A tagger whose memory knows the gold names of the sentences at hand, and nothing else about other words."""

    gold: Iterator[Sequence[str]]

    def _told(self, sentences: Sequence[Sequence[Word]], language: str) -> list[NDArray[np.float32]]:
        assert self.memory is not None
        told = self.memory.features(sentences, language)
        for rows in told:
            for span in to_spans(next(self.gold)):
                names = list(_KNOWN[span.label]) + list(_LONG[:2])
                rows[span.start : span.end, [FEATURES.index(n) for n in names]] = 1.0
                if span.end - span.start > 1:
                    rows[span.start, FEATURES.index(f"span:B-{span.label}")] = 1.0
                    rows[span.start + 1 : span.end, FEATURES.index(f"span:I-{span.label}")] = 1.0
        return told


def attested(folder: Path | None, language: str) -> dict[str, str]:
    """Attested pronunciations of a language's words: the first of each."""
    known: dict[str, str] = {}
    for path in sorted(folder.glob(f"{language}-*.tsv.gz")) if folder else ():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                word, _, ipa = line.rstrip("\n").partition("\t")
                if ipa and word not in known:
                    known[word] = ipa.replace(" ", "")
    return known


def f1(sentences: Sequence[Sentence], found: Sequence[Sequence[str]]) -> float:
    return float(strict_f1([s.tags for s in sentences], found).f1)


def measure(
    tagger: Tagger, bare: Tagger, knowing: AllKnowing, sentences: list[Sentence], language: str, words: dict[str, str]
) -> dict[str, Any]:
    """Strict F1 as it is and under each oracle."""
    tokens = [s.tokens for s in sentences]
    plain = tagger.tag_tokens(tokens, language)
    found = [t.tags for t in plain]
    logits = [tagger._logits([t.words], language)[0] for t in plain]
    result: dict[str, Any] = {"n_sentences": len(sentences), "as it is": f1(sentences, found)}
    result["no memory"] = f1(sentences, [t.tags for t in bare.tag_tokens(tokens, language)])
    knowing.gold = iter([s.tags for s in sentences])
    result["memory knows every name"] = f1(sentences, [t.tags for t in knowing.tag_tokens(tokens, language)])
    if all(s.ipa is not None for s in sentences):
        given = tagger.tag_tokens(tokens, language, published=[s.ipa for s in sentences])
        result["published transcription"] = f1(sentences, [t.tags for t in given])
    if words:
        ipa = [[words.get(w) or words.get(w.lower(), "") for w in s.tokens] for s in sentences]
        share = np.mean([bool(x) for row in ipa for x in row])
        if share > 0.05:
            given = tagger.tag_tokens(tokens, language, published=ipa)
            result["attested pronunciations"] = f1(sentences, [t.tags for t in given])
            result["share of words attested"] = 100 * float(share)
    gold_of = [{(s.start, s.end): s.label for s in to_spans(sentence.tags)} for sentence in sentences]
    typed = [
        from_spans([Span(s.start, s.end, gold.get((s.start, s.end), s.label)) for s in to_spans(tags)], len(tags))
        for tags, gold in zip(found, gold_of, strict=True)
    ]
    result["gold types on found spans"] = f1(sentences, typed)
    guessed = [
        from_spans([Span(a, b, _best(x, a, b, tagger)) for a, b in gold], len(x))
        for x, gold in zip(logits, gold_of, strict=True)
    ]
    result["gold spans, types asked"] = f1(sentences, guessed)
    result["outcomes"] = outcomes(sentences, found)
    return result


def _best(logits: NDArray[np.float32], start: int, end: int, tagger: Tagger) -> str:
    spans = [Span(start, end, label) for label in _TYPES]
    return _TYPES[int(np.argmax(span_probabilities(logits, spans, tagger.info.labels)))]


def outcomes(sentences: Sequence[Sentence], found: Sequence[Sequence[str]]) -> dict[str, dict[str, int]]:
    """By gold type, what became of each entity: exact, wrong type, wrong boundary, missed; and spans out of nothing."""
    told: dict[str, Counter[str]] = {label: Counter() for label in (*_TYPES, "nothing")}
    for sentence, tags in zip(sentences, found, strict=True):
        gold, guess = to_spans(sentence.tags), to_spans(tags)
        for span in gold:
            same = [g for g in guess if (g.start, g.end) == (span.start, span.end)]
            touching = [g for g in guess if g.start < span.end and span.start < g.end]
            kind = "exact" if span in guess else "wrong type" if same else "wrong boundary" if touching else "missed"
            told[span.label][kind] += 1
        for guessed in guess:
            if not any(g.start < guessed.end and guessed.start < g.end for g in gold):
                told["nothing"][guessed.label] += 1
    return {label: dict(counts) for label, counts in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pronunciations", type=Path)
    parser.add_argument("--corpora", default="wikiann_zeroshot,masakhaner2,masakhaner1,mahaner,il_ner,uner,multiner_lk")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    tagger, bare = load(options.model, threads=1), load(options.model, threads=1, names=False)
    knowing = AllKnowing(read_checkpoint(options.model), threads=1, memory=tagger.memory)
    results: dict[str, dict[str, Any]] = {}
    splits = find_splits(options.data, "validation")
    for corpus in options.corpora.split(","):
        for language, path in sorted(splits[corpus].items()):
            if corpus == "masakhaner1" and language != "amh":
                continue
            sentences = read_corpus(path)[: options.limit]
            words = attested(options.pronunciations, language)
            results.setdefault(corpus, {})[language] = measure(tagger, bare, knowing, sentences, language, words)
            print(corpus, language, {k: round(v, 1) for k, v in results[corpus][language].items() if k != "outcomes"})
    options.output.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
