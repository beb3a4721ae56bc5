"""Where known names come from: packages made for it, lists written for the project, lists of the user's own."""

from ipaner.names.sources.common import common_words
from ipaner.names.sources.curated import read_curated
from ipaner.names.sources.packages import SOURCES
from ipaner.names.sources.table import read_table

__all__ = ["SOURCES", "common_words", "read_curated", "read_table"]
