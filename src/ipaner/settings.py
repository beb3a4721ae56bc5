"""Configuration files: YAML, checked by pydantic, with values that a command line may replace."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ipaner.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(kind: type[Model], path: Path, overrides: dict[str, Any] | None = None) -> Model:
    """Read a configuration file of any kind, with values replaced as in :func:`read_config`.

    Raises:
        ConfigError: If the file cannot be read or says something unknown.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: a configuration is a mapping of keys to values")
    return validated(kind, data, overrides, str(path))


def validated(kind: type[Model], data: dict[str, Any], overrides: dict[str, Any] | None, where: str) -> Model:
    """Check plain values against a configuration class, some of them replaced.

    Raises:
        ConfigError: If a value is unknown or wrong; the message begins with ``where``.
    """
    data = copy.deepcopy(data)
    for key, value in (overrides or {}).items():
        _replace(data, key, value)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"{where}: {faults}") from error


def _replace(data: Any, key: str, value: Any) -> None:
    """Set what a dotted key names; a number is a place in a list, counted from 0."""
    *parents, last = key.split(".")
    try:
        for parent in parents:
            data = data[int(parent)] if isinstance(data, list) else data.setdefault(parent, {})
        data[int(last) if isinstance(data, list) else last] = value
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        raise ConfigError(f"There is no '{key}' to replace in the configuration") from error
