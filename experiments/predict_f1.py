"""Predicts the strict F1 of a model in languages without test data, checks it by leaving languages out, and writes
src/ipaner/languages/expected.tsv, which 'ipaner languages CODE' and 'ipaner coverage' show.

    python experiments/predict_f1.py experiments/results/open.wikiann.all.json experiments/results/open.news.json \
        --model src/ipaner/runtime/bundled --text ../shared/data/text

A ridge regression of the F1 that 'ipaner evaluate --json' measured on the validation sets of target languages, on five
traits of a language and its text. It only reports what a finished model is worth: nothing of the model, its training or
its transcription is chosen by it, so no target set takes part in a selection. The check leaves out all corpora of a
language at once, and the intervals are checked the same way once more.

The traits are those that were asked for, and all stay, though some add nothing: the results tell the error without
each. Strengths of 1, 3 and 10, a logit scale, and the distance to the mean of the sources were looked at when this was
written, with errors within about a point of each other; so the error of left-out languages is a little too good.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Status
from ipaner.files import atomic_write, read_lines
from ipaner.languages import Language, all_languages, get
from ipaner.languages.expected import KINDS, LEVEL
from ipaner.languages.fallback import shared_levels
from ipaner.languages.measured import measured
from ipaner.transcription import Transcriber
from ipaner.transcription.describe import phones

ROOT = Path(__file__).parent.parent
OUT = ROOT / "experiments" / "results" / "predicted_f1.json"
TABLE = ROOT / "src" / "ipaner" / "languages" / "expected.tsv"
COLUMNS = ("code", "kind", "basis", "predicted", "low", "high", "measured", "corpora", "model")

TITLES = ("wikiann", "wikiann_zeroshot")
"""Corpora of titles and short sentences; all others are running text."""

WITH_CAPITALS = ("Latn", "Cyrl", "Grek", "Armn", "Copt")
"""Scripts of the table that distinguish capitals. Georgian and Cherokee do in Unicode only."""

FEATURES = ("running text", "capitals", "transcription error", "phoneme distance", "family")
STRENGTH = 1.0  # of the ridge, on standardised features: a weak prior
WORDS = 2000  # of text, a language

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Point:
    """The F1 of one language on one kind of text: the mean over its corpora of that kind."""

    code: str
    kind: str
    f1: float
    corpora: tuple[str, ...]


@dataclass(frozen=True)
class Traits:
    """What is known of a language without annotated text; ``error`` is None where it was not measured."""

    capitals: bool
    error: float | None
    distance: float
    nearest: str
    family: float
    from_text: bool


@dataclass(frozen=True)
class Ridge:
    """A fitted ridge regression; ``weights`` are of standardised features."""

    mean: Numbers
    scale: Numbers
    weights: Numbers
    intercept: float

    def predict(self, features: Numbers) -> Numbers:
        """F1 in percent."""
        found: Numbers = np.clip(self.intercept + (features - self.mean) / self.scale @ self.weights, 0.0, 100.0)
        return found


def ridge(features: Numbers, target: Numbers, strength: float = STRENGTH) -> Ridge:
    """Least squares plus ``strength`` times the squared weights of standardised features; the intercept is free."""
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    z = (features - mean) / scale
    intercept = float(target.mean())
    weights = np.linalg.solve(z.T @ z + strength * np.eye(z.shape[1]), z.T @ (target - intercept))
    return Ridge(mean, scale, weights, intercept)


def left_out(features: Numbers, target: Numbers, codes: Sequence[str]) -> Numbers:
    """Predictions for each language by a regression that saw none of its corpora."""
    names = np.array(codes)
    found = np.empty(len(target))
    for code in set(codes):
        out = names == code
        found[out] = ridge(features[~out], target[~out]).predict(features[out])
    return found


def half_width(errors: Numbers, level: float = LEVEL) -> float:
    """Conformal: as large as the k-th smallest error, k = level % of n + 1 rounded up; 100 where n is too small."""
    k = math.ceil(level / 100 * (len(errors) + 1))
    return float(np.sort(errors)[k - 1]) if k <= len(errors) else 100.0


def covered(features: Numbers, target: Numbers, points: Sequence[Point]) -> Flags:
    """Whether each F1 is in an interval made without the language: neither its regression nor its width saw it."""
    names, kinds = np.array([p.code for p in points]), np.array([p.kind for p in points])
    found = np.zeros(len(target), dtype=bool)
    for code in set(names.tolist()):
        out = names == code
        x, y, rest = features[~out], target[~out], kinds[~out]
        inner = np.abs(left_out(x, y, names[~out].tolist()) - y)
        error = np.abs(ridge(x, y).predict(features[out]) - target[out])
        found[out] = [e <= half_width(inner[rest == kind]) for e, kind in zip(error, kinds[out], strict=True)]
    return found


def mean_of_others(points: Sequence[Point], traits: Mapping[str, Traits] | None = None) -> Numbers:
    """For each point the mean F1 of other languages on such text; given traits, of scripts alike in capitals."""

    def alike(one: Point, other: Point) -> bool:
        same = traits is None or traits[one.code].capitals == traits[other.code].capitals
        return one.code != other.code and one.kind == other.kind and same

    everyone = float(np.mean([p.f1 for p in points]))
    others = [[other.f1 for other in points if alike(one, other)] for one in points]
    return np.array([np.mean(f1s) if f1s else everyone for f1s in others])


def rank_correlation(a: Numbers, b: Numbers) -> float | None:
    """Spearman's, ties sharing their ranks; None where one side does not vary."""
    ranks = [np.array([np.mean(np.flatnonzero(np.sort(x) == value)) for value in x]) for x in (a, b)]
    if min(np.ptp(r) for r in ranks) == 0:
        return None
    return float(np.corrcoef(*ranks)[0, 1])


