"""The provider's catalogue: drafts and waiting versions, never a price on sale by itself."""

import httpx2
import pytest
from django.core.management import CommandError, call_command

from insurance.models import Benefit, BenefitProvider, BenefitStatus
from insurance.services import catalogue, providers
from insurance.services.synchronise import sync_plans
from insurance.tests import builders
from insurance.tests.builders import NOW


class Catalogue:
    """A provider's catalogue in memory."""

    def __init__(self, annual: int) -> None:
        self.annual = annual

    def plans(self) -> list[dict[str, object]]:
        plan = {
            "daily_premium_amount": 300,
            "annual_premium_amount": self.annual,
            "coverage_amount": 10_000_000,
            "currency": "INR",
        }
        return [{"name": "Arogya", "description": "Cover", "max_dependants": 5, "term_days": 365, "plans": {"1A": plan}}]


def sync(provider: BenefitProvider, annual: int, *, dry_run: bool = False) -> list[str]:
    return [each.outcome for each in sync_plans(provider=provider, gateway=Catalogue(annual), now=NOW, dry_run=dry_run)]


def test_new_then_same_then_changed() -> None:
    provider = builders.make_provider()
    assert sync(provider, 100_00, dry_run=True) == ["new"]
    assert not Benefit.objects.exists()
    assert sync(provider, 100_00) == ["new"]
    benefit = Benefit.objects.get()
    assert benefit.status == BenefitStatus.DRAFT
    assert sync(provider, 100_00) == ["same"]
    catalogue.change(benefit, status=BenefitStatus.ACTIVE, actor="staff:x", now=NOW)
    assert sync(provider, 200_00) == ["changed"]
    assert sync(provider, 200_00) == ["same"]
    benefit.refresh_from_db()
    assert benefit.current_version is not None
    assert benefit.current_version.variants.get().annual_premium.paise == 100_00
    assert benefit.versions.count() == 2


def test_the_command_against_the_simulator(hospital: httpx2.Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_plans")
    assert "new" in capsys.readouterr().out
    benefit = Benefit.objects.with_details().get()
    assert benefit.current_version is not None
    assert sorted(variant.plan_code for variant in benefit.current_version.variants.all()) == ["1A", "1A1C", "2A", "2A1C", "2A2C"]
    call_command("sync_plans")
    assert "same" in capsys.readouterr().out


def test_a_dead_provider_is_one_line(hospital: httpx2.Client) -> None:
    providers.add(name="Narayana Health", actor="staff:x", now=NOW)
    hospital.post("/faults", json={"partner": "narayana", "operation": "plans", "mode": "http_500"}).raise_for_status()
    with pytest.raises(CommandError, match="HTTP 500"):
        call_command("sync_plans")
    assert not Benefit.objects.exists()


def test_a_misshapen_catalogue_changes_nothing() -> None:
    with pytest.raises(Exception, match="plans"):
        sync(builders.make_provider(), -5)
    assert not Benefit.objects.exists()
