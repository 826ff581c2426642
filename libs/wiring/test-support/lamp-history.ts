/**
 * A history of lamps in which everything goes wrong that may go wrong with time: processes whose clocks are seconds apart, a
 * slow store, answers that are lost, processes that are killed in the middle of anything, and times in which none runs while
 * lamps fall due. Meanwhile readers ask for past instants; at the end they ask all of it again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import {
  HeightTaken,
  isClosedUpTo,
  PageMistimed,
  readPages,
  StoreUnavailable,
  type AppendTerms,
  type ClosingWishes,
  type JournalStore,
  type Page,
} from '#journal';
import type { Random } from '#postgres/testing';
import { ClosingWork } from '../src/closing-work.js';
import { LampProcess, SpecAlarm, tellPage } from './lamps.js';

const SHARDS = [0, 1];
const CLOCKS_APART_MS = [-1_900, -400, 0, 1_200, 1_900];
/** Between two steps of the history; every hundredth or so nothing runs for longer. */
const STEP_MS_MAX = 60;
const DOWN_MS = 90_000;
const PROCESSES = 3;
/** An append to a store that is slow takes up to so long. */
const SLOW_MS = 3_000;

/**
 * A store that answers when it likes, or not, or after its process died never more. Its clock is that of the history, and it
 * holds the times of pages to it as PostgreSQL does.
 */
class UnreliableStore implements JournalStore {
  isDead = false;
  /** Pages that came at a wrong time. */
  mistimed = 0;

  constructor(
    private readonly inner: JournalStore,
    private readonly random: Random,
    private readonly alarm: SpecAlarm,
  ) {}

  append(
    page: Page,
    { time: { behindMaxMs = Infinity, aheadMaxMs = Infinity } = {} }: AppendTerms = {},
  ): Promise<void> {
    return this.call(async () => {
      if (this.random.chance(0.2)) {
        // In a turn of its own: it may be called by an alarm that rings.
        await turn();
        this.alarm.pass(this.random.below(SLOW_MS));
      }
      if ((await this.inner.read(page.shard, page.height, 1)).length > 0)
        throw new HeightTaken(page.shard, page.height);
      const aheadMs = Date.parse(page.recordedAt) - this.alarm.now();
      if (aheadMs < -behindMaxMs || aheadMs > aheadMaxMs) {
        this.mistimed++;
        throw new PageMistimed(page, aheadMs);
      }
      await this.inner.append(page);
    });
  }

  read(...which: Parameters<JournalStore['read']>): Promise<Page[]> {
    return this.call(() => this.inner.read(...which));
  }

  head(shard: number) {
    return this.call(() => this.inner.head(shard));
  }

  now(): Promise<number> {
    return this.call(() => Promise.resolve(this.alarm.now()));
  }

  subscribe(): never {
    throw new Error('nobody subscribes to it');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async call<T>(act: () => Promise<T>): Promise<T> {
    for (let turns = this.random.chance(0.2) ? this.random.below(40) : 0; turns > 0; turns--) await turn();
    await this.pass();
    if (this.random.chance(0.02)) throw new StoreUnavailable('it was cut off before it acted');
    const result = await act();
    await this.pass();
    if (this.random.chance(0.02)) throw new StoreUnavailable('it acted, and its answer was lost');
    return result;
  }

  private pass(): Promise<void> {
    return this.isDead ? new Promise(() => undefined) : Promise.resolve();
  }
}

interface Running {
  readonly process: LampProcess;
  readonly store: UnreliableStore;
  readonly closing: ClosingWork;
}

/** Where each shard ended at an instant: heights and hashes fix all that is before them. */
type Answer = readonly string[];

export interface LampHistoryOptions {
  readonly store: JournalStore;
  readonly wishes: ClosingWishes;
  readonly random: Random;
  /** How many answers are asked for. */
  readonly answers: number;
  readonly onProgress?: (answered: number) => void;
}

/** What a history came to. */
export interface LampHistoryFigures {
  answered: number;
  /** Answers that were another one when they were asked for again. */
  changed: string[];
  /** Instants that were answered with a lamp alight that should have gone out. */
  late: string[];
  kills: number;
  /** Pages that a store of its clock did not take. */
  mistimed: number;
  pages: number;
  /** Pages without events: what closing costs. */
  emptyPages: number;
  /** Lamps that went out by themselves. */
  out: number;
}

export class LampHistory {
  private readonly alarm = new SpecAlarm(Date.UTC(2026, 10, 22, 10));
  private readonly beganMs = this.alarm.now();
  private readonly answers = new Map<string, Answer>();
  private running: Running[] = [];
  private lamps = 0;
  private kills = 0;
  private mistimed = 0;
  private answered = 0;
  /** What readers have of each shard. */
  private readonly pages = SHARDS.map((): Page[] => []);

  constructor(private readonly options: LampHistoryOptions) {}

  async run(): Promise<LampHistoryFigures> {
    const { random, answers, onProgress } = this.options;
    while (this.answered < answers) {
      while (this.running.length < PROCESSES) await this.startOne();
      this.act();
      this.alarm.pass(1 + random.below(STEP_MS_MAX));
      await turn();
      if (random.chance(0.05)) this.kill(random.pick(this.running));
      if (random.chance(0.01)) this.lightsOut();
      if (random.chance(0.3)) {
        await this.ask(Math.min(40, answers - this.answered));
        onProgress?.(this.answered);
      }
    }
    for (const one of [...this.running]) this.kill(one);
    return this.compare();
  }

