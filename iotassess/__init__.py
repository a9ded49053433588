"""iotassess: what a product declares, held against what its artefacts show."""

__all__ = ["__version__"]

__version__ = "0.1.0"
