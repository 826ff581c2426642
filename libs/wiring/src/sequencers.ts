/** All sequencers of a process that writes: one per holder shard and one for the registry shard. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerCommand, RegistryCommand } from '#concepts';
import { commonRefusal, findAnswer, registryShard, shardOf, type EntryPosition, type RequestIdentity } from '#domain';
import {
  ledgerShard,
  registryShardKind,
  type LedgerDecision,
  type LedgerSequencer,
  type RegistryDecision,
  type RegistrySequencer,
} from '#concepts/shards';
import {
  eventTypes,
  readHeads,
  Sequencer,
  ShardRefused,
  type SequencerHalted,
  StoreUnavailable,
  type ComparedClock,
  type JournalStore,
  type Lane,
  type Page,
  type PageHead,
  type Picture,
  type RegistryHead,
  type Sealing,
  type Sequenced,
} from '#journal';
import type { SigningKey } from '#signing';
import type { CatalogueFollower } from './catalogue-follower.js';
import { asksForSupply, withSupply } from './supply-seen.js';

export interface SequencersOptions {
  readonly store: JournalStore;
  readonly shards: number;
  readonly follower: CatalogueFollower;
  /** Signs this process's pages. */
  readonly key: SigningKey;
  /** Where pages have their times from; absent: a clock that nobody compares. */
  readonly clock?: ComparedClock;
  /** Names that one process at a time may hold; without it two processes may answer one Idempotency-Key at once. */
  readonly locks?: RequestLocks;
  readonly onPage?: (page: Page) => void;
  /** Told, once for each shard, that this process may not write what it decides: its key is not admitted, or no more. */
  readonly onDismissed?: (why: string) => void;
  readonly onTrouble?: (message: string, error?: unknown) => void;
}

/** Holds a name against every other process until the returned function is called. */
export interface RequestLocks {
  hold(name: string): Promise<() => void>;
  close(): Promise<void>;
}

/**
 * Parts that a usage request may have: 5,000 events in slices of 100, and one slice more for each shard that is not full.
 * A key is looked for under each of them.
 */
const PARTS_MAX = 50 + 64;
/** A store that is away is waited for as long as callers wait for their answers. */
const LOOK_WAIT_MAX_MS = 30_000;
const LOOK_PAUSE_MS = 250;
/** A store that stays away is told of at once and then so often, however many requests wait for it. */
const TELL_AWAY_EVERY_MS = 10_000;

/** Commands that may wait in one shard. A usage command holds up to 100 events of about a kilobyte. */
const QUEUE_MAX = 2_000;

export class Sequencers {
  readonly shards: number;
  readonly registry: RegistrySequencer;
  private readonly ledgers: readonly LedgerSequencer[];
  private readonly pageListeners: ((shard: number) => void)[] = [];
  private isStopping = false;
  private nextLook: Promise<ReadonlyMap<number, PageHead>> | undefined;
  private lookUnderWay: Promise<unknown> = Promise.resolve();
  private toldAwayAtMs = Number.NEGATIVE_INFINITY;
  /** Every shard rests on the first policy with a cap, for ever. */
  private restsOnCap = false;
  /** Digest of every request that is being answered now, by its key, and by how many callers. */
  private readonly underWay = new Map<string, { readonly digest: string; callers: number }>();

