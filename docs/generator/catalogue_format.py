"""The page about the format of a baseline file."""

from __future__ import annotations

from docs.generator.markdown import page, prose, table
from iotassess.baseline import reader

_TOP = {
    "id": "id of the baseline, permanent",
    "edition": "edition of the source document, quoted",
    "title": "title in your own words",
    "family": "baselines of one family are editions or parts of one document",
    "source": "the source document: where it is, and what was checked",
    "licence_note": "what of the source may be repeated",
    "short_name": "name for one line of a report",
    "notice": "what a reader of results must know of the document; it stands in every report",
    "words": "verdict → the document's own word for it",
    "features": "published conditions and features: id → `text` and `absent`, a part that is met without it",
    "void": "ids of an earlier edition that are void → what took their place",
    "include": "shipped baselines whose requirements come first (shipped catalogues only)",
    "requirements": "every numbered item of the document, in its order",
}
_ROW = {
    "id": "as published",
    "title": "short, in your own words",
    "summary": "what it asks, in your own words",
    "category": "heading that it stands under",
    "section": "section of the source",
    "force": f"one of {', '.join(reader.FORCES)}",
    "gate": "`true` for a row that decides level L2",
    "attestation": "`true` for a row that decides level L4",
    "gate_reason": "why it is one",
    "attestation_reason": "why it is one",
    "status": "status as published, where the document has a notation for it",
    "process": "`true` where it asks what people do: no verdict above declared, counted apart",
    "not_applicable": f"`basis` (one of {', '.join(reader.BASES)}), and `without` (features), or `when` "
    "(a part) with a `rationale`",
    "parts": "at least one part",
    "not_checkable": "instead of parts: why no tool can check it. It is never assessed",
    "technologies": "ids of technologies.yaml",
    "remediation": "what to do where it is not met",
    "seed": "`classification` of the requirement in the mapping that it was taken from",
    "note": "for those who maintain the file",
}
_PART = {
    "probe": "id of a probe",
    "any_of": "parts of which one has to hold, the strongest first",
    "all_of": "parts that all have to hold",
    "justified": "forces: each requirement of them that is not met has its reason in the profile",
    "params": "parameters of the probe, of the type of their defaults",
    "min_grade": "0 to 5: a lower grade counts as weaker. It can only raise what is asked",
    "reason": "why this part belongs to the requirement",
}


def page_of_format() -> str:
    """The page about the format of a baseline file."""
    blocks = []
    for title, words, keys in (
        ("Top", _TOP, reader._TOP),
        ("Requirement", _ROW, reader._ROW),
        ("Part", _PART, reader._PART),
    ):
        if set(words) != set(keys):
            raise ValueError(f"catalogues: {title} has keys {set(words) ^ set(keys)} on one side only")
        blocks.append(f"## {title}\n\n{table(('key', 'what'), [(f'`{k}`', v) for k, v in words.items()])}")
    return page(
        "Catalogues: the format of a baseline",
        prose("""A baseline is one YAML file. It is data: `any_of` and `all_of` only, no expressions, no
        code ([why](../adr/0002-catalogues-are-data.md)). An unknown key, probe, parameter or technology, a
        duplicate id or an empty list is an error with file, line and column, and iotassess exits with 2."""),
        "    iotassess assess profile.yaml -b my-baseline.yaml",
        *blocks,
        "A part has exactly one of `probe`, `any_of`, `all_of` and `justified`.",
    )
