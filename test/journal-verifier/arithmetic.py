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


def instant_text(ms):
    """UTC with three digits of milliseconds; a year that four digits cannot name has a sign and six."""
    cycles, rest = divmod(ms, CYCLE)
    there = EPOCH + timedelta(milliseconds=rest)
    year = there.year + cycles * CYCLE_YEARS
    sign = "" if 0 <= year <= 9999 else "-" if year < 0 else "+"
    digits = 6 if sign else 4
    return f"{sign}{abs(year):0{digits}}-{there:%m-%dT%H:%M:%S}.{rest % 1000:03}Z"


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


def fits(pattern, text):
    """`*` is any text, `#` one digit."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\#", "[0-9]")
    return re.fullmatch(expression, text, re.DOTALL | re.ASCII) is not None


def closeness(pattern, text):
    if not fits(pattern, text):
        return -1
    return len(pattern.replace("*", "")) if "*" in pattern or "#" in pattern else 1000


def seconds(text):
    parts = [int(part) for part in text.split(":")] + [0]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def is_open(hours, ms):
    now, begin, end = ms // 1000 % 86_400, seconds(hours["from"]), seconds(hours["to"])
    return begin <= now < end if begin < end else now >= begin or now < end


def line_for(book, event, ms):
    """The line that prices a charge: the closest; of equal ones the first."""
    best, best_rank = None, None
    for line in book["prices"]:
        if line["type"] != event["usageType"] or line.get("region") not in (None, event.get("region")):
            continue
        if "hours" in line and (ms is None or not is_open(line["hours"], ms)):
            continue
        fold = str.lower if line.get("ignoreCase") else str
        names = [line["model"], *line.get("aliases", [])]
        model = max(closeness(fold(name), fold(event["model"])) for name in names)
        provider = closeness(line.get("provider", "*"), event["provider"])
        rank = (-line.get("order", 0), model, provider, "region" in line, "hours" in line)
        if min(model, provider) >= 0 and (best is None or rank > best_rank):
            best, best_rank = line, rank
    return best


def price_for(book, line, meter):
    """A meter's own price, or that of the meter which the book says in its place."""
    asked = set()
    while meter is not None and meter not in asked:
        if meter in line["meters"]:
            return line["meters"][meter]
        asked.add(meter)
        meter = book.get("fallbacks", {}).get(meter)
    return None


def steps(price):
    """From how many billionths on which price is asked."""
    found = [(0, decimal(price["price"], 18))]
    if "included" in price:
        found = [(0, 0), (decimal(price["included"], 9), found[0][1])]
    return found + [(decimal(tier["above"], 9), decimal(tier["price"], 18)) for tier in price.get("tiers", [])]


def cost(price, units, total, usd_per_token):
    """Atto for some billionths of a unit, the last of them being the total's."""
    ladder = steps(price)
    if price.get("mode") == "volume" or "of" in price:
        product = units * [at for above, at in ladder if above == 0 or above < total][-1]
    else:
        ends = [above for above, _ in ladder[1:]] + [max(total, ladder[-1][0])]
        parts = [(min(total, end) - max(total - units, above), at) for (above, at), end in zip(ladder, ends)]
        product = sum(part * at for part, at in parts if part > 0)
    divisor = int(price["per"]) * 10**9
    if price.get("currency") == "usd":
        return product * 10**18 // (divisor * usd_per_token)
    return product // divisor


def shortest(billionths):
    text = f"{billionths // 10**9}.{billionths % 10**9:09}"
    return text.rstrip("0").rstrip(".")


def month_of(ms):
    return "" if ms is None else (EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m")


def name_of(line):
    hours = f"{line['hours']['from']}-{line['hours']['to']}" if "hours" in line else "-"
    return " ".join([line["type"], line["model"], line.get("provider", "*"), line.get("region", "-"), hours])


def rate(book, event, ms, usd_per_token, counted):
    """
    Returns the amount, whether its line has prices in dollars, and what it counts in months.

    @param usd_per_token text in force, or None
    @param counted of a line's name, a month and a meter: billionths of the customer so far
    """
    line = line_for(book, event, ms)
    used = {meter: decimal(quantity, 9) for meter, quantity in event["meters"].items()}
    dollars = any(price.get("currency") == "usd" for price in line["meters"].values())
    usd = decimal(usd_per_token, 18) if usd_per_token is not None else None
    meters, before = {}, {}
    for meter in {*line["meters"], *book.get("fallbacks", {})}:
        price = price_for(book, line, meter)
        if price is None or price.get("over") != "month" or len(steps(price)) == 1:
            continue
        there = before[meter] = counted(name_of(line), month_of(ms), meter)
        more = sum(used.get(one, 0) for one in price.get("of", [meter]))
        if more > 0 or used.get(meter, 0) > 0:
            meters[meter] = {"before": shortest(there), "after": shortest(there + more)}
    amount = 0
    for meter, units in used.items():
        price = price_for(book, line, meter)
        more = sum(used.get(one, 0) for one in price.get("of", [meter]))
        amount += cost(price, units, before.get(meter, 0) + more, usd)
    if any(used.values()):
        amount = max(amount, decimal(line.get("minimum", "0"), 18))
    return amount, dollars, {"line": name_of(line), "month": month_of(ms), "meters": meters} if meters else None


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
