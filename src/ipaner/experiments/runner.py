"""Run an experiment cell by cell; what is done already is kept, unless something it was made from has changed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipaner.errors import ConfigError, ModelFileError
from ipaner.experiments.cells import STAGE_1, TWIN, load_cell, save_cell
from ipaner.experiments.config import TINY, Experiment
from ipaner.experiments.kinds import kind
from ipaner.experiments.measure import Evaluator, source_sets, target_sets
from ipaner.files import sha256
from ipaner.model.checkpoint import Description, load_checkpoint
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair
from ipaner.training.config import read_config
from ipaner.training.contrastive import Probe, relatives
from ipaner.training.contrastive.pool import pairs_for, read_table
from ipaner.training.contrastive.space import UNTRAINED
from ipaner.training.ner import train
from ipaner.transcription import WordCache

logger = logging.getLogger(__name__)

_REPORT = ("report", "leave_out", "siblings")
"""Settings that only say what a report shows."""


@dataclass(slots=True)
class Context:
    """What cells share: places on disk, and things that take long to read.

    Attributes:
        experiment: The experiment.
        models: Folder of the run folders of stage 1.
        data: Folder that holds ``source`` and ``target`` corpora.
        pairs: Table of pairs; None for the one in the package.
        cache: Words transcribed earlier.
        work: Folder of this experiment's runs.
    """

    experiment: Experiment
    models: Path
    data: Path
    pairs: Path | None
    cache: WordCache | None
    work: Path
    _evaluators: dict[str, Evaluator] = field(default_factory=dict)
    _tables: dict[str, list[Pair]] = field(default_factory=dict)
    _probes: dict[str, Probe] = field(default_factory=dict)
    _relatives: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)

    def checkpoint(self, base: str, arm: str = "") -> Path:
        """Folder of a base's checkpoint, or of its twin's where the arm is the twin.

        Raises:
            ModelFileError: If it is not there.
        """
        entry = self.experiment.bases[base]
        name = entry.twin if arm == TWIN else entry.model
        for folder in (self.models / str(name) / "checkpoint", self.models / str(name)):
            if (folder / "manifest.json").is_file():
                return folder
        raise ModelFileError(
            f"The experiment '{self.experiment.name}' starts from the checkpoint '{name}', which is not in "
            f"{self.models}. Train it first (experiments/reproduce.sh), or name the folder with --models"
        )

    def load(self, base: str, arm: str = "") -> tuple[IpanerForNer, Description]:
        """The base's network and description, read anew each time."""
        model, description = load_checkpoint(self.checkpoint(base, arm))
        return model.eval(), description

    def evaluator(self, description: Description) -> Evaluator:
        """The sets that are measured, as this checkpoint reads them, encoded once.

        Target languages; or, where the setting ``sources`` names a training configuration, the languages it keeps out.
        """
        key = f"{description.profile} {description.broad}"
        if key not in self._evaluators:
            if "sources" in self.experiment.settings:
                config = read_config(Path(self.experiment.settings["sources"]))
                sets = source_sets(config, self.data / "source", cache=self.cache)
            else:
                sets = target_sets(
                    self.data / "target",
                    description.profile,
                    self.experiment.sets,
                    broad=description.broad,
                    cache=self.cache,
                )
            self._evaluators[key] = Evaluator(sets)
        return self._evaluators[key]

    def table(self, description: Description) -> list[Pair]:
        """The table of pairs as this checkpoint reads them."""
        key = f"{description.profile} {description.broad}"
        if key not in self._tables:
            table = read_table(self.pairs or "bundled")
            self._tables[key] = pairs_for(table, description.profile, description.broad, self.cache)
        return self._tables[key]

    def probe(self, description: Description) -> Probe:
        """What spaces are measured on: all languages of the table, whatever an arm trains on."""
        key = f"{description.profile} {description.broad}"
        if key not in self._probes:
            table = self.table(description)
            self._probes[key] = Probe(table, sorted({pair.language for pair in table} - set(UNTRAINED)))
        return self._probes[key]

    def relatives(self, description: Description) -> Mapping[str, frozenset[str]]:
        """What belongs together in the table."""
        key = f"{description.profile} {description.broad}"
        if key not in self._relatives:
            self._relatives[key] = relatives(self.table(description))
        return self._relatives[key]


