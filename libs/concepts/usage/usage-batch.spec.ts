import { UsageUndecided, type ChargeUsage, type LedgerCommand } from '#concepts';
import { LedgerDesk, mint, openRegistry, report, usage } from '../test-support/world.js';

/** A shard whose program fails at usage with the id `bad`. */
function openDesk(): LedgerDesk {
  const { catalogue } = openRegistry(1, ['acme', 'bolt'], ['p1']).state;
  const usageElsewhere = (_: string, id: string) => {
    if (id.startsWith('bad')) throw new TypeError('planted: secrets of the program');
    return undefined;
  };
  const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1, usageElsewhere });
  desk.decide(mint('acme', '100'));
  return desk;
}

function failureOf(desk: LedgerDesk, command: ChargeUsage): UsageUndecided {
  try {
    desk.decide(command);
  } catch (error) {
    if (error instanceof UsageUndecided) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

const reports = (ids: readonly string[]) => ids.map((id) => report({ id }));

describe('given a message at which the program fails', () => {
  it('then every such message of the batch is named, and how many were decided', () => {
    const desk = openDesk();
    const failure = failureOf(desk, usage(reports(['a', 'bad-1', 'b', 'bad-2', 'a']), 10));
    expect(failure.items.map(({ index, offset }) => [index, offset])).toEqual([
      [1, 11],
      [3, 13],
    ]);
    expect(failure.decided).toBe(3);
  });

  it('then it is rejected as INTERNAL once it is given up, without a word of the failure, and the others are charged', () => {
    const desk = openDesk();
    const command = { ...usage(reports(['a', 'bad', 'b']), 10), givenUp: new Set([1]) };
    const events = desk.events(command);
    expect(events.map(({ type }) => type)).toEqual(['UsageCharged', 'UsageRejected', 'UsageCharged']);
    expect(events[1]).toMatchObject({ offset: 11, code: 'INTERNAL', origin: 'kafka:usage/0/11' });
    expect(JSON.stringify(events)).not.toContain('secrets');
  });

  it('then it is charged when it does not fail again', () => {
    const desk = openDesk();
    const command = { ...usage(reports(['a', 'b']), 10), givenUp: new Set([1]) };
    expect(desk.decide(command)).toMatchObject({ answer: { accepted: 2, rejected: [] } });
  });

  it('then another one that fails meanwhile is not rejected unseen', () => {
    const desk = openDesk();
    const failure = failureOf(desk, { ...usage(reports(['bad-1', 'bad-2'])), givenUp: new Set([0]) });
    expect(failure.items.map(({ index }) => index)).toEqual([1]);
  });

  it('then one that could not be read is treated alike', () => {
    const desk = openDesk();
    const item = { index: 0, offset: 10, invalid: { id: '', code: 'INTERNAL', detail: 'unreadable' } };
    const command = { ...usage(reports(['x']), 10), items: [item] };
    expect(failureOf(desk, command).items).toHaveLength(1);
    expect(desk.decide({ ...command, givenUp: new Set([0]) })).toMatchObject({
      answer: { rejected: [{ code: 'INTERNAL' }] },
    });
  });
});

describe('an answer that is kept for a request', () => {
  it('is written with its own members only, whatever else its command has', () => {
    const desk = openDesk();
    const answer = { accepted: 1, duplicates: 0, conflicts: 0, rejected: [] };
    const kept = { answer, request: { key: 'k', digest: 'd' }, origin: 'request:r', actor: 'key:a' };
    const time = '2026-01-02T03:04:05.000Z';
    const stray = { provenance: { actor: 'key:a', origin: 'request:r' } };
    desk.decide({ type: 'KeepUsageAnswer', ...kept, time, ...stray } as LedgerCommand);
    expect(JSON.stringify(desk.recorded.at(-1)!.event)).toBe(
      JSON.stringify({ type: 'UsageBatchAnswered', ...kept, time }),
    );
  });
});
