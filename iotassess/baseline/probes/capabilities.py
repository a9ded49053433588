"""What a device can do for its own security and its owners (NIST IR 8259A).

Elements of that document which other baselines ask for, too, have their probes elsewhere.
"""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import answers_for, each, silent
from iotassess.baseline.probes.attestation import shared_keys
from iotassess.baseline.probes.features.device import DEBUG, debug_interfaces_absent
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import PRODUCT, Subject

YES = (True,)
NO = (False,)

# --- identification ---------------------------------------------------------------------------------------

leaf(
    "physical-identifier-readable",
    "identity.physical-identifier",
    YES,
    question="Has every device a unique identifier on or in it that authorised people can read?",
    why="Before a device is connected, and after it has failed, nothing else tells which one it is.",
    references="NIST IR 8259A, device identification, element 2.",
)


KEYS_OF_A_DEVICE = ("device.attestation-key", "device.identity-key")
"""What joins an identifier of one device with a key that only this device has."""


@probe(
    "device-identifier-attested",
    question="Does each sampled device name itself by an identifier of its own in signed evidence?",
    reads=("device.any", *KEYS_OF_A_DEVICE),
    kind="evidence",
)
def device_identifier_attested(facts: Facts) -> Answer:
    """A device can tell which one it is, and prove it.

    Looks at: device.attestation-key of every sampled device: the claim joins the instance identifier or UEID
    in a token with the key that verified it; and device.identity-key, which joins the serial number or the
    key itself with the device's certificate.

    Why it matters: an identifier that anybody can copy identifies nobody.

    Decides: met when a key is known for the identifier of each sampled device, as declared, as tokens verify
    or as a certificate says; unmet when two identifiers share a key, since either device can then name
    itself as the other; indeterminate when no device is sampled, or when one of them has no key. It is as
    proven as its least proven device. That the identifiers of all other devices differ, too, no sample can
    show.

    References: RFC 9711 section 4.2.1 (UEID); RFC 9783 section 4.2.1 (instance identifier); IEEE 802.1AR
    (DevID certificates); NIST IR 8259A, device identification, element 1.
    """
    shared = next(filter(None, (shared_keys(facts, property) for property in KEYS_OF_A_DEVICE)), None)
    if shared is not None:
        return shared
    keys = [claim for property in KEYS_OF_A_DEVICE for claim in facts.claims(property)]
    found = [*facts.subjects("device"), *(c.subject for c in keys if answers_for(c))]
    if not found:
        return silent("no device is sampled", (*facts.claims("device.any", PRODUCT), *keys))

    def ask(device: Subject) -> Answer:
        say = "the key to the identifier"
        keys = [facts.judge(p, lambda _: True, subject=device, say=say) for p in KEYS_OF_A_DEVICE]
        return any_of(keys)[0]

    return all_of([ask(device) for device in dict.fromkeys(found)])


# --- configuration ----------------------------------------------------------------------------------------

leaf(
    "settings-changeable",
    "configuration.changeable",
    YES,
    question="Can the settings of the device's software be changed?",
    why="A device that cannot be set up for the place where it is used is as safe as its maker's guess.",
    references="NIST IR 8259A, device configuration, element 1.",
)
leaf(
    "settings-changed-by-authorised-only",
    "configuration.authorised-only",
    YES,
    question="Can only authorised users, services and devices change the settings?",
    why="Whoever can change a setting can switch off what it protects.",
    references="NIST IR 8259A, device configuration, element 2.",
)
leaf(
    "secure-configuration-restorable",
    "configuration.restorable",
    YES,
    question="Can an authorised user, service or device restore a configuration that was defined as secure?",
    why="Settings that are damaged, or that nobody trusts any more, are replaced faster than examined.",
    references="NIST IR 8259A, device configuration, element 3.",
)
leaf(
    "restore-by-authorised-only",
    "configuration.restore-authorised-only",
    YES,
    question="Is restoring the configuration refused to everybody who is not authorised?",
    why="A stranger who can restore the defaults can undo what the owner set.",
    references="NIST IR 8259A, device configuration, element 3.",
)

