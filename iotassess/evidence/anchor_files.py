"""Trust anchors as they are written down: ``-t [PURPOSE=]PATH``, and the files and folders at PATH.

A file holds public keys or certificates in PEM or DER, a JWK or JWK set, or a COSE_Key or set of it in CBOR;
a shared secret comes only in the last two. A folder is walked: files in a sub-folder that is named like a
purpose are for that purpose. Whatever cannot be read is the user's mistake (:class:`UsageError`): a trust
anchor that is silently left out would turn "authenticated" into "no key" without a reason.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iotassess.codec import cbor, jose, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.errors import MalformedArtefact, UsageError
from iotassess.evidence.collect import kind_of
from iotassess.model.artefact import PURPOSES, AnchorSource, Purpose

if TYPE_CHECKING:
    from cryptography import x509

MAX_ANCHOR_FILE_BYTES: Final = 1 << 20
"""Longest file of anchors: a key has some hundred bytes and a certificate some thousand; a set of a thousand
fits a mebibyte."""

MAX_ANCHOR_FILES: Final = 100_000
"""Files in one folder of anchors. More than that is the wrong folder."""

MAX_FOLDER_DEPTH: Final = 8
"""Folders within a folder of anchors; purposes need one level."""

_SUFFIXES: Final = frozenset(
    {
        *(".pem", ".der", ".cer", ".crt", ".cert", ".jwk", ".jwks", ".json", ".cbor", ".cose", ".ckey"),
        *(".key", ".pub", ".public"),
    }
)
"""Endings that say only how a key is written; an anchor's name goes without them."""

_EXPECTED: Final = (
    "expected public keys or certificates in PEM or DER, a JWK (set) or a COSE_Key (set) in CBOR"
)


class AnchorSpec(NamedTuple):
    """Where to read trust anchors, as somebody named it.

    Attributes:
        path: file or folder.
        purpose: what they are for, or None where it was not said.
        source: who named it.
    """

    path: Path
    purpose: Purpose | None
    source: AnchorSource = "user"


class Anchor(NamedTuple):
    """One key or certificate out of a file.

    Attributes:
        name: from the file's name; made unique by the store.
        content: the key or certificate.
        purpose: what it is for, or None.
        source: who named it.
    """

    name: str
    content: Key | x509.Certificate
    purpose: Purpose | None
    source: AnchorSource


# --- the option ---------------------------------------------------------------------------------


def parse_anchor_spec(text: str, *, source: AnchorSource = "user") -> AnchorSpec:
    """Read the value of ``-t``: ``[PURPOSE=]PATH``.

    Args:
        text: the value; a path may itself contain "=".
        source: who named it.

    Raises:
        UsageError: no path is given, or what stands before "=" is no purpose and the whole no file.
    """
    before, equals, after = text.partition("=")
    if equals and before in PURPOSES:
        path = after
        purpose: Purpose | None = before
    elif equals and "/" not in before and kind_of(Path(text)) == "missing":
        near = difflib.get_close_matches(before, PURPOSES, n=1)
        raise UsageError(
            f"trust anchor {text!r}: {before!r} is no purpose; expected one of {', '.join(PURPOSES)}",
            hint=f"did you mean {near[0]}={after}?" if near else "write -t PURPOSE=PATH, or -t PATH",
        )
    else:
        path, purpose = text, None
    if not path:
        raise UsageError(
            f"trust anchor {text!r} names no file; expected [PURPOSE=]PATH",
            hint="give the path of a key, a certificate, or a folder of them",
        )
    return AnchorSpec(Path(path), purpose, source)


# --- files and folders --------------------------------------------------------------------------


def read_anchors(spec: AnchorSpec, notes: list[str]) -> Iterator[Anchor]:
    """Read all anchors that were named at one place, in a stable order.

    Args:
        spec: where, what for, and who named it.
        notes: takes what was skipped or deserves a warning.

    Raises:
        UsageError: it is missing, empty, or holds something that is neither key nor certificate.
    """
    if kind_of(spec.path) != "folder":
        yield from _read_file(spec.path, spec, spec.purpose, notes)
        return
    found = False
    for file, purpose in _walk(spec.path, spec, spec.purpose, notes, 0):
        found = True
        yield from _read_file(file, spec, purpose, notes)
    if not found:
        raise UsageError(
            f"the folder {spec.path} holds no trust anchor; {_EXPECTED}",
            hint="files that begin with a dot or README are not read",
        )


