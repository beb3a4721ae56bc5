"""Where pairs come from: one module a source, each giving pairs that are not transcribed yet."""

from ipaner.pairs.sources.attested import Attested
from ipaner.pairs.sources.cldr import PARTS, read_cldr
from ipaner.pairs.sources.curated import curated_languages, read_curated
from ipaner.pairs.sources.geonames import own_script, read_geonames
from ipaner.pairs.sources.tsv import read_tsv

__all__ = [
    "PARTS",
    "Attested",
    "curated_languages",
    "own_script",
    "read_cldr",
    "read_curated",
    "read_geonames",
    "read_tsv",
]
