"""Text to canonical phonemes, word by word, and the vocabulary that numbers them.

Example:
    >>> from ipaner.transcription import Transcriber
    >>> Transcriber("swa").transcribe("ng'ombe")
    (('ŋ', 'o', 'm', 'b', 'e'), <Status.OK: 'ok'>)
"""

from ipaner.languages import PROFILES
from ipaner.transcription.cache import WordCache
from ipaner.transcription.sentences import sentences
from ipaner.transcription.transcriber import Transcriber
from ipaner.transcription.vocabulary import Vocabulary

__all__ = ["PROFILES", "Transcriber", "Vocabulary", "WordCache", "sentences"]
