"""orthography2ipa: grapheme tables with context rules for languages that Epitran lacks or reads worse."""

from __future__ import annotations

import logging
import unicodedata
from importlib.metadata import version

from ipaner.errors import ConfigError
from ipaner.transcription.backends import Reading
from ipaner.transcription.backends.maps import fold_apostrophes
from ipaner.transcription.backends.romanised import approximate
from ipaner.transcription.scripts import is_letter


class Orthography2Ipa:
    """One of orthography2ipa's languages, for instance ``en-US``."""

    def __init__(self, code: str) -> None:
        """Load a language.

        Raises:
            ConfigError: orthography2ipa has no such language.
        """
        # It warns of optional plug-ins that are not installed, which change nothing here
        logging.getLogger("orthography2ipa.registry").setLevel(logging.ERROR)
        from orthography2ipa import G2P, PhonetokTokenizer, TokenKind

        self._unknown_kind = TokenKind.UNKNOWN

        release = version("orthography2ipa")
        try:
            self._g2p = G2P(code)
        except (KeyError, ValueError) as error:
            raise ConfigError(f"orthography2ipa {release} has no language {code!r}.") from error
        self.version = f"orthography2ipa {release} {code}"
        self._tokenizer = PhonetokTokenizer(self._g2p.spec)
        folded = fold_apostrophes("".join(self._g2p.spec.graphemes))
        self._apostrophes = {mark: known or "'" for mark, known in folded.items()}

    def read(self, letters: str) -> Reading:
        """Transcribe a word; it is one word whatever apostrophes it holds.

        The library drops letters it does not know. Here an accented one is read without its accent, others are
        approximated, with the stretches between them read on their own.
        """
        text = unicodedata.normalize("NFC", letters.translate(self._apostrophes))
        unknown = self._unknown(text)
        if not unknown:
            return Reading(self._transcribe(text))
        plain = "".join(self._without_accent(c) if place in unknown else c for place, c in enumerate(text))
        pieces, start = [], 0
        for place in sorted(self._unknown(plain)):
            pieces += [self._transcribe(plain[start:place]), approximate(plain[place])]
            start = place + 1
        pieces.append(self._transcribe(plain[start:]))
        return Reading("".join(pieces), len(unknown))

    def _transcribe(self, text: str) -> str:
        return "".join(self._g2p.transcribe_word(text).split()) if text else ""

    def _unknown(self, text: str) -> set[int]:
        """Where letters stand that no grapheme covers; empty where the library rewrites the text before it looks."""
        tokens = [token for token in self._tokenizer.tokenize(text) if token.kind is self._unknown_kind]
        if any(token.text_span(text).lower() != token.grapheme.lower() for token in tokens):
            return set()
        return {token.position for token in tokens if is_letter(text[token.position])}

    def _without_accent(self, letter: str) -> str:
        base = unicodedata.normalize("NFD", letter)[0]
        return base if base != letter and not self._unknown(base) else letter
