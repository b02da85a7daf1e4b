"""Settings of the project, read once from the environment (`docs/operations.md` lists every variable)."""

from pathlib import Path

import django_stubs_ext
from django.urls import reverse_lazy
from redis.backoff import NoBackoff
from redis.retry import Retry

from aarokya.common import config
from aarokya.common.logging import logging_settings
from aarokya.embedded import locations

django_stubs_ext.monkeypatch()  # lets QuerySet[...] and ModelAdmin[...] be written at run time

BASE_DIR = Path(__file__).resolve().parent.parent
SANDBOX = config.is_sandbox()
LOCAL_DIR = Path(config.optional("LOCAL_DIR", str(BASE_DIR / ".local"))).resolve()
PORT = config.number("PORT", 8000)
SANDBOX_PORT = config.number("SANDBOX_PORT", 8001)
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"

# --- Servers -------------------------------------------------------------------------------------------------------
# The application role may not touch ledger balances; only `manage.py migrate` uses the owner's URL.
if not SANDBOX and not (config.optional("DATABASE_URL") and config.optional("REDIS_URL")):
    config.stop(
        "SANDBOX=0 needs DATABASE_URL (postgresql://…) and REDIS_URL (redis://…): the embedded servers are for the sandbox"
    )
EMBEDDED_URLS = locations.database_urls(LOCAL_DIR) if SANDBOX else (None, None)
DATABASE_URL = config.text("DATABASE_URL", sandbox=EMBEDDED_URLS[0])
DATABASE_OWNER_URL = config.text(
    "DATABASE_OWNER_URL",
    sandbox=EMBEDDED_URLS[1] if EMBEDDED_URLS[0] == DATABASE_URL else DATABASE_URL,
)
REDIS_URL = config.text("REDIS_URL", sandbox=locations.redis_url(LOCAL_DIR) if SANDBOX else None)

