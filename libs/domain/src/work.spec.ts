import { decideAndNote, leftByType, type EntryPosition, type RecordEvent, type Typed } from './index.js';

interface Lit extends Typed {
  readonly lamp: string;
}

const AT: EntryPosition = { shard: 0, height: 1, index: 0 };
const leftBy = leftByType({
  sweeping: { leftBy: { Lit: ({ lamp }: Lit) => (lamp === 'none' ? undefined : lamp) } },
  telling: { leftBy: { Lit: () => 'everybody', Put: () => 'all' } },
});

function decide(events: readonly Typed[]) {
  const recorded: Typed[] = [];
  const record: RecordEvent<Typed> = (event) => {
    recorded.push(event);
    return { ...AT, index: recorded.length - 1 };
  };
  const outcome = decideAndNote(leftBy, record, (noting) => ({ type: 'entry', entries: events.map(noting) }));
  return { outcome, recorded };
}

describe('a decided command', () => {
  it('says what each of its events may have left, by kind and id', () => {
    const events: Typed[] = [{ type: 'Lit', lamp: 'a' } as Lit, { type: 'Lit', lamp: 'none' } as Lit];
    const { outcome, recorded } = decide(events);
    expect(recorded).toEqual(events);
    expect(outcome).toEqual({
      type: 'entry',
      entries: [AT, { ...AT, index: 1 }],
      left: [
        { kind: 'sweeping', id: 'a' },
        { kind: 'telling', id: 'everybody' },
        { kind: 'telling', id: 'everybody' },
      ],
    });
  });

  it('says nothing of it when it left nothing, whatever its events are called', () => {
    expect(decide([{ type: 'toString' }, { type: 'Out' }]).outcome).not.toHaveProperty('left');
  });
});
