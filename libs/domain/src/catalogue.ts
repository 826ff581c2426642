/**
 * What every shard must know to decide: price books, split policies, parties, keys and chains. It is a fold of the
 * registry shard's events; each process keeps its own copy up to date.
 */
import { DomainError } from './errors.js';
import type { ChainRegistered, KeyIssued, RegistryEvent } from './events.js';
import { suspensionsAfter, type Party } from './party.js';
import { compilePriceBook, type CompiledPriceBook } from './price-book.js';
import { compileSplitPolicy, type CompiledSplitPolicy } from './split-policy.js';
import { parseTime } from './time.js';
import type { UndoLog } from './undo.js';

interface Versioned {
  readonly version: number;
  readonly effectiveAtMs: number;
}

export class Catalogue {
  readonly priceBooks = new Map<number, CompiledPriceBook>();
  readonly splitPolicies = new Map<number, CompiledSplitPolicy>();
  readonly parties = new Map<string, Party>();
  /** Issued keys by the SHA-256 of their secret. */
  readonly keysByHash = new Map<string, KeyIssued>();
  readonly chains = new Map<number, ChainRegistered>();

  constructor(private readonly undo?: UndoLog) {}

  /** Applies one registry event; events about settlement and reconciliation change nothing here. */
  evolve(event: RegistryEvent): void {
    switch (event.type) {
      case 'PriceBookPublished':
        return this.set(this.priceBooks, event.version, compilePriceBook(event.version, event.book));
      case 'SplitPolicyPublished':
        return this.set(this.splitPolicies, event.version, compileSplitPolicy(event.version, event.policy));
      case 'PartyRegistered':
        return this.set(this.parties, event.party, {
          id: event.party,
          roles: event.roles,
          ...(event.reference === undefined ? {} : { reference: event.reference }),
          ...(event.country === undefined ? {} : { country: event.country }),
          kyc: 'unverified',
          kycReason: 'registered',
          kycSince: event.time,
          suspensions: [],
          wallets: {},
        });
      case 'KycChanged': {
        const party = this.party(event.party);
        return this.set(this.parties, event.party, {
          ...party,
          kyc: event.to,
          kycReason: event.reason,
          kycSince: event.time,
          suspensions: suspensionsAfter(party.suspensions, event.to, parseTime(event.time, 'time')),
        });
      }
      case 'WalletSet': {
        const party = this.party(event.party);
        return this.set(this.parties, event.party, {
          ...party,
          wallets: { ...party.wallets, [event.chainId]: event.wallet },
        });
      }
      case 'KeyIssued':
        return this.set(this.keysByHash, event.hash, event);
      case 'KeyRevoked':
        for (const [hash, issued] of this.keysByHash) {
          if (issued.key === event.key) this.remove(this.keysByHash, hash);
        }
        return;
      case 'ChainRegistered':
        return this.set(this.chains, event.chainId, event);
      default:
        return;
    }
  }

  /** @throws DomainError `UNKNOWN_HOLDER` */
  party(id: string, path = 'id'): Party {
    const party = this.parties.get(id);
    if (party === undefined) {
      throw new DomainError('UNKNOWN_HOLDER', `No party ${id} is registered; register it with POST /v1/parties.`, path);
    }
    return party;
  }

  /** The price book in force at an instant: the latest `effectiveAt` not after it, then the highest version. */
  priceBookAt(timeMs: number): CompiledPriceBook {
    const book = inForce(this.priceBooks, timeMs);
    if (book === undefined) {
      throw new DomainError(
        'NO_PRICE_BOOK',
        'No price book was in force at that time; publish one with PUT /v1/price-books/{version}.',
        'time',
      );
    }
    return book;
  }

  /** The split policy in force at an instant, chosen like the price book. */
  splitPolicyAt(timeMs: number): CompiledSplitPolicy {
    const policy = inForce(this.splitPolicies, timeMs);
    if (policy === undefined) {
      throw new DomainError(
        'NO_SPLIT_POLICY',
        'No split policy was in force at that time; publish one with PUT /v1/policies/split/{version}.',
        'time',
      );
    }
    return policy;
  }

  private set<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (this.undo === undefined) map.set(key, value);
    else this.undo.set(map, key, value);
  }

  private remove<K, V>(map: Map<K, V>, key: K): void {
    if (this.undo === undefined) map.delete(key);
    else this.undo.delete(map, key);
  }
}

function inForce<T extends Versioned>(versions: ReadonlyMap<number, T>, timeMs: number): T | undefined {
  let best: T | undefined;
  for (const candidate of versions.values()) {
    if (candidate.effectiveAtMs > timeMs) continue;
    if (
      best === undefined ||
      candidate.effectiveAtMs > best.effectiveAtMs ||
      (candidate.effectiveAtMs === best.effectiveAtMs && candidate.version > best.version)
    ) {
      best = candidate;
    }
  }
  return best;
}
