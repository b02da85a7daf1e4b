"""A route that reads by its method and writes all the same."""

from django.http import HttpRequest
from django.urls import path
from rest_framework.response import Response

from accounts.models import User


def writes(request: HttpRequest) -> Response:
    User.objects.update(first_name="Changed")
    return Response({})


urlpatterns = [path("writes", writes)]
