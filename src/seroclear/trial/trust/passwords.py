"""Passwords are kept as scrypt hashes (RFC 7914), each with a salt of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from seroclear.errors import SeroclearError

# OWASP's Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1 (128 MiB).
COST: Final = 2**17
BLOCK: Final = 8
LEAST_LENGTH: Final = 12  # characters; NIST SP 800-63B asks for 8 or more


def hash_password(password: str, cost: int = COST) -> str:
    """`scrypt$cost$salt$hash`, the latter two in hexadecimal.

    Raises:
        SeroclearError: the password is too short.
    """
    if len(password) < LEAST_LENGTH:
        raise SeroclearError(f"a password has {LEAST_LENGTH} characters or more; choose another.")
    salt = secrets.token_bytes(16)
    return f"scrypt${cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def is_password(password: str, kept: str) -> bool:
    """Whether it is the password whose hash is kept."""
    _, cost, salt, digest = kept.split("$")
    given = _scrypt(password, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(given, bytes.fromhex(digest))


def waste_time(password: str, cost: int = COST) -> None:
    """As long as a comparison takes: an account that does not exist answers no faster."""
    _scrypt(password, b"no such account.", cost)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    memory = 128 * BLOCK * cost + 2**20  # what it needs, and a little
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=BLOCK, p=1, maxmem=memory)
