"""Mechanisms of authentication and of update: each against itself, and all against what the sections say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.network import Auth, AuthenticationMechanism, Passwords
from iotassess.model.profile.update import Update, UpdateMechanism
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction, say

_SECRETS_THAT_PEOPLE_KNOW = frozenset(("password", "pin"))
"""Methods that ``auth.passwords`` is about."""

_CRYPTOGRAPHIC = frozenset(("certificate", "raw-public-key", "pre-shared-key", "fido"))
"""Methods that are nothing without cryptography."""


def _auth(profile: Profile) -> Auth:
    return profile.auth or Auth()


def _passwords(profile: Profile) -> Passwords:
    return _auth(profile).passwords or Passwords()


def _ways_in(profile: Profile) -> list[AuthenticationMechanism]:
    return profile.authentication_mechanisms or []


def _way_in(index: int, key: str) -> Path:
    return ("authentication_mechanisms", index, key)


def find_passwords_that_are_not_used(profile: Profile) -> Iterator[Finding]:
    """Where no password or PIN is used, nothing authenticates by one."""
    if _passwords(profile).used is False:
        for index, row in enumerate(_ways_in(profile)):
            if row.method in _SECRETS_THAT_PEOPLE_KNOW:
                yield contradiction(
                    _way_in(index, "method"),
                    f"mechanism {row.name} is a {row.method}",
                    "auth.passwords.used is false",
                )


def find_users_who_do_not_authenticate(profile: Profile) -> Iterator[Finding]:
    """A mechanism of users is one by which they authenticate; the list has each that there is."""
    users = _auth(profile).users_authenticate
    rows = profile.authentication_mechanisms
    for index, row in enumerate(rows or []):
        if users is False and row.of == "user":
            yield contradiction(
                _way_in(index, "of"),
                f"mechanism {row.name} is one of users",
                "auth.users_authenticate is false",
            )
    if users and rows is not None and all(row.of == "machine" for row in rows):
        yield contradiction(
            ("authentication_mechanisms",), "no mechanism is one of users", "auth.users_authenticate is true"
        )


def find_other_default_passwords(profile: Profile) -> Iterator[Finding]:
    """A password that all devices share is not unique to each, not chosen by the user and not missing."""
    scheme = _passwords(profile).default_scheme
    if scheme not in ("none", "unique", "user-set"):
        return
    for index, row in enumerate(_ways_in(profile)):
        if row.method in _SECRETS_THAT_PEOPLE_KNOW and row.default_value == "universal":
            yield contradiction(
                _way_in(index, "default_value"),
                f"mechanism {row.name} is sold with a universal {row.method}",
                f"auth.passwords.default_scheme is {scheme}",
            )


def find_default_values_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A value that the maker does not set is not derived; one that does not exist has no entropy."""
    for index, row in enumerate(_ways_in(profile)):
        keys = {"none": ("derivation", "entropy_bits"), "user-set": ("derivation",)}
        here: Path = ("authentication_mechanisms", index)
        for path, said in asserted(row, here, keys.get(row.default_value or "", ())):
            yield contradiction(path, said, f"default_value is {row.default_value}")


def find_authentication_without_cryptography(profile: Profile) -> Iterator[Finding]:
    """Certificates and keys are cryptography; what does without has no algorithm."""
    for index, row in enumerate(_ways_in(profile)):
        if row.cryptographic is not False:
            continue
        here: Path = ("authentication_mechanisms", index)
        for path, said in asserted(row, here, ("algorithms", "best_practice")):
            yield contradiction(path, said, "cryptographic is false")
        if row.method in _CRYPTOGRAPHIC:
            yield contradiction((*here, "cryptographic"), "cryptographic is false", f"method is {row.method}")


def find_other_answers_of_auth(profile: Profile) -> Iterator[Finding]:
    """``auth`` is about every mechanism of users; one that differs from it is unusual."""
    limit = _auth(profile).rate_limit
    pairs = (
        ("guessing_limited", "auth.rate_limit.present", limit and limit.present),
        ("changeable", "auth.values_changeable", _auth(profile).values_changeable),
    )
    for index, row in enumerate(_ways_in(profile)):
        for key, summary, answer in pairs:
            own = getattr(row, key)
            if row.of == "user" and None not in (own, answer) and own != answer:
                yield contradiction(
                    _way_in(index, key),
                    f"{key} of mechanism {row.name} is {say(own)}",
                    f"{summary} is {say(answer)}",
                    "say it for each mechanism, and in auth only what holds for all",
                )


def find_constraints_on_what_is_there(profile: Profile) -> Iterator[Finding]:
    """What the device's resources rule out is not there."""
    limit, update = _auth(profile).rate_limit, _update(profile)
    if limit is not None and limit.present and limit.prevented_by_constraint:
        yield contradiction(
            ("auth", "rate_limit", "prevented_by_constraint"),
            "resources rule out protection against guessing",
            "auth.rate_limit.present is true",
        )
    if update.supported and update.prevented_by_constraint:
        yield contradiction(
            ("update", "prevented_by_constraint"),
            "resources rule out an update mechanism",
            "update.supported is true",
        )


def _update(profile: Profile) -> Update:
    return profile.update or Update()


def _ways_to_update(profile: Profile) -> list[UpdateMechanism]:
    return profile.update_mechanisms or []


_OF_UPDATES = (
    "local",
    "automatic_consent",
    "rollback_authorised",
    "notification_control",
    "notification_recipients",
    "checks_after_initialisation",
)
"""Answers that say how updates come about, so that there are some."""


