"""How a technology is declared, as an example."""

from __future__ import annotations

from iotassess.profile.technology.model import Rules


def example(rules: Rules) -> str:
    """Write an example of a technology's declaration as YAML.

    Args:
        rules: of the technology.
    """
    found = ["technologies:", f"  - id: {rules.id}"]
    if rules.version:
        found.append(f'    version: "{rules.version}"')
    if rules.example:
        found.append("    parameters:")
        found += [f"      {name}: {written(value)}" for name, value in rules.example.items()]
    return "\n".join(found) + "\n"


def written(value: bool | int | str | list[str]) -> str:
    """Write the value of a parameter as YAML; texts that could be something else are quoted."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str) and not value.replace("-", "").replace("_", "").isalnum():
        return f'"{value}"'
    return f'"{value}"' if isinstance(value, str) and value[0].isdigit() else str(value)
