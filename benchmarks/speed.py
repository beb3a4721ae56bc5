"""Speed, start-up, memory and size of ipaner on one core, beside what a user of the papers' code would run.

    python benchmarks/speed.py --out benchmarks/results/speed.json

Every figure comes from a process of its own (``systems.py``). The systems take turns, so that a change of the machine's
mood meets all of them; ratios are taken within a round. A table is written beside the JSON file (``report.py``).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from report import markdown
from systems import EPITRAN
from texts import count_words, distinct_share, make_texts

import ipaner
from ipaner.cli.demo import examples
from ipaner.errors import ModelFileError
from ipaner.runtime.checkpoint import Precision, read_checkpoint

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
ENVIRONMENT = os.environ | ONE_THREAD | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "PYTHONUTF8": "1"}
REFERENCE_PACKAGES = ("epitran", "torch", "transformers")
VERSIONS = ("numpy", "onnxruntime", "icu4py", "orthography2ipa", "epitran", "torch", "transformers")


def main() -> None:
    options = arguments().parse_args()
    core = pin(options.core)
    languages = options.languages.split(",")
    texts = make_texts(languages, {"short": options.short, "long": options.long}, options.words, options.seed)
    first = {language: next(e.text for e in examples() if e.language == language) for language in languages}
    job = {"model": options.model, "texts": texts, "batch": options.batch, "symbols": options.symbols}
    job |= {"layers": options.layers, "width": options.width}
    systems = list(precisions(options.model)) + ["reference"] * with_reference(options)
    load_before = os.getloadavg() if hasattr(os, "getloadavg") else None
    with tempfile.TemporaryDirectory() as folder:
        job["reference"] = folder
        if "reference" in systems:
            progress("writing a reference model")
            worker(job | {"task": "prepare"})
        cold_job = job | {"first": {options.language: first[options.language]}, "texts": {}}
        cold = cold_starts(cold_job, [s for s in systems if s != "fp32"], options.cold)
        imports = import_times(cold_job)
        throughput = throughputs(job | {"first": first}, systems, options.repeats)
    checkpoint = read_checkpoint(options.model)
    results = {
        "parameters": {name: value for name, value in vars(options).items() if name not in ("out", "model", "core")},
        "machine": machine(core, load_before),
        "model": {"name": checkpoint.info.name, "network_mb": len(checkpoint.network) / 2**20},
        "text": {
            "words": {length: count_words(part) for length, part in texts.items()},
            "sentences": {length: sum(map(len, part.values())) for length, part in texts.items()},
            "distinct_share": distinct_share(texts),
        },
        "throughput": throughput,
        "cold": cold,
        "imports_s": imports,
        "installed_mb": {"ipaner": closure(["ipaner"])}
        | ({"reference": closure(REFERENCE_PACKAGES)} if "reference" in systems else {}),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = markdown(results)
    options.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, default=Path("benchmarks/results/speed.json"), help="JSON file; the table goes beside it")
    add("--model", default="bundled", help="model folder, or 'bundled'")
    add("--languages", default="mri,kin,sin,uig,amh,tel,mar,kir,ori,urd", help=f"some of {', '.join(EPITRAN)}")
    add("--language", default="mri", help="the language of cold starts, one of --languages")
    add("--words", type=int, default=160, help="words for each language and length")
    add("--short", type=int, default=8, help="words of a short sentence")
    add("--long", type=int, default=40, help="words of a long sentence")
    add("--seed", type=int, default=1, help="seed of the text's variation")
    add("--repeats", type=int, default=5, help="rounds of throughput")
    add("--cold", type=int, default=7, help="rounds of cold starts")
    add("--core", type=int, help="the core to stay on; by default the last one allowed")
    add("--skip-reference", action="store_true", help="measure ipaner alone")
    add("--layers", type=int, default=12, help="layers of the reference's network")
    add("--width", type=int, default=768, help="width of the reference's network")
    add("--symbols", type=int, default=1960, help="vocabulary of the reference's network")
    add("--batch", type=int, default=32, help="sentences in a batch of the reference")
    return parser


def precisions(model: str) -> Iterator[Precision]:
    """Those the model folder holds; the bundled model has int8 only."""
    yield "int8"
    with suppress(ModelFileError):
        read_checkpoint(model, "fp32")
        yield "fp32"


def pin(core: int | None) -> int | None:
    """Stay on one core, as will all processes started from here; None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0)) if core is None else core
    os.sched_setaffinity(0, {core})
    return core


def with_reference(options: argparse.Namespace) -> bool:
    missing = [name for name in REFERENCE_PACKAGES if importlib.util.find_spec(name) is None]
    if missing and not options.skip_reference:
        progress(f"no reference, for {' and '.join(missing)} is missing: pip install 'ipaner[train]'")
    return not missing and not options.skip_reference


