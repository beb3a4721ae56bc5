"""Text in any script to words with canonical phonemes."""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from ipaner.document import UNREADABLE, Status, Word
from ipaner.errors import ConfigError, LanguageNotSupported, TranscriptionError
from ipaner.languages import PROFILES, Language, get
from ipaner.transcription.backends import Backend, load
from ipaner.transcription.cache import Transcription, WordCache
from ipaner.transcription.canonical import CANONICAL_VERSION, canonical, canonicalise
from ipaner.transcription.scripts import ANY_SCRIPT, COMPOSITE, SCRIPTS, is_letter, plain, runs, script_of
from ipaner.transcription.words import LONGEST_WORD, word_spans

ROUTING_VERSION = "2"
"""Changes whenever the same back ends could give a word other phonemes."""

_MEMORY = 200_000
_CORPUS = "corpus"


@dataclass(frozen=True, slots=True)
class _Route:
    """A back end for some scripts; without a back end, only a corpus's own transcription will do."""

    name: str
    backend: Backend | None


class Transcriber:
    """Reads the words of one language as phonemes.

    Every word is read on its own and yields exactly one sequence of phonemes, which is never empty where the word has
    letters. A word is cut into stretches of one script: the language's own go to its back ends, others are romanised,
    digits and punctuation have no sound. Instances may be shared between threads.

    Example:
        >>> maori = Transcriber("mri")
        >>> [(w.text, "".join(w.phonemes), w.status.value) for w in maori.words("Kei Whakatū ia.")]
        [('Kei', 'kei', 'ok'), ('Whakatū', 'fakatuː', 'ok'), ('ia', 'ia', 'ok'), ('.', '', 'opaque')]
    """

    def __init__(
        self, language: str | Language, profile: str = "core", *, broad: bool = False, cache: WordCache | None = None
    ) -> None:
        """Load the back ends of a language.

        Args:
            language: Code, tag or name of a language, or the language itself.
            profile: ``core``, ``published`` or ``espeak``.
            broad: Drop length, nasality, aspiration, breathy voice and dental place.
            cache: Words transcribed earlier, on disk.

        Raises:
            LanguageNotSupported: The language is unknown or has no transcription in this profile.
            ConfigError: There is no such profile.
            MissingExtra: The profile needs a back end that is not installed.
        """
        if profile not in PROFILES:
            raise ConfigError(f"No transcription profile {profile!r}. There are: {', '.join(PROFILES)}.")
        self.language = get(language) if isinstance(language, str) else language
        self.profile = profile
        self.broad = broad
        if profile not in self.language.backends:
            raise LanguageNotSupported(f"{self.language.name} ({self.language.code}) has no profile {profile!r}.")
        self._routes = _routes(self.language, profile)
        self._usual = next(iter(self._routes))
        self._together = {s for r in self._routes.values() for s in getattr(r.backend, "together", ())}
        self._romanised = load("romanised")
        self._memory: dict[str, Transcription] = {}
        self._lock = threading.Lock()
        self._cache = cache
        self._space = hashlib.sha256(json.dumps(self.fingerprint, sort_keys=True).encode()).hexdigest()[:32]

    def __reduce__(self) -> tuple[object, ...]:
        """Other processes load the back ends anew."""
        return partial(Transcriber, broad=self.broad, cache=self._cache), (self.language, self.profile)

    @property
    def fingerprint(self) -> dict[str, str]:
        """All that the phonemes depend on: part of cache keys and checkpoints."""
        backends = {script: r.backend.version if r.backend else r.name for script, r in sorted(self._routes.items())}
        return {
            "language": self.language.code,
            "profile": self.profile,
            "broad": str(self.broad).lower(),
            "backends": "; ".join(f"{script}={version}" for script, version in backends.items()),
            "fallback": self._romanised.version,
            "canonical": CANONICAL_VERSION,
            "routing": ROUTING_VERSION,
        }

    def words(self, text: str) -> list[Word]:
        """Cut a text into words and read each.

        Returns:
            Words in order; they and white space tile the text.
        """
        spans = list(word_spans(text))
        return self._as_words([text[start:end] for start, end in spans], spans)

    def tokens(self, tokens: Sequence[str], published: Sequence[str] | None = None) -> list[Word]:
        """Read a sentence that is cut into words already.

        Args:
            tokens: Words of a corpus, any strings.
            published: The corpus's own transcription of each, which replaces ours where it holds IPA.

        Returns:
            One word a token, with offsets in ``" ".join(tokens)``.

        Raises:
            TranscriptionError: The profile knows a word by the corpus's own transcription only, and has none.
        """
        spans, start = [], 0
        for token in tokens:
            spans.append((start, start + len(token)))
            start += len(token) + 1
        if published is None:
            return self._as_words(tokens, spans)
        if len(published) != len(tokens):
            raise TranscriptionError(f"{len(tokens)} tokens, but {len(published)} transcriptions of them.")
        given = [
            canonical(ipa, broad=self.broad) if _sounds(token) else ()
            for token, ipa in zip(tokens, published, strict=True)
        ]
        rest = iter(self._look_up([token for token, phones in zip(tokens, given, strict=True) if not phones]))
        results = [(phones, Status.OK) if phones else next(rest) for phones in given]
        return [Word(t, s, e, *result) for t, (s, e), result in zip(tokens, spans, results, strict=True)]

    def transcribe(self, word: str) -> Transcription:
        """Read one word.

        Args:
            word: Any string, taken as one word.

        Returns:
            Canonical phonemes, empty exactly if the status is ``opaque``, and the status. ``<unk>`` stands for each
            letter of a word that nothing can read.

        Example:
            >>> Transcriber("mri").transcribe("R.H.")
            (('r', 'h'), <Status.OK: 'ok'>)
        """
        return self._look_up([word])[0]

    def _as_words(self, texts: Sequence[str], spans: Iterable[tuple[int, int]]) -> list[Word]:
        results = self._look_up(texts)
        return [
            Word(text, start, end, *result) for text, (start, end), result in zip(texts, spans, results, strict=True)
        ]

    def _look_up(self, words: Sequence[str]) -> list[Transcription]:
        """Memory first, then the disk, then the back ends."""
        known = {word: result for word in set(words) if (result := self._memory.get(word)) is not None}
        missing = [word for word in dict.fromkeys(words) if word not in known]
        if missing:
            fresh = dict(self._cache.get_many(self._space, missing)) if self._cache else {}
            computed = {word: self._read(word) for word in missing if word not in fresh}
            if self._cache and computed:
                self._cache.put_many(self._space, computed)
            fresh |= computed
            known |= fresh
            with self._lock:
                if len(self._memory) + len(fresh) > _MEMORY:
                    self._memory.clear()
                self._memory |= fresh
        return [known[word] for word in words]

    def _read(self, word: str) -> Transcription:
        clean = plain(word)
        phones: list[str] = []
        statuses: list[Status] = []
        for script, letters in self._stretches(clean):
            # Back ends are made for words; some take quadratic time for a wall of letters
            for start in range(0, len(letters), LONGEST_WORD):
                read, status = self._read_letters(script, letters[start : start + LONGEST_WORD])
                if read:
                    phones += read
                    statuses.append(status)
        if not phones:
            unread = sum(1 for c in clean if is_letter(c) and unicodedata.category(c)[0] == "L" and script_of(c))
            return (UNREADABLE,) * unread, Status.FALLBACK if unread else Status.OPAQUE
        return tuple(phones), _joint(statuses)

    def _stretches(self, word: str) -> Iterable[tuple[str | None, str]]:
        """Stretches of one script; the papers gave every word whole to the one map of the language."""
        if self.profile == "published" and self._routes[self._usual].name.startswith("epitran:"):
            return [(self._usual, word)] if _sounds(word) else []
        return runs(word, self._together)

    def _read_letters(self, script: str | None, letters: str) -> tuple[tuple[str, ...], Status]:
        route = self._routes.get(script or self._usual) or self._routes.get(ANY_SCRIPT)
        if route is not None:
            if route.backend is None:
                raise TranscriptionError(
                    f"The published transcription of {self.language.name} cannot be made again, and {letters!r} "
                    "has none. Give the corpus's own, or use the profile 'core'."
                )
            reading = route.backend.read(letters)
            phones, dropped = canonicalise(reading.ipa, broad=self.broad)
            if phones:
                if reading.fallback:
                    return phones, Status.FALLBACK
                return phones, Status.PARTIAL if reading.unmapped or dropped else Status.OK
        status = Status.FALLBACK if route is not None else Status.FOREIGN
        return canonical(self._romanised.read(letters).ipa, broad=self.broad), status


