/** The door for sequencers: the two kinds of shard, made from the concepts' deciders. */
import { decideAndNote, leftByType, parseTime, type LeavesWork } from '#domain';
import { CompactUsageIndex, dueActs, sha256, type Sequencer, type ShardKind } from '#journal';
import { isSignedBy, keyId } from '#signing';
import type { WriterCrypto } from './catalogue.js';
import { CODEC } from './codec.js';
import {
  decideLedger,
  DUE_LEDGER,
  LedgerState,
  WORK_LEDGER,
  type LedgerCommand,
  type LedgerContext,
  type LedgerDueKind,
  type LedgerEvent,
  type LedgerOutcome,
} from './ledger.js';
import {
  decideRegistry,
  DUE_REGISTRY,
  RegistryState,
  WORK_REGISTRY,
  type RegistryCommand,
  type RegistryDueKind,
  type RegistryEvent,
  type RegistryOutcome,
} from './registry.js';

export type LedgerDecision = LedgerOutcome & LeavesWork;
export type RegistryDecision = RegistryOutcome & LeavesWork;

export type LedgerSequencer = Sequencer<LedgerState, LedgerCommand, LedgerEvent, LedgerDecision>;
export type RegistrySequencer = Sequencer<RegistryState, RegistryCommand, RegistryEvent, RegistryDecision>;

const LEFT_IN_LEDGER = leftByType(WORK_LEDGER);
const LEFT_IN_REGISTRY = leftByType(WORK_REGISTRY);

/** What proves who wrote, for the fold of the registry. */
export const WRITER_CRYPTO: WriterCrypto = { digest: sha256, keyId, isSignedBy };

/** Conflicts are rare; the index grows where they are not. */
const CONFLICT_SLOTS = 1 << 8;

/** A shard of holders. The context's catalogue is read at decision time: it must hold only durable events. */
export function ledgerShard(
  around: Omit<LedgerContext, 'recordedAt'>,
): ShardKind<LedgerState, LedgerCommand, LedgerEvent, LedgerDecision> {
  // One for all commands: only the page's time differs between them.
  const context = { ...around, recordedAt: '' };
  return {
    codec: CODEC,
    createState: () => new LedgerState(new CompactUsageIndex(), new CompactUsageIndex(CONFLICT_SLOTS)),
    evolve: (state, event, position) => state.evolve(event, position),
    decide: (state, command, record, recordedAt) => {
      context.recordedAt = recordedAt;
      return decideAndNote(LEFT_IN_LEDGER, record, (noting) => decideLedger(state, command, context, noting));
    },
    recorded: ({ spent }, { height, recordedAt }) => spent.recorded(height, parseTime(recordedAt, 'recordedAt')),
    due: dueActs<LedgerDueKind, LedgerState, LedgerCommand>(DUE_LEDGER),
    offsetsOf: (command) => (command.type === 'ChargeUsage' ? command.range : undefined),
    applyOffsets: (state, range) => state.usage.applyOffsets(range),
    nextOffset: (state, name, partition) => state.usage.nextOffsets.get(`${name}/${partition}`) ?? 0,
  };
}

/** The one registry shard. */
export function registryShardKind(): ShardKind<RegistryState, RegistryCommand, RegistryEvent, RegistryDecision> {
  return {
    codec: CODEC,
    createState: () => new RegistryState(WRITER_CRYPTO),
    evolve: (state, event, position) => state.evolve(event, position),
    decide: (state, command, record, recordedAt) =>
      decideAndNote(LEFT_IN_REGISTRY, record, (noting) => decideRegistry(state, command, noting, recordedAt)),
    due: dueActs<RegistryDueKind, RegistryState, RegistryCommand>(DUE_REGISTRY),
  };
}

export { RegistryCopy } from './registry-copy.js';
export { foundJournal } from './founding.js';
