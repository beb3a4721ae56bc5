"""The command line: ``ipaner``, one module per command, each imported when it is first asked for.

Exit codes: 0 done, 2 wrong usage, 3 bad data, 4 bad model, 130 interrupted.
"""

from __future__ import annotations

from ipaner.cli.group import CommandGroup

__all__ = ["main"]

main = CommandGroup(
    name="ipaner",
    commands_at={
        "tag": ("ipaner.cli.tag:tag", "Find people, places and organisations in text."),
        "transcribe": ("ipaner.cli.transcribe:transcribe", "Turn text into IPA, word by word."),
        "coverage": ("ipaner.cli.coverage:coverage", "Tell how much of a text can be read."),
        "languages": ("ipaner.cli.languages:languages", "List the languages, or tell about one."),
        "language": ("ipaner.cli.language:language", "Make, check and test a language of your own."),
        "evaluate": ("ipaner.cli.evaluate:evaluate", "Measure a model on annotated sentences."),
        "pretrain": ("ipaner.cli.pretrain:pretrain", "Let an encoder guess hidden words of plain text."),
        "train": ("ipaner.cli.train:train", "Train a model as a configuration file says."),
        "pairs": ("ipaner.cli.pairs:pairs", "Build, count and audit pairs of words that sound alike."),
        "names": ("ipaner.cli.names:names", "Lists of known names; find and join names by sound."),
        "align": ("ipaner.cli.align:align", "Align a trained model on such pairs (IPAC)."),
        "experiment": ("ipaner.cli.experiment:experiment", "Run an experiment, and report it."),
        "export": ("ipaner.cli.export:export", "Turn a trained checkpoint into ONNX files for tagging."),
        "demo": ("ipaner.cli.demo:demo", "Tag the sentences that come with the package."),
    },
)
