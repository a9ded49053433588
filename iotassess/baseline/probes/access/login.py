"""Probes about how users authenticate, and what guards their credentials."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Value

YES = (True,)
NO = (False,)


@probe(
    "user-authentication-absent",
    question="Is the product declared to have no users who authenticate?",
    reads=("auth.users-authenticate",),
    kind="document",
)
def user_authentication_absent(facts: Facts) -> Answer:
    """Nobody logs in.

    Looks at: auth.users-authenticate.

    Why it matters: what is asked of logins does not arise where there are none. Whether there should be one
    is asked elsewhere.

    Decides: met when users do not authenticate; unmet when they do; indeterminate when nothing is said.

    References: our convention for the ENISA rows that presuppose users.
    """
    return facts.judge("auth.users-authenticate", NO, say="whether users authenticate")


@probe(
    "login-without-passwords",
    question="Do users log in without passwords and PINs?",
    reads=("auth.methods", "auth.passwords.used"),
    kind="document",
)
def login_without_passwords(facts: Facts) -> Answer:
    """Users log in with something better than a password.

    Looks at: auth.methods, and auth.passwords.used where it is declared.

    Why it matters: a key cannot be guessed, reused or typed into the wrong page.

    Decides: met when every way is a certificate, FIDO, biometrics, a token or an app, and passwords are not
    declared as used; unmet when a password or PIN is among them; indeterminate when nothing is said.

    References: W3C Web Authentication; FIDO CTAP; ENISA GP-TM-23 and the seed's section 3.7.2.
    """
    methods = facts.judge(
        "auth.methods", ("certificate", "fido", "biometric", "token", "app"), say="the way to log in"
    )
    used = facts.judge("auth.passwords.used", NO, say="whether passwords are used")
    return all_of((methods, used)) if used.outcome == "unmet" else methods


leaf(
    "second-factor-offered",
    "auth.mfa",
    ("required", "available"),
    weaker=("none",),
    question="Is a second factor required, or at least offered?",
    why="A stolen password is worth nothing where something else is needed, too. It is a matter to consider, "
    "so that none is only weaker.",
    references="NIST SP 800-63B; ENISA GP-TM-23.",
)
leaf(
    "credentials-stored-safely",
    "auth.credential-storage.scheme",
    ("salted-kdf", "encrypted", "not-stored"),
    weaker=("hashed",),
    question="Are credentials of users stored salted and hashed, encrypted, or not at all?",
    why="What the device stores is what a thief of the device, or of its memory, gets.",
    references="NIST SP 800-63B section 5.1.1.2; ENISA GP-TM-24.",
)


@probe(
    "credential-hash-strong",
    question="Is the function that credentials are hashed with made for passwords?",
    reads=("auth.credential-storage.scheme", "auth.credential-storage.kdf"),
    kind="document",
)
def credential_hash_strong(facts: Facts) -> Answer:
    """Stored credentials cannot be tried out quickly.

    Looks at: auth.credential-storage.kdf, where credentials are hashed.

    Why it matters: a fast hash lets a thief try billions of passwords a second.

    Decides: met by Argon2id, scrypt, bcrypt or PBKDF2; weaker by another; indeterminate when nothing is said;
    does not arise when credentials are encrypted or not stored.

    References: RFC 9106; RFC 8018; ENISA GP-TM-24.
    """
    if facts.declared("auth.credential-storage.scheme") in ("encrypted", "not-stored"):
        return does_not_arise(
            "no credential is stored as a hash", facts.claims("auth.credential-storage.scheme")
        )
    return facts.judge(
        "auth.credential-storage.kdf",
        ("argon2id", "scrypt", "bcrypt", "pbkdf2"),
        weaker=("other",),
        say="the function that hashes credentials",
    )


@probe(
    "login-attempts-limited",
    question="Are repeated attempts to log in slowed down or stopped?",
    reads=("auth.users-authenticate", "auth.rate-limit.present", "auth.rate-limit.max-attempts"),
    kind="document",
)
def login_attempts_limited(facts: Facts, *, max_attempts: int = 100) -> Answer:
    """Guessing takes too long.

    Looks at: auth.rate-limit.present, and auth.rate-limit.max-attempts where it is declared.

    Why it matters: any short secret falls to somebody who may try as often as he likes.

    Decides: met when attempts are limited, after no more than max_attempts (100 by default) where that is
    declared; weaker after more; unmet when they are not limited; indeterminate when nothing is said; does not
    arise when users do not authenticate.

    References: NIST SP 800-63B section 5.2.2; ENISA GP-TM-25.
    """
    if facts.declared("auth.users-authenticate") is False:
        return does_not_arise("users do not authenticate", facts.claims("auth.users-authenticate"))

    def few(value: Value) -> bool:
        return isinstance(value, int) and value <= max_attempts

    limited = facts.judge("auth.rate-limit.present", YES, say="the limit of attempts")
    if not facts.claims("auth.rate-limit.max-attempts"):
        return limited
    number = facts.judge(
        "auth.rate-limit.max-attempts", few, weaker=lambda _: True, say="the number of attempts"
    )
    return all_of((limited, number))


leaf(
    "stored-keys-guarded",
    "auth.rate-limit.covers-keys",
    YES,
    question="Are keys stored in the device protected against guessing, too?",
    why="A key behind a PIN is as strong as the limit on trying PINs.",
    references="ENISA GP-TM-25.",
)


@probe(
    "credential-recovery-robust",
    question="Does the reset of a lost credential resist misuse?",
    reads=("auth.recovery.available", "auth.recovery.robust"),
    kind="document",
)
def credential_recovery_robust(facts: Facts) -> Answer:
    """The way back in is not the easy way in.

    Looks at: auth.recovery.robust.

    Why it matters: a reset that anybody can start is a login that anybody has.

    Decides: met when declared to resist misuse; unmet when not; indeterminate when nothing is said; does not
    arise when there is no reset.

    References: NIST SP 800-63B section 6.1; ENISA GP-TM-26.
    """
    if facts.declared("auth.recovery.available") is False:
        return does_not_arise("a lost credential cannot be reset", facts.claims("auth.recovery.available"))
    return facts.judge("auth.recovery.robust", YES, say="the robustness of the reset")


@probe(
    "credential-recovery-discreet",
    question="Does the reset of a credential keep to itself whether an account exists?",
    reads=("auth.recovery.available", "auth.recovery.enumeration-safe"),
    kind="document",
)
def credential_recovery_discreet(facts: Facts) -> Answer:
    """The reset does not list the users.

    Looks at: auth.recovery.enumeration-safe.

    Why it matters: a different answer for a known name gives an attacker the names to try.

    Decides: met when it tells nothing; unmet when it does; indeterminate when nothing is said; does not arise
    when there is no reset.

    References: CWE-204; ENISA GP-TM-26.
    """
    if facts.declared("auth.recovery.available") is False:
        return does_not_arise("a lost credential cannot be reset", facts.claims("auth.recovery.available"))
    return facts.judge("auth.recovery.enumeration-safe", YES, say="the discretion of the reset")
