"""Dates, documents and files of evidence."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.operations import Support
from iotassess.profile.consistency.rule import Finding, Rule, contradiction
from iotassess.profile.faults import shown
from iotassess.profile.practices import practices

_FILES = ("artefact", "image", "trust_anchor")


def find_support_before_release(profile: Profile) -> Iterator[Finding]:
    """Support ends after it began."""
    released, until = profile.product.released, (profile.support or Support()).until
    if released is not None and until is not None and until < released:
        yield contradiction(
            ("support", "until"), f"support ends on {until}", f"this release is of {released}"
        )


def find_ended_anchors(profile: Profile) -> Iterator[Finding]:
    """A trust anchor that ended before the release never verified anything in it."""
    released = profile.product.released
    for index, anchor in enumerate(profile.trust_anchors or []):
        if released is not None and anchor.expires is not None and anchor.expires < released:
            yield contradiction(
                ("trust_anchors", index, "expires"),
                f"{anchor.name} expires on {anchor.expires}",
                f"this release is of {released}",
            )


def find_anchors_that_end_early(profile: Profile) -> Iterator[Finding]:
    """While support lasts, updates must verify; an anchor that ends earlier has to be replaced."""
    released, until = profile.product.released, (profile.support or Support()).until
    for index, anchor in enumerate(profile.trust_anchors or []):
        if anchor.expires is None or until is None or anchor.replaceable:
            continue
        if anchor.expires < until and (released is None or anchor.expires >= released):
            yield contradiction(
                ("trust_anchors", index, "expires"),
                f"{anchor.name} expires on {anchor.expires}",
                f"support lasts until {until} and the anchor is not declared replaceable",
            )


def find_documents_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A document shows that something is done."""
    for _, path, practice, _ in practices(profile):
        if practice.done is False and practice.document is not None:
            yield contradiction((*path, "document"), "a document is named", f"{path[-1]}.done is false")


def _files(profile: Profile) -> Iterator[tuple[Path, str]]:
    """Every file that the profile names, with the path of its name."""
    for index, entry in enumerate(profile.evidence or []):
        for key in _FILES:
            name = getattr(entry, key)
            if name is not None:
                yield ("evidence", index, key), name
    for _, path, practice, _ in practices(profile):
        if practice.document is not None:
            yield (*path, "document", "path"), practice.document.path


def find_outside_files(profile: Profile) -> Iterator[Finding]:
    """The profile is somebody else's file: what it names stays in its folder, and nothing is fetched."""
    for path, name in _files(profile):
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", name):
            got, hint = "a URL", "nothing is fetched: save the file beside the profile"
        elif re.match(r"[/\\~]|[A-Za-z]:", name):
            got, hint = "an absolute path", "name the file relative to the profile's folder"
        elif ".." in re.split(r"[/\\]", posixpath.normpath(name.replace("\\", "/"))):
            got, hint = "a path that leaves the profile's folder", "copy the file into that folder"
        else:
            continue
        yield Finding(path, f"got {got}, {shown(name)}, expected a file below the profile's folder", hint)


def find_images_of_nothing(profile: Profile) -> Iterator[Finding]:
    """An image is held against one component's digest, so it must say which."""
    for index, entry in enumerate(profile.evidence or []):
        if entry.image is not None and entry.component is None:
            yield Finding(
                ("evidence", index, "image"),
                f"image {shown(entry.image)} names no component",
                "add component: and the name of the component that it is of",
            )


def find_misplaced_details(profile: Profile) -> Iterator[Finding]:
    """Each detail belongs to one kind of file; elsewhere it is not read."""
    for index, entry in enumerate(profile.evidence or []):
        use = next(key for key in _FILES if getattr(entry, key) is not None)
        misplaced = {
            "component": entry.component is not None and use == "trust_anchor",
            "nonce": entry.nonce is not None and use != "artefact",
            "purpose": entry.purpose is not None and use != "trust_anchor",
        }
        for key, is_misplaced in misplaced.items():
            if is_misplaced:
                yield Finding(("evidence", index, key), f"{key} says nothing about {use}", f"remove {key}")


def find_repeated_files(profile: Profile) -> Iterator[Finding]:
    """A file that is named twice for the same thing is read once; another may have been meant."""
    seen: dict[tuple[str | None, ...], int] = {}
    for index, entry in enumerate(profile.evidence or []):
        for key in _FILES:
            name = getattr(entry, key)
            if name is None:
                continue
            same = (key, posixpath.normpath(name), entry.component, entry.purpose)
            if seen.setdefault(same, index) != index:
                yield Finding(
                    ("evidence", index, key),
                    f"{shown(name)} stands twice, first at index {seen[same]}",
                    "remove one of the two",
                )


RULES = (
    Rule("support-before-release", "error", find_support_before_release),
    Rule("trust-anchor-ended", "error", find_ended_anchors),
    Rule("trust-anchor-ends-before-support", "warning", find_anchors_that_end_early),
    Rule("document-of-nothing", "error", find_documents_of_nothing),
    Rule("file-outside", "error", find_outside_files),
    Rule("image-without-component", "error", find_images_of_nothing),
    Rule("evidence-detail-misplaced", "warning", find_misplaced_details),
    Rule("evidence-repeated", "warning", find_repeated_files),
)
