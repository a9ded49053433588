"""``iotassess inspect``: the tree of any file, in both forms, with the contract's exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = FIXTURES / "good/sensor-node"


def nodes(tree):
    yield tree
    for child in tree["children"]:
        yield from nodes(child)


def test_a_file_is_shown_with_kind_digest_claims_and_tree(run):
    ran = run("inspect", GOOD / "eat.cbor")
    assert ran.code == 0
    assert "eat-cwt · unverified · 538 bytes" in ran.out
    assert "\n  dbgstat = disabled-permanently (3)\n" in ran.out
    assert "\n00000095      1  190107: 03" in ran.out


def test_several_files_have_a_tree_each_and_an_empty_line_between(run):
    ran = run("inspect", GOOD / "eat.cbor", GOOD / "update.suit")
    assert ran.out.count("\noffset ") == 2
    assert f"\n\n{GOOD / 'update.suit'}: suit-envelope" in ran.out


def test_the_json_has_the_tree_of_each_file_and_none_of_what_is_nested_in_it(run):
    ran = run("inspect", FIXTURES / "good/variants/eat-nested.cbor", "-f", "json")
    (artefact,) = ran.json["artefacts"]
    assert artefact["tree"]["type"] == "cbor"
    assert artefact["tree"]["length"] == artefact["size"]
    assert "tree" not in artefact["nested"][0]
    assert any(node["name"] == "submods (266)" for node in nodes(artefact["tree"]))


def test_verify_has_no_tree(run):
    assert "tree" not in run("verify", GOOD / "eat.cbor", "-f", "json").json["artefacts"][0]
    assert "\noffset " not in run("verify", GOOD / "eat.cbor").out


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty, 0 bytes"),
        (b"\xa2\x01", "stopped here: the data ends where an item was expected"),
        (b'{"a": nope}', "stopped here: got 0x6e, expected a value"),
        (b"\x00\x01\x02\x03\x04 garbage", "no structure that is known here"),
    ],
)
def test_a_file_that_is_not_recognised_is_exit_3_and_its_tree_is_shown(run, tmp_path, data, told):
    (tmp_path / "file").write_bytes(data)
    ran = run("inspect", tmp_path / "file")
    assert ran.code == 3
    assert told in " ".join(ran.out.split())
    again = run("inspect", tmp_path / "file", "-f", "json")
    assert again.code == 3
    assert again.json["artefacts"][0]["tree"]["length"] == len(data)


def test_a_file_that_cannot_be_read_is_exit_3_and_says_so(run, unreadable):
    ran = run("inspect", unreadable)
    assert ran.code == 3
    assert "not read: it cannot be read: Permission denied" in ran.out


def test_a_file_that_is_too_large_is_not_read(run, tmp_path):
    (tmp_path / "large").write_bytes(bytes((16 << 20) + 1))
    ran = run("inspect", tmp_path / "large", "-f", "json")
    assert ran.code == 3
    assert ran.json["artefacts"][0]["tree"]["type"] == "unread"


def test_an_artefact_that_is_cut_off_is_shown_up_to_there(run, tmp_path):
    (tmp_path / "cut.suit").write_bytes((GOOD / "update.suit").read_bytes()[:400])
    ran = run("inspect", tmp_path / "cut.suit", "-f", "json")
    stops = [node for node in nodes(ran.json["artefacts"][0]["tree"]) if node["type"] == "stopped"]
    assert [node["offset"] + node["length"] for node in stops] == [400]
    assert any(
        node["name"] == "authentication-wrapper (2)" for node in nodes(ran.json["artefacts"][0]["tree"])
    )


def test_the_width_of_the_terminal_counts(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = run("inspect", GOOD / "eat.cbor").out.partition("\noffset ")[2]
    assert max(map(len, table.split("\n"))) <= 80


def test_a_discrepancy_points_at_the_place_of_its_claim(run):
    profile = Path(__file__).parents[2] / "profiles/sensor-node/flawed.yaml"
    ran = run("assess", profile, "--as-of", "2026-11-01", "-b", "nist-ir-8259a", "-f", "json")
    rows = {row["id"]: row for row in ran.json["discrepancies"]}
    (claim,) = rows["debug-contradiction"]["evidenced"]
    data = (profile.parent / claim["artefact"]).read_bytes()
    assert data[claim["offset"] - 3 : claim["offset"] + 1] == b"\x19\x01\x07\x00"
    shown = run("assess", profile, "--as-of", "2026-11-01", "-b", "nist-ir-8259a").out
    assert f"{claim['artefact']} dbgstat at offset {claim['offset']} (0x{claim['offset']:x})" in shown
