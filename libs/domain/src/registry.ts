/**
 * The registry shard's decider: what all holder shards share. Price books and policies, parties and their KYC state,
 * keys, chains, settlement batches and reconciliations; its ledger holds the chain's side of the books.
 */
import { parseHolderId } from './account.js';
import { chainSupply } from './chart.js';
import { applyPostings } from './balances.js';
import { Catalogue } from './catalogue.js';
import { DomainError } from './errors.js';
import {
  entryId,
  postingsOf,
  type EntryPosition,
  type KeyIssued,
  type PartyRole,
  type PayablesCut,
  type Provenance,
  type ReconciliationBreak,
  type ReconciliationRecorded,
  type RegistryEvent,
  type RequestIdentity,
  type SettlementConfirmed,
  type SettlementSigned,
  type ShardHead,
} from './events.js';
import type { RecordEvent } from './ledger.js';
import { findAnswer, type AnsweredRequest } from './ledger-state.js';
import { checkKycTransition, type KycState } from './party.js';
import { findWalletFault } from './payout-wallet.js';
import { compilePriceBook, type PriceBook } from './price-book.js';
import {
  decideConfirm,
  decideOpen,
  decidePlan,
  decideRevert,
  decideSign,
  evolveSettlement,
  isUnderWay,
  type SettlementBatch,
  type SettlementView,
} from './settlement.js';
import { compileSplitPolicy, type SplitPolicy } from './split-policy.js';
import { UndoLog } from './undo.js';

export class RegistryState implements SettlementView {
  readonly undo = new UndoLog();
  readonly catalogue = new Catalogue(this.undo);
  readonly balances = new Map<string, bigint>();
  readonly batches = new Map<string, SettlementBatch>();
  readonly answers = new Map<string, AnsweredRequest>();
  /** Content and place of every published version, by command and version. */
  readonly published = new Map<string, { readonly content: string; readonly position: EntryPosition }>();
  readonly openBreaks = new Map<string, ReconciliationBreak>();
  readonly reconciliations = new Map<string, ReconciliationRecorded>();
  private readonly nonces = new Map<number, number>();
  private readonly activeBatch = new Map<'active', string>();

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  batch(id: string): SettlementBatch | undefined {
    return this.batches.get(id);
  }

  get active(): SettlementBatch | undefined {
    const id = this.activeBatch.get('active');
    return id === undefined ? undefined : this.batches.get(id);
  }

  get chainsSupply(): bigint {
    let sum = 0n;
    for (const chainId of this.catalogue.chains.keys()) sum += this.balance(chainSupply(chainId));
    return sum;
  }

  nextNonce(chainId: number): number {
    return this.nonces.get(chainId) ?? this.catalogue.chains.get(chainId)?.firstNonce ?? 0;
  }

  evolve(event: RegistryEvent, position: EntryPosition): void {
    applyPostings(this.balances, this.undo, postingsOf(event));
    switch (event.type) {
      case 'SettlementOpened':
      case 'SettlementPlanned':
      case 'SettlementEmpty':
      case 'SettlementSigned':
      case 'SettlementConfirmed':
      case 'SettlementReverted': {
        const batch = evolveSettlement(this.batches.get(event.batch), event, position);
        this.undo.set(this.batches, event.batch, batch);
        if (isUnderWay(batch)) this.undo.set(this.activeBatch, 'active', event.batch);
        else this.undo.delete(this.activeBatch, 'active');
        if (event.type === 'SettlementSigned') this.undo.set(this.nonces, batch.opened.chainId, event.nonce + 1);
        break;
      }
      case 'ReconciliationRecorded':
        this.undo.set(this.reconciliations, event.reconciliation, event);
        for (const key of event.closed) this.undo.delete(this.openBreaks, key);
        for (const found of event.breaks) this.undo.set(this.openBreaks, found.key, found);
        break;
      default:
        this.catalogue.evolve(event);
    }
    if (event.type === 'PriceBookPublished') this.remember(`PublishPriceBook ${event.version}`, event.book, position);
    if (event.type === 'SplitPolicyPublished')
      this.remember(`PublishSplitPolicy ${event.version}`, event.policy, position);
    if (event.request !== undefined) {
      this.undo.set(this.answers, event.request.key, {
        digest: event.request.digest,
        entry: entryId(position),
        position,
      });
    }
  }

  private remember(version: string, content: unknown, position: EntryPosition): void {
    this.undo.set(this.published, version, { content: JSON.stringify(content), position });
  }
}

interface Common {
  readonly time: string;
  readonly provenance: Provenance;
  readonly request?: RequestIdentity;
}

