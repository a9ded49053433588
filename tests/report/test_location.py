"""Paths that a report points to: from the current folder, never absolute, never above it; and lines."""

import posixpath
import re
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iotassess.model.artefact import Artefact, Overlooked, Role
from iotassess.model.gate import Place
from iotassess.model.places import NOWHERE, place_of_discrepancy, place_of_requirement, sound
from iotassess.report.location import from_folder, locate, uri
from iotassess.report.registry import Look
from tests.report.pointing import FOLDER, assessed, empty, look

anything = st.text(st.characters(exclude_categories=()), max_size=30)
paths = st.lists(st.sampled_from(["", ".", "..", "a", "b c", "é", "repository", "x:y"]), max_size=7).map(
    "/".join
)


# --- one path -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [
        ("a/b.yaml", "/repository", "a/b.yaml"),
        ("./a//b.yaml", "/repository", "a/b.yaml"),
        ("a/../b.yaml", "/repository", "b.yaml"),
        ("../repository/b.yaml", "/repository", "b.yaml"),
        ("../b.yaml", "/repository", "b.yaml"),
        ("../../x/b.yaml", "/repository", "b.yaml"),
        ("/repository/a/b.yaml", "/repository", "a/b.yaml"),
        ("/repository/a/b.yaml", "/repository/", "a/b.yaml"),
        ("/repository-2/a/b.yaml", "/repository", "b.yaml"),
        ("/home/somebody/b.yaml", "/repository", "b.yaml"),
        ("/repository/../b.yaml", "/repository", "b.yaml"),
        ("/a/b.yaml", "/", "a/b.yaml"),
        ("//a/b.yaml", "/", "b.yaml"),
        ("a/b.yaml", "", "a/b.yaml"),
        ("../b.yaml", "", "b.yaml"),
        ("/home/somebody/b.yaml", "", "b.yaml"),
        ("..", "", "profile"),
        ("/", "/repository", "profile"),
        ("", "", "profile"),
        ("..b/...", "/repository", "..b/..."),
    ],
)
def test_a_path_is_told_from_the_folder_or_by_its_name(path, folder, shown):
    assert from_folder(path, folder) == shown


@given(paths, st.sampled_from(["", "/", "/repository", "/repository/a", "/b c"]))
def test_no_path_is_absolute_or_above_the_folder_or_empty(path, folder):
    shown = from_folder(path, folder)
    assert shown
    assert not posixpath.isabs(shown)
    assert not {"", ".", ".."} & set(shown.split("/"))


@given(paths)
def test_a_path_that_stays_inside_leads_to_the_same_file(path):
    whole = posixpath.normpath(posixpath.join("/repository", path))
    if whole.startswith("/repository/"):
        assert posixpath.join("/repository", from_folder(path, "/repository")) == whole
    else:
        assert "/" not in from_folder(path, "/repository")


# RFC 3986, appendix A: path-noscheme of a relative-ref, with the characters that are used here.
RELATIVE = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+)*")


@example("a:b/c d")
@example("https:x")
@example("\udcff\ud800")
@given(anything)
def test_a_uri_is_relative_without_a_scheme_and_names_the_same_file(text):
    path = from_folder(text, FOLDER)
    shown = uri(path)
    assert RELATIVE.fullmatch(shown)
    try:
        raw = path.encode("utf-8", "surrogateescape")  # what the file system calls it
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")  # what no file system calls anything
    assert unquote_to_bytes(shown) == raw


def test_what_needs_no_encoding_in_a_uri_stays():
    assert uri("profiles/sensor-node_2.x~y/good.yaml") == "profiles/sensor-node_2.x~y/good.yaml"
    assert uri("a b/ü#1?.yaml") == "a%20b/%C3%BC%231%3F.yaml"


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("profiles/x/device.yaml", "profiles/x/device.yaml"),
        (f"{FOLDER}/profiles/x/device.yaml", "profiles/x/device.yaml"),
        ("../elsewhere/device.yaml", "device.yaml"),
        ("/elsewhere/device.yaml", "device.yaml"),
        ("", "fallback.yaml"),
    ],
)
def test_the_profile_is_where_it_was_given(given, shown):
    found = replace(empty(), profile_path="fallback.yaml")
    assert locate(found, Look(profile=given, folder=FOLDER)).profile == shown


