"""The picture of distances: true pairs against shuffled ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ipaner.errors import MissingExtra
from ipaner.files import atomic_write_bytes
from ipaner.pairs.pair import Pair
from ipaner.pairs.separation import shuffled

_COLOURS = ("#2f6f9f", "#c9a227")


def plot_distances(pairs: Sequence[Pair], threshold: float, path: Path, seed: int = 1) -> None:
    """Draw the distribution of distances, of true and of shuffled pairs, and the threshold.

    The same pairs give the same file.

    Args:
        pairs: Transcribed pairs before any filter by distance.
        threshold: Drawn as a line.
        path: Where to; the ending tells the format, ``.svg`` or ``.png``.
        seed: Of the shuffle.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtra("A plot", "plots") from error
    true = np.array([1.0 if pair.distance is None else pair.distance for pair in pairs])
    chance = shuffled(pairs, seed)
    with matplotlib.rc_context({"svg.hashsalt": "ipaner", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        axes = figure.add_subplot()
        bins = [float(edge) for edge in np.arange(0, 1.0001, 0.02)]
        for values, name, colour in zip((true, chance), ("true pairs", "shuffled pairs"), _COLOURS, strict=True):
            weights = np.full(len(values), 100 / max(len(values), 1))
            axes.hist(values, bins=bins, weights=weights, label=f"{name} ({len(values):,})", color=colour, alpha=0.65)
        axes.axvline(threshold, color="black", linestyle="--", linewidth=1, label=f"threshold {threshold:g}")
        axes.set(xlim=(0, 0.8), xlabel="normalised articulatory edit distance", ylabel="% of pairs per 0.02")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        form = path.suffix.removeprefix(".") or "svg"
        metadata = {"Date": None} if form == "svg" else {}
        with atomic_write_bytes(path) as stream:
            figure.savefig(stream, format=form, metadata=metadata, dpi=150)
