import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.document import Status
from ipaner.transcription.inputs import CASE_FEATURES, SHAPE_FEATURES, pad, shape_features


@pytest.mark.parametrize(
    ("word", "status", "on"),
    [
        ("Wikitōria", Status.OK, {"initial_upper"}),
        ("WHO", Status.OK, {"initial_upper", "all_upper"}),
        ("A", Status.OK, {"initial_upper"}),
        ("McDonald", Status.OK, {"initial_upper", "inner_upper"}),
        ("iPhone", Status.OK, {"inner_upper"}),
        ("whare", Status.OK, {"lower_only"}),
        ("भारत", Status.OK, set()),
        ("3G", Status.OK, {"initial_upper", "has_digit"}),
        ("१२", Status.OPAQUE, {"has_digit", "all_digits"}),
        ("1,000", Status.OPAQUE, {"has_digit"}),
        ("...", Status.OPAQUE, {"mark_only"}),
        ("R.H.", Status.OK, {"initial_upper", "all_upper", "has_inner_mark"}),
        ("o'zbek", Status.OK, {"lower_only", "has_inner_mark"}),
        ("", Status.OPAQUE, {"mark_only"}),
    ],
)
def test_shapes(word, status, on):
    found = {name for name, value in zip(SHAPE_FEATURES, shape_features(word, status), strict=True) if value}
    assert found == on


@given(st.text(max_size=10), st.sampled_from(Status))
def test_shapes_are_zeros_and_ones(word, status):
    assert set(shape_features(word, status)) <= {0.0, 1.0}


@given(st.text(alphabet="abcé-'12", max_size=8), st.sampled_from(Status))
def test_only_case_features_see_capitals(word, status):
    lower, upper = shape_features(word.lower(), status), shape_features(word.upper(), status)
    rest = [n for n in range(len(SHAPE_FEATURES)) if n not in CASE_FEATURES]
    assert [lower[n] for n in rest] == [upper[n] for n in rest]


def test_padding_is_zero_and_keeps_every_id():
    one, two = (1.0,) * 8, (0.0,) * 7 + (1.0,)
    arrays = pad([[[7, 8, 9], [5]], [[6]]], [[one, two], [one]])
    assert arrays["phonemes"].dtype == np.int64
    assert arrays["phonemes"].tolist() == [[[7, 8, 9], [5, 0, 0]], [[6, 0, 0], [0, 0, 0]]]
    assert arrays["shape"].dtype == np.float32
    assert arrays["shape"].tolist() == [[list(one), list(two)], [list(one), [0.0] * 8]]


def test_no_sentences_and_empty_ones():
    assert pad([], [])["phonemes"].shape == (0, 0, 0)
    assert pad([[]], [[]])["shape"].shape == (1, 0, 8)


def test_words_without_shapes_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        pad([[[1], [2]]], [[(0.0,) * 8]])
