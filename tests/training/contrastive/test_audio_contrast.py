"""The three-way contrast: its formula, its hook, its control."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")
pytest.importorskip("peft", reason="needs the extra [train]")

from ipaner.errors import ConfigError
from ipaner.pairs import Pair
from ipaner.settings import validated
from ipaner.training.contrastive import AlignConfig, contrast, encode_pairs
from ipaner.training.contrastive.audio import (
    Audio,
    AudioContrast,
    AudioEncoder,
    Scale,
    embed_speech,
    measure_speech,
    permuted,
    words_of,
)
from ipaner.training.contrastive.config import Contrast, Schedule
from ipaner.training.losses import info_nce

WORDS = ["kafe", "taksi", "banka", "radio", "metro", "hotel", "pilot", "tenis"]


def make_pairs():
    return [
        Pair(
            "swa" if i % 2 else "tur",
            word,
            f"{word}i",
            "loanword",
            "s",
            "l",
            english_ipa=" ".join(word),
            ipa=" ".join(f"{word}i"),
            transcribed="core",
        )
        for i, word in enumerate(WORDS)
    ]


def make_speech(pairs, seed=0):
    rng = np.random.default_rng(seed)
    return {w: rng.normal(-5, 3, size=(rng.integers(20, 40), 40)).astype(np.float16) for w in sorted(words_of(pairs))}


@pytest.fixture
def data(vocabulary):
    return encode_pairs(make_pairs(), vocabulary)


CONFIG = AlignConfig(name="t", schedule=Schedule(pairs_per_batch=4, steps=3, learning_rate=1e-3))


def test_padding_changes_nothing():
    spectra = list(make_speech(make_pairs()).values())
    encoder = AudioEncoder(Scale.of(spectra), 8, 5).eval()
    together = embed_speech(encoder, spectra)
    for i, spectrum in enumerate(spectra):
        torch.testing.assert_close(embed_speech(encoder, [spectrum])[0], together[i], rtol=1e-4, atol=1e-5)


def test_the_formula(data):
    how = Contrast(temperature=0.2, same_word="negative")
    further = AudioContrast(data, make_speech(data.pairs), Audio(ipa_audio=2.0, audio_audio=3.0), how, 32)
    e, x, heard_e, heard_x = torch.randn(4, 5, 64, generator=torch.Generator().manual_seed(0))

    def n(a, b):
        return info_nce(a, b, 0.2)

    expected = 2 / 4 * (n(e, heard_x) + n(x, heard_e) + n(e, heard_e) + n(x, heard_x)) + 3 * n(heard_e, heard_x)
    torch.testing.assert_close(further.losses(range(5), e, x, heard_e, heard_x), expected)


def test_related_words_are_no_negatives(vocabulary):
    """Two partners of one English word: neither is a negative of the other, in IPA or in sound."""
    first = make_pairs()[:4]
    twin = Pair("swa", first[0].english, "kafa", "loanword", "", "", english_ipa=first[0].english_ipa, ipa="k a f a")
    pairs = [*first, twin]
    data = encode_pairs(pairs, vocabulary)
    further = AudioContrast(data, make_speech(pairs), Audio(), Contrast(), 32)
    e, x, heard_e, heard_x = torch.randn(4, 2, 8, generator=torch.Generator().manual_seed(0))
    assert float(further.losses([0, 4], e, x, heard_e, heard_x)) == pytest.approx(0.0)
    assert float(further.losses([0, 1], e, x, heard_e, heard_x)) > 0.1


def test_both_encoders_learn_and_the_head_does_not(tiny, data):
    model = tiny()
    head = model.head.weight.clone()
    further = AudioContrast(data, make_speech(data.pairs), Audio(width=8), CONFIG.contrast, 32)
    before = further.encoder.first.weight.clone()
    trace = contrast(model, data, CONFIG, further=further)
    assert trace.steps == 3
    assert not torch.equal(before, further.encoder.first.weight)
    assert torch.equal(head, model.head.weight)
    assert "audio" not in "".join(name for name, _ in model.named_parameters())
    assert {p.shape for p in further.parameters()} == {p.shape for p in further.encoder.parameters()}


def test_the_adapter_hears_the_sound(tiny, data):
    """The further loss reaches the adapter; without weights it changes nothing at all."""

    def adapted(audio):
        model = tiny()
        further = AudioContrast(data, make_speech(data.pairs), audio, CONFIG.contrast, 32) if audio else None
        contrast(model, data, CONFIG, further=further)
        return torch.cat([p.detach().flatten() for n, p in model.named_parameters() if "lora_" in n])

    alone = adapted(None)
    assert torch.equal(alone, adapted(Audio(ipa_audio=0, audio_audio=0)))
    assert not torch.equal(alone, adapted(Audio()))


def test_the_same_seed_gives_the_same_encoder(data):
    speech = make_speech(data.pairs)
    first, same, other = (AudioContrast(data, speech, Audio(), Contrast(), 32, seed) for seed in (1, 1, 2))
    assert torch.equal(first.encoder.first.weight, same.encoder.first.weight)
    assert not torch.equal(first.encoder.first.weight, other.encoder.first.weight)


def test_the_control_gives_each_word_the_sound_of_another(data):
    words = sorted(words_of(data.pairs))
    sounds = permuted(words, 0)
    assert sorted(sounds.values()) == words
    assert all(word != sound and word[0] == sound[0] for word, sound in sounds.items())
    assert permuted(words, 0) == sounds != permuted(words, 1)
    speech = make_speech(data.pairs)
    shuffled = AudioContrast(data, speech, Audio(shuffled=True), Contrast(), 32)
    assert all(shuffled.spectra[word] is speech[sounds[word]] for word in words)


def test_what_the_encoder_learnt_is_measured(tiny, vocabulary):
    """After training on these very pairs, speech finds speech; by chance it would not."""
    pairs = make_pairs()
    data = encode_pairs(pairs, vocabulary)
    speech = make_speech(pairs)
    for pair in pairs:  # a pair's two words sound alike
        speech[pair.language, pair.word] = speech["eng", pair.english]
    config = CONFIG.model_copy(update={"schedule": Schedule(pairs_per_batch=8, steps=40, learning_rate=1e-2)})
    model = tiny()
    further = AudioContrast(data, speech, Audio(learning_rate=1e-2), config.contrast, 32)
    contrast(model, data, config, further=further)
    found = measure_speech(model, further, data, speech)
    assert set(found) == {"swa", "tur"}
    for row in found.values():
        assert row["chance"] == pytest.approx(100 * (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
        assert row["audio_audio"] == 100.0
        assert row["ipa_audio"] > 80


def test_an_unknown_key_is_refused():
    with pytest.raises(ConfigError, match="loudness"):
        validated(Audio, {"loudness": 3}, None, "audio")
