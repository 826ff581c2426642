import { PAGE_EVENTS_MAX, type Page } from '#journal';
import { MemoryStore } from '#journal/testing';
import { eventually } from '#testing';
import { LampProcess, SpecAlarm, tellPage, type LampProcessOptions } from '../test-support/lamps.js';

const TEN = Date.UTC(2026, 10, 22, 10);
const at = (ms: number) => new Date(TEN + ms).toISOString();

describe('pages of what is due', () => {
  let pages: Map<number, Page[]>;
  let alarm: SpecAlarm;
  const running: LampProcess[] = [];

  beforeEach(() => {
    pages = new Map();
    alarm = new SpecAlarm(TEN);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((process) => process.stop()));
  });

  /** A process that decides, and does nothing by itself: no alarm wakes it. */
  async function open(options: LampProcessOptions = {}, store = new MemoryStore(pages)): Promise<LampProcess> {
    const process = new LampProcess(store, alarm, options);
    running.push(process);
    for (const shard of process.shards) await shard.start();
    return process;
  }

  /** Time of record and events of the shard's pages. */
  const told = (shard = 0) =>
    (pages.get(shard) ?? []).map((page) => {
      const { recordedAt, events } = tellPage(page);
      return `${recordedAt} ${events.map(({ type, lamp }) => `${type} ${lamp}`).join(', ')}`;
    });

  it('stand before whatever is decided at their instant or later, each with its instant as its time', async () => {
    const process = await open();
    await process.light(0, 'a', TEN + 20, TEN + 10);
    await process.light(0, 'b', TEN + 10);
    alarm.pass(20);
    await process.light(0, 'c', TEN + 500);
    expect(told()).toEqual([
      `${at(0)} LampLit a`,
      `${at(0)} LampLit b`,
      // At one instant in the order of the kinds, in one page.
      `${at(10)} LampDimmed a, LampOut b`,
      `${at(20)} LampOut a`,
      `${at(20)} LampLit c`,
    ]);
  });

  it('stand before a page that closes an instant, so that what is due at it belongs to it', async () => {
    const process = await open();
    await process.light(0, 'a', TEN + 10);
    alarm.pass(90_000);
    await process.shards[0]!.closeUpTo(at(11));
    expect(told()).toEqual([`${at(0)} LampLit a`, `${at(10)} LampOut a`, `${at(90_000)} `]);
  });

  it('stand between commands: one that makes something due at once ends its page', async () => {
    const process = await open();
    await Promise.all([process.light(0, 'a', TEN), process.light(0, 'b', TEN + 5)]);
    expect(told()).toEqual([`${at(0)} LampLit a`, `${at(0)} LampOut a`, `${at(0)} LampLit b`]);
  });

  it('never go back: what is due before the newest page has that page’s time', async () => {
    const [ahead, process] = [await open({ aheadMs: 3_000 }), await open()];
    await process.light(0, 'a', TEN + 1_000);
    // Its clock shows three seconds more: by then the lamp is out.
    await ahead.light(0, 'b', TEN + 2_000);
    await process.light(0, 'c', TEN + 60_000);
    expect(told()).toEqual([
      `${at(0)} LampLit a`,
      `${at(1_000)} LampOut a`,
      `${at(3_000)} LampLit b`,
      `${at(3_000)} LampOut b`,
      // By its own clock the shard is ahead by more than clocks may differ.
      `${at(3_001)} LampLit c`,
    ]);
  });

  it('are as large as pages may be: what is left of an instant follows in the next one', async () => {
    const process = await open();
    const count = PAGE_EVENTS_MAX + 10;
    await Promise.all(Array.from({ length: count }, (_, n) => process.light(0, `lamp-${n}`, TEN + 10)));
    const before = pages.get(0)!.length;
    alarm.pass(10);
    await process.shards[0]!.actOnDue();
    const acted = pages.get(0)!.slice(before);
    expect(acted.map(({ recordedAt, count: events }) => [recordedAt, events])).toEqual([
      [at(10), PAGE_EVENTS_MAX],
      [at(10), 10],
    ]);
  });

  it('are waited for by a writer that may not write them, which says so, until another one has', async () => {
    const [ledger, settlement] = [await open(), await open({ mayWrite: (type) => type !== 'LampOut' })];
    await ledger.light(0, 'a', TEN + 10);
    alarm.pass(50);
    let isDone = false;
    const waiting = settlement.light(0, 'b', TEN + 500).then(() => (isDone = true));
    await eventually(() => settlement.shards[0]!.hindered !== undefined);
    expect(settlement.troubles).toContain(`shard 0 waits for what is due at ${at(10)}: not admitted for LampOut`);
    // It goes on reading meanwhile, and is not taken for dismissed.
    await settlement.shards[0]!.readDurable(() => undefined);
    await expect(settlement.shards[0]!.actOnDue()).rejects.toThrow('not admitted for LampOut');
    expect([isDone, settlement.shards[0]!.halted]).toEqual([false, undefined]);
    expect(told()).toEqual([`${at(0)} LampLit a`]);
    await ledger.shards[0]!.actOnDue();
    await waiting;
    expect(told()).toEqual([`${at(0)} LampLit a`, `${at(10)} LampOut a`, `${at(50)} LampLit b`]);
    expect(settlement.shards[0]!.hindered).toBeUndefined();
  });

  it('stop a writer that may write nothing at all', async () => {
    const process = await open();
    await process.light(0, 'a', TEN + 10);
    const dismissed = await open({ isDismissed: true });
    alarm.pass(50);
    await expect(dismissed.light(0, 'b', TEN + 500)).rejects.toThrow('this process may not write it');
    expect(dismissed.shards[0]!.halted?.what).toBe('writer');
  });

  it('are refused with what waits when the process stops while it waits', async () => {
    const process = await open();
    await process.light(0, 'a', TEN + 10);
    process.stuck.add('a');
    alarm.pass(50);
    const waiting = process.light(0, 'b', TEN + 500);
    const refused = expect(waiting).rejects.toMatchObject({ retriable: true, name: 'DueHindered' });
    await eventually(() => process.shards[0]!.hindered !== undefined);
    await process.stop();
    await refused;
  });

  it('are repeated byte for byte while it is not known whether they landed, and decided anew behind another page', async () => {
    const store = new MemoryStore(pages);
    const process = await open({}, store);
    await process.light(0, 'a', TEN + 10);
    alarm.pass(50);
    let lost = 0;
    store.fate = (call) => (call === 'append' && lost++ < 3 ? (lost === 2 ? 'answer-lost' : 'unavailable') : 'well');
    await process.light(0, 'b', TEN + 500);
    expect(lost).toBeGreaterThan(3);
    expect(told()).toEqual([`${at(0)} LampLit a`, `${at(10)} LampOut a`, `${at(50)} LampLit b`]);
    expect(process.troubles.some((trouble) => trouble.includes('waits for its store'))).toBe(true);
  });
});
