"""From cells to numbers: means over languages and runs, intervals, and paired tests against a reference arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.evaluation.metrics import entity_types, macro_f1, micro_f1
from ipaner.evaluation.significance import bootstrap, randomised_differences
from ipaner.experiments.cells import Cell
from ipaner.experiments.measure import GROUPS, group_of

METRICS: Mapping[str, tuple[int, Callable[[NDArray[Any]], NDArray[np.float64]]]] = {
    "strict_f1": (0, micro_f1),
    "position_macro_f1": (1, macro_f1),
}
"""For each metric which counts of a cell it takes, and its formula."""

RESAMPLES = 1000


def summarise(cells: Sequence[Cell], reference: str, resamples: int = RESAMPLES) -> dict[str, Any]:
    """What an experiment found.

    Intervals are of a hierarchical bootstrap: sentences are drawn within languages and, of an arm with several runs,
    runs too. The test against the reference swaps the two systems' answers sentence by sentence, in all runs alike,
    each run against the reference on the same base.

    Args:
        cells: All cells of an experiment.
        reference: Arm that others are compared with.
        resamples: Draws of the bootstrap and of the test.

    Returns:
        Plain values: by arm the groups of languages, each language, and the other facts.
    """
    arms: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        arms[cell.arm].append(cell)
    by_base = {
        cell.base: cell for cell in arms.get(reference, ()) if len(arms[reference]) == len(_bases(arms[reference]))
    }
    drawn = _Draws(resamples)
    out = {}
    for arm, runs in arms.items():
        pairs = [(run, _reference(run, arms.get(reference, []), by_base)) for run in runs]
        out[arm] = {
            "runs": len(runs),
            "bases": sorted(_bases(runs)),
            "seeds": sorted({run.seed for run in runs}),
            "groups": _groups(pairs, drawn, compare=arm != reference),
            "languages": _languages(runs),
            "types": _types(runs),
            "facts": _facts(runs),
        }
    return {"reference": reference, "arms": out}


def _groups(
    pairs: Sequence[tuple[Cell, Cell | None]], drawn: _Draws, *, compare: bool
) -> dict[str, dict[str, dict[str, Any]]]:
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for group in GROUPS:
        names = [name for name in pairs[0][0].counts if group in group_of(name)]
        if names:
            groups[group] = {metric: _metric(metric, names, pairs, drawn, compare) for metric in METRICS}
    return groups


def _metric(
    metric: str, names: Sequence[str], pairs: Sequence[tuple[Cell, Cell | None]], drawn: _Draws, compare: bool
) -> dict[str, Any]:
    """Mean, spread over languages, spread over runs, interval; and the difference from the reference."""
    runs = [run for run, _ in pairs]
    values = np.array([[score(run, name, metric) for name in names] for run in runs])
    boot = np.array([np.mean([drawn.boot(run, name, metric) for name in names], axis=0) for run in runs])
    out = {
        "mean": _round(values.mean()),
        "interval": _interval(drawn.over_runs(boot)),
        "std": _round(values.mean(axis=0).std(ddof=1)) if len(names) > 1 else 0.0,
        "std_runs": _round(values.mean(axis=1).std(ddof=1)) if len(runs) > 1 else None,
        "n_languages": len(names),
        "runs": [_round(x) for x in values.mean(axis=1)],
    }
    others = [other for _, other in pairs]
    if compare and all(other is not None for other in others):
        known = [(run, other) for run, other in pairs if other is not None]
        base = np.array([np.mean([score(o, name, metric) for name in names]) for _, o in known])
        base_boot = np.array([np.mean([drawn.boot(o, name, metric) for name in names], axis=0) for _, o in known])
        null = np.mean([[drawn.swapped(run, o, name, metric) for name in names] for run, o in known], axis=(0, 1))
        observed = float((values.mean(axis=1) - base).mean())
        extreme = int((np.abs(null) >= abs(observed) - 1e-9).sum())
        out["difference"] = {
            "value": _round(observed),
            "interval": _interval(drawn.over_runs(boot - base_boot)),
            "p": round((1 + extreme) / (1 + len(null)), 4),
        }
    return out


class _Draws:
    """Resampled scores, each computed once; draws of a language are the same for every run."""

    def __init__(self, resamples: int) -> None:
        self.resamples = resamples
        self._known: dict[tuple[int, str, str], NDArray[np.float64]] = {}

    def boot(self, cell: Cell, name: str, metric: str) -> NDArray[np.float64]:
        key = (id(cell), name, metric)
        if key not in self._known:
            which, formula = METRICS[metric]
            self._known[key] = bootstrap(cell.counts[name][which], formula, name, 0, self.resamples)
        return self._known[key]

    def swapped(self, first: Cell, second: Cell, name: str, metric: str) -> NDArray[np.float64]:
        which, formula = METRICS[metric]
        return randomised_differences(
            first.counts[name][which], second.counts[name][which], formula, name, 0, self.resamples
        )

    def over_runs(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean over runs that are drawn with replacement: (runs, resamples) -> (resamples,)."""
        runs, resamples = scores.shape
        chosen = np.random.default_rng(0).integers(runs, size=(runs, resamples))
        return np.asarray(np.take_along_axis(scores, chosen, axis=0).mean(axis=0))


def score(cell: Cell, name: str, metric: str) -> float:
    """F1 of a run on one set, in percent."""
    which, formula = METRICS[metric]
    return float(formula(cell.counts[name][which].sum(axis=0)))


def group_mean(cell: Cell, group: str, metric: str) -> float | None:
    """Mean F1 of a run over the languages of a group; None if it has none."""
    names = [name for name in cell.counts if group in group_of(name)]
    return float(np.mean([score(cell, name, metric) for name in names])) if names else None


def _languages(runs: Sequence[Cell]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "n_sentences": len(runs[0].counts[name][0]),
            **{metric: _round(np.mean([score(run, name, metric) for run in runs])) for metric in METRICS},
        }
        for name in runs[0].counts
    }


def _types(runs: Sequence[Cell]) -> dict[str, float]:
    """Strict F1 of each entity type, over all sentences of all sets together."""
    total = np.sum([entities.sum(axis=0) for run in runs for entities, _ in run.counts.values()], axis=0)
    return {name: _round(micro_f1(total[i : i + 1])) for i, name in enumerate(entity_types())}


def _facts(runs: Sequence[Cell]) -> dict[str, Any]:
    """Facts of the runs, numbers averaged; what is not a number is taken from the first."""
    kept = [key for key in runs[0].facts if key != "words"]
    return {key: _average([run.facts[key] for run in runs if key in run.facts]) for key in kept}


def _average(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, dict):
        return {key: _average([v[key] for v in values if key in v]) for key in first}
    if isinstance(first, bool | str) or first is None or isinstance(first, list):
        return first
    return round(float(np.mean(values)), 4)


def _reference(run: Cell, references: Sequence[Cell], by_base: Mapping[str, Cell]) -> Cell | None:
    """The reference run on the same base: its only one, or the one with the same seed."""
    if run.base in by_base:
        return by_base[run.base]
    return next((c for c in references if (c.base, c.seed) == (run.base, run.seed)), None)


def _bases(runs: Sequence[Cell]) -> set[str]:
    return {run.base for run in runs}


def _interval(scores: NDArray[np.float64]) -> list[float]:
    low, high = np.quantile(scores, (0.025, 0.975))
    return [_round(low), _round(high)]


def _round(value: Any) -> float:
    return round(float(value), 2)
