"""Experiments: one YAML each, a runner that resumes, tables and figures. Needs the extras ``[train]``, ``[plots]``."""

from ipaner.experiments.config import Experiment, read_experiment
from ipaner.experiments.runner import run_experiment

__all__ = ["Experiment", "read_experiment", "run_experiment"]
