"""The group of commands: lazy imports, and errors that end in one line and the right exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ipaner import __version__
from ipaner.errors import IpanerError

INTERRUPTED = 130
"""What a shell reports for a process ended by Ctrl-C (128 + SIGINT)."""

PIPE_CLOSED = 141
"""Likewise for a process whose reader went away, as under ``ipaner tag … | head`` (128 + SIGPIPE)."""


class CommandGroup(click.Group):
    """A click group whose commands are imported only when they run.

    Args:
        name: Name of the program.
        commands_at: For each command ``module:attribute`` and the line shown in the list of commands.
    """

    def __init__(self, name: str, commands_at: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(
            name=name,
            help="Find people, places and organisations in text of languages without training data, read as sound.",
            context_settings={"help_option_names": ["-h", "--help"]},
            params=[
                click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
                _language_dir(hidden=False),
            ],
        )
        click.version_option(__version__, prog_name=name)(self)
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the table."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or None if there is none of that name."""
        if cmd_name not in self._commands_at:
            return None
        module, attribute = self._commands_at[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        _take_language_dir(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self._commands_at.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ipaner or of the system ends in one line, not in a traceback."""
        with _one_line_errors(debug=bool(ctx.params.get("debug"))):
            for stream in (sys.stdout, sys.stderr):
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(encoding="utf-8")  # IPA does not fit into a code page
            result = super().invoke(ctx)
            sys.stdout.flush()  # a full disk must be noticed here, where it can still be reported
            return result


def _language_dir(hidden: bool) -> click.Option:
    return click.Option(
        ["--language-dir"],
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        multiple=True,
        expose_value=False,
        is_eager=True,
        callback=_search_in,
        hidden=hidden,
        help="Directory of language folders of your own; also from IPANER_LANGUAGE_DIR.",
    )


def _search_in(context: click.Context, _: click.Parameter, directories: tuple[Path, ...]) -> None:
    """Look for languages in these directories as long as the command runs."""
    if directories:
        from ipaner.languages.discovery import searched_first

        for directory in reversed(directories):
            context.with_resource(searched_first(directory))


def _take_language_dir(command: click.Command) -> None:
    """Let the option also stand after the command, where people write it."""
    if all(parameter.name != "language_dir" for parameter in command.params):
        command.params.append(_language_dir(hidden=True))
    for subcommand in getattr(command, "commands", {}).values():
        _take_language_dir(subcommand)


@contextmanager
def _one_line_errors(debug: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except (IpanerError, OSError) as error:
        if isinstance(error, OSError):
            _forget_standard_output()
            if error.errno == errno.EPIPE:
                raise click.exceptions.Exit(PIPE_CLOSED) from None
        if debug:
            traceback.print_exc()
        message, code = (str(error), error.exit_code) if isinstance(error, IpanerError) else (_describe(error), 3)
        click.echo(f"Error: {message}", err=True)
        raise click.exceptions.Exit(code) from error


def _describe(error: OSError) -> str:
    """What the system said, with the file it was about."""
    where = f"{error.filename}: " if error.filename is not None else ""
    return where + (error.strerror or str(error))


def _forget_standard_output() -> None:
    """Let nothing more be written where writing failed, or Python complains again when it ends."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return  # not a file of the system: a test's stand-in
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
