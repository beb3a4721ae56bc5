"""The whole path: tagger in, results, JSON and tables out."""

from __future__ import annotations

import io
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from rich.console import Console

from ipaner.corpora import Sentence
from ipaner.errors import FormatError
from ipaner.evaluation import (
    CorpusResult,
    compare,
    comparison_json,
    comparison_table,
    corpora_json,
    corpus_json,
    errors_table,
    evaluate,
    languages_table,
    position_macro_f1,
    strict_f1,
    systems_table,
    to_markdown,
    to_rich,
)
from ipaner.labels import to_spans

Make = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Tagged:
    tags: tuple[str, ...]
    scores: tuple[float, ...] | None = None


SENTENCES = {
    "mri": [
        Sentence(("Ko", "Aroha", "Ngata", "ia"), ("O", "B-PER", "I-PER", "O"), ("ko", "aɾoha", "ŋata", "ia")),
        Sentence(("Rotorua",), ("B-LOC",), ("ɾotoɾua",)),
    ],
    "kin": [Sentence(("Kigali", "ni", "nziza"), ("B-LOC", "O", "O"))],
}
ANSWERS = {
    "Ko": Tagged(("O", "B-PER", "O", "O"), (0.75,)),
    "Rotorua": Tagged(("B-LOC",), (0.95,)),
    "Kigali": Tagged(("B-LOC", "O", "B-ORG"), (0.9, 0.2)),
}


def tag(sentences: Sequence[Sentence], language: str) -> list[Tagged]:
    return [ANSWERS[sentence.tokens[0]] for sentence in sentences]


def nothing(sentences: Sequence[Sentence], language: str) -> list[Tagged]:
    return [Tagged(("O",) * len(sentence.tokens)) for sentence in sentences]


def phone_counts(sentence: Sentence, language: str) -> list[int]:
    return [len(word) for word in sentence.ipa or sentence.tokens]


@pytest.fixture(scope="module")
def result() -> CorpusResult:
    return evaluate(tag, SENTENCES, phone_counts)


@pytest.fixture(scope="module")
def blank() -> CorpusResult:
    return evaluate(nothing, SENTENCES, phone_counts)


def test_json_by_hand(result: CorpusResult) -> None:
    found = json.loads(json.dumps(corpus_json(result)))
    assert list(found) == ["languages", "mean", "std"]
    mri = found["languages"]["mri"]
    assert {key: mri[key] for key in ("n_sentences", "n_entities", "strict_f1", "precision", "recall")} == {
        "n_sentences": 2,
        "n_entities": 2,
        "strict_f1": 50.0,
        "precision": 50.0,
        "recall": 50.0,
    }
    assert (mri["strict_f1_with_o"], mri["strict_f1_without_o"], mri["positions"]) == (0.0, 100.0, "published")
    assert mri["errors"] == {
        "correct": 1,
        "wrong_type": 0,
        "wrong_boundary": 1,
        "wrong_type_and_boundary": 0,
        "missed": 0,
        "spurious": 0,
    }
    assert mri["by_type"]["PER"] == {
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "n_correct": 0,
        "n_gold": 1,
        "n_predicted": 1,
    }
    # O: 11 gold (4 phonemes, 3 separators, 4 ends), 15 predicted, 11 right; I-PER: 8 gold, 4 predicted, 4 right
    expected = {"O": 84.62, "B-PER": 100.0, "I-PER": 66.67, "B-LOC": 100.0, "I-LOC": 100.0}
    assert mri["position_f1_by_label"] == expected
    assert mri["position_macro_f1"] == pytest.approx(statistics.fmean(expected.values()), abs=0.01)
    kin = found["languages"]["kin"]
    assert (kin["strict_f1"], kin["strict_f1_without_o"], kin["positions"]) == (66.67, None, "own")
    assert kin["calibration"]["n"] == 2
    assert kin["calibration"]["error"] == 15.0
    assert found["mean"]["strict_f1"] == pytest.approx((50 + 66.67) / 2, abs=0.01)
    assert (found["mean"]["strict_f1_with_o"], found["mean"]["strict_f1_without_o"]) == (33.33, 100.0)
    assert found["std"]["strict_f1"] == pytest.approx(statistics.stdev([50, 200 / 3]), abs=0.01)