SETTINGS = (
    "crypto.configurable",
    "auth.rate-limit.configurable",
    "update.user-control",
    "update.notification-control",
    "update.notification-recipients",
    "endpoint.carries-configuration",
)
"""Leaves whose yes says that there is something to set."""


@probe(
    "settings-absent",
    question="Is the device declared to have nothing that can be set?",
    reads=("configuration.changeable", *SETTINGS),
    kind="document",
)
def settings_absent(facts: Facts) -> Answer:
    """There are no settings.

    Looks at: configuration.changeable, and the leaves that tell of single settings: crypto.configurable,
    auth.rate-limit.configurable, update.user-control, update.notification-control,
    update.notification-recipients, and endpoint.carries-configuration of every connection.

    Why it matters: what is asked of settings does not arise where there are none.

    Decides: met when the settings are declared not to be changeable, and no single setting is declared all
    the same; unmet when one is, or when the settings can be changed; indeterminate when nothing is said of
    the settings as such.

    References: our convention for the elements of NIST IR 8259A that are settings.
    """
    absent = facts.judge("configuration.changeable", NO, say="whether settings can be changed")
    if absent.outcome != "met":
        return absent
    for property in SETTINGS:
        for claim in facts.claims(property):
            if claim.value is True:
                because = (
                    f"settings are declared not to be changeable, but {property} is yes by {claim.source}"
                )
                return Answer("unmet", because, (*absent.claims, claim))
    return absent


# --- data -------------------------------------------------------------------------------------------------

leaf(
    "erasure-by-authorised-only",
    "data.erasure-authorised-only",
    YES,
    question="Can only authorised users and services erase data?",
    why="A wipe that anybody can start is a way to take the device and its records away from their owner.",
    references="NIST IR 8259A, data protection, element 2.",
)
leaf(
    "factory-reset-offered",
    "recovery.factory-reset",
    YES,
    question="Can the device be reset to its factory state?",
    why="Only a state that the device had before anybody used it is known to hold nobody's data.",
    references="NIST IR 8259A, data protection, element 2.",
)
leaf(
    "crypto-library-present",
    "library.any",
    YES,
    question="Has the device a cryptographic library or module that could be shown to be secure?",
    why="Cryptography that is in no named implementation can be examined by nobody.",
    references="NIST IR 8259A, data protection, element 1.",
)
leaf(
    "crypto-configurable",
    "crypto.configurable",
    YES,
    question="Can the cryptography be configured, for example its key length?",
    why="Rules on cryptography differ between customers, and change while a device is in use.",
    references="NIST IR 8259A, data protection, element 3.",
)

# --- access -----------------------------------------------------------------------------------------------

leaf(
    "login-limit-configurable",
    "auth.rate-limit.configurable",
    YES,
    question="Can an authorised user set how many attempts to log in there are, and the delay after them?",
    why="A limit that fits a home locks out a ward's staff, and one that fits the ward protects no vault.",
    references="NIST IR 8259A, logical access to interfaces, element 3.",
)

INTERFACE = ("interface.type", "interface.port")
"""By which an interface is known to be there."""


@probe(
    "unneeded-interfaces-disabled",
    question="Is every interface that is not needed off, or one that can be switched off?",
    reads=(
        "interface.any",
        *INTERFACE,
        "interface.required",
        "interface.can-disable",
        "interface.enabled-default",
    ),
    kind="document",
)
def unneeded_interfaces_disabled(facts: Facts) -> Answer:
    """What nobody needs, nobody has to leave open.

    Looks at: interface.required, interface.can-disable and interface.enabled-default of every interface.

    Why it matters: an interface that cannot be closed stays a way in after its use has gone.

    Decides: met when each interface is needed, can be switched off, or is off as sold, one by this and
    another by that, and when the product is declared to have none; unmet when one is on, not needed and
    cannot be switched off; indeterminate for an interface of which nothing is said.

    References: NIST IR 8259A, logical access to interfaces, element 1.
    """

    def ask(interface: Subject) -> Answer:
        if facts.declared("interface.required", interface) is True:
            return facts.judge("interface.required", YES, subject=interface, say="the need")
        closed = facts.judge("interface.enabled-default", NO, subject=interface, say="being on as sold")
        return any_of(
            [facts.judge("interface.can-disable", YES, subject=interface, say="switching off"), closed]
        )[0]

    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.required", "interface.can-disable", "interface.enabled-default"),
        ask,
        empty=facts.judge("interface.any", NO, say="whether there are interfaces"),
    )


