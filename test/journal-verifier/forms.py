"""The forms of events and pages: JSON Schemas, of which this reads the part that docs/events/journal.schema.json uses.

A line of a page is an array; `x-places` of an event's schema says what its elements are.

A keyword that it does not know is an error, never ignored. And the one spelling that a JSON text may have in the journal.
"""
import json
import re

NOTES = {"$schema", "title", "description", "x-home", "x-places"}


def spelling(value):
    """The one text of a value: no spaces, nothing escaped but what must be, in the shortest way."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def read(text):
    """Reads a JSON text. What JSON does not know is no number; a fraction or an exponent is none of the journal's spelling."""
    return json.loads(text, parse_float=number_of, parse_constant=refuse)


def number_of(text):
    """A whole number is the same number however it is spelt: the spelling is another finding than the form."""
    value = float(text)
    return int(value) if value.is_integer() else value


def refuse(text):
    raise ValueError(f"{text} is no whole number, and no event holds another")


class Forms:
    def __init__(self, schema):
        self.defs = schema.get("$defs", {})
        self.made = {}

    def types(self, union):
        """The events of a union such as LedgerEvent."""
        return {self.name(one) for one in self.defs[union]["oneOf"]}

    def home(self, kind):
        """The member that names the holder in whose shard the event stands, if it has one."""
        return self.defs[kind].get("x-home")

    def fault(self, kind, event):
        """What is wrong with an event's form; None when nothing is."""
        return self.named(kind)(event, "")

    def event(self, line):
        """The event of a line's array, with the names of its members."""
        if type(line) is not list:
            raise ValueError("the line is no array")
        places = self.defs.get(line[0], {}).get("x-places")
        if places is None:
            raise ValueError(f"{line[0]} is no event that is known")
        return named_members(places, line, line[0])

    def look(self, text):
        """The event of a line's text, whether the text is the one that the journal spells, and what is wrong with its form.

        Raises ValueError and its like for a text that is no event. Nobody changes the event.
        """
        event = self.event(read(text))
        return event, spelling(self.line(event)) == text, self.fault(event["type"], event)

    def line(self, event):
        """The one array of an event."""
        return placed_members(self.defs[event["type"]]["x-places"], event)

    def name(self, schema):
        return schema["$ref"].removeprefix("#/$defs/")

    def named(self, name):
        if name not in self.made:
            # A type that is within itself meets this one.
            self.made[name] = lambda value, at: self.made[name](value, at)
            self.made[name] = self.make(self.defs[name])
        return self.made[name]

    def make(self, schema):
        """A check of one schema: a function of a value and its place."""
        if "$ref" in schema:
            if schema.keys() - NOTES != {"$ref"}:
                raise ValueError(f"beside a reference stands {sorted(schema.keys())}")
            return self.named(self.name(schema))
        makers = {"object": self.object, "array": self.array, "string": string, "integer": integer, "boolean": boolean}
        return makers[schema["type"]](dict((name, rule) for name, rule in schema.items() if name not in NOTES | {"type"}))

    def object(self, rules):
        members = {name: self.make(one) for name, one in rules.pop("properties", {}).items()}
        required = rules.pop("required", [])
        rest = rules.pop("additionalProperties")
        others = None if rest is False else self.make(rest)
        names = self.make(rules.pop("propertyNames", {"type": "string"}))
        allow(rules)

        def check(value, at):
            if type(value) is not dict:
                return f"{at} is no object"
            for name in required:
                if name not in value:
                    return f"{at} has no member {name}"
            for name, member in value.items():
                inner = members.get(name, others)
                if inner is None:
                    return f"{at} has the unknown member {name}"
                fault = (None if name in members else names(name, f"{at}/{name}")) or inner(member, f"{at}/{name}")
                if fault is not None:
                    return fault
            return None

        return check

    def array(self, rules):
        inner = self.make(rules.pop("items"))
        allow(rules)

        def check(value, at):
            if type(value) is not list:
                return f"{at} is no array"
            for index, element in enumerate(value):
                fault = inner(element, f"{at}/{index}")
                if fault is not None:
                    return fault
            return None

        return check


def split_place(place):
    """Name, whether it may be missing, and what is said of it."""
    name, rest = (place, {}) if type(place) is str else (place["name"], place)
    return name.removesuffix("?"), name.endswith("?"), rest


