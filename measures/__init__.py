"""The rules as data: one TOML file per measure, the statutory calendar and period arithmetic.

    import measures
    measure = measures.load("wuhan")

The format of the files is in README.md beside this one.
"""

from measures.loader import codes, load
from measures.measure import Measure, MeasureError

__all__ = ["Measure", "MeasureError", "codes", "load"]
