import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")
pytest.importorskip("peft", reason="needs the extra [train]")

from ipaner.errors import ModelFileError
from ipaner.model import IpanerConfig, IpanerForNer
from ipaner.model.adapter import add_adapter, load_adapter, merge_adapter, save_adapter, trainable
from ipaner.model.xphonebert import read_backbone
from ipaner.transcription.inputs import SHAPE_FEATURES


def words(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    phonemes = torch.randint(1, 300, (3, 4, 6), generator=generator)
    return phonemes, torch.rand(3, 4, model.config.shape_features, generator=generator).round()


def disturb(model, seed=1):
    """As if it had been trained: an untouched adapter changes nothing."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.encoder.parameters():
            if parameter.requires_grad:
                parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))


def logits(model):
    with torch.no_grad():
        return model.eval()(*words(model)).logits


@pytest.mark.parametrize("shape", [0, len(SHAPE_FEATURES)])
def test_trainable_parameters_at_the_shape_of_xphonebert(phoneme_roberta, vocabulary, shape):
    """The published counts: 1.3 M in the adapter, 49 K in the projection."""
    backbone, rows = read_backbone(str(phoneme_roberta), vocabulary)
    backbone |= {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
    config = IpanerConfig(
        encoder="xphonebert", vocabulary_size=len(vocabulary), backbone=backbone, symbol_map=rows, shape_features=shape
    )
    with torch.device("meta"):  # no memory for 88 million weights
        model = IpanerForNer(config)
        add_adapter(model)
        projection = torch.nn.Linear(model.head.in_features, 64)
    assert trainable(model) == trainable(model.encoder) == 1_327_104
    assert trainable(projection) == 49_152 + 64
    assert trainable(model.head) == 0


def test_a_new_adapter_changes_nothing_and_leaves_the_head_alone(tiny):
    model = tiny()
    before = logits(model)
    add_adapter(model)
    torch.testing.assert_close(logits(model), before)
    assert not any(p.requires_grad for p in model.head.parameters())
    names = [n for n, p in model.encoder.named_parameters() if p.requires_grad]
    assert names and all("lora_" in n for n in names) and not any(".shape." in n for n in names)


@pytest.mark.parametrize("convolutions", [False, True])
def test_merged_equals_unmerged(tiny, convolutions):
    model = tiny()
    fresh = logits(model)
    keys = set(model.state_dict())
    add_adapter(model, convolutions=convolutions)
    disturb(model)
    unmerged = logits(model)
    assert (unmerged - fresh).abs().max() > 1e-3
    torch.testing.assert_close(logits(merge_adapter(model)), unmerged, atol=1e-5, rtol=1e-5)
    assert set(model.state_dict()) == keys


def test_a_saved_adapter_comes_back_on_its_own_base(tiny, tmp_path):
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    model = tiny()
    model.save_pretrained(base)
    add_adapter(model)
    disturb(model)
    save_adapter(model, base, adapter)
    again = load_adapter(IpanerForNer.from_pretrained(base), base, adapter)
    torch.testing.assert_close(logits(again), logits(model))
    assert not list(adapter.glob("*.bin"))


def test_an_adapter_for_another_base_is_refused(tiny, tmp_path):
    model = tiny()
    model.save_pretrained(tmp_path / "base")
    other = tiny(seed=1)
    other.save_pretrained(tmp_path / "other")
    add_adapter(model)
    save_adapter(model, tmp_path / "base", tmp_path / "adapter")
    with pytest.raises(ModelFileError, match="made for another checkpoint"):
        load_adapter(other, tmp_path / "other", tmp_path / "adapter")


def test_a_folder_that_is_no_adapter_is_refused(tiny, tmp_path):
    with pytest.raises(ModelFileError, match="no adapter that 'ipaner align' wrote"):
        load_adapter(tiny(), tmp_path, tmp_path)


def test_a_broken_adapter_is_refused(tiny, tmp_path):
    model = tiny()
    model.save_pretrained(tmp_path / "base")
    add_adapter(model)
    save_adapter(model, tmp_path / "base", tmp_path / "adapter")
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_adapter(tiny(), tmp_path / "base", tmp_path / "adapter")
