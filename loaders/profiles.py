"""Column profiles: read and written as YAML, guessed from headers and values, hinted at by file names."""

from hefboom.loaders.column_profile import Profile, fields_of, fixed_profile, load_profile, save_profile
from hefboom.loaders.file_names import hints_from_name
from hefboom.loaders.guessing import Guess, guess_profile
from hefboom.loaders.value_looks import looks_like_country

__all__ = [
    "Guess",
    "Profile",
    "fields_of",
    "fixed_profile",
    "guess_profile",
    "hints_from_name",
    "load_profile",
    "looks_like_country",
    "save_profile",
]
