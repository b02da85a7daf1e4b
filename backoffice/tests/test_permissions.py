"""Who may open what: every page of the admin, for every role."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import StaffGroup
from backoffice import roles
from backoffice.tests.conftest import SignIn

pytestmark = pytest.mark.django_db

# Pages that act, or belong to nobody's table: who may open them. Everybody else is refused.
EVERYBODY = frozenset(StaffGroup)
OPS = frozenset({StaffGroup.OPS})
AUDITOR = frozenset({StaffGroup.AUDITOR})
HELPERS = frozenset({StaffGroup.OPS, StaffGroup.SUPPORT})
FINANCE = frozenset({StaffGroup.FINANCE})
SPECIAL: dict[str, frozenset[StaffGroup]] = {
    "index": EVERYBODY,
    "logout": EVERYBODY,
    "password_change": EVERYBODY,
    "password_change_done": EVERYBODY,
    "jsi18n": EVERYBODY,
    "search": EVERYBODY,
    "accounts_staff_step_up": EVERYBODY,
    "accounts_staff_authenticator": EVERYBODY,
    "accounts_staff_sessions": EVERYBODY,
    "accounts_staff_logins": frozenset(),
    "accounts_staff_invite": frozenset(),
    "common_outboxmessage_replay": OPS,
    "insurance_policy_activate": OPS,
    "insurance_policy_reject": OPS,
    "insurance_policy_enrolment_form": OPS,
    "insurance_patientregistration_choose": OPS,
    "insurance_benefitprovider_switch": OPS,
    "payments_order_ask": OPS | FINANCE,
    "payments_order_release": FINANCE,
    "payments_order_refund": FINANCE,
    "wallets_difference_adjust": FINANCE,
    "wallets_withdrawal_take_out": FINANCE,
    "wallets_withdrawal_refuse": FINANCE,
    "wallets_withdrawal_came_back": FINANCE,
    "approvals_request_approve": OPS | FINANCE,
    "approvals_request_decline": OPS | FINANCE,
    "approvals_delegation_delegate": OPS | FINANCE,
    "approvals_delegation_end": OPS | FINANCE,
    "approvals_limit_change_limit": frozenset(),
    "payments_ticket_close": FINANCE,
    "backoffice_find": EVERYBODY,
    "backoffice_impersonation_start": HELPERS,
    "backoffice_impersonation_look": HELPERS,
    "backoffice_impersonation_leave": HELPERS,
    "backoffice_export_ask": OPS | FINANCE | AUDITOR,
    "backoffice_export_fetch": OPS | FINANCE | AUDITOR,
    "backoffice_export_file": EVERYBODY,
    "backoffice_activationbatch_upload": OPS,
    "backoffice_activationbatch_template": OPS,
    "backoffice_activationbatch_apply": OPS,
    "backoffice_activationbatch_drop": OPS,
    "backoffice_activationbatch_report": OPS,
    "backoffice_activationbatch_report_file": OPS | AUDITOR,
    "accounts_user_reveal": frozenset({StaffGroup.OPS, StaffGroup.SUPPORT}),
    "insurance_benefit_new": OPS,
    "insurance_benefit_edit_plans": OPS,
    "insurance_benefit_publish": OPS,
    "insurance_benefit_withdraw": OPS,
}
# Pages of models that have no such verb for anybody but superusers.
NEVER = ("add", "delete", "password_change")
# Not pages: reached without being staff, or answering by redirect whoever asks.
NOT_PAGES = {"login", "autocomplete", "view_on_site", "app_list", None}


def pages() -> Iterator[str]:
    """The names of all URLs of the admin."""
    for pattern in walk(get_resolver().url_patterns):
        # A history looks for its object first; that it asks permission for one it found is Django's own promise.
        if pattern.name not in NOT_PAGES and not str(pattern.name).endswith("_history"):
            yield str(pattern.name)


def walk(patterns: list[Any], namespace: str = "") -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, namespace or str(pattern.namespace or ""))
        elif namespace == "admin":
            yield pattern


def allowed(name: str) -> frozenset[StaffGroup]:
    """Who may open the page called `name`: by its view permission, unless it acts."""
    if name in SPECIAL:
        return SPECIAL[name]
    app, model, verb = name.split("_", 2)
    assert verb in ("changelist", "change", *NEVER), f"say in SPECIAL who may open {name}"
    if verb in NEVER:
        return frozenset()
    permission = f"{app}.view_{model}"
    return frozenset(group for group, has in roles.PERMISSIONS.items() if permission in has)


def address(name: str) -> str:
    """Where the page is, for an object that does not exist: permission is asked before the object is looked for."""
    routes = get_resolver().namespace_dict["admin"][1].reverse_dict.getlist(name)
    [(route, arguments)] = routes[0][0]
    return f"/admin/{route % dict.fromkeys(arguments, '0')}"


@pytest.mark.parametrize("name", sorted(set(pages())))
def test_every_page_opens_for_exactly_those_who_may(sign_in: SignIn, name: str) -> None:
    verb = "post" if name == "logout" else "get"  # no link logs one out
    opened = {group for group in StaffGroup if getattr(sign_in(group.value), verb)(address(name)).status_code != 403}
    assert opened == allowed(name)


@pytest.mark.parametrize("name", sorted(set(pages()) - {"logout", "jsi18n"}))
def test_nobody_gets_in_without_a_login(client: Any, name: str) -> None:
    answer = client.get(address(name))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize(
    "name", sorted(page for page in set(pages()) if page.count("_") > 1 and page.endswith(("_add", "_delete", "_change")))
)
def test_no_role_writes_through_a_form(sign_in: SignIn, name: str) -> None:
    for group in StaffGroup:
        assert sign_in(group.value).post(address(name), {"post": "yes"}).status_code == 403, group


def test_every_permission_that_is_given_exists() -> None:
    known = {f"{row.content_type.app_label}.{row.codename}" for row in Permission.objects.select_related("content_type")}
    for group, wanted in roles.PERMISSIONS.items():
        assert wanted <= known, group


def test_groups_have_exactly_their_permissions_whatever_was_added_by_hand() -> None:
    finance = Group.objects.get(name="finance")
    finance.permissions.add(Permission.objects.get(codename="delete_user", content_type__app_label="accounts"))
    finance.permissions.remove(Permission.objects.get(codename="see_float"))

    roles.install()

    given = {f"{row.content_type.app_label}.{row.codename}" for row in finance.permissions.select_related("content_type")}
    assert given == roles.PERMISSIONS[StaffGroup.FINANCE]


def test_no_role_may_change_any_row() -> None:
    """Whatever changes goes through actions that are audited, never through the forms of the admin."""
    for group, wanted in roles.PERMISSIONS.items():
        verbs = {name.split(".")[1].split("_")[0] for name in wanted if not name.startswith("backoffice.")}
        assert verbs == {"view"}, group


@pytest.mark.parametrize("group", list(StaffGroup))
def test_actions_on_lists_are_offered_to_those_who_work_with_them(sign_in: SignIn, group: StaffGroup) -> None:
    """An auditor looks; nothing on any list lets them act."""
    client, offered = sign_in(group.value), set()
    for model in admin.site._registry:
        page = client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
        if page.status_code == 200 and page.context["cl"].model_admin.get_actions(page.wsgi_request):
            offered |= set(page.context["cl"].model_admin.get_actions(page.wsgi_request))
    expected = {
        StaffGroup.OPS: {"retry_provisioning", "ask_the_gateway_now", "take", "ask_aathma_now"},
        StaffGroup.FINANCE: {"ask_the_gateway_now"},
        StaffGroup.SUPPORT: set(),
        StaffGroup.AUDITOR: set(),
    }
    assert offered == expected[group]