# A lock that is not granted in 2 s answers 503 with Retry-After instead of holding a web thread.
POSTGRES_TIMEOUTS = "-c lock_timeout=2s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
DATABASES = {"default": config.database(DATABASE_URL)}
DATABASES["default"] |= {
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL costs a reconnect, not an error
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        "options": POSTGRES_TIMEOUTS,
    },
}
DATABASE_OWNER = config.database(DATABASE_OWNER_URL)
DATABASE_APP_ROLE = config.optional("DATABASE_APP_ROLE", "aarokya_app")
CACHES = {
    "default": {
        "BACKEND": "aarokya.common.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "aarokya",
        # One more try at once, for a connection that a restart closed; a server that is gone is noticed within a second.
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25, "retry": Retry(NoBackoff(), 1)},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Django --------------------------------------------------------------------------------------------------------
SECRET_KEY = config.text("SECRET_KEY", sandbox="sandbox-only-secret-key-that-signs-nothing-of-value-0000")
DEBUG = False
ALLOWED_HOSTS = config.words("ALLOWED_HOSTS", sandbox="*")
PUBLIC_URL = config.text("PUBLIC_URL", sandbox=f"http://127.0.0.1:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "aarokya.urls"
WSGI_APPLICATION = "aarokya.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.Staff"
LOGIN_URL = reverse_lazy("admin:login")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
INSTALLED_APPS = [
    "aarokya.common",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "approvals",
    "wallets",
    "payments",
    "insurance",
    "doctor",
    "aarokya.demo",
    "backoffice",  # last: its pages take the place of others, and it hands out permissions on all models
]
MIDDLEWARE = [
    "aarokya.common.api.middleware.RequestContextMiddleware",
    "aarokya.common.api.middleware.EnvelopeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Sessions, cookies and messages exist for the back office alone; API requests do not pay for them.
    "aarokya.common.api.middleware.BackOfficeTimeMiddleware",
    "aarokya.common.api.middleware.BackOfficeSessionMiddleware",
    "aarokya.common.api.middleware.BackOfficeCommonMiddleware",
    "aarokya.common.api.middleware.BackOfficeCsrfMiddleware",
    "aarokya.common.api.middleware.BackOfficeAuthenticationMiddleware",
    "aarokya.common.api.middleware.BackOfficeMessageMiddleware",
    "accounts.enrolling.EnrolmentMiddleware",
    "accounts.back_office.StepUpMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
# Pages of the back office where money moves: writing there needs a second factor of the last ten minutes.
STEP_UP_PATHS = ("/admin/approvals/", "/admin/wallets/", "/admin/payments/", "/admin/insurance/policy/")
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # assets come straight from the packages: no STATIC_ROOT, no collectstatic step to forget
WHITENOISE_AUTOREFRESH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOGGING_CONFIG = None
LOGGING = logging_settings(level=config.optional("LOG_LEVEL", "INFO"))

UNFOLD = {
    "SITE_TITLE": "Aarokya",
    "SITE_HEADER": "Aarokya",
    "SITE_SUBHEADER": "Back office",
    "SITE_SYMBOL": "health_and_safety",
    "LOGIN": {"form": "accounts.back_office.LoginForm"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Your authenticator", "link": reverse_lazy("admin:accounts_staff_authenticator")},
            {"title": "Where you are logged in", "link": reverse_lazy("admin:accounts_staff_sessions")},
        ]
    },
    "SHOW_HISTORY": False,  # the audit log is the history
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "backoffice.navigation.sidebar"},
    "DASHBOARD_CALLBACK": "backoffice.dashboard.fill",
}

# --- Transport security --------------------------------------------------------------------------------------------
# Forms are protected: by BackOfficeCsrfMiddleware, a subclass that the check does not recognise.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
SECURE_SSL_REDIRECT = config.flag("SECURE_SSL_REDIRECT", default=not SANDBOX)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not SANDBOX else None
SECURE_REDIRECT_EXEMPT = [
    r"^health(/ready)?$",
    r"^metrics$",
]  # probes speak plain HTTP inside the cluster
SECURE_HSTS_SECONDS = 0 if SANDBOX else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not SANDBOX
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not SANDBOX
SESSION_COOKIE_AGE = 8 * 3600  # one working day
TRUSTED_PROXIES = config.number("TRUSTED_PROXIES", 0)  # how many X-Forwarded-For hops are ours

# --- API -----------------------------------------------------------------------------------------------------------
API_VERSION = "2026-11-20"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["aarokya.common.api.permissions.IsCustomer"],
    "DEFAULT_RENDERER_CLASSES": ["aarokya.common.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["aarokya.common.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "aarokya.common.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "aarokya.common.api.exceptions.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aarokya",
    "DESCRIPTION": "Health savings wallet, insurance, doctor and payments. Amounts are integers in paise.",
    "VERSION": API_VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/",
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "aarokya.common.api.schema.add_error_responses",
    ],
    # Names that generated clients see: stable, whatever else is added.
    "ENUM_NAME_OVERRIDES": {
        "UserStatus": "accounts.models.choices.UserStatus",
        "Gender": "accounts.models.choices.Gender",
        "Salutation": "accounts.models.choices.Salutation",
        "Relationship": "accounts.models.choices.Relationship",
        "Occupation": "accounts.models.choices.Occupation",
        "DependantStatus": "accounts.models.choices.DependantStatus",
        "ErasureStatus": "accounts.models.choices.ErasureStatus",
        "ConsentPurpose": "accounts.models.choices.ConsentPurpose",
        "ActiveStatus": "accounts.models.choices.PlatformStatus",
        "WalletStatus": "wallets.models.wallet.ProvisioningStatus",
        "IssuerStatus": "wallets.models.wallet.IssuerStatus",
        "SpendingPurpose": "wallets.models.reference.SpendingPurpose",
        "SponsorKind": "wallets.models.sponsors.SponsorKind",
        "SponsorStatus": "wallets.models.sponsors.SponsorStatus",
        "AccountStatus": "wallets.models.accounts.AccountStatus",
        "AccountType": "wallets.models.accounts.AccountType",
        "ContributionRowState": "wallets.models.contributions.RowState",
        "RecurringStatus": "wallets.models.contributions.RecurringStatus",
        "WithdrawalStatus": "wallets.models.withdrawals.WithdrawalStatus",
        "ProviderOrderStatus": "wallets.models.settlements.ProviderOrderStatus",
        "SettlementStatus": "wallets.models.settlements.SettlementStatus",
        "DifferenceStatus": "wallets.models.reconciliation.DifferenceStatus",
        "AdjustmentStatus": "wallets.models.reconciliation.AdjustmentStatus",
        "DoctorSessionStatus": "doctor.models.choices.SessionStatus",
        "ConsultationStatus": "doctor.models.choices.AssignmentStatus",
        "ConsultationCover": "doctor.models.choices.Coverage",
        "WrittenLanguage": "accounts.models.choices.Language",
        "SpokenLanguage": "doctor.models.choices.Language",
        "MessageRole": "doctor.models.choices.Role",
        "OrderStatus": "payments.models.statuses.PublicStatus",
        "PaymentMethod": "payments.models.orders.PaymentMethod",
        "RefundStatus": "payments.models.refunds.RefundStatus",
        "MandateStatus": "payments.models.mandates.MandateStatus",
        "MandateFrequency": "payments.models.mandates.Frequency",
        "MandatePauseCause": "payments.models.mandates.PauseCause",
        "DebitStatus": "payments.models.mandates.ExecutionStatus",
        "CalendarStatus": "payments.api.mandate_serializers.CALENDAR_STATUSES",
        "RefundDestination": "payments.models.refunds.RefundDestination",
        "RefundReason": "payments.models.refunds.RefundReason",
        "BenefitType": "insurance.models.choices.BenefitType",
        "BenefitStatus": "insurance.models.choices.BenefitStatus",
        "PolicyStatus": "insurance.models.choices.PolicyStatus",
        "PremiumStatus": "insurance.models.choices.PremiumStatus",
        "PaymentPlan": "insurance.models.choices.PaymentPlan",
        "CollectFrom": "insurance.models.choices.CollectFrom",
        "ReminderKind": "insurance.models.choices.ReminderKind",
        "ClaimDocumentKind": "insurance.models.claims.ClaimDocumentKind",
        "ClaimStatus": "insurance.models.claims.ClaimStatus",
        "OlderRelationship": "insurance.api.serializers.older.OlderRelationship",
    },
}
# Requests a minute. `make run` multiplies the per-address one: everybody on one machine shares one address.
RATE_PER_USER = config.number("RATE_PER_USER", 600)
RATE_PER_ADDRESS = config.number("RATE_PER_ADDRESS", 1200)
IDEMPOTENCY_DAYS = 30
IDEMPOTENCY_LEASE_S = config.number("IDEMPOTENCY_LEASE_S", 45)

