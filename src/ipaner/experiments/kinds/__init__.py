"""Kinds of experiments: each a module with ``run_cell``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaner.experiments.cells import Cell
    from ipaner.experiments.runner import Context

    RunCell = Callable[[str, str, int, Context], Cell]
    """(arm, base, seed, context) -> what was measured."""


def kind(name: str) -> RunCell:
    """The function that runs a cell of this kind of experiment."""
    run: RunCell = import_module(f"ipaner.experiments.kinds.{name}").run_cell
    return run
