"""Keccak-256 with the original padding, as Ethereum has it: keccak-f[1600] on 25 lanes of 64 bits (FIPS 202, section 3)."""

LANE = 2**64 - 1
RATE = 136


def round_constants():
    """Bits of a register that shifts with x^8 + x^6 + x^5 + x^4 + 1, at the places 2^j - 1 of a lane."""
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << (2**j - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        yield constant


def rotations():
    """How far each lane is rotated: triangular numbers along the walk of rho. Lanes are numbered x + 5 y."""
    offsets, x, y = [0] * 25, 1, 0
    for t in range(24):
        offsets[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return offsets


ROUNDS = list(round_constants())
OFFSETS = rotations()


def rotated(lane, by):
    return (lane << by | lane >> (64 - by)) & LANE


def permuted(lanes):
    for constant in ROUNDS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [columns[(x + 4) % 5] ^ rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for y in range(5):
            for x in range(5):
                moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotated(lanes[x + 5 * y] ^ mixed[x], OFFSETS[x + 5 * y])
        lanes = [
            moved[x + row] ^ (~moved[(x + 1) % 5 + row] & LANE & moved[(x + 2) % 5 + row])
            for row in range(0, 25, 5)
            for x in range(5)
        ]
        lanes[0] ^= constant
    return lanes


def keccak256(data):
    """The digest of bytes, as 64 hex digits."""
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), RATE):
        for at in range(RATE // 8):
            lanes[at] ^= int.from_bytes(padded[start + 8 * at : start + 8 * at + 8], "little")
        lanes = permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4]).hex()
