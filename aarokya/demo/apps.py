from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "aarokya.demo"
    label = "demo"
