"""What granian serves: `granian --interface wsgi aarokya.wsgi:application`."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from aarokya.common import documents

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aarokya.settings")

application = get_wsgi_application()
# The first document costs most of a second: paid while the process still waits for its first request.
threading.Thread(target=documents.warm, name="warm-documents", daemon=True).start()
