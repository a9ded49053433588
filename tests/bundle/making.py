"""Bundles for tests: made in this process, taken apart by another reader, changed, and put together again."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from iotassess.bundle import archive, manifest
from iotassess.bundle.check import check
from iotassess.bundle.layout import GateFiles, Given
from iotassess.bundle.manifest import MANIFEST, MEDIA_TYPE, RESULT, SIGNATURE, SIGNER
from iotassess.bundle.pack import Packed, pack
from iotassess.codec.signing import SigningKey, load_signing_key, sign1
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.model.bundle import BundleCheck
from iotassess.profile import load_profile
from tests.examples import AS_OF, PROFILES, ROOT, request

KEYS = ROOT / "fixtures" / "keys"
NODE = PROFILES / "sensor-node"
QUICK = ("nist-ir-8425",)
"""The smallest shipped baseline: most tests are not about verdicts."""

VOUCHED = (AnchorSpec(KEYS / "verifier.pub.pem", "results"),)
"""What a reader names who knows the maker."""

Files = dict[str, bytes]


def key(name: str = "verifier") -> SigningKey:
    """A TEST ONLY signing key."""
    return load_signing_key(KEYS / f"{name}.key.pem")


def make(
    folder: Path = NODE,
    *artefacts: Path | str,
    profile: str = "good.yaml",
    baselines: Sequence[str] = QUICK,
    signer: str = "verifier",
    denylists: Sequence[Path] = (),
    waivers: Path | None = None,
    gate: GateFiles | None = None,
    **more: Any,
) -> Packed:
    """Pack a profile of a product's folder, with the options of its README."""
    asked = request("sensor-node", *artefacts, folder=folder, **more)
    given = Given(asked, tuple(baselines), tuple(denylists), waivers, gate)
    return pack(load_profile(folder / profile), given, key(signer))


@functools.cache
def example() -> bytes:
    """The bundle of the good sensor node, by the smallest baseline."""
    return make().data


def entries(data: bytes) -> Files:
    """The files of a bundle, by the standard library's reader."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def together(files: Mapping[str, bytes]) -> bytes:
    """Put files together, listed or not."""
    return archive.write(files)


def relisted(files: Files) -> Files:
    """List every file as it is now: what somebody does who wants a change not to show."""
    text = json.loads(files[MANIFEST])
    known = {row["path"]: row for row in text["files"]}
    rows = []
    for path in sorted(set(files) - {MANIFEST, SIGNATURE}, key=str.encode):
        row = known.get(path, {"path": path, "role": "artefact", "name": path})
        rows.append({**row, "size": len(files[path]), "sha256": manifest.digest(files[path])})
    return {**files, MANIFEST: written({**text, "files": rows})}


def written(value: Any) -> bytes:
    """A manifest as it has to be written."""
    return f"{json.dumps(value, indent=2)}\n".encode()


def edited(files: Files, change: Callable[[Any], None]) -> Files:
    """Change the manifest."""
    value = json.loads(files[MANIFEST])
    change(value)
    return {**files, MANIFEST: written(value)}


def signed(files: Files, name: str = "verifier") -> Files:
    """Sign the manifest anew: with the maker's key, or with another one, which then stands in the bundle."""
    own = key(name)
    if files[SIGNER] != own.public_pem:
        files = relisted({**files, SIGNER: own.public_pem})
    signature = sign1(own, files[MANIFEST], content_type=MEDIA_TYPE, detached=True)
    return {**files, SIGNATURE: signature}


def result(files: Files) -> Any:
    """The result in a bundle."""
    return json.loads(files[RESULT])


def looked_at(
    data: bytes, anchors: Sequence[AnchorSpec] = VOUCHED, *, allow_unsigned: bool = False
) -> BundleCheck:
    """What ``bundle verify`` finds."""
    return check("x.bundle", data, anchors, AS_OF, allow_unsigned=allow_unsigned)


def ids(found: BundleCheck) -> list[str]:
    """Reasons against a bundle."""
    return [reason.id for reason in found.reasons]


# --- changes -----------------------------------------------------------------------------------

SUIT = "profile/evidence/update.suit"
PROFILE = "profile/good.yaml"
ANCHOR = "anchors/update/update-p256.pem"


@functools.cache
def files() -> Files:
    """The files of the example bundle; not to be changed in place."""
    return entries(example())


def flipped(data: bytes, place: int = -1) -> bytes:
    """The same with one bit changed."""
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def raised(text: bytes) -> bytes:
    """The result with its first verdict that is not verified raised."""
    value = json.loads(text)
    row = next(r for r in value["baselines"][0]["requirements"] if r["verdict"] != "verified")
    row["verdict"] = "verified"
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def put(path: Sequence[Any], value: Any) -> Callable[[Any], None]:
    """A change of the manifest."""

    def change(manifest: Any) -> None:
        at = manifest
        for step in path[:-1]:
            at = at[step]
        assert path[-1] in at or isinstance(path[-1], int)
        at[path[-1]] = value

    return change
