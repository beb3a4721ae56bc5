"""The contrast with sound: IPA and synthetic speech of the same words drawn together, in three ways.

With e and x the projected vectors of a batch's English words and their partners in IPA, E and X those of the same words
spoken, and N the loss of the pairs (:func:`~ipaner.training.losses.info_nce`, with the same temperature and form), the
whole loss is ::

    w N(e, x)  +  w1/4 (N(e, X) + N(x, E) + N(e, E) + N(x, X))  +  w2 N(E, X)
    IPA-IPA       IPA-audio                                        audio-audio

w is ``contrast.weight``, w1 ``ipa_audio``, w2 ``audio_audio``. E and X come from a small convolution over log-mel
spectra, which learns from nothing at a rate of its own, and is dropped with the projection when the contrast is over.
The speech is espeak-ng's, not people's (:mod:`ipaner.transcription.speech`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn import functional

from ipaner.evaluation.alignment import retrieve
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair
from ipaner.training.contrastive.config import Contrast
from ipaner.training.contrastive.data import EncodedPairs
from ipaner.training.contrastive.space import embed
from ipaner.training.losses import info_nce
from ipaner.transcription.log_mel import BANDS, log_mel
from ipaner.transcription.speech import SAMPLE_RATE, speak

ENGLISH = "eng"

Spectrum = NDArray[np.float16]
"""Log-mel energies, (frames, bands)."""

Speech = Mapping[tuple[str, str], Spectrum]
"""Spectra by language and word."""


class Audio(BaseModel):
    """The part of a configuration that tells of the contrast with synthetic speech."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ipa_audio: float = Field(1.0, ge=0, description="weight of IPA against audio")
    audio_audio: float = Field(1.0, ge=0, description="weight of audio against audio")
    learning_rate: float = Field(1e-3, gt=0, description="of the audio encoder, which learns from nothing")
    width: int = Field(96, gt=0, description="channels of the audio encoder")
    shuffled: bool = Field(False, description="control: each word is given the sound of another of its language")


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of each band over all frames."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]

    @staticmethod
    def of(spectra: Iterable[Spectrum]) -> Scale:
        """Those of some spectra."""
        frames = np.concatenate([x.astype(np.float32) for x in spectra])
        return Scale(frames.mean(axis=0), frames.std(axis=0) + 1e-3)


class AudioEncoder(nn.Module):
    """Log-mel spectra -> one vector each: three convolutions over time, then mean and maximum over frames.

    Example:
        >>> encoder = AudioEncoder(Scale(np.zeros(40, np.float32), np.ones(40, np.float32)), 16, 64).eval()
        >>> encoder(torch.zeros(2, 30, 40), torch.tensor([30, 12])).shape
        torch.Size([2, 64])
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, scale: Scale, width: int, out: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(scale.mean))
        self.register_buffer("deviation", torch.from_numpy(scale.deviation))
        self.first = nn.Conv1d(len(scale.mean), width, 5, stride=2, padding=2)
        self.second = nn.Conv1d(width, width, 5, stride=2, padding=2)
        self.third = nn.Conv1d(width, width, 3, padding=1)
        self.out = nn.Linear(2 * width, out)

    def forward(self, spectra: Tensor, lengths: Tensor) -> Tensor:
        """Map (words, frames, bands), of which each word has ``lengths`` frames, to (words, out)."""
        x = ((spectra - self.mean) / self.deviation).transpose(1, 2)
        keep = _present(lengths, x.shape[2])
        x = x * keep
        for layer in (self.first, self.second):
            lengths = (lengths + 1) // 2
            x = functional.gelu(layer(x))
            keep = _present(lengths, x.shape[2])
            x = x * keep
        x = (x + functional.gelu(self.third(x))) * keep
        mean = x.sum(2) / keep.sum(2)
        top = (x + (keep - 1.0) * 1e4).amax(2)
        vectors: Tensor = self.out(torch.cat([mean, top], dim=1))
        return vectors


class AudioContrast(nn.Module):
    """The further loss of :func:`~ipaner.training.contrastive.contrast`: pass it as ``further``.

    Args:
        data: The pairs that are trained on.
        speech: Spectra of all their words.
        audio: How.
        how: Form and temperature of the contrast; its projection is what the audio encoder aims at.
        width: Width of the tagger's word vectors, for when there is no projection.
        seed: Fixes the audio encoder's first weights and, in the control, who gets whose sound.
    """

    def __init__(
        self, data: EncodedPairs, speech: Speech, audio: Audio, how: Contrast, width: int, seed: int = 0
    ) -> None:
        super().__init__()
        self.data, self.how, self.audio = data, how, audio
        self.learning_rate = audio.learning_rate
        self._projection: list[nn.Module] = []  # in a list, for its parameters are not this module's
        wanted = sorted(words_of(data.pairs))
        sounds = permuted(wanted, seed) if audio.shuffled else {word: word for word in wanted}
        self.spectra = {word: speech[sounds[word]] for word in wanted}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoder = AudioEncoder(Scale.of(self.spectra.values()), audio.width, how.projection or width)

    def start(self, projection: nn.Module) -> None:
        """Keep the projection of IPA vectors, to measure with; it is not learnt here."""
        self._projection = [projection]
        self.encoder.to(next(projection.parameters(), torch.empty(0)).device)

    def project(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors of IPA through the projection that was learnt with them."""
        if not self._projection:
            return vectors
        projection = self._projection[0]
        device = next(projection.parameters(), torch.empty(0)).device
        out: NDArray[np.float32] = projection(torch.from_numpy(vectors).to(device)).float().cpu().numpy()
        return out

    def forward(self, rows: Sequence[int], anchors: Tensor, partners: Tensor) -> Tensor:
        """The two further terms for these pairs, whose projected vectors are given."""
        english = [(ENGLISH, self.data.pairs[i].english) for i in rows]
        other = [(self.data.pairs[i].language, self.data.pairs[i].word) for i in rows]
        heard = embed_speech(self.encoder, [self.spectra[word] for word in english + other])
        return self.losses(rows, anchors, partners, heard[: len(rows)], heard[len(rows) :])

    def losses(self, rows: Sequence[int], e: Tensor, x: Tensor, heard_e: Tensor, heard_x: Tensor) -> Tensor:
        """The formula above without its first term."""
        belong = self.data.belong(rows).to(e.device)
        # Two words are also related when the one belongs to the other's partner: the same word twice, or two partners
        same = belong | belong.T
        across = (
            self._n(e, heard_x, belong)
            + self._n(x, heard_e, belong.T)
            + self._n(e, heard_e, same)
            + self._n(x, heard_x, same)
        )
        return self.audio.ipa_audio / 4 * across + self.audio.audio_audio * self._n(heard_e, heard_x, belong)

    def _n(self, anchors: Tensor, positives: Tensor, related: Tensor) -> Tensor:
        return info_nce(
            anchors,
            positives,
            self.how.temperature,
            symmetric=self.how.symmetric,
            related=None if self.how.same_word == "negative" else related,
            several=self.how.same_word == "positive",
        )


