"""Every error ipaner raises on purpose. Each says what went wrong, where, and what to do about it."""

from __future__ import annotations

from pathlib import Path


class IpanerError(Exception):
    """Base class of all of ipaner's own errors; the command line shows them without a traceback."""

    exit_code = 3


class LanguageNotSupported(IpanerError):
    """The language is unknown, or has no transcription in the profile asked for."""

    exit_code = 2


class TranscriptionError(IpanerError):
    """Text could not be transcribed, for instance because a back end is not installed."""


class FormatError(IpanerError):
    """A file does not have the form its name or the caller promised.

    Args:
        message: What is wrong and, where known, how to mend it.
        path: The file.
        line: Line number, counted from 1.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = "" if path is None else str(path) + (f":{line}" if line is not None else "") + ": "
        super().__init__(where + message)


class LimitExceeded(IpanerError):
    """Input is larger than a limit that exists to protect memory."""


class ModelFileError(IpanerError):
    """A checkpoint is missing, incomplete, altered, or made for something else."""

    exit_code = 4


class ConfigError(IpanerError):
    """A configuration file or an option asks for something that does not exist or is not allowed."""

    exit_code = 2


class MissingExtra(IpanerError):
    """A feature needs an optional dependency that is not installed.

    Args:
        feature: What was asked for, in words.
        extra: Name of the extra that brings it.
    """

    exit_code = 2

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs an extra that is not installed. Cure: pip install "ipaner[{extra}]"')
