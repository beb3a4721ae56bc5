"""What the audio encoder learnt, beside what it did to the tagger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ipaner.evaluation.tables import Table, to_markdown
from ipaner.experiments.config import Experiment


def page(experiment: Experiment, found: Mapping[str, Any]) -> Iterator[str]:
    """Searches between IPA and synthetic speech, and within it, on held-out pairs."""
    rows = []
    for name, arm in found["arms"].items():
        speech = arm["facts"].get("speech")
        if speech:
            means = [np.mean([row[key] for row in speech.values()]) for key in ("ipa_audio", "audio_audio", "chance")]
            candidates = f"{np.mean([row['n'] for row in speech.values()]):.0f}"
            rows.append((name, candidates, *(f"{value:.1f}" for value in means)))
    header = ("arm", "candidates", "IPA and speech", "speech and speech", "by chance")
    title = (
        "Does the audio encoder hear? Mean reciprocal rank (percent) on held-out pairs, synthetic speech by espeak-ng, "
        "mean over languages"
    )
    yield to_markdown(Table(title, header, tuple(rows)))
