"""Users, passwords and credentials: answers that rule each other out."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.network import Auth, Passwords
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction

_OF_PASSWORDS = (
    "default_scheme",
    "derivation",
    "entropy_bits",
    "forced_change",
    "min_length",
    "blocklist",
    "blank_allowed",
)
"""Answers that say something about passwords, so that there are some."""

_HERE: Path = ("auth", "passwords")


def _auth(profile: Profile) -> Auth:
    return profile.auth or Auth()


def _passwords(profile: Profile) -> Passwords:
    return _auth(profile).passwords or Passwords()


def find_passwords_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A product without passwords or PINs has no rules for them, and nobody logs in by one."""
    passwords = _passwords(profile)
    if passwords.used is not False:
        return
    for path, said in asserted(passwords, _HERE, _OF_PASSWORDS):
        yield contradiction(path, said, "auth.passwords.used is false")
    for index, method in enumerate(_auth(profile).methods or []):
        if method in ("password", "pin"):
            yield contradiction(
                ("auth", "methods", index), f"{method} is a method", "passwords.used is false"
            )
    for index, row in enumerate(profile.protocols or []):
        if row.credentials == "password":
            here: Path = ("protocols", index, "credentials")
            yield contradiction(here, "credentials is password", "auth.passwords.used is false")


def find_default_passwords_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A product that is sold without passwords has no default password to derive or to change."""
    passwords = _passwords(profile)
    if passwords.default_scheme in ("none", "user-set"):
        for path, said in asserted(passwords, _HERE, ("derivation", "entropy_bits", "forced_change")):
            if passwords.default_scheme == "none" or path[-1] == "derivation":
                yield contradiction(path, said, f"default_scheme is {passwords.default_scheme}")


def find_derived_universal_passwords(profile: Profile) -> Iterator[Finding]:
    """One password for all devices is not derived from anything of a device."""
    passwords = _passwords(profile)
    if passwords.default_scheme == "universal" and passwords.derivation is not None:
        yield contradiction(
            (*_HERE, "derivation"),
            f"derivation is {passwords.derivation}",
            "default_scheme is universal",
            "if devices of one batch share a password, universal is right and derivation says nothing",
        )


def find_blank_passwords_of_some_length(profile: Profile) -> Iterator[Finding]:
    """An empty password is shorter than any minimum."""
    passwords = _passwords(profile)
    if passwords.blank_allowed and passwords.min_length:
        yield contradiction(
            (*_HERE, "blank_allowed"), "blank_allowed is true", f"min_length is {passwords.min_length}"
        )


def find_users_contradictions(profile: Profile) -> Iterator[Finding]:
    """Users who authenticate do so by some method; those who do not have neither method nor second factor."""
    auth = _auth(profile)
    if auth.users_authenticate is False:
        for path, said in asserted(auth, ("auth",), ("methods", "mfa")):
            yield contradiction(path, said, "auth.users_authenticate is false")
    elif auth.users_authenticate and auth.methods == []:
        yield contradiction(("auth", "methods"), "methods is empty", "auth.users_authenticate is true")


def find_kdf_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A key derivation function belongs to passwords that are stored derived."""
    storage = _auth(profile).credential_storage
    if storage is not None and storage.scheme in ("plain", "not-stored") and storage.kdf is not None:
        yield contradiction(
            ("auth", "credential_storage", "kdf"), f"kdf is {storage.kdf}", f"scheme is {storage.scheme}"
        )


def find_rate_limits_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A limit that is not there has no number."""
    limit = _auth(profile).rate_limit
    if limit is not None and limit.present is False:
        here: Path = ("auth", "rate_limit")
        for path, said in asserted(limit, here, ("max_attempts", "covers_keys")):
            yield contradiction(path, said, "auth.rate_limit.present is false")


RULES = (
    Rule("passwords-not-used", "error", find_passwords_of_nothing),
    Rule("default-password-none", "error", find_default_passwords_of_nothing),
    Rule("universal-password-derived", "warning", find_derived_universal_passwords),
    Rule("blank-password-length", "error", find_blank_passwords_of_some_length),
    Rule("users-authenticate", "error", find_users_contradictions),
    Rule("kdf-without-passwords", "error", find_kdf_of_nothing),
    Rule("rate-limit-absent", "error", find_rate_limits_of_nothing),
)