def named_members(places, elements, what):
    if type(elements) is not list:
        raise ValueError(f"{what} is no array")
    if len(elements) > len(places):
        raise ValueError(f"the line has more elements than {what} has members")
    members = {}
    for index, place in enumerate(places):
        name, is_optional, rest = split_place(place)
        if index >= len(elements) and not is_optional:
            raise ValueError(f"{what} lacks {name}")
        value = elements[index] if index < len(elements) else None
        if value is None and is_optional:
            continue
        if "members" in rest:
            value = named_members(rest["members"], value, name)
        elif "each" in rest:
            value = [named_members(rest["each"], one, name) for one in as_list(value)]
        members[name] = value
    # Accounts are told by other members, which are read first.
    for place in places:
        name, _, rest = split_place(place)
        if "accounts" in rest and name in members:
            members[name] = ungroup(members[name], told(rest["accounts"], members))
    return members


def placed_members(places, members):
    elements = []
    for place in places:
        name, _, rest = split_place(place)
        value = members.get(name)
        if value is not None and "members" in rest:
            value = placed_members(rest["members"], value)
        elif value is not None and "each" in rest:
            value = [placed_members(rest["each"], one) for one in value]
        elif value is not None and "accounts" in rest:
            value = group(value, told(rest["accounts"], members))
        elements.append(value)
    while elements and elements[-1] is None and split_place(places[len(elements) - 1])[1]:
        elements.pop()
    return elements


def told(accounts, members):
    """The names of the accounts that an event tells: a part in braces is a member of it."""
    return [re.sub(r"\{([A-Za-z]+)\}", lambda match: str(members.get(match[1])), name) for name in accounts]


def ungroup(groups, names):
    postings = []
    for one in as_list(groups):
        if type(one) is not list or len(one) % 2 == 0:
            raise ValueError("a group of postings lacks an amount")
        debit, *rest = one
        for credit, amount in zip(rest[::2], rest[1::2]):
            postings.append(
                {"debit": account(debit, names), "credit": account(credit, names), "amount": amount, "asset": "AIR"}
            )
    return postings


def group(postings, names):
    groups, before = [], None
    for posting in postings:
        if posting["debit"] != before:
            before = posting["debit"]
            groups.append([number(before, names)])
        groups[-1] += [number(posting["credit"], names), posting["amount"]]
    return groups


def account(written, names):
    if type(written) is not int:
        return written
    if not 0 <= written < len(names):
        raise ValueError(f"the event tells no account {written}")
    return names[written]


def number(name, names):
    return names.index(name) if name in names else name


def as_list(value):
    if type(value) is not list:
        raise ValueError("what must be an array is none")
    return value


def string(rules):
    values = [rules.pop("const")] if "const" in rules else rules.pop("enum", None)
    pattern = rules.pop("pattern", None)
    allow(rules)
    if pattern is not None and not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError(f"the pattern {pattern} does not span a text")
    form = None if pattern is None else re.compile(pattern[1:-1], re.ASCII)

    def check(value, at):
        if type(value) is not str:
            return f"{at} is no string"
        if values is not None and value not in values:
            return f"{at} is none of {values}"
        if form is not None and form.fullmatch(value) is None:
            return f"{at} does not match {pattern}"
        return None

    return check


def integer(rules):
    low, high = rules.pop("minimum"), rules.pop("maximum")
    allow(rules)

    def check(value, at):
        return None if type(value) is int and low <= value <= high else f"{at} is no integer from {low} to {high}"

    return check


def boolean(rules):
    allow(rules)
    return lambda value, at: None if type(value) is bool else f"{at} is neither true nor false"


def allow(rules):
    if rules:
        raise ValueError(f"the schema has rules that are not understood: {sorted(rules)}")


COUNT = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def form_of(members):
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


PAGE_MEMBERS = {
    "journal": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "shard": COUNT,
    "height": {**COUNT, "minimum": 1},
    "recordedAt": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"},
    "previousHash": HASH,
    "offsets": {
        "type": "array",
        "items": form_of(
            {
                "name": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,249}$"},
                "partition": COUNT,
                "from": COUNT,
                "to": COUNT,
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            }
        ),
    },
    "count": {**COUNT, "maximum": 5000},
    "bodyDigest": HASH,
    "writer": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "registry": form_of({"height": COUNT, "hash": HASH}),
    "hash": HASH,
    "signature": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
    "body": {"type": "string"},
}


def loosely(schema):
    """The same JSON types, whatever the texts say: such a page can still be compared with others."""
    if type(schema) is not dict:
        return schema
    return {name: loosely(rule) for name, rule in schema.items() if name not in ("pattern", "maximum")} | (
        {"maximum": 2**53 - 1} if schema.get("type") == "integer" else {}
    )


PAGE = Forms({}).make(form_of(PAGE_MEMBERS))
LOOSE_PAGE = Forms({}).make(form_of({name: loosely(rule) for name, rule in PAGE_MEMBERS.items()}))
