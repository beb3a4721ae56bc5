"""One cell of an experiment: an arm, a base and a seed, with what was measured; kept on disk so that a run resumes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ipaner.evaluation.metrics import Counts
from ipaner.files import atomic_write, atomic_write_bytes

STAGE_1, TWIN = "stage 1", "blind twin"
"""Arms that every experiment on trained taggers has: the base as it is, and its twin that hears no letters."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one run gave.

    Attributes:
        arm: Name of the arm.
        base: Name of the base; empty where there is none.
        seed: Seed of the run.
        counts: For each ``corpus/language`` the counts of each sentence, of entities and of positions.
        facts: Whatever else was measured, plain values.
    """

    arm: str
    base: str
    seed: int
    counts: Mapping[str, tuple[Counts, Counts]]
    facts: Mapping[str, Any]

    @property
    def slug(self) -> str:
        """A file name."""
        parts = (self.arm, self.base, str(self.seed))
        return "--".join(re.sub(r"[^\w.]+", "-", part.lower()) for part in parts if part)


def save_cell(cell: Cell, folder: Path, key: str) -> None:
    """Write a cell; ``key`` says what it was made from."""
    arrays: dict[str, Any] = {}
    for name, (entities, positions) in cell.counts.items():
        arrays[f"{name}/entities"] = entities.astype(np.int16)
        arrays[f"{name}/positions"] = positions.astype(np.int16)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write_bytes(folder / f"{cell.slug}.npz") as file:
        np.savez_compressed(file, **arrays)
    row = {"key": key, "arm": cell.arm, "base": cell.base, "seed": cell.seed, "facts": dict(cell.facts)}
    with atomic_write(folder / f"{cell.slug}.json") as text:
        text.write(json.dumps(row, ensure_ascii=False, indent=1) + "\n")


def load_cell(path: Path) -> tuple[Cell, str]:
    """A cell and its key, from the path of its JSON file."""
    row = json.loads(path.read_text(encoding="utf-8"))
    counts: dict[str, tuple[Counts, Counts]] = {}
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
        for name in sorted({key.rsplit("/", 1)[0] for key in arrays.files}):
            pair = (arrays[f"{name}/entities"], arrays[f"{name}/positions"])
            counts[name] = (pair[0].astype(np.int64), pair[1].astype(np.int64))
    return Cell(row["arm"], row["base"], row["seed"], counts, row["facts"]), row["key"]


def load_cells(folder: Path) -> list[Cell]:
    """All cells of a folder."""
    return [load_cell(path)[0] for path in sorted(folder.glob("*.json"))]
