"""Tagging without torch: a verified ONNX checkpoint, windows for long text, entities with offsets."""

from ipaner.runtime.tagger import TaggedTokens, Tagger, load

__all__ = ["TaggedTokens", "Tagger", "load"]
