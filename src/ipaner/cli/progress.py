"""A counter of work done, on standard error and for people only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], object]
"""Told how many more are done."""


@contextmanager
def counting(unit: str, *, total: int | None = None, wanted: bool = True) -> Iterator[Advance]:
    """Show how many are done, with a bar if the total is known; nothing unless standard error is a terminal."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = (SpinnerColumn(),) if total is None else (BarColumn(),)
    columns = (*bar, TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(unit, total=total)
        yield lambda done: progress.update(task, advance=done)
