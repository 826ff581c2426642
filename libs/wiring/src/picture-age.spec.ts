import { PictureAge } from './picture-age.js';

function open() {
  const now = { monotonicMs: 1_000, wallMs: 1_700_000_000_000 };
  const age = new PictureAge({ monotonicMs: () => now.monotonicMs, wallMs: () => now.wallMs });
  const pass = (monotonicMs: number, wallMs = monotonicMs) => {
    now.monotonicMs += monotonicMs;
    now.wallMs += wallMs;
  };
  return { age, pass };
}

describe('the age of a picture', () => {
  it('is without end before the first look', () => {
    expect(open().age.ms).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts from the beginning of the look, not from its answer', () => {
    const { age, pass } = open();
    const look = age.begin();
    pass(700);
    age.confirm(look);
    pass(400);
    expect(age.ms).toBe(1_100);
  });

  it('grows while the process is stopped and while the machine sleeps', () => {
    const { age, pass } = open();
    age.confirm(age.begin());
    pass(5_000);
    expect(age.ms).toBe(5_000);
    pass(0, 60_000);
    expect(age.ms).toBe(65_000);
  });

  it('is not made younger by a clock that is set back', () => {
    const { age, pass } = open();
    age.confirm(age.begin());
    pass(300);
    expect(age.ms).toBe(300);
    pass(10, -250);
    expect(age.ms).toBe(Number.POSITIVE_INFINITY);
    pass(10, -3_600_000);
    expect(age.ms).toBe(Number.POSITIVE_INFINITY);
    age.confirm(age.begin());
    expect(age.ms).toBe(0);
  });

  it('is that of the look that began last, whichever ends last', () => {
    const { age, pass } = open();
    const early = age.begin();
    pass(500);
    const late = age.begin();
    age.confirm(late);
    age.confirm(early);
    pass(100);
    expect(age.ms).toBe(100);
  });
});