# --- Keys ----------------------------------------------------------------------------------------------------------
JWT_KEYS = config.key_ring("JWT_KEYS", sandbox="s1:sandbox-jwt-key-000000000000000000000000")
PII_KEYS = config.key_ring("PII_KEYS", sandbox="s1:sandbox-pii-key-000000000000000000000000")
BLIND_INDEX_KEY = config.text("BLIND_INDEX_KEY", sandbox="sandbox-blind-index-key-0000000000000000").encode()
OTP_KEY = config.text("OTP_KEY", sandbox="sandbox-otp-key-000000000000000000000000").encode()

# --- One-time codes ------------------------------------------------------------------------------------------------
OTP_FIXED_CODE = "123456" if SANDBOX else None  # and shown in the answer, so that a person can try the product
OTP_PER_PHONE_MINUTE = config.number("OTP_PER_PHONE_MINUTE", 5)
OTP_PER_PHONE_DAY = config.number("OTP_PER_PHONE_DAY", 20)
OTP_PER_ADDRESS_MINUTE = config.number("OTP_PER_ADDRESS_MINUTE", 20)
OTP_PER_PREFIX_HOUR = config.number("OTP_PER_PREFIX_HOUR", 2000)  # numbers that share their first six digits

# --- Partners ------------------------------------------------------------------------------------------------------
JUSPAY_BASE_URL = config.text("JUSPAY_BASE_URL", sandbox=f"{SANDBOX_URL}/juspay")
JUSPAY_API_KEY = config.text("JUSPAY_API_KEY", sandbox="sandbox-api-key")
JUSPAY_MERCHANT_ID = config.text("JUSPAY_MERCHANT_ID", sandbox="aarokya")
JUSPAY_CLIENT_ID = config.text("JUSPAY_CLIENT_ID", sandbox="aarokya")
JUSPAY_WEBHOOK_USERNAME = config.text("JUSPAY_WEBHOOK_USERNAME", sandbox="aarokya")
JUSPAY_WEBHOOK_PASSWORD = config.text("JUSPAY_WEBHOOK_PASSWORD", sandbox="sandbox-webhook")
JUSPAY_RESPONSE_KEY = config.text("JUSPAY_RESPONSE_KEY", sandbox="sandbox-response-key")
PAYMENT_GATEWAY = config.optional("PAYMENT_GATEWAY", "juspay").upper()  # where new orders go; old ones stay where they are
if PAYMENT_GATEWAY not in {"JUSPAY", "RAZORPAY", "STRIPE"}:
    config.stop("PAYMENT_GATEWAY must be juspay, razorpay or stripe")
