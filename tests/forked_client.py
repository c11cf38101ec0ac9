"""Hand a command over to the process that `tests/forked.py` keeps, and end as it ends there.

    python -I -S tests/forked_client.py SOCKET WHAT ARGUMENT...

It imports next to nothing, so that it is there at once.
"""

import json
import os
import socket
import sys


def main() -> int:
    """Pass on arguments, environment, folder, umask and the three standard files; the exit code."""
    address, *command = sys.argv[1:]
    told = {"command": command, "environment": dict(os.environ)}
    told |= {"folder": os.getcwd(), "umask": os.umask(0)}  # noqa: PTH109
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.connect(address)
        request = json.dumps(told).encode()
        socket.send_fds(server, [len(request).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(request)
        ended = server.recv(4)
    # Nothing comes if the server itself is gone.
    return int.from_bytes(ended, "big", signed=True) if len(ended) == 4 else 70


if __name__ == "__main__":
    code = main()
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)
