"""Figures of experiments, SVG and PNG, for people with any eyes: colours that print grey, a mark for each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ipaner.errors import MissingExtra
from ipaner.experiments.config import Curve

_STYLES = (("#0072b2", "o"), ("#d55e00", "s"), ("#009e73", "^"), ("#cc79a7", "D"), ("#000000", "v"), ("#e69f00", "P"))
_SHOWN = ("case 1", "all", "news", "sources")
_NAMES = {
    "case 1": "Case 1",
    "all": "WikiANN, 28 languages",
    "news": "news, 9 sets",
    "sources": "source languages kept out",
}


def pyplot() -> Any:
    """Matplotlib's pyplot, set up for files that are the same for the same figure.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        raise MissingExtra("Drawing figures", "plots") from error
    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "ipaner",
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.3,
        }
    )
    from matplotlib import pyplot

    return pyplot


def save(figure: Any, path: Path) -> list[Path]:
    """Write a figure as SVG and PNG beside each other, the same bytes for the same figure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [path.with_suffix(".svg"), path.with_suffix(".png")]
    figure.savefig(written[0], metadata={"Date": None}, bbox_inches="tight")
    figure.savefig(written[1], metadata={"Software": None}, dpi=130, bbox_inches="tight")
    pyplot().close(figure)
    return written


def draw_curve(arms: Mapping[str, Any], curve: Curve, reference: str, title: str) -> Any:
    """F1 of each group, and retrieval, along an axis; the reference is a dashed line."""
    plt = pyplot()
    series = curve.series or {"": list(curve.values)}
    groups = [g for g in _SHOWN if g in next(iter(arms.values()))["groups"]]
    with_space = any("space" in arm["facts"] for arm in arms.values())
    panels = [*groups, "retrieval"] if with_space else groups
    figure, axes = plt.subplots(1, len(panels), figsize=(3.2 * len(panels), 3.0), squeeze=False)
    for axis, panel in zip(axes[0], panels, strict=True):
        for (label, names), (colour, mark) in zip(series.items(), _STYLES, strict=False):
            names = sorted((n for n in names if n in arms), key=lambda n: curve.values[n])
            x = [curve.values[n] for n in names]
            if panel == "retrieval":
                y = [arms[n]["facts"]["space"]["held_out_mrr"] for n in names]
                axis.plot(x, y, color=colour, marker=mark, label=label or None)
                continue
            rows = [arms[n]["groups"][panel]["strict_f1"] for n in names]
            axis.plot(x, [r["mean"] for r in rows], color=colour, marker=mark, label=label or None)
            low, high = [r["interval"][0] for r in rows], [r["interval"][1] for r in rows]
            axis.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
        if reference in arms:
            value = (
                arms[reference]["facts"].get("space", {}).get("held_out_mrr")
                if panel == "retrieval"
                else arms[reference]["groups"][panel]["strict_f1"]["mean"]
            )
            if value is not None:
                axis.axhline(value, color="grey", linestyle="--", label=reference)
        if curve.log:
            axis.set_xscale("log", base=2)
            places = sorted({place for name, place in curve.values.items() if name in arms})
            axis.set_xticks(places, [f"{place:g}" for place in places], rotation=60, fontsize=7)
        axis.set_xlabel(curve.label)
        axis.set_title("retrieval, held-out pairs" if panel == "retrieval" else _NAMES[panel])
        axis.set_ylabel("mean reciprocal rank, %" if panel == "retrieval" else "strict F1")
    axes[0][0].legend(fontsize=7)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def draw_differences(arms: Mapping[str, Any], reference: str, title: str) -> Any:
    """For each arm and group the difference from the reference with its interval."""
    plt = pyplot()
    names = [name for name, arm in arms.items() if name != reference and _differs(arm)]
    groups = [g for g in _SHOWN if names and g in arms[names[0]]["groups"]]
    figure, axes = plt.subplots(
        1,
        max(len(groups), 1),
        figsize=(3.4 * max(len(groups), 1) + 1.2, 0.3 * len(names) + 1.4),
        squeeze=False,
        sharey=True,
    )
    for axis, group in zip(axes[0], groups, strict=False):
        for i, name in enumerate(names):
            row = arms[name]["groups"][group]["strict_f1"]["difference"]
            colour = "#0072b2" if row["interval"][0] > 0 else "#d55e00" if row["interval"][1] < 0 else "#555555"
            axis.plot(row["interval"], [i, i], color=colour)
            axis.plot([row["value"]], [i], "o", color=colour, markersize=4)
        axis.axvline(0, color="black", linewidth=0.8)
        axis.set_yticks(range(len(names)), names)
        axis.set_title(_NAMES[group])
        axis.set_xlabel(f"strict F1 minus {reference}")
    axes[0][0].invert_yaxis()
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def draw_scatter(points: Mapping[str, Sequence[tuple[float, float]]], labels: tuple[str, str], title: str) -> Any:
    """Points by group, such as gain in retrieval against gain in F1."""
    plt = pyplot()
    figure, axis = plt.subplots(figsize=(5.2, 3.8))
    for (label, values), (colour, mark) in zip(points.items(), _STYLES * 4, strict=False):
        axis.plot(
            [x for x, _ in values], [y for _, y in values], mark, color=colour, label=label, alpha=0.7, markersize=4
        )
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xlabel(labels[0])
    axis.set_ylabel(labels[1])
    axis.legend(fontsize=7)
    axis.set_title(title)
    figure.tight_layout()
    return figure


def draw_projections(spaces: Mapping[str, Mapping[str, Any]], title: str) -> Any:
    """Words in two dimensions, one panel a space: English dots, their partners triangles, a line between the two."""
    plt = pyplot()
    figure, axes = plt.subplots(1, len(spaces), figsize=(3.4 * len(spaces), 3.2), squeeze=False)
    for axis, (name, space) in zip(axes[0], spaces.items(), strict=True):
        a, b = space["anchors"], space["partners"]
        for (x0, y0), (x1, y1) in zip(a, b, strict=True):
            axis.plot([x0, x1], [y0, y1], color="#bbbbbb", linewidth=0.5, zorder=1)
        axis.scatter([p[0] for p in a], [p[1] for p in a], s=8, color="#0072b2", label="English", zorder=2)
        axis.scatter([p[0] for p in b], [p[1] for p in b], s=8, color="#d55e00", marker="^", label="partner", zorder=2)
        axis.set_title(name)
        axis.set_xticks([])
        axis.set_yticks([])
    axes[0][0].legend(fontsize=7)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def draw_matrix(rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float]], title: str) -> Any:
    """A table of differences as colours with their numbers."""
    plt = pyplot()
    figure, axis = plt.subplots(figsize=(0.42 * len(columns) + 1.6, 0.3 * len(rows) + 1.2))
    worst = max((abs(v) for row in values for v in row), default=1.0) or 1.0
    axis.imshow(values, cmap="RdBu", vmin=-worst, vmax=worst, aspect="auto")
    axis.set_xticks(range(len(columns)), columns, rotation=90)
    axis.set_yticks(range(len(rows)), rows)
    axis.grid(False)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            axis.text(j, i, f"{value:+.0f}", ha="center", va="center", fontsize=6)
    axis.set_title(title)
    figure.tight_layout()
    return figure


def _differs(arm: Mapping[str, Any]) -> bool:
    return any("difference" in row["strict_f1"] for row in arm["groups"].values())
