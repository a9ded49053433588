"""What the author may have meant."""

from __future__ import annotations

import pytest

from iotassess.profile.faults import path_text, shown
from iotassess.profile.shape import FORMS, expected_at, keys_at
from iotassess.profile.suggestions import MAX_NAME, closest, did_you_mean, respelled


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("htps", "https"),
        ("HTTPS", "https"),
        ("m-q-t-t-s", "mqtts"),
        ("zzz", None),
        ("h" * (MAX_NAME + 1), None),
    ],
)
def test_the_nearest_word_is_found(word: str, meant: str | None) -> None:
    assert closest(word, ["https", "mqtts"]) == meant


def test_without_a_near_word_all_are_named() -> None:
    assert did_you_mean("zzz", ["a", "b"]) == "known here: a, b"


def test_without_any_word_nothing_is_said() -> None:
    assert did_you_mean("zzz", []) == ""


@pytest.mark.parametrize("pattern", FORMS)
def test_a_long_text_is_not_respelled(pattern: str) -> None:
    assert respelled("A" * 10_000, pattern) is None


def test_paths_are_written_as_readers_see_them() -> None:
    assert path_text(("update", "transport", 0)) == "update.transport[0]"
    assert path_text(("a b", "c")) == "['a b'].c"
    assert path_text(()) == ""


def test_long_values_are_cut() -> None:
    assert len(shown("a" * 1000)) < 70
    assert len(shown(list(range(1000)))) < 70


def test_a_path_that_the_model_does_not_know_has_no_keys() -> None:
    assert keys_at(("update", "transport", 0)) == ()
    assert keys_at(("nothing", "at", "all")) == ()
    assert expected_at(("update", 0)) is None
    assert expected_at(("keys", "name")) is None
