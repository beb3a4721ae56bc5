"""Any Hugging Face token classifier as a baseline: it reads original spelling, the first piece of a word decides."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoConfig, AutoModelForTokenClassification

from ipaner.corpora.schemes import COMMON_LABELS, parse_tag, to_iob2
from ipaner.errors import ModelFileError
from ipaner.labels import LABELS, viterbi
from ipaner.training.hf_pieces import Pieces, read_tokenizer, unreadable, windows

RECORD = "record.json"
"""What ``ipaner train --hf-encoder`` tells of a checkpoint, beside the model's own files."""

_TYPES = frozenset(label[2:] for label in LABELS if label != "O")
_BATCH_PIECES = 4096


@dataclass(frozen=True, slots=True)
class HfTagged:
    """Labels of one sentence; such a model has no calibrated scores."""

    tags: tuple[str, ...]
    scores: None = None


class HfTagger:
    """A token classifier with its tokenizer.

    Labels of the model become PER, LOC and ORG; all others (MISC, DATE) become O. A model that ipaner trained is
    decoded as ipaner's own are, by the best valid IOB2 sequence; of any other the best label of each word is taken and
    read as IOB1, IOB2, BIOES or BILOU, or as bare types, since nothing says which it means.

    Args:
        name: Hub name or local folder.
        device: Where to run it; by default a GPU if there is one.

    Attributes:
        name: As given.
        label_of: What each label of the model means here.
        record: What is told of the model's training, if ipaner trained it.

    Raises:
        ModelFileError: If there is no such model, it has no trained head, or its labels mean nothing here.
    """

    def __init__(self, name: str, device: str | None = None) -> None:
        self.name = name
        self.network, config = _load(name)
        self.pieces = Pieces(read_tokenizer(name), config)
        self.label_of = map_labels([config.id2label[i] for i in range(config.num_labels)], name)
        self.record = _record(name)
        self._own = self.record is not None and self.label_of == LABELS
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.network.to(self.device).eval()

    def tag(
        self, sentences: Sequence[Sequence[str]], advance: Callable[[int], object] = lambda number: None
    ) -> list[HfTagged]:
        """Label the words of sentences; nothing is cut off.

        Args:
            sentences: Words of each sentence.
            advance: Told how many further sentences are done.
        """
        out = []
        for start in range(0, len(sentences), 256):
            some = sentences[start : start + 256]
            out += [HfTagged(tuple(self._decode(x))) for x in self.logits(some)]
            advance(len(some))
        return out

    def logits(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Scores of the model's own labels at the first piece of each word: (words, labels) for each sentence.

        A sentence longer than the model reads is read in windows that overlap, and each word is taken from the window
        in which it stands farther from an edge.
        """
        words = [[self.pieces.word(token) for token in tokens] for tokens in sentences]
        jobs: dict[int, list[tuple[int, int, int, list[int], list[int]]]] = defaultdict(list)
        for number, sentence in enumerate(words):
            for start, end, keep, stop in _shares(list(windows([len(w) for w in sentence], self.pieces.budget))):
                ids, first = self.pieces.assemble(sentence[start:end])
                jobs[self.pieces.padded(len(ids))].append((number, keep, stop, ids, first[keep - start : stop - start]))
        out = [np.zeros((len(sentence), len(self.label_of)), dtype=np.float32) for sentence in words]
        for length, members in sorted(jobs.items()):
            size = max(1, _BATCH_PIECES // length)
            for at in range(0, len(members), size):
                batch = members[at : at + size]
                scores = self._run([ids for _, _, _, ids, _ in batch], length)
                for row, (number, keep, stop, _, first) in zip(scores, batch, strict=True):
                    out[number][keep:stop] = row[first]
        return out

    def _run(self, rows: Sequence[Sequence[int]], length: int) -> NDArray[np.float32]:
        ids = torch.full((len(rows), length), self.pieces.pad)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        with torch.no_grad():
            output = self.network(input_ids=ids.to(self.device), attention_mask=mask.to(self.device)).logits
        scores: NDArray[np.float32] = output.float().cpu().numpy()
        return scores

    def _decode(self, scores: NDArray[np.float32]) -> Sequence[str]:
        if self._own:
            return viterbi(scores)
        tags, _ = to_iob2([self.label_of[i] for i in scores.argmax(axis=1)])
        return tags


def map_labels(labels: Sequence[str], name: str) -> tuple[str, ...]:
    """What the labels of a model mean here, each with its prefix.

    Raises:
        ModelFileError: If none of them is a person, a place or an organisation.

    Example:
        >>> map_labels(["O", "B-PERSON", "I-PERSON", "S-gpe", "B-MISC"], "a model")
        ('O', 'B-PER', 'I-PER', 'S-LOC', 'O')
        >>> map_labels(["LOC", "O"], "a model")
        ('I-LOC', 'O')
    """
    out = []
    for label in labels:
        try:
            parsed = parse_tag(label.upper())
        except ValueError:  # a bare type, or nothing that is known
            parsed = ("I", label.upper())
        prefix, kind = parsed or ("", "O")
        kind = COMMON_LABELS.get(kind, kind)
        out.append(f"{prefix}-{kind}" if kind in _TYPES else "O")
    if set(out) == {"O"}:
        raise ModelFileError(
            f"'{name}' has no label for a person, a place or an organisation, but {', '.join(labels)}. Take a model "
            "for named entities, or fine-tune this one with 'ipaner train CONFIG --hf-encoder'"
        )
    return tuple(out)


def _shares(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Windows and the words that are taken from each: (start, end, first taken, one past the last)."""
    keep = 0
    for i, (start, end) in enumerate(spans):
        stop = (spans[i + 1][0] + end + 1) // 2 if i + 1 < len(spans) else end
        yield start, end, keep, stop
        keep = stop


def _load(name: str) -> tuple[Any, Any]:
    try:
        config = AutoConfig.from_pretrained(name)
        network, report = AutoModelForTokenClassification.from_pretrained(name, output_loading_info=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise unreadable("model", name, error) from error
    if missing := sorted(report["missing_keys"]):
        raise ModelFileError(
            f"'{name}' is no trained token classifier: it has no weights for {', '.join(missing[:3])}. Fine-tune it "
            f"first: ipaner train CONFIG --hf-encoder {name}"
        )
    return network, config


def _record(name: str) -> Mapping[str, Any] | None:
    path = Path(name) / RECORD
    if not path.is_file():
        return None
    try:
        record: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFileError(f"{path} cannot be read: {error}") from error
    return record
