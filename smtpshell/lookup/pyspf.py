"""pyspf, brought in without a word.

A docstring of it holds an escape sequence that Python, from 3.12 on for everybody, warns of when it
compiles the module; that is the first time it is used wherever the installer has not compiled it.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import spf

__all__ = ["spf"]
