"""The laws of docs/journal.md, section 6: pages, chain, offsets, requests, what each event must post, the sums over all shards."""
import hashlib
import re
from collections import defaultdict

from arithmetic import decimal, instant, instant_text, rate, shard_of, split, whole
from budgets import Budgets
from cap import EVENTS as CAP_EVENTS, Cap
from catalogue import SHARES, Keys, Parties, Versions
from corrections import Corrections
from emission import EVENTS as EMISSION_EVENTS, POLICY_EVENTS, Emission
from forms import spelling
from governance import EVENTS as VOTE_EVENTS, Governance
from grants import EVENTS as GRANT_EVENTS, Grants
from holds import EVENTS as HOLD_EVENTS, Holds, held
from reversals import EVENTS as REVERSAL_EVENTS, Reversals
from settlement import PHASES, Settlements, on_chains
from stakes import EVENTS as STAKE_EVENTS, Stakes
from topups import TopUps
from writers import EVENTS as WRITER_EVENTS, Writers
from yields import DISTRIBUTION_EVENTS, EVENTS as YIELD_EVENTS, Yields

BODY_BYTES_MAX = 1_000_000
COVER_MAX = 500
COVER_TEXT_MAX = 60_000
SPENDABLE = re.compile(
    r"(customer:[^:]+:(available|pending|held|staked|unbonding)|breakage:(purchased|promotional|earned)|provider:[^:]+:(payable|withheld|uncovered)|treasury:(fees|emission|uncovered)"
    r"|staking:(rewards|carried|uncovered)|burn:uncovered)"
)
SHARED = ["treasury:fees", "staking:rewards", "issuance"]
UNCOVERED = ["treasury:uncovered", "staking:uncovered", "burn:uncovered"]
COMMON_MEMBERS = {"type", "time", "actor", "origin", "request", "postings"}
CHARGE_MEMBERS = COMMON_MEMBERS | {
    "usage", "usageType", "customer", "provider", "model", "meters", "budget", "hold",
    "priceBook", "splitPolicy", "amount", "receivable", "region", "usdRate", "counted", "grants", "late", "budgeted",
    "capture", "corrects", "provenance",
}
COVER_MEMBERS = COMMON_MEMBERS | {"customer", "amount", "covered", "grants"}
CAPTURE_MEMBERS = COMMON_MEMBERS | {
    "hold", "customer", "provider", "amount", "splitPolicy", "capture", "grants", "receivable",
    "budgeted",
}
MOVING_NOTHING = ("ChainRegistered", "ReconciliationRecorded")
MESSAGE = re.compile(r"(?:kafka|replay):([A-Za-z0-9._-]{1,249})/(0|[1-9][0-9]{0,15})/(0|[1-9][0-9]{0,15})")


