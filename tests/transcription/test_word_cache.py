import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.document import Status
from ipaner.errors import FormatError
from ipaner.transcription import Transcriber, WordCache

KIA = (("k", "i", "a"), Status.OK)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_is_put_in_comes_out(texts, data, tmp_path_factory):
    phonemes = st.lists(st.sampled_from(["a", "t͡ʃ"])).map(tuple)
    words = data.draw(st.dictionaries(texts, st.tuples(phonemes, st.sampled_from(Status))))
    path = tmp_path_factory.mktemp("cache") / "words.sqlite"
    with WordCache(path) as cache:
        cache.put_many("x", words)
    with WordCache(path) as cache:
        assert cache.get_many("x", list(words)) == words
        assert cache.get_many("y", list(words)) == {}


def test_more_words_than_one_query_takes(tmp_path):
    words = {f"w{n}": KIA for n in range(3000)}
    cache = WordCache(tmp_path / "words.sqlite")
    cache.put_many("x", words)
    assert cache.get_many("x", [*words, "absent"]) == words


def test_transcribers_share_it_and_never_mix(tmp_path):
    cache = WordCache(tmp_path / "words.sqlite")
    maori = Transcriber("mri", cache=cache)
    first = maori.tokens(["Whangārei", "te", "..."])
    assert Transcriber("mri", cache=cache).tokens(["Whangārei", "te", "..."]) == first
    broad = Transcriber("mri", broad=True, cache=cache).transcribe("Whangārei")
    assert broad[0] == ("f", "a", "ŋ", "a", "r", "e", "i")
    assert maori.transcribe("Whangārei")[0] == ("f", "a", "ŋ", "aː", "r", "e", "i")


def test_a_cached_word_is_not_read_again(tmp_path):
    cache = WordCache(tmp_path / "words.sqlite")
    maori = Transcriber("mri", cache=cache)
    cache.put_many(maori._space, {"te": KIA})
    assert maori.transcribe("te") == KIA


def test_a_killed_process_leaves_whole_batches(tmp_path):
    path = tmp_path / "words.sqlite"
    code = (
        "import os, sys; from ipaner.transcription import WordCache; from ipaner.document import Status\n"
        "cache = WordCache(sys.argv[1])\n"
        "cache.put_many('x', {f'a{n}': (('a',), Status.OK) for n in range(1000)})\n"
        "connection = cache._open(); connection.execute('BEGIN')\n"
        "connection.execute('INSERT INTO words VALUES (?, ?, ?, ?)', ('x', b'half', 'a', 'ok'))\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)])
    assert done.returncode == -9
    cache = WordCache(path)
    assert len(cache.get_many("x", [f"a{n}" for n in range(1000)])) == 1000
    assert cache.get_many("x", ["half"]) == {}


@pytest.mark.parametrize("damage", [lambda raw: b"not a database at all " * 200, lambda raw: raw[: len(raw) // 2]])
def test_a_damaged_file_is_named_and_left_alone(tmp_path, damage):
    path = tmp_path / "words.sqlite"
    words = {f"w{n}": KIA for n in range(5000)}
    with WordCache(path) as cache:
        cache.put_many("x", words)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(FormatError, match=r"words\.sqlite.*delete it"):
        WordCache(path).get_many("x", list(words))
    assert path.read_bytes() == damaged


def test_a_forked_process_opens_its_own_connection(tmp_path):
    cache = WordCache(tmp_path / "words.sqlite")
    cache.put_many("x", {"kia": KIA})
    child = os.fork()
    if child == 0:
        cache.put_many("x", {"ora": KIA})
        os._exit(0 if cache.get_many("x", ["kia"]) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert set(cache.get_many("x", ["kia", "ora"])) == {"kia", "ora"}
