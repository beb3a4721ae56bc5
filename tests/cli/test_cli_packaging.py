"""What the first screen and the contributors' page say is what the package is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ipaner import languages
from ipaner.cli.demo import examples

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [
    Requirement(text)
    for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in group
]


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_dependency_is_pinned_and_explained(requirement) -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
    rows = [row for row in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines() if row.startswith("|")]
    named = {name.lower() for row in rows for name in re.split(r"[ |,]+", row)}
    assert requirement.name.lower() in named


def test_pins_are_plain_versions() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[a-z0-9-]+==[0-9a-z.]+", line), line


def test_readme_counts_right() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = {example.language for example in examples()}
    scripts = {languages.get(code).scripts[0] for code in codes}
    assert f"{len(examples())} sentences in {len(codes)} languages and {len(scripts)} scripts" in readme
    assert f"{len(languages.all_languages())} languages can be read" in readme


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/quickstart.md", "docs/how-it-works.md"])
def test_links_lead_somewhere(page) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
