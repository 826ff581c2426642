"""Amounts, instants and homes: whole numbers and texts alone (docs/journal.md, sections 1 and 4)."""
import re
from datetime import datetime, timedelta, timezone

INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))", re.ASCII
)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Python's calendar begins with the year 1; one of 400 years is like another.
CYCLE_YEARS, CYCLE = 400, 146_097 * 86_400_000


def instant(text):
    """Milliseconds since 1970, finer digits cut off; None for a text that names no instant of the calendar."""
    match = INSTANT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    hours, minutes = int(match[9] or 0), int(match[10] or 0)
    if hours > 23 or minutes > 59:
        return None
    try:
        there = datetime(year + CYCLE_YEARS, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        if year + CYCLE_YEARS <= 9999:
            return None
        there = None
    if there is None:
        return late_instant(match)
    ms = (there - EPOCH) // timedelta(milliseconds=1) - CYCLE + int((match[7] or "").ljust(3, "0")[:3])
    ahead = (hours * 60 + minutes) * 60_000
    return ms - ahead if match[8] == "+" else ms + ahead


def late_instant(match):
    """An instant of the last 400 years that a text can name."""
    earlier = f"{int(match[1]) - CYCLE_YEARS:04}{match[0][4:]}"
    ms = instant(earlier)
    return None if ms is None else ms + CYCLE


def whole(text):
    """An amount as an event gives it; what is none was named where it stands, and counts nothing in the sums."""
    return int(text) if isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,1000}", text) else 0


def split(total, parts):
    """Largest remainder; equal remainders are served in order."""
    whole = sum(parts)
    shares = [total * part // whole for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(total * parts[i] % whole), i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def decimal(text, digits):
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?", text)
    if match is None or len(match[2] or "") > digits:
        raise ValueError(f"{text} is no decimal number of at most {digits} fraction digits")
    return int(match[1] + (match[2] or "").ljust(digits, "0"))


def closeness(pattern, text):
    if pattern.endswith("*"):
        return len(pattern) - 1 if text.startswith(pattern[:-1]) else -1
    return 1000 if pattern == text else -1


def rate(book, event):
    best, best_rank = None, (-1, -1)
    for line in book["prices"]:
        rank = (closeness(line["model"], event["model"]), closeness(line.get("provider", "*"), event["provider"]))
        if line["type"] == event["usageType"] and min(rank) >= 0 and rank > best_rank:
            best, best_rank = line, rank
    amount = 0
    for meter, quantity in event["meters"].items():
        price = best["meters"][meter]
        amount += decimal(quantity, 9) * (decimal(price["price"], 18) // int(price["per"])) // 10**9
    return amount


def shard_of(holder, shards):
    """Kafka's murmur2 over the UTF-8 bytes, sign bit cleared, modulo the number of shards."""
    data, mask, m = holder.encode("utf-8"), 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    for i in range(0, len(data) & ~3, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    tail = data[len(data) & ~3 :]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return ((h ^ h >> 15) & 0x7FFFFFFF) % shards
