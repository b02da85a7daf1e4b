"""`sandbox.wsgi:application`: one process, many threads (each injected delay holds one)."""

import os
import sys

from django.core.wsgi import get_wsgi_application

if os.environ.get("SANDBOX", "1") == "0":
    sys.exit("SANDBOX=0: the simulators refuse to run beside a production configuration")

# Assigned, not defaulted: `make run` hands every process the product's settings module.
os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
application = get_wsgi_application()

from sandbox import background  # noqa: E402  (its views need Django to be set up)

background.start()
