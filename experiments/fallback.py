"""What reads a language without rules of its own: romanisation, or a relative's rules, and which relative's.

    python experiments/fallback.py measure DATA     results/fallback.json
    python experiments/fallback.py lenders DATA     src/ipaner/languages/lenders.tsv

Where several languages of a branch could lend their rules, the lender is the one that knows most of the words (has no
letter in them unread), and among equals the one whose reading is nearest to that of all others: no pronunciation is
needed, only words. They come from DATA/text, else from DATA/pronunciations; for a language that is in neither, from the
languages that could lend.

``measure`` reads words with known pronunciations (WikiPron; Lee et al. 2020) of every language, as if it had no rules
of its own, by romanisation, by the relative that comes first in the table, by the lender that its own words choose, and
by the one that the words of its relatives choose; the error is FPER (see ``transcription.py``).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from ipaner.files import atomic_write, read_lines
from ipaner.languages import Language, all_languages, nearest
from ipaner.languages.fallback import NEVER_LENT, lenders, shared_levels
from ipaner.languages.table import Untranscribed, untranscribed
from ipaner.transcription.backends import load
from ipaner.transcription.canonical import canonical
from ipaner.transcription.scripts import is_letter, script_of
from transcription import Phones, cost, counts, edits

RESULTS = Path(__file__).parent / "results" / "fallback.json"
TABLE = Path(__file__).parents[1] / "src" / "ipaner" / "languages" / "lenders.tsv"
WORDS = 60
MOST = 40  # relatives compared
FEWEST = 20  # words that a measurement needs

Known = Language | Untranscribed


@cache
def read(backend: str, word: str) -> tuple[Phones, int]:
    """Phones and number of unknown letters."""
    reading = load(backend).read(word)
    return canonical(reading.ipa), reading.unmapped


def candidates(language: Known, script: str) -> dict[str, Language]:
    """Back ends that could be lent, each with the first of its owners; not the language's own."""
    own = language.backend("core", script) if isinstance(language, Language) else None
    found: dict[str, Language] = {}
    for other in lenders(language, script, nearest(language, len(all_languages()))):
        found.setdefault(other.backend("core", script), other)
    found.pop(own or "", None)
    closest = max((shared_levels(language, other) for other in found.values()), default=0)
    kin = {backend: other for backend, other in found.items() if shared_levels(language, other) == closest}
    return dict(islice(kin.items(), MOST))


def choose(backends: Sequence[str], words: Sequence[str]) -> str:
    """The back end that knows most of the words, and of those the one in the midst of the others."""

    def rank(backend: str) -> tuple[int, float]:
        unknown = sum(read(backend, word)[1] > 0 for word in words)
        others = (edits(read(backend, w)[0], read(o, w)[0], cost) for o in backends if o != backend for w in words)
        return unknown, sum(others)

    return min(backends, key=rank)


def pronounced(data: Path, code: str, script: str) -> dict[str, list[Phones]]:
    """Words with their pronunciations, spread over the list; empty where there are too few."""
    path = data / "pronunciations" / f"{code}-{script.lower()}.tsv.gz"
    words: defaultdict[str, list[Phones]] = defaultdict(list)
    for _, line in read_lines(path) if path.is_file() else ():
        word, cell = line.split("\t")[:2]
        pronunciations = [phones for ipa in cell.split("|") if (phones := canonical(ipa))]
        if pronunciations and " " not in word and len(word) > 1:
            words[word] += pronunciations
    chosen = sorted(words)[:: max(1, len(words) // WORDS)][:WORDS]
    return {word: words[word] for word in chosen} if len(chosen) >= FEWEST else {}


@cache
def written(data: Path, language: Known, script: str) -> tuple[str, ...]:
    """Words of a language in a script: the most frequent ones of a text, without the very short."""
    text = next((p for c in (language.code, *language.aliases) if (p := data / "text" / f"{c}.txt.gz").is_file()), None)
    seen: Counter[str] = Counter()
    for _, line in islice(read_lines(text), 3000) if text else ():
        seen.update(w for w in line.lower().split() if len(w) > 3 and all(is_letter(c) for c in w))
    words = [word for word, _ in seen.most_common(10 * WORDS) if script_of(word[0]) == script]
    return tuple(words[:: max(1, len(words) // WORDS)][:WORDS] or pronounced(data, language.code, script))


def of_kin(data: Path, kin: Collection[Language], script: str) -> list[str]:
    """As many words of each language as make up a list together."""
    lists = [words for language in kin if (words := written(data, language, script))]
    each = -(-WORDS // max(1, len(lists)))
    return [word for words in lists for word in words[:: max(1, len(words) // each)][:each]]


def error(backend: str, words: dict[str, list[Phones]]) -> float:
    """FPER in percent."""
    rows = [counts(read(backend, word)[0], references) for word, references in words.items()]
    return round(100 * sum(row[1] for row in rows) / sum(row[2] for row in rows), 2)


def measured(data: Path) -> Iterator[dict[str, Any]]:
    for language in (*all_languages(), *untranscribed()):
        for script in language.scripts:
            words = pronounced(data, language.code, script)
            found = candidates(language, script) if words else {}
            if not found:
                continue
            chosen = choose(list(found), list(words))
            central = choose(list(found), of_kin(data, found.values(), script))
            yield {
                "language": language.code,
                "script": script,
                "levels": shared_levels(language, found[chosen]),
                "candidates": len(found),
                "words": len(words),
                "romanised": error("romanised", words),
                "first": error(next(iter(found)), words),
                "lender": error(chosen, words),
                "lender_of_kin": error(central, words),
                "lender_code": found[chosen].code,
            }


GROUPS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "all": lambda row: row["script"] not in NEVER_LENT,
    "Latin": lambda row: row["script"] == "Latn",
    "Arabic": lambda row: row["script"] == "Arab",
    "Cyrillic": lambda row: row["script"] == "Cyrl",
    "Indic and Ethiopic": lambda row: row["script"] in ("Deva", "Beng", "Guru", "Gujr", "Ethi"),
    "several candidates": lambda row: row["candidates"] > 1 and row["script"] not in NEVER_LENT,
}


def measure(data: Path) -> None:
    rows = []
    for row in measured(data):
        rows.append(row)
        print(*row.values(), flush=True)
    header = {"command": "python experiments/fallback.py measure DATA", "words": WORDS, "measure": "FPER in percent"}
    with atomic_write(RESULTS) as file:
        file.write(json.dumps(header | {"means": means(rows), "lists": rows}, indent=1) + "\n")


def means(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean error of each group of lists."""
    groups = {name: [row for row in rows if belongs(row)] for name, belongs in GROUPS.items()}
    systems = ("romanised", "first", "lender", "lender_of_kin")
    return {
        name: {"lists": len(group)} | {s: round(sum(row[s] for row in group) / len(group), 2) for s in systems}
        for name, group in groups.items()
    }


def write_lenders(data: Path) -> None:
    lines = ["code\tscript\tlender"]
    for language in untranscribed():
        for script in language.scripts:
            found = {} if script in NEVER_LENT else candidates(language, script)
            if len(found) > 1:
                words = written(data, language, script)
                words = words if len(words) >= FEWEST else tuple(of_kin(data, found.values(), script))
                lines.append(f"{language.code}\t{script}\t{found[choose(list(found), words)].code}")
                print(lines[-1], len(words), len(found), flush=True)
    with atomic_write(TABLE) as file:
        file.write("\n".join(lines) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("measure", "lenders"))
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    (measure if options.task == "measure" else write_lenders)(options.data)


if __name__ == "__main__":
    main()
