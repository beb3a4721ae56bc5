"""A tagger with a name memory: what it hears of names, with and without, and with names of the user's own."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ipaner.errors import ModelFileError
from ipaner.names.features import FEATURES, VERSION
from ipaner.names.index import build_index
from ipaner.names.name import Kind, Name
from ipaner.runtime import load
from ipaner.runtime.checkpoint import NAMES

TEXT = "Perezida Habimana yagiye i Kigali n'i Nairobi mu cyumweru gishize, na Mugwaneza ajya i Huye."


@pytest.fixture(scope="module")
def folder(make_checkpoint, tmp_path_factory) -> Path:
    names = [Name("Kigali", Kind.PLACE, "kin", ""), Name("Habimana", Kind.FAMILY, "kin", "")]
    made = make_checkpoint(
        shape=True, memory={"version": VERSION, "sha256": "", "index": NAMES, "features": len(FEATURES)}
    )
    build_index(names).save(made / NAMES)
    return made


def spans(tagger):
    return [(e.start, e.end, e.label, round(e.score, 6)) for e in tagger.tag(TEXT, "kin").entities]


def test_the_memory_is_heard_and_can_be_left_out(folder):
    with_names, without = load(folder, threads=1), load(folder, threads=1, names=False)
    assert with_names.memory is not None and without.memory is None
    assert spans(with_names) != spans(without)
    assert spans(with_names) == spans(load(folder, threads=1))


def test_names_of_the_users_own_count_at_once(folder):
    own = build_index([Name("Mugwaneza", Kind.GIVEN, "kin", ""), Name("Huye", Kind.PLACE, "kin", "")])
    tagger = load(folder, threads=1, extra_names=[own])
    words = [tagger._transcriber("kin").words(TEXT)]
    plain, more = (np.concatenate(m.features(words, "kin")) for m in (load(folder).memory, tagger.memory))
    assert (more >= plain).all() and more.sum() > plain.sum()
    assert spans(tagger) != spans(load(folder, threads=1))


def test_a_text_is_tagged_the_same_in_any_company(folder):
    tagger = load(folder, threads=1)
    alone = tagger.tag(TEXT, "kin")
    crowd = list(tagger.tag_many(["Kigali", TEXT, "", "Habimana " * 40, TEXT], "kin"))
    assert crowd[1] == alone == crowd[4]


def test_entities_are_explained_by_names_that_sound_alike(folder):
    tagger = load(folder, threads=1)
    for entity in tagger.explain(tagger.tag(TEXT, "kin")).entities:
        for likeness in entity.like:
            assert likeness.heard in entity.text
            assert likeness.name in {"Kigali", "Habimana"} and likeness.distance <= 0.25
    whole = tagger.memory.like(tagger._transcriber("kin").words("Kigali"), "LOC")
    assert [(x.name, x.label, x.distance) for x in whole] == [("Kigali", "LOC", 0.0)]


def test_a_model_without_memory_explains_nothing(checkpoint_folder):
    tagger = load(checkpoint_folder, threads=1)
    document = tagger.tag(TEXT, "kin")
    assert tagger.memory is None and tagger.explain(document) == document


def test_a_memory_of_another_version_or_none_is_refused(folder, make_checkpoint, tmp_path):
    with pytest.raises(ModelFileError, match="version 99"):
        load(make_checkpoint(memory={"version": 99, "sha256": "", "index": NAMES}))
    alone = tmp_path / "alone"
    shutil.copytree(folder, alone)
    shutil.rmtree(alone / NAMES)
    with pytest.raises(ModelFileError, match="no index of names"):
        load(alone)
    load(alone, names=False)
