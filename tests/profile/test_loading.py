"""Whatever is wrong with a profile is told at once, in our words, at its line and column."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec.yaml import MAX_SIZE
from iotassess.errors import ProfileError, UsageError
from iotassess.profile import Fault, InvalidProfile, load_profile, load_profile_bytes, render
from iotassess.profile.faults import MAX_FAULTS

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
    assert fault("product: {vendor: Example\nmodel: x") == Fault(
        "error",
        "not YAML: a [ or { is not closed as it should be",
        "",
        2,
        6,
        "look for a missing comma, closing bracket or closing brace",
        "yaml",
    )


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


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "components: [{name: a, version: 1.10}]",
            "components[0].version: got the number 1.1, expected text",
            'quote it: "1.10"',
        ),
        (
            "identity: {hwmodel: 0x10}",
            "identity.hwmodel: got the number 16, expected text",
            'quote it: "0x10"',
        ),
        (
            "support: {contact: true}",
            "support.contact: got the boolean true, expected text",
            'quote it: "true"',
        ),
        ("support: {contact: [a]}", "support.contact: got a list, expected text", "write one text"),
        (
            "update: {ota: 'true'}",
            "update.ota: got the text 'true', expected true or false",
            "without quotes",
        ),
        ("update: {ota: yes}", "update.ota: got the text 'yes', expected true or false", "write true"),
        ("update: {ota: Off}", "update.ota: got the text 'Off', expected true or false", "write false"),
        ("update: {ota: 1}", "update.ota: got the number 1, expected true or false", "write true or false"),
        ("update: {ota: perhaps}", "update.ota: got the text 'perhaps'", "write true or false"),
        (
            "components: [{name: a, size: '10'}]",
            "components[0].size: got the text '10', expected a whole number",
            "write 10 without quotes",
        ),
        (
            "components: [{name: a, size: 1.0}]",
            "components[0].size: got the number 1.0, expected a whole number",
            "write a whole number",
        ),
        ("components: [{name: a, size: -1}]", "components[0].size: got -1, expected at least 0", "correct"),
        (
            "interfaces: [{name: a, port: 65536}]",
            "interfaces[0].port: got 65536, expected at most 65535",
            "corr",
        ),
        (
            "update: [a]",
            "update: got a list, expected a mapping",
            "write its keys below it, indented: supported,",
        ),
        ("update: true", "update: got the boolean true, expected a mapping", "write its keys below it"),
        ("keys: {name: a}", "keys: got a mapping, expected a list", "begin each member with '- '"),
        ("keys: {}", "keys: got an empty mapping, expected a list", "begin each member with '- '"),
        ("keys: [[]]", "keys[0]: got an empty list, expected a mapping", "write its keys below it"),
        ("keys: [~]", "keys[0]: got nothing, expected a mapping", "write the value, or remove the line"),
        ("example:", "example: got nothing, expected true or false", "write the value, or remove the line"),
        (
            "update: {transport: https}",
            "update.transport: got the text 'https', expected a list",
            "begin each member with '- '",
        ),
        (
            "update: {transport: [htps]}",
            "update.transport[0]: got the text 'htps', expected one of https, coaps, coap, http",
            "did you mean https?",
        ),
        (
            "debug: {state: disabled_permanently}",
            "debug.state: got the text 'disabled_permanently', expected one of enabled, disabled,",
            "did you mean disabled-permanently?",
        ),
        ("debug: {state: qqq}", "debug.state: got the text 'qqq', expected one of", "choose one of these"),
        (
            "debug: {state: false}",
            "debug.state: got the boolean false, expected one of",
            "choose one of these",
        ),
        (
            "schema: iotassess/profile/v2",
            "schema: got the text 'iotassess/profile/v2', expected iotassess/profile/v1",
            "did you mean iotassess/profile/v1?",
        ),
        (
            "keys: [{name: a b}]",
            "keys[0].name: got 'a b', expected a name of up to 64",
            'did you mean "a-b"?',
        ),
        (
            "identity: {hwmodel: 'AB:CD'}",
            "identity.hwmodel: got 'AB:CD', expected bytes in lower-case hex",
            'did you mean "abcd"?',
        ),
        ("identity: {hwmodel: abc}", "identity.hwmodel: got 'abc', expected bytes", "correct the value"),
        (
            "identity: {vendor_id: 6BA7B8109DAD11D180B400C04FD430C8}",
            "identity.vendor_id: got '6BA7B8109DAD11D180B400C04FD430C8', expected a UUID",
            'did you mean "6ba7b810-9dad-11d1-80b4-00c04fd430c8"?',
        ),
        (
            "components: [{name: a, digest: 'sha256:" + "AB" * 32 + "'}]",
            "components[0].digest: got 'sha256:ABABAB",
            'did you mean "sha-256:abab',
        ),
        (
            "components: [{name: a, digest: 'sha-256:abcd'}]",
            "components[0].digest: got 'sha-256:abcd', expected a digest as sha-256:hex",
            "correct the value",
        ),
        ("support: {contact: ''}", "support.contact: got an empty text", "write the text"),
        ("support: {contact: '  '}", "support.contact: got an empty text", "write the text"),
        (
            f"support: {{contact: {'a' * 2001}}}",
            "support.contact: got 2001 characters, expected at most 2000",
            "shorten it",
        ),
        ("evidence: [{}]", "evidence[0]: got none of them, expected one of artefact,", "name the file"),
        (
            "evidence: [{artefact: a, image: b}]",
            "evidence[0]: got artefact and image, expected one of artefact, image and trust_anchor",
            "give each file an entry of its own",
        ),
    ],
)
def test_a_wrong_value_says_got_expected_and_what_to_write(text: str, message: str, hint: str) -> None:
    found = fault(MINIMAL + text)
    assert found.message.startswith(message)
    assert hint in found.hint
    assert found.line == 2


def test_a_url_is_no_domain() -> None:
    found = fault("product: {vendor: Example, model: a, vendor_domain: 'https://example.com/x'}")
    assert found.hint == 'did you mean "example.com"?'


@pytest.mark.parametrize(
    "date",
    ["0", "86400", "20270331", "'86400'", "'2027-03-31T00:00:00'", "true", "1.5", "31.3.2027", "[2027]"],
)
def test_a_date_has_one_form(date: str) -> None:
    found = fault(MINIMAL + f"support:\n  until: {date}\n")
    assert found.message.startswith("support.until: got ")
    assert found.message.endswith(", expected a date as YYYY-MM-DD")
    assert (found.line, found.column) == (3, 10)
    assert found.rule == "type"


@pytest.mark.parametrize("date", ["2027-02-30", "0000-01-01", "2027-13-01"])
def test_a_date_is_in_the_calendar(date: str) -> None:
    assert "expected a date as YYYY-MM-DD" in fault(MINIMAL + f"support: {{until: {date}}}").message


def test_dates_in_lists_and_documents_have_one_form() -> None:
    found = faults(
        MINIMAL + "trust_anchors: [{name: a, expires: 1}]\n"
        "process: {roles: {document: {path: a, digest: 'sha-256:" + "ab" * 32 + "', date: 1}}}\n"
    )
    assert [f.path for f in found] == ["trust_anchors[0].expires", "process.roles.document.date"]


def test_an_alias_is_blamed_where_it_stands() -> None:
    found = fault("product: {vendor: &v Example, model: Node 1}\nupdate:\n  ota: *v\n")
    assert (found.line, found.column) == (3, 8)


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


def test_a_hostile_text_is_cut_and_made_harmless() -> None:
    found = fault(MINIMAL + f'update: {{ota: "\\u202e{"b" * 500}"}}')
    assert len(found.message) < 200
    assert "\u202e" not in found.message
    strange = fault(MINIMAL + '"a\\u202e": 1')
    assert "\u202e" not in strange.message + strange.path


def test_a_warning_is_rendered_as_one() -> None:
    row = Fault("warning", "unusual", "update", 3, 4, "", "some-rule")
    assert render(row, "p.yaml") == "p.yaml:3:4: warning: unusual"


# --- every leaf ----------------------------------------------------------------------------------

WRONG: list[Any] = ["\u00a0§", True, 3, 1.5, [], [[]], {}, {"zzz": 1}, None, [None], 10**30, "", "x" * 3000]


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += _places(inner, (*path, key))
    return found


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_wrong_values_anywhere_are_told_in_our_words(wrong: Any, everything: dict[str, Any]) -> None:
    failed = 0
    for path in _places(everything):
        here = everything
        for step in path[:-1]:
            here = here[step]
        kept, here[path[-1]] = here[path[-1]], wrong
        try:
            load_profile_bytes(json.dumps(everything).encode(), "p")
        except InvalidProfile as error:
            failed += 1
            text = str(error)
            assert "pydantic" not in text
            assert "Input should" not in text
            assert "https://errors" not in text
            assert all(f.message and f.hint and f.line == 1 and f.column > 1 for f in error.faults), text
        here[path[-1]] = kept
    assert failed > 10


def test_every_kind_of_error_of_the_model_has_its_words(everything: dict[str, Any]) -> None:
    """No error is told as "got text, expected text", which is what an unforeseen kind would give."""
    for wrong in WRONG:
        for path in _places(everything):
            here = everything
            for step in path[:-1]:
                here = here[step]
            kept, here[path[-1]] = here[path[-1]], wrong
            try:
                load_profile_bytes(json.dumps(everything).encode(), "p")
            except InvalidProfile as error:
                for row in error.faults:
                    got, _, expected = row.message.rpartition(", expected ")
                    assert not ("got the text" in got and expected == "text"), row
            here[path[-1]] = kept
