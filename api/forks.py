"""The process from which the engines of a pool are forked: it has loaded what they share, and answers nothing itself.

The server asks for a process by a line of JSON with the engine's channel as a file descriptor beside it, and hears its
process id; once an engine has ended, the server asks for the signal that ended it. Until then its process id is kept.
"""

from __future__ import annotations

import json
import os
import socket
import traceback
from collections.abc import Callable
from typing import Any, Final

from hefboom.api import sandbox

_MOST: Final = 16
_PIECE: Final = 65_536


def fork_on_request(control: socket.socket, live: Callable[[socket.socket, str], None]) -> None:
    """Fork processes and collect them until the server closes its end; each does `live` with its channel and spool."""
    own, channels = os.getpid(), list[int]()
    rest = b""
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, _PIECE, _MOST)
        if not data:
            return
        channels += descriptors
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "collect" in order:
                tell(control, {"ended": order["collect"], "signal": _ended_by(order["collect"])})
            else:
                channel = channels.pop(0)
                process = os.fork()
                if not process:
                    control.close()
                    for other in channels:
                        os.close(other)
                    _live(live, channel, order["spool"], own)
                os.close(channel)
                tell(control, {"born": process})


def tell(control: socket.socket, members: dict[str, Any]) -> None:
    """Send the server a line."""
    control.sendall(json.dumps(members).encode() + b"\n")


def _ended_by(process: int) -> int:
    _, status = os.waitpid(process, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _live(live: Callable[[socket.socket, str], None], channel: int, spool: str, parent: int) -> None:
    """What a new process does until its end, which leaves alone all that it shares with the one it comes from."""
    code = 1
    try:
        sandbox.die_with_parent()
        if os.getppid() == parent:  # else it has just ended
            live(socket.socket(fileno=channel), spool)
            code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
