"""Files of users and of strangers, damaged: they are read, or refused with our own error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import ProfileError
from iotassess.profile import LoadedProfile, load_profile_bytes
from tests.fuzz import contract
from tests.fuzz.searching import SEARCH
from tests.fuzz.strategies import damage
from tests.fuzz.strategies.profiles import profiles
from tests.fuzz.targets import files, seeds
from tests.fuzz.targets.table import BY_ID

READERS = (
    "profile",
    "policy",
    "waivers",
    "catalogue",
    "denylist",
    "anchors",
    "old-result",
    "bundle",
    "bundle-manifest",
    "yaml",
)
TEXT = st.lists(damage.DAMAGES, min_size=1, max_size=3)


@pytest.mark.parametrize("reader", READERS)
@SEARCH
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_with_our_error(reader: str, data: st.DataObject):
    target = BY_ID[reader]
    whole = data.draw(st.sampled_from(list(target.seeds())))
    target.check(damage.apply(whole, data.draw(TEXT)))


@pytest.mark.parametrize("reader", READERS)
@SEARCH
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused_with_our_error(reader: str, data: bytes):
    BY_ID[reader].check(data)


@pytest.mark.parametrize("reader", READERS)
def test_whole_files_are_read(reader: str):
    if reader == "profile":
        assert all(isinstance(load_profile_bytes(one, "p"), LoadedProfile) for one in seeds.profiles())
    for data in BY_ID[reader].seeds():
        BY_ID[reader].check(data)


@SEARCH
@given(profiles())
def test_an_edited_profile_is_loaded_or_refused_the_same_way_twice(data: bytes):
    found = contract.settles(lambda: load_profile_bytes(data, "profile.yaml"), lambda loaded: loaded.profile)
    assert isinstance(found, LoadedProfile | ProfileError)
    files.profile(data)


def test_edited_profiles_are_loaded_and_refused():
    seen: set[type] = set()

    @SEARCH
    @given(profiles())
    def look(data: bytes) -> None:
        seen.add(type(contract.or_our_error(lambda: load_profile_bytes(data, "profile.yaml"))))

    look()
    assert LoadedProfile in seen
    assert len(seen) > 1
