"""Access control lists of a MUD file, and the policies that name them (RFC 8520 section 3, RFC 8519)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from iotassess.evidence.mud_matches import Match, read_match
from iotassess.evidence.mud_reading import Reading, is_text
from iotassess.model.flow import ports_text

CURRENT: Final = "ietf-access-control-list:acls"
LEGACY: Final = "ietf-access-control-list:access-lists"
"""Container of drafts before RFC 8519; most files in the field still have it."""

POLICIES: Final = ("from-device-policy", "to-device-policy")

MAX_ENTRIES: Final = 1024
"""Most entries that are read; files in the field have ten to a few hundred. Each is read, turned to a flow
and written out, for both directions where both policies name its list."""

_ACCEPT: Final = "accept"
_FORWARDINGS: Final = (_ACCEPT, "drop", "reject")


class Entry(NamedTuple):
    """One access control entry.

    Attributes:
        name: its name.
        at: claim path.
        forwarding: "accept", "drop", "reject"; "" where it cannot be read.
        match: what it matches.
    """

    name: str
    at: str
    forwarding: str
    match: Match

    @property
    def accepts(self) -> bool:
        """Whether it lets pass what it matches."""
        return self.forwarding == _ACCEPT

    def to_json(self) -> dict[str, Any]:
        """Give it as the JSON of ``verify`` has it."""
        match = self.match
        parts: dict[str, Any] = {
            "name": self.name,
            "forwarding": self.forwarding or None,
            "protocol": match.protocol,
            "source": match.source or None,
            "destination": match.destination or None,
            "classes": list(match.classes),
            "source_ports": [ports_text(ports) for ports in match.source_ports],
            "destination_ports": [ports_text(ports) for ports in match.destination_ports],
            "direction_initiated": match.initiated or None,
            "not_evaluated": list(match.unseen),
        }
        return {key: value for key, value in parts.items() if value not in (None, [])}


class AccessList(NamedTuple):
    """One access control list.

    Attributes:
        name: its name.
        type: "ipv4-acl-type" …, or None where it is not given.
        entries: in order.
    """

    name: str
    type: str | None
    entries: tuple[Entry, ...]


class Lists(NamedTuple):
    """All lists, and which of them apply to which direction.

    Attributes:
        container: name of the container, or None where there is none.
        lists: by name.
        from_device: names that the policy for traffic from the device gives.
        to_device: likewise to the device.
        left_out: claim paths of lists of which not all entries are read.
    """

    container: str | None
    lists: Mapping[str, AccessList]
    from_device: tuple[str, ...]
    to_device: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def unused(self) -> list[str]:
        """Lists that no policy names."""
        used = {*self.from_device, *self.to_device}
        return [name for name in self.lists if name not in used]

    def entries(self, names: tuple[str, ...]) -> Iterator[Entry]:
        """Give the entries of several lists; none behind one that drops all that is left of its list."""
        for name in names:
            for entry in self.lists[name].entries if name in self.lists else ():
                if entry.forwarding in ("drop", "reject") and entry.match == Match():
                    break
                yield entry


def read_lists(document: Mapping[str, Any], mud: Mapping[str, Any], reading: Reading) -> Lists:
    """Read policies and lists.

    Args:
        document: the whole file.
        mud: its container ``ietf-mud:mud``.
        reading: where claims and problems go.
    """
    container = next((name for name in (CURRENT, LEGACY) if name in document), None)
    lists: dict[str, AccessList] = {}
    left_out: list[str] = []
    if container is not None:
        rows = reading.rows(reading.mapping(document, container, container), "acl", f"{container}.acl")
        left = MAX_ENTRIES
        for index, row in enumerate(rows):
            found, whole = _read_list(row, reading, f"acls[{index}]", left)
            left -= len(found.entries)
            if not whole:
                left_out.append(f"acls[{index}]")
            if found.name in lists:
                reading.refuse(f"acls[{index}].name", found.name, "a name that no other list has")
            elif found.name:
                lists[found.name] = found
    outgoing, incoming = (_read_policy(mud, policy, lists, reading) for policy in POLICIES)
    return Lists(container, lists, outgoing, incoming, tuple(left_out))


def _read_policy(
    mud: Mapping[str, Any], policy: str, lists: Mapping[str, AccessList], reading: Reading
) -> tuple[str, ...]:
    key = policy.replace("-", "_")
    inner = reading.mapping(reading.mapping(mud, policy, key), "access-lists", f"{key}.access-lists")
    names: list[str] = []
    for index, row in enumerate(reading.rows(inner, "access-list", key)):
        name: Any = row.get("name")
        at = f"{key}[{index}]"
        if not is_text(name):
            reading.refuse(at, name, "the name of an access list")
            continue
        if name not in lists:
            reading.report(
                "mud-malformed",
                f"the policy names the access list {name!r:.80}, which is not in the file",
                at,
            )
        names.append(name)
    return tuple(dict.fromkeys(names))


def _read_list(row: Mapping[str, Any], reading: Reading, at: str, left: int) -> tuple[AccessList, bool]:
    """Read one list, of ``left`` entries at most; tell as well whether those are all."""
    name: Any = row.get("name")
    if not is_text(name):
        reading.refuse(f"{at}.name", name, "a name")
        name = ""
    kind = row.get("type", row.get("acl-type"))
    key = next((key for key in ("aces", "access-list-entries") if key in row), "aces")
    rows = reading.rows(reading.mapping(row, key, f"{at}.{key}"), "ace", f"{at}.aces")
    if len(rows) > left:
        reading.report("artefact-too-large", f"more than {MAX_ENTRIES} entries; only those are read", at)
    entries = tuple(
        _read_entry(entry, reading, f"{at}.aces[{index}]") for index, entry in enumerate(rows[:left])
    )
    seen: set[str] = set()
    for entry in entries:
        if entry.name in seen:
            reading.refuse(f"{entry.at}.name", entry.name, "a name that no other entry of the list has")
        seen.add(entry.name)
    return AccessList(name, kind if is_text(kind) else None, entries), len(rows) <= left


def _read_entry(row: Mapping[str, Any], reading: Reading, at: str) -> Entry:
    name = row.get("name", row.get("rule-name"))
    if not is_text(name):
        reading.refuse(f"{at}.name", name, "a name")
        name = at
    match = read_match(reading.mapping(row, "matches", f"{at}.matches"), reading, f"{at}.matches")
    forwarding = reading.mapping(row, "actions", f"{at}.actions").get("forwarding")
    if isinstance(forwarding, str):
        forwarding = forwarding.removeprefix(
            "ietf-access-control-list:"
        )  # an identity (RFC 7951 section 6.8)
    if forwarding not in _FORWARDINGS:
        reading.refuse(f"{at}.actions.forwarding", forwarding, '"accept", "drop" or "reject"')
        forwarding = ""
    return Entry(name, at, forwarding, match)
