"""The factories: who serves this installation."""

from functools import cache

from django.conf import settings

from doctor.gateways.aathma import AathmaOverHttp
from doctor.gateways.base import Nama
from doctor.gateways.nama import ChatModel


@cache
def aathma() -> AathmaOverHttp:
    """Return the one Aathma client of the process; its connections are shared by threads."""
    return AathmaOverHttp(base_url=settings.AATHMA_BASE_URL, api_key=settings.AATHMA_API_KEY)


def nama() -> Nama | None:
    """Return the model, or None when none is configured and the interviewer speaks alone."""
    return chat_model(settings.NAMA_BASE_URL) if settings.NAMA_BASE_URL else None


@cache
def chat_model(base_url: str) -> ChatModel:
    return ChatModel(base_url=base_url, api_key=settings.NAMA_API_KEY, model=settings.NAMA_MODEL)
