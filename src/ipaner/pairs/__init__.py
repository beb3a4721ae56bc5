"""Pairs of words that sound alike in English and another language because they are related: CONLIPA, open."""

from ipaner.pairs.pair import RELATIONS, Pair, from_ipa, to_ipa
from ipaner.pairs.select import held_out, select
from ipaner.pairs.table import COLUMNS, read_pairs, write_pairs

__all__ = ["COLUMNS", "RELATIONS", "Pair", "from_ipa", "held_out", "read_pairs", "select", "to_ipa", "write_pairs"]
