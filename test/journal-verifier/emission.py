"""Emission: which epoch ends next, and what it mints, derived here once more."""
import re

from arithmetic import decimal, instant, split

EVENTS = ("EmissionScheduled", "EpochEnded", "TokensEmitted")
POLICY_EVENTS = ("EmissionPolicyPublished", "EmissionPolicyScheduled")
#: What acts at an instant before an epoch ends at it, and what these bring with them.
ACTS = ("HoldExpired", "GrantExpired", "GrantActivated", "Unbonded", "ReceivablesCovered", "TopUpRequested", "ClawbackFilled")
UNITS = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
WHOLE = 10_000


class Emission:
    """@param now gives when the page being read was recorded, @param rests_on the height that it names, @param home the shard that emits, @param cap told of policies"""

    def __init__(self, find, now, rests_on, home, cap):
        self.find, self.now, self.rests_on, self.home, self.cap = find, now, rests_on, home, cap
        # Epochs that have ended and whose tokens the registry has to allow.
        self.ended = {}
        self.published = {}
        self.noted = set()
        self.followed = {}
        self.until = None
        self.left = None
        # What an epoch of inflation left, and of how many epochs of a year.
        self.brought = (0, 1)
        self.next = None

    def wrong(self, at, detail):
        self.find("EMISSION_WRONG", at, detail)

    # The registry

    def policy(self, event, at):
        version = event["version"]
        if event["type"] == "EmissionPolicyPublished":
            if version in self.published or lasting(event["policy"]) is None:
                self.wrong(at, f"policy {version} is published twice, or cannot be followed")
            else:
                self.published[version] = (event["policy"], at[1])
                self.cap.publish(version, event["policy"], at, lasting(event["policy"]))
            return
        if version not in self.published or version in self.noted:
            self.wrong(at, f"policy {version} is not published, or was noted before")
        self.noted.add(version)

    # The shard that emits

    def event(self, event, at):
        """Returns what the event must post, None when nobody can say, and what it adds to the supply."""
        if event["type"] == "EmissionScheduled":
            self.schedule(event, at)
            return [], 0
        name = (event["policy"], event["epoch"])
        if event["type"] == "EpochEnded":
            ended = self.take(event, at)
            if ended is not None:
                self.ended[name] = ended
            return [], 0
        amount = int(event["amount"])
        is_oldest = name in self.ended and all(self.ended[name][0] <= other[0] for other in self.ended.values())
        ended = self.ended.pop(name, None)
        if ended is None:
            ended = self.take(event, at)
            if ended is None:
                return None, 0
        else:
            end, _, _, total, left = ended
            if total is None:
                total = self.inflate(event, self.followed[ended[1]], at)
            is_alike = instant(event["time"]) == end and event.get("remaining") == (None if left is None else str(left))
            if amount + int(event.get("cut", "0")) != total or not is_alike or not is_oldest or at[0] != self.home:
                self.wrong(at, f"the epoch mints {total} and leaves {left}, after those before")
        if self.followed[ended[1]]["kind"] != "inflation" and any(one in event for one in ("supply", "carried", "lost")):
            self.wrong(at, "it says a supply, and is not of inflation")
        recipients = self.followed[ended[1]]["recipients"]
        parts = [one["bps"] for one in recipients]
        shares = split(amount, parts + [WHOLE - sum(parts)]) if amount > 0 else [0] * (len(parts) + 1)
        onward = [("treasury:emission", one["account"], share) for one, share in zip(recipients, shares)]
        return [("issuance", "treasury:emission", amount)] + [one for one in onward if one[1] != "treasury:emission"], amount

    def inflate(self, event, policy, at):
        """What an epoch of inflation mints of the supply that it says, which the cap compares."""
        parts, of = self.brought
        brought, lost = divmod(parts * policy["epochs"], of)
        amount, left = divmod(int(event.get("supply", "0")) * policy["bps"] + brought, policy["epochs"] * WHOLE)
        if "supply" not in event or event.get("carried") != str(left) or event.get("lost", "0") != str(lost) or event.get("lost") == "0":
            self.wrong(at, f"the epoch carries {left} and loses {lost}")
        self.brought = (left, policy["epochs"])
        return amount

    def take(self, event, at):
        """The next epoch has ended: what `look_ahead` said of it; None where it is another one."""
        if self.next is None or at[0] != self.home or (event["policy"], event["epoch"]) != self.next[1:3]:
            self.wrong(at, f"epoch {event['epoch']} of policy {event['policy']} is not the next one")
            return None
        taken = self.next
        end, _, _, amount, left = taken
        if instant(event["time"]) != end or self.now() < end:
            self.wrong(at, f"the epoch ends at {end}")
        if event.get("amount") != (None if amount is None else str(amount)) or event.get("remaining") != (None if left is None else str(left)):
            self.wrong(at, f"the epoch mints {amount} and leaves {left}")
        self.until = end
        self.left = self.left if left is None else left
        self.look_ahead()
        return taken

    def schedule(self, event, at):
        version, policy = event["version"], event["policy"]
        published = self.published.get(version)
        is_published = published is not None and published[0] == policy and published[1] <= self.rests_on()
        if at[0] != self.home or version in self.followed or not is_published:
            self.wrong(at, f"policy {version} is followed elsewhere, twice, or otherwise than it was published")
            return
        self.followed[version] = policy
        self.look_ahead()

    def look_ahead(self):
        """The epoch that ends next: its end, version, number, amount and what it leaves."""
        self.next = None
        order = sorted((instant(policy["effectiveAt"]), version) for version, policy in self.followed.items())
        ends = [begins for begins, _ in order[1:]] + [None]
        for (begins, version), closes in zip(order, ends):
            lasts = lasting(self.followed[version])
            epoch = 0 if self.until is None else max(0, -(-(self.until - begins) // lasts))
            end = begins + (epoch + 1) * lasts
            amount, left = self.minted(self.followed[version], epoch)
            if amount != 0 and (closes is None or end <= closes):
                self.next = (end, version, epoch, amount, left)
                return

    def minted(self, policy, epoch):
        if policy["kind"] == "inflation":
            return None, None
        if policy["kind"] == "fixed":
            return decimal(policy["amount"], 18), None
        if policy["kind"] == "halving":
            return decimal(policy["initial"], 18) >> epoch // policy["period"], None
        left = decimal(policy["remaining"], 18) if self.left is None else self.left
        amount = left * (policy["den"] - policy["num"]) // policy["den"]
        return amount, left - amount

    def follow(self, event, at):
        """Every event of a holder shard: nothing is recorded from an epoch's end on before its tokens."""
        if self.next is None or at[0] != self.home or self.next[0] > self.now() or event["type"] in EVENTS + ACTS:
            return
        self.wrong(at, f"epoch {self.next[2]} of policy {self.next[1]} was to be emitted before this")


def lasting(policy):
    """Milliseconds of an epoch; None for a policy that cannot be followed."""
    seconds = sum(int(count) * UNITS[unit] for count, unit in re.findall(r"([0-9]+)([WDHMS])", policy["epoch"]))
    is_whole = sum(one["bps"] for one in policy["recipients"]) <= WHOLE
    return seconds * 1000 if seconds > 0 and is_whole and instant(policy["effectiveAt"]) is not None else None
