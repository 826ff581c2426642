/** What a sequencer is made with. */
import type { SequencerHalted } from './lane.js';
import type { Page, RegistryHead } from './page.js';
import type { SigningKey } from '#signing';
import type { JournalStore } from './store.js';

/** What decisions rest on beside the shard's own state, and how old this process's picture of it is. */
export interface Picture {
  /** Milliseconds since the last confirmed look at it began. */
  readonly ageMs: number;
  /** Looks again. @throws StoreUnavailable */
  refresh(): Promise<void>;
}

/** A process's clock, held against that of the store. */
export interface ComparedClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether both agreed when they were compared last, a short while ago, and nobody has set this one since. */
  readonly isSure: boolean;
  /** Compares them where {@link isSure} is false. @throws ClocksApart, StoreUnavailable */
  assure(): Promise<void>;
  /** They are to be compared again before anything more is decided. */
  doubt(): void;
}

/** What pages are sealed with. */
export interface Sealing {
  /** The journal's id. */
  readonly journal: string;
  readonly key: SigningKey;
  /** The page of the registry that decisions made now rest on; the registry itself rests on its own last page. */
  readonly registry?: () => RegistryHead;
  /** Why this writer may not write a page that it has just sealed; undefined: it may. */
  readonly refuse?: (page: Page) => string | undefined;
}

export interface SequencerOptions {
  readonly shard: number;
  readonly store: JournalStore;
  readonly sealing: Sealing;
  /** A plain one (milliseconds since 1970) is compared with nothing: for specs. */
  readonly clock?: ComparedClock | (() => number);
  /** Commands that may wait before `SequencerBusy`. */
  readonly queueMax?: number;
  readonly retryDelayMaxMs?: number;
  /** What the shard's decisions rest on beside its own state; none where they rest on nothing else. */
  readonly picture?: Picture;
  /** Told of every page that became durable here or was read while catching up, in order. What it throws is trouble. */
  readonly onPage?: (page: Page) => void;
  /** Told when nothing is decided any more, see `Sequencer.halted`. */
  readonly onHalt?: (halted: SequencerHalted) => void;
  /** Told of trouble that the sequencer handles by itself: a lost race, a store that is away. */
  readonly onTrouble?: (message: string, error?: unknown) => void;
}
