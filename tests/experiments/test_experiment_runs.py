"""Every experiment of the project runs in small from its YAML to its page, on real data, and resumes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("peft", reason="needs the extra [train]")
pytest.importorskip("matplotlib", reason="needs the extra [plots]")

from ipaner.cli import main
from ipaner.errors import ConfigError, ModelFileError
from ipaner.experiments import read_experiment, run_experiment
from ipaner.experiments.cells import load_cells
from ipaner.experiments.runner import cells_of

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "ner"
NAMES = sorted(p.stem for p in (ROOT / "experiments").glob("*.yaml") if "\nkind:" in p.read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("experiments")


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_there_are_the_experiments_of_the_paper_and_beyond():
    wanted = {"main", "korean_size", "size_hindi", "size_vietnamese", "temperature", "cosine", "causal", "family"}
    assert wanted | {"too_much", "representation", "g2p_noise", "audio", "main_paper", "setting"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_trial_run_and_report(name, work):
    if name == "audio":
        pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")
    if name == "representation":
        pytest.importorskip("uroman", reason="needs the extra [romanised]")
    command = ["experiment", "run", name, "--smoke", "--data", str(DATA), "--work", str(work), "--threads", "1"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(main, ["experiment", "report", name, "--smoke", "--work", str(work)])
    assert result.exit_code == 0, result.output
    written = [Path(line) for line in result.output.splitlines() if line.startswith("/")]
    assert {p.suffix for p in written} == {".json", ".svg", ".png", ".md"}
    found = json.loads(next(p for p in written if p.suffix == ".json").read_text(encoding="utf-8"))
    assert {arm for arm, _, _ in cells_of(read_experiment(name, smoke=True))} == set(found["arms"])


def test_what_is_done_is_not_done_again(work):
    experiment = read_experiment("temperature", smoke=True)
    places = {"models": work / "models", "data": DATA, "work": work, "cache": work / "words.sqlite", "smoke": True}
    folder = run_experiment(experiment, **places)
    times = {p: p.stat().st_mtime_ns for p in folder.iterdir()}
    (one,) = folder.glob("temperature-0.1--*.json")
    one.unlink()
    run_experiment(experiment, **places)
    changed = {p.stem for p in folder.iterdir() if p.stat().st_mtime_ns != times.get(p)}
    assert changed == {one.stem}
    hotter = experiment.model_copy(update={"common": experiment.common | {"contrast.symmetric": True}})
    run_experiment(hotter, **places)
    changed = {p.stem.split("--")[0] for p in folder.iterdir() if p.stat().st_mtime_ns > max(times.values())}
    assert "stage-1" not in changed and len(changed) == len(experiment.arms)
    assert len(load_cells(folder)) == len(cells_of(experiment))


def test_errors(work, tmp_path):
    with pytest.raises(ConfigError, match=r"no experiment .*nothing\.yaml. Experiments here: .*main"):
        read_experiment("nothing")
    with pytest.raises(ConfigError, match="is no folder"):
        run_experiment(read_experiment("main"), models=work, data=tmp_path / "none", work=work)
    with pytest.raises(ModelFileError, match="starts from the checkpoint"):
        run_experiment(read_experiment("main"), models=tmp_path, data=DATA, work=tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: a\nkind: contrast\ntitle: t\nquestion: q\nseeds: [1]\narms: {a: {}}\nsetings: {}\n")
    with pytest.raises(ConfigError, match="setings"):
        read_experiment(str(bad))
    result = CliRunner().invoke(main, ["experiment", "report", "main", "--work", str(tmp_path), "--out", str(tmp_path)])
    assert result.exit_code == 3 and "experiment run" in result.output
