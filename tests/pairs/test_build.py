from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ipaner.errors import ConfigError, FormatError, IpanerError, LanguageNotSupported
from ipaner.pairs.build import build
from ipaner.pairs.config import PairsConfig, read_config

ROWS = [
    ("coffee", "커피", "loanword", "a", "CC0"),
    ("bus", "버스", "loanword", "a", "CC-BY-NC-4.0"),
    ("taxi", "택시", "loanword", "a", "CC0"),
    ("taxi", "택시", "name", "b", "CC0"),
    ("hospital", "나무", "loanword", "a", "CC0"),
    ("radio", "라디오", "loanword", "b", "CC0"),
    ("radio", "123", "loanword", "b", "CC0"),
    ("radio", "radio", "loanword", "b", "CC0"),
]


def config(**values: object) -> PairsConfig:
    return PairsConfig.model_validate({"name": "x", "languages": ["kor"], "sources": [{"kind": "tsv"}]} | values)


def words(built) -> list[str]:
    return [pair.word for pair in built.pairs]


def test_both_sides_are_transcribed_and_what_is_far_or_double_is_dropped(lists):
    built = build(config(max_distance=0.4), data=lists(kor=ROWS))
    assert sorted(words(built)) == ["라디오", "버스", "커피", "택시"]
    coffee = next(pair for pair in built.pairs if pair.english == "coffee")
    assert coffee.ipa == "kʰ ʌ pʰ i" and coffee.english_ipa and coffee.transcribed == "core"
    assert coffee.source == "a" and coffee.licence == "CC0" and 0 < coffee.distance < 0.4
    dropped = built.report.dropped["kor"]
    assert dropped["too far"] == 1 and dropped["duplicate"] == 1
    assert dropped["not read"] == 2, "digits have no sound, and Latin letters are not Korean"
    assert built.report.read["kor"] == len(ROWS)
    assert sum(dropped.values()) + built.report.kept["kor"] == len(ROWS)


def test_only_rows_that_may_be_passed_on(lists):
    built = build(config(max_distance=0.4, redistributable=True), data=lists(kor=ROWS))
    assert "버스" not in words(built)
    assert built.report.dropped["kor"]["licence"] == 1


def test_identical_spelling_is_dropped_on_request(lists):
    rows = [("Radio", "radio", "loanword", "a", "CC0"), ("taxi", "taksi", "loanword", "a", "CC0")]
    folder = lists(ind=rows)
    assert len(build(config(languages=["ind"]), data=folder).pairs) == 2
    assert words(build(config(languages=["ind"], drop_identical_spelling=True), data=folder)) == ["taksi"]
    source = {"kind": "tsv", "drop_identical_spelling": True}
    assert words(build(config(languages=["ind"], sources=[source]), data=folder)) == ["taksi"]


def test_a_source_may_have_a_threshold_of_its_own(lists):
    folder = lists(kor=ROWS[:1])
    assert build(config(max_distance=0.9), data=folder).pairs
    with pytest.raises(FormatError, match="1 read, 1 too far"):
        build(config(max_distance=0.9, sources=[{"kind": "tsv", "max_distance": 0.01}]), data=folder)


def test_our_own_list_comes_first_whatever_the_order(lists):
    folder = lists(kor=[("coffee", "커피", "cognate", "a", "CC0")])
    built = build(config(sources=[{"kind": "tsv"}, {"kind": "curated"}], max_distance=0.5), data=folder)
    assert {pair.source for pair in built.pairs if (pair.english, pair.word) == ("coffee", "커피")} == {"curated"}


def test_a_cap_takes_preferred_relations_first_and_depends_on_no_order(lists):
    rows = [(f"taxi{c}", f"택시{c}", "name", "a", "CC0") for c in "가나다라마바사"]
    rows = [("taxi", c * 2 + "택시", "name", "a", "CC0") for c in "가나다라마바사"] + ROWS[:1]
    limits = {"max_distance": 1.0, "cap": {"kor": 3}, "prefer": ["loanword"]}
    first = build(config(**limits), data=lists(kor=rows))
    assert len(first.pairs) == 3 and "커피" in words(first)
    assert words(build(config(**limits), data=lists(kor=list(reversed(rows))))) == words(first)
    assert first.report.dropped["kor"]["over the cap"] == 5


def test_of_several_words_for_one_english_word_the_nearest_is_kept(lists):
    rows = [("taxi", "가가가택시", "name", "a", "CC0"), ("taxi", "택시", "name", "a", "CC0")]
    built = build(config(max_distance=1.0, per_english=1), data=lists(kor=rows))
    assert words(built) == ["택시"]


