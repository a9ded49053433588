"""A bundle held against itself, and against the anchors of whoever was given it."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from iotassess import __version__
from iotassess.bundle import archive, manifest
from iotassess.bundle.archive import UnreadableBundle
from iotassess.bundle.manifest import MANIFEST, SIGNATURE, Manifest
from iotassess.bundle.public import anchor_file, refuse_secret
from iotassess.bundle.rerun import rerun
from iotassess.bundle.signature import check_signature
from iotassess.codec.keys import KeyFault
from iotassess.errors import ProfileError, UsageError
from iotassess.evidence.anchor_files import Anchor, AnchorSpec, parse_anchors
from iotassess.evidence.trust import TrustStore
from iotassess.model.assessment import AsOf
from iotassess.model.bundle import UNVOUCHED, BundleCheck, Reason
from iotassess.profile import load_profile_bytes


def check(
    name: str, data: bytes, anchors: Sequence[AnchorSpec], as_of: AsOf, *, allow_unsigned: bool = False
) -> BundleCheck:
    """Verify a bundle.

    1. Read the archive and the manifest. What cannot be read without guessing is no bundle.
    2. Hold every file against the manifest: none too much, none too few, each of its size and digest.
    3. Refuse secrets, and trust anchors that are not written as :func:`anchor_file` writes them.
    4. Check the signature, by the key that comes with it and by the user's anchors.
    5. Make the assessment anew from the files, if they are those of the manifest and the
       signature is one that a bundle has, and compare.

    Args:
        name: of the file, as given.
        data: the file.
        anchors: of the user; those for results can authenticate the manifest.
        as_of: when the certificate of an anchor has to be valid. The assessment has its own moment.
        allow_unsigned: the user knows that nobody vouches for the bundle.

    Raises:
        UsageError: an anchor is unusable.
    """
    store = TrustStore.load(anchors)
    whole = BundleCheck(name, len(data), hashlib.sha256(data).hexdigest(), (), __version__)
    try:
        files = archive.read(data)
        listed = manifest.read(_manifest(files))
    except UnreadableBundle as fault:
        return replace(whole, reasons=(Reason("unreadable", "", fault.message),))
    if example := _is_example(files.get(listed.call.profile, b"")):
        store = TrustStore.load(anchors, example=True)
    wrong = tuple(_wrong_files(listed, files))
    unfit = tuple(_unfit_files(listed, files))
    signed = check_signature(files, store, as_of, example=example)
    odd = signed.authenticity == "failed" and not signed.signatures
    again = None if wrong or odd else rerun(listed, files)
    reasons = (*wrong, *unfit, *signed.reasons, *(() if again is None else again.reasons))
    put_aside = tuple(r for r in reasons if allow_unsigned and r.id in UNVOUCHED)
    found = replace(
        whole,
        reasons=tuple(r for r in reasons if r not in put_aside),
        waived=put_aside,
        manifest_sha256=manifest.digest(files[MANIFEST]),
        authenticity=signed.authenticity,
        signatures=signed.signatures,
        problems=signed.problems,
        files=len(listed.files),
        made_by=listed.tool_version,
        command="assess" if listed.call.gate is None else "gate",
        as_of=listed.call.as_of,
        challenges=tuple((one.value.hex(), one.artefact or "") for one in listed.call.nonces),
        max_age=None if listed.call.max_age is None else int(listed.call.max_age.total_seconds()),
        example=example,
        policy=None if listed.call.gate is None else listed.call.gate.policy,
    )
    if again is None:
        return found
    return replace(
        found,
        rerun=again.state,
        differences=again.differences,
        left_out=again.left_out,
        assessment=None if again.made is None else again.made.assessment,
    )


def look(data: bytes) -> Manifest:
    """Read what a bundle says of itself; nothing of it is checked but its form.

    Raises:
        UnreadableBundle: it is none.
    """
    return manifest.read(_manifest(archive.read(data)))


def _manifest(files: Mapping[str, bytes]) -> bytes:
    if MANIFEST not in files:
        raise UnreadableBundle(f"it has no {MANIFEST}, so it is no bundle")
    return files[MANIFEST]


def _is_example(data: bytes) -> bool:
    """Whether the profile says that it is an example; one that cannot be read says nothing."""
    try:
        return load_profile_bytes(data, "profile").profile.example
    except ProfileError:
        return False


def _wrong_files(listed: Manifest, files: Mapping[str, bytes]) -> Iterator[Reason]:
    """Hold the files against the manifest."""
    rows = {row.path: row for row in listed.files}
    for path, data in files.items():
        row = rows.get(path)
        if row is None:
            if path not in (MANIFEST, SIGNATURE):
                yield Reason("file-unlisted", path, "it is in the bundle, and the manifest does not list it")
        elif row.size != len(data):
            told = f"it has {len(data)} bytes, the manifest says {row.size}"
            yield Reason("file-changed", path, told)
        elif (found := manifest.digest(data)) != row.sha256:
            yield Reason("file-changed", path, f"its SHA-256 is {found}, the manifest says {row.sha256}")
    for path in rows:
        if path not in files:
            yield Reason("file-missing", path, "the manifest lists it, and it is not in the bundle")


def _unfit_files(listed: Manifest, files: Mapping[str, bytes]) -> Iterator[Reason]:
    """Name the files that no bundle has by its making: secrets, and anchors in another form.

    An anchor that the profile names is a file of the product's, and stays as it is.
    """
    called = {anchor.path for anchor in listed.call.anchors}
    rows = {row.path: row for row in listed.files}
    for path, data in files.items():
        row = rows.get(path)
        try:
            refuse_secret(data, "it", look_inside=row is None or row.role != "image")
        except UsageError as fault:
            yield Reason("secret-in-bundle", path, f"{fault.message}; whoever has the bundle has it")
            continue
        # What is not the file of the manifest is told as that, and not for what it became.
        listed_so = row is not None and manifest.digest(data) == row.sha256
        if row is not None and listed_so and path in called and not _is_as_written(path, row.name, data):
            told = "got another form, expected one public key or certificate as `bundle create` writes it"
            yield Reason("anchor-form", path, told)


def _is_as_written(path: str, name: str, data: bytes) -> bool:
    try:
        found = parse_anchors(data)
        own = [anchor_file(Anchor(name, content, None, "user")) for content in found]
    except (KeyFault, UsageError):
        return False
    return own == [(posixpath.basename(path), data)]
