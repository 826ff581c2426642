"""Holds: what each reserves of which grants, and that it is settled once."""
from arithmetic import instant, split, whole
from catalogue import SHARES
from grants import available

EVENTS = ("HoldReserved", "HoldExtended", "HoldCaptured", "HoldReleased", "HoldExpired")
HOUR_MS = 3_600_000


class Hold:
    def __init__(self, event, amount, parts, until):
        self.customer, self.amount, self.parts, self.until = event["customer"], amount, parts, until
        self.named = {name: event[name] for name in ("customer", "budget") if name in event}
        self.state = "open"


class Holds:
    def __init__(self, find, now, grants, budgets):
        self.find, self.now, self.grants, self.budgets = find, now, grants, budgets
        self.holds = {}

    def wrong(self, at, detail):
        self.find("HOLD_WRONG", at, detail)

    def reserve(self, event, at):
        customer, amount = event["customer"], whole(event["amount"])
        parts = parts_of(event["grants"], amount)
        until = self.until(event["expiresAt"], at)
        name = "-".join(map(str, at))
        self.holds[name] = Hold(event, amount, parts, until)
        self.budgets.reserve(event, amount, at)
        if len(parts) > 50:
            self.wrong(at, "a hold reserves of fifty grants at most")
        self.grants.schedule("HoldExpired", name, at[0], until)
        return [(available(customer), held(customer), amount)]

    def until(self, text, at):
        until, now = instant(text), self.now()
        if until is None or not now < until <= now + 24 * HOUR_MS + 1_000 or until % 1_000 != 0:
            self.wrong(at, "a hold ends with a full second, after now and within 24 hours")
        return until or 0

    def extend(self, event, at):
        hold = self.known(event, ("open",), at)
        if hold is None:
            return None
        added = whole(event["amount"]) - hold.amount
        parts = parts_of(event["grants"], added) if "grants" in event else []
        if added < 0 or (added > 0) != bool(parts):
            self.wrong(at, f"{added} is added, and it says otherwise")
        if added > 0:
            self.budgets.reserve(hold.named, added, at)
        hold.amount += added
        hold.parts += parts
        if event["receipt"] != text_of(hold.parts):
            self.wrong(at, f"it reserves of {text_of(hold.parts)}")
        if len(hold.parts) > 50:
            self.wrong(at, "a hold reserves of fifty grants at most")
        if instant(event["expiresAt"]) != hold.until:
            hold.until = self.until(event["expiresAt"], at)
            self.grants.unschedule("HoldExpired", event["hold"], at[0])
            self.grants.schedule("HoldExpired", event["hold"], at[0], hold.until)
        return [] if added <= 0 else [(available(event["customer"]), held(event["customer"]), added)]

    def end(self, event, how, at):
        hold = self.known(event, ("open",), at)
        if hold is None:
            return None
        if how == "expired":
            self.grants.act("HoldExpired", event["hold"], hold.until, event, at)
        postings = self.settle(event["hold"], hold, 0, event, at)
        hold.state = how
        return postings

    def there(self, name):
        """What a hold gives to what names it."""
        hold = self.holds.get(name)
        return hold.amount if hold is not None and hold.state == "open" else 0

    def settled(self, name):
        """The hold that something settles, as budgets see it, and what it reserves; None: it settles none."""
        hold = self.holds.get(name)
        return (hold.named, hold.amount) if hold is not None and hold.state == "open" else None

    def named(self, event, taken, at):
        """A charge or a capture takes what it does of the hold that it names; returns what goes back."""
        name, capture = event.get("hold"), event.get("capture")
        if name is None:
            if capture is not None:
                self.wrong(at, "it captures a hold that its usage does not name")
            return []
        hold = self.holds.get(name)
        if hold is None or hold.customer != event["customer"]:
            self.wrong(at, f"{event['customer']} has no hold {name}")
            return []
        said = capture or {}
        if (said.get("hold"), said.get("state")) != (name, hold.state):
            self.wrong(at, f"the hold {name} is {hold.state}")
        if hold.state != "open":
            self.parts(said, [], [], [], at)
            return []
        postings = self.settle(name, hold, taken, said, at)
        hold.state = "captured"
        return postings

    def settle(self, name, hold, taken, said, at):
        """Takes a hold apart, and compares what the entry says of it."""
        self.grants.unschedule("HoldExpired", name, at[0])
        self.budgets.hold(hold.named, -hold.amount)
        used, returned, lapsed, gone = [], [], [], {}
        for grant, amount in hold.parts:
            part = min(amount, taken)
            taken -= part
            if part > 0:
                used.append((grant, part))
                self.grants.release(grant, part, False)
            if amount == part:
                continue
            to = self.grants.release(grant, amount - part, True)
            if to == available(hold.customer):
                returned.append((grant, amount - part))
            else:
                lapsed.append((grant, amount - part))
                if to is not None:
                    gone[to] = gone.get(to, 0) + amount - part
        self.parts(said, used, returned, lapsed, at)
        back = sum(amount for _, amount in returned)
        return [(held(hold.customer), available(hold.customer), back)] + [
            (held(hold.customer), to, amount) for to, amount in gone.items()
        ]

    def parts(self, said, used, returned, lapsed, at):
        for name, expected in (("used", used), ("returned", returned), ("lapsed", lapsed)):
            found = said.get(name)
            total = str(sum(amount for _, amount in expected))
            is_said = not expected if found is None else found == {"amount": total, "grants": text_of(expected)}
            if not is_said:
                self.wrong(at, f"{name} is {text_of(expected) or 'nothing'}, and it says otherwise")

    def known(self, event, states, at):
        hold = self.holds.get(event["hold"])
        if hold is not None and hold.customer == event["customer"] and hold.state in states:
            return hold
        self.wrong(at, f"{event['hold']} is no hold of {event['customer']} that is {' or '.join(states)}")
        return None

    def shares(self, event, policy):
        """Of a capture; what no provider earns is the treasury's."""
        shares = split(whole(event["amount"]), [policy[name] for name in SHARES])
        return shares if "provider" in event else [0, shares[0] + shares[1], *shares[2:]]


def held(customer):
    return f"customer:{customer}:held"


def text_of(parts):
    return parts[0][0] if len(parts) == 1 else " ".join(f"{grant} {amount}" for grant, amount in parts)


def parts_of(text, total):
    words = text.split(" ")
    if len(words) == 1:
        return [(text, total)]
    return [(grant, whole(amount)) for grant, amount in zip(words[::2], words[1::2])]