@probe(
    "debug-interfaces-denied",
    question="Is there no debug interface, and do all devices seem to be in the lifecycle of those sold?",
    reads=("debug.present", *(sign.property for sign in DEBUG)),
    kind="document",
)
def debug_interfaces_denied(facts: Facts) -> Answer:
    """Nothing to debug the device by, by a word that nothing makes doubtful.

    Looks at: debug.present, and what denies it: debug.state, lifecycle, interface.type, debug.physical.

    Why it matters: that there is no such interface is only said, and a device whose lifecycle is not the
    secured one is one that its maker has not closed yet.

    Decides: as debug-interfaces-absent does, except that it is weaker where a lifecycle other than secured is
    declared or shown.

    References: NIST IR 8259A, logical access to interfaces, element 1; RFC 9783 section 4.3.1.
    """
    absent = debug_interfaces_absent(facts)
    lifecycle = facts.judge(
        "lifecycle", ("secured",), say="no debug interface is declared, and the lifecycle"
    )
    if absent.outcome == "met" and lifecycle.outcome == "unmet":
        claims = tuple(dict.fromkeys((*absent.claims, *lifecycle.claims)))
        return Answer("weaker", lifecycle.because, claims, 0, absent.disputed or lifecycle.disputed)
    return absent


# --- update -----------------------------------------------------------------------------------------------

CONTROL, DEFAULT, CONSENT = "update.user-control", "update.automatic-default", "update.automatic-consent"


@probe(
    "automatic-updates-switchable",
    question="Can automatic updates be switched on and off, and not only be put off?",
    reads=(CONTROL, DEFAULT, CONSENT),
    kind="document",
)
def automatic_updates_switchable(facts: Facts) -> Answer:
    """Those who may decide whether the device updates itself.

    Looks at: update.user-control, update.automatic-default and update.automatic-consent.

    Why it matters: who can only put an update off does not decide whether it comes.

    Decides: unmet when the user has no control; met when the user has, and automatic updates are off until
    they are switched on, or are switched on with consent only, so that they can be off; weaker by the control
    alone, which putting an update off would be, too; indeterminate when nothing is said of it.

    References: NIST IR 8259A, software update, elements 5 and 6a.
    """
    control = facts.judge(CONTROL, YES, say="control over automatic updates")
    if control.outcome != "met":
        return control
    off, _ = any_of(
        [
            facts.judge(DEFAULT, NO, say="whether automatic updates are on by default"),
            facts.judge(CONSENT, YES, say="consent to automatic updates"),
        ]
    )
    if off.outcome != "met":
        because = (
            f"{control.because}, which may be no more than putting an update off: automatic updates are "
            "declared neither to be off by default, nor to be switched on with consent only"
        )
        return Answer("weaker", because, (*control.claims, *off.claims), 0, control.disputed)
    return all_of([control, off])


leaf(
    "updates-local",
    "update.local",
    YES,
    question="Can the software be updated locally, by whoever stands beside the device?",
    why="A device without a network, or one that must not use it, still has flaws to be mended.",
    references="NIST IR 8259A, software update, element 1.",
)
leaf(
    "updates-by-authorised-only",
    "update.authorised-only",
    YES,
    question="Can only authorised users, services and devices start an update?",
    why="An authentic update at the wrong moment stops a device as well as a false one.",
    references="NIST IR 8259A, software update, element 4.",
)
leaf(
    "rollback-by-authorised",
    "update.rollback-authorised",
    YES,
    question="Can an authorised user, service or device go back to earlier software?",
    why="An update that breaks what the device is for has to be undone by somebody who may.",
    references="NIST IR 8259A, software update, element 3.",
)
leaf(
    "update-notice-recipients-configurable",
    "update.notification-recipients",
    YES,
    question="Can it be set who is notified of updates?",
    why="A notice is of use to whoever looks after the device, and that is rarely whoever stands before it.",
    references="NIST IR 8259A, software update, element 6b.",
)
