"""Corrections: usage that is taken back for another charge is charged again at once, under its id."""

BETWEEN = ("ReceivablesCovered", "BudgetThresholdsReached", "TopUpRequested", "ClawbackFilled")


class Corrections:
    """Every usage that was charged, by its newest charge. @param find reports a broken law"""

    def __init__(self, find):
        self.find = find
        self.usage = {}
        self.expected, self.after = None, None

    def wrong(self, at, detail):
        self.find("CORRECTION_WRONG", at, detail)

    def reversed(self, event, at):
        """A reversal that says why."""
        self.close()
        cause, original = event.get("cause"), event["original"]
        if cause is None:
            return
        if "metered" not in original.get("charge", {}):
            self.wrong(at, f"{event['entry']} is no charge of a usage")
        elif cause != "usage-correction":
            charge = original["charge"]
            corrects = {"entry": event["entry"], "by": cause}
            self.expected = (corrects, event["holder"], charge["source"], charge["id"], charge.get("counted"))
            self.after = at

    def follow(self, kind, at):
        if self.expected is not None and at != self.after and (at[:2] != self.after[:2] or kind not in BETWEEN):
            self.close()

    def close(self):
        if self.expected is not None:
            self.wrong(self.after, f"{self.expected[0]['entry']} was taken back for another charge, and none follows")
        self.expected = None

    def charged(self, event, at):
        """Returns of usage that is rated again what it keeps: its policy, its rate, and what its month had counted."""
        source, name, digest = (event["usage"][member] for member in ("source", "id", "digest"))
        before, now = self.usage.get((source, name)), (digest, event["splitPolicy"], event.get("usdRate"))
        corrects = event.get("corrects")
        if corrects is None:
            if before is not None:
                self.find("USAGE_TWICE", at, f"{(source, name)} is charged twice")
            self.usage.setdefault((source, name), now)
            return None
        expected, self.expected = self.expected, None
        is_in_page = expected is not None and at[:2] == self.after[:2]
        if before is None or not is_in_page or expected[:4] != (corrects, event["customer"], source, name):
            self.wrong(at, f"{expected} was taken back, and this is {corrects} of {(source, name)}")
            return None
        self.usage[source, name] = now
        if corrects["by"] != "rerating":
            return None
        if digest != before[0]:
            self.wrong(at, f"another event than {before[0]} is rated again")
        return {"policy": before[1], "rate": before[2], "counted": expected[4]}