export type RegistryCommand = Common &
  (
    | { readonly type: 'PublishPriceBook'; readonly version: number; readonly book: PriceBook }
    | { readonly type: 'PublishSplitPolicy'; readonly version: number; readonly policy: SplitPolicy }
    | {
        readonly type: 'RegisterParty';
        readonly party: string;
        readonly roles: readonly PartyRole[];
        readonly reference?: string;
        readonly country?: string;
      }
    | {
        readonly type: 'ChangeKyc';
        readonly party: string;
        readonly to: KycState;
        readonly reason: string;
        readonly evidence?: string;
      }
    | { readonly type: 'SetWallet'; readonly party: string; readonly chainId: number; readonly wallet: string }
    | {
        readonly type: 'IssueKey';
        readonly key: string;
        readonly role: string;
        readonly provider?: string;
        readonly hash: string;
      }
    | { readonly type: 'RevokeKey'; readonly key: string }
    | {
        readonly type: 'RegisterChain';
        readonly chainId: number;
        readonly token: string;
        readonly vault: string;
        readonly signer: string;
        readonly deployBlock: string;
        readonly firstNonce: number;
      }
    | {
        readonly type: 'OpenSettlement';
        readonly batch: string;
        readonly chainId: number;
        readonly providers: readonly string[];
        /** What each is owed over all shards, atto-tokens; nobody who is owed more than one payout carries is paid. */
        readonly owed?: ReadonlyMap<string, bigint>;
      }
    | {
        readonly type: 'PlanSettlement';
        readonly batch: string;
        readonly cuts: readonly PayablesCut[];
        readonly heads: readonly ShardHead[];
        readonly headsDigest: string;
      }
    | ({ readonly type: 'SignSettlement'; readonly batch: string } & Pick<
        SettlementSigned,
        'nonce' | 'raw' | 'hash' | 'maxFeePerGas' | 'maxPriorityFeePerGas'
      >)
    | ({ readonly type: 'ConfirmSettlement'; readonly batch: string } & Pick<
        SettlementConfirmed,
        'hash' | 'blockNumber' | 'blockHash' | 'logIndexes' | 'gasUsed' | 'gasPrice'
      >)
    | { readonly type: 'RevertSettlement'; readonly batch: string; readonly reason: string; readonly hash?: string }
    | ({ readonly type: 'RecordReconciliation' } & Pick<
        ReconciliationRecorded,
        | 'reconciliation'
        | 'chainId'
        | 'blockNumber'
        | 'blockHash'
        | 'heads'
        | 'checks'
        | 'matched'
        | 'breaks'
        | 'closed'
      >)
  );

export type RegistryOutcome =
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly event: RegistryEvent; readonly replayed: false }
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly replayed: true };

/** Decides one registry command. @throws DomainError when it is refused; nothing was recorded then */
export function decideRegistry(
  state: RegistryState,
  command: RegistryCommand,
  record: RecordEvent<RegistryEvent>,
): RegistryOutcome {
  const known = findAnswer(state.answers, command.request)?.position ?? findPublished(state, command);
  if (known !== undefined) return { type: 'entry', entry: known, replayed: true };
  const decided = decide(state, command);
  const event = command.request === undefined ? decided : { ...decided, request: command.request };
  return { type: 'entry', entry: record(event), event, replayed: false };
}

/** Where the very same content was published under the version: putting it there again changes nothing. */
function findPublished(state: RegistryState, command: RegistryCommand): EntryPosition | undefined {
  if (command.type !== 'PublishPriceBook' && command.type !== 'PublishSplitPolicy') return undefined;
  const content = command.type === 'PublishPriceBook' ? command.book : command.policy;
  const published = state.published.get(`${command.type} ${command.version}`);
  return published?.content === JSON.stringify(content) ? published.position : undefined;
}

