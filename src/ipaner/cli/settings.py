"""Options that commands with a YAML configuration share."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click
import yaml

set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Replace a value of CONFIG, keys dotted, e.g. --set seed=2.",
)


def overrides(settings: tuple[str, ...]) -> dict[str, Any]:
    """What ``--set`` asked for, values read as YAML.

    Raises:
        click.UsageError: If one has no ``=``.

    Example:
        >>> overrides(("schedule.epochs=10", "pairs.languages={kor: 512}"))
        {'schedule.epochs': 10, 'pairs.languages': {'kor': 512}}
    """
    out: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set {setting}: write KEY=VALUE")
        out[key] = yaml.safe_load(value)
    return out


def log_to(*handlers: logging.Handler) -> None:
    """Send ipaner's own messages to these handlers, with the time."""
    log = logging.getLogger("ipaner")
    log.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)


def log_file(folder: Path, name: str) -> logging.Handler:
    """A handler that writes to a file of a run folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return logging.FileHandler(folder / name, encoding="utf-8")
