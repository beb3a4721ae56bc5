"""The YAML file that defines an experiment; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ipaner.errors import ConfigError
from ipaner.settings import read_yaml

FOLDER = Path("experiments")
"""Where a name is looked for, from the root of the project."""
TINY = FOLDER / "tiny.yaml"
"""Training configuration of the tagger of trial runs."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Base(_Strict):
    """A stage-1 tagger: a run folder (or checkpoint) under ``--models``, and the twin that hears nothing."""

    model: str
    twin: str | None = None


class Curve(_Strict):
    """What the figure has on its horizontal axis."""

    label: str
    values: dict[str, float] = Field(description="place of each arm on the axis")
    series: dict[str, list[str]] = Field(default_factory=dict, description="arms that make one line each")
    log: bool = False


class Sets(_Strict):
    """Which validation sets of the target languages are measured, and how many sentences of each."""

    wikiann: int | None = Field(None, description="at most so many sentences a language; null: all; 0: none")
    news: int | None = Field(None, description="the same for each human-made news set")
    languages: list[str] | None = Field(None, description="only these languages")


class Experiment(_Strict):
    """A whole experiment: every arm on every base with every seed."""

    name: str
    kind: Literal["contrast", "representation", "noise", "audio"]
    title: str
    question: str
    bases: dict[str, Base] = Field(default_factory=dict)
    seeds: list[int] = Field(min_length=1)
    sets: Sets = Sets()
    common: dict[str, Any] = Field(default_factory=dict, description="values of every arm, keys dotted")
    arms: dict[str, dict[str, Any]] = Field(min_length=1, description="values of each arm, keys dotted")
    settings: dict[str, Any] = Field(default_factory=dict, description="what this kind of experiment needs besides")
    reference: str = Field("stage 1", description="the arm that others are tested against")
    curve: Curve | None = None
    smoke: dict[str, Any] = Field(default_factory=dict, description="replaces values in a trial run, keys dotted")

    @model_validator(mode="after")
    def _known_arms(self) -> Experiment:
        named = set(self.curve.values) if self.curve else set()
        for series in self.curve.series.values() if self.curve else ():
            named.update(series)
        if unknown := sorted(named - set(self.arms) - {"stage 1"}):
            raise ValueError(f"the curve names arms that do not exist: {', '.join(unknown)}")
        return self


def read_experiment(name: str, *, smoke: bool = False) -> Experiment:
    """Read an experiment by its name (``experiments/NAME.yaml``) or by the path of its file.

    Args:
        name: Name or path.
        smoke: Cut it down to a trial of under a minute: see :func:`trial`.

    Raises:
        ConfigError: If there is none, or it says something unknown.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file():
        there = sorted(p.stem for p in FOLDER.glob("*.yaml") if "\nkind:" in p.read_text(encoding="utf-8"))
        known = f"Experiments here: {', '.join(there)}" if there else "Run it from the root of the project"
        raise ConfigError(f"There is no experiment {path}. {known}")
    experiment = read_yaml(Experiment, path)
    return trial(read_yaml(Experiment, path, experiment.smoke)) if smoke else experiment


def trial(experiment: Experiment) -> Experiment:
    """The same experiment, every arm of it, on one tiny tagger, one seed, a few sentences and steps."""
    common = dict(experiment.common)
    arms = experiment.arms
    if experiment.kind == "contrast":
        common |= {"schedule.pairs_per_batch": 8}
        arms = {name: values | {"schedule.steps": 2} for name, values in arms.items()}
        arms = {
            name: {k: str(TINY) if k == "joint.config" else v for k, v in values.items()}
            for name, values in arms.items()
        }
    bases = {name: Base(model="tiny") for name in list(experiment.bases)[:1]}
    settings = experiment.settings
    if "sources" in settings:
        settings = settings | {"sources": str(TINY)}
    return experiment.model_copy(
        update={
            "name": f"{experiment.name}-smoke",
            "bases": bases,
            "seeds": experiment.seeds[:1],
            "sets": Sets(wikiann=3, news=2, languages=["sin", "mri", "amh"]),
            "common": common,
            "arms": arms,
            "settings": settings,
        }
    )
