"""The one table of the gate's rules, in the order in which they are asked."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final, NamedTuple

from iotassess.model.gate import Finding
from iotassess.policy.scene import Scene

Ask = Callable[[Scene, Any], Iterable[Finding]]
"""Asks a rule, with its value in the policy."""

FIXED: Final = ("named-files-usable", "not-an-example", "baselines-assessed")
"""Rules that no policy switches off: they hold what the command line and the profile say themselves."""

PROFILE_VALID: Final = "profile-valid"
"""The rule that an unusable profile breaks: then no other is asked."""


class Rule(NamedTuple):
    """One rule.

    Attributes:
        id: permanent id.
        title: what holds where it passes.
        ask: "module:function" of ``(Scene, value) -> findings``.
        against: it holds the release against an earlier result, and is not asked without one.
    """

    id: str
    title: str
    ask: str
    against: bool = False

    def load(self) -> Ask:
        """Import what asks it."""
        module, _, name = self.ask.partition(":")
        function: Ask = getattr(import_module(f"iotassess.policy.rules.{module}"), name)
        return function

    @property
    def text(self) -> str:
        """What it looks at, why, and how it decides."""
        return inspect.getdoc(self.load()) or ""


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "no-contradiction",
        "nothing that can be believed contradicts the profile",
        "agreement:no_contradiction",
    ),
    Rule(
        "no-disagreement",
        "nothing disagrees with the profile, whatever it is worth",
        "agreement:no_disagreement",
    ),
    Rule("no-error", "no artefact has a problem of severity error", "agreement:no_error"),
    Rule("artefacts-readable", "every artefact is there, recognised and well-formed", "artefacts:readable"),
    Rule("artefacts-authenticated", "every artefact is vouched for", "artefacts:authenticated"),
    Rule("artefacts-bound", "every artefact is about this product and version", "artefacts:bound"),
    Rule("named-files-usable", "what the command line names can be used", "artefacts:named_files_usable"),
    Rule("nothing-overlooked", "every file that is handed in counts", "artefacts:nothing_overlooked"),
    Rule("required-artefacts", "an artefact of every required kind is there", "artefacts:required"),
    Rule("no-test-key", "nothing is signed with a published test key", "state:no_test_key"),
    Rule("not-an-example", "the profile is no example", "state:not_an_example"),
    Rule("debug-shown-locked", "evidence shows debug access closed", "state:debug_shown_locked"),
    Rule("lifecycle-shown-secured", "evidence shows the lifecycle secured", "state:lifecycle_shown_secured"),
    Rule("baselines-assessed", "the policy's baselines are assessed", "verdicts:baselines_assessed"),
    Rule("mandatory-satisfied", "no mandatory requirement is not-satisfied", "verdicts:mandatory_satisfied"),
    Rule("minimum-level", "each baseline reaches its level", "verdicts:minimum_level"),
    Rule("minimum-verdict", "requirements reach their verdicts", "verdicts:minimum_verdict"),
    Rule("product-pinned", "the product is the one that the policy names", "pins:product_pinned"),
    Rule("anchors-pinned", "the signers are those that the policy names", "pins:anchors_pinned"),
    Rule("catalogues-pinned", "the catalogues are those that the policy names", "pins:catalogues_pinned"),
    Rule("signature-threshold", "enough anchors have signed", "pins:signature_threshold"),
    Rule("certificates-outlast", "certificates are valid for long enough", "time:certificates_outlast"),
    Rule("support-lasts", "support lasts for long enough", "time:support_lasts"),
    Rule("evidence-recent", "evidence is recent enough", "time:evidence_recent"),
    Rule("earlier-result-given", "an earlier result is given", "ratchet:earlier_result_given"),
    Rule(
        "earlier-result-passed",
        "the earlier result is not one that the gate stopped",
        "ratchet:earlier_result_passed",
        against=True,
    ),
    Rule("same-product", "the earlier result is of this product", "ratchet:same_product", against=True),
    Rule(
        "requirements-not-worse",
        "no requirement is worse than it was",
        "ratchet:requirements_not_worse",
        against=True,
    ),
    Rule(
        "artefacts-not-gone", "no artefact is gone or worth less", "ratchet:artefacts_not_gone", against=True
    ),
    Rule(
        "counters-not-back",
        "no counter went back or was forgotten",
        "ratchet:counters_not_back",
        against=True,
    ),
)


@functools.cache
def rules() -> dict[str, Rule]:
    """The rules by id."""
    return {rule.id: rule for rule in RULES}
