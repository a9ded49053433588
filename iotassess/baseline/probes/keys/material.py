"""Probes about keys through their life, and about how devices get theirs."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each, some
from iotassess.baseline.probes.attestation import shared_keys
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

KEY = ("key.purpose", "key.algorithm", "key.held-by")
"""By what the keys are found, beside what is asked."""


def _each_key(facts: Facts, property: str, ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every key."""
    return each(
        facts, "key", (*KEY, property), ask, empty=does_not_arise("the product is declared to have no key")
    )


# --- keys -------------------------------------------------------------------------------------------------


@probe(
    "keys-stored-safely",
    question="Is the secret half of every key kept where it is protected?",
    reads=("key.any", *KEY, "key.storage"),
    kind="document",
)
def keys_stored_safely(facts: Facts) -> Answer:
    """No secret lies in the open.

    Looks at: key.storage and key.held-by of every key.

    Why it matters: a key is worth what it costs to read it.

    Decides: met in a secure element, TPM, TEE, one-time-programmable memory or, for the maker's keys, HSM;
    weaker in encrypted flash, and for the maker's keys in a file; unmet in plain flash or, in a device, in a
    file; indeterminate for a key of which nothing is said.

    References: ENISA GP-TM-02 and GP-TM-35; NIST SP 800-57 part 1.
    """

    def ask(key: Subject) -> Answer:
        vendor = facts.declared("key.held-by", key) == "vendor"
        return facts.judge(
            "key.storage",
            ("secure-element", "tpm", "tee", "otp", "hsm"),
            weaker=("flash-encrypted", "file") if vendor else ("flash-encrypted",),
            subject=key,
            say="the storage",
        )

    return _each_key(facts, "key.storage", ask)


@probe(
    "keys-generated-safely",
    question="Is every key made in a way that gives it away to nobody?",
    reads=("key.any", *KEY, "key.generation"),
    kind="document",
)
def keys_generated_safely(facts: Facts) -> Answer:
    """Keys are secret from the start.

    Looks at: key.generation of every key.

    Why it matters: a key that was known to others when it was made stays known to them.

    Decides: met on the device, in an HSM, or injected at manufacture; weaker in software; indeterminate for a
    key of which nothing is said.

    References: ENISA GP-TM-35; NIST SP 800-57 part 1.
    """
    return _each_key(
        facts,
        "key.generation",
        lambda key: facts.judge(
            "key.generation",
            ("on-device", "hsm", "injected"),
            weaker=("software",),
            subject=key,
            say="the generation",
        ),
    )


@probe(
    "keys-replaceable",
    question="Can every key be renewed or revoked?",
    reads=("key.any", *KEY, "key.rotation", "key.revocation"),
    kind="document",
)
def keys_replaceable(facts: Facts) -> Answer:
    """A key that leaks is not the end.

    Looks at: key.rotation and key.revocation of every key.

    Why it matters: every key is lost some day; what counts is what can be done then.

    Decides: met for a key that is renewed automatically or on demand, or can be revoked; weaker for one that
    neither holds for (a root key that lives as long as its device); indeterminate for a key of which nothing
    is said.

    References: ENISA GP-TM-35; NIST SP 800-57 part 1.
    """

    def ask(key: Subject) -> Answer:
        return any_of(
            (
                facts.judge(
                    "key.rotation",
                    ("automatic", "on-demand"),
                    weaker=("never",),
                    subject=key,
                    say="the renewal",
                ),
                facts.judge("key.revocation", YES, weaker=NO, subject=key, say="revocation"),
            )
        )[0]

    return each(
        facts,
        "key",
        (*KEY, "key.rotation", "key.revocation"),
        ask,
        empty=does_not_arise("the product is declared to have no key"),
    )


@probe(
    "keys-recovery-safe",
    question="Do update and recovery of keys give nothing away to an attacker?",
    reads=("key.any", *KEY, "key.recovery-safe"),
    kind="document",
)
def keys_recovery_safe(facts: Facts) -> Answer:
    """The way to a new key is no way in.

    Looks at: key.recovery-safe of every key.

    Why it matters: attackers ask for a new key where they cannot get at the old one.

    Decides: met when it is so for each key; unmet when not for one; indeterminate for a key of which nothing
    is said.

    References: ENISA GP-TM-26.
    """
    return _each_key(
        facts,
        "key.recovery-safe",
        lambda key: facts.judge("key.recovery-safe", YES, subject=key, say="safe update and recovery"),
    )


