from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from corpus_strategies import spans
from hypothesis import given
from hypothesis import strategies as st

from ipaner.corpora import COMMON_LABELS, Scheme, to_iob2
from ipaner.labels import Span, from_spans, repair


def _iob1(found: Sequence[Span], length: int) -> list[str]:
    tags = ["O"] * length
    for i, span in enumerate(found):
        touches = i > 0 and found[i - 1].end == span.start and found[i - 1].label == span.label
        tags[span.start : span.end] = [f"I-{span.label}"] * (span.end - span.start)
        if touches:
            tags[span.start] = f"B-{span.label}"
    return tags


def _letters(begin: str, inside: str, end: str, single: str) -> Callable[[Sequence[Span], int], list[str]]:
    def encode(found: Sequence[Span], length: int) -> list[str]:
        tags = ["O"] * length
        for span in found:
            n = span.end - span.start
            marks = [single] if n == 1 else [begin, *[inside] * (n - 2), end]
            tags[span.start : span.end] = [f"{mark}-{span.label}" for mark in marks]
        return tags

    return encode


ENCODERS = {
    Scheme.IOB1: _iob1,
    Scheme.IOB2: lambda found, length: from_spans(found, length),
    Scheme.BIOES: _letters("B", "I", "E", "S"),
    Scheme.BILOU: _letters("B", "I", "L", "U"),
}


@pytest.mark.parametrize("scheme", ENCODERS)
@given(data=st.data(), length=st.integers(1, 12))
def test_every_scheme_is_read_alike_named_or_not(scheme, data, length):
    found = data.draw(spans(length))
    tags = ENCODERS[scheme](found, length)
    assert to_iob2(tags, scheme) == (tuple(from_spans(found, length)), 0)
    converted, repairs = to_iob2(tags)
    assert converted == tuple(from_spans(found, length))
    assert scheme is Scheme.IOB1 or repairs == 0


@given(st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]), max_size=12))
def test_malformed_iob2_is_repaired_and_counted(tags):
    converted, repairs = to_iob2(tags, "iob2")
    assert list(converted) == repair(tags)
    assert repairs == sum(before != after for before, after in zip(tags, converted, strict=True))


@given(
    st.lists(
        st.builds("{}-{}".format, st.sampled_from("BIELSU"), st.sampled_from(["PER", "LOC"])) | st.just("O"),
        max_size=12,
    )
)
def test_whatever_comes_in_valid_iob2_goes_out(tags):
    converted, _ = to_iob2(tags)
    assert list(converted) == repair(converted)
    assert [tag[2:] for tag in converted] == [tag[2:] for tag in tags]
    assert to_iob2(converted) == (converted, 0)


def test_malformed_bioes():
    assert to_iob2(["S-PER", "I-PER", "E-PER", "E-PER"]) == (("B-PER", "B-PER", "I-PER", "B-PER"), 2)


@pytest.mark.parametrize(
    ("scheme", "tag"),
    [("iob2", "S-PER"), ("iob1", "E-PER"), ("bioes", "U-PER"), ("bilou", "S-PER"), ("bilou", "E-PER")],
)
def test_a_tag_of_another_scheme_is_refused_when_the_scheme_is_named(scheme, tag):
    with pytest.raises(ValueError, match=f"'{tag}' is no tag of the scheme {scheme}"):
        to_iob2(["O", tag], scheme)


@pytest.mark.parametrize("tag", ["", "PER", "B-", "B", "o", "X-PER", "B_PER", "B-a b", "0", "b-PER"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValueError, match="no tag of any known scheme"):
        to_iob2([tag])


def test_labels_are_renamed_or_dropped_after_the_spans_are_known():
    tags = ["I-GPE", "I-LOC", "I-DATE", "I-DATE", "B-EVENT"]
    names = {**COMMON_LABELS, "DATE": "O"}
    assert to_iob2(tags, "iob1", names)[0] == ("B-LOC", "B-LOC", "O", "O", "B-EVENT")


def test_an_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="iob3"):
        to_iob2(["O"], "iob3")
