"""The plans Narayana sells through Aarokya. Amounts are paise."""

from typing import Any

_VARIANTS = {
    # plan code: (description, daily, annual, coverage)
    "1A": ("Self", 8_50, 2_999_00, 3_00_000_00),
    "2A": ("Self + Spouse", 14_50, 4_999_00, 5_00_000_00),
    "2A1C": ("Self + Spouse + 1 Child", 17_50, 5_999_00, 5_00_000_00),
    "2A2C": ("Self + Spouse + 2 Children", 20_00, 6_999_00, 5_00_000_00),
    "1A1C": ("Self + 1 Child", 12_00, 3_999_00, 3_00_000_00),
}


def plans() -> dict[str, Any]:
    """The catalogue as `GET /plans` answers it."""
    benefit = {
        "code": "AAROKYA-AROGYA-SURAKSHA",
        "name": "Aarokya Arogya Suraksha",
        "description": "Cashless hospitalisation at Narayana Health hospitals, for workers and their families",
        "version": "2026-11-01",
        "max_dependants": 5,
        "term_days": 365,
        "teleconsultation": True,
        "plans": {code: _variant(*facts) for code, facts in _VARIANTS.items()},
    }
    return {"provider": "Narayana Health", "benefits": [benefit]}


def _variant(description: str, daily: int, annual: int, coverage: int) -> dict[str, Any]:
    return {
        "description": description,
        "daily_premium_amount": daily,
        "annual_premium_amount": annual,
        "coverage_amount": coverage,
        "currency": "INR",
        "grace_period_days": 30,
    }
