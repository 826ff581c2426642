/** A shard as this process has it: the state that its pages make, and the page that it ends with. */
import type { RecordedEvent, UndoLog } from '#domain';
import type { ShardKind } from './deciding.js';
import {
  assertFollows,
  FIRST_PREVIOUS_HASH,
  headOf,
  readEvents,
  type Page,
  type PageHead,
  type RegistryHead,
} from './page.js';
import { readPages, type JournalStore } from './store.js';

export class ShardCopy<State extends { readonly undo: UndoLog }, Event extends RecordedEvent> {
  /** With every decision so far, durable or not. */
  state: State;
  head: PageHead | undefined;

  constructor(
    private readonly kind: Pick<
      ShardKind<State, unknown, Event, unknown>,
      'codec' | 'createState' | 'evolve' | 'applyOffsets' | 'recorded'
    >,
    private readonly shard: number,
    private readonly store: JournalStore,
    private readonly onPage: (page: Page) => void,
  ) {
    this.state = kind.createState();
  }

  get height(): number {
    return this.head?.height ?? 0;
  }

  /** Where the shard ends. */
  get newest(): RegistryHead {
    return { height: this.height, hash: this.head?.hash ?? FIRST_PREVIOUS_HASH };
  }

  /** The page that was decided on this very state is durable. */
  add(page: Page): void {
    this.state.undo.clear();
    this.head = headOf(page);
    this.kind.recorded?.(this.state, page);
    this.onPage(page);
  }

  /** Takes everything back that is not durable. @throws UndoFailed */
  takeBack(): void {
    this.state.undo.rollback();
  }

  /**
   * Reads what other writers appended. Call only while nothing in the state is undecided.
   *
   * @throws Error when a page is unsound or cannot be followed; PageRefused, ShardLost, StoreUnavailable
   */
  async follow(): Promise<void> {
    for await (const page of readPages(this.store, this.shard, this.height + 1)) {
      assertFollows(this.head, page);
      this.fold(page);
      this.add(page);
    }
  }

  /** Folds the shard from its first page: what was lost cannot be taken out of a state. @throws as {@link follow} */
  async foldAnew(): Promise<void> {
    await this.store.head(this.shard);
    this.state = this.kind.createState();
    this.head = undefined;
    await this.follow();
  }

  private fold(page: Page): void {
    try {
      for (const { event, position } of readEvents(page, this.kind.codec)) {
        this.kind.evolve(this.state, event as Event, position);
      }
      for (const range of page.offsets) this.kind.applyOffsets?.(this.state, range);
    } catch (error) {
      this.takeBack();
      throw new Error(`page ${page.height} of shard ${this.shard} cannot be followed`, { cause: error });
    }
  }
}
