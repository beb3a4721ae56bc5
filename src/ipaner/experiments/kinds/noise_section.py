"""The measured errors of transcription, marked on the curves of an experiment with wrong phones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ipaner.evaluation.tables import Table, to_markdown
from ipaner.experiments import figures
from ipaner.experiments.cells import STAGE_1, TWIN
from ipaner.experiments.config import Experiment
from ipaner.experiments.measure import WIKIANN

_LINES = {"uniform": ("any phone", "#0072b2", "o"), "articulatory": ("similar phones", "#d55e00", "s")}


def curve(found: Mapping[str, Any], kind: str, name: str | None = None) -> tuple[list[float], list[float]]:
    """Realised PER and strict F1 of one kind of errors, from none to most.

    Args:
        found: Results of the experiment.
        kind: ``uniform`` or ``articulatory``.
        name: A set, ``corpus/language``; None for the means over the languages of WikiANN.
    """
    per, f1 = [0.0], [_f1(found["arms"][STAGE_1], name)]
    arms = [arm for arm in found["arms"].values() if arm["facts"].get("noise", {}).get("kind") == kind]
    for arm in sorted(arms, key=lambda a: a["facts"]["noise"]["rate"]):
        noise = arm["facts"]["noise"]
        per.append(noise["per"] if name is None else noise["languages"][name.split("/")[1]]["per"])
        f1.append(_f1(arm, name))
    return per, f1


def cost_at_measured(found: Mapping[str, Any], kind: str = "articulatory") -> dict[str, dict[str, float]]:
    """What as many errors again as were measured would cost each language of WikiANN, in points of strict F1.

    A language's own curve is read at its measured PER by linear interpolation; beyond the last rate it is held.

    Returns:
        For each language ``per`` and ``fper`` (measured), ``f1`` (without further errors), ``f1_at`` and ``cost``.
    """
    out = {}
    for code, errors in found["arms"][STAGE_1]["facts"].get("measured", {}).items():
        name = f"{WIKIANN}/{code}"
        if name in found["arms"][STAGE_1]["languages"]:
            per, f1 = curve(found, kind, name)
            at = float(np.interp(errors["per"], per, f1))
            out[code] = {
                "per": errors["per"],
                "fper": errors["fper"],
                "f1": f1[0],
                "f1_at": round(at, 2),
                "cost": round(f1[0] - at, 2),
            }
    return out


def draw(experiment: Experiment, found: Mapping[str, Any]) -> dict[str, Any]:
    """F1 against realised PER; where each language's measured PER falls on the mean curve; and on its own."""
    pyplot = figures.pyplot()
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.4, 3.8))
    for kind, (label, colour, mark) in _LINES.items():
        per, f1 = curve(found, kind)
        left.plot(per, f1, color=colour, marker=mark, label=label, zorder=2)
    if TWIN in found["arms"]:
        left.axhline(_f1(found["arms"][TWIN], None), color="grey", linestyle="--", label=TWIN)
    marks = cost_at_measured(found)
    per, f1 = curve(found, "articulatory")
    for code, row in marks.items():
        if row["per"] <= per[-1]:
            y = float(np.interp(row["per"], per, f1))
            left.plot([row["per"]], [y], "|", color="black", markersize=11, zorder=3)
            place = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
            left.annotate(code, (row["per"], y), rotation=90, fontsize=6, **place)
        right.plot([row["per"]], [row["cost"]], ".", color="black")
        right.annotate(code, (row["per"], row["cost"]), xytext=(2, 2), textcoords="offset points", fontsize=6)
    beyond = [code for code, row in marks.items() if row["per"] > per[-1]]
    label = "wrong phones, PER (%); ticks: measured PER of the transcription"
    left.set_xlabel(label + (f"\n(beyond the curve: {', '.join(beyond)})" if beyond else ""))
    left.set_ylabel("strict F1, mean of WikiANN languages")
    left.legend(fontsize=7)
    right.axhline(0, color="black", linewidth=0.8)
    right.set_xlabel("measured PER of the transcription (%)")
    right.set_ylabel("strict F1 that as many errors again cost")
    figure.suptitle(experiment.title)
    figure.tight_layout()
    return {"measured": figure}


def page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    """What errors came out of each arm, and the cost at the measured rates."""
    rows = [
        (name, f"{noise['per']:.1f}", f"{noise['fper']:.1f}")
        for name, arm in found["arms"].items()
        if (noise := arm["facts"].get("noise"))
    ]
    title = "Errors that came out, mean over languages: PER counts edits, FPER weights substitutions by features"
    yield to_markdown(Table(title, ("arm", "PER", "FPER"), tuple(rows)))
    marks = cost_at_measured(found)
    if not marks:
        return
    yield (
        "PER of the transcription is measured against dictionaries (`docs/transcription.md`) and is partly notation; "
        "its errors are the same each time, in training pairs too, while those made here are random by word. So the "
        "cost of as many errors again is no estimate of what better transcription would gain.\n"
    )
    lines: list[tuple[str, ...]] = [
        (code, f"{r['per']:.1f}", f"{r['fper']:.1f}", f"{r['f1']:.1f}", f"{r['f1_at']:.1f}", f"{r['cost']:+.1f}")
        for code, r in sorted(marks.items(), key=lambda item: item[1]["per"])
    ]
    mean = [float(np.mean([row[key] for row in marks.values()])) for key in ("per", "fper", "f1", "f1_at", "cost")]
    lines.append(("mean", *(f"{x:.1f}" for x in mean[:-1]), f"{mean[-1]:+.1f}"))
    header = ("language", "measured PER", "measured FPER", "strict F1", "with as many errors again", "cost")
    yield to_markdown(Table("Similar phones, at the measured error rate of each language", header, tuple(lines), 1))


def _f1(arm: Mapping[str, Any], name: str | None) -> float:
    if name is not None:
        return float(arm["languages"][name]["strict_f1"])
    return float(np.mean([row["strict_f1"] for key, row in arm["languages"].items() if key.startswith(WIKIANN)]))
