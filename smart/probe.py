"""`python -m smart.probe`: does the web server of this container answer? For its health check."""

import sys
import urllib.request

HEALTH = "http://127.0.0.1:8000/healthz"

if __name__ == "__main__":
    sys.exit(urllib.request.urlopen(HEALTH, timeout=5).status != 200)