# Keep a gateway's keys until its last order has ended. Webhook secrets: several while one is rotated out.
if SANDBOX or PAYMENT_GATEWAY == "RAZORPAY" or config.optional("RAZORPAY_KEY_ID"):
    RAZORPAY_BASE_URL = config.optional(
        "RAZORPAY_BASE_URL", f"{SANDBOX_URL}/razorpay/v1" if SANDBOX else "https://api.razorpay.com/v1"
    )
    RAZORPAY_KEY_ID = config.text("RAZORPAY_KEY_ID", sandbox="rzp_test_sandbox")
    RAZORPAY_KEY_SECRET = config.text("RAZORPAY_KEY_SECRET", sandbox="sandbox-razorpay-key")
    RAZORPAY_WEBHOOK_SECRETS = config.words("RAZORPAY_WEBHOOK_SECRETS", sandbox="sandbox-razorpay-webhook")
if SANDBOX or PAYMENT_GATEWAY == "STRIPE" or config.optional("STRIPE_SECRET_KEY"):
    STRIPE_BASE_URL = config.optional("STRIPE_BASE_URL", f"{SANDBOX_URL}/stripe" if SANDBOX else "https://api.stripe.com")
    STRIPE_SECRET_KEY = config.text("STRIPE_SECRET_KEY", sandbox="sk_test_sandbox")
    STRIPE_PUBLISHABLE_KEY = config.text("STRIPE_PUBLISHABLE_KEY", sandbox="pk_test_sandbox")
    STRIPE_WEBHOOK_SECRETS = config.words("STRIPE_WEBHOOK_SECRETS", sandbox="whsec_sandbox")
