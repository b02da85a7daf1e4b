"""Routes of the doctor."""

from typing import Any

urlpatterns: list[Any] = []
