"""Annotated corpora: readers, writers, folders, and the registry of what may be trained on what."""

from ipaner.corpora.conll import read_conll, write_conll
from ipaner.corpora.folders import find_corpus, find_splits
from ipaner.corpora.jsonl import read_jsonl, write_jsonl
from ipaner.corpora.reading import Format, format_by_name, read_corpus, read_sentences, write_corpus
from ipaner.corpora.schemes import COMMON_LABELS, ReadReport, Scheme, to_iob2
from ipaner.corpora.sentence import Sentence

__all__ = [
    "COMMON_LABELS",
    "Format",
    "ReadReport",
    "Scheme",
    "Sentence",
    "find_corpus",
    "find_splits",
    "format_by_name",
    "read_conll",
    "read_corpus",
    "read_jsonl",
    "read_sentences",
    "to_iob2",
    "write_conll",
    "write_corpus",
    "write_jsonl",
]
