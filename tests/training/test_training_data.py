import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.corpora import Sentence
from ipaner.errors import ConfigError
from ipaner.labels import LABELS
from ipaner.model.ner import IGNORED
from ipaner.training.data import Mixture, MixtureSampler, encode_corpus
from ipaner.transcription import Transcriber, Vocabulary


@pytest.fixture(scope="module")
def corpora():
    vocabulary = Vocabulary.load()
    maori = [
        Sentence(("Ko", "Aoraki", "te", "maunga", "."), ("O", "B-LOC", "O", "O", "O"), None),
        Sentence(("Kiri", "Te", "Kanawa"), ("B-PER", "I-PER", "I-PER"), None),
    ]
    somali = [Sentence(("Muqdisho",), ("B-LOC",), None)]
    return [
        encode_corpus("a/mri", maori, Transcriber("mri"), vocabulary, LABELS, 128),
        encode_corpus("b/som", somali, Transcriber("som"), vocabulary, LABELS, 128),
    ]


def test_batches_hold_each_word_with_its_label(corpora):
    mixture, vocabulary = Mixture(corpora), Vocabulary.load()
    batch = mixture.collate([mixture[0], mixture[1], mixture[2]])
    assert batch["labels"].tolist() == [
        [0, 5, 0, 0, 0],
        [1, 2, 2, IGNORED, IGNORED],
        [5, IGNORED, IGNORED, IGNORED, IGNORED],
    ]
    aoraki = Transcriber("mri").tokens(["Aoraki"])[0]
    assert [i for i in batch["phonemes"][0, 1].tolist() if i] == vocabulary.encode(aoraki)
    assert batch["shape"][0, 1].sum() > 0 and batch["shape"][2, 1:].sum() == 0


def test_long_sentences_become_windows_without_loss():
    tokens = tuple(f"w{i}" for i in range(25))
    tags = ("O",) * 9 + ("B-PER", "I-PER", "I-PER") + ("O",) * 13
    corpus = encode_corpus(
        "c/mri", [Sentence(tokens, tags, None)], Transcriber("mri"), Vocabulary.load(), LABELS, max_words=10
    )
    assert [len(s) for s in corpus.sentences] == [10, 10, 5]
    assert corpus.labels[1][0] == LABELS.index("B-PER"), "the cut entity begins anew in the next window"


def test_foreign_tags_are_named():
    sentence = Sentence(("x",), ("B-DATE",), None)
    with pytest.raises(ConfigError, match="B-DATE"):
        encode_corpus("c/mri", [sentence], Transcriber("mri"), Vocabulary.load(), LABELS, 128)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=80), st.integers(0, 5), st.integers(1, 40))
def test_sampler_is_fixed_by_its_seed_and_keeps_to_its_budget(lengths, seed, steps):
    sizes = [len(lengths) // 2, len(lengths) - len(lengths) // 2]

    def sampler(s):
        return list(MixtureSampler(np.array(lengths), sizes, [1.0, 2.0], words=50, steps=steps, seed=s))

    batches = sampler(seed)
    assert len(batches) == steps and batches == sampler(seed)
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 50


def test_sampler_draws_corpora_by_weight_and_sentences_evenly():
    lengths = np.full(100, 5)
    batches = MixtureSampler(lengths, [10, 90], [0.5, 0.5], words=50, steps=2000, seed=0)
    drawn = np.bincount([i for batch in batches for i in batch], minlength=100)
    assert 0.48 < drawn[:10].sum() / drawn.sum() < 0.52
    assert drawn[:10].max() - drawn[:10].min() <= 20, "each sentence comes once before any comes again"
