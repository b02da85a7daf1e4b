"""What Prometheus reads at `/metrics`."""

from prometheus_client import Counter, Histogram

FAST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUEST_SECONDS = Histogram(
    "aarokya_request_seconds",
    "Time to answer",
    ["method", "route", "status"],
    buckets=FAST_S,
)
PARTNER_SECONDS = Histogram(
    "aarokya_partner_seconds",
    "Time of one partner call",
    ["partner", "operation", "outcome"],
    buckets=FAST_S,
)
ALERTS = Counter("aarokya_alerts_total", "Things a person must look at", ["kind"])
