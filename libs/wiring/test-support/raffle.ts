/**
 * A toy concept with a round over all shards, from events to deciders: tickets fill a pot in the shard of their buyer; a
 * raffle cuts every pot, draws the holder with the most tickets, pays it the prize wherever it lives, and leaves a tenth
 * of each pot where it was.
 */
import { arrive, leave } from '#concepts';
import {
  createCodec,
  decideBy,
  commonRefusal,
  evolveBy,
  movements,
  optional,
  plain,
  posting,
  recordIfAny,
  requestLayout,
  ShardState,
  shardOf,
  UndoableMap,
  type Decide,
  type DecideEvent,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Layouts,
  type Posting,
  type Recorded,
  type Requested,
  type Round,
  type RoundCut,
  type ShardHead,
} from '#domain';
import type { ShardKind } from '#journal';

const POT = 'raffle:pot';
const winningsOf = (holder: string) => `customer:${holder}:available`;
const isSpendable = (account: string) => account !== 'issuance' && account !== 'transit';

interface Posted extends Recorded {
  readonly postings: readonly Posting[];
}

export interface TicketSold extends Posted {
  readonly type: 'TicketSold';
  readonly holder: string;
  readonly amount: string;
}
/** The shard's pot is on its way to whoever wins it. */
export interface PotCut extends Posted {
  readonly type: 'PotCut';
  readonly raffle: string;
  readonly pot: string;
  readonly tickets: readonly { readonly holder: string; readonly amount: string }[];
}
export interface PotShared extends Posted {
  readonly type: 'PotShared';
  readonly raffle: string;
}
export interface RaffleOpened extends Recorded {
  readonly type: 'RaffleOpened';
  readonly raffle: string;
}
export interface RaffleDrawn extends Recorded {
  readonly type: 'RaffleDrawn';
  readonly raffle: string;
  readonly heads: readonly ShardHead[];
  readonly winner?: string;
  readonly prize: string;
  /** What stays in the pot, by shard. */
  readonly seeds: readonly string[];
}
export interface RaffleClosed extends Recorded {
  readonly type: 'RaffleClosed';
  readonly raffle: string;
}
export type RaffleLedgerEvent = TicketSold | PotCut | PotShared;
export type RaffleRegistryEvent = RaffleOpened | RaffleDrawn | RaffleClosed;

const request = optional(requestLayout);

const raffleLayouts = {
  TicketSold: { holder: plain, amount: plain, postings: movements(), request },
  PotCut: {
    raffle: plain,
    pot: plain,
    tickets: [{ holder: plain, amount: plain }],
    postings: movements(),
    request,
  },
  PotShared: { raffle: plain, postings: movements(), request },
  RaffleOpened: { raffle: plain, request },
  RaffleDrawn: {
    raffle: plain,
    heads: [{ shard: plain, height: plain, hash: plain }],
    winner: optional(plain),
    prize: plain,
    seeds: plain,
    request,
  },
  RaffleClosed: { raffle: plain, request },
} as const satisfies Layouts<RaffleLedgerEvent | RaffleRegistryEvent>;

export const RAFFLE_CODEC = createCodec(raffleLayouts);

type Id = Requested & { readonly raffle: string };
export type RaffleLedgerCommand =
  | (Requested & { readonly type: 'SellTicket'; readonly holder: string; readonly amount: bigint })
  | (Id & { readonly type: 'CutPot' })
  | (Id & { readonly type: 'SharePot'; readonly seed: bigint; readonly winner?: string; readonly prize: bigint });
export type RaffleRegistryCommand =
  | (Id & { readonly type: 'OpenRaffle' })
  | (Id & { readonly type: 'DrawRaffle'; readonly cuts: readonly PotCut[]; readonly heads: readonly ShardHead[] })
  | (Id & { readonly type: 'CloseRaffle' });

export class RaffleLedger extends ShardState {
  readonly tickets = new UndoableMap<string, bigint>(this.undo);
  readonly cuts = new UndoableMap<string, RoundCut<PotCut>>(this.undo);
  readonly shared = new UndoableMap<string, EntryPosition>(this.undo);
}

interface Raffle {
  readonly openedAt: EntryPosition;
  readonly raffle: string;
  readonly drawn?: RaffleDrawn;
}

export class RaffleRegistry extends ShardState {
  /** Those under way; one that is closed is forgotten, and its steps are refused. */
  readonly raffles = new UndoableMap<string, Raffle>(this.undo);
}

const evolveLedger: Evolve<RaffleLedgerEvent, RaffleLedger> = {
  TicketSold: ({ tickets }, { holder, amount }) => tickets.set(holder, (tickets.get(holder) ?? 0n) + BigInt(amount)),
  PotCut: ({ tickets, cuts }, cut, entry) => {
    for (const { holder } of cut.tickets) tickets.delete(holder);
    cuts.set(cut.raffle, { cut, entry });
  },
  PotShared: ({ shared }, { raffle }, entry) => shared.set(raffle, entry),
};

const evolveRegistry: Evolve<RaffleRegistryEvent, RaffleRegistry> = {
  RaffleOpened: ({ raffles }, { raffle }, openedAt) => raffles.set(raffle, { raffle, openedAt }),
  RaffleDrawn: ({ raffles }, drawn) => raffles.set(drawn.raffle, { ...raffles.get(drawn.raffle)!, drawn }),
  RaffleClosed: ({ raffles }, { raffle }) => raffles.delete(raffle),
};

