"""Catalogue files and the technology table: found by name, and refused by name."""

import re

import pytest

from iotassess.baseline import reader
from iotassess.baseline import technologies as table
from iotassess.baseline.loader import DEFAULTS, SHIPPED, load_catalogue
from iotassess.baseline.technologies import load_technologies
from iotassess.errors import CatalogueError, UsageError
from tests.baseline.made_up import GOOD, PROBES

OWN = GOOD.replace("    technologies: [suit, rats-eat]\n", "")


@pytest.fixture
def own_probes(monkeypatch):
    monkeypatch.setattr(reader, "probes", lambda: PROBES)


def test_a_catalogue_file_is_loaded_by_its_path(tmp_path, own_probes):
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    assert load_catalogue(str(file)).id == "made-up"


def test_a_technology_that_the_table_does_not_have_is_refused(tmp_path, own_probes):
    file = tmp_path / "own.yaml"
    file.write_text(GOOD)
    with pytest.raises(CatalogueError, match=r"^own\.yaml:17:20: got unknown technology 'suit'"):
        load_catalogue(str(file))


def test_a_faulty_catalogue_file_is_named_without_its_folder(tmp_path, own_probes):
    file = tmp_path / "own.yml"
    file.write_text(OWN.replace("force: mandatory", "force: x"))
    with pytest.raises(CatalogueError, match=r"^own\.yml:13:12: force: got 'x'"):
        load_catalogue(str(file))


@pytest.mark.parametrize(
    "name", ["no-such", "no-such.yaml", "@1", "", "a\0.yaml", "x" * 300 + ".yaml", "no-such@1"]
)
def test_an_unknown_baseline_names_those_that_there_are(name):
    with pytest.raises(UsageError) as caught:
        load_catalogue(name)
    assert f"unknown baseline {name!r}" in caught.value.message
    assert "enisa-gp-tm" in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_no_yaml_by_its_name_is_not_read(tmp_path):
    file = tmp_path / "own.txt"
    file.write_text(OWN)
    with pytest.raises(UsageError, match="unknown baseline"):
        load_catalogue(str(file))


def test_a_folder_is_no_catalogue(tmp_path):
    folder = tmp_path / "own.yaml"
    folder.mkdir()
    with pytest.raises(UsageError, match="unknown baseline"):
        load_catalogue(str(folder))


def test_a_catalogue_file_that_cannot_be_read_is_the_users_matter(tmp_path, monkeypatch):
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    opened = type(file).open

    def closed(path, *arguments, **named):
        if path == file:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(type(file), "open", closed)
    with pytest.raises(UsageError, match=r"own\.yaml cannot be read: Permission denied"):
        load_catalogue(str(file))


def test_a_huge_catalogue_file_is_refused(tmp_path, own_probes):
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100 << 20)
    with pytest.raises(CatalogueError, match=r"huge\.yaml:1:1: the text has"):
        load_catalogue(str(file))


# --- shipped ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_baseline_loads_under_its_own_id(name):
    catalogue = load_catalogue(name)
    assert catalogue.id == name
    assert catalogue.edition == (name.partition("@")[2] or catalogue.edition)
    assert catalogue.requirements


def test_enisa_has_its_57_requirements():
    catalogue = load_catalogue("enisa-gp-tm")
    assert [row.id for row in catalogue.requirements] == [f"GP-TM-{n:02}" for n in range(1, 58)]


def test_the_shipped_edition_may_be_named():
    plain = load_catalogue("enisa-gp-tm")
    assert load_catalogue(f"enisa-gp-tm@{plain.edition}") == plain


def test_another_edition_is_refused_and_the_shipped_one_named():
    edition = load_catalogue("enisa-gp-tm").edition
    with pytest.raises(UsageError, match=f"these editions are shipped: {re.escape(edition)}\\b") as caught:
        load_catalogue("enisa-gp-tm@0.1")
    assert caught.value.hint


def test_of_a_baseline_with_editions_the_newest_is_meant():
    assert load_catalogue("etsi-en-303-645").id == "etsi-en-303-645@3.1.3"


def test_an_edition_that_was_never_shipped_names_all_that_are():
    with pytest.raises(UsageError, match=r"these editions are shipped: 3\.1\.3, 2\.1\.1\b"):
        load_catalogue("etsi-en-303-645@1.1.1")


def test_what_is_assessed_by_default_is_shipped_and_one_of_each_family():
    families = {id: load_catalogue(id).family for id in SHIPPED}
    assert [families[id] for id in DEFAULTS] == list(dict.fromkeys(families.values()))


def test_a_shipped_catalogue_is_read_once():
    assert load_catalogue("enisa-gp-tm") is load_catalogue("enisa-gp-tm")


def test_an_empty_edition_is_refused():
    with pytest.raises(UsageError, match="'enisa-gp-tm@'"):
        load_catalogue("enisa-gp-tm@")


# --- technologies -------------------------------------------------------------------------------

TECHNOLOGY = """\
technologies:
  - id: one
    name: One
    kind: practice
    summary: "  what it is "
    specification: {current: RFC 1, state: published RFC}
    serves: []
    does_not: much
    evidence: {kinds: [psa-token], how: "Read: it."}
    declared_by: []
  - id: two
    name: Two
    kind: practice
    summary: x
    specification: {current: RFC 2, state: published RFC}
    serves: [{requirement: R-1, source: seed, how: so}]
    does_not: much
    evidence: {kinds: [], how: "Not read: it."}
    declared_by: [{update.mechanisms: [suit], update.supported: any}]
    goes_further: [{technology: one, how: so}]
    note: " a note "
"""
NEEDED = ["id", "name", "kind", "summary", "specification", "serves", "does_not", "evidence", "declared_by"]


@pytest.fixture
def load_text(tmp_path, monkeypatch):
    def load(text):
        (tmp_path / "technologies.yaml").write_text(text)
        monkeypatch.setattr(table.resources, "files", lambda package: tmp_path)
        return load_technologies()

    load_technologies.cache_clear()
    yield load
    load_technologies.cache_clear()


def test_the_shipped_technologies_load():
    found = load_technologies()
    assert {"suit-manifest", "rats-eat", "secure-boot"} <= set(found)
    assert all(id == technology.id for id, technology in found.items())


def test_technologies_keep_their_order_and_lose_the_space_around_their_texts(load_text):
    found = load_text(TECHNOLOGY)
    assert list(found) == ["one", "two"]
    assert found["one"].summary == "what it is"
    assert found["one"].declared_by == ()
    assert found["two"].declared_by == ({"update.mechanisms": ("suit",), "update.supported": None},)
    assert (found["one"].goes_further, found["one"].note) == ((), "")
    assert (found["two"].goes_further, found["two"].note) == (({"technology": "one", "how": "so"},), "a note")


@pytest.mark.parametrize("key", NEEDED)
def test_a_technology_without_a_needed_key_is_refused_at_its_line(load_text, key):
    lines = TECHNOLOGY.split("\n")
    at = max(n for n, line in enumerate(lines) if line.lstrip(" -").startswith(f"{key}:"))
    lines[at] = "  - x: y" if key == "id" else "    x: y"
    with pytest.raises(CatalogueError, match=rf"technologies\.yaml:11: technology without '{key}'"):
        load_text("\n".join(lines))


def test_a_technology_that_stands_twice_is_refused(load_text):
    with pytest.raises(CatalogueError, match=r"technologies\.yaml:11: technology one stands twice"):
        load_text(TECHNOLOGY.replace("id: two", "id: one"))