def artefact(path, role=None, nested=()):
    return Artefact(path, "eat-cwt", None, "00", 9, True, "unsigned", nested=nested, role=role)


NAMED = Role("artefact", None, 12, 3)


def standing(path, role, profile, folder=FOLDER):
    found = replace(empty(), artefacts=(artefact(path, role),))
    return locate(found, Look(profile=profile, folder=folder)).of(path)


@pytest.mark.parametrize("profile", ["profiles/x/device.yaml", f"{FOLDER}/profiles/x/device.yaml"])
@pytest.mark.parametrize(
    ("path", "role", "file"),
    [
        ("evidence/a.cbor", NAMED, "profiles/x/evidence/a.cbor"),
        ("out/a.cbor", None, "out/a.cbor"),
        ("evidence/a.cbor", None, "evidence/a.cbor"),
        ("profiles/x/evidence/a.cbor", None, "profiles/x/evidence/a.cbor"),
        # The user handed in what the profile names, too: it goes by the user's name for it.
        ("profiles/x/evidence/a.cbor", NAMED, "profiles/x/evidence/a.cbor"),
        ("./profiles/x/evidence/a.cbor", NAMED, "profiles/x/evidence/a.cbor"),
        ("../repository/profiles/x/a.cbor", NAMED, "profiles/x/a.cbor"),
        (f"{FOLDER}/profiles/x/evidence/a.cbor", NAMED, "profiles/x/evidence/a.cbor"),
        ("/elsewhere/a.cbor", None, "a.cbor"),
    ],
)
def test_an_artefact_is_found_from_the_current_folder(profile, path, role, file):
    assert standing(path, role, profile).file == file


def test_an_artefact_of_a_profile_outside_of_the_folder_goes_by_its_name():
    assert standing("evidence/a.cbor", NAMED, "/elsewhere/device.yaml").file == "a.cbor"
    assert standing("evidence/a.cbor", NAMED, "../device.yaml").file == "a.cbor"


def test_an_artefact_of_a_profile_in_the_folder_itself_is_found_there():
    assert standing("evidence/a.cbor", NAMED, "device.yaml").file == "evidence/a.cbor"
    assert standing("evidence/a.cbor", NAMED, "device.yaml", folder="").file == "evidence/a.cbor"


def test_an_artefact_stands_at_the_line_that_names_it():
    assert standing("evidence/a.cbor", NAMED, "x/device.yaml").place == Place(12, 3)
    assert standing("evidence/a.cbor", None, "x/device.yaml").place == NOWHERE
    assert standing("evidence/a.cbor", Role("artefact", None, None), "x/device.yaml").place == NOWHERE


def test_a_token_in_an_artefact_stands_in_its_file_and_at_its_line():
    deepest = artefact("a#b.cbor#submods.x#submods.y")
    inner = artefact("a#b.cbor#submods.x", nested=(deepest,))
    found = replace(empty(), artefacts=(artefact("a#b.cbor", NAMED, (inner,)),))
    locations = locate(found, Look(profile="x/device.yaml", folder=FOLDER))
    shown = {path: (s.file, s.inside, s.place) for path, s in locations.standings.items()}
    assert shown == {
        "a#b.cbor": ("x/a#b.cbor", "", Place(12, 3)),
        "a#b.cbor#submods.x": ("x/a#b.cbor", "submods.x", Place(12, 3)),
        "a#b.cbor#submods.x#submods.y": ("x/a#b.cbor", "submods.x#submods.y", Place(12, 3)),
    }


def test_a_file_that_is_there_in_two_roles_is_one_file():
    found = replace(empty(), artefacts=(artefact("a.bin", NAMED), artefact("a.bin (2)", NAMED)))
    locations = locate(found, Look(profile="x/device.yaml", folder=FOLDER))
    assert locations.of("a.bin (2)").file == "x/a.bin"
    alone = replace(empty(), artefacts=(artefact("b (2)", NAMED),))
    assert locate(alone, Look(profile="x/device.yaml", folder=FOLDER)).of("b (2)").file == "x/b (2)"


