"""What a profile may say of technologies: the table of rules, and what follows from a declared technology."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Any, get_origin

import pytest
import yaml

from iotassess.baseline.technologies import load_technologies
from iotassess.model.claim import Claim
from iotassess.model.profile import Profile
from iotassess.model.profile.base import Name
from iotassess.model.profile.leaves import leaves
from iotassess.profile import Fault, InvalidProfile, claims, load_profile_bytes
from iotassess.profile.shape import allowed, expected_at
from iotassess.profile.technology import checks, technology_rules
from iotassess.profile.technology.conditions import words
from iotassess.profile.technology.example import example
from iotassess.profile.technology.model import (
    Beside,
    Condition,
    Conflict,
    From,
    Given,
    Implied,
    Member,
    Named,
    Need,
    Parameter,
    Rules,
    Says,
    UpdatedOnlyBy,
)
from tests.profile.conftest import put

RULES = list(technology_rules().values())
NEEDS = [(row, need) for row in RULES for need in row.needs]
CONFLICTS = [(row, conflict) for row in RULES for conflict in row.conflicts]
IMPLIED = [(row, rule) for row in RULES for rule in row.implies]

each_row = pytest.mark.parametrize("row", RULES, ids=lambda row: row.id)
each_need = pytest.mark.parametrize(("row", "need"), NEEDS, ids=[f"{r.id}-{n.why}" for r, n in NEEDS])
each_conflict = pytest.mark.parametrize(
    ("row", "conflict"),
    CONFLICTS,
    ids=[f"{r.id}-{' and '.join(map(words, c.all_of))}" for r, c in CONFLICTS],
)
each_implied = pytest.mark.parametrize(
    ("row", "rule"), IMPLIED, ids=[f"{r.id}-{i.property}-{n}" for n, (r, i) in enumerate(IMPLIED)]
)

PRODUCT = {"product": {"vendor": "Example", "model": "Node 1"}}


def faults(text: str) -> tuple[Fault, ...]:
    """Everything that is told of a profile."""
    try:
        return load_profile_bytes(f"product: {{vendor: E, model: M}}\n{text}".encode(), "p.yaml").faults
    except InvalidProfile as error:
        return error.faults


def told(text: str) -> list[tuple[str, str, str]]:
    """Rule, severity and path of what is told of technologies."""
    return [(f.rule, f.severity, f.path) for f in faults(text) if f.rule.startswith("technology")]


def claimed(text: str) -> dict[str, Claim]:
    """Claims by property; of a list the last one."""
    loaded = load_profile_bytes(f"product: {{vendor: E, model: M}}\n{text}".encode(), "p.yaml")
    return {claim.property: claim for claim in claims(loaded)}


# --- a profile in which conditions hold, made from the conditions themselves ------------------------------


def sample(parameter: Parameter) -> Any:
    """A value that fits a parameter."""
    if parameter.type == "flag":
        return True
    if parameter.type == "number":
        return parameter.least
    if parameter.values:
        return parameter.values[0] if parameter.type == "one" else [parameter.values[0]]
    if parameter.type == "some":
        return ["ES256"]
    return "https://a.example/x" if parameter.form else "text"


def leaf_value(path: tuple[str | int, ...], value: Any) -> Any:
    """A value as it has to stand at a leaf: in a list, where that is one."""
    return [value] if get_origin(expected_at(path)) is list else value


def steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def declare(row: Rules, conditions: Iterable[Condition]) -> dict[str, Any]:
    """A profile that declares a technology and fulfils conditions."""
    made: dict[str, Any] = json.loads(json.dumps(PRODUCT))
    entry: dict[str, Any] = {"id": row.id}
    made["technologies"] = [entry]
    for condition in conditions:
        if isinstance(condition, Given) and not (condition.silent and condition.values == (False,)):
            parameter = row.parameters[condition.parameter]
            value = condition.values[0] if condition.values else sample(parameter)
            wrapped = [value] if parameter.type == "some" and not isinstance(value, list) else value
            entry.setdefault("parameters", {})[condition.parameter] = wrapped
        elif isinstance(condition, Named):
            entry["version"] = condition.words.split(" or ")[0]
        elif isinstance(condition, Beside):
            made["technologies"].append({"id": condition.id})
        elif isinstance(condition, Says):
            path = steps(condition.path)
            value = condition.values[0] if condition.values else "https://a.example/x"
            put(made, path, leaf_value(path, value))
        elif isinstance(condition, Member):
            path = steps(condition.path)
            member: dict[str, Any] = {"name": "m"}
            for leaf, values in condition.leaves.items():
                member[leaf] = leaf_value((*path, 0, leaf), values[0])
            put(made, path, [member])
    return made


def deny(made: dict[str, Any], condition: Says | Member) -> None:
    """Let a profile say something else."""
    path = steps(condition.path)
    rows = {"": condition.values} if isinstance(condition, Says) else condition.leaves
    member: dict[str, Any] = {"name": "m"}
    for leaf, values in rows.items():
        here = (*path, 0, leaf) if leaf else path
        kind = expected_at(here)
        inside = kind.__args__[0] if get_origin(kind) is list else kind
        known = [False] if kind is bool else allowed(inside)
        others = [word for word in known if word not in values] or ([] if known else ["0.0"])
        other = leaf_value(here, others[0]) if others else []
        if leaf:
            member[leaf] = other
        else:
            put(made, path, other)
    if isinstance(condition, Member):
        put(made, path, [member])


def needs_told(made: dict[str, Any], row: Rules, need: Need) -> list[str]:
    """How a need is told of: as denied (with how bad it is), as silent, or not at all."""
    profile = Profile.model_validate(made)
    mine = (f"{row.id} is declared ({need.why})", f"{row.id} is declared, but nothing is said")
    found = [("error", f) for f in checks.denied_needs(profile)]
    found += [("warning", f) for f in checks.doubtful_needs(profile)]
    return [
        severity if f.message.startswith(mine[0]) else "silent"
        for severity, f in found
        if f.message.startswith(mine) and need.why in f.message
    ]


# --- the table --------------------------------------------------------------------------------------------


def test_every_technology_has_rules_and_no_other() -> None:
    assert sorted(technology_rules()) == sorted(load_technologies())


@each_row
def test_the_example_is_valid(row: Rules) -> None:
    text = example(row)
    assert {rule for rule, _, _ in told(text)} <= {"technology-needs-undeclared"}
    (entry,) = yaml.safe_load(text)["technologies"]
    assert entry == {
        "id": row.id,
        **({"version": row.version} if row.version else {}),
        "parameters": dict(row.example),
    }


@each_row
def test_a_technology_can_be_declared_without_more(row: Rules) -> None:
    assert not [f for f in faults(f"technologies: [{{id: {row.id}}}]") if f.severity == "error"]


@each_row
def test_parameters_have_names_types_and_words(row: Rules) -> None:
    pattern = next(m.pattern for m in Name.__metadata__ if hasattr(m, "pattern"))
    for name, parameter in row.parameters.items():
        assert re.fullmatch(pattern, name)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert parameter.meaning.endswith((".", "?"))
        assert len(set(parameter.values)) == len(parameter.values)
        assert parameter.expected
        if parameter.type == "one":
            assert len(parameter.values) > 1
        if parameter.type == "number":
            assert parameter.least < parameter.most


@each_row
def test_versions_fit_themselves_and_one_that_is_made_up_does_not(row: Rules) -> None:
    for version in row.versions:
        written = version.name.replace("*", "99")
        assert version.fits(written)
        assert version.fits(written.upper().replace("RFC ", "rfc"))
        assert not version.fits(f"{written}x")
    if row.versions:
        assert [rule for rule, _, _ in told(f"technologies: [{{id: {row.id}, version: '99.9'}}]")].count(
            "technology-version"
        ) == 1


@each_row
def test_the_current_specification_may_be_named(row: Rules) -> None:
    current = load_technologies()[row.id].specification["current"]
    named = re.findall(r"RFC \d{4}|draft-[a-z0-9-]+-\d\d", current)
    for name in named:
        assert any(v.fits(name) and not v.instead for v in row.versions), name


def conditions_of(row: Rules) -> Iterator[Condition]:
    for need in row.needs:
        yield from (*need.any_of, *need.when)
    for conflict in row.conflicts:
        yield from conflict.all_of
    for rule in row.implies:
        yield from rule.when


def known(kind: Any, values: Iterable[Any]) -> bool:
    """Whether values can stand at a leaf of a type."""
    inside = kind.__args__[0] if get_origin(kind) is list else kind
    words_ = allowed(kind) or allowed(inside)
    if words_:
        return set(values) <= set(words_)
    return all(isinstance(value, bool) for value in values) if inside is bool else True


@each_row
def test_conditions_speak_of_what_there_is(row: Rules) -> None:
    for condition in conditions_of(row):
        if isinstance(condition, Given):
            parameter = row.parameters[condition.parameter]
            if parameter.type == "flag":
                assert set(condition.values) <= {True, False}
            elif parameter.values:
                assert set(condition.values) <= set(parameter.values)
        elif isinstance(condition, Beside):
            assert condition.id in technology_rules()
            assert condition.id != row.id
        elif isinstance(condition, Says):
            kind = expected_at(steps(condition.path))
            assert kind is not None, condition.path
            assert known(kind, condition.values), condition
        elif isinstance(condition, Member):
            for leaf, values in condition.leaves.items():
                kind = expected_at((*steps(condition.path), 0, leaf))
                assert kind is not None, (condition.path, leaf)
                assert known(kind, values), condition
        elif isinstance(condition, UpdatedOnlyBy):
            assert known(expected_at(("update", "mechanisms")), condition.mechanisms)
        else:
            assert re.fullmatch(condition.pattern, condition.words.split(" or ")[0])
        assert words(condition)
    assert set(row.builds_on) <= set(technology_rules()) - {row.id}


@each_implied
def test_an_implication_is_of_a_leaf_that_declares_it(row: Rules, rule: Implied) -> None:
    path = steps(rule.path)
    leaf = next(leaf for leaf in leaves() if leaf.path == path and not (leaf.property or "").endswith(".any"))
    assert leaf.property == rule.property
    assert leaf.subject == "product"
    kind = expected_at(path)
    if isinstance(rule.value, From):
        parameter = row.parameters[rule.value.parameter]
        assert known(kind, parameter.values)
        assert (parameter.type == "flag") == (leaf.type == "bool")
        assert (parameter.type == "number") == (leaf.type == "uint")
        assert (parameter.type == "some") == leaf.many
    else:
        assert known(kind, (rule.value,))
        assert isinstance(rule.value, bool) == (leaf.type == "bool")


# --- every need and every conflict, one at a time ---------------------------------------------------------


@each_need
def test_a_need_that_is_met_is_not_told(row: Rules, need: Need) -> None:
    for condition in need.any_of:
        assert needs_told(declare(row, (*need.when, condition)), row, need) == [], words(condition)


@each_need
def test_a_need_of_which_nothing_is_said_is_told_if_it_is_to_be(row: Rules, need: Need) -> None:
    assert needs_told(declare(row, need.when), row, need) == (["silent"] if need.silent else [])


@each_need
def test_a_need_that_is_ruled_out_is_told(row: Rules, need: Need) -> None:
    first = next((c for c in need.any_of if isinstance(c, Says | Member)), None)
    if first is not None and not (isinstance(first, Says) and not first.values):
        made = declare(row, need.when)
        deny(made, first)
        assert needs_told(made, row, need) == [need.denied], words(first)


@each_need
def test_a_need_that_does_not_arise_is_not_told(row: Rules, need: Need) -> None:
    for condition in need.when:
        if isinstance(condition, Given) and not condition.silent:
            rest = [other for other in need.when if other is not condition]
            assert needs_told(declare(row, rest), row, need) == []


def conflict_told(made: dict[str, Any], row: Rules, conflict: Conflict) -> list[str]:
    profile = Profile.model_validate(made)
    return [
        found.message
        for found in checks.conflicts(profile, conflict.severity)
        if found.hint == conflict.why and found.message.startswith(f"{row.id} is declared with ")
    ]


@each_conflict
def test_a_conflict_is_told(row: Rules, conflict: Conflict) -> None:
    assert conflict_told(declare(row, conflict.all_of), row, conflict)


@each_conflict
def test_a_conflict_that_lacks_one_side_is_not_told(row: Rules, conflict: Conflict) -> None:
    for condition in conflict.all_of:
        if isinstance(condition, Given) and condition.silent:
            continue
        rest = [other for other in conflict.all_of if other is not condition]
        assert conflict_told(declare(row, rest), row, conflict) == [], words(condition)


def test_no_conflict_is_told_twice_at_one_place() -> None:
    for row in RULES:
        sides = [(conflict.all_of, conflict.severity) for conflict in row.conflicts]
        assert all(a != b for a, b in itertools.combinations(sides, 2)), row.id


# --- what is told, and where ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("technologies: [{id: tls-13}]", ("technology-unknown", "error", "technologies[0].id")),
        ("technologies: [{id: mqtt}]", ("technology-unknown", "error", "technologies[0].id")),
        (
            "technologies: [{id: tls13, version: '1.2'}]",
            ("technology-version", "error", "technologies[0].version"),
        ),
        (
            "technologies: [{id: cose}, {id: tls13}, {id: cose}]",
            ("technology-twice", "error", "technologies[2].id"),
        ),
        (
            "technologies: [{id: suit-manifest, version: draft-ietf-suit-manifest-20}]",
            ("technology-version-replaced", "warning", "technologies[0].version"),
        ),
        (
            "technologies: [{id: tls13, parameters: {zero_rt: false}}]",
            ("technology-parameter-unknown", "error", "technologies[0].parameters.zero_rt"),
        ),
        (
            "technologies: [{id: tls13, parameters: {mutual_auth: 'true'}}]",
            ("technology-parameter", "error", "technologies[0].parameters.mutual_auth"),
        ),
        (
            "technologies: [{id: oscore, parameters: {replay_window: 0}}]",
            ("technology-parameter", "error", "technologies[0].parameters.replay_window"),
        ),
        (
            "technologies: [{id: oscore, parameters: {replay_window: true}}]",
            ("technology-parameter", "error", "technologies[0].parameters.replay_window"),
        ),
        (
            "technologies: [{id: oscore, parameters: {mode: [group]}}]",
            ("technology-parameter", "error", "technologies[0].parameters.mode"),
        ),
        (
            "technologies: [{id: cose, parameters: {structures: sign1}}]",
            ("technology-parameter", "error", "technologies[0].parameters.structures"),
        ),
        (
            "technologies: [{id: cose, parameters: {structures: [sign1, signed]}}]",
            ("technology-parameter", "error", "technologies[0].parameters.structures[1]"),
        ),
        (
            "technologies: [{id: mud, parameters: {url: 'http://a.example/x'}}]",
            ("technology-parameter", "error", "technologies[0].parameters.url"),
        ),
        ("technologies: [{id: mud}]", ("technology-needs-undeclared", "warning", "technologies[0].id")),
        (
            "technologies: [{id: suit-manifest}]\nupdate: {mechanisms: [mcuboot]}",
            ("technology-needs", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: suit-manifest}]\nupdate_mechanisms: [{name: a, technology: vendor}]",
            ("technology-needs", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: brski}]\nidentity: {enrolment: {protocols: [manual]}}",
            ("technology-needs", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: fido-passwordless}]\nauth: {methods: [password]}",
            ("technology-needs", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: tee}]\nhardware: {isolation: {tee: {present: false}}}",
            ("technology-contradicted", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: tpm-measured-boot}]\nboot: {measurement_store: protected-memory}",
            ("technology-contradicted", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: mud, parameters: {url: 'https://a.example/x'}}]\n"
            "network: {mud_url: 'https://b.example/x'}",
            ("technology-contradicted", "error", "technologies[0].parameters.url"),
        ),
        (
            "technologies: [{id: psa-attestation}]\nattestation: {formats: [eat]}",
            ("technology-contradicted", "error", "technologies[0].id"),
        ),
        (
            "technologies: [{id: psa-attestation}, {id: rats-eat, parameters: {nonce: false}}]",
            ("technology-contradicted", "error", "technologies[1].parameters.nonce"),
        ),
        (
            "technologies: [{id: quic, parameters: {zero_rtt: true, zero_rtt_replay_protection: true, "
            "zero_rtt_requests: any}}]",
            ("technology-unusual", "warning", "technologies[0].parameters.zero_rtt"),
        ),
        (
            "technologies: [{id: tls13}]\nprotocols: [{name: a, security: tls, security_version: '1.2'}]",
            ("technology-needs-undeclared", "warning", "technologies[0].id"),
        ),
    ],
)
def test_a_slip_is_told_at_its_place(text: str, expected: tuple[str, str, str]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("technologies: [{id: tls-13}]", "did you mean tls13?"),
        ("technologies: [{id: zzz}]", "iotassess list technologies shows the ids"),
        ("technologies: [{id: tls13, parameters: {zero-rtt: false}}]", "did you mean zero_rtt?"),
        ("technologies: [{id: cose, parameters: {structures: sign1}}]", "write [sign1]"),
        ("technologies: [{id: cose, parameters: {structures: [sign_1]}}]", "did you mean sign1?"),
        ("technologies: [{id: oscore, parameters: {replay_window: '32'}}]", "write it without quotes"),
        ("technologies: [{id: oscore, parameters: {mode: 1}}]", "correct it, or remove it"),
        (
            "technologies: [{id: dtls13, version: '1.2'}]",
            "another version of a protocol is declared with its connection, in protocols, only",
        ),
        (
            "technologies: [{id: cose, version: '1'}]",
            "write the version in quotes; * stands for the two digits of a revision",
        ),
    ],
)
def test_a_slip_comes_with_what_to_write_instead(text: str, hint: str) -> None:
    assert [fault.hint for fault in faults(text)] == [hint]


def test_a_message_says_what_was_got_and_what_rules_it_out() -> None:
    (fault,) = faults("technologies: [{id: suit-manifest}]\nupdate: {mechanisms: [vendor]}")
    assert fault.message == (
        "suit-manifest is declared (SUIT is then one of the update mechanisms), "
        "but update.mechanisms is ['vendor']"
    )
    (fault,) = faults("technologies: [{id: quic}]\nprotocols: [{name: a, security: tls}]")
    assert fault.message.endswith("but the profile has no member of protocols with security quic")
    early = "technologies: [{id: quic, parameters: {zero_rtt: true}}]"
    (fault,) = faults(early)
    assert fault.message == (
        "quic is declared with zero_rtt true and no parameter zero_rtt_replay_protection"
    )


def test_a_long_text_is_cut_in_a_message() -> None:
    long = "a" * 1500
    text = f"technologies: [{{id: secure-boot, parameters: {{algorithm: {long}}}}}]\nboot: {{algorithm: b}}"
    (fault,) = faults(text)
    assert len(fault.message) < 300


def test_a_technology_that_stands_twice_is_judged_once() -> None:
    assert [rule for rule, _, _ in told("technologies: [{id: mud}, {id: mud}]")] == [
        "technology-needs-undeclared",
        "technology-twice",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "technologies: []",
        "technologies: [{id: suit-manifest}]\nupdate: {mechanisms: [suit, mcuboot]}",
        "technologies: [{id: suit-manifest, parameters: {uses: [boot]}}]\nupdate: {mechanisms: [vendor]}",
        "technologies: [{id: suit-manifest, parameters: {uses: [boot]}}]\nupdate: {supported: false}",
        "technologies: [{id: tls13, version: TLS1.3}, {id: quic, version: rfc9000}]\n"
        "protocols: [{name: a, security: quic}]",
        "technologies: [{id: tls13}]\nprotocols: [{name: a, security: tls}]",
        "technologies: [{id: est}, {id: brski, parameters: {enrolment: est}}, {id: tls13}]\n"
        "identity: {enrolment: {protocols: [brski]}, per_device: true}",
        "technologies: [{id: fido-passwordless}]\nauth: {methods: [fido, password]}",
        "technologies: [{id: tee}, {id: teep}]\n"
        "hardware: {isolation: {mechanisms: [tee], tee: {present: true}}}",
        "technologies: [{id: mud}]\nnetwork: {mud_url: 'https://a.example/x'}",
        "technologies: [{id: rats, parameters: {roles: [verifier]}}]",
        "technologies: [{id: tpm-measured-boot}]\n"
        "boot: {stages: [{name: a, immutable: true}, {name: b, measured_into: tpm-pcr}]}",
    ],
)
def test_sound_statements_are_not_blamed(text: str) -> None:
    assert told(text) == []


# --- what follows -----------------------------------------------------------------------------------------


def test_what_a_technology_gives_is_claimed_with_its_line() -> None:
    found = claimed("technologies:\n  - id: tpm-measured-boot\n")
    claim = found["boot.measurement-store"]
    assert (claim.value, claim.grade, claim.source.path, claim.source.line, claim.source.column) == (
        "tpm",
        0,
        "technologies[0].id",
        3,
        9,
    )
    assert found["boot.measured"].value is True
    assert "attestation.supported" not in found


def test_what_a_parameter_says_is_claimed_where_it_stands() -> None:
    found = claimed("technologies:\n  - id: mud\n    parameters: {url: 'https://a.example/x', signed: false}")
    assert found["network.mud-url"].value == "https://a.example/x"
    assert found["network.mud-url"].source.path == "technologies[0].parameters.url"
    assert found["network.mud-signed"].value is False


def test_what_the_profile_says_itself_is_claimed_from_there() -> None:
    found = claimed("technologies: [{id: secure-boot}]\nboot: {secure_boot: true}")
    assert found["boot.secure-boot"].source.path == "boot.secure_boot"


def test_a_list_that_the_profile_gives_is_not_added_to() -> None:
    text = (
        "technologies: [{id: rats-eat, parameters: {profile: none}}]\n"
        "attestation: {formats: [eat, psa-token]}"
    )
    loaded = load_profile_bytes(f"product: {{vendor: E, model: M}}\n{text}".encode(), "p.yaml")
    formats = [c for c in claims(loaded) if c.property == "attestation.format"]
    assert [(c.value, c.source.path) for c in formats] == [
        ("eat", "attestation.formats[0]"),
        ("psa-token", "attestation.formats[1]"),
    ]


def test_two_technologies_that_give_the_same_claim_it_once_and_a_list_is_joined() -> None:
    text = "technologies: [{id: psa-attestation}, {id: rats-eat, parameters: {profile: none}}]"
    loaded = load_profile_bytes(f"product: {{vendor: E, model: M}}\n{text}".encode(), "p.yaml")
    rows = [(c.property, c.value) for c in claims(loaded) if c.property.startswith("attestation")]
    assert sorted(rows, key=str) == [
        ("attestation.format", "eat"),
        ("attestation.format", "psa-token"),
        ("attestation.format.any", True),
        ("attestation.nonce-bound", True),
        ("attestation.supported", True),
    ]


def test_a_token_format_is_not_guessed_from_the_name_of_its_family() -> None:
    # A PSA token is an EAT: a set that held nothing but "eat" would contradict it.
    assert "attestation.format" not in claimed("technologies: [{id: rats-eat}]")


def test_fido_alone_does_not_say_that_there_are_no_passwords() -> None:
    assert "auth.methods" not in claimed("technologies: [{id: fido-passwordless}]")
    only = claimed("technologies: [{id: fido-passwordless, parameters: {only_way: true}}]")
    assert (only["auth.methods"].value, only["auth.methods.any"].value) == ("fido", True)


@pytest.mark.parametrize(
    ("more", "follows"),
    [
        ("", True),
        ("update: {mechanisms: [suit]}", True),
        ("update: {mechanisms: [suit, teep]}", True),
        ("update_mechanisms: [{name: a, technology: suit}]", True),
        ("update: {mechanisms: [suit, vendor]}", False),
        ("update: {mechanisms: [suit]}\nupdate_mechanisms: [{name: a, technology: suit}, {name: b}]", False),
        ("update: {supported: false}", False),
    ],
)
def test_a_manifest_speaks_for_updates_only_where_there_is_no_other_way(more: str, follows: bool) -> None:
    found = claimed(f"technologies: [{{id: suit-manifest}}]\n{more}")
    assert ("update.authenticated" in found) is follows
    assert ("update.integrity-checked" in found) is follows


def test_a_manifest_for_booting_says_nothing_of_updates() -> None:
    found = claimed("technologies: [{id: suit-manifest, parameters: {uses: [boot], encrypted: true}}]")
    assert not [property_ for property_ in found if property_.startswith("update.")]


def test_code_signing_in_part_is_not_taken_for_the_whole() -> None:
    part = "technologies: [{id: os-code-signing, parameters: {enforced: true}}]"
    assert "software.code-signing" not in claimed(part)
    whole = "technologies: [{id: os-code-signing, parameters: {enforced: true, all_code: true}}]"
    assert claimed(whole)["software.code-signing"].value is True


@each_implied
def test_every_implication_is_claimed(row: Rules, rule: Implied) -> None:
    conditions = list(rule.when)
    if isinstance(rule.value, From):
        conditions.append(Given(rule.value.parameter))
    made = declare(row, conditions)
    loaded = load_profile_bytes(json.dumps(made).encode(), "p.json")
    found = [c for c in claims(loaded) if c.property == rule.property]
    assert found
    assert all(c.source.path.startswith("technologies[0]") for c in found)
    if not isinstance(rule.value, From):
        assert rule.value in {c.value for c in found}


@each_implied
def test_every_implication_can_be_contradicted(row: Rules, rule: Implied) -> None:
    conditions = list(rule.when)
    if isinstance(rule.value, From):
        conditions.append(Given(rule.value.parameter))
    made = declare(row, conditions)
    path = steps(rule.path)
    kind = expected_at(path)
    value = sample(row.parameters[rule.value.parameter]) if isinstance(rule.value, From) else rule.value
    if get_origin(kind) is list:
        other: Any = []
    elif isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    else:
        other = next((word for word in allowed(kind) if word != value), "another")
    put(made, path, other)
    found = list(checks.contradicted(Profile.model_validate(made)))
    assert [f.path[:2] for f in found if rule.path in f.message] == [("technologies", 0)]


def test_a_wrong_parameter_implies_nothing() -> None:
    text = "technologies: [{id: secure-boot, parameters: {enforced: 'yes'}}]\nboot: {enforced: true}"
    assert told(text) == [("technology-parameter", "error", "technologies[0].parameters.enforced")]


def test_a_profile_without_technologies_does_not_import_their_rules() -> None:
    script = (
        "import sys; from iotassess.profile import claims, load_profile_bytes; "
        "claims(load_profile_bytes(b'product: {vendor: E, model: M}', 'p')); "
        "print([name for name in sys.modules if name.startswith('iotassess.profile.technology')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
