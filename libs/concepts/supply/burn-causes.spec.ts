import { ACCOUNT_KINDS, strayPostings, type PostedEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { posting } from '#domain';
import { BURN_CAUSES } from './burn-causes.js';
import { ISSUANCE } from './funds.js';
import { BURN_TOTALS } from './supply.report.js';

const ACCOUNTS = ACCOUNT_KINDS.map(({ pattern }) => pattern.replace('{holder}', 'a').replace('{chain}', '1'));
const TYPES = Object.keys(BURN_CAUSES) as PostedEvent['type'][];

/** Whether the chart lets an event's entry give value back to the issuer. */
const mayBurn = (type: string): boolean =>
  ACCOUNTS.some((account) => {
    const event = { type, postings: [posting(account, ISSUANCE, 1n)] } as unknown as PostedEvent;
    return strayPostings(event).length === 0;
  });

describe('the causes of burning', () => {
  it('are those of the events that may burn, and of no other', () => {
    expect(TYPES.filter((type) => BURN_CAUSES[type] !== null)).toEqual(TYPES.filter(mayBurn));
  });

  it('are told apart by the running totals of the events that burn their whole amount', () => {
    const totals = new Map<string, string | undefined>(Object.entries(BURN_TOTALS));
    for (const type of TYPES) {
      const cause = BURN_CAUSES[type];
      if (cause !== null) expect([type, ROWS.writers[type]?.total]).toEqual([type, totals.get(cause)]);
    }
  });
});
