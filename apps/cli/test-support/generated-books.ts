/** Random histories for the exports: the steps of every concept with awkward texts and large amounts. */
import fc from 'fast-check';
import {
  anyMove,
  asksForRoom,
  epochAskedBy,
  foundation,
  report,
  reword,
  Scene,
  settleBatch,
  usage,
  withSeen,
  type Ask,
  type Move,
  type SceneClock,
} from '#concepts/testing';
import { CODEC, supplyOf, weighIssued, type UsageReport } from '#concepts';
import { atto, DomainError } from '#domain';
import { readEvents } from '#journal';
import type { ContractServer } from './contract-server.js';

const CAST = {
  customers: ['acme', 'Acme', 'a-b', 'a--b', 'a.b', '9+x@y_z'],
  providers: ['p1', 'P1', 'p-1'],
};
const TIME = '2026-06-01T12:00:00.5+02:00';
/** Dollars for a token, with as many digits as a rate may have. */
export const RATE = '0.020000000000000003';
/** Above those of the steps. */
const FIRST_RATE = 100;
const PROVENANCE = { actor: 'key:admin', origin: 'request:test' };
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 5, 1, 22);

/** Something that happens, or a night: the next entry is of another day. */
export type Step = Move | 'sleep';

/** Texts that are something else to a spreadsheet, to hledger or to beancount, and any others. */
const freeText = fc.oneof(
  fc.constantFrom(
    '=1+1',
    '@SUM(A1)',
    '+1',
    '-1+2',
    'a;b|c  d',
    '"quoted" \\ text',
    'two\r\nlines, one entry',
    '* ! (x)',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
);
/** Small amounts are those of the steps; large ones have more digits than beancount calculates with. */
const factor = fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 10n ** 27n }));

const awkwardMove: fc.Arbitrary<Move> = fc.tuple(anyMove(CAST), freeText, factor).map(([move, words, times]) => ({
  *take(scene) {
    for (const ask of move.take(scene)) yield enlarge(reword(ask, words), times);
  },
}));

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 12, arbitrary: awkwardMove },
    { weight: 1, arbitrary: fc.constant('sleep' as const) },
  ),
  { minLength: 1, maxLength: 40 },
);

function enlarge({ shard, command }: Ask, times: bigint): Ask {
  const amount = 'amount' in command ? command.amount : undefined;
  return { shard, command: typeof amount === 'bigint' ? { ...command, amount: amount * times } : command } as Ask;
}

const single = (ask: (scene: Scene) => Ask): Move => ({
  *take(scene) {
    yield ask(scene);
  },
});

export function mint(holder: string, amount: bigint, reason: string): Move {
  return single((scene) => scene.askHolder(holder, { type: 'MintTokens', holder, amount: atto(amount), reason }));
}

export function burn(holder: string, amount: bigint): Move {
  const reason = 'redeemed';
  return single((scene) => scene.askHolder(holder, { type: 'BurnTokens', holder, amount: atto(amount), reason }));
}

/** What a usage says beside its meters. */
export type Used = Partial<Pick<UsageReport, 'time' | 'model' | 'hold' | 'region'>>;

export function use(
  customer: string,
  provider: string,
  source: string,
  meters: Record<string, string>,
  used: Used = {},
): Move {
  return single((scene) => {
    const id = scene.newName('=r;');
    const reported = report({ source, id, time: TIME, customer, provider, model: 'm/1', meters, ...used });
    return scene.askHolder(customer, usage([reported]));
  });
}

export function send(from: string, to: string, amount: bigint): Move {
  return single((scene) => {
    const transfer = scene.newName('t');
    return scene.askHolder(from, { type: 'SendTransfer', transfer, from, to, amount: atto(amount), reason: 'gift' });
  });
}

export function cover(customer: string): Move {
  return single((scene) => scene.askHolder(customer, { type: 'CoverReceivables', customer }));
}

/** A batch from its opening to its confirmation. */
export const settle: Move = { take: (scene) => settleBatch(scene, scene.newName('b')) };

/** Writes a history into the server's journal. What the domain refuses is left out. */
export class BooksAuthor {
  private readonly scene: Scene;
  private nowMs = FIRST_DAY_MS;

  /** @param rates dollars for a token by the instant from which on they hold */
  constructor(
    private readonly server: ContractServer,
    rates: Readonly<Record<string, string>> = { '2020-01-01T00:00:00Z': RATE },
  ) {
    server.now = () => new Date((this.nowMs += 1));
    const clock: SceneClock = {
      now: () => this.nowMs,
      stamp: () => TIME,
      pass: (ms) => {
        this.nowMs += ms;
      },
    };
    this.scene = new Scene(CAST, server.registry, [server.ledger], clock);
    // What the last provider earns is withheld.
    for (const command of foundation({ ...CAST, time: TIME, isLastUnverified: true })) server.decideRegistry(command);
    for (const [place, [effectiveAt, usdPerToken]] of Object.entries(rates).entries()) {
      const rate = { effectiveAt, usdPerToken };
      const version = FIRST_RATE + place;
      server.decideRegistry({ type: 'PublishUsdRate', version, rate, time: TIME, provenance: PROVENANCE });
    }
  }

  write(history: readonly Step[]): void {
    for (const step of history) {
      if (step === 'sleep') this.sleep();
      else this.take(step);
    }
  }

  /** Moves the pages' clock on: the next entry is of another day. */
  sleep(): void {
    this.nowMs += DAY_MS;
  }

  /** What was outstanding at an instant, read back from the pages. */
  private supplyAt(atMs: number | undefined): bigint | undefined {
    if (atMs === undefined) return undefined;
    const parts = this.scene.ledgers.map((ledger, shard) => {
      const later = this.server.pages[shard]!.filter(({ recordedAt }) => Date.parse(recordedAt) > atMs);
      const events = later.flatMap((page) => [...readEvents(page, CODEC)]);
      return events.reduce((left, { event }) => left - weighIssued(event, atMs), -ledger.balance('issuance'));
    });
    return supplyOf(parts);
  }

  private take(move: Move): void {
    try {
      for (const one of move.take(this.scene)) {
        // As a process that has looked at its shards.
        const ask = asksForRoom(one) ? withSeen(one, this.scene.ledgers, [], this.supplyAt(epochAskedBy(one))) : one;
        if (ask.shard === 'registry') this.server.decideRegistry(ask.command);
        else this.server.decide(ask.command);
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}