def cells_of(experiment: Experiment) -> list[tuple[str, str, int]]:
    """(arm, base, seed) of every cell: stage 1 and its twin once a base, then arms with each seed."""
    if not experiment.bases:
        return [(arm, "", seed) for seed in experiment.seeds for arm in experiment.arms]
    out = [(STAGE_1, base, 0) for base in experiment.bases]
    out += [(TWIN, base, 0) for base, entry in experiment.bases.items() if entry.twin]
    out += [(arm, base, seed) for seed in experiment.seeds for base in experiment.bases for arm in experiment.arms]
    return out


def run_experiment(
    experiment: Experiment,
    *,
    models: Path,
    data: Path,
    work: Path,
    pairs: Path | None = None,
    cache: Path | None = None,
    smoke: bool = False,
    progress: Callable[[str, int, int], object] = lambda cell, done, total: None,
) -> Path:
    """Run the cells that are not there yet.

    Args:
        experiment: What to run.
        models: Folder of the run folders of stage 1.
        data: Folder that holds ``source`` and ``target`` corpora.
        work: Folder for runs; cells go to ``work/NAME/cells``.
        pairs: Table of pairs; None for the one in the package.
        cache: File of the word cache.
        smoke: It is a trial: train the tiny tagger that stands for every base.
        progress: Told the name of each cell before it runs, how many are done, and how many there are.

    Returns:
        The folder of cells.

    Raises:
        ConfigError: If a value is wrong, or the data is not there.
        ModelFileError: If a base is not there.
    """
    if not data.is_dir():
        raise ConfigError(f"{data} is no folder. Give the folder that holds source/ and target/ with --data")
    folder = work / experiment.name
    if smoke and experiment.bases:
        models = work / "models"
        _tiny(models, data, cache)
    words = WordCache(cache) if cache else None
    context = Context(experiment, models, data, pairs, words, folder)
    run_cell = kind(experiment.kind)
    table = sha256(pairs) if pairs else "bundled"
    cells = cells_of(experiment)
    for base in experiment.bases:
        context.checkpoint(base)
    for done, (arm, base, seed) in enumerate(cells):
        name = f"{arm}{f' on {base}' if base else ''}, seed {seed}"
        progress(name, done, len(cells))
        key = _key(experiment, arm, base, table, context)
        path = folder / "cells" / f"{_slug(arm, base, seed)}.json"
        if path.is_file() and load_cell(path)[1] == key:
            continue
        logger.info("%s: %s (%d of %d)", experiment.name, name, done + 1, len(cells))
        save_cell(run_cell(arm, base, seed, context), folder / "cells", key)
    progress("", len(cells), len(cells))
    return folder / "cells"


def _tiny(models: Path, data: Path, cache: Path | None) -> None:
    """A tagger trained for a few seconds, which can do nothing but be run."""
    if not (models / "tiny" / "checkpoint" / "manifest.json").is_file():
        train(read_config(TINY), data / "source", models / "tiny", cache=cache)


def _key(experiment: Experiment, arm: str, base: str, table: str, context: Context) -> str:
    """A digest of all that a cell is made from, so that a changed configuration makes it anew."""
    fixed = arm in (STAGE_1, TWIN)
    made_from = {
        "sets": experiment.sets.model_dump(),
        "settings": {k: v for k, v in experiment.settings.items() if k not in _REPORT},
        "common": None if fixed else experiment.common,
        "arm": None if fixed else experiment.arms[arm],
        "table": table,
        "base": sha256(context.checkpoint(base, arm) / "model.safetensors") if base else None,
    }
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:16]


def _slug(arm: str, base: str, seed: int) -> str:
    from ipaner.experiments.cells import Cell

    return Cell(arm, base, seed, {}, {}).slug
