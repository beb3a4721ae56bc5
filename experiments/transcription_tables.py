"""What package and documentation take from ``results/transcription.json``: summary, measured errors, tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transcription_systems import OTHERS, learnt_from_list

from ipaner.languages import PROFILES, get

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "experiments" / "results" / "transcription.json"
MEASURED = ROOT / "src" / "ipaner" / "languages" / "measured.tsv"
PAGE = ROOT / "docs" / "transcription.md"
MARKS = "<!-- begin of what `python experiments/transcription.py tables` writes -->\n", "<!-- end of it -->\n"

GOALS = {"espeak": (0.5, 90), "core": (1.5, 80)}
"""Profile to points of FPER that it may be behind the best other system, and in how many lists of a hundred."""

STUDIED = (
    "mri som uig sin que aii ilo kin khm tuk amh mlt ori san ina grn kmr snd tgk yor mar jav ceb tel uzb pan kir csb "
    "epo bel hrv msa mal urd eng hin spa cmn ara ind swa tam tur jpn kor vie tha deu fra rus por ita nld pol fas ben "
    "hau ibo wol zul xho lug tgl"
)
"""The 28 languages of the papers' cases that the corpora have, and 35 others with many speakers or in the papers."""

WITHOUT_VOWELS = "ara ary arz apc fas urd pus snd skr aii syc"
"""Languages whose spelling leaves out vowels, of those with a list."""


def summarise(lists: dict[str, Any]) -> dict[str, Any]:
    """How often each profile keeps its goal, and where it does not.

    For all lists, for those of `STUDIED`, and for those where no profile has a model that learnt from WikiPron.
    """
    scopes = {
        "all": lists,
        "studied": {name: row for name, row in lists.items() if row["language"] in STUDIED.split()},
        "by_rules": {name: row for name, row in lists.items() if not _learnt(row)},
    }
    return {scope: _scope(rows) for scope, rows in scopes.items() if rows}


def _learnt(row: dict[str, Any]) -> bool:
    named = {row["systems"][profile]["backend"] for profile in PROFILES if profile in row["systems"]}
    return any(learnt_from_list(backend) for backend in named)


def _scope(lists: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"lists": len(lists), "languages": len({row["language"] for row in lists.values()})}
    for profile, (points, goal) in GOALS.items():
        behind = {name: round(gap, 2) for name, row in lists.items() if (gap := _gap(row, profile)) > points}
        result[profile] = {
            "points": points,
            "goal_percent": goal,
            "reached_percent": round(100 - 100 * len(behind) / len(lists), 1),
            "behind": dict(sorted(behind.items(), key=lambda item: -item[1])),
        }
    for system in (*PROFILES, *OTHERS):
        both = [
            (row["systems"][system]["fper"], row["systems"]["core"]["fper"])
            for row in lists.values()
            if system in row["systems"]
        ]
        mean, core = (round(sum(rates) / len(both), 2) for rates in zip(*both, strict=True)) if both else (None, None)
        result.setdefault("mean_fper", {})[system] = {"lists": len(both), "fper": mean, "core_on_these": core}
    return result


def _gap(row: dict[str, Any], profile: str) -> float:
    systems = row["systems"]
    best: float = min(systems[system]["fper"] for system in OTHERS if system in systems)
    return systems[profile]["fper"] - best  # type: ignore[no-any-return]


def write_tables() -> None:
    """Write the package's ``measured.tsv`` and the tables of the documentation from the results."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = ["code\tscript\tprofile\tbackend\twords\tper\tfper\tlist", *sorted(_measured(results["lists"]))]
    MEASURED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    PAGE.write_text(
        before + MARKS[0] + "\n" + "\n".join(_tables(results)) + "\n\n" + MARKS[1] + after, encoding="utf-8"
    )


def _measured(lists: dict[str, Any]) -> Iterator[str]:
    for name, row in lists.items():
        for profile in PROFILES:
            if errors := row["systems"].get(profile):
                cells = (row["language"], row["script"], profile, errors["backend"], row["words"])
                yield "\t".join(map(str, (*cells, f"{errors['per']:.1f}", f"{errors['fper']:.1f}", name)))


def _tables(results: dict[str, Any]) -> Iterator[str]:
    yield from _goals(results["summary"])
    yield ""
    agreeing = [part["same_percent"] for part in results["published"].values()]
    yield f"`published` writes the very strings of the papers' corpus in at least {min(agreeing):.1f} % of the words,"
    yield f"in each of the {len(agreeing)} languages that they transcribed with Epitran."
    yield ""
    yield "Spellings that leave out vowels cost most. FPER of `core` and `espeak`: " + _vowels(results["lists"]) + "."
    yield ""
    yield "PER / FPER:"
    yield ""
    yield from _row("language", "list", "words", "`core`", "", "`espeak`", "", "`published`", *OTHERS)
    yield from _row(*["---"] * 2, "---:", "---", "---:", "---", *["---:"] * (2 + len(OTHERS)))
    studied = {name: row for name, row in results["lists"].items() if row["language"] in STUDIED.split()}
    for name, row in sorted(studied.items(), key=lambda item: get(item[1]["language"]).name):
        systems = row["systems"]
        core, espeak = systems["core"], systems["espeak"]
        again = espeak["backend"] == core["backend"]
        yield from _row(
            get(row["language"]).name,
            name,
            str(row["words"]),
            f"`{core['backend']}`",
            _cell(core),
            "as core" if again else f"`{espeak['backend']}`",
            _cell(espeak),
            *(_cell(systems.get(system)) for system in ("published", *OTHERS)),
        )


def _goals(summary: dict[str, Any]) -> Iterator[str]:
    titles = {
        "all": "all",
        "studied": "of the languages in the table below",
        "by_rules": "without those read by a model that learnt from WikiPron",
    }
    yield from _row("", "lists", *(f"`{p}` within {points} (goal {goal} %)" for p, (points, goal) in GOALS.items()))
    yield from _row("---", *["---:"] * 3)
    for scope, part in summary.items():
        yield from _row(titles[scope], str(part["lists"]), *(f"{part[p]['reached_percent']:.1f} %" for p in GOALS))


def _vowels(lists: dict[str, Any]) -> str:
    rows = [row for row in lists.values() if row["language"] in WITHOUT_VOWELS.split()]
    parts = (
        f"{get(row['language']).name} {row['systems']['core']['fper']:.1f}, {row['systems']['espeak']['fper']:.1f}"
        for row in sorted(rows, key=lambda row: -row["systems"]["core"]["fper"])
    )
    return "; ".join(parts)


def _cell(errors: dict[str, Any] | None) -> str:
    return f"{errors['per']:.1f} / {errors['fper']:.1f}" if errors else ""


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"
