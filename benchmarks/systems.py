"""One measurement of one system in a process of its own: a job as JSON on standard input, figures as JSON out.

``int8`` and ``fp32`` are ipaner. ``reference`` is what a user of the papers' code runs: Epitran word by word, then a
RoBERTa over phonemes in torch, fp32. Its weights are random, which costs the same time as trained ones.
"""

# ruff: noqa: E402 (the clock is read before the other imports: until then the interpreter was starting)

import time

STARTED = time.time()

import json
import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

EPITRAN = {"que": "quy-Latn", "mri": "mri-Latn", "kin": "kin-Latn", "som": "som-Latn", "ilo": "ilo-Latn"}
EPITRAN |= {"mlt": "mlt-Latn", "yor": "yor-Latn", "uzb": "uzb-Latn", "kir": "kir-Cyrl", "tgk": "tgk-Cyrl"}
EPITRAN |= {"sin": "sin-Sinh", "uig": "uig-Arab", "urd": "urd-Arab", "amh": "amh-Ethi", "ori": "ori-Orya"}
EPITRAN |= {"tel": "tel-Telu", "mal": "mal-Mlym", "mar": "mar-Deva", "pan": "pan-Guru"}
"""The demo's languages that put blanks between words and that Epitran has: both systems can read them."""

# What `ipaner tag` and the reference load sooner or later, named so that loading can be timed apart
OUR_IMPORTS = ("ipaner.cli.tag", "ipaner.cli.render", "ipaner.runtime.writers", "ipaner.transcription", "onnxruntime")
THEIR_IMPORTS = ("torch", "transformers.models.roberta.modeling_roberta", "epitran")

LABELS = 7
POSITIONS = 2048  # enough that no sentence is cut; their number costs no time

Job = dict[str, Any]