def find_updates_where_there_are_none(profile: Profile) -> Iterator[Finding]:
    """The list has each way in which software is updated: some if it is updated at all, otherwise none."""
    update, rows = _update(profile), profile.update_mechanisms
    here: Path = ("update_mechanisms",)
    if update.supported is False:
        if rows:
            yield contradiction(
                here, f"update mechanism {rows[0].name} is there", "update.supported is false"
            )
        for path, said in asserted(update, ("update",), _OF_UPDATES):
            yield contradiction(path, said, "update.supported is false")
    elif update.supported and rows == []:
        yield contradiction(here, "there is no update mechanism", "update.supported is true")


def find_other_update_technologies(profile: Profile) -> Iterator[Finding]:
    """Two lists of the same mechanisms name the same technologies."""
    listed, rows = _update(profile).mechanisms, _ways_to_update(profile)
    if listed is None or not rows:
        return
    for index, row in enumerate(rows):
        if row.technology is not None and row.technology not in listed:
            yield contradiction(
                ("update_mechanisms", index, "technology"),
                f"mechanism {row.name} is built on {row.technology}",
                f"update.mechanisms is {say(listed)}",
            )
    technologies = [row.technology for row in rows]
    if None not in technologies:
        for index, name in enumerate(listed):
            if name not in technologies:
                yield contradiction(
                    ("update", "mechanisms", index), f"{name} is listed", "no update mechanism is built on it"
                )


def find_network_updates_without_ota(profile: Profile) -> Iterator[Finding]:
    """An update that comes by a network comes over the air, unless every device is wired."""
    ota, rows = _update(profile).ota, _ways_to_update(profile)
    for index, row in enumerate(rows):
        if ota is False and row.over_network:
            yield contradiction(
                ("update_mechanisms", index, "over_network"),
                f"updates arrive over a network by mechanism {row.name}",
                "update.ota is false",
                "nothing is wrong if the network is a cable",
            )
    if ota and rows and all(row.over_network is False for row in rows):
        yield contradiction(("update", "ota"), "ota is true", "no update mechanism has over_network: true")


_ONLY_IF_EACH = ("authenticated", "integrity_checked", "trust_relationship")
"""Answers of ``update`` that are yes only if they are of each mechanism."""


def find_other_answers_of_update(profile: Profile) -> Iterator[Finding]:
    """An update has a protection if it has it by each mechanism; it can be automatic if it can by one."""
    update, rows = _update(profile), _ways_to_update(profile)
    if not rows:
        return
    for key, join in (*((key, all) for key in _ONLY_IF_EACH), ("automatic", any)):
        answers = [getattr(row, key) for row in rows]
        whole = _joined(answers, every=join is all)
        said = getattr(update, key)
        if None not in (said, whole) and said != whole:
            index = answers.index(not said)
            yield contradiction(
                ("update_mechanisms", index, key),
                f"{key} of mechanism {rows[index].name} is {say(answers[index])}",
                f"update.{key} is {say(said)}",
            )


def _joined(answers: Sequence[bool | None], *, every: bool) -> bool | None:
    """Whether all answers, or any, are yes; None where an undeclared one leaves that open."""
    if (not every) in answers:
        return not every
    return None if None in answers else every


def find_algorithms_of_unauthenticated_updates(profile: Profile) -> Iterator[Finding]:
    """What is accepted without a signature or MAC has no algorithm for one."""
    for index, row in enumerate(_ways_to_update(profile)):
        if row.authenticated is False:
            for path, said in asserted(row, ("update_mechanisms", index), ("algorithms",)):
                yield contradiction(path, said, "authenticated is false")


def find_consent_to_what_is_not_automatic(profile: Profile) -> Iterator[Finding]:
    """Nobody consents to automatic updates that there are not."""
    update = _update(profile)
    if update.automatic is False and update.automatic_consent:
        yield contradiction(
            ("update", "automatic_consent"), "automatic_consent is true", "update.automatic is false"
        )


def find_rollback_beside_its_refusal(profile: Profile) -> Iterator[Finding]:
    """Going back on purpose and refusing old updates can both be true only by separate paths."""
    update = _update(profile)
    if update.rollback_authorised and update.anti_rollback:
        yield contradiction(
            ("update", "rollback_authorised"),
            "an authorised user, service or device can go back to earlier software",
            "update.anti_rollback is true",
            "both hold only if that is a path of its own, which an ordinary update cannot take; "
            "say in a document how it is authorised",
        )


RULES = (
    Rule("password-mechanism-not-used", "error", find_passwords_that_are_not_used),
    Rule("user-mechanism", "error", find_users_who_do_not_authenticate),
    Rule("mechanism-default-universal", "error", find_other_default_passwords),
    Rule("mechanism-default-none", "error", find_default_values_of_nothing),
    Rule("mechanism-not-cryptographic", "error", find_authentication_without_cryptography),
    Rule("mechanism-differs", "warning", find_other_answers_of_auth),
    Rule("constraint-contradicted", "error", find_constraints_on_what_is_there),
    Rule("update-mechanism-not-supported", "error", find_updates_where_there_are_none),
    Rule("update-technologies-differ", "error", find_other_update_technologies),
    Rule("update-mechanism-without-ota", "warning", find_network_updates_without_ota),
    Rule("update-mechanism-differs", "error", find_other_answers_of_update),
    Rule("update-mechanism-not-authenticated", "error", find_algorithms_of_unauthenticated_updates),
    Rule("automatic-consent", "error", find_consent_to_what_is_not_automatic),
    Rule("rollback-authorised", "warning", find_rollback_beside_its_refusal),
)
