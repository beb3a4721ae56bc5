"""Phone errors of transcription against attested pronunciations: our profiles beside four other systems.

    python experiments/transcription.py measure DATA [CODE ...]     results/transcription.json
    python experiments/transcription.py choose DATA [CODE ...]      what every back end makes of the other words
    python experiments/transcription.py tables                      what package and docs take from the results

DATA holds ``pronunciations/<code>-<script>.tsv.gz`` from WikiPron (Lee et al. 2020), a word and its pronunciations with
``|`` between them on each line, and ``ner/target/wikiann_zeroshot``. The words of a list that have no blank and more
than one letter are shuffled and dealt out in two halves of up to 400: by one half back ends are chosen, of the other
errors are reported. Where a back end ``letters:`` has learnt from the list, only words that it was not shown are used.

PER counts edits per reference phone, in percent; in FPER a substitution costs the share of panphon's articulatory
features in which the phones differ, so that notation weighs little. All is compared in canonical form, which has no
stress and no tone. The nearest of several references counts. Intervals: 95 %, from 200 resamples of the words.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from letters import kept_out
from numpy.typing import NDArray
from transcription_systems import candidates, learnt_from_list, others, versions
from transcription_tables import RESULTS, summarise, write_tables

from ipaner.errors import IpanerError
from ipaner.files import atomic_write, read_lines
from ipaner.languages import PROFILES, Language, all_languages, get
from ipaner.transcription import Transcriber
from ipaner.transcription.backends import load
from ipaner.transcription.backends.letters import prepare
from ipaner.transcription.canonical import canonical
from ipaner.transcription.inventory import features
from ipaner.transcription.scripts import is_letter

WORDS = 400
SEED = 7
RESAMPLES = 200
CODES = {"hbs-Latn": "hrv-Latn", "hbs-Cyrl": "srp-Cyrl"}
"""Lists that go by a code the table does not have."""
PUBLISHED_WITH_EPITRAN = "aii ceb csb ilo jav kin kir mar mri pan que sin som tel tgk uig uzb yor"
"""What the papers transcribed with Epitran."""

Phones = tuple[str, ...]
Words = dict[str, list[Phones]]


def lists(data: Path, codes: list[str]) -> Iterator[tuple[str, Language, Path]]:
    """Name, language (the list's script first) and file of each list whose language and script the table knows."""
    known = {language.code for language in all_languages()}
    for path in sorted((data / "pronunciations").glob("*.tsv.gz")):
        code, script = path.name.removesuffix(".tsv.gz").split("-")
        name = f"{code}-{script.title()}"
        try:
            language = get(CODES.get(name, name))
        except IpanerError:
            continue
        if language.code in known and language.scripts[0] == script.title() and (not codes or language.code in codes):
            yield name, language, path


def halves(path: Path, language: Language) -> tuple[Words, Words]:
    """Words to choose by and words to report on, each with its pronunciations."""
    words: defaultdict[str, list[Phones]] = defaultdict(list)
    for _, line in read_lines(path):
        word, cell = line.split("\t")[:2]
        pronunciations = [phones for ipa in cell.split("|") if (phones := canonical(ipa))]
        if pronunciations and " " not in word and len(word) > 1:
            words[word] += pronunciations
    shuffled = sorted(words)
    if learnt_from_list(f"letters:{language.code}-{language.scripts[0]}"):
        shuffled = [word for word in shuffled if kept_out(prepare(word))]
    random.Random(SEED).shuffle(shuffled)
    chosen, reported = shuffled[0 : 2 * WORDS : 2], shuffled[1 : 2 * WORDS : 2]
    return {word: words[word] for word in chosen}, {word: words[word] for word in reported}


@cache
def cost(a: str, b: str) -> float:
    """Share of the articulatory features in which two phones differ."""
    if a == b:
        return 0.0
    first, second = features(a), features(b)
    if first is None or second is None:
        return 1.0
    return sum(x != y for x, y in zip(first, second, strict=True)) / len(first)


def edits(a: Phones, b: Phones, substitution: Callable[[str, str], float]) -> float:
    """Levenshtein distance with the given cost of a substitution."""
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], float(i)
        for j, y in enumerate(b, start=1):
            best = min(row[j] + 1, row[j - 1] + 1, previous + substitution(x, y))
            previous, row[j] = row[j], best
    return row[-1]


def counts(found: Phones, references: list[Phones]) -> tuple[float, float, int]:
    """Edits, edits weighted by features, and length of the nearest reference."""
    weighted, nearest = min(((edits(found, known, cost), known) for known in references), key=lambda pair: pair[0])
    return edits(found, nearest, lambda a, b: float(a != b)), weighted, len(nearest)


