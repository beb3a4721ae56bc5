from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ipaner.cli import main

# A tiny real checkpoint, made by the fixtures of the runtime's tests.
_RUNTIME = Path(__file__).parents[1] / "runtime"
sys.path.append(str(_RUNTIME))
_spec = importlib.util.spec_from_file_location("runtime_fixtures", _RUNTIME / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
make_checkpoint = _fixtures.make_checkpoint
checkpoint_folder = _fixtures.checkpoint_folder

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs the command line inside this process."""

    def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, catch_exceptions=False)

    return run


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Start:
    """Starts the command line as a process of its own."""

    def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen([sys.executable, "-m", "ipaner.cli", *map(str, arguments)], **pipes)  # type: ignore[call-overload, no-any-return]

    return start
