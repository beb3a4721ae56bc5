from __future__ import annotations

import csv
import io
import json

import pytest

from ipaner.names.index import NameIndex


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IPANER_NAMES", str(tmp_path / "mine"))
    return tmp_path / "mine"


@pytest.fixture
def places(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("Kororāreka\nŌtautahi\n", encoding="utf-8")
    return path


def test_add_list_lookup_remove(run, places, folder) -> None:
    added = run("names", "add", places, "--type", "LOC", "-l", "mri")
    assert added.exit_code == 0 and "2 names (2 place; mri)" in added.stderr
    assert run("names", "list").stdout == "places: 2 names (2 place; mri)\n"
    assert json.loads(run("names", "list", "--json").stdout)[0]["languages"] == ["mri"]
    assert run("names", "remove", "places").exit_code == 0
    assert "No lists in" in run("names", "list").stderr
    missing = run("names", "remove", "places")
    assert missing.exit_code == 2 and "no list 'places'" in missing.stderr


def test_build_and_look_up(run, places, tmp_path) -> None:
    index = tmp_path / "index"
    built = run("names", "build", "--languages", "kin", "--sources", "curated", "--out", index)
    assert built.exit_code == 0, built.stderr
    assert NameIndex.load(index).description["sources"].keys() == {"curated"}
    run("names", "add", places, "--type", "LOC", "-l", "mri")
    found = run("names", "lookup", "Otautahi", "-l", "eng", "--index", index)
    assert found.stdout.startswith("LOC  0.00  Ōtautahi  (mri; place) like Otautahi\n")
    rows = json.loads(run("names", "lookup", "Otautahi", "-l", "eng", "--index", index, "--json").stdout)
    assert (rows[0]["name"], rows[0]["label"], rows[0]["kinds"]) == ("Ōtautahi", "LOC", ["place"])
    nothing = run("names", "lookup", "zzzzzzz", "-l", "eng", "--index", index)
    assert nothing.exit_code == 0 and "No known name" in nothing.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["add", "PLACES", "--type", "CITY", "-l", "mri"], 2, "No type 'CITY'. There are: PER, LOC, ORG"),
        (["add", "PLACES", "--type", "LOC", "-l", "xxxx"], 2, "xxxx"),
        (["add", "PLACES", "--type", "LOC"], 3, "which language is it? Give -l"),
        (["add", "absent.csv", "--type", "LOC", "-l", "mri"], 3, "absent.csv: cannot be read"),
        (["build", "--sources", "wikidata", "--out", "x"], 2, "No source wikidata. There are: cldr"),
        (["build", "--languages", "xxxx", "--out", "x"], 2, "xxxx"),
        (["match", "PLACES", "PLACES", "-lb", "mri"], 3, "Give -la CODE"),
        (["lookup", "a", "-l", "mri", "--index", "absent"], 4, "absent holds no index of names"),
        (["search", "123", "--in", "a", "-l", "eng"], 2, "no sound in the query"),
        (["search", "a", "--in", "text"], 2, "Say so with -l CODE"),
        (["search", "a", "--in", "no/such.txt", "-l", "eng"], 2, "No such file"),
    ],
)
def test_errors_say_what_to_do(run, places, arguments, code, message) -> None:
    result = run("names", *(places if argument == "PLACES" else argument for argument in arguments))
    assert result.exit_code == code, result.output
    assert message in result.stderr and "Traceback" not in result.output


def test_a_broken_list_is_named_wherever_it_is_read(run, folder) -> None:
    folder.mkdir()
    (folder / "mine.tsv").write_bytes(b"name\ttype\tlanguage\nL\xe9opold\tPER\tfra\n")
    for arguments in (["list"], ["lookup", "a", "-l", "mri"]):
        result = run("names", *arguments)
        assert result.exit_code == 3 and "mine.tsv:2: is not UTF-8" in result.stderr


def test_search_in_a_folder(run, tmp_path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "deep").mkdir(parents=True)
    (corpus / "a.txt").write_text("Habari.\nWanaishi Nairobi sasa.\n", encoding="utf-8")
    (corpus / "deep" / "b.txt").write_text("Nayrobi.\n", encoding="utf-8")
    table = run("names", "search", "Nairobi", "--in", corpus, "-l", "swa")
    assert table.exit_code == 0
    first, second = table.stdout.splitlines()
    assert f"{corpus}/a.txt:2:9  Wanaishi [Nairobi /naiɾoɓi/] sasa." in first and "[Nayrobi" in second
    lines = run("names", "search", "Nairobi", "--in", corpus, "-l", "swa", "-f", "jsonl").stdout.splitlines()
    hits = [json.loads(line) for line in lines]
    assert [(hit["text"], hit["start"]) for hit in hits] == [("Nairobi", 9), ("Nayrobi", 0)]


def test_search_in_text_json_and_standard_input(run) -> None:
    asked = ("names", "search", "Nairobi", "-f", "jsonl")
    assert json.loads(run(*asked, "--in", "ナイロビです", "-l", "jpn").stdout)["text"] == "ナイロビ"
    line = json.dumps({"id": "x", "text": "ናይሮቢ", "language": "amh"}) + "\n"
    hit = json.loads(run(*asked, "--in", "-", "--jsonl", stdin=line).stdout)
    assert (hit["id"], hit["language"], hit["text"]) == ("x", "amh", "ናይሮቢ")
    nothing = run(*asked, "--in", "habari", "-l", "swa")
    assert nothing.exit_code == 0 and not nothing.stdout and "Nothing sounds like it" in nothing.stderr


def test_match_two_files(run, tmp_path) -> None:
    left, right, out = tmp_path / "a.csv", tmp_path / "b.tsv", tmp_path / "out.csv"
    left.write_text("Nairobi\nLagos\nTegucigalpa\n", encoding="utf-8")
    right.write_text("language\tname\namh\tሌጎስ\namh\tናይሮቢ\n", encoding="utf-8")
    result = run("names", "match", left, right, "-la", "eng", "--one-to-one", "-o", out)
    assert result.exit_code == 0 and "2 of 3 names" in result.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [(row["name"], row["partner"], row["partner_row"]) for row in rows] == [
        ("Nairobi", "ናይሮቢ", "1"),
        ("Lagos", "ሌጎስ", "0"),
    ]
    lines = run("names", "match", left, right, "-la", "eng", "-f", "jsonl").stdout.splitlines()
    assert json.loads(lines[0])["partner"] == "ናይሮቢ"
