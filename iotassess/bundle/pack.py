"""A bundle made: everything laid out, assessed where it lies, listed, signed and put into one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from iotassess import __version__
from iotassess.bundle import archive, manifest
from iotassess.bundle.call import Made, make
from iotassess.bundle.layout import Given, Layout, lay_out
from iotassess.bundle.manifest import MANIFEST, MEDIA_TYPE, RESULT, SIGNATURE, SIGNER, Manifest, UsedCatalogue
from iotassess.bundle.staging import unpacked
from iotassess.codec.signing import SigningKey, sign1
from iotassess.errors import UsageError
from iotassess.profile import LoadedProfile


class Packed(NamedTuple):
    """A bundle.

    Attributes:
        data: the file.
        manifest: what it lists.
        manifest_sha256: what the signature covers, hex.
        made: the assessment in it.
        notes: what is to be told of the anchors.
    """

    data: bytes
    manifest: Manifest
    manifest_sha256: str
    made: Made
    notes: tuple[str, ...]


def pack(loaded: LoadedProfile, given: Given, key: SigningKey) -> Packed:
    """Make a bundle.

    1. Read every file of the call, and find its place.
    2. Assess the copies, in a folder of their own: the result is about these bytes, under these names.
    3. List them all with size and digest, and the result and the signer's public key.
    4. Sign the list, and write all into one archive.

    Args:
        loaded: the profile.
        given: the call.
        key: the user's.

    Raises:
        UsageError: something cannot be packed.
        IotassessError: something that the call names cannot be used.
    """
    laid = lay_out(loaded, given)
    with unpacked({path: file.data for path, file in laid.files.items()}) as root:
        made = make(root, laid.call)
    own = {RESULT: made.result, SIGNER: key.public_pem}
    listed = _manifest(laid, made, own)
    text = manifest.write(listed)
    if len(text) > manifest.MAX_BYTES:
        raise UsageError(f"the list of files has {len(text)} bytes, at most {manifest.MAX_BYTES} are read")
    _check(text)
    signature = sign1(key, text, content_type=MEDIA_TYPE, detached=True)
    files = {path: file.data for path, file in laid.files.items()}
    try:
        data = archive.write({**files, **own, MANIFEST: text, SIGNATURE: signature})
    except archive.UnreadableBundle as fault:
        raise UsageError(f"it cannot be packed: {fault.message}", hint="leave something out") from fault
    return Packed(data, listed, manifest.digest(text), made, laid.notes)


def _check(text: bytes) -> None:
    """Read the manifest as whoever gets the bundle will: what they would refuse is not packed."""
    try:
        manifest.read(text)
    except archive.UnreadableBundle as fault:
        raise UsageError(f"it cannot be packed: {fault.message}", hint="leave something out") from fault


def _manifest(laid: Layout, made: Made, own: Mapping[str, bytes]) -> Manifest:
    rows = [manifest.file(path, one.role, one.name, one.data) for path, one in laid.files.items()]
    rows.append(manifest.file(RESULT, "result", RESULT, own[RESULT]))
    rows.append(manifest.file(SIGNER, "signer", SIGNER, own[SIGNER]))
    return Manifest(__version__, laid.call, tuple(_catalogues(laid, made)), tuple(rows))


def _catalogues(laid: Layout, made: Made) -> list[UsedCatalogue]:
    return [
        UsedCatalogue(one.id, one.edition, one.sha256, name if name in laid.files else None)
        for name, one in made.catalogues
    ]