def test_several_corpora_stand_side_by_side(result: CorpusResult, blank: CorpusResult) -> None:
    found = corpora_json({"news": result, "titles": blank})
    assert found == {"corpora": {"news": corpus_json(result), "titles": corpus_json(blank)}}


def test_a_language_is_measured_the_same_alone_or_among_others(result: CorpusResult) -> None:
    alone = evaluate(tag, {"mri": SENTENCES["mri"]}, phone_counts)
    assert alone.languages["mri"] == result.languages["mri"]
    assert alone.mean.strict_f1_interval == alone.languages["mri"].strict_interval
    assert alone.mean.position_macro_f1_interval == alone.languages["mri"].position_interval
    assert (alone.std.strict_f1, alone.std.position_macro_f1) == (None, None)
    assert CorpusResult.of({"mri": result.languages["mri"]}) == alone


def test_results_are_those_of_the_metrics(labelled: Make) -> None:
    gold, predicted, phones = labelled(40, seed=11)
    by_words = {f"{i}": row for i, row in enumerate(predicted)}
    sentences = [Sentence((f"{i}", *"x" * (len(t) - 1)), tuple(t)) for i, t in enumerate(gold)]

    def answer(batch: Sequence[Sentence], language: str) -> list[Tagged]:
        return [Tagged(tuple(by_words[sentence.tokens[0]])) for sentence in batch]

    measured = evaluate(answer, {"xxx": sentences}, lambda s, _: phones[int(s.tokens[0])], seed=3).languages["xxx"]
    assert measured.strict == strict_f1(gold, predicted)
    assert measured.position == position_macro_f1(gold, predicted, phones)
    assert measured.calibration is None
    assert measured.strict_with_o is not None and measured.strict_without_o is not None
    split = (measured.strict_with_o, measured.strict_without_o)
    assert sum(part.n_gold for part in split) == measured.strict.overall.n_gold
    assert sum(part.n_correct for part in split) == measured.strict.overall.n_correct


def test_comparison_with_a_tagger_that_finds_nothing(result: CorpusResult, blank: CorpusResult) -> None:
    comparison = compare(result, blank)
    found = json.loads(json.dumps(comparison_json(comparison)))
    mean = found["strict_f1"]["mean"]
    assert mean["difference"] == corpus_json(result)["mean"]["strict_f1"]
    assert found["strict_f1"]["languages"]["kin"]["p"] == 1.0  # one sentence: swapped or not, as far apart
    # Of 8 ways to swap 2 + 1 sentences, 4 are as extreme: none and all, each with or without the half-found name.
    assert mean["p"] == pytest.approx(0.5, abs=0.06)
    difference = result.mean.position_macro_f1 - blank.mean.position_macro_f1
    assert found["position_macro_f1"]["mean"]["difference"] == pytest.approx(difference, abs=0.01)
    itself = comparison_json(compare(result, result))["position_macro_f1"]["mean"]
    assert itself == {"difference": 0.0, "interval": [0.0, 0.0], "p": 1.0}


def test_systems_that_count_other_phonemes_are_compared_in_strict_f1_only(result: CorpusResult) -> None:
    other = evaluate(tag, SENTENCES, lambda sentence, _: [1] * len(sentence.tokens))
    comparison = compare(result, other)
    assert comparison.strict_f1.mean.p == 1
    assert comparison.position_macro_f1 is None
    assert comparison_json(comparison)["position_macro_f1"] is None
    assert len(comparison_table(comparison, "t").header) == 4


def test_other_sentences_are_not_compared(result: CorpusResult) -> None:
    with pytest.raises(ValueError, match=r"mri \(2 sentences\), kin \(1 sentences\) and mri \(2 sentences\)"):
        compare(result, evaluate(tag, {"mri": SENTENCES["mri"]}, phone_counts))


