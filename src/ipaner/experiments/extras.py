"""Sections that only some experiments have, named by ``settings.report``: each gives facts, figures and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ipaner.evaluation.tables import Table, to_markdown
from ipaner.experiments import figures
from ipaner.experiments.cells import STAGE_1, TWIN, Cell, load_cells
from ipaner.experiments.config import Experiment
from ipaner.experiments.kinds import audio_section, noise_section
from ipaner.experiments.summary import group_mean


@dataclass(frozen=True, slots=True)
class Extra:
    """One section.

    Attributes:
        facts: (experiment, cells, folder of all runs) -> what to add to the results.
        figures: (experiment, results) -> figures by name.
        page: (experiment, results) -> paragraphs and tables.
    """

    facts: Callable[[Experiment, Sequence[Cell], Path], dict[str, Any]]
    figures: Callable[[Experiment, Mapping[str, Any]], dict[str, Any]]
    page: Callable[[Experiment, Mapping[str, Any]], Iterator[str]]


# Is it alignment, or regularisation? Over all runs of all experiments on trained taggers


def _correlation_facts(experiment: Experiment, cells: Sequence[Cell], work: Path) -> dict[str, Any]:
    points: dict[str, list[dict[str, Any]]] = {}
    for folder in sorted(work.glob("*/cells")):
        if folder.parent.name in experiment.settings.get("leave_out", []):
            continue
        there = load_cells(folder)
        base = {cell.base: cell for cell in there if cell.arm == STAGE_1}
        for cell in there:
            if cell.arm in (STAGE_1, TWIN) or cell.base not in base or "space" not in cell.facts:
                continue
            before = base[cell.base]
            gains = {
                group: group_mean(cell, group, "strict_f1") - (group_mean(before, group, "strict_f1") or 0.0)  # type: ignore[operator]
                for group in ("case 1", "all", "news")
                if group_mean(cell, group, "strict_f1") is not None
            }
            retrieval = cell.facts["space"]["held_out_mrr"] - before.facts["space"]["held_out_mrr"]
            points.setdefault(folder.parent.name, []).append({"retrieval": retrieval, **gains})
    rows = [point for some in points.values() for point in some]
    return {"correlation": {"points": points, "spearman": {g: _spearman(rows, g) for g in ("case 1", "all", "news")}}}


def _spearman(rows: Sequence[Mapping[str, float]], group: str) -> dict[str, Any]:
    """Rank correlation with a bootstrap interval over runs."""
    known = [row for row in rows if group in row]
    if len(known) < 3:
        return {"n": len(known)}
    x, y = np.array([r["retrieval"] for r in known]), np.array([r[group] for r in known])

    def rank(values: Any) -> Any:
        order = values.argsort(kind="stable").argsort(kind="stable").astype(float)
        for value in np.unique(values):  # ties share the mean of their ranks
            order[values == value] = order[values == value].mean()
        return order

    def rho(i: Any) -> float:
        a, b = rank(x[i]), rank(y[i])
        return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0

    rng = np.random.default_rng(0)
    drawn = [rho(rng.integers(len(x), size=len(x))) for _ in range(1000)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {"n": len(x), "rho": round(rho(np.arange(len(x))), 3), "interval": [round(low, 3), round(high, 3)]}


def _correlation_figures(experiment: Experiment, found: Mapping[str, Any]) -> dict[str, Any]:
    points = found["correlation"]["points"]
    return {
        f"correlation-{group.replace(' ', '')}": figures.draw_scatter(
            {name: [(p["retrieval"], p[group]) for p in some if group in p] for name, some in points.items()},
            ("gain in retrieval (held-out MRR, points)", "gain in strict F1 (points)"),
            f"Retrieval gain and F1 gain of all runs: {group}",
        )
        for group in ("all", "news")
        if any(group in p for some in points.values() for p in some)
    }


def _correlation_page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (group, str(v["n"]), f"{v['rho']:+.2f}", f"{v['interval'][0]:+.2f} to {v['interval'][1]:+.2f}")
        for group, v in found["correlation"]["spearman"].items()
        if "rho" in v
    ]
    title = "Rank correlation (Spearman) of the gain in retrieval with the gain in strict F1, over all runs"
    yield to_markdown(Table(title, ("group", "runs", "rho", "95 %"), tuple(rows)))


# What each pair language does for each target language


def _matrix_rows(found: Mapping[str, Any]) -> tuple[list[str], list[str], list[list[float]]]:
    base = found["arms"][found["reference"]]["languages"]
    names = sorted(name for name in base if name.startswith("wikiann"))
    arms = [arm for arm in found["arms"] if arm not in (found["reference"], TWIN)]
    values = [
        [found["arms"][arm]["languages"][name]["strict_f1"] - base[name]["strict_f1"] for name in names] for arm in arms
    ]
    return arms, [name.split("/")[1] for name in names], values


def _matrix_figures(experiment: Experiment, found: Mapping[str, Any]) -> dict[str, Any]:
    arms, names, values = _matrix_rows(found)
    return {"languages": figures.draw_matrix(arms, names, values, "Strict F1 minus stage 1, by target language")}


def _siblings_page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    arms, names, values = _matrix_rows(found)
    families: dict[str, list[str]] = experiment.settings.get("siblings", {})
    rows = []
    for arm, row in zip(arms, values, strict=True):
        code = next((code for code in families if f" {code}" in f" {arm}"), None)
        kin = [v for n, v in zip(names, row, strict=True) if code and n in families[code]]
        rest = [v for n, v in zip(names, row, strict=True) if not code or n not in families[code]]
        pairs = found["arms"][arm]["facts"].get("trace", {}).get("pairs")
        rows.append(
            (
                arm,
                f"{pairs:.0f}" if pairs else "",
                " ".join(n for n in names if code and n in families[code]),
                f"{np.mean(kin):+.1f}" if kin else "",
                f"{np.mean(rest):+.1f}",
            )
        )
    header = ("arm", "pairs", "siblings measured", "siblings", "the rest")
    yield to_markdown(
        Table("Strict F1 minus stage 1: siblings of the pair language, and the rest", header, tuple(rows))
    )


# The papers' main table


def _main_page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    measured = next(iter(found["arms"].values()))["groups"]
    for case in (case for case in ("case 1", "case 2", "case 3") if case in measured):
        for metric in ("position_macro_f1", "strict_f1"):
            yield to_markdown(_main_table(found, case, metric))


def _main_table(found: Mapping[str, Any], case: str, metric: str) -> Table:
    from ipaner.experiments.measure import group_of

    first = next(iter(found["arms"].values()))["languages"]
    names = [name for name in first if case in group_of(name)]
    rows = []
    for arm, values in found["arms"].items():
        cells = tuple(f"{values['languages'][name][metric]:.1f}" for name in names)
        group = values["groups"][case][metric]
        rows.append((arm, *cells, f"{group['mean']:.2f}", f"{group['std']:.2f}"))
    if case == "case 1" and metric == "position_macro_f1":
        blank = ("",) * len(names)
        rows.append(("published: P1, XPhoneBERT", *blank, "46.38", "12.67"))
        rows.append(("published: P2, IPAC", *blank, "48.22", "12.44"))
    header = ("arm", *(name.split("/")[1] for name in names), "mean", "STD")
    return Table(f"{case.capitalize()}, {metric}", header, tuple(rows))


# Words in two dimensions


def _projection_facts(experiment: Experiment, cells: Sequence[Cell], work: Path) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for cell in cells:
        if "words" in cell.facts:
            kept.setdefault(cell.arm, cell.facts["words"])
    return {"projection": kept}


def _projection_figures(experiment: Experiment, found: Mapping[str, Any]) -> dict[str, Any]:
    spaces: Mapping[str, Mapping[str, Any]] = found.get("projection", {})
    ways = sorted({way for space in spaces.values() for way in space})
    title = "Held-out pairs, by "
    return {
        way.lower(): figures.draw_projections({arm: space[way] for arm, space in spaces.items()}, title + way)
        for way in ways
    }


# The paper's cosines


def _cosine_page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    rows = [("published: before", "84.67", "not given", "82.60", "not given")]
    rows.append(("published: after", "86.39", "not given", "84.56", "not given"))
    for arm, values in found["arms"].items():
        codes = values["facts"]["space"]["languages"]
        cells = [
            f"{codes[c][k]:.2f}" if c in codes else "" for c in ("ori", "khm") for k in ("cosine", "random_cosine")
        ]
        rows.append((arm, *cells))
    header = ("arm", "Odia pairs", "Odia at random", "Khmer pairs", "Khmer at random")
    yield to_markdown(Table("Mean cosine (percent) of an English word and its partner", header, tuple(rows)))


def _nothing(experiment: Experiment, cells: Sequence[Cell], work: Path) -> dict[str, Any]:
    return {}


def _no_figures(experiment: Experiment, found: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _no_page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


EXTRAS: Mapping[str, Extra] = {
    "main": Extra(_nothing, _no_figures, _main_page),
    "correlation": Extra(_correlation_facts, _correlation_figures, _correlation_page),
    "matrix": Extra(_nothing, _matrix_figures, _siblings_page),
    "cosine": Extra(_nothing, _no_figures, _cosine_page),
    "noise": Extra(_nothing, noise_section.draw, noise_section.page),
    "audio": Extra(_nothing, _no_figures, audio_section.page),
    "projection": Extra(_projection_facts, _projection_figures, _no_page),
}
"""Sections by the name that ``settings.report`` lists."""
