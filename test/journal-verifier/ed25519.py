"""Ed25519 signatures (RFC 8032), checked with whole numbers and SHA-512 alone: some milliseconds each.

Strictly, as docs/journal.md says: S below the order, points in their one encoding, no key of small order, no cofactor.
"""
import hashlib
from functools import lru_cache

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    """The x of a point's y; None when the curve has no such point."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(data):
    """A point from its 32 bytes, in extended coordinates; None when they are none."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = None if y >= P else x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(one):
    x, y, z, _ = one
    a, b, c = x * x, y * y, 2 * z * z
    h = a + b
    e, g = h - (x + y) * (x + y), a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, one):
    total = NEUTRAL
    for bit in bin(scalar)[2:]:
        total = double(total)
        if bit == "1":
            total = add(total, one)
    return total


def sum_of(scalar, one, other_scalar, other):
    """scalar * one + other_scalar * other, in one pass over the bits."""
    both = add(one, other)
    total = NEUTRAL
    for at in range(max(scalar.bit_length(), other_scalar.bit_length()) - 1, -1, -1):
        total = double(total)
        bits = (scalar >> at & 1, other_scalar >> at & 1)
        if bits != (0, 0):
            total = add(total, both if bits == (1, 1) else one if bits[0] else other)
    return total


NEUTRAL = (0, 1, 1, 0)
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_neutral(one):
    return one[0] % P == 0 and (one[1] - one[2]) % P == 0


@lru_cache(maxsize=1000)
def key_of(public_key):
    """Minus the point of a key; None for one that is none, or of small order."""
    key = point(public_key)
    if key is None or is_neutral(times(8, key)):
        return None
    return P - key[0], key[1], 1, P - key[3]


def is_signed_by(public_key, message, signature):
    """Whether the key signed the bytes; key and signature are bytes too."""
    key, r = key_of(public_key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER or len(signature) != 64:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    x, y, z, _ = sum_of(s, BASE, challenge, key)
    return (x - r[0] * z) % P == 0 and (y - r[1] * z) % P == 0
