"""Siegel: confidential boxes with exact license accounts."""

__version__ = "0.1.0"