def rates(table: NDArray[np.float64]) -> dict[str, Any]:
    """PER and FPER in percent, with intervals, of rows as `counts` gives them."""
    picks = np.random.default_rng(SEED).integers(len(table), size=(RESAMPLES, len(table)))
    sums = table[picks].sum(axis=1)
    result: dict[str, Any] = {}
    for place, name in enumerate(("per", "fper")):
        result[name] = round(float(100 * table[:, place].sum() / table[:, 2].sum()), 2)
        ends = np.percentile(100 * sums[:, place] / sums[:, 2], (2.5, 97.5))
        result[f"{name}_interval"] = [round(float(end), 2) for end in ends]
    return result


def measure(transcribe: Callable[[str], Phones], words: Words) -> dict[str, Any]:
    """Error rates of a system, and the share of words it has no phone for."""
    found = {word: transcribe(word) for word in words}
    table = np.array([counts(found[word], references) for word, references in words.items()])
    return rates(table) | {"empty_percent": percent(not phones for phones in found.values())}


def percent(outcomes: Iterable[bool]) -> float:
    table = list(outcomes)
    return round(100 * sum(table) / len(table), 3)


def systems(language: Language, words: Words) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every profile and every other system that knows the language, with its errors."""
    for profile in PROFILES:
        backend = language.backend(profile, language.scripts[0])
        if backend != "corpus":
            transcriber = Transcriber(language, profile)
            yield profile, {"backend": backend} | measure(lambda word, t=transcriber: t.transcribe(word)[0], words)
    for system, name, reader in others(language):
        result = {"name": name} | measure(lambda word, r=reader: canonical(r(word)), words)
        if system == "epitran":
            ours = load(f"epitran:{name}", as_published=True)
            result["our_engine_same_percent"] = percent(
                ours.read(word).ipa == unicodedata.normalize("NFC", reader(word)) for word in words
            )
        yield system, result


def choose(name: str, language: Language, words: Words) -> Iterator[str]:
    """A line for every back end that could read the language: list, words, back end, PER, FPER, profiles it serves."""
    for backend in candidates(language):
        read = load(backend).read
        errors = measure(lambda word, read=read: canonical(read(word).ipa), words)
        profiles = " ".join(p for p in PROFILES if language.backend(p, language.scripts[0]) == backend)
        yield f"{name}\t{len(words)}\t{backend}\t{errors['per']}\t{errors['fper']}\t{profiles}"


def published(data: Path, language: Language) -> dict[str, Any] | None:
    """How often the back end of ``published`` writes the very string that stands in the papers' corpus."""
    backend = load(language.backend("published"), as_published=True)
    same = []
    for path in sorted((data / "ner" / "target" / "wikiann_zeroshot" / language.code).glob("*.jsonl.gz")):
        for _, line in read_lines(path):
            sentence = json.loads(line)
            for word, ipa in zip(sentence["tokens"], sentence["ipa"], strict=True):
                if any(map(is_letter, word)):
                    same.append(backend.read(word).ipa == ipa)
    return {"words": len(same), "same_percent": percent(same)} if same else None


def measure_all(data: Path, codes: list[str]) -> None:
    """Write the results after every list; with codes, only their lists are measured, the others stay."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if codes and RESULTS.is_file() else {}
    results |= {"command": "python experiments/transcription.py measure DATA", "date": f"{datetime.date.today()}"}
    results |= {"words": WORDS, "seed": SEED, "resamples": RESAMPLES, "versions": versions()}
    results |= {"summary": {}, "published": results.get("published", {}), "lists": results.get("lists", {})}
    for code in PUBLISHED_WITH_EPITRAN.split():
        if (not codes or code in codes) and (agreement := published(data, get(code))):
            results["published"][code] = agreement
    for name, language, path in lists(data, codes):
        words = halves(path, language)[1]
        row = {"language": language.code, "script": language.scripts[0], "words": len(words)}
        results["lists"][name] = row | {"systems": dict(systems(language, words))}
        results["lists"] = dict(sorted(results["lists"].items()))
        results["summary"] = summarise(results["lists"])
        with atomic_write(RESULTS) as file:
            file.write(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
        shown = " ".join(f"{system} {errors['fper']}" for system, errors in results["lists"][name]["systems"].items())
        print(name, len(words), shown, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("measure", "choose", "tables"))
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("codes", nargs="*", help="languages (default: all)")
    options = parser.parse_args()
    if options.task == "tables":
        write_tables()
    elif options.data is None:
        parser.error("DATA is missing")
    elif options.task == "measure":
        measure_all(options.data, options.codes)
    else:
        for name, language, path in lists(options.data, options.codes):
            for line in choose(name, language, halves(path, language)[0]):
                print(line, flush=True)


if __name__ == "__main__":
    main()
