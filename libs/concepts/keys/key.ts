/** API keys: who may call which routes. The journal holds the SHA-256 of a key's secret, never the secret. */
import {
  optional,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type Evolve,
  type HolderId,
  type Layouts,
  type Recorded,
  type Refusals,
  type Requested,
  type UndoLog,
} from '#domain';

export const keyRefusals = {
  KEY_UNKNOWN: 'unknown',
  KEY_EXISTS: 'conflict',
  KEY_REVOKED: 'refused',
} as const satisfies Refusals;
export const keyRefusal = refusalsOf(keyRefusals);

/** A key is in force from now on. */
export interface KeyIssued extends Recorded {
  readonly type: 'KeyIssued';
  readonly key: string;
  readonly role: string;
  readonly provider?: HolderId;
  readonly customer?: HolderId;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** For people: what it is for, from 1 to 500 characters. */
  readonly name?: string;
}

/** A key is in force no more. */
export interface KeyRevoked extends Recorded {
  readonly type: 'KeyRevoked';
  readonly key: string;
}

export type KeyEvent = KeyIssued | KeyRevoked;

export const keyLayouts = {
  KeyIssued: {
    key: plain,
    role: plain,
    hash: plain,
    provider: optional(plain),
    request: optional(requestLayout),
    customer: optional(plain),
    name: optional(plain),
  },
  KeyRevoked: { key: plain, request: optional(requestLayout) },
} as const satisfies Layouts<KeyEvent>;

export type KeyCommand = Requested &
  (
    | {
        readonly type: 'IssueKey';
        readonly key: string;
        readonly role: string;
        readonly provider?: string;
        readonly customer?: string;
        readonly hash: string;
        readonly name?: string;
      }
    | { readonly type: 'RevokeKey'; readonly key: string }
  );

/** A key from its entry to the one that revoked it. */
export interface KeyTerm {
  readonly issued: KeyIssued;
  /** Missing while it is in force. */
  readonly revokedAt?: string;
}

/** Issued keys by the SHA-256 of their secret. */
export class KeysPart extends UndoableMap<string, KeyIssued> {
  /** Ids of keys that were in force once. */
  readonly revoked: UndoableMap<string, true>;
  /** Every key that ever was, numbered from 1 in the order of their issue. */
  readonly terms: UndoableMap<number, KeyTerm>;

  constructor(undo?: UndoLog) {
    super(undo);
    this.revoked = new UndoableMap(undo);
    this.terms = new UndoableMap(undo);
  }

  isInForce(key: string): boolean {
    for (const issued of this.values()) if (issued.key === key) return true;
    return false;
  }
}

/** What every shard reads of this concept. */
export interface KeysState {
  readonly keysByHash: KeysPart;
}

export const evolveKeys: Evolve<KeyEvent, KeysState> = {
  KeyIssued: ({ keysByHash }, event) => {
    keysByHash.set(event.hash, event);
    keysByHash.terms.set(keysByHash.terms.size + 1, { issued: event });
    if (keysByHash.revoked.has(event.key)) keysByHash.revoked.delete(event.key);
  },
  KeyRevoked: ({ keysByHash }, event) => {
    for (const [number, term] of keysByHash.terms) {
      if (term.issued.key !== event.key || term.revokedAt !== undefined) continue;
      keysByHash.terms.set(number, { ...term, revokedAt: event.time });
    }
    for (const [hash, issued] of keysByHash) if (issued.key === event.key) keysByHash.delete(hash);
    keysByHash.revoked.set(event.key, true);
  },
};

const KEY_ACTOR = 'key:';

/**
 * A key may be revoked between its request and the decision: a page names only keys that are in force where it rests.
 *
 * @param actor who causes what is decided, as events name it
 * @throws DomainError `KEY_REVOKED`
 */
export function refuseRevokedKey({ keysByHash: { revoked } }: KeysState, actor: string): void {
  if (revoked.size === 0 || !actor.startsWith(KEY_ACTOR)) return;
  if (revoked.has(actor.slice(KEY_ACTOR.length)))
    throw keyRefusal('KEY_REVOKED', 'The key was revoked before the request was decided.');
}

export const decideKeys: DecideEvent<KeyCommand, { readonly catalogue: KeysState }, KeyEvent> = {
  IssueKey: ({ catalogue: { keysByHash } }, { key, role, provider, customer, hash, name, time, provenance }) => {
    // A key has one secret and a secret one key, so that what a key may do never changes behind its holder's back.
    if (keysByHash.has(hash) || keysByHash.isInForce(key)) {
      throw keyRefusal('KEY_EXISTS', `Key ${key} or its secret is in force already; issue a new one.`, 'key');
    }
    const bound = {
      ...(provider === undefined ? {} : { provider }),
      ...(customer === undefined ? {} : { customer }),
    };
    return {
      type: 'KeyIssued',
      time,
      ...provenance,
      key,
      role,
      ...bound,
      hash,
      ...(name === undefined ? {} : { name }),
    };
  },
  RevokeKey: ({ catalogue: { keysByHash } }, { key, time, provenance }) => {
    if (!keysByHash.isInForce(key)) throw keyRefusal('KEY_UNKNOWN', `No key ${key} is in force.`, 'key');
    return { type: 'KeyRevoked', time, ...provenance, key };
  },
};