class Journal:
    """@param remembered heads as (shard, height, hash)"""

    def __init__(self, shards, remembered, forms, signatures=True, findings_max=100):
        self.shards = shards
        self.findings_max = findings_max
        self.writers = Writers(shards, self.find, signatures)
        self.forms = forms
        self.types = {False: forms.types("LedgerEvent"), True: forms.types("RegistryEvent")}
        self.findings = []
        self.count = 0
        self.expected = {}
        self.named = set()
        for shard, height, digest in remembered:
            self.expect(shard, height, digest)
        self.heads = {}
        self.shown = {}
        self.pages = 0
        self.events = 0
        self.next_offset = {}
        self.balances = defaultdict(lambda: defaultdict(int))
        self.requests = {}
        self.answered = set()
        self.rests_on = 0
        self.books = Versions(self.find)
        self.policies = Versions(self.find)
        self.rates = Versions(self.find)
        # The page that is read, and its charges by their place: amount and what is owed.
        self.of_page = (None, {})
        # By customer: billionths by a line's name, month and meter.
        self.counters = defaultdict(dict)
        # The height of the registry at which each name is registered.
        self.topics = {}
        self.parties = Parties(self.find, lambda: self.rests_on)
        self.keys = Keys(self.find, lambda: self.rests_on)
        self.settlements = Settlements(shards, self.find, self.parties.gate, self.balances[shards])
        self.recorded_at = 0
        self.grants = Grants(self.find, lambda: self.recorded_at, lambda holder: shard_of(holder, shards))
        self.budgets = Budgets(self.find)
        self.top_ups = TopUps(self.find, lambda customer: self.parties.agreed(customer, "topUpThreshold"))
        self.holds = Holds(self.find, lambda: self.recorded_at, self.grants, self.budgets)
        self.cap = Cap(shards, self.find, lambda: (self.recorded_at, self.rests_on))
        home = shard_of("treasury", shards)
        self.emission = Emission(self.find, lambda: self.recorded_at, lambda: self.rests_on, home, self.cap)
        self.stakes = Stakes(shards, self.find, lambda: (self.recorded_at, self.rests_on), self.grants, self.parties)
        now = lambda: (self.recorded_at, self.rests_on)
        self.governance = Governance(shards, self.find, now, self.parties, self.balances)
        self.yields = Yields(shards, self.find, lambda: self.recorded_at, self.grants, self.parties, self.balances)
        self.receivables = defaultdict(list)
        self.corrections = Corrections(self.find)
        self.reversals = Reversals(self.find, self.grants, self.budgets, self.balances, self.receivables, self.counters, self.corrections)
        self.sent = {}
        self.received = {}
        self.completed = set()
        self.owing = None
        self.supply = 0

    def find(self, law, place, detail):
        self.count += 1
        if len(self.findings) < self.findings_max:
            self.findings.append({"law": law, "at": "-".join(map(str, place)), "detail": detail})

    def expect(self, shard, height, digest):
        if height == 0:
            return
        known = self.expected.setdefault((shard, height), digest)
        if known != digest:
            self.find("HEAD_REWRITTEN", (shard, height), f"two hashes are remembered: {known} and {digest}")

    def name(self, shard, height, digest):
        """An event of the registry says that it has seen a page."""
        self.named.add((shard, height))
        self.expect(shard, height, digest)

    def give_up(self, event):
        """The shard goes on from a head: what was named above it, and what is given up by its hash, need not be there."""
        shard = event["shard"]
        for key in [key for key in self.named if key[0] == shard and key[1] > event["height"]]:
            self.named.discard(key)
            self.expected.pop(key, None)
        for head in event["lost"]:
            if self.expected.get((shard, head["height"])) == head["hash"]:
                del self.expected[(shard, head["height"])]
        self.name(shard, event["height"], event["hash"])

    # Pages

    def page(self, page):
        place = (page["shard"], page["height"])
        head = self.heads.get(page["shard"], (0, "0" * 64, "", 0))
        if self.writers.is_void(page):
            # Nothing of it counts: the next page follows the one before.
            self.heads[page["shard"]] = (page["height"], *head[1:])
            self.shown[place] = head[1]
            if page["shard"] == self.shards:
                self.writers.hashes[page["height"]] = head[1]
            return
        text = self.sealed(page, place)
        self.chained(page, place, head)
        self.heads[page["shard"]] = (page["height"], page["hash"], page["recordedAt"], page["registry"]["height"])
        self.shown[place] = page["hash"]
        if page["shard"] == self.shards:
            self.writers.hashes[page["height"]] = page["hash"]
        # The founding says itself who may have written it.
        is_founding = place == (self.shards, 1)
        if not is_founding:
            self.writers.page(page, text)
        self.offsets(page, place)
        self.pages += 1
        self.rests_on = page["registry"]["height"]
        self.registered(page, place)
        self.recorded_at = instant(page["recordedAt"]) or 0
        self.budgets.page(page["recordedAt"])
        self.governance.page(place)
        self.cap.page(*place)
        events = page["body"].split("\n")
        if events.pop() != "" or len(events) != page["count"]:
            self.find("PAGE_UNSOUND", place, f"the body has {len(events)} lines")
        for index, line in enumerate(events):
            self.events += 1
            self.line(page, line, (*place, index))
        if is_founding:
            self.writers.page(page, text)
        if self.owing is not None:
            self.uncovered(place)
        self.yields.unstaked(place)

    def sealed(self, page, place):
        """Digest and hash; returns the header's text."""
        body = page["body"].encode("utf-8", "surrogatepass")
        if len(body) > BODY_BYTES_MAX:
            self.find("PAGE_UNSOUND", place, f"the body has {len(body)} bytes")
        digest = hashlib.sha256(body).hexdigest()
        if digest != page["bodyDigest"]:
            self.find("PAGE_UNSOUND", place, f"the body's digest is {digest}")
        names = ("journal", "shard", "height", "recordedAt", "previousHash", "bodyDigest", "count", "writer")
        registry = f"{page['registry']['height']} {page['registry']['hash']}"
        lines = ["airtime-page-v2", *(page[name] for name in names), registry]
        lines += [f"{o['name']}/{o['partition']} {o['from']} {o['to']} {o['fingerprint']}" for o in page["offsets"]]
        text = "".join(f"{line}\n" for line in lines)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if digest != page["hash"]:
            self.find("PAGE_UNSOUND", place, f"the header's hash is {digest}")
        return text

    def chained(self, page, place, head):
        if page["height"] != head[0] + 1:
            self.find("CHAIN_BROKEN", place, f"height {page['height']} follows {head[0]}")
        if page["previousHash"] != head[1]:
            self.find("CHAIN_BROKEN", place, "the previous hash is not that of the page before")
        if page["recordedAt"] < head[2]:
            self.find("CHAIN_BROKEN", place, "it was recorded before the page before")
        if page["registry"]["height"] < head[3]:
            self.find("CHAIN_BROKEN", place, "it rests on an earlier page of the registry than the page before")

    def offsets(self, page, place):
        before = ("", -1, -1)
        for o in page["offsets"]:
            key = (page["shard"], o["name"], o["partition"])
            here = (o["name"], o["partition"], o["from"])
            if o["from"] < self.next_offset.get(key, 0) or o["to"] <= o["from"] or here < before:
                self.find("OFFSETS_WRONG", place, f"{o} does not follow {self.next_offset.get(key, 0)}")
            self.next_offset[key] = max(self.next_offset.get(key, 0), o["to"])
            before = here

    def registered(self, page, place):
        for o in page["offsets"]:
            if o["name"] not in self.topics or self.topics[o["name"]] > self.rests_on:
                self.find("TOPIC_WRONG", place, f"{o['name']} is no topic at height {self.rests_on} of the registry")

    # Events

    def line(self, page, line, at):
        try:
            event, is_spelt, fault = self.forms.look(line)
            if not is_spelt:
                self.find("EVENT_UNREADABLE", at, "a space outside strings, a member twice, or spelt otherwise")
            self.origin(event, page, at)
            self.form(page["shard"], event, fault, at)
            self.keys.caused(event, at)
            if page["shard"] == self.shards:
                self.registry(event, at)
            else:
                self.yields.before(event, at)
                self.ledger(page["shard"], event, at)
            self.request(event, at)
            if page["shard"] != self.shards:
                self.budgets.follow(event["type"], at)
                self.follow(event, at)
                self.grants.follow(event, at)
                self.top_ups.follow(event, at)
                self.emission.follow(event, at)
                self.cap.follow(event, at)
                self.reversals.follow(event, at)
                self.yields.follow(event, at)
                self.corrections.follow(event["type"], at)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError, RecursionError) as error:
            self.find("EVENT_UNREADABLE", at, f"{type(error).__name__}: {error}")

    def form(self, shard, event, fault, at):
        kind = event["type"]
        if kind not in self.types[shard == self.shards]:
            self.find("EVENT_UNREADABLE", at, f"{kind} is no event of this shard")
            return
        if fault is None and kind != "UsageConflicted" and instant(event["time"]) is None:
            fault = f"{event['time']} is no instant of the calendar"
        if fault is not None:
            self.find("EVENT_UNREADABLE", at, fault)
        home = self.forms.home(kind)
        if home is not None and type(event[home]) is str and shard_of(event[home], self.shards) != shard:
            self.find("SHARD_WRONG", at, f"{event[home]} does not live in shard {shard}")

    def origin(self, event, page, at):
        origin = event["origin"]
        if type(origin) is not str or not origin.startswith(("kafka:", "replay:")):
            return
        match = MESSAGE.fullmatch(origin)
        if match is None:
            self.find("OFFSETS_WRONG", at, f"{origin} names no message")
        elif origin.startswith("kafka:"):
            topic, partition, offset = match[1], int(match[2]), int(match[3])
            if not any(
                o["name"] == topic and o["partition"] == partition and o["from"] <= offset < o["to"]
                for o in page["offsets"]
            ):
                self.find("OFFSETS_WRONG", at, f"{origin} is not among the page's offsets")

    def request(self, event, at):
        if "request" not in event:
            return
        key, digest = event["request"]["key"], event["request"]["digest"]
        if self.requests.setdefault(key.split("#")[0], digest) != digest:
            self.find("REQUEST_TWICE", at, f"{key} was used for two requests")
        elif key in self.answered:
            self.find("REQUEST_TWICE", at, f"{key} was answered twice")
        self.answered.add(key)

    def post(self, shard, event, expected, at):
        """@param expected as (debit, credit, amount); None when nobody can say"""
        postings = event.get("postings", [])
        found = [(p["debit"], p["credit"], p["amount"]) for p in postings]
        if expected is not None and found != [(d, c, str(a)) for d, c, a in expected if a != 0]:
            self.find("POSTINGS_WRONG", at, f"expected {expected}, found {found}")
        balances = self.balances[shard]
        for p in postings:
            if p["asset"] != "AIR" or not re.fullmatch(r"[1-9][0-9]*", p["amount"]):
                self.find("POSTINGS_WRONG", at, f"{p} moves nothing that can be moved")
                continue
            balances[p["debit"]] -= int(p["amount"])
            balances[p["credit"]] += int(p["amount"])
            if balances[p["debit"]] < 0 and SPENDABLE.fullmatch(p["debit"]):
                self.find("OVERSPENT", at, f"{p['debit']} falls to {balances[p['debit']]}")

    # Holder shards

    def ledger(self, shard, event, at):
        kind = event["type"]
        if kind == "UsageCharged":
            self.charge(shard, event, at)
        elif kind == "ReceivablesCovered":
            self.cover(shard, event, at)
        elif kind in ("Minted", "Burned"):
            self.parties.registered(event["holder"], at)
            amount, accounts = int(event["amount"]), ("issuance", available(event["holder"]))
            self.supply += amount if kind == "Minted" else -amount
            self.post(shard, event, [(*(accounts if kind == "Minted" else accounts[::-1]), amount)], at)
        elif kind == "TokensBoughtBack":
            self.parties.registered(event["holder"], at)
            self.parties.sending(event["holder"], at)
            self.supply -= int(event["amount"])
            self.post(shard, event, [(available(event["holder"]), "issuance", int(event["amount"]))], at)
        elif kind in EMISSION_EVENTS:
            expected, minted = self.emission.event(event, at)
            self.supply += minted
            self.post(shard, event, expected, at)
        elif kind in GRANT_EVENTS:
            self.grant(shard, event, at)
        elif kind == "HoldCaptured":
            self.capture(shard, event, at)
        elif kind in HOLD_EVENTS:
            self.hold(shard, event, at)
        elif kind in REVERSAL_EVENTS:
            expected = self.reversals.event(event, at)
            self.supply += sum((debit == "issuance") * a - (credit == "issuance") * a for debit, credit, a in expected or [])
            self.post(shard, event, expected, at)
        elif kind in STAKE_EVENTS:
            expected = self.stakes.event(event, at)
            self.supply -= sum(amount for _, to, amount in expected or [] if to == "issuance")
            self.post(shard, event, expected, at)
        elif kind in YIELD_EVENTS:
            self.post(shard, event, self.yields.event(event, at), at)
        elif kind == "TransferSent":
            self.send(shard, event, at)
        elif kind == "TransferReceived":
            if event["transfer"] in self.received:
                self.find("TRANSFER_WRONG", at, f"{event['transfer']} arrives twice")
            self.received[event["transfer"]] = (event, shard, at)
            self.post(shard, event, [("transit", available(event["to"]), int(event["amount"]))], at)
        elif kind == "TransferCompleted":
            name = event["transfer"]
            if self.sent.get(name, (None, None))[1] != shard or name in self.completed:
                self.find("TRANSFER_WRONG", at, f"{name} is completed and was not sent here, or twice")
            self.completed.add(name)
            self.post(shard, event, [], at)
        elif kind == "PayablesCut":
            self.post(shard, event, self.settlements.cut(shard, self.balances[shard], event, at), at)
            self.settlements.after_cut(self.balances[shard], event, at)
        elif kind in ("UsageConflicted", "UsageRejected", "UsageBatchAnswered"):
            if kind == "UsageBatchAnswered":
                self.answer(event, at)
            self.post(shard, event, [], at)
        elif kind == "BudgetSet":
            self.parties.role(event["customer"], "customer", at)
            self.budgets.set(event, at)
            self.post(shard, event, [], at)
        elif kind == "TopUpRequested":
            self.post(shard, event, [], at)
        elif kind == "WeightsCut":
            self.governance.cut(event, at)
            self.post(shard, event, [], at)
        elif kind == "BudgetThresholdsReached":
            self.budgets.hear(event, at)
            self.post(shard, event, [], at)
        else:
            self.unchecked(kind, False, at)

    def grant(self, shard, event, at):
        if event["type"] == "GrantIssued":
            self.parties.registered(event["holder"], at)
            self.supply += int(event["amount"])
        expected = self.grants.event(event, at)
        if event["type"] == "GrantVoided" and expected is not None:
            self.supply -= expected[0][2]
        self.post(shard, event, expected, at)

    def hold(self, shard, event, at):
        kind = event["type"]
        if kind == "HoldReserved":
            self.parties.registered(event["customer"], at)
            self.parties.sending(event["customer"], at)
            expected = self.holds.reserve(event, at)
        elif kind == "HoldExtended":
            expected = self.holds.extend(event, at)
        else:
            expected = self.holds.end(event, "released" if kind == "HoldReleased" else "expired", at)
        self.supply -= sum(amount for _, to, amount in expected or [] if to == "issuance")
        self.post(shard, event, expected, at)

    def capture(self, shard, event, at):
        """As a charge that names the hold; what is owed then is owed for the usage `hold` of its id."""
        self.members(event, CAPTURE_MEMBERS, at)
        hold = self.holds.known(event, ("open", "expired"), at)
        policy = self.policies.get(event["splitPolicy"])
        if event["splitPolicy"] != self.policies.in_force(instant(event["time"]) or 0, self.rests_on):
            self.holds.wrong(at, f"policy {event['splitPolicy']} was not in force")
        if hold is None or policy is None:
            self.post(shard, event, None, at)
            return
        if "provider" in event:
            self.parties.registered(event["provider"], at)
        entry = {**event, "provider": event.get("provider", event["customer"])}
        entry["usage"] = {"source": "hold", "id": event["hold"]}
        amount = int(event["amount"])
        beyond = self.budgets.count(event, amount, self.holds.settled(event["hold"]) or (hold.named, 0), at)
        self.fund(shard, entry, amount, beyond, self.holds.shares(event, policy), at)
        hold.state = "captured"

    def unchecked(self, kind, is_registry, at):
        """An event that has a form and whose postings nobody derives here must not pass unseen."""
        if kind in self.types[is_registry]:
            self.find("EVENT_UNREADABLE", at, f"nothing here checks what {kind} says")

    def send(self, shard, event, at):
        name, to_shard = event["transfer"], shard_of(event["to"], self.shards)
        self.parties.registered(event["from"], at)
        self.parties.registered(event["to"], at)
        self.parties.sending(event["from"], at)
        if event["from"] == event["to"]:
            self.find("TRANSFER_WRONG", at, f"{event['from']} sends to itself")
        if to_shard != event["toShard"]:
            self.find("TRANSFER_WRONG", at, f"{event['to']} lives in shard {to_shard}")
        if to_shard != shard:
            if name in self.sent:
                self.find("TRANSFER_WRONG", at, f"{name} is sent twice")
            else:
                self.sent[name] = (event, shard)
        credit = available(event["to"]) if to_shard == shard else "transit"
        self.post(shard, event, [(available(event["from"]), credit, int(event["amount"]))], at)

    def follow(self, event, at):
        """Funds that arrive cover what their holder owes, in the next event of the page."""
        if self.owing is not None:
            if event["type"] != "ReceivablesCovered" or event["customer"] != self.owing:
                self.uncovered(at)
            self.owing = None
        # All that a reversal brought may have gone on, to where grants went that have ended.
        brings_nothing = event["type"] == "EntryReversed" and "returned" not in event
        for p in () if brings_nothing else event.get("postings", []):
            match = re.fullmatch(r"customer:([^:]+):available", p["credit"])
            if match is not None and self.receivables.get(match[1]):
                self.owing = match[1]

    def uncovered(self, at):
        self.find("RECEIVABLE_WRONG", at, f"{self.owing} had funds and open receivables, and nothing was covered")
        self.owing = None

    def members(self, event, known, at):
        """Nothing here would check what another member says."""
        for name in sorted(event.keys() - known):
            self.find("EVENT_UNREADABLE", at, f"{name} is no member of {event['type']} that is known")

    def customer(self, event, at):
        """Who used it could use it then. Returns when that was."""
        ms = instant(event["time"])
        self.parties.role(event["customer"], "customer", at)
        if "corrects" not in event:
            self.parties.using(event["customer"], ms, at)
        return ms

    def charge(self, shard, event, at):
        self.members(event, CHARGE_MEMBERS, at)
        again = self.corrections.charged(event, at)
        ms = self.customer(event, at)
        self.parties.role(event["provider"], "provider", at)
        if event["usage"]["digest"] not in usage_digests(event, ms):
            self.find("DIGEST_WRONG", at, f"{event['usage']['digest']} is not the digest of what was charged")
        versions = (event["priceBook"], event["splitPolicy"])
        book, policy = self.books.get(versions[0]), self.policies.get(versions[1])
        if book is None or policy is None:
            self.find("AMOUNT_WRONG", at, f"price book {versions[0]} or policy {versions[1]} was not published")
            self.post(shard, event, None, at)
            return
        in_force = (self.books.in_force(ms, self.rests_on), self.policies.in_force(ms, self.rests_on))
        if again is not None:
            in_force = (versions[0], again["policy"])
        if versions != in_force:
            self.find("AMOUNT_WRONG", at, f"at height {self.rests_on} of the registry {in_force} were in force")
        amount = self.rate(event, ms, book, again or {}, at)
        beyond = self.budgets.count(event, amount, self.holds.settled(event.get("hold")), at)
        shares = next((one for one in policy.get("types", []) if one["type"] == event["usageType"]), policy)
        self.fund(shard, event, amount, beyond, split(amount, [shares[name] for name in SHARES]), at)

    def rate(self, event, ms, book, again, at):
        version = self.rates.in_force(ms, self.rests_on) if again.get("rate") is None else again["rate"]
        usd = None if version is None else self.rates.get(version)["usdPerToken"]
        counters, recorded = self.counters[event["customer"]], again.get("counted") or {"line": None, "meters": {}}

        def before(line, month, meter):
            is_recorded = recorded["line"] == line and meter in recorded["meters"]
            return decimal(recorded["meters"][meter]["before"], 9) if is_recorded else counters.get((line, month, meter), 0)

        amount, dollars, counted = rate(book, event, ms, usd, before)
        if str(amount) != event["amount"]:
            self.find("AMOUNT_WRONG", at, f"price book {event['priceBook']} gives {amount}")
        if self.of_page[0] != at[:2]:
            self.of_page = (at[:2], {})
        self.of_page[1][at[2]] = (event["amount"], event.get("receivable", {}).get("amount"))
        if event.get("usdRate") != (version if dollars else None):
            self.find("AMOUNT_WRONG", at, f"rate {version if dollars else None} is the one")
        if event.get("counted") != counted:
            self.find("AMOUNT_WRONG", at, f"its months count {counted}")
        for meter, count in (counted or {"meters": {}})["meters"].items():
            name = counted["line"], counted["month"], meter
            counters[name] = counters.get(name, 0) + decimal(count["after"], 9) - decimal(count["before"], 9)
        return amount

    def there(self, shard, customer):
        return self.grants.reach(customer, self.balances[shard][available(customer)])

    def answer(self, event, at):
        """An answer names charges of its own page."""
        page, charges = self.of_page
        for told in event["answer"].get("charged", []):
            charge = charges.get(told["entry"]) if page == at[:2] else None
            if charge != (told["amount"], told.get("receivable")):
                self.find("AMOUNT_WRONG", at, f"the answer says {told}, and the charge {charge}")

    def fund(self, shard, event, amount, beyond, shares, at):
        customer = event["customer"]
        taken = min(amount - beyond, self.holds.there(event.get("hold")))
        by_hold = shares if taken == amount else [0] * 4 if taken <= 0 else split(taken, shares)
        back = self.holds.named(event, taken, at)
        amount, shares = amount - taken, [share - part for share, part in zip(shares, by_hold)]
        covered = min(amount - beyond, self.there(shard, customer))
        paid = shares if covered == amount else [0] * 4 if covered <= 0 else split(covered, shares)
        due = [share - part for share, part in zip(shares, paid)]
        recorded = event.get("receivable")
        if (recorded is not None) != (covered < amount):
            self.find("SHARES_WRONG", at, f"{amount - covered} is due")
        elif recorded is not None and (int(recorded["amount"]) != amount - covered or read(recorded["shares"]) != due):
            self.find("SHARES_WRONG", at, f"{amount - covered} is due as {due}")
        reserved = event["type"] == "HoldCaptured" or event.get("capture", {}).get("state") == "open"
        limit = None if sum(due) == 0 or reserved or "corrects" in event else self.parties.agreed(customer, "creditLimit")
        owing = sum(due) - self.balances[shard][f"customer:{customer}:receivable"]
        if limit is not None and owing > limit:
            self.find("CREDIT_WRONG", at, f"{customer} owes {owing} with this, and may owe {limit}")
        if sum(due) > 0:
            usage = event["usage"]
            self.receivables[customer].append([usage["source"], usage["id"], event["provider"], due])
        self.supply -= by_hold[3] + paid[3] + sum(part for _, to, part in back if to == "issuance")
        payer, owed = available(customer), f"customer:{customer}:receivable"
        payees = [f"provider:{event['provider']}:payable", *SHARED]
        due_to = zip([f"provider:{event['provider']}:uncovered", *UNCOVERED], due)
        self.post(
            shard,
            event,
            [(held(customer), *one) for one in zip(payees, by_hold)]
            + back
            + [(payer, *one) for one in zip(payees, paid)]
            + [(owed, *one) for one in due_to],
            at,
        )

    def cover(self, shard, event, at):
        self.members(event, COVER_MEMBERS, at)
        customer = event["customer"]
        queue, there = self.receivables[customer], self.there(shard, customer)
        providers, rest, total = {}, [0, 0, 0], 0
        for part in event["covered"]:
            if not queue or [part["source"], part["id"], part["provider"]] != queue[0][:3]:
                self.find("RECEIVABLE_WRONG", at, f"{part['source']} {part['id']} is not the oldest that is due")
                continue
            provider, due = queue[0][2:]
            amount = int(part["amount"])
            shares = split(amount, due) if 0 < amount <= sum(due) else due
            if amount > sum(due) or read(part["shares"]) != shares:
                self.find("RECEIVABLE_WRONG", at, f"{amount} of {due} is {shares}")
            total += amount
            providers[provider] = providers.get(provider, 0) + shares[0]
            rest = [have + more for have, more in zip(rest, shares[1:])]
            left = [have - less for have, less in zip(due, shares)]
            if amount >= sum(due):
                queue.pop(0)
            else:
                queue[0][3] = left
        self.supply -= rest[2]
        self.whole_cover(event, total, there, queue, at)
        given = min(there, total)
        self.post(
            shard,
            event,
            [(available(customer), f"customer:{customer}:receivable", given)]
            + [(f"provider:{p}:uncovered", f"provider:{p}:payable", a) for p, a in providers.items()]
            + list(zip(UNCOVERED, SHARED, rest)),
            at,
        )

    def whole_cover(self, event, total, there, queue, at):
        """A covering takes what there is, as far as one event may name."""
        text = [len((p["source"] + p["id"] + p["provider"]).encode("utf-16-le", "surrogatepass")) // 2 for p in event["covered"]]
        is_full = len(text) == COVER_MAX or sum(text) > COVER_TEXT_MAX
        if not is_full and total < there and queue:
            self.find("RECEIVABLE_WRONG", at, f"{total} is covered, {there} was there and more is due")
        if len(text) > COVER_MAX or sum(text[:-1]) > COVER_TEXT_MAX:
            self.find("RECEIVABLE_WRONG", at, "it covers more than one event may")
        if str(total) != event["amount"] or total > there:
            self.find("RECEIVABLE_WRONG", at, f"the parts sum to {total}, and {there} was there")

    # The registry

    def registry(self, event, at):
        kind = event["type"]
        for head in event.get("heads", []):
            self.name(head["shard"], head["height"], head["hash"])
        expected = []
        if kind == "PriceBookPublished":
            self.books.publish(event["version"], event["book"], at)
        elif kind == "SplitPolicyPublished":
            types = event["policy"].get("types", [])
            if any(sum(one[name] for name in SHARES) != 10_000 for one in [event["policy"], *types]):
                self.find("RATING_WRONG", at, "the shares are not the whole")
            if len({one["type"] for one in types}) != len(types):
                self.find("RATING_WRONG", at, "a type is there twice")
            self.policies.publish(event["version"], event["policy"], at)
        elif kind == "UsdRatePublished":
            if decimal(event["rate"]["usdPerToken"], 18) == 0:
                self.find("RATING_WRONG", at, "a token is worth nothing")
            self.rates.publish(event["version"], event["rate"], at)
        elif kind in POLICY_EVENTS:
            self.emission.policy(event, at)
        elif kind == "TierSet":
            if not event.keys() & {"available", "staked", "spent"}:
                self.find("TIER_WRONG", at, f"{event['tier']} asks for nothing")
        elif kind in CAP_EVENTS:
            self.cap.event(event, at)
        elif kind == "StakingPolicyPublished":
            self.stakes.policies.publish(event["version"], event["policy"], at)
        elif kind in VOTE_EVENTS:
            self.governance.event(event, at)
        elif kind in DISTRIBUTION_EVENTS:
            expected = self.yields.distribution(event, at)
        elif kind in WRITER_EVENTS:
            if self.writers.event(event, at) and kind == "LossAccepted":
                self.give_up(event)
        elif kind in PHASES or kind == "SettlementOpened":
            expected = self.settlements.event(event, at)
        elif kind in ("PartyRegistered", "KycChanged", "WalletSet", "CustomerTermsSet"):
            self.parties.event(event, at)
        elif kind in ("KeyIssued", "KeyRevoked"):
            self.keys.event(event, at)
        elif kind == "TopicRegistered":
            if event["name"] in self.topics:
                self.find("TOPIC_WRONG", at, f"{event['name']} is registered a second time")
            self.topics.setdefault(event["name"], at[1])
        elif kind not in MOVING_NOTHING:
            self.unchecked(kind, True, at)
            return
        self.post(self.shards, event, expected, at)

    # Laws over all shards

    def close(self):
        """Call when every page is read. Returns the balances over all shards."""
        self.writers.close()
        self.budgets.close()
        self.top_ups.close()
        self.reversals.close()
        self.corrections.close()
        self.stakes.close()
        self.governance.close()
        self.cap.close()
        self.yields.close()
        for (shard, height), digest in self.expected.items():
            shown = self.shown.get((shard, height))
            if height > self.heads.get(shard, (0,))[0]:
                self.find("HEAD_MISSING", (shard, height), f"{digest} is remembered, the journal ends before it")
            elif shown is not None and shown != digest:
                self.find("HEAD_REWRITTEN", (shard, height), f"{digest} is remembered, {shown} stands there")
        total = defaultdict(int)
        for shard, balances in self.balances.items():
            if sum(balances.values()) != 0:
                self.find("SUM_WRONG", (shard,), f"balances sum to {sum(balances.values())}")
            for account, balance in balances.items():
                total[account] += balance
        for name, (event, shard, at) in self.received.items():
            sent = self.sent.get(name, (None,))[0]
            if sent is None or any(sent[key] != event[key] for key in ("from", "to", "amount")) or sent["toShard"] != shard:
                self.find("TRANSFER_WRONG", at, f"{name} arrives otherwise than it was sent")
        self.sums(total, self.settlements.close())
        return {a: str(b) for a, b in sorted(total.items()) if b != 0}

    def sums(self, total, in_transit):
        owed = sum(sum(due) for queue in self.receivables.values() for *_, due in queue)
        between = sum(whole(event["amount"]) for name, (event, _) in self.sent.items() if name not in self.received)
        between += self.stakes.between() + self.yields.between()
        laws = [
            ("minted minus burned", -total["issuance"], self.supply),
            ("between shards", total["transit"], between),
            ("uncovered", sum(b for a, b in total.items() if a.endswith(":uncovered")), owed),
            ("receivable", -sum(b for a, b in total.items() if a.endswith(":receivable")), owed),
            ("in transit to providers", total["settlement:in-transit"], in_transit),
        ]
        for chain, paid in self.settlements.paid.items():
            laws.append((f"paid on chain {chain}", total[f"chain:{chain}:supply"] + total[f"chain:{chain}:vault"], paid))
        at_cut = self.settlements.supply_at_last_cut()
        if at_cut is not None:
            laws.append(("on all chains", on_chains(total), at_cut))
        for law, found, expected in laws:
            if found != expected:
                self.find("SUM_WRONG", (self.shards,), f"{law} is {found} and must be {expected}")


def usage_digests(event, ms):
    """What the digest of a usage may be: whether a report named a time is not recorded."""
    meters = "".join(f"\n{name} {shortest(event['meters'][name])}" for name in sorted(event["meters"]))
    region = f"\n@region {event['region']}" if "region" in event else ""
    if "provenance" in event:
        region += "\n@provenance " + spelling([event["provenance"].get(name) for name in ("dataset", "licence", "contentHash")])
    names = [event["customer"], event["provider"], event["model"], event.get("budget"), event.get("hold")]
    for time in (event["time"] if ms is None else instant_text(ms), None):
        text = spelling([event["usageType"], time, *names]) + meters + region
        yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def shortest(quantity):
    return quantity.rstrip("0").rstrip(".") if "." in quantity else quantity


def available(holder):
    return f"customer:{holder}:available"


def read(shares):
    return [int(shares[name]) for name in SHARES]
