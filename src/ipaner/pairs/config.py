"""The YAML file that says of which languages and sources a table of pairs is made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ipaner.settings import read_yaml

Relation = Literal["loanword", "internationalism", "cognate", "name", "transliteration"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Source(_Strict):
    languages: list[str] | None = Field(None, description="only these of the table's languages; none given: all")
    max_distance: float | None = Field(None, gt=0, le=1, description="instead of the table's")
    drop_identical_spelling: bool | None = Field(None, description="instead of the table's")


class Curated(_Source):
    """The package's own lists."""

    kind: Literal["curated"]


class Cldr(_Source):
    """Names of CLDR."""

    kind: Literal["cldr"]
    parts: list[Literal["territories", "languages", "scripts", "currencies", "cities"]] = [
        "territories",
        "languages",
        "scripts",
        "currencies",
        "cities",
    ]


class Geonames(_Source):
    """Cities of GeoNames; only languages that have a script for themselves."""

    kind: Literal["geonames"]
    min_population: int = Field(15_000, ge=0)


class Tsv(_Source):
    """Lists in files, ``<path>/<language>.tsv[.gz]``."""

    kind: Literal["tsv"]
    path: Path | None = Field(None, description="folder, relative to this file; none given: that of --data")
    relations: list[Relation] = ["loanword", "internationalism", "cognate", "name", "transliteration"]
    exclude: list[str] = Field(default_factory=list, description="names of sources to leave out")
    licence: str = Field("", description="of rows that state none")


Source = Annotated[Curated | Cldr | Geonames | Tsv, Field(discriminator="kind")]


class PairsConfig(_Strict):
    """A whole table."""

    name: str
    languages: list[str] = Field(min_length=1, description="ISO 639-3 codes")
    sources: list[Source] = Field(min_length=1, description="where two have the same pair, the first one counts")
    profile: Literal["core", "espeak", "published"] = "core"
    attested: bool = Field(False, description="prefer transcriptions of the lists of --pronunciations")
    max_distance: float = Field(0.5, gt=0, le=1, description="pairs that sound less alike are dropped")
    min_phones: int = Field(2, ge=1, description="either side must have as many")
    drop_identical_spelling: bool = False
    redistributable: bool = Field(False, description="keep only rows whose licence lets anyone pass them on")
    per_english: int | None = Field(None, ge=1, description="of several words for one English word, keep the nearest")
    cap: int | dict[str, int] | None = Field(None, description="most pairs of a language")
    prefer: list[Relation] = Field(default_factory=list, description="relations that a cap takes first, in this order")
    seed: int = Field(0, description="of the draw among equals where a cap cuts")
    leave_out_untranscribed: bool = Field(
        False, description="go on without languages that the profile cannot transcribe, instead of an error"
    )

    def limit_of(self, source: Source) -> float:
        """The utmost distance of pairs from a source."""
        return self.max_distance if source.max_distance is None else source.max_distance

    def drops_identical(self, source: Source) -> bool:
        """Whether pairs from a source must differ in spelling."""
        own = source.drop_identical_spelling
        return self.drop_identical_spelling if own is None else own

    def cap_of(self, language: str) -> int | None:
        """The most pairs of a language; None where there is no limit."""
        return self.cap.get(language) if isinstance(self.cap, dict) else self.cap


def read_config(path: Path, overrides: dict[str, Any] | None = None) -> PairsConfig:
    """Read the configuration of a table.

    Args:
        path: The YAML file.
        overrides: Values that replace those of the file, keys dotted.

    Raises:
        ConfigError: If the file cannot be read or says something unknown.
    """
    return read_yaml(PairsConfig, path, overrides)
