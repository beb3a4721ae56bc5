"""Write experiments/results/README.md from the JSON files beside it: every number of the docs, and where it is from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
CASE_1 = ("sin", "som", "mri", "que", "uig", "aii", "kin", "ilo")
NEWS = (
    ("masakhaner2", "kin"),
    ("masakhaner2", "yor"),
    ("masakhaner1", "amh"),
    ("mahaner", "mar"),
    ("il_ner", "ori"),
    ("il_ner", "tel"),
    ("il_ner", "urd"),
    ("uner", "hrv"),
    ("multiner_lk", "sin"),
)
SYSTEMS = {
    "open": "second bundled model, without a name memory (`open`, `core`), int8",
    "open-before": "the same, beside the first bundled model, which learnt from the first transcription",
    "open-fp32": "the same, fp32",
    "first": "the first bundled model, as it was",
    "first-fp32": "the same, fp32",
    "first-stage1": "its first training stage alone, int8",
    "first-noshape": "its first stage trained without the word-shape channel, int8",
    "paper": "compact encoder, `paper` protocol, `published`, no case, int8",
}
TWINS = {
    "open-before": "the first bundled model, reading the new transcription",
    "first-noshape": "a blind twin that has the channel",
}


def read(name: str) -> dict[str, Any] | None:
    """One results file, of its only corpus where it has one; None where it was not made."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    corpora = data.get("corpora", {})
    return next(iter(corpora.values())) if len(corpora) == 1 else data


def cell(row: dict[str, Any], metric: str) -> str:
    low, high = row[f"{metric}_interval"]
    return f"{row[metric]:.1f} ({low:.1f}-{high:.1f})"


def table_row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def head(*titles: str) -> list[str]:
    return [table_row(*titles), "|" + "---|" * len(titles)]


def wikiann() -> list[str]:
    lines = head(
        "system",
        "set",
        "strict F1",
        "position macro F1",
        "strict, minus the row below",
        "position, minus the row below",
    )
    for name, title in SYSTEMS.items():
        for scope, label in (("case1", "Case 1 (8)"), ("all", "all 28")):
            data = read(f"{name}.wikiann.{scope}")
            if data is None:
                continue
            margins = [margin(data, m) for m in ("strict_f1", "position_macro_f1")]
            row = data["mean"]
            lines.append(table_row(title, label, cell(row, "strict_f1"), cell(row, "position_macro_f1"), *margins))
            if "against" in data:
                twin = data["against"]["mean"]
                cells = (cell(twin, "strict_f1"), cell(twin, "position_macro_f1"))
                lines.append(table_row(TWINS.get(name, "its blind twin"), label, *cells, "", ""))
    return lines


def margin(data: dict[str, Any], metric: str) -> str:
    comparison = (data.get("comparison") or {}).get(metric)
    if not comparison:
        return ""
    mean = comparison["mean"]
    low, high = mean["interval"]
    return f"{mean['difference']:+.1f} ({low:+.1f} to {high:+.1f}), p = {mean['p']:.3f}"


def per_language() -> list[str]:
    data = read("open.wikiann.all")
    if data is None:
        return []
    lines = head(
        "language", "n", "strict F1", "with `O`", "without `O`", "position macro F1", "twin, strict", "twin, position"
    )
    for code, row in data["languages"].items():
        twin = data["against"]["languages"][code]
        mark = " *" if code in CASE_1 else ""
        lines.append(
            f"| {code}{mark} | {row['n_sentences']} | {cell(row, 'strict_f1')} | {number(row['strict_f1_with_o'])} | "
            f"{number(row['strict_f1_without_o'])} | {cell(row, 'position_macro_f1')} | {twin['strict_f1']:.1f} | "
            f"{twin['position_macro_f1']:.1f} |"
        )
    return [*lines, "", "\\* Case 1."]


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def news() -> list[str]:
    data = read("open.news")
    if data is None:
        return []
    lines = head("corpus", "language", "n", "strict F1", "blind twin", "position macro F1", "blind twin")
    scores = []
    for corpus, code in NEWS:
        whole = data["corpora"][corpus]
        row, twin = whole["languages"][code], whole["against"]["languages"][code]
        scores.append((row["strict_f1"], twin["strict_f1"], row["position_macro_f1"], twin["position_macro_f1"]))
        lines.append(
            f"| {corpus} | {code} | {row['n_sentences']} | {cell(row, 'strict_f1')} | {twin['strict_f1']:.1f} | "
            f"{row['position_macro_f1']:.1f} | {twin['position_macro_f1']:.1f} |"
        )
    means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
    lines.append("| mean | | | " + " | ".join(f"{m:.1f}" for m in means) + " |")
    return lines


PREFACE = """\
# Results

Made by `experiments/reproduce.sh` from validation sets; in percent, 95 % bootstrap intervals in brackets. One training
seed a row. `python experiments/summarise.py` writes this page from the JSON files beside it. Every look at
target-language validation data stands in [looks.csv](looks.csv); how the levers were chosen without any, in
[levers.csv](levers.csv). These two were written down by hand from the runs' own output; rows with case removed are
made by an earlier form of `experiments/transfer.py`, averaged logits by a script not kept.

**The model in the package is of another page: [names.md](names.md)**, with three seeds and twins; its levers are in
[names-levers.csv](names-levers.csv), its errors in [errors.json](errors.json). What follows are the models before it,
without a name memory.

The experiments on contrastive alignment have pages of their own: [docs/results](../../docs/results/README.md).
"""


def main() -> None:
    sections = {
        "WikiANN, zero-shot": [
            "P1 reports a mean `position_macro_f1` of 46.38 on Case 1 for XPhoneBERT trained on English.",
            "",
            *wikiann(),
        ],
        "By language, second bundled model": per_language(),
        "News text, second bundled model": news(),
    }
    text = PREFACE + "".join(f"\n## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in sections.items())
    (RESULTS / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
