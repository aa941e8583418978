"""One signed POST, to an address that was checked, that nobody can make long.

The signature is that of the Standard Webhooks: HMAC-SHA256 over id, timestamp and body, so that
libraries for it exist in every language.
"""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from contextlib import suppress

from office.webhooks.addresses import Target

CONNECT_SECONDS = 5
WHOLE_SECONDS = 10
SECRET_PREFIX = "whsec_"  # noqa: S105  # how a secret begins, not one


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """What ``webhook-signature`` holds.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", timestamp=1614265330,
    ...           message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", body=b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def post(target: Target, *, address: str, headers: dict[str, str], body: bytes) -> int:
    """Send a body; gives the status of the answer. A redirection is an answer like another.

    Raises OSError and HTTPException. However slowly the other side speaks, it ends in ten seconds.
    """
    raw = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
    ending = threading.Timer(WHOLE_SECONDS, _cut, [raw])
    ending.daemon = True
    ending.start()
    try:
        line = raw
        if target.secure:
            line = ssl.create_default_context().wrap_socket(raw, server_hostname=target.host)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        connection.request("POST", target.path, body=body, headers=headers)
        status = connection.getresponse().status
        line.close()
        return status
    finally:
        ending.cancel()
        raw.close()


def _cut(raw: socket.socket) -> None:
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)
