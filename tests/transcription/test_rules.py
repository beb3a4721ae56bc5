import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from ipaner.errors import FormatError
from ipaner.transcription.backends.maps import Speller, read_map
from ipaner.transcription.backends.rules import Cascade, Rule, read_rules

LITERALS = st.text("abcd", max_size=3)
PATTERNS = st.one_of(
    LITERALS,
    st.builds("|".join, st.lists(LITERALS, min_size=1, max_size=3)),
    st.builds(
        "{}{}{}".format,
        LITERALS,
        st.sampled_from(
            ["", "(a|b)", "[cd]", "[^a]", "(ab?|c)", ".", "a+", "b*", "(?=c)", "(?:d|a)?", "a{2}", "((a)|b)"]
        ),
        LITERALS,
    ),
)
RULES = st.lists(
    st.builds(
        Rule,
        PATTERNS | st.just("(?P<sw1>[ab])(?P<sw2>c|d)"),
        LITERALS,
        PATTERNS | st.sampled_from(["^", "^|a"]),
        PATTERNS | st.sampled_from(["$", "$|b"]),
    ),
    max_size=6,
)


def one_after_the_other(rules, text, most):
    """What Epitran does, in the plainest way."""
    for rule in rules:
        source = rule.source if "sw1" in rule.source else f"(?P<a>{rule.source})"
        pattern = regex.compile(f"(?P<X>{rule.left}){source}(?P<Y>{rule.right})")

        def rewrite(found, rule=rule):
            groups = {name: value or "" for name, value in found.groupdict().items()}
            middle = groups["sw2"] + groups["sw1"] if "sw1" in groups else rule.target
            return groups["X"] + middle + groups["Y"]

        text = pattern.sub(rewrite, text, most)
    return text


@given(RULES, st.text("abcde", max_size=50))
def test_leaving_rules_out_changes_nothing(rules, text):
    assert Cascade(rules)(text) == one_after_the_other(rules, text, 0)
    assert Cascade(rules, of_epitran=True)(text) == one_after_the_other(rules, text, 32)


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text("xyz", max_size=2)), st.text("abcd", max_size=12)
)
def test_the_longest_grapheme_wins(sounds, text):
    expected, unknown, rest = "", 0, text
    while rest:
        grapheme = next((rest[:n] for n in (3, 2, 1) if rest[:n] in sounds), None)
        unknown += grapheme is None
        expected += sounds[grapheme] if grapheme else {"c": "k"}.get(rest[0], rest[0])
        rest = rest[len(grapheme or " ") :]
    assert Speller(sounds).read(text) == (expected, unknown)


def test_unknown_letters_are_told_and_what_rules_put_in_is_not():
    speller = Speller({"a": "a"}, before=Cascade([Rule("b", "β")]))
    assert speller.read("abx") == ("aβks", 1)
    assert speller.unknown("abqxq") == "qxq"


@pytest.fixture
def rules_in(tmp_path):
    def write(text):
        path = tmp_path / "before.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_rules_are_read(rules_in):
    lines = """
    % a comment
    # another
    ::vowel:: = a|e|i
    ::back:: = (::vowel::|o)
    k -> t͡ʃ / _ (::vowel::) % before vowels
    0 -> e / # _ s
    h -> 0 / ::back:: _ #
    """
    cascade = Cascade(read_rules(rules_in(lines)))
    assert [cascade(word) for word in ("kako", "sta", "ah", "oh", "aha")] == ["t͡ʃako", "esta", "a", "o", "aha"]
    assert read_rules(rules_in("é -> e / _"), "NFC")[0].source == "\u00e9"
    assert read_rules(rules_in("é -> e / _"), "NFD")[0].source == "e\u0301"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a -> b / _\na -> b", 2, "is neither a rule"),
        ("a -> b / c d _", 1, "is neither a rule"),
        ("a -> b / _ c d", 1, "there is more after the rule"),
        ("a -> b / _ ::w::", 1, "::w:: is not declared. Write '::w:: = a|e|i' in a line above. None is declared"),
        ("::v:: = a\n::w:: = ::x::", 2, "::x:: is not declared. .* Declared so far: ::v::"),
        ("::v:: = a|::v::", 1, r"::v:: refers to itself \(::v:: -> ::v::\). Write out"),
        ("::a:: = x\n::b:: = ::a::\n::a:: = ::b::\nx -> y / ::a:: _ ::v::", 4, "::v:: is not declared"),
        ("a -> b / _ ::v", 1, "two colons are left over"),
        ("a( -> b / _", 1, "no regular expression: missing \\). Each bracket"),
        ("a -> b / *_", 1, "no regular expression"),
        ("é -> e / _".encode("latin-1"), 1, "is not UTF-8"),
    ],
)
def test_mistakes_in_rules_name_file_line_and_cure(rules_in, text, line, message):
    with pytest.raises(FormatError, match=message) as caught:
        read_rules(rules_in(text))
    assert (caught.value.path.name, caught.value.line) == ("before.txt", line)


def test_all_mistakes_can_be_collected(rules_in):
    mistakes = []
    found = read_rules(rules_in("::v:: = ::w::\na -> b / _ ::v::\na b\nc -> d / _"), report=mistakes.append)
    assert [mistake.line for mistake in mistakes] == [1, 3]
    assert [rule.source for rule in found] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a,b\n", 1, "the first line must be 'grapheme,phonemes,note'"),
        ("", 1, "the first line must be 'grapheme,phonemes,note'"),
        ("grapheme,phonemes,note\na,a\na,e,again", 3, "'a' stands on line 2 already. Delete one"),
        ("grapheme,phonemes,note\né,e\ne\u0301,ɛ", 3, "'é' stands on line 2 already"),
        ("grapheme,phonemes,note\n ,a", 2, "the grapheme is empty. A silent letter"),
        ("grapheme,phonemes,note\na", 2, "1 columns where 2 or 3 belong"),
        ("grapheme,phonemes,note\na;b;c", 2, "They are separated by commas"),
        ("grapheme,phonemes,note\na,b,one,two", 2, "4 columns"),
        ('grapheme,phonemes,note\n"a,b', 2, "the double quotes do not pair"),
        ("grapheme,phonemes\né,e".encode("latin-1"), 2, "is not UTF-8"),
    ],
)
def test_mistakes_in_maps_name_file_line_and_cure(tmp_path, text, line, message):
    path = tmp_path / "map.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FormatError) as caught:
        read_map(path, "NFC")
    assert re.search(message, str(caught.value))
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_map_is_read_as_it_is_meant(tmp_path):
    path = tmp_path / "map.csv"
    path.write_bytes('\ufeffgrapheme,phonemes,note\r\n é , t͡ ʃ ,"one, two"\r\n\r\nh,,silent\r\n'.encode())
    assert [(e.grapheme, e.phonemes, e.note, e.line) for e in read_map(path, "NFC")] == [
        ("é", "t͡ʃ", "one, two", 2),
        ("h", "", "silent", 4),
    ]


def test_a_missing_map_is_told(tmp_path):
    with pytest.raises(FormatError, match=r"map\.csv: cannot be read"):
        read_map(tmp_path / "map.csv")
