import pytest
import torch

from ipaner.errors import ConfigError
from ipaner.model import IpanerConfig, IpanerForNer
from ipaner.model.compact import WordConvolution


def random_input(vocabulary, batch=3, words=6, phones=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    phonemes = torch.randint(1, len(vocabulary), (batch, words, phones), generator=generator)
    return phonemes, torch.randint(0, 2, (batch, words, 8), generator=generator).float()


def test_padding_changes_nothing(tiny, vocabulary):
    model = tiny()
    phonemes, shape = random_input(vocabulary)
    wide = torch.zeros(3, 9, 11, dtype=torch.long)
    wide[:, :6, :5] = phonemes
    wide_shape = torch.zeros(3, 9, 8)
    wide_shape[:, :6] = shape
    with torch.no_grad():
        alone = model(phonemes, shape).logits
        padded = model(wide, wide_shape).logits[:, :6]
    torch.testing.assert_close(alone, padded, rtol=1e-4, atol=1e-5)


def test_words_hear_their_neighbours(tiny, vocabulary):
    model = tiny()
    phonemes, shape = random_input(vocabulary, batch=1)
    changed = phonemes.clone()
    changed[0, 0] = changed[0, 0].flip(0) % (len(vocabulary) - 1) + 1
    with torch.no_grad():
        difference = (model(phonemes, shape).logits - model(changed, shape).logits).abs().amax(2)[0]
    assert (difference > 1e-6).all()


def test_blind_model_cannot_tell_letters_apart_but_sees_length_and_punctuation(tiny, vocabulary):
    letters = [i for i in range(len(vocabulary)) if vocabulary.is_letter(i)]
    other = next(i for i in range(5, len(vocabulary)) if not vocabulary.is_letter(i) and i != vocabulary.id("<mask>"))
    one = torch.tensor([[letters[:3], letters[3:6]]])
    two = torch.tensor([[letters[6:9], letters[9:12]]])
    shorter = torch.tensor([[letters[6:9], [*letters[9:11], 0]]])
    punctuation = torch.tensor([[letters[6:9], [other, 0, 0]]])
    blind, hearing = tiny(blind=True), tiny(blind=False)
    shape = torch.zeros(1, 2, 8)
    with torch.no_grad():
        logits = {
            name: blind(x, shape).logits for name, x in {"1": one, "2": two, "s": shorter, "p": punctuation}.items()
        }
        assert not torch.allclose(hearing(one, shape).logits, hearing(two, shape).logits)
    assert torch.equal(logits["1"], logits["2"])
    assert not torch.allclose(logits["1"], logits["s"])
    assert not torch.allclose(logits["1"], logits["p"])


def test_training_hides_letters_and_case_at_the_given_rates(tiny, vocabulary):
    model = tiny(sentence_masking=0.5, word_masking=0.0, case_dropout=0.5).train()
    letter = next(i for i in range(len(vocabulary)) if vocabulary.is_letter(i))
    phonemes = torch.full((400, 2, 3), letter)
    torch.manual_seed(0)
    hidden = model._mask_letters(phonemes).eq(vocabulary.id("<mask>"))
    assert hidden.all(dim=(1, 2)).eq(hidden.any(dim=2).any(dim=1)).all(), "a sentence is hidden as a whole"
    assert 0.4 < hidden.any(dim=2).any(dim=1).float().mean() < 0.6
    shape = model._drop_case(torch.ones(400, 2, 8))
    assert 0.4 < shape[..., 0].mean() < 0.6
    assert shape[..., -1].min() == 1, "features that are not case stay"


def test_exchanged_sounds_keep_words_apart_and_vowels_vowels(tiny, vocabulary):
    model = tiny(sound_exchange=0.5).train()
    word = [vocabulary.id(p) for p in ("k", "a", "p", "a", "tʲ")]
    other = [vocabulary.id(p) for p in ("k", "a", "s", "o", "aː")]
    phonemes = torch.tensor([[word, other, [0] * 5, word]] * 400)
    torch.manual_seed(0)
    out = model._exchange_sounds(phonemes)
    changed = out.ne(phonemes).flatten(1).any(1)
    assert 0.4 < changed.float().mean() < 0.6
    assert torch.equal(out[:, 0], out[:, 3]), "equal words stay equal"
    assert torch.equal(out[:, 0, :2], out[:, 1, :2]), "a sound is exchanged for one other in the whole sentence"
    assert torch.equal(out[:, 0, 4], phonemes[:, 0, 4]) and torch.equal(out[:, 1, 4], phonemes[:, 1, 4])
    assert out[:, 2].eq(0).all()
    syllabic = torch.tensor(vocabulary.features()[:, 0] > 0)
    assert torch.equal(syllabic[out[:, :2]], syllabic[phonemes[:, :2]])


def test_loss_ignores_padding(tiny, vocabulary):
    model = tiny()
    phonemes, shape = random_input(vocabulary, batch=1, words=4)
    labels = torch.tensor([[0, 1, 2, -100]])
    logits = model(phonemes, shape).logits
    expected = torch.nn.functional.cross_entropy(logits[0, :3], labels[0, :3])
    torch.testing.assert_close(model(phonemes, shape, labels).loss, expected)


def test_model_without_shape_channel_ignores_shape(tiny, vocabulary):
    model = tiny(shape_features=0)
    phonemes, shape = random_input(vocabulary)
    with torch.no_grad():
        assert torch.equal(model(phonemes, shape).logits, model(phonemes).logits)


def test_unknown_encoder_is_named(vocabulary):
    with pytest.raises(ConfigError, match=r"'lstm'.*compact, xphonebert"):
        IpanerForNer(IpanerConfig(encoder="lstm", vocabulary_size=len(vocabulary)))


def test_words_in_a_row_are_convolved_like_words_side_by_side():
    layer = WordConvolution(8, 16)
    x, present = torch.randn(5, 7, 8), torch.arange(7)[None] < torch.tensor([7, 1, 3, 0, 5])[:, None]
    keep = present[:, :, None]
    torch.testing.assert_close(layer._packed(x, present) * keep, layer._grid(x, present) * keep)
