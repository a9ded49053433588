"""Everything that reads bytes of somebody else, one row each: how it is called, and what it is fed first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from iotassess.evidence.registry import KINDS
from tests.fuzz.targets import artefacts, files, seeds


class Target(NamedTuple):
    """One reader.

    Attributes:
        id: name for ``--target``.
        check: holds the reader against the contract; raises whatever breaks it.
        seeds: gives the inputs to begin with.
        longest: bytes of an input; a larger one finds nothing more, and takes longer.
    """

    id: str
    check: Callable[[bytes], Any]
    seeds: Callable[[], Iterable[bytes]]
    longest: int = 16 << 10


TARGETS: tuple[Target, ...] = (
    *(Target(kind.id, partial(artefacts.as_kind, kind), partial(seeds.of_kind, kind.id)) for kind in KINDS),
    Target("any", artefacts.sniffed, seeds.of_every_kind),
    Target("profile", files.profile, seeds.profiles),
    Target("policy", files.policy, seeds.policies),
    Target("waivers", files.waivers, seeds.waivers),
    Target("catalogue", files.catalogue, seeds.catalogues, 64 << 10),
    Target("denylist", files.denylist, seeds.denylists),
    Target("old-result", files.old_result, seeds.results, 256 << 10),
    Target("anchors", files.anchors, seeds.anchors),
    Target("bundle", files.bundle, seeds.bundles, 256 << 10),
    Target("bundle-manifest", files.manifest, seeds.manifests),
    Target("yaml", files.yaml_text, seeds.yaml_texts),
)

BY_ID = {target.id: target for target in TARGETS}
