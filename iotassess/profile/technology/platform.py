"""Rules for technologies of the platform: what boots, what is measured, what is isolated."""

from __future__ import annotations

from iotassess.profile.technology.model import (
    Beside,
    Conflict,
    From,
    Given,
    Implied,
    Member,
    Named,
    Need,
    Rules,
    Says,
    Version,
    flag,
    number,
    one,
    some,
    text,
)

TEE_PRESENT = Says("hardware.isolation.tee.present", (True,))
UPDATED_BY_SUIT = (
    Says("update.mechanisms", ("suit", "teep")),
    Member("update_mechanisms", {"technology": ("suit", "teep")}),
)

_SECURE_BOOT = Rules(
    "secure-boot",
    (),
    {
        "scheme": one(
            "What verifies the images.",
            *("mcuboot", "uefi", "vendor-rom", "u-boot-fit", "android-verified-boot", "suit", "other"),
        ),
        "algorithm": text("Signature algorithm, by its IANA COSE registry name where it has one."),
        "key_storage": one(
            "Where the verification key, or its hash, is.",
            *("otp", "fuse", "rom", "secure-element", "tpm", "flash"),
        ),
        "enforced": flag("It cannot be switched off in devices as sold."),
        "anti_rollback": flag("An older image is refused by a counter."),
    },
    needs=(
        Need(
            (Says("hardware.root_of_trust.type", ("rom", "otp", "secure-element", "tpm")),),
            "verification starts in a root of trust",
        ),
        Need(
            (Beside("suit-manifest"), *UPDATED_BY_SUIT),
            "the scheme suit verifies images by their SUIT manifest",
            when=(Given("scheme", ("suit",)),),
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("enforced", (True,)), Says("boot.integrity_failure_action", ("ignore",))),
            "Verification whose failure is ignored enforces nothing.",
        ),
    ),
    implies=(
        Implied("boot.secure-boot", "boot.secure_boot", True, "only authorised software boots"),
        Implied("boot.enforced", "boot.enforced", From("enforced"), "the parameter says it"),
        Implied("boot.algorithm", "boot.algorithm", From("algorithm"), "the parameter says it"),
    ),
    example={"scheme": "mcuboot", "algorithm": "ESP256", "key_storage": "otp", "enforced": True},
    version="MCUboot 2.1",
)

_TPM = Rules(
    "tpm-measured-boot",
    (
        Version("2.0"),
        Version("TPM 2.0"),
        Version("ISO/IEC 11889"),
        Version("1.2", "TPM 2.0: version 1.2 rests on SHA-1"),
        Version("TPM 1.2", "TPM 2.0: version 1.2 rests on SHA-1"),
    ),
    {
        "implementation": one("What the module is.", "discrete", "integrated", "firmware", "virtual"),
        "pcr_banks": some(
            "Hash algorithms of the registers.",
            *("sha1", "sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sm3-256"),
        ),
        "quotes": flag("A verifier gets signed quotes of the registers."),
        "event_log": flag("A log tells what was measured into them."),
    },
    needs=(
        Need(
            (Member("boot.stages", {"measured_into": ("tpm-pcr",)}),),
            "a stage is measured into the module's registers",
        ),
    ),
    conflicts=(
        Conflict(
            (Given("pcr_banks", ("sha1",), alone=True),),
            "Registers that know SHA-1 alone hold measurements that can be forged.",
            "warning",
        ),
        Conflict(
            (Named(r"(?i)(tpm\s*)?1\.2", "1.2"), Given("pcr_banks", ("sha256", "sha384", "sha512"))),
            "TPM 1.2 has SHA-1 registers only.",
        ),
        Conflict(
            (Says("hardware.secure_storage.type", ("none",)),),
            "A TPM is a place to keep secrets; the profile says that nothing protects them.",
            "warning",
        ),
    ),
    implies=(
        Implied("boot.measured", "boot.measured", True, "each stage is measured before it runs"),
        Implied(
            "boot.measurement-store", "boot.measurement_store", "tpm", "measurements are kept in the module"
        ),
        Implied(
            "attestation.supported",
            "attestation.supported",
            True,
            "quotes are evidence",
            when=(Given("quotes", (True,)),),
        ),
    ),
    example={"implementation": "discrete", "pcr_banks": ["sha256"], "quotes": True, "event_log": True},
    version="2.0",
)

