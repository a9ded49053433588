"""A value of the wrong type or form is told with what was expected and what to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from iotassess.profile import Fault, InvalidProfile, load_profile_bytes, render

Edits = Callable[[Any], Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]]
MINIMAL = "product: {vendor: Example, model: Node 1}\n"


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InvalidProfile) as caught:
        load_profile_bytes(text.encode(), "profile.yaml")
    return caught.value.faults


def fault(text: str) -> Fault:
    (found,) = faults(text)
    return found


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
            "keys: [{name: My key}]",
            "keys[0].name: got 'My key', expected a name of up to 64",
            'did you mean "my-key"?',
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


WRONG: list[Any] = ["\u00a0§", True, 1.5, [], [[]], {"zzz": 1}, None, 10**30, "", "x" * 3000]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_wrong_values_anywhere_are_told_in_our_words(wrong: Any, edits: Edits) -> None:
    told = [(path, row) for path, profile in edits(wrong) for row in _faults_of(json.dumps(profile).encode())]
    assert len(told) > 10
    for path, row in told:
        line = render(row, "p")
        assert "pydantic" not in line
        assert "Input should" not in line
        assert "https://errors" not in line
        assert row.message
        assert row.hint
        assert row.column > 1
        assert row.path.startswith(str(path[0]))
        # An unforeseen kind of error would be told as "got the text …, expected text".
        got, _, expected = row.message.rpartition(", expected ")
        assert not ("got the text" in got and expected == "text"), row


def _faults_of(data: bytes) -> tuple[Fault, ...]:
    try:
        return load_profile_bytes(data, "p").faults
    except InvalidProfile as error:
        return error.faults
