"""Parts of the product, support, and reasons for what is not met: answers that rule each other out."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.operations import Process, Support
from iotassess.model.profile.update import Update
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction


def find_products_without_device(profile: Profile) -> Iterator[Finding]:
    """A product is a device and what belongs to it (NIST IR 8425 section 2), so the device is in the list."""
    parts = profile.product_components
    if parts is not None and all(part.kind not in (None, "device") for part in parts):
        yield Finding(
            ("product_components",),
            "none of the product's components is a device",
            "add the device itself with kind: device, or remove the list where it is not known",
        )


def find_products_of_two_devices(profile: Profile) -> Iterator[Finding]:
    """One profile describes one device; a second one is a hub or an accessory, or has its own profile."""
    devices = [i for i, part in enumerate(profile.product_components or []) if part.kind == "device"]
    for index in devices[1:]:
        yield Finding(
            ("product_components", index, "kind"),
            f"a second component is a device, the first is at index {devices[0]}",
            "is it a hub or an accessory? A second device has a profile of its own",
        )


def find_isolation_of_what_can_be_updated(profile: Profile) -> Iterator[Finding]:
    """Isolation is asked of devices that cannot be updated, unless a part of this one's software cannot."""
    support, update = profile.support or Support(), profile.update or Update()
    fixed = any(c.immutable or c.updatable is False for c in profile.components or [])
    if update.supported and not fixed:
        for path, said in asserted(support, ("support",), ("isolable",)):
            yield contradiction(
                path,
                said,
                "update.supported is true",
                "it is asked of a device that cannot be updated; remove it here",
            )


def find_publication_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A policy that there is not is not published, and promises no dates."""
    support = profile.support or Support()
    policy = support.vulnerability_disclosure
    if policy is not None and policy.done is False:
        for path, said in asserted(support, ("support",), ("disclosure_published", "disclosure_timelines")):
            yield contradiction(path, said, "support.vulnerability_disclosure.done is false")


def find_records_of_no_training(profile: Profile) -> Iterator[Finding]:
    """Training that does not take place leaves no records."""
    process = profile.process or Process()
    training, records = process.training, process.training_records
    if training is not None and training.done is False and records is not None and records.done:
        yield contradiction(
            ("process", "training_records", "done"), "done is true", "process.training.done is false"
        )


def find_answers_without_reason(profile: Profile) -> Iterator[Finding]:
    """A justification is the reason (ETSI EN 303 645 provision 5.0-1); the bare answer justifies nothing."""
    for index, row in enumerate(profile.justifications or []):
        if row.answer is not None and row.reason is None:
            here: Path = ("justifications", index, "answer")
            yield Finding(
                here,
                f"{row.requirement} is {row.answer}, and no reason is given",
                "add reason: and why that is so",
            )


def find_reasons_without_answer(profile: Profile) -> Iterator[Finding]:
    """Whether a requirement is not met or does not apply decides what the reason has to show."""
    for index, row in enumerate(profile.justifications or []):
        if row.reason is not None and row.answer is None:
            yield Finding(
                ("justifications", index, "reason"),
                f"a reason is given for {row.requirement}, and not for what",
                "add answer: not-met or not-applicable",
            )


RULES = (
    Rule("product-without-device", "warning", find_products_without_device),
    Rule("product-of-two-devices", "warning", find_products_of_two_devices),
    Rule("isolable-and-updatable", "warning", find_isolation_of_what_can_be_updated),
    Rule("disclosure-policy-none", "error", find_publication_of_nothing),
    Rule("training-not-done", "error", find_records_of_no_training),
    Rule("justification-without-reason", "error", find_answers_without_reason),
    Rule("justification-without-answer", "error", find_reasons_without_answer),
)
