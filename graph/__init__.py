"""The store, its catalogue of lists, identity, derivation and projection."""

from hefboom.graph.folder import DataFolder
from hefboom.graph.opened import OpenData, data_path, open_data

__all__ = ["DataFolder", "OpenData", "data_path", "open_data"]
