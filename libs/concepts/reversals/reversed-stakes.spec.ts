/** Reversals of what was staked since, and stakes that pay for what was reversed. Tokens; a charge's share is 80 % the provider's. */
import { DomainError, entryId, formatAmount } from '#domain';
import { StakeDesk } from '../test-support/stake-desk.js';
import { reversalOf } from '../test-support/reversing.js';

class Desk extends StakeDesk {
  reverse(id: string): void {
    const read = (wanted: string) => this.recorded.find(({ position }) => entryId(position) === wanted)!;
    this.order(reversalOf(this.state, read, id));
  }

  last(type: string): string {
    return entryId(this.recorded.findLast(({ event }) => event.type === type)!.position);
  }

  charge(tokens: number, more: object = {}): string {
    this.use(tokens, more);
    return this.last('UsageCharged');
  }

  /** Payable, clawback of the provider. */
  get payee(): string {
    return `${this.has('provider:p1:payable')} ${this.has('provider:p1:clawback')}`;
  }

  /** What `acme` and `bolt` have, is on its way, and what the treasuries got, against what there is. */
  get holders(): string {
    let sum = 0n;
    for (const [account, balance] of this.state.balances) if (account !== 'issuance') sum += balance;
    return formatAmount(sum);
  }
}

const refusalOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.message];
    throw error;
  }
  return undefined;
};

const DAY = 24;

describe('reversals and stakes', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
  });

  afterEach(() => expect(desk.holders).toBe(desk.supply));

  it('a mint that was staked since is not whole: its reversal is refused, also when it is on its way back, and nothing is taken', () => {
    const sold = desk.mint('10');
    desk.stake('4');
    const short = ['INSUFFICIENT_FUNDS', expect.stringContaining(`acme has 6 left of the 10 that ${sold} brought`)];
    expect(refusalOf(() => desk.reverse(sold))).toEqual(short);
    desk.unstake('4');
    expect(refusalOf(() => desk.reverse(sold))).toEqual(short);
    expect(desk.stakes()).toBe('6 0 4');
  });

  it('what came back from a stake is a grant of its own: the mint stays short, and the void of both takes all', () => {
    const sold = desk.mint('10');
    desk.stake('4');
    desk.unstake('4');
    desk.at(21 * DAY);
    expect(desk.stakes()).toBe('10 0 0');
    expect(refusalOf(() => desk.reverse(sold))).toMatchObject(['INSUFFICIENT_FUNDS', expect.any(String)]);
    for (const grant of [sold, desk.last('Unbonded')]) desk.order({ type: 'VoidGrant', grant, reason: 'refund' });
    expect([desk.stakes(), desk.supply]).toEqual(['0 0 0', '0']);
  });

  it('a grant that was slashed away stays away: the reversal of its mint is refused', () => {
    const sold = desk.mint('5');
    desk.stake('5');
    desk.slash('2', { finder: 'bolt' });
    desk.sweep();
    expect(refusalOf(() => desk.reverse(sold))).toMatchObject([
      'INSUFFICIENT_FUNDS',
      expect.stringContaining('has 0 left'),
    ]);
    expect([desk.stakes(), desk.has('customer:bolt:available'), desk.supply]).toEqual(['0 3 0', '0.1', '3.1']);
  });

  it('a slash after a reversal takes what is staked, and nothing of what the reversal gave back', () => {
    desk.mint('10');
    desk.stake('6');
    const charged = desk.charge(4);
    desk.reverse(charged);
    expect(desk.stakes()).toBe('4 6 0');
    desk.slash('6');
    expect([desk.stakes(), desk.supply]).toEqual(['4 0 0', '4']);
    expect(refusalOf(() => desk.slash('1'))).toMatchObject(['INSUFFICIENT_STAKE', expect.any(String)]);
  });

  describe('a provider that is to give back 3', () => {
    beforeEach(() => {
      desk.mint('12');
      desk.stake('2');
      const charged = desk.charge(10);
      desk.order({ type: 'CutPayables', batch: 'b1', payable: ['p1'], withheld: [] });
      // 8 were paid out; a payable of 5 is there when the charge is taken back.
      desk.mint('6.25', 'bolt');
      desk.charge(6.25, { customer: 'bolt' });
      desk.reverse(charged);
      expect(desk.payee).toBe('0 -3');
      // What came back is used up, and 2 are owed.
      desk.charge(10, { provider: 'p2' });
      desk.charge(2);
      expect([desk.available, desk.has('customer:acme:receivable'), desk.payee]).toEqual(['0', '-2', '0 -3']);
    });

    it('has it filled by a stake that comes back and covers what is owed: 1.6 of 2', () => {
      desk.unstake('2');
      desk.at(21 * DAY - 1);
      expect(desk.payee).toBe('0 -3');
      desk.at(21 * DAY);
      expect([desk.payee, desk.stakes(), desk.has('customer:acme:receivable')]).toEqual(['0 -1.4', '0 0 0', '0']);
    });

    it('has it filled by a finder’s reward that covers what is owed: 0.8 of 1', () => {
      desk.mint('20', 'bolt');
      desk.stake('20', 'bolt');
      desk.slash('20', { holder: 'bolt', finder: 'acme' });
      desk.sweep();
      expect([desk.payee, desk.has('customer:acme:receivable'), desk.available]).toEqual(['0 -2.2', '-1', '0']);
    });
  });

  it('names the call that undoes a stake, an unstake or a slash', () => {
    desk.mint('10');
    desk.stake('5');
    desk.unstake('2');
    desk.slash('1', { finder: 'bolt' });
    desk.sweep();
    desk.at(21 * DAY);
    const calls = {
      Staked: 'POST /v1/unstakes',
      Unstaked: 'POST /v1/stakes',
      Unbonded: 'POST /v1/stakes',
      Slashed: 'POST /v1/mints',
      RewardReceived: 'POST /v1/burns',
    };
    for (const [type, call] of Object.entries(calls))
      expect([type, refusalOf(() => desk.reverse(desk.last(type)))]).toEqual([
        type,
        ['NOT_REVERSIBLE', expect.stringContaining(call)],
      ]);
  });
});