def test_attested_transcriptions_are_preferred(lists, tmp_path):
    (tmp_path / "kor-hang.tsv").write_text("커피\tk ɔ p i\n", encoding="utf-8")
    wanted = config(max_distance=0.5, attested=True)
    built = build(wanted, data=lists(kor=[ROWS[0], ROWS[2]]), pronunciations=tmp_path)
    coffee, taxi = built.pairs
    assert (coffee.ipa, coffee.transcribed, coffee.licence) == ("k ɔ p i", "attested", "CC0; ipa CC BY-SA (WikiPron)")
    assert taxi.transcribed == "core"
    with pytest.raises(ConfigError, match="--pronunciations DIR"):
        build(wanted, data=lists(kor=ROWS))


def test_words_of_a_phrase_are_read_one_by_one(lists):
    built = build(config(max_distance=0.9), data=lists(kor=[("New York", "뉴 욕", "name", "a", "CC0")]))
    assert built.pairs[0].ipa.count("▁") == built.pairs[0].english_ipa.count("▁") == 1


def test_another_build_is_the_same_to_the_byte(lists, tmp_path, run):
    (tmp_path / "c.yaml").write_text(yaml.safe_dump({**config(max_distance=0.5).model_dump(mode="json")}))
    for name in "ab":
        result = run(
            "build", tmp_path / "c.yaml", "--data", lists(kor=ROWS), "--out", tmp_path / f"{name}.tsv.gz",
            "--cache", tmp_path / "words.sqlite",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()


def test_a_language_without_transcription_is_refused(lists):
    for code in ("xyz", "awa"):  # unknown; known, but read by a relative's rules
        with pytest.raises(LanguageNotSupported):
            build(config(languages=[code]), data=lists(awa=ROWS))


def test_a_language_that_only_the_corpus_transcribes_is_refused_or_left_out(lists):
    values = {"languages": ["khm", "kor"], "profile": "published", "max_distance": 0.5}
    pytest.importorskip("espeakng_loader")
    folder = lists(kor=ROWS[:1], khm=ROWS[:1])
    with pytest.raises(LanguageNotSupported, match="'published' cannot transcribe Khmer"):
        build(config(**values), data=folder)
    built = build(config(**values, leave_out_untranscribed=True), data=folder)
    assert list(built.report.left_out) == ["khm"] and {p.language for p in built.pairs} == {"kor"}


def test_nothing_left_is_an_error_that_tells_why(lists):
    with pytest.raises(FormatError, match=r"Nothing is left after filtering for kor \(kor: 1 read, 1 too far\)"):
        build(config(max_distance=0.05), data=lists(kor=[("hospital", "나무", "loanword", "a", "CC0")]))


def test_a_source_without_a_folder():
    with pytest.raises(ConfigError, match="--data DIR"):
        build(config())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: x\nlanguages: [kor]\nsources: [{kind: web}]\n", "web"),
        ("name: x\nlanguages: [kor]\nsources: [{kind: tsv}]\nfoo: 1\n", "foo: Extra inputs"),
        ("- a\n", "a mapping of keys"),
        ("a: [", "cannot be read as YAML"),
    ],
)
def test_faults_of_a_configuration(tmp_path: Path, content, message):
    path = tmp_path / "c.yaml"
    path.write_text(content)
    with pytest.raises(IpanerError, match=message):
        read_config(path)


def test_a_path_in_the_configuration_is_relative_to_it(lists, tmp_path):
    lists(kor=ROWS[:1])
    made = config(sources=[{"kind": "tsv", "path": "lists"}])
    assert len(build(made, folder=tmp_path).pairs) == 1


def test_the_command_tells_what_was_dropped_and_writes_nothing_after_an_error(lists, tmp_path, run):
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(config(max_distance=0.4).model_dump(mode="json")))
    out, report, plot = (tmp_path / name for name in ("t.tsv", "r.json", "p.svg"))
    arguments = ("build", tmp_path / "c.yaml", "--data", lists(kor=ROWS), "--out", out, "--report", report)
    result = run(*arguments, "--plot", plot)
    assert result.exit_code == 0 and "kor: 4 of 8 kept; dropped: 1 duplicate, 2 not read, 1 too far" in result.stderr
    languages = json.loads(report.read_text())["languages"]
    assert languages["kor"]["dropped"] == {"duplicate": 1, "not read": 2, "too far": 1}
    assert plot.read_text(encoding="utf-8").count("shuffled pairs") == 1
    out.unlink()
    failed = run(*arguments, "--set", "max_distance=0.001")
    assert failed.exit_code == 3 and "Nothing is left after filtering" in failed.stderr and not out.exists()
    assert run(*arguments, "--set", "max_distance=no").exit_code == 2
    assert run("build", tmp_path / "absent.yaml").exit_code == 2
