from __future__ import annotations

import pytest

from ipaner.errors import ConfigError, LanguageNotSupported
from ipaner.names import match as module
from ipaner.names.match import match

ENGLISH = ["Nairobi", "Lagos", "Addis Ababa", "Mombasa", "Khartoum", "Kampala", "Mogadishu", "Djibouti"]
AMHARIC = ["ጅቡቲ", "ካምፓላ", "ሌጎስ", "ሞምባሳ", "አዲስ አበባ", "ናይሮቢ", "ሞቃዲሾ", "ካርቱም"]
PARTNERS = [5, 2, 4, 3, 7, 1, 6, 0]
LEFT, RIGHT = [(name, "eng") for name in ENGLISH], [(name, "amh") for name in AMHARIC]


def test_every_city_finds_itself() -> None:
    found = match(LEFT, RIGHT)
    assert [(one.left, one.right) for one in found] == list(enumerate(PARTNERS))
    assert all(0 <= one.distance <= module.FARTHEST and 0 < one.score <= 1 for one in found)


def test_the_same_through_vectors(monkeypatch) -> None:
    pytest.importorskip("usearch", reason="needs the extra [names]")
    whole = match(LEFT, RIGHT)
    monkeypatch.setattr(module, "COMPARED_WHOLE", 0)
    assert match(LEFT, RIGHT) == whole


def test_and_through_an_embedding() -> None:
    pytest.importorskip("usearch", reason="needs the extra [names]")
    asked = []

    def embedding(names):
        asked.append(list(names))
        return module.sound_vectors(["".join(c for c in "".join(n) if c in "aeioumnbpktdslr") for n in names])

    assert match(LEFT, RIGHT, embedding=embedding) == match(LEFT, RIGHT)
    assert [len(names) for names in asked] == [len(LEFT), len(RIGHT)]
    assert all(isinstance(phone, str) for phone in asked[0][0])


def test_one_to_one() -> None:
    twice = [("Nairobi", "eng"), ("Nayrobi", "swa")]
    assert [one.right for one in match(twice, RIGHT)] == [5, 5]
    alone = match(twice, RIGHT, one_to_one=True)
    assert len([one for one in alone if one.right == 5]) == 1


def test_in_parts_as_whole(monkeypatch) -> None:
    whole = match(LEFT, RIGHT)
    monkeypatch.setattr(module, "_ALIGNED_AT_ONCE", 10)
    done = []
    assert match(LEFT, RIGHT, progress=done.append) == whole
    assert sum(done) == len(LEFT) and len(done) > 1


def test_strangers_have_no_partner() -> None:
    assert match([("Tegucigalpa", "eng")], RIGHT) == []
    assert match([("123", "eng"), ("", "eng")], RIGHT) == []
    assert match([], RIGHT) == [] and match(LEFT, []) == []


def test_wrong_distance_and_language() -> None:
    with pytest.raises(ConfigError, match="from 0 to 1"):
        match(LEFT, RIGHT, farthest=2)
    with pytest.raises(LanguageNotSupported):
        match([("a", "xxxx")], RIGHT)
