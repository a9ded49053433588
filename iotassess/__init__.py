"""iotassess: what a product declares, held against what its artefacts show."""

from importlib.metadata import version as _version

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Look the version up only when it is asked for: reading metadata costs milliseconds."""
    if name == "__version__":
        return _version("iotassess")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
