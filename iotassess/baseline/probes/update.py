"""Probes about updates and about the way back to a good state."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import covers, silent
from iotassess.baseline.probes._names import Strength, algorithm_strength, judge_names
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Value, is_declared

YES = (True,)
NO = (False,)
MS = "SUIT manifest (draft-ietf-suit-manifest)"

# --- what a manifest can show -----------------------------------------------------------------------------

leaf(
    "update-applied",
    "update.applied",
    YES,
    question="Do sampled devices report that they applied an update?",
    why="A device that took one update can take the next; a declaration cannot show that it works.",
    references="draft-ietf-suit-report; NIST IR 8259A, software update, element 1.",
    kind="evidence",
)
leaf(
    "update-manifest-authenticated",
    "update.authenticated",
    YES,
    question="Is an update accepted only with a valid signature or MAC of an authorised party?",
    why="Without it anybody who reaches the device decides what it runs.",
    references=f"{MS} section 8.3; RFC 9124, REQ.SEC.AUTHENTIC; ENISA GP-TM-04, GP-TM-05 and GP-TM-18.",
    kind="evidence",
)
leaf(
    "update-payload-integrity",
    "update.integrity-checked",
    YES,
    question="Is every payload held against an authenticated digest before it is used?",
    why="A signature protects the manifest only; the digest in it extends that to what is installed.",
    references=f"{MS}, condition image match; ENISA GP-TM-05 and GP-TM-18.",
    kind="evidence",
)
leaf(
    "update-target-checked",
    "update.target-checked",
    YES,
    question="Are the vendor and the class of device checked before an update is installed?",
    why="Good software for another device is bad software for this one.",
    references=f"{MS}, vendor and class conditions; RFC 9124, REQ.SEC.COMPATIBLE; ENISA GP-TM-05.",
    kind="evidence",
)
leaf(
    "update-encrypted",
    "update.encrypted",
    YES,
    question="Are the payloads of an update encrypted?",
    why="Firmware in clear shows its flaws, and whatever was put into it, to everybody on the way.",
    references="draft-ietf-suit-firmware-encryption; RFC 9124, REQ.SEC.IMG.CONFIDENTIALITY; ENISA GP-TM-18.",
    kind="evidence",
)
leaf(
    "update-goes-to-other-slot",
    "update.ab-slots",
    YES,
    question="Is an update written to a slot that is not running?",
    why="As long as the running software is left alone, a failed update takes nothing away.",
    references=f"{MS}, try each; RFC 9019; ENISA GP-TM-06.",
    kind="evidence",
)


@probe(
    "update-sequence-advances",
    question="Is the sequence number of an update never lower than that of the release in the field?",
    reads=("update.sequence-number",),
    kind="evidence",
)
def update_sequence_advances(facts: Facts) -> Answer:
    """Updates go forward.

    Looks at: update.sequence-number: that of the release in the field, as declared, and those of manifests.

    Why it matters: an old release with known flaws is signed as well as the new one, and serves an attacker
    better.

    Decides: met when the installed number is declared and no manifest has a lower one; unmet when one has;
    indeterminate when the installed number is not declared, since a number alone does not advance.

    References: SUIT manifest (draft-ietf-suit-manifest) section 8.4.2; RFC 9124,
    REQ.SEC.SEQUENCE; ENISA GP-TM-05 and GP-TM-06.
    """
    claims = facts.claims("update.sequence-number")
    installed = [int(c.value) for c in claims if is_declared(c) and isinstance(c.value, int)]
    if not installed:
        return silent("the sequence number of the release in the field is not declared", claims)

    def advances(value: Value) -> bool:
        return isinstance(value, int) and value >= max(installed)

    return facts.judge("update.sequence-number", advances, say="the sequence number")


SCHEMES: dict[str, Strength] = {
    "https": "strong",
    "coaps": "strong",
    "mqtts": "strong",
    "ble": "weaker",
    "usb": "weaker",
    "cbor": "weaker",
    "http": "weak",
    "coap": "weak",
    "tftp": "weak",
    "ftp": "weak",
}
"""How an update travels: over an encrypted connection, side by side without a network, or in clear."""


@probe(
    "update-transport-secure",
    question="Does an update travel over secure connections only?",
    reads=("update.transport",),
    kind="evidence",
)
def update_transport_secure(facts: Facts) -> Answer:
    """No payload of an update travels in clear.

    Looks at: update.transport: the ways declared, and the schemes of the URIs in manifests.

    Why it matters: a signature keeps an update from being changed, but not from being read, held back or
    swapped for an older one.

    Decides: met when every way is https, coaps or mqtts; weaker by a local way (ble, usb) whose protection
    the scheme does not tell; unmet by http, coap, tftp or ftp; indeterminate by an unknown scheme, and when
    the ways are not declared, since a manifest shows only its own. It is as proven as its least proven way.

    References: ENISA GP-TM-18; RFC 9019.
    """
    return judge_names(
        facts,
        ("update.transport",),
        lambda name: SCHEMES.get(name.casefold(), "unknown"),
        say="the way of an update",
    )


@probe(
    "update-signature-algorithm-strong",
    question="Is every algorithm that authenticates updates strong?",
    reads=("update.signature-algorithm",),
    kind="evidence",
)
def update_signature_algorithm_strong(facts: Facts) -> Answer:
    """The signature of an update cannot be forged.

    Looks at: update.signature-algorithm: those declared, and those of manifests.

    Why it matters: a device that also takes a weak signature is as safe as that one.

    Decides: met when every algorithm is on the list of strong ones; weaker by one that is not best practice;
    unmet by a broken or deprecated one; indeterminate by an unknown name, and when the algorithms are not
    declared, since a manifest shows only its own. It is as proven as its least proven algorithm.

    References: IANA COSE algorithms; RFC 9053; NIST SP 800-131A revision 2; ENISA GP-TM-05, GP-TM-18 and
    GP-TM-34.
    """
    return judge_names(
        facts, ("update.signature-algorithm",), algorithm_strength, say="the signature algorithm of updates"
    )


# --- what only the maker can say --------------------------------------------------------------------------

leaf(
    "update-over-the-air",
    "update.ota",
    YES,
    question="Can the software be updated over the air?",
    why="A flaw that needs a visit to every device stays in most of them.",
    references="ENISA GP-TM-18.",
)
leaf(
    "update-server-secured",
    "update.server-secured",
    YES,
    question="Is the update server itself secured and maintained?",
    why="Whoever holds the server can hold updates back, or hand out old ones.",
    references="ENISA GP-TM-18.",
)
leaf(
    "update-server-authenticated",
    "update.server-authenticated",
    YES,
    question="Does the device authenticate the server that it gets updates from?",
    why="Encryption towards an unknown server protects from everybody but the one who matters.",
    references="ENISA GP-TM-18.",
)
leaf(
    "update-chain-verified-first",
    "update.chain-verified-before-install",
    YES,
    question="Are signature, signing certificate and its chain verified before the installation starts?",
    why="An update that is verified while it is written has already replaced something.",
    references="ENISA GP-TM-18.",
)


@probe(
    "older-software-refused",
    question="Does the device refuse software that is older than what it had?",
    reads=("update.anti-rollback", "boot-stage.updatable", "boot-stage.anti-rollback"),
    kind="document",
)
def older_software_refused(facts: Facts) -> Answer:
    """Nothing old is installed, and nothing old is booted.

    Looks at: update.anti-rollback; boot-stage.anti-rollback of every boot stage that is declared updatable.

    Why it matters: below the last security fix no state is secure, and whoever can write to the flash goes
    past the update mechanism.

    Decides: met by "yes" where no boot stage that can be updated is declared to accept an older version;
    weaker where one does; unmet by "no"; indeterminate when nothing is said.

    References: RFC 9124, REQ.SEC.SEQUENCE; ENISA GP-TM-06.
    """
    said = facts.judge("update.anti-rollback", YES, say="older software is refused")
    if said.outcome != "met":
        return said
    for stage in facts.subjects("boot-stage", "boot-stage.anti-rollback", "boot-stage.updatable"):
        if facts.declared("boot-stage.updatable", stage) is False:
            continue
        kept = facts.judge("boot-stage.anti-rollback", YES, subject=stage, say="older versions are refused")
        if kept.outcome == "unmet":
            return Answer("weaker", kept.because, (*said.claims, *kept.claims))
    return said


leaf(
    "failed-update-undone",
    "update.rollback-on-failure",
    YES,
    question="Does the device go back to the software that it had when an update fails?",
    why="A device that hangs between two releases is neither secure nor useful.",
    references="RFC 9019; ENISA GP-TM-06.",
)
leaf(
    "updates-automatic",
    "update.automatic",
    YES,
    question="Can updates be installed automatically?",
    why="Most users never install an update by themselves.",
    references="ENISA GP-TM-19.",
)
leaf(
    "updates-backward-compatible",
    "update.backward-compatible",
    YES,
    question="Is an update compatible with what the device works with?",
    why="Users refuse updates that break what they have.",
    references="ENISA GP-TM-20.",
)


@probe(
    "update-carries-no-secrets",
    question="Is an update free of credentials and other secrets?",
    reads=("update.contains-secrets",),
    kind="document",
)
def update_carries_no_secrets(facts: Facts) -> Answer:
    """An update gives nothing away.

    Looks at: update.contains-secrets.

    Why it matters: an update reaches everybody who asks for it, and what is in it is in every device.

    Decides: met when declared to contain none; unmet when it does; indeterminate when nothing is said.

    References: ENISA GP-TM-18.
    """
    return facts.judge("update.contains-secrets", NO, say="whether an update contains secrets")


@probe(
    "updates-cover-all-software",
    question="Do updates reach firmware, configuration and applications?",
    reads=("update.covers", "update.covers.any"),
    kind="document",
)
def updates_cover_all_software(facts: Facts) -> Answer:
    """Nothing is left out of updates.

    Looks at: update.covers.

    Why it matters: the part that cannot be updated keeps its flaws for the life of the product.

    Decides: met when firmware, configuration and applications are covered (in a product of one image, its
    application is part of the firmware, and may be declared as covered); weaker when only some are; unmet
    when nothing is; indeterminate when nothing is said.

    References: ENISA GP-TM-18.
    """
    return covers(
        facts,
        "update.covers",
        ("firmware", "configuration", "applications"),
        say="what updates cover",
    )


@probe(
    "settings-survive-updates",
    question="Does an update leave the user's settings alone, or else tell the user?",
    reads=("update.preserves-settings", "update.notifies-on-change"),
    kind="document",
)
def settings_survive_updates(facts: Facts) -> Answer:
    """No setting changes silently.

    Looks at: update.preserves-settings and update.notifies-on-change.

    Why it matters: an update that turns a protection off undoes a choice that the user made.

    Decides: met when settings survive, or when the user is told of a change; unmet when neither;
    indeterminate when nothing is said.

    References: ENISA GP-TM-20.
    """
    return any_of(
        (
            facts.judge("update.preserves-settings", YES, say="whether settings survive an update"),
            facts.judge("update.notifies-on-change", YES, say="whether the user is told of changes"),
        )
    )[0]


# --- recovery ---------------------------------------------------------------------------------------------

leaf(
    "recovery-image-present",
    "recovery.recovery-image",
    YES,
    question="Is there a recovery image that cannot be overwritten?",
    why="It is the way back that no failed or malicious update can take away.",
    references="ENISA GP-TM-06 and GP-TM-16.",
)
leaf(
    "known-good-state-restorable",
    "recovery.known-good-state",
    YES,
    question="Can the device return to a state known to be secure after a breach?",
    why="A device that cannot be trusted again after a breach has to be thrown away.",
    references="RFC 9019; ENISA GP-TM-06.",
)
leaf(
    "device-tests-itself",
    "recovery.self-test",
    YES,
    question="Does the device test itself?",
    why="Faults and attacks that nobody notices last.",
    references="ENISA GP-TM-16.",
)
leaf(
    "device-repairs-itself",
    "recovery.self-repair",
    YES,
    question="Does the device repair itself after a fault?",
    why="Most devices have nobody near who could.",
    references="ENISA GP-TM-16.",
)
leaf(
    "hung-device-restarts",
    "recovery.watchdog",
    YES,
    question="Does a watchdog restart a device that hangs?",
    why="A restart into verified software ends many faults and some attacks.",
    references="ENISA GP-TM-16.",
)
