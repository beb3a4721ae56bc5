"""Making a language folder: a draft from a sample text, what is wrong with it, and how its test words fare."""

from ipaner.transcription.authoring.check import Finding, check
from ipaner.transcription.authoring.draft import Draft, Guess, draft, write
from ipaner.transcription.authoring.trial import Outcome, try_words

__all__ = ["Draft", "Finding", "Guess", "Outcome", "check", "draft", "try_words", "write"]
