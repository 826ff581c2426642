/** The door for sequencers: the two kinds of shard, made from the concepts' deciders. */
import { CompactUsageIndex, type Sequencer, type ShardKind } from '#journal';
import {
  decideLedger,
  LedgerState,
  type LedgerCommand,
  type LedgerContext,
  type LedgerEvent,
  type LedgerOutcome,
} from './ledger.js';
import {
  decideRegistry,
  RegistryState,
  type RegistryCommand,
  type RegistryEvent,
  type RegistryOutcome,
} from './registry.js';

export type LedgerSequencer = Sequencer<LedgerState, LedgerCommand, LedgerEvent, LedgerOutcome>;
export type RegistrySequencer = Sequencer<RegistryState, RegistryCommand, RegistryEvent, RegistryOutcome>;

/** Conflicts are rare; the index grows where they are not. */
const CONFLICT_SLOTS = 1 << 8;

/** A shard of holders. The context's catalogue is read at decision time: it must hold only durable events. */
export function ledgerShard(context: LedgerContext): ShardKind<LedgerState, LedgerCommand, LedgerEvent, LedgerOutcome> {
  return {
    createState: () => new LedgerState(new CompactUsageIndex(), new CompactUsageIndex(CONFLICT_SLOTS)),
    evolve: (state, event, position) => state.evolve(event, position),
    decide: (state, command, record) => decideLedger(state, command, context, record),
    offsetsOf: (command) => (command.type === 'ChargeUsage' ? command.range : undefined),
    applyOffsets: (state, { topic, partition, to }) => state.usage.applyOffset(`${topic}/${partition}`, to),
    nextOffset: (state, topic, partition) => state.usage.nextOffsets.get(`${topic}/${partition}`) ?? 0,
  };
}

/** The one registry shard. */
export function registryShardKind(): ShardKind<RegistryState, RegistryCommand, RegistryEvent, RegistryOutcome> {
  return {
    createState: () => new RegistryState(),
    evolve: (state, event, position) => state.evolve(event, position),
    decide: (state, command, record) => decideRegistry(state, command, record),
  };
}
