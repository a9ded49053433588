"""Reading a profile: bytes → YAML → model → inner consistency, with every fault at its place.

Steps:

1. read the file, at most as much as the YAML wall takes;
2. parse it as YAML 1.2 (JSON is a part of that), marks kept;
3. hold it against the model;
4. hold its statements against each other.

Errors of step 3 are told all at once, as are those of step 4; a step that fails ends the reading.
"""

from __future__ import annotations

import hashlib
import pathlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from iotassess.codec.yaml import MAX_SIZE, Document, YamlFault, load
from iotassess.errors import ProfileError, UsageError
from iotassess.model.profile import Profile
from iotassess.profile.consistency import check
from iotassess.profile.faults import Fault, InvalidProfile, located, path_text, place, shown
from iotassess.profile.shape import date_paths, present
from iotassess.profile.translate import translate, unknown_key


@dataclass(frozen=True, slots=True)
class LoadedProfile:
    """A profile that can be used, with its text.

    Attributes:
        profile: what is declared.
        document: parsed text, with the place of each value.
        path: the file, as given.
        sha256: of the file, hex.
        faults: warnings, in the order of the text; a profile with errors is not loaded.
    """

    profile: Profile
    document: Document
    path: pathlib.Path
    sha256: str
    faults: tuple[Fault, ...]


def load_profile(path: pathlib.Path) -> LoadedProfile:
    """Read and check the profile in a file.

    Args:
        path: a YAML or JSON file.

    Raises:
        UsageError: there is no such file.
        ProfileError: it cannot be read, or has errors; all of them are in the message.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except FileNotFoundError:
        raise UsageError(
            f"{path}: there is no such file, expected a profile",
            hint="check the path; `iotassess schema profile` shows what a profile holds",
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise ProfileError(
            f"{path}: the profile cannot be read: {reason}",
            hint="name one YAML or JSON file that you may read",
        ) from None
    if len(data) > MAX_SIZE:
        raise ProfileError(
            f"{path}: the profile is larger than {MAX_SIZE} bytes",
            hint="is this the right file? Artefacts and images are named after the profile",
        )
    return load_profile_bytes(data, str(path))


def load_profile_bytes(data: bytes, name: str) -> LoadedProfile:
    """Read and check a profile.

    Args:
        data: YAML or JSON in UTF-8.
        name: what to call it in messages: its path.

    Raises:
        ProfileError: it has errors; all of them are in the message.
    """
    try:
        document = load(data)
    except YamlFault as fault:
        told = Fault("error", fault.message, "", fault.line, fault.column, fault.hint, "yaml")
        raise InvalidProfile(name, [told]) from None
    profile = _validate(document, name)
    faults = _ordered(check(profile, document))
    if any(fault.severity == "error" for fault in faults):
        raise InvalidProfile(name, faults)
    return LoadedProfile(profile, document, pathlib.Path(name), hashlib.sha256(data).hexdigest(), faults)


def _validate(document: Document, name: str) -> Profile:
    """Hold the parsed text against the model."""
    if not isinstance(document.value, dict):
        raise InvalidProfile(name, [_not_a_mapping(document)])
    faults = [*_bypassed_keys(document), *_date_faults(document)]
    try:
        profile = Profile.model_validate(document.value)
    except ValidationError as error:
        told = {(fault.path, fault.rule) for fault in faults}
        faults += (fault for fault in translate(error, document) if (fault.path, fault.rule) not in told)
    if faults:
        raise InvalidProfile(name, _ordered(faults))
    return profile


def _not_a_mapping(document: Document) -> Fault:
    mark = document.mark(())
    got = "nothing" if document.value is None else "a list" if isinstance(document.value, list) else "a value"
    return Fault(
        "error",
        f"the file holds {got}, expected a mapping with the key product",
        "",
        mark.line,
        mark.column,
        "begin with 'product:', and vendor and model below it",
        "type",
    )


def _bypassed_keys(document: Document) -> Iterator[Fault]:
    """The model's inner names of keys, which pydantic takes although the format does not have them."""
    for name, info in Profile.model_fields.items():
        if info.alias is not None and name in document.value:
            mark = place(document, (name,), at_key=True)
            message, hint = unknown_key(name, ())
            yield Fault("error", message, name, mark.line, mark.column, hint, "unknown-key")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date_faults(document: Document) -> Iterator[Fault]:
    """Dates in another form than YYYY-MM-DD: pydantic takes seconds since 1970, too."""
    for pattern in date_paths():
        for path, value in present(document.value, pattern):
            if not (isinstance(value, str) and _DATE.fullmatch(value)):
                mark = place(document, path)
                yield Fault(
                    "error",
                    located(
                        path, f"got {shown(document.raw.get(path, value))}, expected a date as YYYY-MM-DD"
                    ),
                    path_text(path),
                    mark.line,
                    mark.column,
                    "write year, month and day, such as 2027-03-31",
                    "type",
                )


def _ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults in the order of the text, each once."""
    return tuple(sorted(set(faults), key=lambda f: (f.line, f.column, f.rule, f.path, f.message)))
