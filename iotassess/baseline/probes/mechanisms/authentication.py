"""Probes about every way in which users and machines authenticate to the device."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, among, does_not_arise, each, same_fact, silent
from iotassess.baseline.probes._names import algorithm_strength, judge_names
from iotassess.baseline.probes.access.login import login_attempts_limited
from iotassess.baseline.probes.access.passwords import default_passwords_hard_to_guess
from iotassess.baseline.probes.features.access import CONNECTION_PASSWORDS, passwords_of_connections
from iotassess.baseline.probes.mechanisms._worst import worst
from iotassess.baseline.registry import probe
from iotassess.model.claim import PRODUCT, Subject, Value

YES = (True,)
NO = (False,)
SECRET = ("password", "pin")
KEYED = ("certificate", "raw-public-key", "fido")
"""Methods by keys that are too long to be guessed. A pre-shared key may be short."""

RESTING = (*SECRET, *KEYED, "pre-shared-key", "token", "app")
"""Methods that rest on cryptography, or had better do so: a password travels, and is stored."""

LIST = "authentication-mechanism.any"
METHOD = "authentication-mechanism.method"
OF = "authentication-mechanism.of"
OVER_NETWORK = "authentication-mechanism.over-network"
DEFAULT = "authentication-mechanism.default-value"


def _each_login(
    facts: Facts, find: tuple[str, ...], ask: Callable[[Subject], Answer], only: Only | None = None
) -> Answer | None:
    """Ask about every declared mechanism of a sort; None when their list is not declared."""
    if not facts.claims(LIST, PRODUCT):
        return None
    empty = does_not_arise("no declared mechanism is of this sort")
    return each(facts, "authentication-mechanism", (METHOD, *find), ask, empty=empty, only=only)


# --- authentication ---------------------------------------------------------------------------------------

PASSWORDS = Only(METHOD, SECRET)


def _and_connections(facts: Facts, answer: Answer) -> Answer:
    """Leave an answer about all passwords open where a connection uses one that no mechanism describes."""
    using = passwords_of_connections(facts)
    found = facts.subjects("authentication-mechanism", LIST, METHOD, OF)
    machines = [m for m in found if facts.declared(OF, m) == "machine"]
    if not using or any(facts.declared(METHOD, machine) in SECRET for machine in machines):
        return answer
    return all_of((answer, silent(f"the password of {using[0].subject} is in no mechanism described", using)))


FORCED = "auth.passwords.forced-change"


@probe(
    "passwords-unique-or-user-set",
    question="Is every password unique per device or set by the user once out of the factory state?",
    reads=(
        *("auth.passwords.used", "auth.passwords.default-scheme", FORCED),
        *(LIST, METHOD, OF, DEFAULT, *CONNECTION_PASSWORDS),
    ),
    kind="document",
)
def passwords_unique_or_user_set(facts: Facts) -> Answer:
    """No password of one device opens another.

    Looks at: auth.passwords.default-scheme and auth.passwords.forced-change, and
    authentication-mechanism.default-value of every mechanism with a password or PIN; and
    endpoint.credentials, since a connection may use a password, too.

    Why it matters: one password for all devices is published within days.

    Decides: met when unique or set by the user, and when the same in all devices but changed by force at
    set-up; that is said of the product, so that it counts for a mechanism of users which alone has such a
    password, is weaker where several have, and counts for no machine; weaker without a default, which leaves
    open whether the device is open until one is set; unmet when the same in all devices; the worst mechanism
    counts; indeterminate when nothing is said, and for a connection's password that no mechanism of machines
    describes, unless it is that of a Wi-Fi network which the device joins; does not arise when passwords are
    not used.

    References: ETSI EN 303 645 provision 5.1-1.
    """
    forced = facts.declared(FORCED) is True
    change = tuple(facts.claims(FORCED))
    found = facts.subjects("authentication-mechanism", LIST, METHOD, DEFAULT)
    universal = [m for m in found if facts.declared(DEFAULT, m) == "universal"]

    def scheme(property: str, subject: Subject = PRODUCT) -> Answer:
        whose = facts.declared(OF, subject)
        meant = forced and (subject == PRODUCT or (universal == [subject] and whose == "user"))
        met = ("unique", "user-set", *(("universal",) if meant else ()))
        weaker = ("none", *(("universal",) if forced and whose != "machine" else ()))
        answer = facts.judge(property, met, weaker=weaker, subject=subject, say="the password as sold")
        return answer._replace(claims=(*answer.claims, *change)) if answer.claims else answer

    if facts.declared("auth.passwords.used") is False:
        whole = does_not_arise("passwords are not used", facts.claims("auth.passwords.used"))
    else:
        whole = scheme("auth.passwords.default-scheme")
    listed = _each_login(facts, (DEFAULT,), lambda s: scheme(DEFAULT, s), PASSWORDS)
    return _and_connections(facts, worst(whole, listed))


@probe(
    "factory-passwords-hard-to-guess",
    question="Is every password that the device is sold with made so that it cannot be guessed for a class?",
    reads=(
        *("auth.passwords.default-scheme", "auth.passwords.derivation", "auth.passwords.entropy-bits"),
        *(LIST, METHOD, OF, DEFAULT, "authentication-mechanism.derivation"),
        *("authentication-mechanism.entropy-bits", *CONNECTION_PASSWORDS),
    ),
    kind="document",
)
def factory_passwords_hard_to_guess(facts: Facts, *, min_bits: int = 40) -> Answer:
    """A factory password cannot be worked out from the device, or from another one.

    Looks at: auth.passwords.derivation and auth.passwords.entropy-bits, and
    authentication-mechanism.derivation and authentication-mechanism.entropy-bits of every mechanism that is
    sold with a password or PIN; and endpoint.credentials, since a connection may use a password, too.

    Why it matters: a password made of a serial number is unique, and no secret.

    Decides: as default-passwords-hard-to-guess does, of the product and of each mechanism; the worst counts;
    indeterminate for a connection's password that no mechanism of machines describes.

    References: ETSI EN 303 645 provision 5.1-2.
    """

    def enough(value: Value) -> bool:
        return isinstance(value, int) and value >= min_bits

    def ask(mechanism: Subject) -> Answer:
        if facts.declared(DEFAULT, mechanism) in ("none", "user-set"):
            return does_not_arise("it is sold without a password", facts.claims(DEFAULT, mechanism))
        return all_of(
            (
                facts.judge(
                    "authentication-mechanism.derivation",
                    ("random", "keyed"),
                    weaker=("other",),
                    subject=mechanism,
                    say="what its password is made from",
                ),
                facts.judge(
                    "authentication-mechanism.entropy-bits",
                    enough,
                    subject=mechanism,
                    say="the entropy of its password in bits",
                ),
            )
        )

    find = (DEFAULT, "authentication-mechanism.derivation", "authentication-mechanism.entropy-bits")
    whole: Answer = default_passwords_hard_to_guess(facts, min_bits=min_bits)
    return _and_connections(facts, worst(whole, _each_login(facts, find, ask, PASSWORDS)))


@probe(
    "machine-passwords-absent",
    question="Does no machine authenticate by a password?",
    reads=("auth.passwords.used", LIST, OF, METHOD, "endpoint.credentials"),
    kind="document",
)
def machine_passwords_absent(facts: Facts) -> Answer:
    """Machines have keys.

    Looks at: auth.passwords.used, authentication-mechanism.method of every mechanism of machines, and
    endpoint.credentials, which can only speak against it.

    Why it matters: a machine can keep a long key, and nobody changes the password that it has.

    Decides: met when no password is used, or no mechanism of machines uses one; unmet when a mechanism or a
    connection does; indeterminate for a mechanism of which it is not told, and when nothing is said.

    References: ETSI EN 303 645 provision 5.1-2A.
    """
    connections = [c for c in facts.claims("endpoint.credentials") if c.value == "password"]
    against = [
        among(facts, [c]).judge("endpoint.credentials", (), subject=c.subject, say="what it logs in with")
        for c in connections
    ]

    def ask(mechanism: Subject) -> Answer:
        return facts.judge(METHOD, lambda v: v not in SECRET, subject=mechanism, say="the method")

    used = facts.judge("auth.passwords.used", NO, weaker=YES, say="whether passwords are used")
    listed = _each_login(facts, (OF,), ask, Only(OF, ("machine",)))
    if listed is not None and listed.outcome == "not-applicable":
        listed = facts.judge(
            LIST, (True, False), say="the list of mechanisms, with a password for no machine"
        )
    users_only = used.outcome == "weaker" and listed is not None
    said = [a for a in (None if users_only else used, listed) if a is not None]
    if used.outcome == "weaker" and listed is None:
        said = [silent("passwords are used, and whether by machines is not declared", used.claims)]
    return all_of((same_fact(said), *against))


@probe(
    "authentication-cryptography-best-practice",
    question="Is the cryptography of every way to authenticate current best practice?",
    reads=(
        *("crypto.best-practice", LIST, METHOD, OF, "authentication-mechanism.cryptographic"),
        *("authentication-mechanism.best-practice", "authentication-mechanism.algorithms"),
    ),
    kind="document",
)
def authentication_cryptography_best_practice(facts: Facts, *, users_only: bool = False) -> Answer:
    """No login rests on cryptography that is broken or ill-suited.

    Looks at: crypto.best-practice, and authentication-mechanism.best-practice and
    authentication-mechanism.algorithms of every mechanism that rests on cryptography. That it does not, is
    believed of buttons and biometrics (authentication-mechanism.method), and of no password and no key.

    Why it matters: an attacker takes the weakest way in.

    Decides: met when so declared, and no algorithm that a mechanism names is weak; unmet when declared
    otherwise, or by a weak algorithm; the worst mechanism counts; indeterminate when nothing is said. With
    users_only, mechanisms of machines are left out.

    References: ETSI EN 303 645 provision 5.1-3.
    """
    named = "authentication-mechanism.algorithms"
    cryptographic = "authentication-mechanism.cryptographic"

    def ask(mechanism: Subject) -> Answer:
        if users_only and facts.declared(OF, mechanism) == "machine":
            return does_not_arise(f"{mechanism} is one of machines", facts.claims(OF, mechanism))
        rests = facts.judge(cryptographic, YES, subject=mechanism, say="resting on cryptography")
        if facts.declared(METHOD, mechanism) not in RESTING and rests.outcome != "met":
            without = does_not_arise(f"{mechanism} does not rest on cryptography", rests.claims)
            return without if rests.outcome == "unmet" else rests
        best = facts.judge(
            "authentication-mechanism.best-practice", YES, subject=mechanism, say="best practice"
        )
        if not facts.claims(named, mechanism):
            return best
        say = f"an algorithm of {mechanism}"
        return all_of((best, judge_names(facts, (named,), algorithm_strength, say=say, subject=mechanism)))

    find = ("authentication-mechanism.best-practice", named)
    whole = facts.judge("crypto.best-practice", YES, say="whether cryptography is best practice")
    return worst(whole, _each_login(facts, find, ask))


@probe(
    "authentication-values-changeable",
    question="Can users easily change every value that they authenticate with?",
    reads=(
        *("auth.users-authenticate", "auth.values-changeable", LIST, OF, METHOD),
        "authentication-mechanism.changeable",
    ),
    kind="document",
)
def authentication_values_changeable(facts: Facts) -> Answer:
    """A value that others know can be replaced.

    Looks at: auth.values-changeable, and authentication-mechanism.changeable of every mechanism of users.

    Why it matters: what cannot be changed stays known to whoever has seen it.

    Decides: met when declared; unmet when not, for the product or for one mechanism; indeterminate when
    nothing is said; does not arise when users do not authenticate.

    References: ETSI EN 303 645 provision 5.1-4.
    """
    changeable = "authentication-mechanism.changeable"
    if facts.declared("auth.users-authenticate") is False:
        whole = does_not_arise("users do not authenticate", facts.claims("auth.users-authenticate"))
    else:
        whole = facts.judge("auth.values-changeable", YES, say="a simple change of values")

    def ask(mechanism: Subject) -> Answer:
        return facts.judge(changeable, YES, subject=mechanism, say="a simple change")

    return worst(whole, _each_login(facts, (OF, changeable), ask, Only(OF, ("user",))))


@probe(
    "network-guessing-limited",
    question="Is guessing over a network hopeless for every way to authenticate?",
    reads=(
        *("auth.users-authenticate", "auth.rate-limit.present", "auth.rate-limit.max-attempts"),
        *(LIST, METHOD, OVER_NETWORK, "authentication-mechanism.guessing-limited"),
    ),
    kind="document",
)
def network_guessing_limited(facts: Facts) -> Answer:
    """Nobody guesses a way in from afar.

    Looks at: auth.rate-limit.present and auth.rate-limit.max-attempts, and
    authentication-mechanism.guessing-limited and authentication-mechanism.method of every mechanism that can
    be used over a network.

    Why it matters: over a network an attacker tries all devices at once, day and night.

    Decides: met when attempts are limited, as login-attempts-limited judges it, and for each mechanism that
    is not by certificate, raw public key or FIDO, whose keys are too long to be guessed; unmet when they are
    not, for the product or for one mechanism; indeterminate when nothing is said.

    References: ETSI EN 303 645 provision 5.1-5.
    """
    limited = "authentication-mechanism.guessing-limited"

    def ask(mechanism: Subject) -> Answer:
        counted = facts.judge(limited, YES, subject=mechanism, say="the limit of attempts")
        if facts.declared(METHOD, mechanism) not in KEYED:
            return counted
        return any_of((counted, facts.judge(METHOD, KEYED, subject=mechanism, say="the method")))[0]

    whole: Answer = login_attempts_limited(facts)
    return worst(whole, _each_login(facts, (OVER_NETWORK, limited), ask, Only(OVER_NETWORK, YES)))
