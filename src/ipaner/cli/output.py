"""Where output goes: standard output, written line by line, or a file, written whole or not at all."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from ipaner.files import atomic_write


@contextmanager
def open_output(path: Path | None) -> Iterator[TextIO]:
    """A UTF-8 text stream to a file, or to standard output if there is no path.

    The file appears, or replaces an older one, only when the block ends without an error.
    """
    if path is None or str(path) == "-":
        yield sys.stdout
        sys.stdout.flush()
    else:
        with atomic_write(path) as stream:
            yield stream


def json_line(value: object) -> str:
    """A value as one line of JSON that is always valid UTF-8, with its line break."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate can only be written escaped
        line = json.dumps(value)
    return line + "\n"


def output_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``-o FILE``."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file, whole or not at all, instead of standard output.",
    )(command)