def read_points(paths: Iterable[Path], supervised: Iterable[str] = ()) -> list[Point]:
    """The F1 of every language the model was not supervised in, from the output of 'ipaner evaluate --json'."""
    found: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for path in paths:
        for corpus, result in json.loads(path.read_text(encoding="utf-8"))["corpora"].items():
            kind = "titles" if corpus in TITLES else "running"
            for name, row in result["languages"].items():
                if (code := get(name).code) not in set(supervised):
                    found[code, kind][corpus] = row["strict_f1"]
    return [Point(c, k, float(np.mean(list(f1s.values()))), tuple(f1s)) for (c, k), f1s in sorted(found.items())]


def supervision(description: Mapping[str, Any]) -> set[str]:
    """Codes of all languages with annotated training text, earlier stages included, from a model's 'ipaner.json'."""
    named = set(description["languages"])
    stage = description.get("training", {}).get("started_from")
    while stage:
        for group in (stage.get("config") or {}).get("groups", ()):
            if not group.get("teachers"):
                named |= {code for source in group["sources"] for code in source["languages"]}
        stage = stage.get("started_from")
    return {get(name).code for name in named}


def count_phones(text: Path) -> dict[str, dict[str, int]]:
    """How often each phone occurs in some text of each language of the table that there is text of."""
    files = {get(path.name.split(".")[0]).code: path for path in text.glob("*.txt.gz")}
    files |= {code: text / f"{code}.txt.gz" for code in files if (text / f"{code}.txt.gz").exists()}
    found = {}
    for language in all_languages():
        if language.code not in files:
            continue
        transcriber, counts, words = Transcriber(language), Counter[str](), 0
        for _, line in read_lines(files[language.code]):
            read = [w for w in transcriber.words(line) if w.status not in (Status.OPAQUE, Status.FOREIGN)]
            counts.update(phone for word in read for phone in word.phonemes)
            words += len(read)
            if words >= WORDS:
                break
        if counts:
            found[language.code] = dict(counts.most_common())
    return found


def phone_shares(counts: Mapping[str, Mapping[str, int]], codes: Iterable[str]) -> dict[str, dict[str, float]]:
    """Share of each phone by language: in text, else in the inventory, phones as frequent as where they do occur."""
    shares = {code: _normalised(phones_) for code, phones_ in counts.items()}
    usual: defaultdict[str, list[float]] = defaultdict(list)
    for spread in shares.values():
        for phone, share in spread.items():
            usual[phone].append(share)
    rare = min(float(np.mean(values)) for values in usual.values())
    for code in codes:
        if code not in shares:
            inventory = phones(get(code))
            shares[code] = _normalised({p: float(np.mean(usual[p])) if p in usual else rare for p in inventory})
    return shares