def test_ipa_on_some_sentences_only_is_said(result: CorpusResult) -> None:
    first, second = SENTENCES["mri"]
    mixed = evaluate(tag, {"mri": [first, replace(second, ipa=None)]}, phone_counts)
    assert mixed.languages["mri"].positions == "mixed"


def test_no_sentences_is_an_error_that_names_the_language() -> None:
    with pytest.raises(FormatError, match="no sentences of 'mri'"):
        evaluate(tag, {"mri": []}, phone_counts)
    with pytest.raises(FormatError, match="no language to evaluate"):
        evaluate(tag, {}, phone_counts)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([], "mri: 2 gold sentences but 0 predicted"),
        ([Tagged(("O",)), Tagged(("O",))], "mri: sentence 0 has 4 gold labels but 1 predicted"),
        ([Tagged(("O", "O", "O", "O"), ()), Tagged(("B-LOC",), ())], "mri: sentence 1 has 1 .* but 0 scores"),
    ],
)
def test_a_tagger_that_answers_amiss_is_named(answer: list[Tagged], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(lambda *_: answer, {"mri": SENTENCES["mri"]}, phone_counts)


def test_a_label_of_another_set_is_an_error_of_the_data() -> None:
    odd = [Sentence(("1840",), ("B-DATE",))]
    with pytest.raises(FormatError, match="mri: Label 'B-DATE'"):
        evaluate(nothing, {"mri": odd}, phone_counts)


def test_markdown_tables(result: CorpusResult, blank: CorpusResult) -> None:
    lines = to_markdown(languages_table(result, "Two languages")).splitlines()
    assert lines[0] == "**Two languages**"
    assert [line.split("|")[1].strip() for line in lines[4:]] == ["mri", "kin", "mean", "std"]
    assert lines[4].startswith("| mri | 2 | 2 | 50.00 |")
    assert "| – |" in lines[5]
    systems = to_markdown(systems_table({"model": result, "blind": blank}, "Systems"))
    assert "| model | 2 | 58.33 |" in systems
    assert "| blind | 2 | 0.00 |" in systems
    paired = to_markdown(comparison_table(compare(result, blank), "Model - blind"))
    assert "| mean | +58.33 |" in paired
    for table in (lines[2:], systems.splitlines()[2:], paired.splitlines()[2:]):
        assert len({line.count("|") for line in table}) == 1


def test_errors_are_listed_with_their_words_and_pipes_escaped(result: CorpusResult) -> None:
    outcomes = result.languages["kin"].outcomes
    table = errors_table(outcomes, [("Kigali", "ni", "nzi|za")], "kin")
    assert table.rows == (("0", "spurious", "–", "ORG nzi|za"),)
    assert "nzi\\|za" in to_markdown(table)
    wrong = errors_table(result.languages["mri"].outcomes, [s.tokens for s in SENTENCES["mri"]], "mri")
    assert wrong.rows == (("0", "wrong boundary", "PER Aroha Ngata", "PER Aroha"),)


def test_terminal_tables_show_markup_as_it_is(result: CorpusResult) -> None:
    out = io.StringIO()
    console = Console(file=out, width=200)
    console.print(to_rich(languages_table(result, "[bold]Two[/bold]")))
    console.print(to_rich(errors_table(result.languages["kin"].outcomes, [("Kigali", "ni", "[red]")], "kin")))
    shown = out.getvalue()
    assert "[bold]Two[/bold]" in shown
    assert "ORG [red]" in shown
    assert all(cell in shown for cell in ("mri", "50.00", "66.67", "mean", "std", "published"))


def test_scores_belong_to_entities_in_order(result: CorpusResult) -> None:
    kin = result.languages["kin"].calibration
    assert kin is not None
    assert len(to_spans(ANSWERS["Kigali"].tags)) == kin.n
    by_bin = {round(b.low): (b.n, b.precision) for b in kin.bins if b.n}
    assert by_bin == {80: (1, 100.0), 10: (1, 0.0)}
