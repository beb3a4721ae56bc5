"""The results of ``speed.py`` as a table in Markdown; run by itself, it writes the table of a results file again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

NAMES = {"int8": "ipaner, int8", "fp32": "ipaner, fp32", "reference": "Epitran + RoBERTa"}
PASSES = {"new": "new words", "warm": "the same again"}


def markdown(results: dict[str, Any]) -> str:
    """All tables, medians with the range in brackets."""
    return "\n".join(
        [
            *_head(results),
            *_throughput(results),
            *_stages(results),
            *_languages(results),
            *_cold(results),
            *_memory(results),
            *_size(results),
        ]
    )


def speeds(results: dict[str, Any], system: str, name: str, length: str) -> list[float]:
    """Words a second, one figure a round."""
    words = results["text"]["words"][length]
    return [words / sum(run["seconds"][name][length].values()) for run in results["throughput"][system]]


def _head(results: dict[str, Any]) -> Iterator[str]:
    machine, options, text = results["machine"], results["parameters"], results["text"]
    core, loads = machine["pinned_to_core"], machine["load_average_before_and_after"]
    yield "# Speed, start-up, memory, size\n"
    yield (
        f"- Machine: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}; "
        + ("not pinned" if core is None else f"all on core {core}")
    )
    if loads:
        yield f"- Load average: before {loads[0][0]:.1f}, after {loads[1][0]:.1f}; the benchmark itself makes 1"
    model = results["model"]
    yield f"- ipaner {machine['ipaner']}, model {model['name']}, {model['network_mb']:.1f} MB in int8"
    yield f"- {', '.join(f'{name} {version}' for name, version in machine['versions'].items())}"
    yield f"- Text in {options['languages']}: {text['words']['short']} words in sentences of {options['short']} words,"
    yield f"  {text['words']['long']} in sentences of {options['long']}, {text['distinct_share']:.0%} of them distinct"
    if "reference" in results["throughput"]:
        yield "- Epitran + RoBERTa is what a user of the papers' code runs: Epitran word by word, then a network of"
        network, batch = f"{options['layers']} layers x {options['width']}", options["batch"]
        yield f"  {network} in torch, fp32, in batches of {batch} sentences of"
        yield "  about equal length. Its weights are random, which costs the same time as trained ones."
    yield f"- Medians, with the range of {options['repeats']} rounds ({options['cold']} of cold starts) in brackets."
    yield "  The systems take turns, and a ratio is taken within a round.\n"


def _throughput(results: dict[str, Any]) -> Iterator[str]:
    yield "## Words a second, from text to entities\n"
    yield from _row("system", "words", "short sentences", "long sentences", "to the reference, short", "long")
    yield from _row(*["---"] * 2, *["---:"] * 4)
    reference = "reference" in results["throughput"]
    for system, runs in results["throughput"].items():
        for name in runs[0]["seconds"]:
            figures = {length: speeds(results, system, name, length) for length in ("short", "long")}
            ratios = ["", ""]
            if reference and system != "reference":
                ratios = [
                    _spread(_ratios(figures[length], speeds(results, "reference", "new", length)), ".0f") + " ×"
                    for length in figures
                ]
            yield from _row(NAMES[system], PASSES[name], *(_spread(f, ",.0f") for f in figures.values()), *ratios)
    yield "\nNew words: none was met before. The same again: each word is remembered. Running text lies between."
    if reference:
        yield "Epitran remembers nothing, so the reference runs once and both of ours are compared with that."
    shares = [run["core_share"] for runs in results["throughput"].values() for run in runs]
    yield f"The processes had the core for {min(shares):.0%} of the time or more: below 95 %, others disturbed them.\n"


def _stages(results: dict[str, Any]) -> Iterator[str]:
    yield "## Where the time goes\n"
    stages = list(dict.fromkeys(s for runs in results["throughput"].values() for s in _any_stages(runs[0])))
    stages = [*(stage for stage in stages if stage != "other"), "other"]
    yield from _row("system", "words", "sentences", *stages)
    yield from _row(*["---"] * 3, *["---:"] * len(stages))
    for system, runs in results["throughput"].items():
        for name, lengths in runs[0]["stages"].items():
            for length in lengths:
                shares = ([run["stages"][name][length].get(stage) for run in runs] for stage in stages)
                cells = ("" if None in share else f"{median(share):.0%}" for share in shares)
                yield from _row(NAMES[system], PASSES[name], length, *cells)
    yield ""


def _any_stages(run: dict[str, Any]) -> dict[str, float]:
    stages: dict[str, float] = run["stages"]["new"]["short"]
    return stages


def _languages(results: dict[str, Any]) -> Iterator[str]:
    yield "## By language (int8, long sentences, words a second)\n"
    runs = results["throughput"]["int8"]
    languages = list(runs[0]["seconds"]["new"]["long"])
    words = results["text"]["words"]["long"] / len(languages)
    yield from _row("words", *languages)
    yield from _row("---", *["---:"] * len(languages))
    for name, title in PASSES.items():
        figures = ([words / run["seconds"][name]["long"][language] for run in runs] for language in languages)
        yield from _row(title, *(f"{median(figure):,.0f}" for figure in figures))
    yield ""


def _cold(results: dict[str, Any]) -> Iterator[str]:
    cold = results["cold"]
    steps = list(cold["int8"][0]["steps_s"])
    yield f"## Cold start: one sentence ({results['parameters']['language']}), milliseconds\n"
    yield from _row("system", "total", *steps)
    yield from _row("---", *["---:"] * (len(steps) + 1))
    for system in [system for system in NAMES if system in cold]:
        runs = cold[system]
        parts = ([1000 * run["steps_s"][step] for run in runs] for step in steps)
        total = _spread([1000 * run["total_s"] for run in runs], ",.0f")
        yield from _row(NAMES[system], total, *(f"{median(part):,.0f}" for part in parts))
    first, whole = ([1000 * run[key] for run in cold["command"]] for key in ("first_line_s", "total_s"))
    yield f"\nThe command `ipaner tag`, shell to first line: {_spread(first, ',.0f')};"
    yield f"to its end: {_spread(whole, ',.0f')}."
    if "reference" in cold:
        ratio = _ratios(*([run["total_s"] for run in cold[system]] for system in ("reference", "int8")))
        yield f"Epitran + RoBERTa needs {_spread(ratio, '.1f')} times as long."
    imports = ", ".join(f"{name} {1000 * seconds:,.0f}" for name, seconds in results["imports_s"].items())
    yield f"Imports of the command, by package: {imports}.\n"


def _memory(results: dict[str, Any]) -> Iterator[str]:
    yield "## Resident memory, MB, peak of a process\n"
    yield from _row("system", "one sentence, one language", "all languages loaded", "all text tagged")
    yield from _row("---", *["---:"] * 3)
    for system, runs in results["throughput"].items():
        one = [run["memory"]["peak"] for run in results["cold"].get(system, [])]
        loaded, tagged = ([run[key]["peak"] for run in runs] for key in ("memory_loaded", "memory_tagged"))
        yield from _row(NAMES[system], *(_spread(part, ",.0f") for part in (one, loaded, tagged)))
    if "reference" in results["throughput"]:
        pairs = (
            [[run["memory_tagged"]["peak"] for run in results["throughput"][s]] for s in ("reference", "int8")],
            [[run["memory"]["peak"] for run in results["cold"][s]] for s in ("reference", "int8")],
        )
        ratios = [_spread(_ratios(*pair), ".1f") for pair in pairs]
        yield f"\nEpitran + RoBERTa takes {ratios[1]} times as much for one sentence, {ratios[0]} times for all text."
    yield ""


def _size(results: dict[str, Any]) -> Iterator[str]:
    yield "## Installed size, MB\n"
    for system, sizes in results["installed_mb"].items():
        largest = ", ".join(f"{name} {size:.1f}" for name, size in list(sizes.items())[:12])
        name = (
            "ipaner and all it depends on"
            if system == "ipaner"
            else "Epitran, torch, transformers and all they depend on"
        )
        yield f"- {name}: **{sum(sizes.values()):,.0f}** in {len(sizes)} packages: {largest}" + (
            ", …" * (len(sizes) > 12)
        )
    yield ""


def _ratios(above: Iterable[float], below: Iterable[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]


def _spread(figures: list[float], form: str) -> str:
    """Median and range."""
    if not figures:
        return ""
    low, middle, high = (format(figure, form) for figure in (min(figures), median(figures), max(figures)))
    return middle if low == high else f"{middle} [{low} to {high}]"


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
