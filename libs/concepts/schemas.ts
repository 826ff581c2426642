// Written by `npm run docs:write` from the TypeScript types of the events. Changes belong into these.
// docs/events/journal.schema.json says the same with everything's description.

/** JSON Schemas of every event and of what they share: what the verifier compiles. */
export const EVENT_SCHEMAS = {
 "$defs": {
  "AccountText": {
   "type": "string"
  },
  "AssetText": {
   "type": "string",
   "pattern": "^AIR$"
  },
  "AttoText": {
   "type": "string",
   "pattern": "^(0|[1-9][0-9]*)$"
  },
  "BasisPoints": {
   "type": "integer",
   "minimum": 0,
   "maximum": 10000
  },
  "BreakClass": {
   "type": "string",
   "enum": [
    "AMOUNT_MISMATCH",
    "DUPLICATE_IN_LEDGER",
    "DUPLICATE_ON_CHAIN",
    "HEADS_MISMATCH",
    "MISSING_IN_LEDGER",
    "MISSING_ON_CHAIN",
    "SUPPLY_MISMATCH",
    "TIMING",
    "VAULT_MISMATCH",
    "WRONG_RECIPIENT"
   ]
  },
  "BudgetPath": {
   "type": "string",
   "pattern": "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}(/[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}){0,7}$"
  },
  "BudgetPeriod": {
   "type": "string",
   "enum": [
    "day",
    "month",
    "total",
    "week"
   ]
  },
  "BudgetSet": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "BudgetSet"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "path": {
     "$ref": "#/$defs/BudgetPath"
    },
    "limit": {
     "$ref": "#/$defs/AttoText"
    },
    "period": {
     "$ref": "#/$defs/BudgetPeriod"
    },
    "onExceed": {
     "$ref": "#/$defs/OnExceed"
    },
    "thresholds": {
     "type": "array",
     "items": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
     }
    },
    "from": {
     "$ref": "#/$defs/InstantText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "customer",
    "path",
    "limit",
    "period",
    "onExceed",
    "thresholds",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "customer",
    "path",
    "limit",
    "period",
    "onExceed",
    "thresholds",
    "from?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "BudgetThresholdsReached": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "BudgetThresholdsReached"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "path": {
     "$ref": "#/$defs/BudgetPath"
    },
    "day": {
     "$ref": "#/$defs/DayText"
    },
    "reached": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ReachedBudget"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "customer",
    "path",
    "day",
    "reached",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "customer",
    "path",
    "day",
    {
     "name": "reached",
     "each": [
      "level",
      "used",
      "thresholds"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "Budgeted": {
   "type": "object",
   "properties": {
    "day": {
     "$ref": "#/$defs/DayText"
    },
    "beyond": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "path": {
     "type": "string"
    }
   },
   "required": [
    "day"
   ],
   "additionalProperties": false
  },
  "Burned": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Burned"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "Capture": {
   "type": "object",
   "properties": {
    "hold": {
     "type": "string"
    },
    "state": {
     "$ref": "#/$defs/HoldState"
    },
    "used": {
     "$ref": "#/$defs/HeldPart"
    },
    "returned": {
     "$ref": "#/$defs/HeldPart"
    },
    "lapsed": {
     "$ref": "#/$defs/HeldPart"
    }
   },
   "required": [
    "hold",
    "state"
   ],
   "additionalProperties": false
  },
  "ChainHashText": {
   "type": "string",
   "pattern": "^0x[0-9a-f]{64}$"
  },
  "ChainRegistered": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ChainRegistered"
    },
    "chainId": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "genesisHash": {
     "$ref": "#/$defs/ChainHashText"
    },
    "token": {
     "type": "string"
    },
    "tokenCodeHash": {
     "$ref": "#/$defs/ChainHashText"
    },
    "vault": {
     "type": "string"
    },
    "vaultCodeHash": {
     "$ref": "#/$defs/ChainHashText"
    },
    "signer": {
     "type": "string"
    },
    "deployBlock": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "firstNonce": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "chainId",
    "genesisHash",
    "token",
    "tokenCodeHash",
    "vault",
    "vaultCodeHash",
    "signer",
    "deployBlock",
    "firstNonce",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "chainId",
    "genesisHash",
    "token",
    "tokenCodeHash",
    "vault",
    "vaultCodeHash",
    "signer",
    "deployBlock",
    "firstNonce",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ChargedUsage": {
   "type": "object",
   "properties": {
    "index": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "entry": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "receivable": {
     "$ref": "#/$defs/AttoText"
    }
   },
   "required": [
    "index",
    "entry",
    "amount"
   ],
   "additionalProperties": false
  },
  "Choice": {
   "type": "string",
   "enum": [
    "abstain",
    "no",
    "yes"
   ]
  },
  "ClawbackFilled": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ClawbackFilled"
    },
    "account": {
     "type": "string"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "account",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "account",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "treasury:fees",
      "treasury:clawback",
      "staking:rewards",
      "staking:clawback"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ClusterId": {
   "type": "string",
   "pattern": "^[!-~]{1,200}$"
  },
  "CompoundingSet": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "CompoundingSet"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "compounding": {
     "type": "boolean"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "holder",
    "compounding",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "compounding",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "CorrectionCause": {
   "type": "string",
   "enum": [
    "replacement",
    "rerating",
    "usage-correction"
   ]
  },
  "Corrects": {
   "type": "object",
   "properties": {
    "entry": {
     "type": "string"
    },
    "by": {
     "type": "string",
     "enum": [
      "replacement",
      "rerating"
     ]
    }
   },
   "required": [
    "entry",
    "by"
   ],
   "additionalProperties": false
  },
  "Counted": {
   "type": "object",
   "properties": {
    "before": {
     "$ref": "#/$defs/Quantity"
    },
    "after": {
     "$ref": "#/$defs/Quantity"
    }
   },
   "required": [
    "before",
    "after"
   ],
   "additionalProperties": false
  },
  "CountryCode": {
   "type": "string",
   "pattern": "^[A-Z]{2}$"
  },
  "CoverTakenBack": {
   "type": "object",
   "properties": {
    "entry": {
     "type": "string"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "shares": {
     "$ref": "#/$defs/RecordedShares"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "entry",
    "amount",
    "shares",
    "grants"
   ],
   "additionalProperties": false
  },
  "CoveredPart": {
   "type": "object",
   "properties": {
    "source": {
     "type": "string"
    },
    "id": {
     "type": "string"
    },
    "provider": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "shares": {
     "$ref": "#/$defs/RecordedShares"
    }
   },
   "required": [
    "source",
    "id",
    "provider",
    "amount",
    "shares"
   ],
   "additionalProperties": false
  },
  "CustomerTermsSet": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "CustomerTermsSet"
    },
    "party": {
     "$ref": "#/$defs/HolderId"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "creditLimit": {
     "$ref": "#/$defs/AttoText"
    },
    "topUpThreshold": {
     "$ref": "#/$defs/PositiveAttoText"
    }
   },
   "required": [
    "type",
    "party",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "party",
    "creditLimit?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "topUpThreshold?"
   ]
  },
  "DataProvenance": {
   "type": "object",
   "properties": {
    "dataset": {
     "type": "string"
    },
    "licence": {
     "type": "string"
    },
    "contentHash": {
     "type": "string"
    }
   },
   "required": [],
   "additionalProperties": false
  },
  "DayText": {
   "type": "string",
   "pattern": "^\\d{4}-\\d{2}-\\d{2}$"
  },
  "DollarsText": {
   "type": "string",
   "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]{1,18})?$"
  },
  "EmissionAllowed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EmissionAllowed"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "epoch": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "cut": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "supply": {
     "$ref": "#/$defs/AttoText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "policy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "outstanding": {
     "$ref": "#/$defs/SignedAttoText"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    }
   },
   "required": [
    "type",
    "version",
    "epoch",
    "amount",
    "time",
    "actor",
    "origin",
    "outstanding",
    "heads"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "epoch",
    "amount",
    "policy?",
    "outstanding",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "cut?",
    "supply?"
   ]
  },
  "EmissionKind": {
   "type": "string",
   "enum": [
    "decay",
    "fixed",
    "halving",
    "inflation"
   ]
  },
  "EmissionPolicy": {
   "type": "object",
   "properties": {
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "kind": {
     "$ref": "#/$defs/EmissionKind"
    },
    "epoch": {
     "$ref": "#/$defs/EpochText"
    },
    "amount": {
     "$ref": "#/$defs/TokensText"
    },
    "initial": {
     "$ref": "#/$defs/TokensText"
    },
    "period": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "remaining": {
     "$ref": "#/$defs/TokensText"
    },
    "num": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "den": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "bps": {
     "$ref": "#/$defs/BasisPoints"
    },
    "epochs": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "cap": {
     "$ref": "#/$defs/TokensText"
    },
    "recipients": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "account": {
        "$ref": "#/$defs/EmissionRecipient"
       },
       "bps": {
        "$ref": "#/$defs/BasisPoints"
       }
      },
      "required": [
       "account",
       "bps"
      ],
      "additionalProperties": false
     }
    }
   },
   "required": [
    "effectiveAt",
    "kind",
    "epoch",
    "recipients"
   ],
   "additionalProperties": false
  },
  "EmissionPolicyPublished": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EmissionPolicyPublished"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "policy": {
     "$ref": "#/$defs/EmissionPolicy"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "policy",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "policy",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "EmissionPolicyScheduled": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EmissionPolicyScheduled"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "EmissionRecipient": {
   "type": "string",
   "enum": [
    "staking:rewards",
    "treasury:emission",
    "treasury:fees"
   ]
  },
  "EmissionScheduled": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EmissionScheduled"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "policy": {
     "$ref": "#/$defs/EmissionPolicy"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "policy",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "policy",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "EntryRestored": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EntryRestored"
    },
    "entry": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "reason": {
     "type": "string"
    },
    "original": {
     "$ref": "#/$defs/Original"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "paid": {
     "$ref": "#/$defs/PaidPart"
    },
    "receivable": {
     "$ref": "#/$defs/OwedPart"
    },
    "budgeted": {
     "$ref": "#/$defs/Budgeted"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "entry",
    "holder",
    "amount",
    "reason",
    "original",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "entry",
    "holder",
    "amount",
    "reason",
    "original",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available",
      "treasury:fees",
      "staking:rewards"
     ]
    },
    {
     "name": "paid?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "receivable?",
     "members": [
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      }
     ]
    },
    {
     "name": "budgeted?",
     "members": [
      "day",
      "beyond?",
      "path?"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "EntryReversed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EntryReversed"
    },
    "entry": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "reason": {
     "type": "string"
    },
    "original": {
     "$ref": "#/$defs/Original"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "returned": {
     "$ref": "#/$defs/PaidPart"
    },
    "lapsed": {
     "$ref": "#/$defs/PaidPart"
    },
    "cancelled": {
     "$ref": "#/$defs/OwedPart"
    },
    "covers": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/CoverTakenBack"
     }
    },
    "cause": {
     "$ref": "#/$defs/CorrectionCause"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "entry",
    "holder",
    "amount",
    "reason",
    "original",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "entry",
    "holder",
    "amount",
    "reason",
    "original",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available",
      "treasury:fees",
      "staking:rewards"
     ]
    },
    {
     "name": "returned?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "lapsed?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "cancelled?",
     "members": [
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      }
     ]
    },
    {
     "name": "covers?",
     "each": [
      "entry",
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      },
      "grants"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "cause?"
   ]
  },
  "EpochEnded": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "EpochEnded"
    },
    "policy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "epoch": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "remaining": {
     "$ref": "#/$defs/AttoText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "policy",
    "epoch",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "policy",
    "epoch",
    "amount?",
    "remaining?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "EpochText": {
   "type": "string",
   "pattern": "^P([0-9]{1,4}W|(?=[0-9T])([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,8}S)?)?)$"
  },
  "FirstEntry": {
   "type": "object",
   "properties": {
    "entry": {
     "type": "string"
    },
    "type": {
     "$ref": "#/$defs/FirstType"
    }
   },
   "required": [
    "entry",
    "type"
   ],
   "additionalProperties": false
  },
  "FirstType": {
   "type": "string",
   "enum": [
    "Burned",
    "GrantIssued",
    "HoldCaptured",
    "Minted",
    "TransferSent",
    "UsageCharged"
   ]
  },
  "FormatNumber": {
   "type": "integer",
   "minimum": 2,
   "maximum": 2
  },
  "GrantActivated": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "GrantActivated"
    },
    "grant": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "grant",
    "holder",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "grant",
    "holder",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:pending",
      "customer:{holder}:available"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "GrantExpired": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "GrantExpired"
    },
    "grant": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "grant",
    "holder",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "grant",
    "holder",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:available",
      "breakage:purchased",
      "breakage:promotional",
      "breakage:earned"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "GrantIssued": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "GrantIssued"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "kind": {
     "$ref": "#/$defs/GrantKind"
    },
    "priority": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "reason": {
     "type": "string"
    },
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "expiresAt": {
     "$ref": "#/$defs/InstantText"
    },
    "allowed": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "kind",
    "priority",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "kind",
    "priority",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available",
      "customer:{holder}:pending"
     ]
    },
    "effectiveAt?",
    "expiresAt?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "allowed?"
   ]
  },
  "GrantKind": {
   "type": "string",
   "enum": [
    "earned",
    "promotional",
    "purchased"
   ]
  },
  "GrantTerms": {
   "type": "object",
   "properties": {
    "kind": {
     "$ref": "#/$defs/GrantKind"
    },
    "priority": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "expiresAt": {
     "$ref": "#/$defs/InstantText"
    }
   },
   "required": [
    "kind",
    "priority"
   ],
   "additionalProperties": false
  },
  "GrantUses": {
   "type": "string",
   "pattern": "^[0-9]+-[0-9]+-[0-9]+(\\.[0-9]+)?( [1-9][0-9]*( [0-9]+-[0-9]+-[0-9]+(\\.[0-9]+)? [1-9][0-9]*)+)?$"
  },
  "GrantVoided": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "GrantVoided"
    },
    "grant": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "reason": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "grant",
    "holder",
    "amount",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "grant",
    "holder",
    "amount",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:available",
      "customer:{holder}:pending",
      "issuance"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "HashText": {
   "type": "string",
   "pattern": "^[0-9a-f]{64}$"
  },
  "HeldPart": {
   "type": "object",
   "properties": {
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "amount",
    "grants"
   ],
   "additionalProperties": false
  },
  "HoldCaptured": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "HoldCaptured"
    },
    "hold": {
     "type": "string"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "provider": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "splitPolicy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "capture": {
     "$ref": "#/$defs/Capture"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    },
    "receivable": {
     "$ref": "#/$defs/OwedPart"
    },
    "budgeted": {
     "$ref": "#/$defs/Budgeted"
    }
   },
   "required": [
    "type",
    "hold",
    "customer",
    "amount",
    "splitPolicy",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "hold",
    "customer",
    "amount",
    "splitPolicy",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:held",
      "customer:{customer}:available",
      "issuance",
      "breakage:purchased",
      "breakage:promotional",
      "breakage:earned"
     ]
    },
    "provider?",
    {
     "name": "capture?",
     "members": [
      "hold",
      "state",
      {
       "name": "used?",
       "members": [
        "amount",
        "grants"
       ]
      },
      {
       "name": "returned?",
       "members": [
        "amount",
        "grants"
       ]
      },
      {
       "name": "lapsed?",
       "members": [
        "amount",
        "grants"
       ]
      }
     ]
    },
    "grants?",
    {
     "name": "receivable?",
     "members": [
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      }
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    {
     "name": "budgeted?",
     "members": [
      "day",
      "beyond?",
      "path?"
     ]
    }
   ]
  },
  "HoldExpired": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "HoldExpired"
    },
    "hold": {
     "type": "string"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "returned": {
     "$ref": "#/$defs/HeldPart"
    },
    "lapsed": {
     "$ref": "#/$defs/HeldPart"
    }
   },
   "required": [
    "type",
    "hold",
    "customer",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "hold",
    "customer",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:held",
      "customer:{customer}:available",
      "breakage:purchased",
      "breakage:promotional",
      "breakage:earned",
      "issuance"
     ]
    },
    {
     "name": "returned?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "lapsed?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "HoldExtended": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "HoldExtended"
    },
    "hold": {
     "type": "string"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "receipt": {
     "$ref": "#/$defs/GrantUses"
    },
    "expiresAt": {
     "$ref": "#/$defs/InstantText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "hold",
    "customer",
    "amount",
    "receipt",
    "expiresAt",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "hold",
    "customer",
    "amount",
    "receipt",
    "expiresAt",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:available",
      "customer:{customer}:held"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "HoldReleased": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "HoldReleased"
    },
    "hold": {
     "type": "string"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "returned": {
     "$ref": "#/$defs/HeldPart"
    },
    "lapsed": {
     "$ref": "#/$defs/HeldPart"
    }
   },
   "required": [
    "type",
    "hold",
    "customer",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "hold",
    "customer",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:held",
      "customer:{customer}:available",
      "breakage:purchased",
      "breakage:promotional",
      "breakage:earned",
      "issuance"
     ]
    },
    {
     "name": "returned?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "lapsed?",
     "members": [
      "amount",
      "grants"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "HoldReserved": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "HoldReserved"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "expiresAt": {
     "$ref": "#/$defs/InstantText"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "budget": {
     "type": "string"
    },
    "reference": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "customer",
    "amount",
    "expiresAt",
    "grants",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "customer",
    "amount",
    "expiresAt",
    "grants",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:available",
      "customer:{customer}:held"
     ]
    },
    "budget?",
    "reference?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "HoldState": {
   "type": "string",
   "enum": [
    "captured",
    "expired",
    "open",
    "released"
   ]
  },
  "HolderId": {
   "type": "string",
   "pattern": "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$"
  },
  "HolderWeight": {
   "type": "object",
   "properties": {
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "weight": {
     "$ref": "#/$defs/PositiveAttoText"
    }
   },
   "required": [
    "holder",
    "weight"
   ],
   "additionalProperties": false
  },
  "InstantText": {
   "type": "string",
   "pattern": "^(\\d{4})-(\\d{2})-(\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,9}))?([Zz]|[+-]\\d{2}:\\d{2})$"
  },
  "JournalFounded": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "JournalFounded"
    },
    "journal": {
     "type": "string"
    },
    "format": {
     "$ref": "#/$defs/FormatNumber"
    },
    "shards": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "asset": {
     "type": "string"
    },
    "roots": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PublicKeyText"
     }
    },
    "writers": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/WriterGrant"
     }
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "journal",
    "format",
    "shards",
    "asset",
    "roots",
    "writers",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "journal",
    "format",
    "shards",
    "asset",
    "roots",
    {
     "name": "writers",
     "each": [
      "publicKey",
      "name",
      "events?",
      "shards?"
     ]
    },
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "KeyIssued": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "KeyIssued"
    },
    "key": {
     "type": "string"
    },
    "role": {
     "type": "string"
    },
    "provider": {
     "$ref": "#/$defs/HolderId"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "hash": {
     "type": "string"
    },
    "name": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "key",
    "role",
    "hash",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "key",
    "role",
    "hash",
    "provider?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "customer?",
    "name?"
   ]
  },
  "KeyRevoked": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "KeyRevoked"
    },
    "key": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "key",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "key",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "KycChanged": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "KycChanged"
    },
    "party": {
     "$ref": "#/$defs/HolderId"
    },
    "from": {
     "$ref": "#/$defs/KycState"
    },
    "to": {
     "$ref": "#/$defs/KycState"
    },
    "reason": {
     "type": "string"
    },
    "evidence": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "party",
    "from",
    "to",
    "reason",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "party",
    "from",
    "to",
    "reason",
    "evidence?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "KycState": {
   "type": "string",
   "enum": [
    "expired",
    "offboarded",
    "pending",
    "rejected",
    "review_due",
    "suspended",
    "unverified",
    "verified"
   ]
  },
  "Late": {
   "type": "object",
   "properties": {
    "policy": {
     "type": "string",
     "const": "booking"
    }
   },
   "required": [
    "policy"
   ],
   "additionalProperties": false
  },
  "LedgerEvent": {
   "oneOf": [
    {
     "$ref": "#/$defs/BudgetSet"
    },
    {
     "$ref": "#/$defs/BudgetThresholdsReached"
    },
    {
     "$ref": "#/$defs/Burned"
    },
    {
     "$ref": "#/$defs/ClawbackFilled"
    },
    {
     "$ref": "#/$defs/CompoundingSet"
    },
    {
     "$ref": "#/$defs/EmissionScheduled"
    },
    {
     "$ref": "#/$defs/EntryRestored"
    },
    {
     "$ref": "#/$defs/EntryReversed"
    },
    {
     "$ref": "#/$defs/EpochEnded"
    },
    {
     "$ref": "#/$defs/GrantActivated"
    },
    {
     "$ref": "#/$defs/GrantExpired"
    },
    {
     "$ref": "#/$defs/GrantIssued"
    },
    {
     "$ref": "#/$defs/GrantVoided"
    },
    {
     "$ref": "#/$defs/HoldCaptured"
    },
    {
     "$ref": "#/$defs/HoldExpired"
    },
    {
     "$ref": "#/$defs/HoldExtended"
    },
    {
     "$ref": "#/$defs/HoldReleased"
    },
    {
     "$ref": "#/$defs/HoldReserved"
    },
    {
     "$ref": "#/$defs/Minted"
    },
    {
     "$ref": "#/$defs/PayablesCut"
    },
    {
     "$ref": "#/$defs/ReceivablesCovered"
    },
    {
     "$ref": "#/$defs/RewardCompleted"
    },
    {
     "$ref": "#/$defs/RewardReceived"
    },
    {
     "$ref": "#/$defs/RewardsCut"
    },
    {
     "$ref": "#/$defs/Slashed"
    },
    {
     "$ref": "#/$defs/StakeTimeCut"
    },
    {
     "$ref": "#/$defs/Staked"
    },
    {
     "$ref": "#/$defs/TokensBoughtBack"
    },
    {
     "$ref": "#/$defs/TokensEmitted"
    },
    {
     "$ref": "#/$defs/TopUpRequested"
    },
    {
     "$ref": "#/$defs/TransferCompleted"
    },
    {
     "$ref": "#/$defs/TransferReceived"
    },
    {
     "$ref": "#/$defs/TransferSent"
    },
    {
     "$ref": "#/$defs/Unbonded"
    },
    {
     "$ref": "#/$defs/Unstaked"
    },
    {
     "$ref": "#/$defs/UsageBatchAnswered"
    },
    {
     "$ref": "#/$defs/UsageCharged"
    },
    {
     "$ref": "#/$defs/UsageConflicted"
    },
    {
     "$ref": "#/$defs/UsageRejected"
    },
    {
     "$ref": "#/$defs/WeightsCut"
    },
    {
     "$ref": "#/$defs/YieldPaid"
    },
    {
     "$ref": "#/$defs/YieldPartPaid"
    }
   ]
  },
  "LineOrder": {
   "type": "integer",
   "minimum": 1,
   "maximum": 1000000
  },
  "LossAccepted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "LossAccepted"
    },
    "shard": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "height": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "hash": {
     "$ref": "#/$defs/HashText"
    },
    "lost": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/LostHead"
     }
    },
    "reason": {
     "type": "string"
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "shard",
    "height",
    "hash",
    "lost",
    "reason",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "shard",
    "height",
    "hash",
    {
     "name": "lost",
     "each": [
      "height",
      "hash"
     ]
    },
    "reason",
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "LostHead": {
   "type": "object",
   "properties": {
    "height": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "hash": {
     "$ref": "#/$defs/HashText"
    }
   },
   "required": [
    "height",
    "hash"
   ],
   "additionalProperties": false
  },
  "MeterName": {
   "type": "string",
   "pattern": "^[a-z][a-z0-9_]{0,63}$"
  },
  "MeterPrice": {
   "type": "object",
   "properties": {
    "price": {
     "$ref": "#/$defs/TokensText"
    },
    "per": {
     "$ref": "#/$defs/UnitsText"
    },
    "currency": {
     "type": "string",
     "enum": [
      "token",
      "usd"
     ]
    },
    "tiers": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PriceTier"
     }
    },
    "mode": {
     "type": "string",
     "enum": [
      "graduated",
      "volume"
     ]
    },
    "over": {
     "type": "string",
     "enum": [
      "call",
      "month"
     ]
    },
    "of": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/MeterName"
     }
    },
    "included": {
     "$ref": "#/$defs/Quantity"
    }
   },
   "required": [
    "price",
    "per"
   ],
   "additionalProperties": false
  },
  "Metered": {
   "type": "object",
   "properties": {
    "usageType": {
     "$ref": "#/$defs/ProductName"
    },
    "model": {
     "type": "string"
    },
    "region": {
     "$ref": "#/$defs/RegionName"
    },
    "meters": {
     "$ref": "#/$defs/Meters"
    }
   },
   "required": [
    "usageType",
    "model",
    "meters"
   ],
   "additionalProperties": false
  },
  "Meters": {
   "type": "object",
   "propertyNames": {
    "$ref": "#/$defs/MeterName"
   },
   "additionalProperties": {
    "$ref": "#/$defs/Quantity"
   }
  },
  "MintAllowed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "MintAllowed"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "terms": {
     "$ref": "#/$defs/GrantTerms"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "policy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "outstanding": {
     "$ref": "#/$defs/SignedAttoText"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "reason",
    "time",
    "actor",
    "origin",
    "outstanding",
    "heads"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "reason",
    "policy?",
    "outstanding",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    {
     "name": "terms?",
     "members": [
      "kind",
      "priority",
      "effectiveAt?",
      "expiresAt?"
     ]
    }
   ]
  },
  "MintBooked": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "MintBooked"
    },
    "allowed": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "allowed",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "allowed",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "Minted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Minted"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "allowed": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "allowed?"
   ]
  },
  "MonthCount": {
   "type": "object",
   "properties": {
    "line": {
     "type": "string"
    },
    "month": {
     "$ref": "#/$defs/MonthText"
    },
    "meters": {
     "type": "object",
     "propertyNames": {
      "$ref": "#/$defs/MeterName"
     },
     "additionalProperties": {
      "$ref": "#/$defs/Counted"
     }
    }
   },
   "required": [
    "line",
    "month",
    "meters"
   ],
   "additionalProperties": false
  },
  "MonthText": {
   "type": "string",
   "pattern": "^[0-9]{4}-[0-9]{2}$"
  },
  "NamePattern": {
   "type": "string",
   "pattern": "^[A-Za-z0-9._:/@+*#-]{1,201}$"
  },
  "OnExceed": {
   "type": "string",
   "enum": [
    "receivable",
    "reject"
   ]
  },
  "Original": {
   "type": "object",
   "properties": {
    "entry": {
     "type": "string"
    },
    "type": {
     "$ref": "#/$defs/ReversibleType"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "to": {
     "$ref": "#/$defs/HolderId"
    },
    "paid": {
     "$ref": "#/$defs/PaidPart"
    },
    "charge": {
     "$ref": "#/$defs/OriginalCharge"
    },
    "restores": {
     "$ref": "#/$defs/FirstEntry"
    }
   },
   "required": [
    "entry",
    "type",
    "time",
    "holder",
    "amount"
   ],
   "additionalProperties": false
  },
  "OriginalCharge": {
   "type": "object",
   "properties": {
    "source": {
     "type": "string"
    },
    "id": {
     "type": "string"
    },
    "provider": {
     "$ref": "#/$defs/HolderId"
    },
    "shares": {
     "$ref": "#/$defs/RecordedShares"
    },
    "owed": {
     "$ref": "#/$defs/OwedPart"
    },
    "budgeted": {
     "$ref": "#/$defs/Budgeted"
    },
    "counted": {
     "$ref": "#/$defs/MonthCount"
    },
    "metered": {
     "$ref": "#/$defs/Metered"
    }
   },
   "required": [
    "source",
    "id",
    "shares"
   ],
   "additionalProperties": false
  },
  "OwedPart": {
   "type": "object",
   "properties": {
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "shares": {
     "$ref": "#/$defs/RecordedShares"
    }
   },
   "required": [
    "amount",
    "shares"
   ],
   "additionalProperties": false
  },
  "PageVoided": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "PageVoided"
    },
    "shard": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "height": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "hash": {
     "$ref": "#/$defs/HashText"
    },
    "reason": {
     "type": "string"
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "shard",
    "height",
    "hash",
    "reason",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "shard",
    "height",
    "hash",
    "reason",
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "PaidPart": {
   "type": "object",
   "properties": {
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "amount",
    "grants"
   ],
   "additionalProperties": false
  },
  "PartyRegistered": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "PartyRegistered"
    },
    "party": {
     "$ref": "#/$defs/HolderId"
    },
    "roles": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PartyRole"
     }
    },
    "reference": {
     "type": "string"
    },
    "country": {
     "$ref": "#/$defs/CountryCode"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "creditLimit": {
     "$ref": "#/$defs/AttoText"
    },
    "topUpThreshold": {
     "$ref": "#/$defs/PositiveAttoText"
    }
   },
   "required": [
    "type",
    "party",
    "roles",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "party",
    "roles",
    "reference?",
    "country?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "creditLimit?",
    "topUpThreshold?"
   ]
  },
  "PartyRole": {
   "type": "string",
   "enum": [
    "customer",
    "provider"
   ]
  },
  "PayablesCut": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "PayablesCut"
    },
    "batch": {
     "type": "string"
    },
    "payouts": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "provider": {
        "$ref": "#/$defs/HolderId"
       },
       "amount": {
        "$ref": "#/$defs/PositiveAttoText"
       }
      },
      "required": [
       "provider",
       "amount"
      ],
      "additionalProperties": false
     }
    },
    "withheld": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "provider": {
        "$ref": "#/$defs/HolderId"
       },
       "amount": {
        "$ref": "#/$defs/PositiveAttoText"
       },
       "reason": {
        "type": "string"
       }
      },
      "required": [
       "provider",
       "amount",
       "reason"
      ],
      "additionalProperties": false
     }
    },
    "supply": {
     "$ref": "#/$defs/SignedAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "payouts",
    "withheld",
    "supply",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    {
     "name": "payouts",
     "each": [
      "provider",
      "amount"
     ]
    },
    {
     "name": "withheld",
     "each": [
      "provider",
      "amount",
      "reason"
     ]
    },
    "supply",
    {
     "name": "postings",
     "accounts": [
      "settlement:in-transit"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "PositiveAttoText": {
   "type": "string",
   "pattern": "^[1-9][0-9]*$"
  },
  "Posting": {
   "type": "object",
   "properties": {
    "debit": {
     "$ref": "#/$defs/AccountText"
    },
    "credit": {
     "$ref": "#/$defs/AccountText"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "asset": {
     "$ref": "#/$defs/AssetText"
    }
   },
   "required": [
    "debit",
    "credit",
    "amount",
    "asset"
   ],
   "additionalProperties": false
  },
  "PriceBook": {
   "type": "object",
   "properties": {
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "prices": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PriceLine"
     }
    },
    "fallbacks": {
     "type": "object",
     "propertyNames": {
      "$ref": "#/$defs/MeterName"
     },
     "additionalProperties": {
      "$ref": "#/$defs/MeterName"
     }
    }
   },
   "required": [
    "effectiveAt",
    "prices"
   ],
   "additionalProperties": false
  },
  "PriceBookPublished": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "PriceBookPublished"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "book": {
     "$ref": "#/$defs/PriceBook"
    },
    "confirmRemoved": {
     "type": "boolean"
    },
    "retroactive": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "book",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "book",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "confirmRemoved?",
    "retroactive?"
   ]
  },
  "PriceHours": {
   "type": "object",
   "properties": {
    "from": {
     "$ref": "#/$defs/TimeOfDay"
    },
    "to": {
     "$ref": "#/$defs/TimeOfDay"
    }
   },
   "required": [
    "from",
    "to"
   ],
   "additionalProperties": false
  },
  "PriceLine": {
   "type": "object",
   "properties": {
    "type": {
     "$ref": "#/$defs/ProductName"
    },
    "model": {
     "$ref": "#/$defs/NamePattern"
    },
    "provider": {
     "$ref": "#/$defs/NamePattern"
    },
    "meters": {
     "type": "object",
     "propertyNames": {
      "$ref": "#/$defs/MeterName"
     },
     "additionalProperties": {
      "$ref": "#/$defs/MeterPrice"
     }
    },
    "aliases": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/NamePattern"
     }
    },
    "region": {
     "$ref": "#/$defs/RegionName"
    },
    "hours": {
     "$ref": "#/$defs/PriceHours"
    },
    "minimum": {
     "$ref": "#/$defs/TokensText"
    },
    "ignoreCase": {
     "type": "boolean"
    },
    "order": {
     "$ref": "#/$defs/LineOrder"
    }
   },
   "required": [
    "type",
    "model",
    "meters"
   ],
   "additionalProperties": false
  },
  "PriceTier": {
   "type": "object",
   "properties": {
    "above": {
     "$ref": "#/$defs/Quantity"
    },
    "price": {
     "$ref": "#/$defs/TokensText"
    }
   },
   "required": [
    "above",
    "price"
   ],
   "additionalProperties": false
  },
  "ProductName": {
   "type": "string",
   "pattern": "^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$"
  },
  "ProposalClosed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ProposalClosed"
    },
    "proposal": {
     "type": "string"
    },
    "yes": {
     "$ref": "#/$defs/AttoText"
    },
    "no": {
     "$ref": "#/$defs/AttoText"
    },
    "abstain": {
     "$ref": "#/$defs/AttoText"
    },
    "total": {
     "$ref": "#/$defs/AttoText"
    },
    "quorum": {
     "type": "boolean"
    },
    "passed": {
     "type": "boolean"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "proposal",
    "yes",
    "no",
    "abstain",
    "quorum",
    "passed",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "proposal",
    "yes",
    "no",
    "abstain",
    "total?",
    "quorum",
    "passed",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ProposalOpened": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ProposalOpened"
    },
    "title": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    },
    "at": {
     "$ref": "#/$defs/InstantText"
    },
    "closesAt": {
     "$ref": "#/$defs/InstantText"
    },
    "quorumBps": {
     "$ref": "#/$defs/BasisPoints"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "title",
    "reason",
    "at",
    "closesAt",
    "quorumBps",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "title",
    "reason",
    "at",
    "closesAt",
    "quorumBps",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ProposalWeighed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ProposalWeighed"
    },
    "proposal": {
     "type": "string"
    },
    "total": {
     "$ref": "#/$defs/AttoText"
    },
    "holders": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "proposal",
    "total",
    "holders",
    "heads",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "proposal",
    "total",
    "holders",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "PublicKeyText": {
   "type": "string",
   "pattern": "^[0-9a-f]{64}$"
  },
  "Quantity": {
   "type": "string",
   "pattern": "^(0|[1-9][0-9]{0,17})(?:\\.([0-9]{1,9}))?$"
  },
  "ReachedBudget": {
   "type": "object",
   "properties": {
    "level": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "used": {
     "$ref": "#/$defs/AttoText"
    },
    "thresholds": {
     "type": "array",
     "items": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
     }
    }
   },
   "required": [
    "level",
    "used",
    "thresholds"
   ],
   "additionalProperties": false
  },
  "ReceivablesCovered": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ReceivablesCovered"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "covered": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/CoveredPart"
     }
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "type",
    "customer",
    "amount",
    "covered",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "customer",
    "amount",
    {
     "name": "covered",
     "each": [
      "source",
      "id",
      "provider",
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      }
     ]
    },
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:available",
      "customer:{customer}:receivable",
      "treasury:uncovered",
      "treasury:fees",
      "staking:uncovered",
      "staking:rewards",
      "burn:uncovered",
      "issuance"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ReconciliationBreak": {
   "type": "object",
   "properties": {
    "key": {
     "type": "string"
    },
    "class": {
     "$ref": "#/$defs/BreakClass"
    },
    "detail": {
     "type": "string"
    },
    "ledger": {
     "type": "string"
    },
    "chain": {
     "type": "string"
    },
    "since": {
     "$ref": "#/$defs/InstantText"
    }
   },
   "required": [
    "key",
    "class",
    "detail",
    "ledger",
    "chain",
    "since"
   ],
   "additionalProperties": false
  },
  "ReconciliationRecorded": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "ReconciliationRecorded"
    },
    "reconciliation": {
     "type": "string"
    },
    "chainId": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "blockNumber": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "blockHash": {
     "type": "string"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    },
    "checks": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "name": {
        "type": "string"
       },
       "ledger": {
        "type": "string"
       },
       "chain": {
        "type": "string"
       },
       "agrees": {
        "type": "boolean"
       }
      },
      "required": [
       "name",
       "ledger",
       "chain",
       "agrees"
      ],
      "additionalProperties": false
     }
    },
    "matched": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "breaks": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ReconciliationBreak"
     }
    },
    "closed": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "reconciliation",
    "chainId",
    "blockNumber",
    "blockHash",
    "heads",
    "checks",
    "matched",
    "breaks",
    "closed",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "reconciliation",
    "chainId",
    "blockNumber",
    "blockHash",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    "checks",
    "matched",
    "breaks",
    "closed",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "RecordedShares": {
   "type": "object",
   "properties": {
    "provider": {
     "$ref": "#/$defs/AttoText"
    },
    "treasury": {
     "$ref": "#/$defs/AttoText"
    },
    "stakers": {
     "$ref": "#/$defs/AttoText"
    },
    "burn": {
     "$ref": "#/$defs/AttoText"
    }
   },
   "required": [
    "provider",
    "treasury",
    "stakers",
    "burn"
   ],
   "additionalProperties": false
  },
  "RefusalCode": {
   "type": "string",
   "pattern": "^[A-Z][A-Z0-9_]*$"
  },
  "RegionName": {
   "type": "string",
   "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"
  },
  "RegistryEvent": {
   "oneOf": [
    {
     "$ref": "#/$defs/ChainRegistered"
    },
    {
     "$ref": "#/$defs/CustomerTermsSet"
    },
    {
     "$ref": "#/$defs/EmissionAllowed"
    },
    {
     "$ref": "#/$defs/EmissionPolicyPublished"
    },
    {
     "$ref": "#/$defs/EmissionPolicyScheduled"
    },
    {
     "$ref": "#/$defs/JournalFounded"
    },
    {
     "$ref": "#/$defs/KeyIssued"
    },
    {
     "$ref": "#/$defs/KeyRevoked"
    },
    {
     "$ref": "#/$defs/KycChanged"
    },
    {
     "$ref": "#/$defs/LossAccepted"
    },
    {
     "$ref": "#/$defs/MintAllowed"
    },
    {
     "$ref": "#/$defs/MintBooked"
    },
    {
     "$ref": "#/$defs/PageVoided"
    },
    {
     "$ref": "#/$defs/PartyRegistered"
    },
    {
     "$ref": "#/$defs/PriceBookPublished"
    },
    {
     "$ref": "#/$defs/ProposalClosed"
    },
    {
     "$ref": "#/$defs/ProposalOpened"
    },
    {
     "$ref": "#/$defs/ProposalWeighed"
    },
    {
     "$ref": "#/$defs/ReconciliationRecorded"
    },
    {
     "$ref": "#/$defs/RootsChanged"
    },
    {
     "$ref": "#/$defs/SettlementConfirmed"
    },
    {
     "$ref": "#/$defs/SettlementEmpty"
    },
    {
     "$ref": "#/$defs/SettlementOpened"
    },
    {
     "$ref": "#/$defs/SettlementPlanned"
    },
    {
     "$ref": "#/$defs/SettlementReverted"
    },
    {
     "$ref": "#/$defs/SettlementSigned"
    },
    {
     "$ref": "#/$defs/SplitPolicyPublished"
    },
    {
     "$ref": "#/$defs/StakingPolicyPublished"
    },
    {
     "$ref": "#/$defs/TierSet"
    },
    {
     "$ref": "#/$defs/TopicRegistered"
    },
    {
     "$ref": "#/$defs/UsdRatePublished"
    },
    {
     "$ref": "#/$defs/VoteCast"
    },
    {
     "$ref": "#/$defs/WalletSet"
    },
    {
     "$ref": "#/$defs/WriterAdmitted"
    },
    {
     "$ref": "#/$defs/WriterDismissed"
    },
    {
     "$ref": "#/$defs/YieldClosed"
    },
    {
     "$ref": "#/$defs/YieldOpened"
    },
    {
     "$ref": "#/$defs/YieldPlanned"
    }
   ]
  },
  "RejectedUsage": {
   "type": "object",
   "properties": {
    "index": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "id": {
     "type": "string"
    },
    "code": {
     "$ref": "#/$defs/RefusalCode"
    },
    "detail": {
     "type": "string"
    },
    "path": {
     "type": "string"
    }
   },
   "required": [
    "index",
    "id",
    "code",
    "detail"
   ],
   "additionalProperties": false
  },
  "RequestIdentity": {
   "type": "object",
   "properties": {
    "key": {
     "type": "string"
    },
    "digest": {
     "type": "string"
    }
   },
   "required": [
    "key",
    "digest"
   ],
   "additionalProperties": false
  },
  "ReversibleType": {
   "type": "string",
   "enum": [
    "Burned",
    "EntryRestored",
    "GrantIssued",
    "HoldCaptured",
    "Minted",
    "TransferSent",
    "UsageCharged"
   ]
  },
  "RewardCompleted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "RewardCompleted"
    },
    "slash": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "slash",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "slash",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "RewardReceived": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "RewardReceived"
    },
    "slash": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "slash",
    "holder",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "slash",
    "holder",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "transit",
      "customer:{holder}:available"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "RewardsCut": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "RewardsCut"
    },
    "distribution": {
     "type": "string"
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "height": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "later": {
     "$ref": "#/$defs/SignedAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "amount",
    "height",
    "later",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    "amount",
    "height",
    "later",
    {
     "name": "postings",
     "accounts": [
      "staking:rewards",
      "transit"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "RootStatement": {
   "type": "object",
   "properties": {
    "root": {
     "$ref": "#/$defs/PublicKeyText"
    },
    "number": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "signature": {
     "$ref": "#/$defs/SignatureText"
    }
   },
   "required": [
    "root",
    "number",
    "signature"
   ],
   "additionalProperties": false
  },
  "RootsChanged": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "RootsChanged"
    },
    "roots": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PublicKeyText"
     }
    },
    "reason": {
     "type": "string"
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "roots",
    "reason",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "roots",
    "reason",
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementConfirmed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementConfirmed"
    },
    "batch": {
     "type": "string"
    },
    "hash": {
     "type": "string"
    },
    "blockNumber": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "blockHash": {
     "type": "string"
    },
    "logIndexes": {
     "type": "array",
     "items": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
     }
    },
    "gasUsed": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "gasPrice": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "hash",
    "blockNumber",
    "blockHash",
    "logIndexes",
    "gasUsed",
    "gasPrice",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    "hash",
    "blockNumber",
    "blockHash",
    "logIndexes",
    "gasUsed",
    "gasPrice",
    {
     "name": "postings",
     "accounts": [
      "settlement:in-transit"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementEmpty": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementEmpty"
    },
    "batch": {
     "type": "string"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "heads",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementOpened": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementOpened"
    },
    "batch": {
     "type": "string"
    },
    "chainId": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "payable": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "provider": {
        "$ref": "#/$defs/HolderId"
       },
       "wallet": {
        "$ref": "#/$defs/WalletText"
       }
      },
      "required": [
       "provider",
       "wallet"
      ],
      "additionalProperties": false
     }
    },
    "withheld": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "provider": {
        "$ref": "#/$defs/HolderId"
       },
       "reason": {
        "type": "string"
       }
      },
      "required": [
       "provider",
       "reason"
      ],
      "additionalProperties": false
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "chainId",
    "payable",
    "withheld",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    "chainId",
    {
     "name": "payable",
     "each": [
      "provider",
      "wallet"
     ]
    },
    {
     "name": "withheld",
     "each": [
      "provider",
      "reason"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementPlanned": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementPlanned"
    },
    "batch": {
     "type": "string"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    },
    "headsDigest": {
     "type": "string"
    },
    "mint": {
     "$ref": "#/$defs/AttoText"
    },
    "burn": {
     "$ref": "#/$defs/AttoText"
    },
    "total": {
     "$ref": "#/$defs/AttoText"
    },
    "payouts": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "provider": {
        "$ref": "#/$defs/HolderId"
       },
       "wallet": {
        "$ref": "#/$defs/WalletText"
       },
       "amount": {
        "$ref": "#/$defs/PositiveAttoText"
       }
      },
      "required": [
       "provider",
       "wallet",
       "amount"
      ],
      "additionalProperties": false
     }
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "heads",
    "headsDigest",
    "mint",
    "burn",
    "total",
    "payouts",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    "headsDigest",
    "mint",
    "burn",
    "total",
    {
     "name": "payouts",
     "each": [
      "provider",
      "wallet",
      "amount"
     ]
    },
    {
     "name": "postings",
     "accounts": [
      "settlement:in-transit"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementReverted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementReverted"
    },
    "batch": {
     "type": "string"
    },
    "hash": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "settlement:in-transit"
     ]
    },
    "hash?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SettlementSigned": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SettlementSigned"
    },
    "batch": {
     "type": "string"
    },
    "attempt": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "nonce": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "raw": {
     "type": "string"
    },
    "hash": {
     "type": "string"
    },
    "maxFeePerGas": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "maxPriorityFeePerGas": {
     "$ref": "#/$defs/WholeNumberText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "batch",
    "attempt",
    "nonce",
    "raw",
    "hash",
    "maxFeePerGas",
    "maxPriorityFeePerGas",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "batch",
    "attempt",
    "nonce",
    "raw",
    "hash",
    "maxFeePerGas",
    "maxPriorityFeePerGas",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "ShardHead": {
   "type": "object",
   "properties": {
    "shard": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "height": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "hash": {
     "$ref": "#/$defs/HashText"
    }
   },
   "required": [
    "shard",
    "height",
    "hash"
   ],
   "additionalProperties": false
  },
  "SignatureText": {
   "type": "string",
   "pattern": "^[0-9a-f]{128}$"
  },
  "SignedAttoText": {
   "type": "string",
   "pattern": "^(0|-?[1-9][0-9]*)$"
  },
  "SlashReward": {
   "type": "object",
   "properties": {
    "finder": {
     "$ref": "#/$defs/HolderId"
    },
    "toShard": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    }
   },
   "required": [
    "finder",
    "toShard",
    "amount"
   ],
   "additionalProperties": false
  },
  "Slashed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Slashed"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "at": {
     "$ref": "#/$defs/InstantText"
    },
    "unbondings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/SlashedUnbonding"
     }
    },
    "stake": {
     "$ref": "#/$defs/AttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "reward": {
     "$ref": "#/$defs/SlashReward"
    },
    "stakingPolicy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "reason",
    "at",
    "unbondings",
    "stake",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "reason",
    "at",
    {
     "name": "unbondings",
     "each": [
      "unbonding",
      "amount"
     ]
    },
    "stake",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:unbonding",
      "customer:{holder}:staked",
      "issuance",
      "transit"
     ]
    },
    {
     "name": "reward?",
     "members": [
      "finder",
      "toShard",
      "amount"
     ]
    },
    "stakingPolicy?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "SlashedUnbonding": {
   "type": "object",
   "properties": {
    "unbonding": {
     "type": "string"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    }
   },
   "required": [
    "unbonding",
    "amount"
   ],
   "additionalProperties": false
  },
  "SpentTerms": {
   "type": "object",
   "properties": {
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "days": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    }
   },
   "required": [
    "amount",
    "days"
   ],
   "additionalProperties": false
  },
  "SplitPolicy": {
   "type": "object",
   "properties": {
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "types": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/TypeShares"
     }
    },
    "provider": {
     "$ref": "#/$defs/BasisPoints"
    },
    "treasury": {
     "$ref": "#/$defs/BasisPoints"
    },
    "stakers": {
     "$ref": "#/$defs/BasisPoints"
    },
    "burn": {
     "$ref": "#/$defs/BasisPoints"
    }
   },
   "required": [
    "effectiveAt",
    "provider",
    "treasury",
    "stakers",
    "burn"
   ],
   "additionalProperties": false
  },
  "SplitPolicyPublished": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "SplitPolicyPublished"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "policy": {
     "$ref": "#/$defs/SplitPolicy"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "policy",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "policy",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "StakeTime": {
   "type": "object",
   "properties": {
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "stakeTime": {
     "$ref": "#/$defs/PositiveAttoText"
    }
   },
   "required": [
    "holder",
    "stakeTime"
   ],
   "additionalProperties": false
  },
  "StakeTimeCut": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "StakeTimeCut"
    },
    "distribution": {
     "type": "string"
    },
    "part": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "from": {
     "$ref": "#/$defs/InstantText"
    },
    "to": {
     "$ref": "#/$defs/InstantText"
    },
    "stakers": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/StakeTime"
     }
    },
    "isLast": {
     "type": "boolean"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "part",
    "from",
    "to",
    "stakers",
    "isLast",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    "part",
    "from",
    "to",
    {
     "name": "stakers",
     "each": [
      "holder",
      "stakeTime"
     ]
    },
    "isLast",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "Staked": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Staked"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "at": {
     "$ref": "#/$defs/InstantText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "at",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "at",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:available",
      "customer:{holder}:staked"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "StakingPolicy": {
   "type": "object",
   "properties": {
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "unbondingSeconds": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "finderBps": {
     "$ref": "#/$defs/BasisPoints"
    }
   },
   "required": [
    "effectiveAt",
    "unbondingSeconds",
    "finderBps"
   ],
   "additionalProperties": false
  },
  "StakingPolicyPublished": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "StakingPolicyPublished"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "policy": {
     "$ref": "#/$defs/StakingPolicy"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "policy",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "policy",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TierName": {
   "type": "string",
   "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
  },
  "TierSet": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TierSet"
    },
    "tier": {
     "$ref": "#/$defs/TierName"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "available": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "staked": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "spent": {
     "$ref": "#/$defs/SpentTerms"
    }
   },
   "required": [
    "type",
    "tier",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "tier",
    "available?",
    "staked?",
    {
     "name": "spent?",
     "members": [
      "amount",
      "days"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TimeOfDay": {
   "type": "string",
   "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
  },
  "TokensBoughtBack": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TokensBoughtBack"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "paid": {
     "$ref": "#/$defs/DollarsText"
    },
    "reason": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "paid",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "paid",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "customer:{holder}:available"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TokensEmitted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TokensEmitted"
    },
    "policy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "epoch": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "remaining": {
     "$ref": "#/$defs/AttoText"
    },
    "cut": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "supply": {
     "$ref": "#/$defs/AttoText"
    },
    "carried": {
     "$ref": "#/$defs/AttoText"
    },
    "lost": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "policy",
    "epoch",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "policy",
    "epoch",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "issuance",
      "treasury:emission",
      "treasury:fees",
      "staking:rewards"
     ]
    },
    "remaining?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "cut?",
    "supply?",
    "carried?",
    "lost?"
   ]
  },
  "TokensText": {
   "type": "string",
   "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]{1,18})?$"
  },
  "TopUpRequested": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TopUpRequested"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "threshold": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "funds": {
     "$ref": "#/$defs/AttoText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "customer",
    "threshold",
    "funds",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "customer",
    "threshold",
    "funds",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TopicName": {
   "type": "string",
   "pattern": "^[A-Za-z0-9._-]{1,249}$"
  },
  "TopicRegistered": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TopicRegistered"
    },
    "name": {
     "$ref": "#/$defs/TopicName"
    },
    "topic": {
     "$ref": "#/$defs/TopicName"
    },
    "clusterId": {
     "$ref": "#/$defs/ClusterId"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "name",
    "topic",
    "clusterId",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "name",
    "topic",
    "clusterId",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TransferCompleted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TransferCompleted"
    },
    "transfer": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "transfer",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "transfer",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TransferReceived": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TransferReceived"
    },
    "transfer": {
     "type": "string"
    },
    "from": {
     "$ref": "#/$defs/HolderId"
    },
    "to": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "transfer",
    "from",
    "to",
    "amount",
    "reason",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "to",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "transfer",
    "from",
    "to",
    "amount",
    "reason",
    {
     "name": "postings",
     "accounts": [
      "customer:{from}:available",
      "customer:{to}:available",
      "transit"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TransferSent": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "TransferSent"
    },
    "transfer": {
     "type": "string"
    },
    "from": {
     "$ref": "#/$defs/HolderId"
    },
    "to": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "reason": {
     "type": "string"
    },
    "toShard": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    }
   },
   "required": [
    "type",
    "transfer",
    "from",
    "to",
    "amount",
    "reason",
    "toShard",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "from",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "transfer",
    "from",
    "to",
    "amount",
    "reason",
    "toShard",
    {
     "name": "postings",
     "accounts": [
      "customer:{from}:available",
      "customer:{to}:available",
      "transit"
     ]
    },
    "grants?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "TypeShares": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string"
    },
    "provider": {
     "$ref": "#/$defs/BasisPoints"
    },
    "treasury": {
     "$ref": "#/$defs/BasisPoints"
    },
    "stakers": {
     "$ref": "#/$defs/BasisPoints"
    },
    "burn": {
     "$ref": "#/$defs/BasisPoints"
    }
   },
   "required": [
    "type",
    "provider",
    "treasury",
    "stakers",
    "burn"
   ],
   "additionalProperties": false
  },
  "Unbonded": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Unbonded"
    },
    "unbonding": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "unbonding",
    "holder",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "unbonding",
    "holder",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:unbonding",
      "customer:{holder}:available"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "UnitsText": {
   "type": "string",
   "pattern": "^[1-9][0-9]{0,17}$"
  },
  "Unstaked": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "Unstaked"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "at": {
     "$ref": "#/$defs/InstantText"
    },
    "completesAt": {
     "$ref": "#/$defs/InstantText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "stakingPolicy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "holder",
    "amount",
    "at",
    "completesAt",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "holder",
    "amount",
    "at",
    "completesAt",
    {
     "name": "postings",
     "accounts": [
      "customer:{holder}:staked",
      "customer:{holder}:unbonding"
     ]
    },
    "stakingPolicy?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "UsageAnswer": {
   "type": "object",
   "properties": {
    "accepted": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "duplicates": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "conflicts": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "rejected": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/RejectedUsage"
     }
    },
    "charged": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ChargedUsage"
     }
    }
   },
   "required": [
    "accepted",
    "duplicates",
    "conflicts",
    "rejected"
   ],
   "additionalProperties": false
  },
  "UsageBatchAnswered": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "UsageBatchAnswered"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "answer": {
     "$ref": "#/$defs/UsageAnswer"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "request",
    "answer",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    {
     "name": "request",
     "members": [
      "key",
      "digest"
     ]
    },
    "answer"
   ]
  },
  "UsageCharged": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "UsageCharged"
    },
    "usage": {
     "$ref": "#/$defs/UsageIdentity"
    },
    "usageType": {
     "$ref": "#/$defs/ProductName"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "provider": {
     "$ref": "#/$defs/HolderId"
    },
    "model": {
     "type": "string"
    },
    "region": {
     "$ref": "#/$defs/RegionName"
    },
    "meters": {
     "$ref": "#/$defs/Meters"
    },
    "budget": {
     "type": "string"
    },
    "hold": {
     "type": "string"
    },
    "priceBook": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "splitPolicy": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "amount": {
     "$ref": "#/$defs/AttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "late": {
     "$ref": "#/$defs/Late"
    },
    "corrects": {
     "$ref": "#/$defs/Corrects"
    },
    "provenance": {
     "$ref": "#/$defs/DataProvenance"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    },
    "usdRate": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "counted": {
     "$ref": "#/$defs/MonthCount"
    },
    "budgeted": {
     "$ref": "#/$defs/Budgeted"
    },
    "grants": {
     "$ref": "#/$defs/GrantUses"
    },
    "capture": {
     "$ref": "#/$defs/Capture"
    },
    "receivable": {
     "$ref": "#/$defs/OwedPart"
    }
   },
   "required": [
    "type",
    "usage",
    "usageType",
    "customer",
    "provider",
    "model",
    "meters",
    "priceBook",
    "splitPolicy",
    "amount",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    {
     "name": "usage",
     "members": [
      "source",
      "id",
      "digest"
     ]
    },
    "usageType",
    "customer",
    "provider",
    "model",
    "meters",
    "priceBook",
    "splitPolicy",
    "amount",
    {
     "name": "postings",
     "accounts": [
      "customer:{customer}:available",
      "provider:{provider}:payable",
      "treasury:fees",
      "staking:rewards",
      "issuance",
      "customer:{customer}:receivable",
      "provider:{provider}:uncovered",
      "treasury:uncovered",
      "staking:uncovered",
      "burn:uncovered"
     ]
    },
    "grants?",
    {
     "name": "receivable?",
     "members": [
      "amount",
      {
       "name": "shares",
       "members": [
        "provider",
        "treasury",
        "stakers",
        "burn"
       ]
      }
     ]
    },
    "budget?",
    "hold?",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    },
    "region?",
    "usdRate?",
    "counted?",
    {
     "name": "late?",
     "members": [
      "policy"
     ]
    },
    {
     "name": "budgeted?",
     "members": [
      "day",
      "beyond?",
      "path?"
     ]
    },
    {
     "name": "capture?",
     "members": [
      "hold",
      "state",
      {
       "name": "used?",
       "members": [
        "amount",
        "grants"
       ]
      },
      {
       "name": "returned?",
       "members": [
        "amount",
        "grants"
       ]
      },
      {
       "name": "lapsed?",
       "members": [
        "amount",
        "grants"
       ]
      }
     ]
    },
    {
     "name": "corrects?",
     "members": [
      "entry",
      "by"
     ]
    },
    {
     "name": "provenance?",
     "members": [
      "dataset?",
      "licence?",
      "contentHash?"
     ]
    }
   ]
  },
  "UsageConflicted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "UsageConflicted"
    },
    "usage": {
     "$ref": "#/$defs/UsageIdentity"
    },
    "customer": {
     "$ref": "#/$defs/HolderId"
    },
    "firstDigest": {
     "$ref": "#/$defs/UsageDigest"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "usage",
    "customer",
    "firstDigest",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "customer",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    {
     "name": "usage",
     "members": [
      "source",
      "id",
      "digest"
     ]
    },
    "customer",
    "firstDigest",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "UsageDigest": {
   "type": "string",
   "pattern": "^[0-9a-f]{16}$"
  },
  "UsageIdentity": {
   "type": "object",
   "properties": {
    "source": {
     "type": "string"
    },
    "id": {
     "type": "string"
    },
    "digest": {
     "$ref": "#/$defs/UsageDigest"
    }
   },
   "required": [
    "source",
    "id",
    "digest"
   ],
   "additionalProperties": false
  },
  "UsageRejected": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "UsageRejected"
    },
    "topic": {
     "type": "string"
    },
    "partition": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "offset": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "code": {
     "$ref": "#/$defs/RefusalCode"
    },
    "detail": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "topic",
    "partition",
    "offset",
    "code",
    "detail",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "topic",
    "partition",
    "offset",
    "code",
    "detail",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "UsdRate": {
   "type": "object",
   "properties": {
    "effectiveAt": {
     "$ref": "#/$defs/InstantText"
    },
    "usdPerToken": {
     "$ref": "#/$defs/DollarsText"
    }
   },
   "required": [
    "effectiveAt",
    "usdPerToken"
   ],
   "additionalProperties": false
  },
  "UsdRatePublished": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "UsdRatePublished"
    },
    "version": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "rate": {
     "$ref": "#/$defs/UsdRate"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "version",
    "rate",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "version",
    "rate",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "VoteCast": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "VoteCast"
    },
    "proposal": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "choice": {
     "$ref": "#/$defs/Choice"
    },
    "weight": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "weighed": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "proposal",
    "holder",
    "choice",
    "weight",
    "weighed",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "proposal",
    "holder",
    "choice",
    "weight",
    "weighed",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "WalletSet": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "WalletSet"
    },
    "party": {
     "$ref": "#/$defs/HolderId"
    },
    "chainId": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "wallet": {
     "$ref": "#/$defs/WalletText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "party",
    "chainId",
    "wallet",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "party",
    "chainId",
    "wallet",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "WalletText": {
   "type": "string",
   "pattern": "^0x[0-9a-fA-F]{40}$"
  },
  "WeightsCut": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "WeightsCut"
    },
    "proposal": {
     "type": "string"
    },
    "part": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "parts": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "weights": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/HolderWeight"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "proposal",
    "part",
    "parts",
    "weights",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "proposal",
    "part",
    "parts",
    {
     "name": "weights",
     "each": [
      "holder",
      "weight"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "WholeNumberText": {
   "type": "string",
   "pattern": "^(0|[1-9][0-9]*)$"
  },
  "WriterAdmitted": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "WriterAdmitted"
    },
    "writer": {
     "$ref": "#/$defs/WriterGrant"
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "writer",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    {
     "name": "writer",
     "members": [
      "publicKey",
      "name",
      "events?",
      "shards?"
     ]
    },
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "WriterDismissed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "WriterDismissed"
    },
    "publicKey": {
     "$ref": "#/$defs/PublicKeyText"
    },
    "reason": {
     "type": "string"
    },
    "statement": {
     "$ref": "#/$defs/RootStatement"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "publicKey",
    "reason",
    "statement",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "publicKey",
    "reason",
    {
     "name": "statement",
     "members": [
      "root",
      "number",
      "signature"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "WriterGrant": {
   "type": "object",
   "properties": {
    "publicKey": {
     "$ref": "#/$defs/PublicKeyText"
    },
    "name": {
     "type": "string"
    },
    "events": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "shards": {
     "type": "array",
     "items": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
     }
    }
   },
   "required": [
    "publicKey",
    "name"
   ],
   "additionalProperties": false
  },
  "YieldClosed": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "YieldClosed"
    },
    "distribution": {
     "type": "string"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "YieldOpened": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "YieldOpened"
    },
    "from": {
     "$ref": "#/$defs/InstantText"
    },
    "to": {
     "$ref": "#/$defs/InstantText"
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "from",
    "to",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "from",
    "to",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "YieldPaid": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "YieldPaid"
    },
    "distribution": {
     "type": "string"
    },
    "holder": {
     "$ref": "#/$defs/HolderId"
    },
    "amount": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "stakeTime": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "ofStakeTime": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "funded": {
     "$ref": "#/$defs/PositiveAttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "holder",
    "amount",
    "stakeTime",
    "ofStakeTime",
    "funded",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-home": "holder",
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    "holder",
    "amount",
    "stakeTime",
    "ofStakeTime",
    "funded",
    {
     "name": "postings",
     "accounts": [
      "transit",
      "customer:{holder}:available"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "YieldPartPaid": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "YieldPartPaid"
    },
    "distribution": {
     "type": "string"
    },
    "upTo": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "upTo",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    "upTo",
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  },
  "YieldPlanned": {
   "type": "object",
   "properties": {
    "type": {
     "type": "string",
     "const": "YieldPlanned"
    },
    "distribution": {
     "type": "string"
    },
    "heads": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ShardHead"
     }
    },
    "funded": {
     "$ref": "#/$defs/AttoText"
    },
    "stakeTime": {
     "$ref": "#/$defs/AttoText"
    },
    "paid": {
     "$ref": "#/$defs/AttoText"
    },
    "carried": {
     "$ref": "#/$defs/AttoText"
    },
    "postings": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Posting"
     }
    },
    "time": {
     "$ref": "#/$defs/InstantText"
    },
    "request": {
     "$ref": "#/$defs/RequestIdentity"
    },
    "actor": {
     "type": "string"
    },
    "origin": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "distribution",
    "heads",
    "funded",
    "stakeTime",
    "paid",
    "carried",
    "postings",
    "time",
    "actor",
    "origin"
   ],
   "additionalProperties": false,
   "x-places": [
    "type",
    "time",
    "actor",
    "origin",
    "distribution",
    {
     "name": "heads",
     "each": [
      "shard",
      "height",
      "hash"
     ]
    },
    "funded",
    "stakeTime",
    "paid",
    "carried",
    {
     "name": "postings",
     "accounts": [
      "transit",
      "staking:carried"
     ]
    },
    {
     "name": "request?",
     "members": [
      "key",
      "digest"
     ]
    }
   ]
  }
 }
};
