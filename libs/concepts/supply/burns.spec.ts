import { ACCOUNT_KINDS, FLOWS, strayPostings, type PostedEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { posting } from '#domain';
import { ISSUANCE } from './funds.js';
import { BURN_TOTALS } from './supply.report.js';

const ACCOUNTS = ACCOUNT_KINDS.map(({ pattern }) => pattern.replace('{holder}', 'a').replace('{chain}', '1'));

/** Whether the chart lets an event's entry give value back to the issuer. */
const mayBurn = (type: string): boolean =>
  ACCOUNTS.some((account) => {
    const event = { type, postings: [posting(account, ISSUANCE, 1n)] } as unknown as PostedEvent;
    return strayPostings(event).length === 0;
  });

/** The events that add to none of the running totals of what is burned: what they burn counts as usage's share. */
const countedAsUsage = (types: readonly string[]): string[] => {
  const totals: readonly (string | undefined)[] = Object.values(BURN_TOTALS);
  return types.filter((type) => !totals.includes(ROWS.writers[type]?.total));
};

describe('what is burned', () => {
  const types = Object.keys(FLOWS);

  it('adds to the running total of its cause, unless it is the share of usage or of what was reserved for it', () => {
    // A hold gives back to the issuer what it reserved of a grant that was voided.
    const holds = ['HoldCaptured', 'HoldReleased', 'HoldExpired'];
    // What a reversal takes out and issues again is summed up from its own table.
    const counted = ['UsageCharged', 'ReceivablesCovered', ...holds, 'EntryReversed', 'EntryRestored'];
    expect(countedAsUsage(types.filter(mayBurn))).toEqual(counted);
  });

  it('is all that adds to these totals', () => {
    const others = types.filter((type) => !mayBurn(type));
    expect(countedAsUsage(others)).toEqual(others);
  });
});