function decide(state: RegistryState, command: RegistryCommand): RegistryEvent {
  const { catalogue } = state;
  const recorded = { time: command.time, ...command.provenance };
  switch (command.type) {
    case 'PublishPriceBook':
      refuseKnownVersion(catalogue.priceBooks, command.version);
      compilePriceBook(command.version, command.book);
      return { type: 'PriceBookPublished', ...recorded, version: command.version, book: command.book };
    case 'PublishSplitPolicy':
      refuseKnownVersion(catalogue.splitPolicies, command.version);
      compileSplitPolicy(command.version, command.policy);
      return { type: 'SplitPolicyPublished', ...recorded, version: command.version, policy: command.policy };
    case 'RegisterParty':
      parseHolderId(command.party, 'id');
      if (catalogue.parties.has(command.party)) {
        throw new DomainError('PARTY_EXISTS', `Party ${command.party} is registered already.`, 'id');
      }
      return {
        type: 'PartyRegistered',
        ...recorded,
        party: command.party,
        roles: command.roles,
        ...(command.reference === undefined ? {} : { reference: command.reference }),
        ...(command.country === undefined ? {} : { country: command.country }),
      };
    case 'ChangeKyc': {
      const { kyc } = catalogue.party(command.party);
      checkKycTransition(kyc, command.to);
      const evidence = command.evidence === undefined ? {} : { evidence: command.evidence };
      return {
        type: 'KycChanged',
        ...recorded,
        party: command.party,
        from: kyc,
        to: command.to,
        reason: command.reason,
        ...evidence,
      };
    }
    case 'SetWallet':
      checkWallet(catalogue, command.party, command.chainId, command.wallet);
      return { type: 'WalletSet', ...recorded, party: command.party, chainId: command.chainId, wallet: command.wallet };
    case 'IssueKey': {
      refuseKnownKey(catalogue, command.key, command.hash);
      const provider = command.provider === undefined ? {} : { provider: command.provider };
      return { type: 'KeyIssued', ...recorded, key: command.key, role: command.role, ...provider, hash: command.hash };
    }
    case 'RevokeKey':
      if (!keysOf(catalogue).some((issued) => issued.key === command.key)) {
        throw new DomainError('KEY_UNKNOWN', `No key ${command.key} is in force.`, 'key');
      }
      return { type: 'KeyRevoked', ...recorded, key: command.key };
    case 'RegisterChain': {
      if (catalogue.chains.has(command.chainId)) {
        throw new DomainError(
          'CHAIN_EXISTS',
          `The contracts on chain ${command.chainId} are registered; books on a chain never change their contracts.`,
          'chainId',
        );
      }
      const { type: _, time, provenance, request: __, ...chain } = command;
      return { type: 'ChainRegistered', time, ...provenance, ...chain };
    }
    case 'OpenSettlement':
      return decideOpen(state, command);
    case 'PlanSettlement':
      return decidePlan(state, command);
    case 'SignSettlement':
      return decideSign(state, command);
    case 'ConfirmSettlement': {
      const { type: _, request: __, ...step } = command;
      return decideConfirm(state, step);
    }
    case 'RevertSettlement':
      return decideRevert(state, command);
    case 'RecordReconciliation': {
      const { type: _, time, provenance, request: __, ...report } = command;
      return { type: 'ReconciliationRecorded', time, ...provenance, ...report };
    }
  }
}

function refuseKnownVersion(versions: ReadonlyMap<number, unknown>, version: number): void {
  if (versions.has(version)) {
    throw new DomainError(
      'VERSION_EXISTS',
      `Version ${version} is published and never changes; publish the next version.`,
      'version',
    );
  }
}

/** A key has one secret and a secret one key, so that what a key may do never changes behind its holder's back. */
function refuseKnownKey(catalogue: Catalogue, key: string, hash: string): void {
  if (catalogue.keysByHash.has(hash) || keysOf(catalogue).some((issued) => issued.key === key)) {
    throw new DomainError('KEY_EXISTS', `Key ${key} or its secret is in force already; issue a new one.`, 'key');
  }
}

/** One wallet serves one party per chain, so that each payout is one transfer that can be matched one to one. */
function checkWallet(catalogue: Catalogue, party: string, chainId: number, wallet: string): void {
  catalogue.party(party);
  const { chains } = catalogue;
  // Before any chain is registered a wallet may be set ahead; the gate looks at it again when a batch is opened.
  if (chains.size > 0 && !chains.has(chainId)) {
    const known = [...chains.keys()].join(', ');
    throw new DomainError(
      'CHAIN_NOT_REGISTERED',
      `Payouts are made on chain ${known}, not on ${chainId}: give a wallet there.`,
      'chainId',
    );
  }
  const fault = findWalletFault(wallet, chainId, chains);
  if (fault !== undefined) throw new DomainError('WALLET_INVALID', fault.detail, 'wallet');
  const lower = wallet.toLowerCase();
  for (const other of catalogue.parties.values()) {
    if (other.id !== party && other.wallets[chainId]?.toLowerCase() === lower) {
      throw new DomainError('WALLET_INVALID', 'Another party is paid to this wallet; each needs its own.', 'wallet');
    }
  }
}

function keysOf(catalogue: Catalogue): KeyIssued[] {
  return [...catalogue.keysByHash.values()];
}
