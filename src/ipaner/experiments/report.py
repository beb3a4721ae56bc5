"""What an experiment found, written down: results as JSON, a page with tables, and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ipaner.errors import FormatError
from ipaner.evaluation.tables import Table, to_markdown
from ipaner.experiments import figures
from ipaner.experiments.cells import STAGE_1, load_cells
from ipaner.experiments.config import Experiment
from ipaner.experiments.extras import EXTRAS
from ipaner.experiments.measure import GROUPS
from ipaner.experiments.summary import summarise
from ipaner.files import atomic_write
from ipaner.training.contrastive.space import CLEAR_RISE

RESULTS, PAGES = Path("experiments/results"), Path("docs/results")

_PAPER = {"P1 XPhoneBERT (published)": (46.38, 12.67), "P2 IPAC (published)": (48.22, 12.44)}
"""Case 1 mean and STD of ``position_macro_f1`` in the papers; other models, other annotated data, one seed."""


def report(experiment: Experiment, work: Path, results: Path = RESULTS, pages: Path = PAGES) -> list[Path]:
    """Write results, page and figures of an experiment; from its cells or, where there are none, from its results.

    Args:
        experiment: The experiment.
        work: Folder of runs.
        results: Folder of committed results.
        pages: Folder of pages and figures.

    Returns:
        The files written.

    Raises:
        FormatError: If there are neither cells nor results.
    """
    cells = load_cells(work / experiment.name / "cells")
    path = results / f"{experiment.name}.json"
    if cells:
        order = [STAGE_1, "blind twin", *experiment.arms]
        wanted = sorted((c for c in cells if c.arm in order), key=lambda c: (order.index(c.arm), c.base, c.seed))
        found = {
            "experiment": experiment.name,
            "title": experiment.title,
            "command": f"ipaner experiment run {experiment.name} && ipaner experiment report {experiment.name}",
            **summarise(wanted, experiment.reference),
        }
        for extra in _extras(experiment):
            found |= EXTRAS[extra].facts(experiment, wanted, work)
        results.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    elif path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
    else:
        raise FormatError(
            f"no runs in {work / experiment.name} and no results. Run 'ipaner experiment run' first", path
        )
    drawn = {"": _main_figure(experiment, found)}
    for extra in _extras(experiment):
        drawn |= EXTRAS[extra].figures(experiment, found)
    written = [path] if cells else []
    images = []
    for name, figure in drawn.items():
        files = figures.save(figure, pages / f"{experiment.name}{f'-{name}' if name else ''}")
        images.append(files[0].name)
        written += files
    page = pages / f"{experiment.name}.md"
    with atomic_write(page) as file:
        file.write("\n".join(_page(experiment, found, images)))
    return [*written, page]


def _extras(experiment: Experiment) -> list[str]:
    return [name for name in EXTRAS if name in experiment.settings.get("report", [])]


def _main_figure(experiment: Experiment, found: Mapping[str, Any]) -> Any:
    if experiment.curve:
        return figures.draw_curve(found["arms"], experiment.curve, found["reference"], experiment.title)
    return figures.draw_differences(found["arms"], found["reference"], experiment.title)


def _page(experiment: Experiment, found: Mapping[str, Any], images: list[str]) -> Iterator[str]:
    yield f"# {experiment.title}\n"
    yield f"{experiment.question}\n"
    yield (
        f"Made by `{found['command']}`; the numbers are `experiments/results/{experiment.name}.json`. Validation data. "
        f"Intervals: 95 %, sentences and runs drawn anew. p: randomisation by sentence against *{found['reference']}* "
        "on the same base; not corrected for the number of comparisons.\n"
    )
    yield from (f"![{experiment.title}]({image})\n" for image in images)
    for metric, title in (("strict_f1", "Strict F1"), ("position_macro_f1", "position_macro_f1")):
        yield to_markdown(_scores(found, metric, title))
    if any("space" in arm["facts"] for arm in found["arms"].values()):
        yield to_markdown(_space(found))
    if any("drift" in arm["facts"] for arm in found["arms"].values()):
        yield to_markdown(_drift(found))
    for extra in _extras(experiment):
        yield from EXTRAS[extra].page(experiment, found)


def _scores(found: Mapping[str, Any], metric: str, title: str) -> Table:
    arms = found["arms"]
    groups = [g for g in GROUPS if g in next(iter(arms.values()))["groups"]]
    header = ["arm", "runs"]
    for group in groups:
        header += [group, "difference", "p"]
    rows = []
    for name, arm in arms.items():
        row = [name, str(arm["runs"])]
        for group in groups:
            values = arm["groups"][group][metric]
            difference = values.get("difference")
            row.append(f"{values['mean']:.1f} ({values['interval'][0]:.1f} to {values['interval'][1]:.1f})")
            row.append(
                f"{difference['value']:+.1f} ({difference['interval'][0]:+.1f} to {difference['interval'][1]:+.1f})"
                if difference
                else ""
            )
            row.append(f"{difference['p']:.3f}" if difference else "")
        rows.append(tuple(row))
    return Table(title, tuple(header), tuple(rows))


def _space(found: Mapping[str, Any]) -> Table:
    """What the contrast did to held-out pairs, and to Odia and Khmer, which no arm trains on."""
    header = (
        "arm",
        "pairs",
        "steps",
        "held-out MRR",
        "Odia MRR",
        "Khmer MRR",
        "Odia cosine (random)",
        "Khmer cosine (random)",
        "alignment",
        "uniformity",
        "valid",
    )
    base = found["arms"].get(found["reference"], {}).get("facts", {}).get("space", {}).get("held_out_mrr")
    rows = []
    for name, arm in found["arms"].items():
        space = arm["facts"].get("space")
        if space is None:
            continue
        codes = space["languages"]
        ours = [s for code, s in codes.items() if code not in ("ori", "khm")]
        trace = arm["facts"].get("trace", {})
        aligned = bool(trace) and base is not None
        rows.append(
            (
                name,
                f"{trace['pairs']:.0f}" if trace else "",
                f"{trace['steps']:.0f}" if trace else "",
                f"{space['held_out_mrr']:.1f}",
                *(f"{codes[c]['retrieval']['mrr']:.1f}" if c in codes else "" for c in ("ori", "khm")),
                *(
                    f"{codes[c]['cosine']:.1f} ({codes[c]['random_cosine']:.1f})" if c in codes else ""
                    for c in ("ori", "khm")
                ),
                f"{sum(s['alignment'] for s in ours) / max(len(ours), 1):.3f}",
                f"{sum(s['uniformity'] for s in ours) / max(len(ours), 1):.2f}",
                _validity(space["held_out_mrr"] - base) if aligned else "",
            )
        )
    return Table("Retrieval among 1,000 (mean reciprocal rank, percent), cosines and geometry", header, tuple(rows))


def _validity(rise: float) -> str:
    return f"yes ({rise:+.1f})" if rise >= CLEAR_RISE else f"no: retrieval did not clearly rise ({rise:+.2f})"


def _drift(found: Mapping[str, Any]) -> Table:
    rows = []
    for name, arm in found["arms"].items():
        drift, kinds = arm["facts"].get("drift"), arm["facts"].get("outcomes", {})
        total = sum(kinds.values()) or 1
        rows.append(
            (
                name,
                f"{drift['relative_change']:.1f}" if drift else "",
                f"{drift['cosine']:.1f}" if drift else "",
                *(f"{100 * kinds.get(k, 0) / total:.1f}" for k in _KINDS),
                *(f"{value:.1f}" for value in arm.get("types", {}).values()),
            )
        )
    types = next(iter(found["arms"].values())).get("types", {})
    kinds_ = (k.replace("_", " ") for k in _KINDS)
    header = ("arm", "change of the head's inputs, %", "cosine", *kinds_, *(f"F1 {name}" for name in types))
    title = "Drift; what became of entities (percent of gold and spurious ones); strict F1 by type, all sets together"
    return Table(title, header, tuple(rows))


_KINDS = ("correct", "wrong_type", "wrong_boundary", "wrong_type_and_boundary", "missed", "spurious")
