/**
 * What this process can reach that remembers the journal: the read models' checkpoints, the file of the last verification,
 * and the heads that events of the registry name. What cannot be reached delays nothing and is named in the health check.
 */
import { registryShard } from '#domain';
import { HeadWatch, StoreUnavailable, type JournalStore, type Memory, type ShardLost } from '#journal';
import { ConfigurationError, type Logger } from '#platform';
import { readCheckpoints, type Pool } from '#postgres';
import type { CatalogueFollower } from './catalogue-follower.js';
import { withDeadline } from './deadline.js';
import type { NotedHeads, RememberedHeads } from './remembered-heads.js';

const HASH_DIGITS = 64;
/** Longest wait for one who remembers. */
const RECALL_WAIT_MS = 2_000;
/** A shard that was cut short is noticed after this long at the latest, also where nobody asks for it. */
const LOOK_EVERY_MS = 1_000;

/** Somebody outside of the store who remembers heads, of whichever journals. */
export interface MemorySource {
  /** For people. */
  readonly name: string;
  /** @throws whatever keeps it from answering */
  read(): Promise<readonly NotedHeads[]>;
}

/** Injection token of the {@link MemorySource} of a process that takes usage from Kafka: the commits of its group. */
export const KAFKA_MEMORY = Symbol('KAFKA_MEMORY');

export interface HeadMemoriesOptions {
  /** Pages as readers may trust them, by connections that reads on behalf of callers cannot take. */
  readonly store: JournalStore;
  readonly follower: CatalogueFollower;
  /** Where the checkpoints stand, by such connections too. */
  readonly database: Pool;
  readonly noted: RememberedHeads;
  /** Who is asked once: until he has answered. What comes later this process sees itself. */
  readonly sources: readonly MemorySource[];
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** The heads that the read models and the verification remember. */
export class HeadMemories {
  readonly watch: HeadWatch;
  /** Who could not be asked last time, with the reason. */
  readonly unreachable = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  /** Who has not answered yet, with the question that is under way. */
  private readonly unheard = new Map<MemorySource, Promise<readonly NotedHeads[]> | undefined>();

  constructor(private readonly options: HeadMemoriesOptions) {
    const { follower, store, logger, sources } = options;
    for (const source of sources) this.unheard.set(source, undefined);
    this.watch = new HeadWatch({
      store,
      shards: Array.from({ length: follower.shard + 1 }, (_, shard) => shard),
      isGivenUp: (memory) => follower.isGivenUp(memory),
      isCovered: (evidence) => follower.isCovered(evidence),
      registryHeight: () => follower.height,
      onLoss: (lost: ShardLost) => logger.error({ err: lost }, lost.message),
    });
  }

  /**
   * Holds the journal against everything that can be reached, then goes on looking once a second.
   *
   * @throws ConfigurationError when another journal is remembered; StoreUnavailable
   */
  async start(): Promise<void> {
    this.sawRegistry();
    await this.watch.look(undefined, await this.recall());
    this.timer = setInterval(() => void this.lookOnce(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private lookOnce(): Promise<void> {
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async look(): Promise<void> {
    try {
      this.sawRegistry();
      // Who is slow to remember delays nothing that this process has seen itself.
      const recalled = this.recall();
      recalled.catch(() => undefined);
      await this.watch.look(undefined, recalled);
      await this.watch.lookAgain();
    } catch (error) {
      // A store that is away is told of by everybody who needs it.
      if (!(error instanceof StoreUnavailable))
        this.options.logger.warn({ err: error }, 'the heads cannot be compared');
    }
  }

  /** The registry is followed by a copy of its own. */
  private sawRegistry(): void {
    const { follower } = this.options;
    if (follower.height > 0) this.watch.saw(follower.shard, follower.newest);
  }

  private async recall(): Promise<Memory[]> {
    const { follower, database, noted } = this.options;
    const last = follower.shard;
    const found = await Promise.all([
      this.ask('the read models', async () =>
        (await readCheckpoints(database)).map(({ shard, height, hash }) => {
          return { shard, height, hash, source: 'the read models' };
        }),
      ),
      this.ask(noted.file, async () => memoriesOf(await noted.read(), follower, noted.file)),
      ...[...this.unheard.keys()].map((source) => this.askOnce(source)),
    ]);
    return [...found.flat(), ...follower.namedHeads].filter(({ shard }) => shard <= last);
  }

  /** A source that is slow is not asked again before it has answered; an answer that came too late is taken next time. */
  private async askOnce(source: MemorySource): Promise<Memory[]> {
    const { follower } = this.options;
    const asking = this.unheard.get(source) ?? source.read();
    this.unheard.set(source, asking);
    asking.catch(() => this.unheard.set(source, undefined));
    const memories = await this.ask(source.name, async () =>
      (await asking)
        .filter(({ journal }) => journal === follower.journal)
        .flatMap((one) => memoriesOf(one, follower, source.name)),
    );
    if (!this.unreachable.has(source.name)) this.unheard.delete(source);
    return memories;
  }

  private async ask(source: string, asking: () => Promise<Memory[]>): Promise<Memory[]> {
    try {
      const memories = await withDeadline(asking(), RECALL_WAIT_MS, () => new Error('no answer'));
      this.unreachable.delete(source);
      return memories;
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      this.unreachable.set(source, (error as Error).message);
      return [];
    }
  }
}

/** @throws ConfigurationError when the file is of another journal */
function memoriesOf({ journal, heads }: NotedHeads, follower: CatalogueFollower, source: string): Memory[] {
  if (journal !== undefined && journal !== follower.journal) {
    throw new ConfigurationError(
      'AIRTIME_DATA_DIR',
      `${source} remembers the journal ${journal}, and the store holds ${follower.journal ?? 'none'}; give each journal a directory of its own`,
    );
  }
  const registry = heads.find(({ shard }) => shard === follower.shard);
  // Of a registry that has lost its end nobody can say what was before what.
  const isKnown = registry !== undefined && follower.hashAt(registry.height)?.startsWith(registry.hash) === true;
  const asOf = isKnown ? { asOf: registry.height } : {};
  // What only its first digits are known of cannot be named in a statement: it must be of before or after one.
  const usable = isKnown ? heads : heads.filter(({ hash }) => hash.length === HASH_DIGITS);
  return usable.map(({ shard, height, hash }) => ({ shard, height, hash, source, ...asOf }));
}

/** Whether anything remembers a journal, whichever. */
export async function isAnyRemembered(
  database: Pool,
  noted: RememberedHeads,
  shards: number,
): Promise<string | undefined> {
  const [first] = await readCheckpoints(database);
  if (first !== undefined) return `the read models hold page ${first.height} of shard ${first.shard}`;
  const { heads } = await noted.read();
  const head = heads.find(({ shard }) => shard <= registryShard(shards));
  return head === undefined ? undefined : `${noted.file} remembers page ${head.height} of shard ${head.shard}`;
}
