"""Whatever is wrong with a profile is told at once, in our words, at its line and column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec.yaml import MAX_SIZE
from iotassess.errors import ProfileError, UsageError
from iotassess.profile import Fault, InvalidProfile, load_profile, load_profile_bytes, render
from iotassess.profile.faults import MAX_FAULTS

Edits = Callable[[Any], Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]]
MINIMAL = "product: {vendor: Example, model: Node 1}\n"


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InvalidProfile) as caught:
        load_profile_bytes(text.encode(), "profile.yaml")
    return caught.value.faults


def fault(text: str) -> Fault:
    (found,) = faults(text)
    return found


# --- what can be used ----------------------------------------------------------------------------


def test_a_loaded_profile_knows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(MINIMAL)
    loaded = load_profile(path)
    assert loaded.path == path
    assert loaded.sha256 == hashlib.sha256(MINIMAL.encode()).hexdigest()
    assert loaded.profile.product.model == "Node 1"
    assert loaded.document.marks[("product", "model")] == (1, 35)
    assert loaded.faults == ()


def test_json_is_read_as_yaml() -> None:
    text = json.dumps({"product": {"vendor": "Example", "model": "Node\n1/2"}, "boot": None}, indent=2)
    loaded = load_profile_bytes(text.encode(), "profile.json")
    assert loaded.profile.product.model == "Node\n1/2"
    assert loaded.document.marks[("product", "model")].line == 4


def test_null_is_not_declared() -> None:
    loaded = load_profile_bytes((MINIMAL + "update:\n  ota:\n  supported: ~\n").encode(), "p")
    assert loaded.profile.update is not None
    assert loaded.profile.update.ota is None
    assert loaded.profile.update.supported is None


# --- what cannot be read -------------------------------------------------------------------------


def test_a_missing_file_is_a_fault_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file") as caught:
        load_profile(tmp_path / "absent.yaml")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", [".", "a\0b"], ids=["folder", "nul"])
def test_what_cannot_be_opened_is_a_profile_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProfileError, match="cannot be read") as caught:
        load_profile(tmp_path / name)
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "image.bin"
    with path.open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    with pytest.raises(ProfileError, match="larger than 1048576 bytes"):
        load_profile(path)


def test_yaml_faults_have_the_same_shape() -> None:
    found = fault("product: {vendor: Example\nmodel: x")
    assert found[0] == "error"
    assert found.message.startswith("not YAML: ")
    assert (found.path, found.line, found.column, found.rule) == ("", 2, 6, "yaml")
    assert found.hint


@pytest.mark.parametrize(
    ("text", "got"), [("", "nothing"), ("# only this", "nothing"), ("- a", "a list"), ("text", "a value")]
)
def test_a_file_that_is_no_mapping(text: str, got: str) -> None:
    found = fault(text)
    assert found.message == f"the file holds {got}, expected a mapping with the key product"
    assert (found.line, found.column) == (1, 1)


# --- keys ----------------------------------------------------------------------------------------


def test_a_misspelt_key_is_shown_at_the_key() -> None:
    assert fault(MINIMAL + "update:\n  ota: true\n  suported: true\n") == Fault(
        "error",
        "unknown key 'suported' in update",
        "update.suported",
        4,
        3,
        "did you mean supported?",
        "unknown-key",
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("trust-anchors: []\n", "did you mean trust_anchors?"),
        ("Boot: {}\n", "did you mean boot?"),
        ("secure_boot: true\n", "it belongs to boot.secure_boot"),
        ("secure-boot: true\n", "it belongs to boot.secure_boot"),
        ("zzzzzz: true\n", "known here: schema, example, product,"),
        ("x" * 100 + ": true\n", "known here: "),
    ],
)
def test_an_unknown_key_at_the_top(text: str, hint: str) -> None:
    found = fault(MINIMAL + text)
    assert found.message.endswith("at the top")
    assert found.hint.startswith(hint)
    assert (found.line, found.column) == (2, 1)


def test_the_inner_name_of_a_key_is_unknown() -> None:
    found = fault(MINIMAL + "schema_id: iotassess/profile/v1\n")
    assert found.message == "unknown key 'schema_id' at the top"
    assert found.hint == "did you mean schema?"


def test_a_missing_key_is_shown_at_what_lacks_it() -> None:
    assert fault("example: true\nproduct:\n  vendor: Example\n") == Fault(
        "error", "product has no model", "product.model", 2, 1, "add the key model", "missing-key"
    )


def test_a_missing_key_of_a_list_member_is_shown_at_the_member() -> None:
    found = fault(MINIMAL + "keys:\n  - name: a\n  - unique: true\n")
    assert found.message == "keys[1] has no name"
    assert (found.line, found.column) == (4, 5)


def test_a_profile_without_product() -> None:
    found = fault("example: true\n")
    assert found.message == "the profile has no product"
    assert (found.line, found.column) == (1, 1)


# --- all at once ---------------------------------------------------------------------------------


def test_every_error_is_told_in_the_order_of_the_text() -> None:
    text = "update:\n  otta: true\n  transport: [ftps]\nproduct:\n  vendor: 3\n"
    with pytest.raises(ProfileError) as caught:
        load_profile_bytes(text.encode(), "dir/profile.yaml")
    assert str(caught.value) == (
        "dir/profile.yaml:2:3: unknown key 'otta' in update\n"
        "  did you mean ota?\n"
        "dir/profile.yaml:3:15: update.transport[0]: got the text 'ftps', expected one of https, coaps, "
        "coap, http, mqtts, tftp, ftp, ble, usb, cbor\n"
        "  did you mean ftp?\n"
        "dir/profile.yaml:4:1: product has no model\n"
        "  add the key model\n"
        "dir/profile.yaml:5:11: product.vendor: got the number 3, expected text\n"
        '  quote it: "3"'
    )
    assert caught.value.exit_code == 3


def test_a_hostile_number_of_errors_is_cut() -> None:
    text = MINIMAL + "".join(f"a{n}: 1\n" for n in range(3 * MAX_FAULTS))
    with pytest.raises(InvalidProfile) as caught:
        load_profile_bytes(text.encode(), "p")
    assert len(caught.value.faults) == MAX_FAULTS
    assert str(caught.value).endswith(f"only the first {MAX_FAULTS} errors are told")


def test_thousands_of_wrong_references_are_cut() -> None:
    stages = ", ".join(f"{{name: s{n}, verified_by: t{n}}}" for n in range(4000))
    found = faults(MINIMAL + f"boot: {{stages: [{stages}]}}")
    assert sum(fault.rule == "boot-stage-unknown" for fault in found) == MAX_FAULTS
    assert all(len(fault.hint) < 1000 for fault in found)


def test_a_hostile_text_is_cut_and_made_harmless() -> None:
    found = fault(MINIMAL + f'update: {{ota: "\\u202e{"b" * 500}"}}')
    assert len(found.message) < 200
    assert "\u202e" not in found.message
    strange = fault(MINIMAL + '"a\\u202e": 1')
    assert "\u202e" not in strange.message + strange.path


def test_a_warning_is_rendered_as_one() -> None:
    row = Fault("warning", "unusual", "update", 3, 4, "", "some-rule")
    assert render(row, "p.yaml") == "p.yaml:3:4: warning: unusual"
