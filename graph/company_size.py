"""Whether a company is small or medium-sized: by its figures where they decide it, else by what it says itself."""

from __future__ import annotations

from typing import Final

# Commission Recommendation 2003/361/EC, annex, article 2: fewer staff than this, and one of the two amounts at most.
_STAFF: Final = 250
_TURNOVER: Final = 50.0
_BALANCE: Final = 43.0


def is_small(stated: bool, staff: float | None, turnover: float | None, balance: float | None) -> bool:
    """Amounts are in million euros; `stated` counts where the figures on file leave it open."""
    if staff is not None and staff >= _STAFF:
        return False
    within = [amount <= most for amount, most in ((turnover, _TURNOVER), (balance, _BALANCE)) if amount is not None]
    if len(within) == 2 and not any(within):
        return False
    if staff is not None and any(within):
        return True
    return stated
