"""Tables of the models with a name memory: three seeds, their blind twins, and the goals beside them.

    python experiments/accuracy.py          writes experiments/results/names.md and names.json from names-*.json

A mean over seeds is of the seeds' means, with the lowest and the highest seed; the interval is that of the bootstrap
over sentences, of a mean over languages, averaged over seeds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results"
SEEDS = (1, 2, 3)
KINDS = {"open": "hears, memory", "open-blind": "blind, memory", "open-deaf": "blind, no memory"}
"""Runs by the name of their files; the first is the model, the others its twins."""
BUNDLED = "bundled"
"""The model in the package: two seeds averaged, with a temperature from languages kept out."""
CASES = {
    "Case 1": ("aii", "ilo", "kin", "mri", "que", "sin", "som", "uig"),
    "Case 2": ("amh", "grn", "ina", "khm", "kur", "mlt", "ori", "san", "snd", "tuk"),
    "Case 3": ("ceb", "jav", "kir", "mar", "pan", "tel", "tgk", "uzb", "yor"),
}
CASELESS = ("amh", "mar", "ori", "tel", "urd", "sin")
STRICT, POSITION, SPREAD = "strict_f1", "position_macro_f1", "std"


@dataclass(frozen=True)
class Goal:
    """A row of the table of goals."""

    name: str
    metric: str
    scope: str
    published: str = "-"
    study: str = "-"
    must: str = "-"
    aim: str = "-"


GOALS = (
    Goal("Case 1 `position_macro_f1`", POSITION, "Case 1", "48.2 (IPAC)", "56", "60", "67"),
    Goal("Case 1 strict F1", STRICT, "Case 1", study="43", must="47", aim="56"),
    Goal("all 28 strict F1", STRICT, "all", study="41", must="45", aim="54"),
    Goal("all 28 `position_macro_f1`", POSITION, "all"),
    Goal("STD over Case 1, `position_macro_f1`", SPREAD, "Case 1", "12.4", must="11", aim="9"),
    Goal("news, mean strict F1", STRICT, "news", study="13 to 25", must="32", aim="48"),
    Goal("news, scripts without capitals, strict F1", STRICT, "caseless news", study="4 to 20", must="26", aim="42"),
)


@dataclass(frozen=True)
class Run:
    """What was measured of one model: rows of `ipaner evaluate` by language."""

    wikiann: dict[str, dict[str, Any]]
    news: dict[str, dict[str, Any]]

    def rows(self, scope: str) -> list[dict[str, Any]]:
        if scope in CASES:
            return [self.wikiann[code] for code in CASES[scope]]
        return {
            "all": list(self.wikiann.values()),
            "news": list(self.news.values()),
            "caseless news": [self.news[code] for code in CASELESS],
        }[scope]

    def mean(self, metric: str, scope: str) -> float:
        if metric == SPREAD:
            return float(np.std([row[POSITION] for row in self.rows(scope)]))
        return float(np.mean([row[metric] for row in self.rows(scope)]))

    def half_width(self, metric: str, scope: str) -> float:
        """Of the 95 % interval of a mean over languages, from the intervals of the languages."""
        ends = np.array([row[f"{metric}_interval"] for row in self.rows(scope)])
        return float(np.sqrt((((ends[:, 1] - ends[:, 0]) / 2) ** 2).sum()) / len(ends))


def read(kind: str) -> list[Run]:
    """The measured runs of a kind, in the order of their seeds; the bundled model is one run."""
    found = []
    for name in [kind] if kind == BUNDLED else [f"{kind}-{seed}" for seed in SEEDS]:
        wiki, news = (RESULTS / f"names-{name}.{what}.json" for what in ("wikiann.all", "news"))
        if wiki.exists() and news.exists():
            corpora = json.loads(wiki.read_text(encoding="utf-8"))["corpora"]["wikiann_zeroshot"]["languages"]
            rows = {
                code: row | {"corpus": corpus}
                for corpus, result in json.loads(news.read_text(encoding="utf-8"))["corpora"].items()
                for code, row in result["languages"].items()
                if corpus != "masakhaner1" or code == "amh"
            }
            found.append(Run(corpora, rows))
    return found


def told(values: Sequence[float]) -> str:
    """A mean over seeds and what the seeds ranged over."""
    if not values:
        return "-"
    return f"{np.mean(values):.1f}" + (f" ({min(values):.1f} to {max(values):.1f})" if len(values) > 1 else " (1 seed)")


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def goals(runs: dict[str, list[Run]]) -> Iterator[list[str]]:
    for goal in GOALS:
        values = [told([run.mean(goal.metric, goal.scope) for run in runs[kind]]) for kind in KINDS]
        width = "-"
        if goal.metric != SPREAD:
            width = f"±{np.mean([run.half_width(goal.metric, goal.scope) for run in runs['open']]):.1f}"
        yield [goal.name, goal.published, goal.study, goal.must, goal.aim, *values, width]
    for scope in ("Case 1", "all", "news"):
        margins = []
        for twin in ("open-blind", "open-deaf"):
            pairs = zip(runs["open"], runs[twin], strict=False)
            margins.append(told([a.mean(STRICT, scope) - b.mean(STRICT, scope) for a, b in pairs]))
        wanted = ["-", "-"] if scope == "Case 1" else ["8", "15"]
        yield [f"strict margin of the model over each twin, {scope}", "-", "-", *wanted, "", *margins, "-"]


def by_language(runs: dict[str, list[Run]]) -> Iterator[list[str]]:
    def cell(kind: str, key: str, code: str) -> str:
        values = [value for run in runs[kind] if (value := run.wikiann[code][key]) is not None]
        return f"{np.mean(values):.1f}" if values else "-"

    for code, row in sorted(runs["open"][0].wikiann.items()):
        name = f"{code} *" if code in CASES["Case 1"] else code
        strict = [cell("open", key, code) for key in (STRICT, "strict_f1_with_o", "strict_f1_without_o")]
        twins = [cell(kind, STRICT, code) for kind in ("open-blind", "open-deaf")]
        position = [cell(kind, POSITION, code) for kind in ("open", "open-blind", "open-deaf")]
        yield [name, str(row["n_sentences"]), *strict, *twins, *position]


def by_news(runs: dict[str, list[Run]]) -> Iterator[list[str]]:
    def cell(kind: str, get: Callable[[dict[str, Any]], float], code: str) -> str:
        return f"{np.mean([get(run.news[code]) for run in runs[kind]]):.1f}" if runs[kind] else "-"

    for code, row in runs["open"][0].news.items():
        types = [cell("open", lambda r, t=t: r["by_type"][t]["f1"], code) for t in ("PER", "LOC", "ORG")]
        strict = [cell(kind, lambda r: r[STRICT], code) for kind in KINDS]
        yield [row["corpus"], code, str(row["n_sentences"]), *strict, *types, cell("open", lambda r: r[POSITION], code)]


def calibration(runs: dict[str, list[Run]]) -> Iterator[list[str]]:
    for scope in (*CASES, "news", "caseless news"):
        rows = [row["calibration"] for run in runs[BUNDLED] for row in run.rows(scope)]
        yield [
            scope,
            f"{np.mean([c['error'] for c in rows]):.1f}",
            f"{sum(c['n'] for c in rows) / len(runs[BUNDLED]):,.0f}",
        ]


def thresholds(runs: dict[str, list[Run]]) -> Iterator[list[str]]:
    """Precision and recall where entities below a score are left out, all languages of a scope counted together."""
    for scope in ("Case 1", "all", "news"):
        rows = [row for run in runs[BUNDLED] for row in run.rows(scope)]
        gold = sum(row["by_type"][t]["n_gold"] for row in rows for t in row["by_type"])
        for least in (0, 30, 50, 70, 90):
            bins = [b for row in rows for b in row["calibration"]["bins"] if b["low"] >= least]
            found = sum(b["n"] for b in bins)
            right = sum(b["n"] * b["precision"] / 100 for b in bins)
            precision, recall = 100 * right / max(found, 1), 100 * right / gold
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            yield [scope, f"{least / 100:.1f}", f"{precision:.1f}", f"{recall:.1f}", f"{f1:.1f}"]


def main() -> None:
    runs = {kind: read(kind) for kind in (*KINDS, BUNDLED)}
    seeds = [f"{name} ({len(runs[kind])} seeds)" for kind, name in KINDS.items()]
    lines = [
        "# Models with a name memory",
        "",
        "Made by `python experiments/accuracy.py` from the files `names-*.json` beside it, which",
        "`experiments/reproduce-names.sh` writes. Validation sets, int8, percent; mean over seeds and, in brackets,",
        "the lowest and the highest seed. [What it means](../../docs/results/accuracy.md).",
        "",
        *table(["", "published", "study", "must reach", "aim for", *seeds, "95 %"], goals(runs)),
        "",
        "## By language, WikiANN",
        "",
        *table(
            [
                *("language", "n", "strict", "with `O`", "without `O`", "blind, memory", "blind, none"),
                *("position", "blind, memory", "blind, none"),
            ],
            by_language(runs),
        ),
        "",
        r"\* Case 1.",
        "",
        "## News, strict F1",
        "",
        *table(
            ["corpus", "language", "n", *KINDS.values(), "PER", "LOC", "ORG", "position"],
            by_news(runs),
        ),
        "",
        "## Are scores probabilities?",
        "",
        "Of the bundled model. Expected calibration error of the scores of entities, in points, mean over languages.",
        "",
        *table(["", "error", "entities scored"], calibration(runs)),
        "",
        "What leaving out entities below a score costs (`ipaner tag --min-score`), languages counted together:",
        "",
        *table(["", "least score", "precision", "recall", "F1"], thresholds(runs)),
    ]  # fmt: skip
    (RESULTS / "names.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    summary = {
        goal.name: {kind: [round(run.mean(goal.metric, goal.scope), 2) for run in runs[kind]] for kind in KINDS}
        for goal in GOALS
    }
    (RESULTS / "names.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
