"""A process that dies, with a traceback, when any of its code opens a socket to a network.

The kernel watches (seccomp), so native code and its threads are seen too, no right is needed and nothing is
installed. Sockets between processes of one machine (AF_UNIX) are let through.

Usage: python tests/sealed.py SCRIPT
"""

from __future__ import annotations

import ctypes
import faulthandler
import platform
import runpy
import signal
import sys

_SOCKET = {"x86_64": 41, "aarch64": 198}
_NO_NEW_PRIVS, _SECCOMP, _FILTER, _AF_UNIX = 38, 22, 2, 1
_LOAD, _JUMP_EQUAL, _RETURN, _ALLOW, _TRAP = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00030000


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def seal() -> None:
    """Let `socket(family, ...)` of another family than AF_UNIX end this process from now on."""
    steps = [
        (_LOAD, 0, 0, 0),  # number of the system call
        (_JUMP_EQUAL, 0, 3, _SOCKET[platform.machine()]),
        (_LOAD, 0, 0, 16),  # lower half of its first argument
        (_JUMP_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _TRAP),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    faulthandler.register(signal.SIGSYS, chain=True)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "this kernel takes no seccomp filter")


if __name__ == "__main__":
    if sys.platform != "linux" or platform.machine() not in _SOCKET:
        sys.exit("only Linux on x86_64 or aarch64 can be sealed")
    seal()
    runpy.run_path(sys.argv[1], run_name="__main__")
