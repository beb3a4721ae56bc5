"""Speed, loading and memory of transcription on one core: our engine for Epitran's maps beside four other systems.

    python benchmarks/transcription_speed.py --out benchmarks/results/transcription_speed.json

Every figure comes from a process of its own; the systems take turns. Seconds are the processor's, so that other work on
the machine does not count. A table is written beside the JSON file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path
from statistics import median
from typing import Any

Reader = Callable[[str], object]

LANGUAGES = {
    "mri": ("mri-Latn", "mi", "mi"),
    "kin": ("kin-Latn", "", "rw"),
    "sin": ("sin-Sinh", "si", "si"),
    "uig": ("uig-Arab", "ug", "ug"),
    "tel": ("tel-Telu", "te", "te"),
    "kir": ("kir-Cyrl", "ky", "ky"),
}
"""Languages of the demo, with their names in Epitran, espeak-ng (which has no Kinyarwanda) and orthography2ipa."""

IMPORTS = {
    "engine": "ipaner.transcription.backends.epitran_maps",
    "transcriber": "ipaner.transcription",
    "epitran": "epitran",
    "espeak-ng": "ipaner.transcription.backends.espeak",
    "orthography2ipa": "orthography2ipa",
    "uroman": "uroman",
}
NAMES = {
    "engine": "ipaner's engine for Epitran's maps",
    "transcriber": "ipaner, with routing and canonical form",
    "epitran": "Epitran",
    "espeak-ng": "espeak-ng, through ipaner",
    "orthography2ipa": "orthography2ipa",
    "uroman": "uroman",
}
PACKAGES = ("epitran", "espeakng-loader", "orthography2ipa", "uroman")


def load(system: str, language: str) -> Reader:
    """A reader of one word."""
    module = import_module(IMPORTS[system])
    epitran, voice, code = LANGUAGES[language]
    if system == "engine":
        return module.EpitranMap(epitran).read
    if system == "transcriber":
        return module.Transcriber(language).transcribe
    if system == "epitran":
        return module.Epitran(epitran).transliterate
    if system == "espeak-ng":
        return module.Espeak(voice).read
    if system == "orthography2ipa":
        return module.G2P(code).transcribe_word
    roman = module.Uroman()
    return lambda word: roman.romanize_string(word, lcode=language)


def work(job: dict[str, Any]) -> dict[str, float]:
    """Import, load, read a first word, then new words until they or the seconds run out."""
    start = time.process_time()
    import_module(IMPORTS[job["system"]])
    imported = time.process_time()
    read = load(job["system"], job["language"])
    first, *words = job["words"]
    read(first)
    ready = time.process_time()
    done = 0
    while done < len(words) and time.process_time() < ready + job["seconds"]:
        for word in words[done : done + 100]:
            read(word)
        done += 100
    spent = time.process_time() - ready
    from systems import memory

    return {
        "import_s": imported - start,
        "ready_s": ready - imported,
        "words_s": min(done, len(words)) / spent,
        "peak_mb": memory()["peak"],
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    from speed import ENVIRONMENT, machine, pin, progress
    from texts import make_texts

    core = pin(options.core)
    texts = make_texts(list(LANGUAGES), {"words": 100}, options.words, options.seed)["words"]
    words = {
        language: list(dict.fromkeys(word for sentence in sentences for word in sentence.rstrip(".").split()))
        for language, sentences in texts.items()
    }
    runs: dict[str, Any] = {system: {language: [] for language in LANGUAGES} for system in IMPORTS}
    for number in range(options.repeats):
        for language in LANGUAGES:
            progress(f"round {number + 1} of {options.repeats}: {language}")
            for system in IMPORTS:
                if system == "espeak-ng" and not LANGUAGES[language][1]:
                    continue
                job = {"system": system, "language": language, "words": words[language], "seconds": options.seconds}
                run = subprocess.run(
                    [sys.executable, __file__, "--work"],
                    input=json.dumps(job),
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                    env=ENVIRONMENT,
                    check=True,
                )
                runs[system][language].append(json.loads(run.stdout.splitlines()[-1]))
    return {
        "parameters": {name: getattr(options, name) for name in ("words", "seconds", "repeats", "seed")},
        "machine": machine(core, None) | {"compared": {name: metadata.version(name) for name in PACKAGES}},
        "distinct_words": {language: len(part) for language, part in words.items()},
        "runs": runs,
    }


def markdown(results: dict[str, Any]) -> str:
    """Medians over the rounds, by language and over all."""
    machine, parameters = results["machine"], results["parameters"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["compared"].items())
    lines = [
        "# Speed of transcription, loading, memory\n",
        f"- One core of: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}",
        f"- ipaner {machine['ipaner']}; {versions}",
        f"- Medians of {parameters['repeats']} rounds, each run a process of its own. Seconds of the processor.",
        "- No word comes twice, so nothing is remembered.\n",
    ]
    for title, key, factor in (
        ("New words a second", "words_s", 1),
        ("Milliseconds to load a language and read a first word, after imports", "ready_s", 1000),
        ("Milliseconds of imports", "import_s", 1000),
        ("Memory, MB, peak of the process", "peak_mb", 1),
    ):
        lines += [f"## {title}\n", *_table(results["runs"], key, factor), ""]
    return "\n".join(lines)


def _table(runs: dict[str, Any], key: str, factor: int) -> Iterator[str]:
    yield f"| system | {' | '.join(LANGUAGES)} |"
    yield f"| --- | {' | '.join(['---:'] * len(LANGUAGES))} |"
    for system, by_language in runs.items():
        cells = []
        for found in by_language.values():
            middle = median(run[key] for run in found) if found else None
            cells.append("" if middle is None else f"{middle * factor:,.0f}")
        yield f"| {NAMES[system]} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, default=Path("benchmarks/results/transcription_speed.json"))
    add("--words", type=int, default=20_000, help="new words for each language")
    add("--seconds", type=float, default=1.5, help="after which a system is stopped, of processor time")
    add("--repeats", type=int, default=3, help="rounds")
    add("--seed", type=int, default=1, help="seed of the words' variation")
    add("--core", type=int, help="the core to stay on; by default the last one allowed")
    add("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(work(json.load(sys.stdin))))
        return
    results = measure(options)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = markdown(results)
    options.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
