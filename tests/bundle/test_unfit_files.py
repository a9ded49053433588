"""Files that no bundle has by its making are refused by whoever reads it, though the maker signed them."""

import json

import pytest

from iotassess.bundle.manifest import MANIFEST
from tests.bundle.making import ANCHOR, KEYS, files, ids, looked_at, relisted, signed, together

PRIVATE = (KEYS / "rogue.key.pem").read_bytes()
PRIVATE = PRIVATE[PRIVATE.index(b"-----BEGIN") :]
SECRET = json.dumps({"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQ"}).encode()


def reasons(changed, **rows):
    """Reasons against a bundle with changed files, which the maker signed."""
    listed = relisted({**files(), **changed})
    if rows:
        value = json.loads(listed[MANIFEST])
        for row in value["files"]:
            if row["path"] in changed:
                row.update(rows)
        listed = {**listed, MANIFEST: (json.dumps(value, indent=2) + "\n").encode()}
    found = looked_at(together(signed(listed)))
    return [(one.id, one.path) for one in found.reasons if one.id in ("secret-in-bundle", "anchor-form")]


def test_what_create_writes_is_fit():
    assert reasons({}) == []


@pytest.mark.parametrize("data", [PRIVATE, SECRET], ids=["private", "shared"])
@pytest.mark.parametrize("role", ["artefact", "image", "document"])
def test_a_secret_among_the_files_is_told(data, role):
    assert reasons({"artefacts/k": data}, role=role) == [("secret-in-bundle", "artefacts/k")]


@pytest.mark.parametrize("data", [PRIVATE, SECRET], ids=["private", "shared"])
def test_a_secret_as_anchor_is_told(data):
    assert reasons({ANCHOR: data}) == [("secret-in-bundle", ANCHOR)]


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem + (KEYS / "rogue.pub.pem").read_bytes(),
        lambda pem: b"a word before it\n" + pem,
        lambda pem: pem + b"\n",
        lambda pem: (KEYS / "update-p256.pub.jwk.json").read_bytes(),
        lambda pem: b"nonsense",
    ],
    ids=["several", "before", "behind", "as JWK", "no key"],
)
def test_an_anchor_in_another_form_is_told(change):
    assert reasons({ANCHOR: change(files()[ANCHOR])}) == [("anchor-form", ANCHOR)]


def test_another_key_in_the_right_form_is_no_matter_of_form():
    changed = {**files(), ANCHOR: (KEYS / "rogue.pub.pem").read_bytes()}
    assert "anchor-form" not in ids(looked_at(together(relisted(changed))))


def test_a_secret_is_never_waived():
    found = looked_at(together(signed(relisted({**files(), "artefacts/k": PRIVATE}))), allow_unsigned=True)
    assert "secret-in-bundle" in ids(found)