@probe(
    "device-keys-unique",
    question="Is every key that a device holds different in every device?",
    reads=("key.any", *KEY, "key.unique", "device.attestation-key"),
    kind="document",
)
def device_keys_unique(facts: Facts) -> Answer:
    """No secret is shared by a product family.

    Looks at: key.unique of every key that a device holds, and device.attestation-key of the sampled devices,
    which can only speak against it.

    Why it matters: one opened device would open all the others.

    Decides: met when each such key is unique; unmet when one is not, or when two sampled devices share one;
    indeterminate for a key of which nothing is said. Keys that only the maker holds are left out, since
    devices have but their public half.

    References: ENISA GP-TM-48 and GP-TM-49.
    """

    def ask(key: Subject) -> Answer:
        if facts.declared("key.held-by", key) == "vendor":
            return does_not_arise(f"{key} is held by the maker alone", facts.claims("key.held-by", key))
        return facts.judge("key.unique", YES, subject=key, say="uniqueness")

    return shared_keys(facts) or _each_key(facts, "key.unique", ask)


@probe(
    "no-hard-coded-secrets",
    question="Are source and image free of critical security parameters?",
    reads=("software.hard-coded-secrets",),
    kind="document",
)
def no_hard_coded_secrets(facts: Facts) -> Answer:
    """The software holds no secret.

    Looks at: software.hard-coded-secrets.

    Why it matters: what is in the image is in every device, and in the hands of everybody who has one.

    Decides: met when declared to have none; unmet when it has; indeterminate when nothing is said.

    References: ENISA GP-TM-49.
    """
    return facts.judge("software.hard-coded-secrets", NO, say="whether secrets are hard-coded")


# --- identity and enrolment -------------------------------------------------------------------------------

leaf(
    "identity-per-device",
    "identity.per-device",
    YES,
    question="Has every device a unique, authenticated identity of its own?",
    why="Rights and revocation need somebody to be given to, or taken from.",
    references="ENISA GP-TM-21 and GP-TM-48.",
)
leaf(
    "enrolment-per-device",
    "identity.enrolment.per-device",
    YES,
    question="Does every device get credentials of its own when it is enrolled?",
    why="Keys that are handed out to all alike need not be managed at scale; they only have to leak once.",
    references="RFC 8366; RFC 8995; ENISA GP-TM-37.",
    kind="evidence",
)
leaf(
    "enrolment-scalable",
    "identity.enrolment.scalable",
    YES,
    question="Can keys be renewed across the fleet without touching each device?",
    why="What takes a person's hand per device is not done for a million of them.",
    references="ENISA GP-TM-37.",
)


@probe(
    "enrolment-automated",
    question="Is a device enrolled by a protocol made for it?",
    reads=("identity.enrolment.protocols", "identity.enrolment.protocols.any"),
    kind="document",
)
def enrolment_automated(facts: Facts) -> Answer:
    """Devices get their keys by protocol.

    Looks at: identity.enrolment.protocols.

    Why it matters: a protocol that others have examined scales, and leaks less than one of one's own.

    Decides: met by at least one of est, lwm2m-bootstrap, brski, fdo, acme, cmp and matter; weaker by hand or
    by another way alone; unmet when declared to have none; indeterminate when nothing is said.

    References: RFC 7030; RFC 8995; RFC 8555; RFC 9810; ENISA GP-TM-37.
    """
    return some(
        facts,
        "identity.enrolment.protocols",
        ("est", "lwm2m-bootstrap", "brski", "fdo", "acme", "cmp", "matter"),
        weaker=("manual", "other"),
        say="the enrolment protocol",
    )


leaf(
    "storage-made-for-physical-attacks",
    "hardware.secure-storage.physical-attacks-considered",
    YES,
    question="Are local and physical attacks part of the security target of the secure storage?",
    why="Whoever owns the device holds it in the hand.",
    references="ENISA GP-TM-02.",
)
