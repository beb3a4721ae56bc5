"""Measured errors belong to languages, scripts and back ends of the table."""

from dataclasses import replace

from ipaner.languages import PROFILES, all_languages, get
from ipaner.languages.measured import measured


def test_rows_are_of_the_table() -> None:
    with_errors = [language for language in all_languages() if measured(language)]
    assert len(with_errors) > 150
    for language in with_errors:
        for row in measured(language):
            assert row.script in language.scripts
            assert row.profile in PROFILES
            assert row.backend == language.backend(row.profile, row.script)
            assert row.words > 0
            assert 0 <= row.fper <= row.per, (language.code, row)


def test_most_present_back_ends_were_measured() -> None:
    """A back end that was exchanged without measuring again shows no error: few may be so."""
    lines = [line for language in all_languages() for line in measured(language) if line.profile == "core"]
    assert len(lines) > 160


def test_a_back_end_that_was_not_measured_has_no_error() -> None:
    welsh = get("cym")
    assert measured(welsh)
    assert not measured(replace(welsh, backends=dict.fromkeys(PROFILES, "o2i:fr-FR")))