@torch.no_grad()
def measure_speech(
    model: IpanerForNer, contrast: AudioContrast, pairs: EncodedPairs, speech: Speech
) -> dict[str, dict[str, float]]:
    """What the audio encoder has learnt: mean reciprocal ranks in percent on pairs that were not trained on.

    Args:
        model: The tagger, its adapter still on or merged.
        contrast: The further loss after training.
        pairs: Pairs, held out; a language's words are searched among themselves.
        speech: Spectra of their words, each its own also in the control.

    Returns:
        By language ``ipa_audio`` (the four kinds of searches, mean), ``audio_audio``, ``chance`` and ``n``.
    """
    contrast.encoder.eval()
    out = {}
    for language in sorted({pair.language for pair in pairs.pairs}):
        rows = [i for i, pair in enumerate(pairs.pairs) if pair.language == language]
        own = [pairs.pairs[i] for i in rows]
        belong = pairs.belong(rows).numpy()
        same = belong | belong.T
        e, x = (contrast.project(embed(model, [side[i] for i in rows])) for side in (pairs.anchors, pairs.partners))
        heard_e = embed_speech(contrast.encoder, [speech[ENGLISH, pair.english] for pair in own]).cpu().numpy()
        heard_x = embed_speech(contrast.encoder, [speech[language, pair.word] for pair in own]).cpu().numpy()
        searches = ((e, heard_x, belong), (x, heard_e, belong.T), (e, heard_e, same), (x, heard_x, same))
        out[language] = {
            "ipa_audio": float(np.mean([retrieve(a, b, related.copy()).mrr for a, b, related in searches])),
            "audio_audio": retrieve(heard_e, heard_x, belong).mrr,
            "chance": float(100 * np.mean(1 / np.arange(1, len(rows) + 1))),
            "n": float(len(rows)),
        }
    contrast.encoder.train()
    return out


def words_of(pairs: Iterable[Pair]) -> set[tuple[str, str]]:
    """All words of pairs, as (language, word)."""
    return {word for pair in pairs for word in ((ENGLISH, pair.english), (pair.language, pair.word))}


def synthesise(words: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Spectrum]:
    """Speak words and take their spectra, about 250 words a second; the same set gives the same spectra.

    Raises:
        MissingExtra: espeak-ng is not installed.
        ConfigError: A language has no voice to trust.
    """
    by_language: dict[str, list[str]] = {}
    for language, word in sorted(set(words)):
        by_language.setdefault(language, []).append(word)
    return {
        (language, word): log_mel(samples, SAMPLE_RATE).astype(np.float16)
        for language, own in by_language.items()
        for word, samples in zip(own, speak(language, own), strict=True)
    }


def permuted(words: Sequence[tuple[str, str]], seed: int) -> dict[tuple[str, str], tuple[str, str]]:
    """For each word another of the same language, each once; a language's only word keeps to itself."""
    out: dict[tuple[str, str], tuple[str, str]] = {}
    for language in sorted({language for language, _ in words}):
        own = sorted(word for word in words if word[0] == language)
        random.Random(f"{seed} {language}").shuffle(own)
        out.update(zip(own, own[1:] + own[:1], strict=True))
    return out


def embed_speech(encoder: AudioEncoder, spectra: Sequence[Spectrum]) -> Tensor:
    """Vectors of words from their spectra, in one batch."""
    lengths = [len(x) for x in spectra]
    batch = np.zeros((len(spectra), max(lengths), BANDS), dtype=np.float32)
    for i, x in enumerate(spectra):
        batch[i, : len(x)] = x
    device = encoder.mean.device
    out: Tensor = encoder(torch.from_numpy(batch).to(device), torch.tensor(lengths, device=device)).float()
    return out


def _present(lengths: Tensor, frames: int) -> Tensor:
    """1 at frames that a word has, shape (words, 1, frames)."""
    return (torch.arange(frames, device=lengths.device)[None, :] < lengths[:, None]).unsqueeze(1).float()
