"""Ask the web server of this container whether it is ready: exit code 0 or 1. Standard library only, not imported by
the portal, so that a probe every few seconds costs next to nothing."""

import http.client
import os
import sys

HOST, PORT = "127.0.0.1", 8000


def ready() -> bool:
    # As the reverse proxy would ask: by the public name, after TLS.
    name = os.environ.get("ALLOWED_HOSTS", HOST).split(",")[0]
    line = http.client.HTTPConnection(HOST, PORT, timeout=4)
    try:
        line.request("GET", "/readyz/", headers={"Host": name, "X-Forwarded-Proto": "https"})
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if ready() else 1)