_TEE = Rules(
    "tee",
    (),
    {
        "technology": one(
            "What it is built on.",
            *("trustzone-m", "trustzone-a", "pmp", "enclave", "separate-core", "other"),
        ),
        "isolation_level": number("PSA isolation level.", 1, 3),
        "api": one("How software outside reaches it.", "psa", "globalplatform", "vendor"),
        "certification": text("Certificate of the environment."),
    },
    needs=(
        Need(
            (Says("hardware.isolation.mechanisms", ("tee",)),),
            "it is one of the isolation mechanisms",
        ),
    ),
    conflicts=(
        Conflict(
            (
                Given("technology", ("trustzone-a",)),
                Says("product.constrained_class", ("class-0", "class-1")),
            ),
            "TrustZone for application processors is not found in devices as constrained as that.",
            "warning",
        ),
    ),
    implies=(
        Implied("hardware.isolation.tee.present", "hardware.isolation.tee.present", True, "it is one"),
        Implied(
            "hardware.isolation.tee.technology",
            "hardware.isolation.tee.technology",
            From("technology"),
            "the parameter says it",
        ),
        Implied(
            "hardware.isolation.psa-isolation-level",
            "hardware.isolation.psa_isolation_level",
            From("isolation_level"),
            "the parameter says it",
        ),
    ),
    example={"technology": "trustzone-m", "isolation_level": 2, "api": "psa"},
    version="Armv8-M with TrustZone",
)

_NEEDS_TEE = Need((Beside("tee"), TEE_PRESENT), "it manages a trusted execution environment", silent=True)
_MANAGED = Implied(
    "hardware.isolation.tee.managed-by",
    "hardware.isolation.tee.managed_by",
    "teep",
    "that is what it is for",
)

_TEEP = Rules(
    "teep",
    (
        Version("RFC 9397"),
        Version("draft-ietf-teep-architecture-*", "RFC 9397: the draft was published as that"),
    ),
    {
        "roles": some(
            "Parts of the architecture that the product has.",
            *("agent", "broker", "application-manager", "signer"),
        ),
        "application_manager": text("Who runs the application manager."),
    },
    needs=(_NEEDS_TEE,),
    implies=(_MANAGED,),
    example={"roles": ["agent", "broker"]},
    version="RFC 9397",
)

_TEEP_PROTOCOL = Rules(
    "teep-protocol",
    (Version("draft-ietf-teep-protocol-*"),),
    {
        "transport": one("What carries the messages.", "https", "http", "coaps", "coap", "other"),
        "application_manager": text("Address or name of the application manager."),
        "attestation": flag("The device sends evidence before anything is installed."),
        "suit_reports": flag("The device answers with SUIT reports."),
    },
    builds_on=("teep", "cose"),
    needs=(
        _NEEDS_TEE,
        Need(
            (Beside("suit-manifest"), *UPDATED_BY_SUIT),
            "what it installs is described by SUIT manifests",
            denied="warning",
            silent=True,
        ),
        Need(
            (
                Beside("rats-eat"),
                Beside("psa-attestation"),
                Says("attestation.supported", (True,)),
            ),
            "it sends evidence",
            when=(Given("attestation", (True,)),),
            silent=True,
        ),
        Need(
            (Beside("suit-report"),),
            "its answers carry SUIT reports",
            when=(Given("suit_reports", (True,)),),
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Says("update.supported", (False,)),),
            "It updates software, so that some of the software can be updated.",
        ),
    ),
    implies=(_MANAGED,),
    example={"transport": "https", "attestation": True},
    version="draft-ietf-teep-protocol-26",
)

_OS_CODE_SIGNING = Rules(
    "os-code-signing",
    (),
    {
        "schemes": some(
            "What checks the signatures.",
            *("ima", "dm-verity", "fs-verity", "kernel-modules", "signed-packages", "android", "other"),
        ),
        "scope": some("What is checked.", "kernel", "modules", "packages", "executables", "scripts"),
        "all_code": flag("Nothing runs unchecked, scripts and interpreted code included."),
        "enforced": flag("What fails is refused, not only logged."),
    },
    conflicts=(
        Conflict(
            (Given("all_code", (True,)), Given("enforced", (False,))),
            "Code that fails the check and runs all the same has not been kept from running unchecked.",
        ),
        Conflict(
            (Says("product.constrained_class", ("class-0", "class-1")),),
            "Devices as constrained as that run one image, which secure boot checks.",
            "warning",
        ),
    ),
    implies=(
        Implied(
            "software.code-signing",
            "software.code_signing",
            True,
            "all code is checked and what fails is refused",
            when=(Given("all_code", (True,)), Given("enforced", (True,))),
        ),
    ),
    example={"schemes": ["dm-verity", "kernel-modules"], "scope": ["kernel", "modules"], "enforced": True},
)

RULES = (_SECURE_BOOT, _TPM, _TEE, _TEEP, _TEEP_PROTOCOL, _OS_CODE_SIGNING)