class Stopwatch:
    """Seconds by name, summed."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time counted."""

        def call(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds[name] += time.perf_counter() - started

        return call


class Ipaner:
    """This package, in one thread."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def imports(self) -> None:
        for name in OUR_IMPORTS:
            import_module(name)

    def load_model(self) -> None:
        from ipaner.runtime import load

        self._tagger = load(self._job["model"], precision=self._job["system"], threads=1)

    def load_language(self, language: str) -> None:
        list(self._tagger.tag_many([], language))

    def tag(self, texts: dict[str, list[str]]) -> dict[str, float]:
        """Tag all; seconds of each language."""
        seconds = {}
        for language, sentences in texts.items():
            started = time.perf_counter()
            for _ in self._tagger.tag_many(sentences, language):
                pass
            seconds[language] = time.perf_counter() - started
        return seconds

    def watch(self, languages: list[str]) -> Stopwatch:
        """Start afresh, with a stopwatch at each stage."""
        from ipaner.runtime import tagger as module

        self.load_model()
        watch, tagger = Stopwatch(), self._tagger
        for language in languages:
            transcriber = tagger._transcriber(language)
            transcriber.words = watch.timed("transcription", transcriber.words)
        module.sentences = watch.timed("sentences", module.sentences)
        tagger._encode = watch.timed("encoding", tagger._encode)
        tagger._network = watch.timed("network", tagger._network)
        tagger._decode = watch.timed("decoding", tagger._decode)
        return watch


class Reference:
    """Epitran and a RoBERTa of the papers' size, in one thread; batches of sentences of about equal length."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._epitran: dict[str, Any] = {}
        self._ids: dict[str, int] = {}
        self._watch = Stopwatch()

    def imports(self) -> None:
        for name in THEIR_IMPORTS:
            import_module(name)

    def load_model(self) -> None:
        import torch
        from transformers import RobertaForTokenClassification

        torch.set_num_threads(1)
        self._network = RobertaForTokenClassification.from_pretrained(self._job["reference"]).eval()

    def load_language(self, language: str) -> None:
        from epitran import Epitran

        self._epitran[language] = Epitran(EPITRAN[language])

    def tag(self, texts: dict[str, list[str]]) -> dict[str, float]:
        """Tag all; seconds of all languages together, since they share batches."""
        started = time.perf_counter()
        transcribe = self._watch.timed("transcription", self._transcribe)
        sentences = [transcribe(sentence, language) for language, part in texts.items() for sentence in part]
        sentences.sort(key=len)
        for start in range(0, len(sentences), self._job["batch"]):
            logits = self._watch.timed("network", self._logits)(sentences[start : start + self._job["batch"]])
            self._watch.timed("decoding", lambda scores: scores.argmax(-1).tolist())(logits)
        return {"all": time.perf_counter() - started}

    def watch(self, languages: list[str]) -> Stopwatch:
        """The stopwatch of the stages, which are few and long enough to be always timed."""
        self._watch.seconds.clear()
        return self._watch

    def _transcribe(self, sentence: str, language: str) -> list[int]:
        phones = []
        for word in sentence.split():
            phones += ["▁", *self._epitran[language].trans_list(word)]
        symbols = ("<s>", *phones[1:], "</s>")
        return [self._ids.setdefault(s, 2 + len(self._ids) % (self._job["symbols"] - 2)) for s in symbols]

    def _logits(self, batch: list[list[int]]) -> Any:
        import torch

        width = max(map(len, batch))
        ids = torch.tensor([sentence + [1] * (width - len(sentence)) for sentence in batch])  # 1: RoBERTa's padding
        with torch.inference_mode():
            return self._network(input_ids=ids, attention_mask=(ids != 1).long()).logits


def throughput(system: Ipaner | Reference, job: Job) -> dict[str, Any]:
    """Load, read a sentence of each language, then time all the text: new words first, then the same again."""
    languages = list(next(iter(job["texts"].values())))
    system.imports()
    system.load_model()
    for language in languages:
        system.load_language(language)
        system.tag({language: [job["first"][language]]})  # whatever is loaded at first use
    result: dict[str, Any] = {"memory_loaded": memory(), "seconds": {}, "stages": {}}
    started, used = time.perf_counter(), time.process_time()
    passes = ("new", "warm") if job["system"] != "reference" else ("new",)
    for name in passes:
        result["seconds"][name] = {length: system.tag(texts) for length, texts in job["texts"].items()}
    result["core_share"] = (time.process_time() - used) / (time.perf_counter() - started)
    result["memory_tagged"] = memory()
    watch = system.watch(languages)
    for name in passes:
        for length, texts in job["texts"].items():
            watch.seconds.clear()
            total = sum(system.tag(texts).values())
            shares = {stage: seconds / total for stage, seconds in watch.seconds.items()}
            result["stages"].setdefault(name, {})[length] = shares | {"other": 1 - sum(shares.values())}
    return result


def cold(system: Ipaner | Reference, job: Job) -> dict[str, Any]:
    """One sentence from nothing, with the time after each step (seconds since the epoch)."""
    [(language, sentence)] = job["first"].items()
    times = {"interpreter": STARTED}
    for name, step in (
        ("imports", system.imports),
        ("model", system.load_model),
        ("transcriber", lambda: system.load_language(language)),
        ("tagging", lambda: system.tag({language: [sentence]})),
    ):
        step()
        times[name] = time.time()
    return {"times": times, "memory": memory()}


def prepare(job: Job) -> None:
    """Write a RoBERTa with random weights into a folder, for the reference to load."""
    import torch
    from transformers import RobertaConfig, RobertaForTokenClassification

    torch.manual_seed(0)
    config = RobertaConfig(
        vocab_size=job["symbols"],
        num_hidden_layers=job["layers"],
        hidden_size=job["width"],
        num_attention_heads=job["width"] // 64,
        intermediate_size=4 * job["width"],
        max_position_embeddings=POSITIONS,
        type_vocab_size=1,
        num_labels=LABELS,
    )
    RobertaForTokenClassification(config).save_pretrained(job["reference"])


def memory() -> dict[str, float]:
    """Resident and peak memory of this process, MB (2**20 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return {"now": int(fields["VmRSS"].split()[0]) / 1024, "peak": int(fields["VmHWM"].split()[0]) / 1024}
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def main() -> None:
    job = json.load(sys.stdin)
    if job["task"] == "prepare":
        prepare(job)
        return
    system = Reference(job) if job["system"] == "reference" else Ipaner(job)
    print(json.dumps({"throughput": throughput, "cold": cold}[job["task"]](system, job)))


if __name__ == "__main__":
    main()
