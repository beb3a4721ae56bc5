import pytest
from hypothesis import strategies as st

# Letters, marks and signs that word boundaries, routing and encodings trip over
ALPHABETS = (
    "aeiouktnshgqxéāñßİıŉ",
    "жшщёўҳъіґ",
    "αβγλΐ",
    "ابپڪڱہھءعيوئّْ\u200c\u0640",
    "कखािी्ंँ\u200d",
    "กขเาำ้ฯ",
    "ກາວ",
    "កខ្ាំ\u200b",
    "ကာ့်ြ",
    "አዲስ።",
    "ܐܒܓ",
    "北京大学の東ーテキスト서울각",
    "'’ʼʻ-–.·:,_!?()«»…",
    "0123४٣½²ª",
    " \t\n\u00a0\u2028\x1c\x00",
    "\u0301\u0327\u20e3\ufe0f\ufeff\u00ad\u2060",
    "😀👩🏽𝒜𐐷\U00010380",
    "\ud800\udfff",
)


@pytest.fixture(scope="session")
def texts():
    """Strings of many scripts; a fixture, for test modules cannot import from each other."""
    mixed = st.text(alphabet=st.one_of(*map(st.sampled_from, ALPHABETS)), max_size=60)
    return mixed | st.text(max_size=40)