  constructor(private readonly options: SequencersOptions) {
    const { store, shards, follower } = options;
    this.shards = shards;
    const hooks = {
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      queueMax: QUEUE_MAX,
      onPage: (page: Page) => {
        options.onPage?.(page);
        for (const listener of this.pageListeners) listener(page.shard);
      },
      onHalt: (halted: SequencerHalted) => {
        if (halted.what === 'writer') options.onDismissed?.(`${halted.message}: ${(halted.cause as Error).message}`);
      },
      ...(options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble }),
    };
    const picture = pictureOf(follower);
    this.ledgers = Array.from({ length: shards }, (_, shard) => {
      const usageElsewhere = (source: string, id: string) => this.findUsageElsewhere(shard, source, id);
      const kind = ledgerShard({ catalogue: follower.catalogue, shard, shards, usageElsewhere });
      return new Sequencer(kind, { shard, store, picture, sealing: this.sealing(() => follower.newest), ...hooks });
    });
    this.registry = new Sequencer(registryShardKind(), {
      ...{ shard: registryShard(shards), store, sealing: this.sealing() },
      ...hooks,
    });
  }

  /** Folds every shard from the journal. The catalogue must have started: decisions rest on it. */
  async start(): Promise<void> {
    await Promise.all(this.all.map((sequencer) => sequencer.start()));
  }

  /** Finishes what waits and refuses the rest. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.all.map((sequencer) => sequencer.stop()));
    await this.options.locks?.close();
  }

  get all(): readonly (LedgerSequencer | RegistrySequencer)[] {
    return [...this.ledgers, this.registry];
  }

  /** Calls after every page that became durable here or was read: the shard's state has folded it. */
  onPage(listener: (shard: number) => void): void {
    this.pageListeners.push(listener);
  }

  /** The sequencer of a holder shard. */
  ledger(shard: number): LedgerSequencer {
    const sequencer = this.ledgers[shard];
    if (sequencer === undefined) throw new RangeError(`there is no holder shard ${shard}; there are ${this.shards}`);
    return sequencer;
  }

  /** The shard that keeps a holder's accounts. */
  shardOf(holder: string): number {
    return shardOf(holder, this.shards);
  }

  /** Decides a command of one holder shard. */
  execute(shard: number, command: LedgerCommand, lane?: Lane): Promise<Sequenced<LedgerDecision>> {
    return this.ledger(shard).execute(command, lane);
  }

  /** Decides a registry command and answers when this process's catalogue includes it. */
  async executeRegistry(command: RegistryCommand): Promise<Sequenced<RegistryDecision>> {
    this.trustStatement(command);
    const sequenced = await this.registry.execute(await this.withSupply(command));
    await this.options.follower.until(sequenced.position.height);
    return sequenced;
  }

  /**
   * What asks the registry what is minted is given word of all shards: read when whatever was booked before it is
   * durable, and under a cap when no shard mints by its own word any more, since each rests on the first policy with one.
   *
   * @throws Unavailable where a shard is another writer's and does not yet rest on it
   */
  private async withSupply(command: RegistryCommand): Promise<RegistryCommand> {
    if (!asksForSupply(command)) return command;
    const { follower, store } = this.options;
    const { cappedFrom } = follower.catalogue.emissionPolicies;
    if (cappedFrom !== undefined && !this.restsOnCap) await this.restOn(cappedFrom);
    const own = this.ownAt(follower.newest.height);
    const shown = await withSupply(command, { store, ledgers: this.ledgers, own, cappedFrom });
    this.restsOnCap = cappedFrom !== undefined;
    return shown;
  }

  /**
   * Makes every holder shard rest on a height of the registry that this process has read, see {@link Sequencer.restOn}. Shards
   * for which its key is not admitted are another writer's to move.
   */
  async restOn(height: number): Promise<void> {
    await Promise.all(this.ownAt(height).map((sequencer) => sequencer.restOn(height)));
  }

  /** The holder shards for which this process's key is admitted at a height of the registry. */
  private ownAt(height: number): readonly LedgerSequencer[] {
    const grant = this.options.follower.catalogue.writers.grantAt(this.options.key.id, height);
    return grant === undefined ? [] : this.ledgers.filter(({ shard }) => grant.shards?.includes(shard) !== false);
  }

  /**
   * The statement that voids a page of the registry stands above that page, and one that accepts what the registry has lost
   * stands behind it: whoever writes it must go on before the statement is there. So it is checked here, and once more when
   * it is decided.
   */
  private trustStatement(command: RegistryCommand): void {
    if (command.type !== 'StateAsRoot') return;
    const { stated, statement, time } = command;
    const { follower } = this.options;
    if (stated.type === 'LossAccepted' && stated.shard === follower.shard) {
      if (follower.catalogue.writers.findFault(statement, stated) === undefined) follower.promiseLoss(stated, time);
    }
    if (stated.type !== 'PageVoided') return;
    const isStanding = follower.refusal?.page.height === stated.height && follower.refusal.page.hash === stated.hash;
    if (stated.shard !== follower.shard || !isStanding) return;
    if (follower.catalogue.writers.findFault(statement, stated) === undefined) follower.promiseVoid(stated);
  }

  /** @param registry what decisions rest on; absent: the shard is the registry and rests on itself */
  private sealing(registry?: () => RegistryHead): Sealing {
    const { follower, key } = this.options;
    const refuse = (page: Page): string | undefined => {
      const { height } = page.registry;
      // The registry's own state is ahead of what is followed.
      const { writers } = registry === undefined ? this.registry.state.catalogue : follower.catalogue;
      const grant = writers.grantAt(key.id, height);
      if (grant === undefined) return `the writer ${key.id} is not admitted at height ${height} of the registry`;
      if (grant.shards?.includes(page.shard) === false)
        return `the writer ${key.id} is not admitted for shard ${page.shard}`;
      const foreign = eventTypes(page.body).find((type) => grant.events?.includes(type) === false);
      return foreign === undefined ? undefined : `the writer ${key.id} is not admitted for ${foreign}`;
    };
    return { journal: follower.journal!, key, refuse, ...(registry === undefined ? {} : { registry }) };
  }

  /** The entry of the registry that an earlier request under the same key made. */
  async registryAnswer(request: RequestIdentity | undefined): Promise<EntryPosition | undefined> {
    if (request === undefined) return undefined;
    return this.registry.readDurable(({ answers }) => answers.get(request.key)?.position);
  }

  /**
   * Makes sure that this process has every page, of whichever shard and process, that was durable before the call: one
   * look at all heads, and reading on only in a shard that is behind. Calls that come together share a look.
   *
   * @throws StoreUnavailable when the store stays away
   */
  async lookAround(): Promise<void> {
    const heads = await this.lookAtHeads();
    // A halted shard can never be read on. That must not stop usage in the others; what it may hide, the verifier finds.
    // A refused one goes on as soon as it is mended, which no head tells.
    const behind = this.all.filter((sequencer) => {
      const { halted, refused, shard } = sequencer;
      return halted === undefined && (refused !== undefined || sequencer.isBehind(heads.get(shard)));
    });
    await Promise.all(
      behind.map((sequencer) =>
        sequencer
          .readDurable(() => undefined)
          .catch((error: unknown) => {
            // Like a halted shard: what stands there beyond does not count until a root says what becomes of it.
            if (!(error instanceof ShardRefused)) throw error;
          }),
      ),
    );
  }

  /**
   * Answers a request that carries an Idempotency-Key. The key is one name in the whole ledger, but its answer lives in
   * the shard of its command; a repeated key with another body may lead to another shard. So while it is answered its key
   * is held against every other process and against other requests of this one, and all shards are read up to their
   * heads before anything is decided.
   *
   * @throws DomainError `IDEMPOTENCY_CONFLICT`; SequencerHalted when a shard cannot be read; an error with `retriable`
   *   while another process answers the same key
   */
  async answerOnce<T>(request: RequestIdentity | undefined, answer: () => Promise<T>): Promise<T> {
    if (request === undefined) return answer();
    const known = this.underWay.get(request.key) ?? { digest: request.digest, callers: 0 };
    if (known.digest !== request.digest) {
      throw commonRefusal(
        'IDEMPOTENCY_CONFLICT',
        'Another request with this Idempotency-Key is being answered; use a new key for a new request.',
        'Idempotency-Key',
      );
    }
    known.callers++;
    this.underWay.set(request.key, known);
    let release: (() => void) | undefined;
    try {
      release = await this.options.locks?.hold(`request ${request.key}`);
      await this.lookAround();
      const stuck = this.all.find(({ halted, refused }) => (halted ?? refused) !== undefined);
      const halted = stuck?.halted ?? stuck?.refused;
      // Nobody can say whether the key was used there.
      if (halted !== undefined) throw halted;
      this.refuseConflicting(request);
      return await answer();
    } finally {
      release?.();
      if (--known.callers === 0) this.underWay.delete(request.key);
    }
  }

  /** What another request of this process has decided and not made durable yet is under way, and was compared before. */
  private refuseConflicting(request: RequestIdentity): void {
    for (const { state } of this.all) {
      if (state.answers.size === 0) continue;
      findAnswer(state.answers, request);
      for (let part = 0; part < PARTS_MAX; part++) {
        findAnswer(state.answers, { ...request, key: partKey(request.key, part) });
      }
    }
  }

  /** A look that begins after the call. */
  private lookAtHeads(): Promise<ReadonlyMap<number, PageHead>> {
    this.nextLook ??= this.lookUnderWay.then(() => {
      this.nextLook = undefined;
      const look = this.readHeads();
      this.lookUnderWay = look.catch(() => undefined);
      return look;
    });
    return this.nextLook;
  }

  private async readHeads(): Promise<ReadonlyMap<number, PageHead>> {
    const shards = this.all.map(({ shard }) => shard);
    const beganMs = performance.now();
    for (;;) {
      try {
        return await readHeads(this.options.store, shards);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.isStopping) throw error;
        this.tellAway(error);
        if (performance.now() - beganMs > LOOK_WAIT_MAX_MS) throw error;
        await delay(LOOK_PAUSE_MS);
      }
    }
  }

  private tellAway(error: StoreUnavailable): void {
    const nowMs = performance.now();
    if (nowMs - this.toldAwayAtMs < TELL_AWAY_EVERY_MS) return;
    this.toldAwayAtMs = nowMs;
    this.options.onTrouble?.('requests wait for the store of the journal', error);
  }

  private findUsageElsewhere(shard: number, source: string, id: string): string | undefined {
    for (const other of this.ledgers) {
      const digest = other.shard === shard ? undefined : other.state.usage.find(source, id);
      if (digest !== undefined) return digest;
    }
    return undefined;
  }
}

/** The registry as the holder shards' decisions see it. The registry's own sequencer decides on the shard itself. */
function pictureOf(follower: CatalogueFollower): Picture {
  return {
    get ageMs() {
      return follower.pictureAgeMs;
    },
    refresh: () =>
      follower.refresh().catch((error: unknown) => {
        // Whatever keeps the registry from being read, nothing is decided on an old picture of it.
        throw error instanceof StoreUnavailable
          ? error
          : new StoreUnavailable('the registry shard cannot be followed', { cause: error });
      }),
  };
}

/** A usage batch spans shards: each part of it is answered under a key of its own. */
export function partKey(key: string, part: number): string {
  return `${key}#${part}`;
}
