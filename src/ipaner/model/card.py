"""The model card: made from the run, so that it says what really happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_READS = {
    "ipa": (
        "Finds people (PER), places (LOC) and organisations (ORG) in text read as sound: every word is transcribed to",
        "IPA and the network sees its phonemes, never its letters.",
    ),
    "romanised": (
        "A control for experiments, which no runtime serves: it reads every word in Latin letters (uroman).",
    ),
    "orthographic": (
        "A control for experiments, which no runtime serves: it reads the bytes of every word's letters.",
    ),
}


def model_card(description: Mapping[str, Any]) -> str:
    """A Markdown model card from the contents of ``ipaner.json``."""
    training = description["training"]
    shape, blind = description["input"]["shape"], description["input"]["blind"]
    reads = _READS[description["input"].get("representation", "ipa")]
    lines = [
        "---",
        "library_name: ipaner",
        "pipeline_tag: token-classification",
        "tags: [named-entity-recognition, ipa, phonemes, zero-shot]",
        "---",
        f"# {description['name']}",
        "",
        *reads,
        "",
        "| | |",
        "|---|---|",
        f"| encoder | {description['encoder']}, {training['parameters']:,} parameters{_averaged(training)} |",
        f"| protocol | `{description['protocol']}` |",
        f"| transcription profile | `{description['profile']}`{' (broad)' if description['broad'] else ''} |",
        f"| word-shape channel (case, digits, punctuation) | {'yes' if shape else 'no'} |",
        f"| name memory | {_memory(description['input'].get('memory'))} |",
        f"| letters hidden (blind control) | {'yes' if blind else 'no'} |",
        f"| languages of supervision | {', '.join(description['languages'])} |",
        *(f"| training{'' if i == 1 else ' before'} | {_run(run)} |" for i, run in enumerate(_runs(training), start=1)),
        *_alignment(training.get("alignment")),
        f"| score temperature | {_number(description['temperature'])} |",
        "",
        "No annotated sentence of a language it is evaluated on as zero-shot was used to train, select or tune it.",
        "",
        "## Training data",
        "",
        "| corpus | language | sentences | licence | share of batches | labels |",
        "|---|---|---|---|---|---|",
    ]
    for row in training["data"]:
        lines.append(
            f"| {row['corpus']} | {row['language']} | {row['sentences']:,} | {row['licence']} | {row['share']:.1%} | "
            f"{row.get('labels', 'given')} |"
        )
    lines += [
        "",
        "## Measured on source-language validation data",
        "",
        "| corpus/language | n | strict F1 |",
        "|---|---|---|",
    ]
    for name, row in description["metrics"].get("validation", {}).items():
        lines.append(f"| {name} | {row['n_sentences']} | {row['strict_f1']:.2f} |")
    lines += [
        "",
        "## Limits",
        "",
        "Labels are PER, LOC and ORG only. Scores are calibrated on source languages and may be too sure elsewhere. It",
        "finds far less in running news text, above all in scripts without capitals, than in encyclopaedia titles; see",
        "the evaluation pages of the project. Do not use it to decide anything about a person without a human reader.",
        "",
    ]
    return "\n".join(lines)


def _averaged(training: Mapping[str, Any]) -> str:
    """Seeds whose log-probabilities are averaged, if there are several."""
    seeds = [str(run["seed"]) for run in training.get("averaged", ())]
    return f" each; log-probabilities of seeds {', '.join(seeds)} averaged" if seeds else ""


def _memory(record: Mapping[str, Any] | None) -> str:
    if record is None:
        return "no"
    where = "the one in the package" if record["index"] == "bundled" else "its own, beside the weights"
    return f"yes, {where}; version {record['version']}"


def _alignment(record: Mapping[str, Any] | None) -> Iterator[str]:
    """The row of a contrastive alignment, if there was one."""
    if record is not None:
        found = record["held_out_mrr"]
        yield (
            f"| aligned by contrast | {sum(record['pairs'].values()):,} pairs of English with "
            f"{', '.join(record['pairs'])}; {record['steps']} steps; held-out retrieval (MRR, %) {found['before']:.1f} "
            f"-> {found['after']:.1f}{'' if record['valid'] else ', no clear rise'} |"
        )


def _runs(training: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The run and those it started from, last first."""
    run: Mapping[str, Any] | None = training
    while run is not None:
        yield run
        run = run.get("started_from")


def _run(run: Mapping[str, Any]) -> str:
    hidden, rate = run["config"]["input"], run["config"]["optimisation"]["learning_rate"]
    return (
        f"{run['steps']:,} steps of up to {run['words']:,} words, learning rate {rate:g}, seed {run['seed']}, case "
        f"dropout {hidden['case_dropout']:g}, {run['minutes']:.0f} minutes on {run['device']}"
    )


def _number(value: float | None) -> str:
    return "not fitted; no scores" if value is None else f"{value:.3f}"
