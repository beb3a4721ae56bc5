from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ipaner import __version__
from ipaner.cli.group import CommandGroup

COMMANDS = [
    "tag",
    "transcribe",
    "coverage",
    "languages",
    "language",
    "evaluate",
    "pretrain",
    "train",
    "pairs",
    "names",
    "align",
    "experiment",
    "export",
    "demo",
]


def test_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys; from ipaner.cli import main; main(['--help'], standalone_mode=False);"
        "heavy = {'numpy', 'rich', 'onnxruntime', 'icu4py', 'torch', 'ipaner.cli.tag'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = [line.split()[0] for line in done.stdout.split("Commands:\n")[1].splitlines() if line.strip()]
    assert listed == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_can_be_imported_and_explains_itself(run, command) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Usage: ipaner {command}" in result.stdout


def test_version(run) -> None:
    assert __version__ in run("--version").stdout


def test_unknown_command_is_wrong_usage(run) -> None:
    assert run("tagg").exit_code == 2


def test_error_is_one_line_and_its_exit_code(run, tmp_path) -> None:
    result = run("tag", "-l", "mri", "--model", tmp_path / "none", "Kia ora")
    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_debug_shows_the_traceback_and_keeps_the_exit_code(run, tmp_path) -> None:
    result = run("--debug", "tag", "-l", "mri", "--model", tmp_path / "none", "Kia ora")
    assert result.exit_code == 4
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (PermissionError(13, "Permission denied", "f"), 3)]
)
def test_what_the_system_raises_becomes_an_exit_code(monkeypatch, error, code) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(sys.modules[__name__], "failing", click.command()(fail), raising=False)
    result = CliRunner().invoke(CommandGroup("x", {"failing": (f"{__name__}:failing", "")}), ["failing"])
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_full_disk_behind_standard_output(start, checkpoint_folder) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("wb") as full:
        process = start("tag", "-l", "mri", "--model", checkpoint_folder, "Kia ora", stdout=full)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert err.decode().strip() == "Error: No space left on device"


def test_full_disk_behind_an_output_file(run, checkpoint_folder) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl", "-o", "/dev/full", "Kia ora")
    assert result.exit_code == 3
    assert "No space left on device" in result.stderr


def test_closed_pipe_is_quiet(start, checkpoint_folder, tmp_path) -> None:
    text = tmp_path / "long.txt"
    text.write_text("Kia ora koutou katoa.\n" * 20_000, encoding="utf-8")
    process = start("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "conll", text, stdin=subprocess.DEVNULL)
    process.stdout.read(10)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert err == b""


def test_interrupt_leaves_no_file(start, checkpoint_folder, tmp_path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("older\n", encoding="utf-8")
    process = start("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl", "-o", out, "-")
    process.stdin.write(b"Kia ora\n")
    process.stdin.flush()
    while len(list(tmp_path.iterdir())) == 1:  # until it has begun to write aside
        assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b""
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert out.read_text(encoding="utf-8") == "older\n"