def test_what_is_overlooked_is_named_by_the_profile_where_it_has_a_line():
    named = Overlooked("documents/policy.pdf", "missing", "document", 8, 2)
    found = replace(empty(), overlooked=(named, Overlooked("out/notes.txt", "unknown")))
    locations = locate(found, Look(profile="x/device.yaml", folder=FOLDER))
    assert locations.of("documents/policy.pdf").file == "x/documents/policy.pdf"
    assert locations.of("documents/policy.pdf").place == Place(8, 2)
    assert locations.of("out/notes.txt").file == "out/notes.txt"
    assert locations.of("out/notes.txt").place == NOWHERE


def test_what_is_no_artefact_is_a_document_beside_the_profile():
    locations = locate(empty(), Look(profile="x/device.yaml", folder=FOLDER))
    assert locations.of("documents/sbom.json").file == "x/documents/sbom.json"
    assert locations.of("../../secret").file == "secret"


@given(anything, anything, st.sampled_from(["", FOLDER]))
def test_no_name_leads_out_of_the_folder(given_as, path, folder):
    found = replace(
        empty(), artefacts=(artefact(path, NAMED),), overlooked=(Overlooked(path, "", "file", 3),)
    )
    locations = locate(found, Look(profile=given_as, folder=folder))
    for shown in (locations.profile, locations.of(path).file):
        assert RELATIVE.fullmatch(uri(shown))
        assert ".." not in shown.split("/")


# --- lines --------------------------------------------------------------------------------------


def naming(found):
    """Path of an artefact → the line that names it."""
    locations = locate(found, look("sensor-node", "flawed"))
    return lambda path: locations.of(path).place


def test_a_discrepancy_stands_where_the_profile_declares_otherwise():
    found = assessed()
    named = naming(found)
    for row in found.discrepancies:
        assert row.declared is not None
        place = place_of_discrepancy(row, named)
        assert place == (row.declared.source.line, row.declared.source.column)


def test_a_discrepancy_between_artefacts_stands_where_the_first_of_them_is_named():
    found = assessed()
    named = naming(found)
    row = next(row for row in found.discrepancies if row.id == "debug-contradiction")
    role = next(a.role for a in found.artefacts if a.path == row.evidenced[0].source.artefact)
    assert place_of_discrepancy(row._replace(declared=None), named) == (role.line, role.column)
    assert place_of_discrepancy(row._replace(declared=None, evidenced=()), named) == NOWHERE


def test_a_requirement_stands_at_the_part_that_is_not_met():
    found = assessed()
    rows = {f"{b.id}/{row.id}": row for b in found.baselines for row in b.requirements}
    row = rows["etsi-en-303-645@3.1.3/5.3-6B"]
    (unmet,) = (part for part in row.parts if part.outcome != "met")
    (claim,) = unmet.claims
    assert place_of_requirement(row) == (claim.source.line, claim.source.column)
    elsewhere = claim._replace(source=claim.source._replace(line=1_000))
    met = replace(unmet, outcome="met", claims=(elsewhere,))
    assert place_of_requirement(replace(row, parts=(met, unmet))) == place_of_requirement(row)
    assert place_of_requirement(replace(row, parts=(met,))).line == 1_000
    group = replace(unmet, claims=(), arms=(unmet,))
    assert place_of_requirement(replace(row, parts=(met, group))) == place_of_requirement(row)
    assert place_of_requirement(replace(row, parts=())) == NOWHERE


def test_a_requirement_whose_claims_are_all_artefacts_stands_at_the_first_line():
    rows = [row for b in assessed("sensor-node", "good").baselines for row in b.requirements]
    row = next(row for row in rows if row.id == "GP-TM-03")
    strip = [replace(p, claims=tuple(c for c in p.claims if c.source.artefact), arms=()) for p in row.parts]
    assert place_of_requirement(replace(row, parts=tuple(strip))) == NOWHERE
    assert place_of_requirement(row) != NOWHERE


def test_lines_and_columns_are_from_one():
    assert sound(Place(0, 0)) == Place(1, 1)
    assert sound(Place(-3, 5)) == Place(1, 5)
    assert sound(Place(7, 9)) == Place(7, 9)
