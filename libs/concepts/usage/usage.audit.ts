/** Usage: charged once, rated and split again from the recorded versions, covered as far as the balance went. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import { call, tokens } from '../postings.audit.js';
import type { RatingAudit } from '../rating/rating.audit.js';
import { rerate, resplit, weightsOf } from '../rating/rerating.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from './charge.js';
import { derivePostings, findUnknownMembers, type FundingAudits } from './charging.audit.js';
import type { Charge } from './charging.js';
import type { UsageEvent } from './usage-batch.js';

/** What every charge says, whatever paid it. */
const MEMBERS: Readonly<Record<keyof Charge, true>> = {
  ...{ type: true, time: true, actor: true, origin: true, request: true, usage: true, usageType: true },
  ...{ customer: true, provider: true, model: true, meters: true, budget: true, hold: true },
  ...{ priceBook: true, splitPolicy: true, amount: true, postings: true },
};

export class UsageAudit implements ConceptAudit<UsageEvent> {
  readonly laws = {
    AMOUNT_WRONG: 'Rating with the recorded versions gives the recorded amount.',
    SHARES_WRONG: 'The covered part and its shares are what the balance and the policy gave.',
    USAGE_TWICE: 'Each usage id is charged once.',
  };

  readonly accounts = [
    { pattern: 'provider:{holder}:payable', supply: 'holders', belowZero: 'never' },
    { pattern: 'treasury:fees', supply: 'holders', belowZero: 'never' },
    { pattern: 'staking:rewards', supply: 'holders', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<UsageEvent> = {
    UsageCharged: (event, place, balances) => this.charge(event, place, balances),
    UsageConflicted: () => [],
    UsageRejected: () => [],
    UsageBatchAnswered: () => [],
  };

  readonly takeBack = {
    UsageBatchAnswered: (): string => 'each usage id of both is charged once all the same; compare the two answers',
  };

  readonly ahead = {
    UsageCharged: ({ priceBook, splitPolicy }: UsageCharged): boolean =>
      !(this.rating.priceBooks.has(priceBook) && this.rating.splitPolicies.has(splitPolicy)),
  };

  private readonly charged;

  /** @param sources what pays usage, in the order in which it is asked */
  constructor(
    private readonly walk: AuditWalk,
    private readonly rating: RatingAudit,
    private readonly supply: SupplyAudit,
    private readonly sources: FundingAudits,
  ) {
    this.charged = walk.createIndex();
  }

  private charge(event: UsageCharged, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const { walk } = this;
    findUnknownMembers(walk, event, place, MEMBERS, this.sources);
    const { source, id, digest } = event.usage;
    if (this.charged.find(source, id) === undefined) this.charged.add(source, id, digest);
    else walk.find('USAGE_TWICE', place, `usage ${source} ${id} is charged a second time; ${takeChargeBack(event)}`);
    const book = this.rating.priceBooks.get(event.priceBook);
    const policy = this.rating.splitPolicies.get(event.splitPolicy);
    if (book === undefined || policy === undefined) {
      const detail = `price book ${event.priceBook} or policy ${event.splitPolicy} was not published`;
      walk.find('AMOUNT_WRONG', place, detail);
      return undefined;
    }
    if (!this.rating.isKnown(book) || !this.rating.isKnown(policy)) {
      const detail = `its page rests on height ${walk.restsOn} of the registry, before what it was rated and split by was published`;
      walk.find('AMOUNT_WRONG', place, detail);
    }
    const amount = rerate(book, event);
    if (amount.toString() !== event.amount) {
      walk.find('AMOUNT_WRONG', place, `price book ${event.priceBook} gives ${amount}, not ${event.amount}`);
    }
    const shares = resplit(amount, weightsOf(policy));
    const postings = derivePostings(this.sources, event, place, amount, shares, balances);
    for (const { credit, amount: burned } of postings) if (credit === 'issuance') this.supply.burn(BigInt(burned));
    return postings;
  }
}

/** What gives a customer back a charge that should not be there. */
function takeChargeBack({ customer, amount, usage }: UsageCharged): string {
  return (
    'give its customer the amount back, since no command takes a charge back and its shares stay where they are: ' +
    call('mints', { holder: customer, amount: tokens(amount), reason: `charged twice: ${usage.source} ${usage.id}` })
  );
}