ISSUER_BASE_URL = config.text("ISSUER_BASE_URL", sandbox=f"{SANDBOX_URL}/issuer")
ISSUER_API_KEY = config.text("ISSUER_API_KEY", sandbox="sandbox-issuer-key")
NARAYANA_BASE_URL = config.text("NARAYANA_BASE_URL", sandbox=f"{SANDBOX_URL}/narayana")
NARAYANA_API_KEY = config.text("NARAYANA_API_KEY", sandbox="sandbox-narayana-key")
NARAYANA_WEBHOOK_KEY = config.text("NARAYANA_WEBHOOK_KEY", sandbox="sandbox-narayana-webhook-key").encode()
CARD_KEYS = config.key_ring("CARD_KEYS", sandbox="s1:sandbox-card-key-000000000000000000000000")  # sign e-cards and quotes
STORAGE_DIR = Path(config.optional("STORAGE_DIR", str(LOCAL_DIR / "files"))).resolve()  # uploaded claim documents
STORAGE_BUCKET = config.optional("STORAGE_BUCKET")  # of S3; unset: the folder above
STORAGE_PREFIX = config.optional("STORAGE_PREFIX", "claims")
STORAGE_REGION = config.optional("STORAGE_REGION")
STORAGE_ENDPOINT_URL = config.optional("STORAGE_ENDPOINT_URL")  # of a store that is not AWS's
CLAIM_FILE_BYTES_MAX = config.number("CLAIM_FILE_BYTES_MAX", 5 * 1024 * 1024)
PREMIUM_GRACE_DAYS = config.number("PREMIUM_GRACE_DAYS", 15)  # unpaid days after which cover paid by the day lapses
UNISSUED_REFUND_DAYS = config.number("UNISSUED_REFUND_DAYS", 15)  # a paid policy the insurer never issued is given back
AATHMA_BASE_URL = config.text("AATHMA_BASE_URL", sandbox=f"{SANDBOX_URL}/aathma")
AATHMA_API_KEY = config.text("AATHMA_API_KEY", sandbox="sandbox-aathma-key")
AATHMA_WEBHOOK_SECRET = config.text("AATHMA_WEBHOOK_SECRET", sandbox="sandbox-aathma-webhook").encode()
NAMA_BASE_URL = config.optional("NAMA_BASE_URL")  # without one, the deterministic interviewer does the same job
NAMA_API_KEY = config.optional("NAMA_API_KEY", "sandbox-nama-key" if SANDBOX else "")
NAMA_MODEL = config.optional("NAMA_MODEL", "nama-intake")
DOCTOR_FEE_PAISE = config.number("DOCTOR_FEE_PAISE", 29_900)  # of a consultation that nothing covers
# Every text and language that is registered with the operators: the words are in accounts/gateways/sms/templates.py.
NOTICES = (
    "policy_active",
    "policy_ends",
    "policy_grace",
    "mandate_paused",
    "mandate_ended",
    "premium_due",
    "policy_lapsed",
    "debit_ahead",
    "debit_failed",
)
TEXT_TEMPLATES = ("otp.en", *(f"{notice}.{language}" for notice in NOTICES for language in ("en", "hi", "kn", "ta")))
GUPSHUP_URL = config.text("GUPSHUP_URL", sandbox=f"{SANDBOX_URL}/sms/gupshup/GatewayAPI/rest")
GUPSHUP_USER_ID = config.text("GUPSHUP_USER_ID", sandbox="2000000001")
GUPSHUP_PASSWORD = config.text("GUPSHUP_PASSWORD", sandbox="sandbox-gupshup")
SMS_RECEIPT_KEY = config.text("SMS_RECEIPT_KEY", sandbox="sandbox-receipt-key")  # opens /webhooks/sms/…
SMS_PROVIDERS = config.words("SMS_PROVIDERS", sandbox="gupshup,msg91,valuefirst")  # in the order in which they are asked
if "msg91" in SMS_PROVIDERS:
    MSG91_BASE_URL = config.text("MSG91_BASE_URL", sandbox=f"{SANDBOX_URL}/sms/msg91")
    MSG91_AUTH_KEY = config.text("MSG91_AUTH_KEY", sandbox="sandbox-msg91-key")
    MSG91_FLOWS = config.named("MSG91_FLOWS", names=TEXT_TEMPLATES, sandbox="65a1b2c3d4e5f6071829{:04x}")
if "valuefirst" in SMS_PROVIDERS:
    VALUEFIRST_BASE_URL = config.text("VALUEFIRST_BASE_URL", sandbox=f"{SANDBOX_URL}/sms/valuefirst")
    VALUEFIRST_USERNAME = config.text("VALUEFIRST_USERNAME", sandbox="sandbox")
    VALUEFIRST_PASSWORD = config.text("VALUEFIRST_PASSWORD", sandbox="sandbox-valuefirst")
DLT_ENTITY_ID = config.text("DLT_ENTITY_ID", sandbox="1101000000000000001")
DLT_TEMPLATES = config.named("DLT_TEMPLATES", names=TEXT_TEMPLATES, sandbox="1107{:015d}")  # registered texts
SMS_HEADER = config.text("SMS_HEADER", sandbox="AAROKY")

# --- Background work -----------------------------------------------------------------------------------------------
OUTBOX_LEASE_S = config.number("OUTBOX_LEASE_S", 20)
OUTBOX_ATTEMPTS_MAX = 10
FAILPOINTS = config.optional("FAILPOINTS") if SANDBOX else ""  # a folder: see aarokya.common.failpoints