def _routes(language: Language, profile: str) -> dict[str, _Route]:
    """Script to back end, from strings such as ``epitran:mri-Latn`` or ``Latn=epitran:kmr-Latn;Arab=…``."""
    routes: dict[str, _Route] = {}
    for part in language.backends[profile].split(";"):
        prefix, equals, name = part.strip().rpartition("=")
        backend = None if name == _CORPUS else load(name, as_published=profile == "published")
        for script in [prefix] if equals else language.scripts:
            for simple in COMPOSITE.get(script, (script,)):
                if simple not in SCRIPTS and simple != ANY_SCRIPT:
                    raise LanguageNotSupported(
                        f"'{script}', as a script of {language.name} ({language.code}), is no code of ISO 15924 that "
                        "Unicode has letters of. Give one such as 'Latn' or 'Cyrl'."
                    )
                routes[simple] = _Route(name, backend)
    return routes


def _sounds(word: str) -> bool:
    return any(map(is_letter, word))


def _joint(statuses: Sequence[Status]) -> Status:
    """The status of a word from those of its stretches."""
    kinds = set(statuses)
    if not kinds:
        return Status.OPAQUE
    if len(kinds) == 1:
        return kinds.pop()
    return Status.PARTIAL if kinds & {Status.OK, Status.PARTIAL} else Status.FALLBACK
