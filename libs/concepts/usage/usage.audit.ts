/** Usage: charged once, rated and split again from the recorded versions, covered as far as the balance went. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import { available, call, moves, tokens } from '../postings.audit.js';
import type { RatingAudit } from '../rating/rating.audit.js';
import { rerate, resplit, weightsOf } from '../rating/rerating.audit.js';
import { readShares, type ReceivablesAudit } from '../receivables/receivable.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from './charge.js';
import type { UsageEvent } from './usage-batch.js';

const NOTHING: readonly bigint[] = [0n, 0n, 0n, 0n];
const UNCOVERED = ['treasury:uncovered', 'staking:uncovered', 'burn:uncovered'];

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

  constructor(
    private readonly walk: AuditWalk,
    private readonly rating: RatingAudit,
    private readonly receivables: ReceivablesAudit,
    private readonly supply: SupplyAudit,
  ) {
    this.charged = walk.createIndex();
  }

  private charge(event: UsageCharged, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const { walk } = this;
    const { source, id, digest } = event.usage;
    if (this.charged.find(source, id) === undefined) this.charged.add(source, id, digest);
    else walk.find('USAGE_TWICE', place, `usage ${source} ${id} is charged a second time; ${takeChargeBack(event)}`);
    if (walk.homeOf(event.customer) !== place.shard)
      walk.find('POSTINGS_WRONG', place, `${event.customer} does not live in shard ${place.shard}`);
    const book = this.rating.priceBooks.get(event.priceBook);
    const policy = this.rating.splitPolicies.get(event.splitPolicy);
    if (book === undefined || policy === undefined) {
      const detail = `price book ${event.priceBook} or policy ${event.splitPolicy} was not published`;
      walk.find('AMOUNT_WRONG', place, detail);
      return undefined;
    }
    const amount = rerate(book, event);
    if (amount.toString() !== event.amount) {
      walk.find('AMOUNT_WRONG', place, `price book ${event.priceBook} gives ${amount}, not ${event.amount}`);
    }
    const balance = balances.balance(available(event.customer));
    const covered = balance < amount ? balance : amount;
    const shares = resplit(amount, weightsOf(policy));
    const paid = covered === amount ? shares : covered <= 0n ? NOTHING : resplit(covered, shares);
    const due = shares.map((share, i) => share - paid[i]!);
    this.checkDue(event, place, amount - covered, due);
    if (amount > covered) {
      this.receivables.remember(event.customer, { source, id, provider: event.provider, shares: due });
    }
    this.supply.burn(paid[3]!);
    const accounts = [`provider:${event.provider}:payable`, 'treasury:fees', 'staking:rewards', 'issuance'];
    const waiting = [`provider:${event.provider}:uncovered`, ...UNCOVERED];
    return [
      ...moves(available(event.customer), accounts, paid),
      ...moves(`customer:${event.customer}:receivable`, waiting, due),
    ];
  }

  private checkDue({ receivable }: UsageCharged, place: Place, amount: bigint, due: readonly bigint[]): void {
    const recorded = receivable === undefined ? NOTHING : readShares(receivable.shares);
    if (BigInt(receivable?.amount ?? 0) === amount && due.every((share, i) => share === recorded[i])) return;
    const detail = `${amount} is due as ${due.join(', ')}, not as ${recorded.join(', ')}`;
    this.walk.find('SHARES_WRONG', place, detail);
  }
}

/** What gives a customer back a charge that should not be there. */
function takeChargeBack({ customer, amount, usage }: UsageCharged): string {
  return (
    'give its customer the amount back, since no command takes a charge back and its shares stay where they are: ' +
    call('mints', { holder: customer, amount: tokens(amount), reason: `charged twice: ${usage.source} ${usage.id}` })
  );
}
