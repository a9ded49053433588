"""Names in a bundle: none leads out of it, and no two become one on anybody's disk."""

import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.bundle.names import MAX_SEGMENT_BYTES, Namer, collision, folded, why_not


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "profile/good.yaml",
        "artefacts/.hidden",
        "anchors/update/key (2).pem",
        "ü/日本.suit",
        "a/..b",
        "keys[0].pem",
        "console.log",
        "com10/auxiliary.nul",
    ],
)
def test_an_ordinary_name_may_stand_there(name):
    assert why_not(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "absolute, empty"),
        ("/etc/passwd", "absolute, empty"),
        ("a//b", "absolute, empty"),
        ("a/", "absolute, empty"),
        ("..", "leaves the folder"),
        ("profile/../../x", "leaves the folder"),
        ("./a", "leaves the folder"),
        ("C:/x", "backslash or a colon"),
        ("a:stream", "backslash or a colon"),
        ("..\\x", "backslash or a colon"),
        ("a\0b", "do not show"),
        ("a\nb", "do not show"),
        ("a\u202eb", "do not show"),
        ("a\u200bb", "do not show"),
        ("a\ud800b", "do not show"),
        ("a ", "begins or ends with a space"),
        (" a/b", "begins or ends with a space"),
        ("a./b", "ends with a dot"),
        ("a" * (MAX_SEGMENT_BYTES + 1), "longer than"),
        *((f"a{char}b", "some systems take in no name") for char in '<>"|?*'),
        *((f"x/{name}", "device on Windows") for name in ("con", "NUL", "aux.yaml", "Com1.tar.gz", "lpt9")),
        ("prn/x", "device on Windows"),
        ("com\u00b9", "device on Windows"),
        *(
            (f"a{char}", "do not show")
            for char in "\u034f\u115f\u1160\u3164\uffa0\u180b\u180f\u2060\u2065\ufe00\ufe0f\U000e0100"
        ),
        ("/".join(["abcd"] * 300), "longer than"),
    ],
)
def test_a_name_that_means_something_else_somewhere_may_not(name, why):
    assert why in why_not(name)


@given(st.text(max_size=30))
def test_a_name_that_may_stand_there_stays_inside_of_the_folder(name):
    if why_not(name) is None:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert path.as_posix() == name


@pytest.mark.parametrize(
    "names",
    [
        ("a", "a"),
        ("Good.yaml", "good.yaml"),
        ("stra\u00dfe", "STRASSE"),
        (unicodedata.normalize("NFC", "\u00fc"), unicodedata.normalize("NFD", "\u00fc")),
        ("\ufb01le", "file"),
        ("a", "a/b"),
        ("a/b/c", "A/B"),
    ],
)
def test_two_names_that_a_disk_may_take_for_one_collide(names):
    assert collision(names) == names
    assert set(collision(reversed(names))) == set(names)


def test_files_of_one_folder_do_not_collide():
    assert collision(["a/b", "a/c", "ab", "b/a/c", "A/d"]) is None


@given(st.lists(st.sampled_from(["key.pem", "KEY.pem", "other", "ﬁ", "fi"]), max_size=8))
def test_a_namer_gives_no_name_twice_and_keeps_the_last_part(wanted):
    name = Namer()
    given_names = [name("anchors", one) for one in wanted]
    assert collision(given_names) is None
    assert [given.rpartition("/")[2] for given in given_names] == wanted
    assert len({folded(given) for given in given_names}) == len(wanted)
