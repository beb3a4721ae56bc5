from __future__ import annotations

import pytest

from ipaner.document import Word
from ipaner.errors import ConfigError, FormatError, LanguageNotSupported
from ipaner.names import user
from ipaner.names.index import NameIndex, build_index
from ipaner.names.lookup import look_up
from ipaner.names.memory import FEATURES, NameMemory
from ipaner.names.name import PERSON, Kind, Name
from ipaner.names.user import add_list, lists, remove_list, user_folder, user_index


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IPANER_NAMES", str(tmp_path / "mine"))
    return tmp_path / "mine"


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "places.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_the_folder(monkeypatch, tmp_path, folder) -> None:
    assert user_folder() == folder
    monkeypatch.delenv("IPANER_NAMES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert user_folder() == tmp_path / "data" / "ipaner" / "names"


def test_without_lists_there_is_no_index() -> None:
    assert user_index() is None and lists() == []


def test_a_list_works_at_once(write) -> None:
    added = add_list(write("Kororāreka\nŌtautahi\nKororāreka\n"), kind=Kind.PLACE, language="mi")
    assert (added.name, added.names, added.kinds, added.languages) == ("places", 2, {"place": 2}, ("mri",))
    index = user_index()
    memory = NameMemory([index])
    bits = memory.features([[_word("kororareka")]], "mri")[0][0]
    assert bits[FEATURES.index("spoken:PLACE")] == 1
    assert look_up("Otautahi", "eng", [index])[0].name.text == "Ōtautahi"


def _word(text: str) -> Word:
    from ipaner.transcription import Transcriber

    return Transcriber("mri").words(text)[0]


def test_types_and_languages_of_the_file_come_back(write) -> None:
    rows = 'name,type,language\nUhuru Kenyatta,PER,swa\nUNICEF,ORG,eng\nWanjiku,given,kik\n"Smith, Ltd",org-word,eng\n'
    added = add_list(write(rows))
    assert added.kinds == {"person": 1, "org": 1, "given": 1, "org-word": 1}
    assert {(n.text, n.kind, n.language) for n in user._read(added.path)} == {
        ("Uhuru Kenyatta", PERSON, "swa"),
        ("UNICEF", Kind.ORG, "eng"),
        ("Wanjiku", Kind.GIVEN, "kik"),
        ("Smith, Ltd", Kind.ORG_WORD, "eng"),
    }


def test_the_index_is_kept_until_a_list_changes(write, folder, monkeypatch) -> None:
    add_list(write("Lagos\n"), kind=Kind.PLACE, language="yor")
    assert len(user_index()) == 1
    built = []
    monkeypatch.setattr(user, "build_index", lambda *a, **k: built.append(1) or build_index(*a, **k))
    assert len(user_index()) == 1 and not built
    add_list(write("Abuja\n", "more.csv"), kind=Kind.PLACE, language="yor")
    assert len(user_index()) == 2 and built == [1]
    assert len(list(folder.glob(".index-*"))) == 1
    remove_list("more")
    assert len(user_index()) == 1
    remove_list("places")
    assert user_index() is None


def test_a_damaged_index_is_made_again(write, folder) -> None:
    add_list(write("Lagos\n"), kind=Kind.PLACE, language="yor")
    user_index()
    (kept,) = folder.glob(".index-*")
    (kept / "names.bin").write_bytes(b"damaged")
    assert len(user_index()) == 1
    assert len(NameIndex.load(next(iter(folder.glob(".index-*"))))) == 1


def test_a_name_is_taken_once(write) -> None:
    path = write("Lagos\n")
    add_list(path, kind=Kind.PLACE, language="yor")
    with pytest.raises(ConfigError, match=r"There is a list 'places' already\. Give --replace"):
        add_list(path, kind=Kind.PLACE, language="yor")
    assert add_list(path, kind=Kind.TOWN, language="yor", replace=True).kinds == {"town": 1}
    assert add_list(path, kind=Kind.PLACE, language="yor", name="other").name == "other"
    with pytest.raises(ConfigError, match="cannot be called"):
        add_list(path, kind=Kind.PLACE, language="yor", name="../other")
    with pytest.raises(ConfigError, match=r"no list 'absent'\. Your lists: other, places"):
        remove_list("absent")
    with pytest.raises(ConfigError, match="no list"):
        remove_list("../places")


@pytest.mark.parametrize(
    ("content", "options", "error", "message"),
    [
        (b"L\xe9opold\n", {"kind": PERSON, "language": "fra"}, FormatError, "places.csv:1: is not UTF-8"),
        ("\n", {"kind": PERSON, "language": "fra"}, FormatError, "holds no names"),
        ("name,type\n", {"language": "fra"}, FormatError, "holds no names"),
        ("Lagos\n", {"language": "yor"}, FormatError, "places.csv:1: of what type"),
        ("Lagos\n", {"kind": Kind.PLACE}, FormatError, "places.csv:1: which language"),
        ("name,type\nLagos,CITY\n", {"language": "yor"}, FormatError, "places.csv:2: no type 'CITY'"),
        ("name,language\nLagos,xxxx\n", {"kind": Kind.PLACE}, FormatError, "places.csv:2: .*xxxx"),
        ("Lagos\n", {"kind": Kind.PLACE, "language": "xxxx"}, LanguageNotSupported, "xxxx"),
    ],
)
def test_bad_lists_cost_an_error_and_nothing_else(write, folder, content, options, error, message) -> None:
    with pytest.raises(error, match=message):
        add_list(write(content), **options)
    assert not list(folder.glob("*.tsv")) if folder.exists() else True


def test_a_list_that_broke_is_named(folder) -> None:
    folder.mkdir()
    (folder / "mine.tsv").write_text("name\ttype\tlanguage\nLagos\tCITY\tyor\n")
    for ask in (user_index, lists):
        with pytest.raises(FormatError, match=r"mine\.tsv:2: no type 'CITY'"):
            ask()
    (folder / "mine.tsv").write_text("name\ttype\tlanguage\n")
    with pytest.raises(FormatError, match="ipaner names remove mine"):
        user_index()
    remove_list("mine")
    assert user_index() is None


@pytest.fixture(scope="module")
def index():
    names = [("Nairobi", Kind.PLACE, "swa"), ("Наироби", Kind.PLACE, "rus"), ("Naivasha", Kind.TOWN, "swa")]
    names += [("Dar es Salaam", Kind.PLACE, "swa"), ("Salama", Kind.GIVEN, "swa")]
    return build_index(Name(text, kind, language, "") for text, kind, language in names)


def test_look_up_knows_what_sounds_alike(index) -> None:
    # Of names that sound the same, the index shows one
    assert {found.name.text for found in look_up("Nayrobi", "kin", [index])} & {"Nairobi", "Наироби"}
    assert look_up("Nayrobi", "kin", [index], limit=1)[0].distance < 0.2
    assert look_up("ናይሮቢ", "amh", [index])[0].name.text in ("Nairobi", "Наироби")


def test_look_up_of_several_words_gives_the_longest_first(index) -> None:
    assert look_up("Daressalam", "eng", [index])[0].name.text == "Dar es Salaam"
    found = look_up("Dar es Salam", "swa", [index])
    assert (found[0].name.text, found[0].heard) == ("Dar es Salaam", "Dar es Salam")


def test_look_up_of_nothing(index) -> None:
    assert look_up("123", "eng", [index]) == [] and look_up("Tegucigalpa", "eng", [index]) == []
    with pytest.raises(LanguageNotSupported):
        look_up("a", "xxxx", [index])
