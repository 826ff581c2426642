"""A cap on what is outstanding: what it was at each decision of the registry is added up here once more."""
from collections import defaultdict

from arithmetic import decimal, instant

EVENTS = ("MintAllowed", "MintBooked", "EmissionAllowed")
TERMS = ("kind", "priority", "effectiveAt", "expiresAt")


class Cap:
    """@param page gives when the page being read was recorded, and the height of the registry that it names"""

    def __init__(self, shards, find, page):
        self.shards, self.find, self.read = shards, find, page
        # (effectiveAt, version, height, cap)
        self.versions = []
        self.since = None
        self.said = []
        self.sum = 0
        self.allowed = {}
        self.booked = set()
        self.noted = {}
        self.ended = set()
        self.asked = defaultdict(dict)
        self.order = {}
        self.beside = defaultdict(int)
        # Heights of heads that have to rest on the first cap.
        self.resting = defaultdict(set)
        # Of policies of inflation: when they begin, and how long an epoch lasts.
        self.inflations = {}
        # What was outstanding at the beginnings of their epochs: (instant, what was said, where), what every page moved, what epochs minted.
        self.begun, self.moved, self.emitted = [], [], []
        # The latest time of a shard's pages so far: one that says an earlier one stands after them all the same.
        self.latest = defaultdict(int)

    def wrong(self, at, detail):
        self.find("SUPPLY_CAP_WRONG", at, detail)

    # The registry

    def publish(self, version, policy, at, lasts):
        if policy["kind"] == "inflation":
            self.inflations[version] = (instant(policy["effectiveAt"]), lasts)
        cap = decimal(policy["cap"], 18) if "cap" in policy else None
        self.versions.append((instant(policy["effectiveAt"]), version, at[1], cap))
        if cap is not None and self.since is None:
            self.since = at[1]

    def in_force(self, up_to=None):
        """The version and its cap; None where there is no limit."""
        now = self.read()[0]
        known = [one for one in self.versions if one[0] <= now and (up_to is None or one[2] <= up_to)]
        last = max(known, default=None, key=lambda one: one[:2])
        return None if last is None or last[3] is None else (last[1], last[3])

    def event(self, event, at):
        if event["type"] == "MintBooked":
            if event["allowed"] in self.noted:
                self.wrong(at, f"{event['allowed']} is booked twice")
            self.noted[event["allowed"]] = at
            return
        room = self.hear(event, at)
        amount = int(event["amount"])
        if event["type"] == "MintAllowed":
            name = "-".join(map(str, at))
            if room is not None and amount > room:
                self.wrong(at, f"at most {room} fits under the cap")
        else:
            name = (event["version"], event["epoch"])
            if event["version"] in self.inflations:
                begins, lasts = self.inflations[event["version"]]
                self.begun.append((begins + event["epoch"] * lasts, event.get("supply"), at))
            elif "supply" in event:
                self.find("INFLATION_WRONG", at, "it says a supply, and is not of inflation")
            total = amount + int(event.get("cut", "0"))
            if amount != (total if room is None else min(total, room)):
                self.wrong(at, f"{room} fits under the cap")
        if name in self.allowed:
            self.wrong(at, f"{name} is allowed twice")
        self.allowed[name] = (event, at[1])
        self.sum += amount

    def hear(self, event, at):
        """What fits, by what the event says is outstanding; None where there is no limit."""
        self.said.append((event, at, self.sum))
        if [head["shard"] for head in event["heads"]] != list(range(self.shards)):
            self.wrong(at, "it names other shards than there are")
        for head in event["heads"]:
            self.asked[head["shard"]].setdefault(head["height"])
            if self.since is not None:
                self.resting[head["shard"]].add(head["height"])
        in_force = self.in_force()
        if event.get("policy") != (None if in_force is None else in_force[0]):
            self.wrong(at, f"the cap in force is {in_force}")
        return None if in_force is None else max(0, in_force[1] - int(event["outstanding"]))

    # Holder shards, which are read when the registry is

    def page(self, shard, height):
        self.latest[shard] = max(self.latest[shard], self.read()[0])
        if shard == self.shards or shard not in self.asked:
            return
        self.reach(shard, height - 1)
        if height in self.resting[shard] and not self.decides():
            self.wrong((shard, height), "what it has was counted, and it does not rest on the first cap")

    def reach(self, shard, height):
        """All pages up to this height are read; None: all there are."""
        order = self.order.setdefault(shard, sorted(self.asked[shard], reverse=True))
        while order and (height is None or order[-1] <= height):
            self.asked[shard][order.pop()] = self.beside[shard]

    def decides(self):
        """Whether the registry does, as the page being read knows it."""
        return self.since is not None and self.read()[1] >= self.since

    def follow(self, event, at):
        if self.since is None and not self.inflations:
            return
        kind, change = event["type"], 0
        for p in event.get("postings", []):
            change += int(p["amount"]) if p["debit"] == "issuance" else 0
            change -= int(p["amount"]) if p["credit"] == "issuance" else 0
        if change != 0 and self.begun:
            if kind == "TokensEmitted":
                self.emitted.append((instant(event["time"]), change))
            else:
                self.moved.append((self.latest[at[0]], change))
        if kind in ("Minted", "GrantIssued"):
            change -= self.mint(event, at)
        elif kind == "EpochEnded":
            if not self.decides() and event["policy"] not in self.inflations:
                self.wrong(at, "there is no cap yet")
            self.ended.add((event["policy"], event["epoch"]))
        elif kind == "TokensEmitted":
            change -= self.emit(event, at)
        elif kind == "EntryRestored" and self.decides() and self.in_force(self.read()[1]) is not None:
            if any(p["debit"] == "issuance" for p in event.get("postings", [])):
                self.wrong(at, "with a cap in force nothing is minted a second time by undoing a reversal")
        self.beside[at[0]] += change

    def mint(self, event, at):
        """Returns what of it was allowed."""
        name = event.get("allowed")
        if self.decides() != (name is not None):
            self.wrong(at, "there is no cap yet" if name is not None else "the registry did not allow it")
        if name is None:
            return 0
        allowed, height = self.allowed.get(name, (None, 0))
        is_alike = allowed is not None and height <= self.read()[1] and same(allowed, event)
        if not is_alike or name in self.booked:
            self.wrong(at, f"{name} allowed nothing like it, or is booked twice")
        self.booked.add(name)
        return int(event["amount"])

    def emit(self, event, at):
        name = (event["policy"], event["epoch"])
        if name not in self.ended:
            if self.decides() or "cut" in event:
                self.wrong(at, "the registry did not allow it")
            return 0
        allowed, height = self.allowed.get(name, (None, 0))
        is_alike = allowed is not None and height <= self.read()[1]
        if not is_alike or any(allowed.get(member) != event.get(member) for member in ("amount", "cut")):
            self.wrong(at, "the registry allowed it otherwise")
        elif allowed.get("supply") != event.get("supply"):
            self.find("INFLATION_WRONG", at, "the registry allowed it of another supply")
        return int(event["amount"])

    def close(self):
        for shard in list(self.asked):
            self.reach(shard, None)
        for event, at, before in self.said:
            outstanding = before + sum(self.asked[head["shard"]][head["height"]] for head in event["heads"])
            if event["outstanding"] != str(outstanding):
                self.wrong(at, f"{outstanding} was outstanding")
        counted = sorted(self.moved + self.emitted)
        total, place = 0, 0
        for begins, said, at in sorted(self.begun, key=lambda one: one[0]):
            while place < len(counted) and counted[place][0] <= begins:
                total += counted[place][1]
                place += 1
            if said != str(max(0, total)):
                self.find("INFLATION_WRONG", at, f"{max(0, total)} was outstanding at {begins}")
        for name, at in self.noted.items():
            if name not in self.booked:
                self.wrong(at, f"{name} is not allowed, or not booked")


def same(allowed, event):
    """Whether an entry books what was allowed."""
    if allowed["type"] != "MintAllowed" or event["type"] != ("GrantIssued" if "terms" in allowed else "Minted"):
        return False
    terms = allowed.get("terms", {})
    return all(allowed[member] == event[member] for member in ("holder", "amount", "reason")) and all(
        terms.get(member) == event.get(member) for member in TERMS
    )