def _walk(
    folder: Path, spec: AnchorSpec, purpose: Purpose | None, notes: list[str], depth: int
) -> Iterator[tuple[Path, Purpose | None]]:
    """Give the files of a folder of anchors with their purposes, sorted by name."""
    if depth > MAX_FOLDER_DEPTH:
        raise UsageError(f"trust anchors: {folder} is more than {MAX_FOLDER_DEPTH} folders deep")
    try:
        entries = sorted(folder.iterdir())
    except OSError as fault:
        raise UsageError(f"trust anchors: the folder {folder} cannot be read: {fault.strerror}") from fault
    if len(entries) > MAX_ANCHOR_FILES:
        raise UsageError(
            f"trust anchors: {folder} has {len(entries)} files; at most {MAX_ANCHOR_FILES} are read",
            hint="was the wrong folder named?",
        )
    for entry in entries:
        if entry.name.startswith(".") or entry.name.upper().startswith("README"):
            continue
        if entry.is_symlink() and not entry.resolve().is_relative_to(spec.path.resolve()):
            notes.append(f"trust anchor {entry} was not read: the link leaves the folder {spec.path}")
        elif kind_of(entry) != "folder":
            yield entry, purpose
        else:
            yield from _walk(entry, spec, _purpose_of(entry, purpose, notes), notes, depth + 1)


def _purpose_of(folder: Path, inherited: Purpose | None, notes: list[str]) -> Purpose | None:
    name = folder.name
    if name not in PURPOSES:
        served = f"for {inherited}" if inherited else "for every purpose"
        notes.append(f"trust anchors: the folder {folder} is not named like a purpose: it is read {served}")
        return inherited
    if inherited is not None and inherited != name:
        raise UsageError(
            f"trust anchors: the folder {folder} is for {name!r}, but it was named for {inherited!r}",
            hint="name the folder above it without a purpose, or this folder alone",
        )
    return name


def _load(path: Path) -> bytes:
    kind = kind_of(path)
    if kind != "file":
        what = "does not exist" if kind == "missing" else "is no plain file that can be read"
        raise UsageError(f"trust anchor {path} {what}; {_EXPECTED}", hint="check the path after -t")
    try:
        size = path.stat().st_size
        if size > MAX_ANCHOR_FILE_BYTES:
            raise UsageError(
                f"trust anchor {path} has {size} bytes; expected at most {MAX_ANCHOR_FILE_BYTES}",
                hint="spread a large key set over several files in a folder",
            )
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(
            f"trust anchor {path} cannot be read: {fault.strerror}", hint="check its permissions"
        ) from fault


def _read_file(path: Path, spec: AnchorSpec, purpose: Purpose | None, notes: list[str]) -> Iterator[Anchor]:
    data = _load(path)
    try:
        contents = parse_anchors(data)
    except KeyFault as fault:
        raise UsageError(
            f"trust anchor {path} cannot be used: {fault.message}", hint=fault.hint or _EXPECTED
        ) from fault
    stem = _stem(path)
    for index, content in enumerate(contents):
        name = stem if len(contents) == 1 else f"{stem}[{index}]"
        if isinstance(content, Key):
            _note(name, content, notes)
        yield Anchor(name, content, purpose, spec.source)


def _note(name: str, key: Key, notes: list[str]) -> None:
    if key.private:
        notes.append(
            f"trust anchor {name!r} was a private key: only its public half is used; "
            "keep private keys away from here"
        )
    if not key.may_verify or key.curve.startswith("X"):
        notes.append(f"trust anchor {name!r} is not a key to verify signatures with: it verifies nothing")


def _stem(path: Path) -> str:
    name = path.name
    while Path(name).suffix.lower() in _SUFFIXES and Path(name).stem:
        name = Path(name).stem
    return name


# --- formats ------------------------------------------------------------------------------------


def parse_anchors(data: bytes) -> list[Key | x509.Certificate]:
    """Read the keys and certificates of one file, of whichever format it is.

    Args:
        data: the file's bytes.

    Raises:
        KeyFault: it holds none, or one that cannot be used.
    """
    if not data.strip():
        raise KeyFault("the file is empty", hint=_EXPECTED)
    if data.lstrip()[:1] == b"{":
        return list(jose.parse_jwk_set(data.strip()))
    if data[0] >> 5 in (4, 5):  # a CBOR array or map; PEM is text, and DER begins with 0x30
        return list(_cose_keys(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about lax encodings of certificates, which harm nobody
        try:
            return keys.load_pem_or_der(data)
        except _invalid_version() as fault:
            raise KeyFault(
                "the certificate has a version that X.509 does not have", hint=_EXPECTED
            ) from fault


def _invalid_version() -> type[Exception]:
    """The error for a certificate's version number; it is no ValueError."""
    from cryptography.x509 import InvalidVersion

    return InvalidVersion


def _cose_keys(data: bytes) -> list[Key]:
    try:
        value: Any = cbor.loads(data)
    except MalformedArtefact as fault:
        raise KeyFault(f"the CBOR cannot be read: {fault.message}", hint=_EXPECTED) from fault
    members = [value] if isinstance(value, Mapping) else list(value)
    if not 0 < len(members) <= jose.MAX_KEYS:
        raise KeyFault(f"a COSE_KeySet of {len(members)} keys; expected 1 to {jose.MAX_KEYS}")
    return [keys.from_cose_key(member) for member in members]
