"""The table of languages as values, read from ``table.tsv``; ``docs/languages.md`` explains its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

PROFILES = ("core", "published", "espeak")
"""The transcription profiles, the default first."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language and the back ends that transcribe it.

    Attributes:
        code: ISO 639-3 code (``qaf``, Maghrebi Arabizi, is from the range for private use).
        name: English name.
        aliases: Other codes (ISO 639-1, 639-2 and members of a macrolanguage) and English names.
        scripts: ISO 15924 codes, the usual one first.
        family: Family and branch, as in ``Austronesian/Polynesian``, and a smaller group for some large branches.
        case: Evaluation case of the papers, 1 to 3, or None.
        backends: Profile to back end, as in ``{"core": "epitran:mri-Latn"}``; a language of several scripts has
            ``Latn=epitran:srp-Latn;Cyrl=epitran:srp-Cyrl``, which `backend` takes apart.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    scripts: tuple[str, ...]
    family: str
    case: int | None
    backends: Mapping[str, str] = field(hash=False)

    def backend(self, profile: str = "core", script: str | None = None) -> str:
        """Returns the back end for one script.

        Args:
            profile: One of `PROFILES`.
            script: ISO 15924 code; None, or a script the language has no back end for, means its first script.

        Raises:
            KeyError: There is no such profile.

        Example:
            >>> from ipaner import languages
            >>> languages.get("srp").backend("core", "Latn")
            'epitran:srp-Latn'
        """
        cell = self.backends[profile]
        if "=" not in cell:
            return cell
        by_script = dict(part.split("=", 1) for part in cell.split(";"))
        return by_script.get(script or "") or by_script[self.scripts[0]]


@dataclass(frozen=True, slots=True)
class Untranscribed:
    """A language known by name only: what `nearest` needs to suggest a related one."""

    code: str
    name: str
    aliases: tuple[str, ...]
    scripts: tuple[str, ...]
    family: str


@cache
def languages() -> tuple[Language, ...]:
    """Returns every language with a transcription, ordered by code."""
    return tuple(
        Language(
            code=row["code"],
            name=row["name"],
            aliases=_list(row["aliases"]),
            scripts=_list(row["scripts"]),
            family=row["family"],
            case=int(row["case"]) if row["case"] else None,
            backends={profile: row[profile] for profile in PROFILES},
        )
        for row in rows("table.tsv")
    )


@cache
def untranscribed() -> tuple[Untranscribed, ...]:
    """Returns further languages, without a transcription, ordered by code."""
    return tuple(
        Untranscribed(row["code"], row["name"], _list(row["aliases"]), _list(row["scripts"]), row["family"])
        for row in rows("untranscribed.tsv")
    )


def rows(name: str) -> list[dict[str, str]]:
    """Reads a table of this package: a line with the names of its columns, then a row a line, tabs between."""
    header, *lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