def throughputs(job: dict[str, Any], systems: list[str], rounds: int) -> dict[str, list[Any]]:
    runs: dict[str, list[Any]] = {system: [] for system in systems}
    for number in range(rounds):
        for system in systems:
            progress(f"throughput, round {number + 1} of {rounds}: {system}")
            runs[system].append(worker(job | {"task": "throughput", "system": system}))
    return runs


def cold_starts(job: dict[str, Any], systems: list[str], rounds: int) -> dict[str, list[Any]]:
    """The command as a user types it, and each system step by step; a first round fills the system's file cache."""
    runs: dict[str, list[Any]] = {"command": []} | {system: [] for system in systems}
    for number in range(rounds + 1):
        progress(f"cold start, round {number} of {rounds}")
        measured = {"command": command(job)}
        for system in systems:
            started = time.time()
            run = worker(job | {"task": "cold", "system": system})
            ends = [started, *run["times"].values()]
            steps = {name: end - begin for name, begin, end in zip(run["times"], ends, ends[1:], strict=False)}
            measured[system] = {"steps_s": steps, "total_s": ends[-1] - started, "memory": run["memory"]}
        if number:
            for name, run in measured.items():
                runs[name].append(run)
    return runs


def command(job: dict[str, Any]) -> dict[str, float]:
    """Seconds from starting ``ipaner tag`` to its first line, and to its end."""
    started = time.perf_counter()
    with subprocess.Popen(tag_command(job), stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdout
        process.stdout.readline()
        first_line = time.perf_counter() - started
        process.stdout.read()
    if process.returncode:
        raise SystemExit(f"ipaner tag failed with {process.returncode}.")
    return {"first_line_s": first_line, "total_s": time.perf_counter() - started}


def tag_command(job: dict[str, Any], *python: str) -> list[str]:
    [(language, sentence)] = job["first"].items()
    start = [sys.executable, *python, "-m", "ipaner.cli"] if python else [str(Path(sys.executable).with_name("ipaner"))]
    return [*start, "tag", "-l", language, "--model", job["model"], sentence]


def import_times(job: dict[str, Any]) -> dict[str, float]:
    """Seconds that each package's own modules take to import, as Python counts them, the ten longest."""
    run = subprocess.run(
        tag_command(job, "-X", "importtime"), capture_output=True, encoding="utf-8", env=ENVIRONMENT, check=True
    )
    seconds: Counter[str] = Counter()
    for line in run.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdecimal():
            package = name.strip().split(".")[0]
            seconds["standard library" if package in sys.stdlib_module_names else package] += int(own) / 1e6
    return dict(seconds.most_common(10))


def worker(job: dict[str, Any]) -> Any:
    script = Path(__file__).with_name("systems.py")
    run = subprocess.run(
        [sys.executable, str(script)], input=json.dumps(job), capture_output=True, encoding="utf-8", env=ENVIRONMENT
    )
    if run.returncode:
        raise SystemExit(f"{job['task']} of {job.get('system')} failed:\n{run.stderr[-2000:]}")
    return json.loads(run.stdout or "null")


def closure(names: tuple[str, ...] | list[str]) -> dict[str, float]:
    """MB of the files of some packages and of all they depend on, without byte code: what their wheels unpack to."""
    sizes: dict[str, float] = {}
    seen: set[str] = set()
    wanted = [Requirement(name) for name in names]
    while wanted:
        requirement = wanted.pop()
        name = metadata.metadata(requirement.name)["Name"].lower()
        extras = sorted(requirement.extras) or [""]
        if f"{name}{extras}" in seen:
            continue
        seen.add(f"{name}{extras}")
        sizes[name] = package_size(requirement.name)
        for line in metadata.requires(requirement.name) or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append(needed)
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def package_size(name: str) -> float:
    """MB of a package's files; of ipaner, the sources themselves, for it may be installed as a link to them."""
    if name == "ipaner":
        files = [path for path in Path(ipaner.__file__).parent.rglob("*") if path.is_file()]
    else:
        files = [Path(str(path.locate())) for path in metadata.files(name) or ()]
    return sum(path.stat().st_size for path in files if path.suffix != ".pyc" and path.is_file()) / 2**20


def machine(core: int | None, load_before: tuple[float, ...] | None) -> dict[str, Any]:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    installed = {d.metadata["Name"].lower() for d in metadata.distributions()}
    return {
        "cpu": next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor()
        ),
        "cores": os.cpu_count(),
        "pinned_to_core": core,
        "load_average_before_and_after": [load_before, os.getloadavg()] if load_before else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ipaner": ipaner.__version__,
        "versions": {name: metadata.version(name) for name in VERSIONS if name in installed},
    }


def progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
