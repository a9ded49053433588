"""Probes about passwords: those that a device is sold with, and those that users choose."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Value

YES = (True,)
NO = (False,)


@probe(
    "passwords-absent",
    question="Is the product declared to use no passwords at all?",
    reads=("auth.passwords.used",),
    kind="document",
)
def passwords_absent(facts: Facts) -> Answer:
    """There is no password to guess.

    Looks at: auth.passwords.used.

    Why it matters: what is asked of passwords does not arise where there are none.

    Decides: met when declared unused; unmet when used; indeterminate when nothing is said.

    References: our convention for the ENISA rows that presuppose passwords.
    """
    return facts.judge("auth.passwords.used", NO, say="whether passwords are used")


leaf(
    "default-passwords-unique",
    "auth.passwords.default-scheme",
    ("unique", "user-set"),
    weaker=("none",),
    question="Has every device a default password of its own, or one that the user sets?",
    why="One password for all devices is published within days. No default at all is only half an answer: it "
    "leaves open whether the device is open until a password is set.",
    references="ETSI EN 303 645 provision 5.1-1; ENISA GP-TM-09.",
)


@probe(
    "default-passwords-hard-to-guess",
    question="Is the default password hard to guess?",
    reads=(
        "auth.passwords.default-scheme",
        "auth.passwords.derivation",
        "auth.passwords.entropy-bits",
    ),
    kind="document",
)
def default_passwords_hard_to_guess(facts: Facts, *, min_bits: int = 40) -> Answer:
    """A device's default password cannot be worked out.

    Looks at: auth.passwords.derivation and auth.passwords.entropy-bits.

    Why it matters: a password made of the serial number is on the label of the box, and in the radio beacon.

    Decides: met when made at random or by a keyed function, with at least min_bits of entropy (our
    convention: 40 bits, eight random letters and digits); unmet when made of a serial number, an address or a
    sequence, or with less entropy; weaker by another way; indeterminate when either is not said; does not
    arise when the user sets the password, or there is none.

    References: ETSI EN 303 645 provision 5.1-2; ENISA GP-TM-09.
    """
    if facts.declared("auth.passwords.default-scheme") in ("user-set", "none"):
        return does_not_arise("there is no default password", facts.claims("auth.passwords.default-scheme"))

    def enough(value: Value) -> bool:
        return isinstance(value, int) and value >= min_bits

    return all_of(
        (
            facts.judge(
                "auth.passwords.derivation",
                ("random", "keyed"),
                weaker=("other",),
                say="what default passwords are made from",
            ),
            facts.judge(
                "auth.passwords.entropy-bits", enough, say="the entropy of default passwords in bits"
            ),
        )
    )


@probe(
    "default-password-changed-at-setup",
    question="Must a default password be changed at set-up?",
    reads=("auth.passwords.default-scheme", "auth.passwords.forced-change"),
    kind="document",
)
def default_password_changed_at_setup(facts: Facts) -> Answer:
    """The password that the factory knew does not stay.

    Looks at: auth.passwords.forced-change.

    Why it matters: a default password was printed, stored and seen by others before the user.

    Decides: met when it must be changed; unmet when it need not; indeterminate when nothing is said; does not
    arise when the user sets the password, or there is none.

    References: ENISA GP-TM-22.
    """
    if facts.declared("auth.passwords.default-scheme") in ("user-set", "none"):
        return does_not_arise("there is no default password", facts.claims("auth.passwords.default-scheme"))
    return facts.judge("auth.passwords.forced-change", YES, say="whether a default password must be changed")


leaf(
    "default-username-changed",
    "auth.passwords.default-username-changed",
    YES,
    question="Must a default user name be changed at set-up, or is there none?",
    why="A known name is half of what an attacker has to guess.",
    references="ENISA GP-TM-22.",
)


@probe(
    "weak-passwords-refused",
    question="Are short and common passwords refused?",
    reads=("auth.passwords.min-length", "auth.passwords.blocklist"),
    kind="document",
)
def weak_passwords_refused(facts: Facts, *, min_length: int = 8) -> Answer:
    """Users cannot choose a password that falls at once.

    Looks at: auth.passwords.min-length and auth.passwords.blocklist.

    Why it matters: most guessed passwords stand on a list of a few thousand.

    Decides: met when at least min_length characters are asked for (8 by default) and common passwords are
    refused; weaker when common ones are accepted; unmet when shorter ones are; indeterminate when either is
    not said.

    References: NIST SP 800-63B section 5.1.1; ENISA GP-TM-22 and GP-TM-23.
    """

    def long_enough(value: Value) -> bool:
        return isinstance(value, int) and value >= min_length

    return all_of(
        (
            facts.judge("auth.passwords.min-length", long_enough, say="the shortest password accepted"),
            facts.judge(
                "auth.passwords.blocklist", YES, weaker=NO, say="whether common passwords are refused"
            ),
        )
    )


@probe(
    "blank-passwords-refused",
    question="Is an empty password refused?",
    reads=("auth.passwords.blank-allowed",),
    kind="document",
)
def blank_passwords_refused(facts: Facts) -> Answer:
    """A password is never empty.

    Looks at: auth.passwords.blank-allowed.

    Why it matters: an empty password is the first that is tried.

    Decides: met when not accepted; unmet when accepted; indeterminate when nothing is said.

    References: ENISA GP-TM-22.
    """
    return facts.judge("auth.passwords.blank-allowed", NO, say="whether an empty password is accepted")