const decideLedger: Decide<RaffleLedgerCommand, RaffleLedger, undefined, RaffleLedgerEvent, EntryOutcome> = {
  SellTicket: (_state, { type: _, provenance, holder, amount, time }, _context, record) =>
    recordIfAny(
      {
        ...{ type: 'TicketSold', time, ...provenance, holder, amount: `${amount}` },
        postings: [posting('issuance', POT, amount)],
      },
      record,
    ),
  CutPot: (state, { time, provenance, raffle }, _context, record) => {
    if (state.cuts.has(raffle)) return { type: 'unchanged' };
    const pot = state.balance(POT);
    const tickets = [...state.tickets].map(([holder, amount]) => ({ holder, amount: `${amount}` }));
    const postings = pot === 0n ? [] : [leave(POT, pot)];
    const cut: PotCut = { type: 'PotCut', time, ...provenance, raffle, pot: `${pot}`, tickets, postings };
    return recordIfAny(cut, record);
  },
  SharePot: (state, { time, provenance, raffle, seed, winner, prize }, _context, record) => {
    if (state.shared.has(raffle)) return { type: 'unchanged' };
    const postings = [
      ...(seed === 0n ? [] : [arrive(POT, seed)]),
      ...(winner === undefined ? [] : [arrive(winningsOf(winner), prize)]),
    ];
    return recordIfAny<PotShared>({ type: 'PotShared', time, ...provenance, raffle, postings }, record);
  },
};

const decideRegistry: DecideEvent<RaffleRegistryCommand, RaffleRegistry, RaffleRegistryEvent> = {
  OpenRaffle: (_state, { time, provenance, raffle }) => ({ type: 'RaffleOpened', time, ...provenance, raffle }),
  DrawRaffle: (state, { time, provenance, raffle, cuts, heads }) => {
    requireStage(state, raffle, false);
    const pots = cuts.map(({ pot }) => BigInt(pot));
    const seeds = pots.map((pot) => pot / 10n);
    const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
    const [best] = cuts
      .flatMap(({ tickets }) => tickets)
      .sort((a, b) => Number(BigInt(b.amount) - BigInt(a.amount)) || (a.holder < b.holder ? -1 : 1));
    return {
      ...{ type: 'RaffleDrawn', time, ...provenance, raffle, heads },
      ...(best === undefined ? {} : { winner: best.holder }),
      prize: `${sum(pots) - sum(seeds)}`,
      seeds: seeds.map(String),
    };
  },
  CloseRaffle: (state, { time, provenance, raffle }) => {
    requireStage(state, raffle, true);
    return { type: 'RaffleClosed', time, ...provenance, raffle };
  },
};

function requireStage({ raffles }: RaffleRegistry, raffle: string, isDrawn: boolean): void {
  const known = raffles.get(raffle);
  if (known !== undefined && (known.drawn !== undefined) === isDrawn) return;
  throw commonRefusal('NOT_FOUND', `There is no raffle ${raffle} that could take this step.`);
}

/** The round: what a concept writes, and all that the driver knows of it. */
export const raffleRound: Round<
  { readonly registry: RaffleRegistry; readonly holders: RaffleLedger },
  { readonly registry: RaffleRegistryCommand; readonly holders: RaffleLedgerCommand },
  Raffle,
  PotCut
> = {
  drivenBy: 'ledger',
  provenance: { actor: 'system:raffle', origin: 'system:raffle' },
  underWay: ({ raffles }) =>
    [...raffles.values()].map((about) => ({
      ...{ id: about.raffle, openedAt: about.openedAt, about },
      stage: about.drawn === undefined ? 'opened' : 'planned',
    })),
  cut: ({ raffle }, step) => ({ type: 'CutPot', raffle, ...step }),
  findCut: ({ cuts }, raffle) => cuts.get(raffle),
  plan: ({ raffle }, cuts, heads, step) => ({ type: 'DrawRaffle', raffle, cuts, heads, ...step }),
  application: {
    command: ({ raffle, drawn }, shard, shards, step) => {
      const { winner, prize, seeds } = drawn!;
      const seed = BigInt(seeds[shard]!);
      const isHome = winner !== undefined && shardOf(winner, shards) === shard;
      if (seed === 0n && !isHome) return undefined;
      return { type: 'SharePot', raffle, seed, ...(isHome ? { winner } : {}), prize: BigInt(prize), ...step };
    },
    isApplied: ({ shared }, raffle) => shared.has(raffle),
    close: ({ raffle }, step) => ({ type: 'CloseRaffle', raffle, ...step }),
  },
};

export const raffleLedgerShard: ShardKind<RaffleLedger, RaffleLedgerCommand, RaffleLedgerEvent, EntryOutcome> = {
  codec: RAFFLE_CODEC,
  createState: () => new RaffleLedger(isSpendable),
  evolve: (state, event, position) => {
    state.enter(event, position);
    evolveBy(evolveLedger, state, event, position);
  },
  decide: (state, command, record) => decideBy(decideLedger, state, command, undefined, record),
};

export const raffleRegistryShard: ShardKind<RaffleRegistry, RaffleRegistryCommand, RaffleRegistryEvent, EntryPosition> =
  {
    codec: RAFFLE_CODEC,
    createState: () => new RaffleRegistry(isSpendable),
    evolve: (state, event, position) => {
      state.enter(event, position);
      evolveBy(evolveRegistry, state, event, position);
    },
    decide: (state, command, record) => {
      const decide = decideRegistry[command.type] as (
        state: RaffleRegistry,
        command: RaffleRegistryCommand,
      ) => RaffleRegistryEvent;
      return record(decide(state, command));
    },
  };
