"""Files that are no artefacts: what a user, a product's maker or a stranger writes for the tool to read."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from iotassess.baseline.loader import load_catalogue
from iotassess.bundle import check as bundles
from iotassess.bundle import manifest as manifests
from iotassess.bundle.manifest import MANIFEST
from iotassess.codec import yaml
from iotassess.crosscheck.denylist_file import load_denylists
from iotassess.errors import IotassessError, UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.trust import TrustStore
from iotassess.policy.old_result import read_result
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.profile import LoadedProfile, claims, load_profile_bytes
from tests.bundle import making
from tests.examples import AS_OF
from tests.fuzz import contract


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def in_file(data: bytes, name: str, load: Callable[[Path], Any]) -> Any:
    """Have bytes read from a file of that name."""
    path = _folder() / name
    path.write_bytes(data)
    return contract.or_our_error(lambda: load(path))


def profile(data: bytes) -> None:
    found = contract.or_our_error(lambda: load_profile_bytes(data, "profile.yaml"))
    if isinstance(found, LoadedProfile):
        for claim in claims(found):
            repr(claim).encode("utf-8", "backslashreplace")


def policy(data: bytes) -> None:
    in_file(data, "policy.yaml", load_policy)


def waivers(data: bytes) -> None:
    in_file(data, "waivers.yaml", load_waivers)


def catalogue(data: bytes) -> None:
    in_file(data, "catalogue.yaml", lambda path: load_catalogue(str(path)))


def denylist(data: bytes) -> None:
    in_file(data, "denylist.yaml", lambda path: load_denylists([path]))


def old_result(data: bytes) -> None:
    in_file(data, "old.json", read_result)


def anchors(data: bytes) -> None:
    found = in_file(data, "anchor", lambda path: TrustStore.load([AnchorSpec(path, None)]))
    assert isinstance(found, TrustStore | UsageError), type(found)


def bundle(data: bytes) -> None:
    contract.or_our_error(lambda: bundles.look(data))
    checked(data)


def manifest(data: bytes) -> None:
    """A manifest, by itself and in the place of a good bundle's."""
    contract.or_our_error(lambda: manifests.read(data))
    checked(making.together({**_entries(), MANIFEST: data}))


@functools.cache
def _entries() -> dict[str, bytes]:
    return making.entries(making.example())


def checked(data: bytes) -> None:
    """Check a bundle: one that was changed is never authenticated by the maker's key."""
    found = contract.or_our_error(lambda: bundles.check("b", data, making.VOUCHED, AS_OF))
    if isinstance(found, IotassessError):
        return
    assert found.authenticity != "authenticated" or making.entries(data)[MANIFEST] == _entries()[MANIFEST]


def yaml_text(data: bytes) -> None:
    try:
        document = yaml.load(data)
    except yaml.YamlFault as fault:
        if fault.line < 1 or fault.column < 1 or not fault.message:
            raise AssertionError("a fault without place or word") from fault
        return
    assert document.marks[()].line >= 1