  /** Somebody lights a lamp, somewhere; what becomes of it nobody waits for. */
  private act(): void {
    const { random } = this.options;
    const { process } = random.pick(this.running);
    const untilMs = this.alarm.now() + random.below(4_000);
    const dimMs = random.chance(0.3) ? untilMs - random.below(500) : undefined;
    process.light(random.pick(SHARDS), `lamp-${this.lamps++}`, untilMs, dimMs).catch(() => undefined);
  }

  private async startOne(): Promise<void> {
    const { random, wishes } = this.options;
    const aheadMs = random.pick(CLOCKS_APART_MS);
    const store = new UnreliableStore(this.options.store, random, this.alarm);
    const process = new LampProcess(store, this.alarm, { aheadMs, isCompared: true });
    await process.start();
    const logger = { warn: () => undefined, debug: () => undefined };
    const now = () => this.alarm.now() + aheadMs;
    const closing = new ClosingWork({ wishes, shards: process.shards, logger, now, pauseMs: 1 });
    closing.start();
    this.running.push({ process, store, closing });
  }

  /** As `kill -9`: whatever it sent may still arrive, and nothing of it goes on. */
  private kill(one: Running): void {
    one.store.isDead = true;
    void one.closing.stop();
    this.running = this.running.filter((other) => other !== one);
    this.kills++;
    this.mistimed += one.store.mistimed;
  }

  /** Nothing runs while lamps fall due. */
  private lightsOut(): void {
    for (const one of [...this.running]) this.kill(one);
    this.alarm.pass(DOWN_MS);
  }

  /** Asks for random instants until now, most of them lately. */
  private async ask(count: number): Promise<void> {
    const { random } = this.options;
    const nowMs = this.alarm.now();
    await this.readOn();
    const instants = Array.from({ length: count }, () => {
      const newest = random.pick(this.pages).at(-1 - random.below(3));
      // The very instant of a page is the one that most may go wrong with.
      if (random.chance(0.3) && newest !== undefined && Date.parse(newest.recordedAt) <= nowMs)
        return newest.recordedAt;
      const agoMs = random.chance(0.5) ? random.below(300) : random.below(nowMs - this.beganMs + 1);
      return new Date(nowMs - agoMs).toISOString();
    });
    const latest = instants.reduce((a, b) => (a > b ? a : b));
    while (!(await this.isClosed(latest))) {
      while (this.running.length < PROCESSES) await this.startOne();
      await this.options.wishes.wish(new Map(SHARDS.map((shard) => [shard, latest])));
      // Whose clock is behind has to reach the instant.
      this.alarm.pass(20);
      for (let turns = 0; turns < 20; turns++) await turn();
    }
    for (const instant of instants) {
      const answer = this.answerOf(this.pages, instant);
      const former = this.answers.get(instant);
      if (former !== undefined && former.join() !== answer.join()) throw new Error(`${instant} was answered otherwise`);
      this.answers.set(instant, answer);
    }
    this.answered += count;
  }

  private async readOn(): Promise<void> {
    for (const shard of SHARDS) {
      const pages = this.pages[shard]!;
      for await (const page of readPages(this.options.store, shard, pages.length + 1)) pages.push(page);
    }
  }

  private async isClosed(instant: string): Promise<boolean> {
    await this.readOn();
    return this.pages.every((pages) => isClosedUpTo(pages.at(-1), instant));
  }

  private answerOf(pages: readonly (readonly Page[])[], instant: string): Answer {
    return pages.map((ofShard) => {
      // The last page that is not later: times never go back.
      let [low, high] = [0, ofShard.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ofShard[middle]!.recordedAt <= instant) low = middle + 1;
        else high = middle;
      }
      const last = ofShard[low - 1];
      return last === undefined ? '0' : `${last.height} ${last.hash}`;
    });
  }

  /** Asks everything again, of the journal as it stands in the end. */
  private async compare(): Promise<LampHistoryFigures> {
    const pages: Page[][] = [];
    for (const shard of SHARDS) {
      pages[shard] = [];
      for await (const page of readPages(this.options.store, shard)) pages[shard].push(page);
    }
    const all = pages.flat();
    const changed = [...this.answers].filter(
      ([instant, answer]) => this.answerOf(pages, instant).join() !== answer.join(),
    );
    return {
      answered: this.answered,
      changed: changed.map(([instant]) => instant),
      late: pages.flatMap((ofShard) => this.findLate(ofShard)),
      kills: this.kills,
      mistimed: this.mistimed,
      pages: all.length,
      emptyPages: all.filter(({ count }) => count === 0).length,
      out: all.flatMap((page) => tellPage(page).events).filter(({ type }) => type === 'LampOut').length,
    };
  }

  /** Walks through a shard and the instants that were answered, and looks which lamps were alight at each. */
  private findLate(pages: readonly Page[]): string[] {
    const burning = new Map<string, number>();
    const late: string[] = [];
    let next = 0;
    for (const instant of [...this.answers.keys()].sort()) {
      for (; next < pages.length && pages[next]!.recordedAt <= instant; next++) {
        for (const event of tellPage(pages[next]!).events) {
          if (event.type === 'LampLit') burning.set(event.lamp, event.untilMs);
          else if (event.type === 'LampOut') burning.delete(event.lamp);
        }
      }
      const atMs = Date.parse(instant);
      for (const [lamp, untilMs] of burning) if (untilMs <= atMs) late.push(`${lamp} at ${instant}`);
    }
    return late;
  }
}
