"""What to say when an optional dependency is not installed."""

from __future__ import annotations

import importlib
from types import ModuleType

from billcore.core.errors import MissingExtra


def need(module: str, extra: str) -> ModuleType:
    """Import an optional dependency, or name the install line.

    Raises: MissingExtra ``extra-missing``.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingExtra(
            "extra-missing",
            found=f"no package {module}",
            expected=f"the extra [{extra}]",
            hint=f"Run: pip install 'billcore[{extra}]'",
        ) from None
