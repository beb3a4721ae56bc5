import pytest
import torch
from transformers import AutoTokenizer, RobertaModel

from ipaner.errors import ModelFileError
from ipaner.model import IpanerConfig, IpanerForNer
from ipaner.model.xphonebert import XPhoneBertEncoder, read_backbone


@pytest.fixture
def encoder(phoneme_roberta, vocabulary):
    backbone, rows = read_backbone(str(phoneme_roberta), vocabulary)
    config = IpanerConfig(encoder="xphonebert", vocabulary_size=len(vocabulary), backbone=backbone, symbol_map=rows)
    encoder = XPhoneBertEncoder(config).eval()
    encoder.roberta.load_state_dict(RobertaModel.from_pretrained(phoneme_roberta, add_pooling_layer=False).state_dict())
    return encoder


def grid(vocabulary, sentences):
    ids = [[[vocabulary.id(p) for p in word] for word in sentence] for sentence in sentences]
    words, phones = max(map(len, ids)), max(len(w) for s in ids for w in s)
    return torch.tensor([[w + [0] * (phones - len(w)) for w in s + [[]] * (words - len(s))] for s in ids])


def test_grid_equals_the_plain_sequence(encoder, phoneme_roberta, vocabulary):
    """Oracle: transformers' own RoBERTa on the blank-separated sequence, sentence by sentence, without padding."""
    roberta = RobertaModel.from_pretrained(phoneme_roberta, add_pooling_layer=False).eval()
    tokenizer = AutoTokenizer.from_pretrained(phoneme_roberta)
    sentences = [[["k", "o"], ["t", "e", "t", "a", "i"]], [["m", "a"], ["s"], ["i", "n", "a"], ["u"]]]
    with torch.no_grad():
        ours = encoder(grid(vocabulary, sentences))
        for row, sentence in enumerate(sentences):
            text = " ▁ ".join(" ".join(word) for word in sentence)
            ids = torch.tensor([[0, *tokenizer(text, add_special_tokens=False).input_ids, 2]])
            hidden = roberta(ids).last_hidden_state[0, 1:-1]
            place = 0
            for column, word in enumerate(sentence):
                expected = hidden[place : place + len(word)].mean(0)
                torch.testing.assert_close(ours[row, column], expected, rtol=1e-4, atol=1e-5)
                place += len(word) + 1


def test_affricates_are_split_for_a_backbone_that_lacks_them(encoder, vocabulary):
    first, second = encoder.symbols[vocabulary.id("t͡ʃ")].tolist()
    assert (first, second) == (
        encoder.symbols[vocabulary.id("t")][0].item(),
        encoder.symbols[vocabulary.id("ʃ")][0].item(),
    )


def test_first_pooling_takes_the_first_phoneme(encoder, vocabulary):
    encoder.pooling = "first"
    with torch.no_grad():
        vectors = encoder(grid(vocabulary, [[["k", "o"], ["t"]]]))
    assert vectors.shape == (1, 2, 24)


def test_too_long_a_sentence_is_refused_not_cut(encoder, vocabulary):
    with pytest.raises(ModelFileError, match="601 phonemes; this encoder reads 512"):
        encoder(grid(vocabulary, [[["a"] * 5] * 100]))


def test_hub_name_without_network_is_a_clear_error(vocabulary, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelFileError, match="Cannot read the encoder"):
        read_backbone(str(tmp_path / "nothing"), vocabulary)


def test_a_text_roberta_is_refused(tmp_path, vocabulary):
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast, RobertaConfig

    RobertaConfig(vocab_size=8).save_pretrained(tmp_path)
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"<unk>": 0, "the": 1}, unk_token="<unk>")), unk_token="<unk>"
    ).save_pretrained(tmp_path)
    with pytest.raises(ModelFileError, match="no RoBERTa over phonemes"):
        read_backbone(str(tmp_path), vocabulary)


def test_whole_model_learns_through_the_backbone(phoneme_roberta, vocabulary):
    backbone, rows = read_backbone(str(phoneme_roberta), vocabulary)
    config = IpanerConfig(
        encoder="xphonebert", vocabulary_size=len(vocabulary), backbone=backbone, symbol_map=rows, shape_features=8
    )
    model = IpanerForNer(config)
    phonemes = grid(vocabulary, [[["k", "o"], ["t", "e"]]])
    loss = model(phonemes, torch.ones(1, 2, 8), torch.tensor([[0, 5]])).loss
    loss.backward()
    assert model.encoder.roberta.embeddings.word_embeddings.weight.grad.abs().sum() > 0
    assert model.encoder.shape.weight.grad.abs().sum() > 0