def _normalised(values: Mapping[str, float]) -> dict[str, float]:
    total = sum(values.values())
    return {key: value / total for key, value in values.items()}


def distance(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Jensen-Shannon distance (to base 2) of two distributions: 0 the same, 1 nothing in common."""
    total = 0.0
    for one, other in ((a, b), (b, a)):
        total += sum(p * math.log2(2 * p / (p + other.get(key, 0.0))) for key, p in one.items() if p) / 2
    return math.sqrt(max(total, 0.0))


def describe(
    language: Language, sources: Sequence[Language], shares: Mapping[str, Mapping[str, float]], text: bool
) -> Traits:
    """The traits of a language, beside the source languages other than itself."""
    others = [source for source in sources if source.code != language.code]
    errors = [r.fper for r in measured(language) if (r.profile, r.script) == ("core", language.scripts[0])]
    apart, nearest = min((distance(shares[language.code], shares[other.code]), other.code) for other in others)
    return Traits(
        capitals=language.scripts[0] in WITH_CAPITALS,
        error=min(errors, default=None),
        distance=apart,
        nearest=nearest,
        family=max(min(shared_levels(language, other), 2) for other in others) / 2,
        from_text=text,
    )


def design(rows: Sequence[tuple[Traits, str]], unmeasured: float) -> Numbers:
    """A row of `FEATURES` for each language and kind of text; an error that was not measured is taken to be usual."""
    return np.array(
        [
            (
                kind == "running",
                t.capitals,
                math.log1p(unmeasured if t.error is None else t.error),
                t.distance,
                t.family,
            )
            for t, kind in rows
        ],
        dtype=np.float64,
    )


def check(features: Numbers, points: Sequence[Point], traits: Mapping[str, Traits]) -> dict[str, Any]:
    """How well left-out languages are predicted, by kind of text and altogether."""
    target, codes = np.array([p.f1 for p in points]), [p.code for p in points]
    predicted = left_out(features, target, codes)
    errors, inside = np.abs(predicted - target), covered(features, target, points)
    means, by_script = np.abs(mean_of_others(points) - target), np.abs(mean_of_others(points, traits) - target)
    without = {
        name: np.abs(left_out(np.delete(features, number, axis=1), target, codes) - target)
        for number, name in enumerate(FEATURES)
    }
    summary: dict[str, Any] = {}
    for scope in ("all", *KINDS):
        these = np.array([scope in ("all", p.kind) for p in points])
        if not these.any():
            continue
        summary[scope] = {
            "points": int(these.sum()),
            "languages": len({p.code for p, here in zip(points, these, strict=True) if here}),
            "mean_absolute_error": _rounded(errors[these].mean()),
            "of_the_mean": _rounded(means[these].mean()),
            "of_the_mean_by_capitals": _rounded(by_script[these].mean()),
            "interval_covers_percent": _rounded(100 * inside[these].mean()),
            "rank_correlation": _rounded(rank_correlation(predicted[these], target[these]), 2),
            "mean_absolute_error_without": {name: _rounded(e[these].mean()) for name, e in without.items()},
        }
        if scope != "all":
            summary[scope]["half_width"] = _rounded(half_width(errors[these]))
    return summary


def predict(
    points: Sequence[Point], features: Numbers, table: Sequence[str], traits: Mapping[str, Traits], unmeasured: float
) -> list[dict[str, Any]]:
    """A row for each language and kind of text; a measured one beside what is predicted without it.

    Traits outside what was measured are moved to its edge: nothing is extrapolated.
    """
    target, codes = np.array([p.f1 for p in points]), [p.code for p in points]
    guesses = left_out(features, target, codes)
    fitted, low, high = ridge(features, target), features.min(axis=0), features.max(axis=0)
    place = {(p.code, p.kind): number for number, p in enumerate(points)}
    kinds = np.array([p.kind for p in points])
    rows = []
    for kind in KINDS:
        width = half_width(np.abs(guesses - target)[kinds == kind])
        new = fitted.predict(np.clip(design([(traits[code], kind) for code in table], unmeasured), low, high))
        for code, fresh in zip(table, new, strict=True):
            number = place.get((code, kind))
            point = None if number is None else points[number]
            guess = float(fresh if number is None else guesses[number])
            rows.append(
                {
                    "code": code,
                    "kind": kind,
                    "basis": "predicted" if point is None else "measured",
                    "predicted": _rounded(guess),
                    "low": _rounded(max(guess - width, 0.0)),
                    "high": _rounded(min(guess + width, 100.0)),
                    "measured": None if point is None else _rounded(point.f1),
                    "corpora": [] if point is None else list(point.corpora),
                }
            )
    return rows


def table_lines(rows: Sequence[Mapping[str, Any]], supervised: Iterable[str], model: str) -> list[str]:
    """The lines of `TABLE`, supervised languages among them, ordered by code and kind."""
    nothing = {"basis": "supervised", "corpora": []}
    everything = [*rows, *({"code": code, "kind": kind, **nothing} for code in supervised for kind in KINDS)]
    lines = ["\t".join(COLUMNS)]
    for row in sorted(everything, key=lambda row: (row["code"], row["kind"])):
        cells = {**row, "corpora": ";".join(row["corpora"]), "model": model}
        lines.append("\t".join("" if (cell := cells.get(name)) is None else str(cell) for name in COLUMNS))
    return lines


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(float(value), digits)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+", help="JSON of 'ipaner evaluate'")
    parser.add_argument("--model", type=Path, default=Path("src/ipaner/runtime/bundled"), help="folder of the model")
    parser.add_argument("--text", type=Path, default=Path("../shared/data/text"), help="folder of LANGUAGE.txt.gz")
    parser.add_argument("--sources", nargs="*", default=[], help="further languages of supervision")
    parser.add_argument("--phones", type=Path, help="counts of phones: read if it is there, else written (4 minutes)")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--table", type=Path, default=TABLE)
    options = parser.parse_args(arguments)

    description = json.loads((options.model / "ipaner.json").read_text(encoding="utf-8"))
    supervised = supervision(description) | {get(name).code for name in options.sources}
    points = read_points(options.results, supervised)
    if options.phones and options.phones.exists():
        counts = json.loads(options.phones.read_text(encoding="utf-8"))
    else:
        counts = count_phones(options.text)
        if options.phones:
            options.phones.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    table = all_languages()
    shares = phone_shares(counts, [language.code for language in table])
    sources = [get(code) for code in sorted(supervised)]
    traits = {lang.code: describe(lang, sources, shares, lang.code in counts) for lang in table}
    unmeasured = float(np.median([t.error for t in traits.values() if t.error is not None]))

    features = design([(traits[p.code], p.kind) for p in points], unmeasured)
    fitted = ridge(features, np.array([p.f1 for p in points]))
    rows = predict(points, features, [c for c in traits if c not in supervised], traits, unmeasured)
    summary = check(features, points, traits)
    told = [path.as_posix() for path in options.results]
    found = {
        "command": " ".join(["python experiments/predict_f1.py", *told, "--model", options.model.as_posix()]),
        "model": description["name"],
        "supervised": sorted(supervised),
        "level_percent": LEVEL,
        "strength": STRENGTH,
        "points_of_f1_per_standard_deviation": {n: _rounded(w) for n, w in zip(FEATURES, fitted.weights, strict=True)},
        "left_out": summary,
        "measured": [row | {"traits": _told(traits[row["code"]])} for row in rows if row["basis"] == "measured"],
    }
    with atomic_write(options.out) as file:
        file.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    with atomic_write(options.table) as file:
        file.write("\n".join(table_lines(rows, supervised, description["name"])) + "\n")
    print(json.dumps(summary, indent=1))


def _told(traits: Traits) -> dict[str, Any]:
    return {
        "capitals": traits.capitals,
        "fper": traits.error,
        "phoneme_distance": _rounded(traits.distance, 2),
        "nearest": traits.nearest,
        "phones_from": "text" if traits.from_text else "inventory",
        "family": traits.family,
    }


if __name__ == "__main__":
    main()
