/** Stakers and rewards over several shards, at instants that a spec chooses, and distributions that it takes step by step. */
import { ROUNDS, type JournalEvent } from '#concepts';
import { atto, type EntryPosition } from '#domain';
import { entryId } from '#domain';
import type { YieldPlanned } from '../yields/distribution.js';
import type { YieldPaid } from '../yields/yield-events.js';
import { nextOfRound } from './round.js';
import { reversalOf } from './reversing.js';
import { SPLIT, TIME, WHO } from './foundation.js';
import type { Ask } from './step.js';
import { DeskWorld, report, TIME_MS, usage } from './world.js';

const PROVIDER = 'p1';

export class YieldWorld extends DeskWorld {
  private charges = 0;

  /** Whatever is used is the stakers' to the last atto. */
  constructor(shards: number, customers: readonly string[]) {
    super(shards, { customers, providers: [PROVIDER] });
    const policy = { ...SPLIT, effectiveAt: TIME, provider: 0, treasury: 0, stakers: 10_000, burn: 0 };
    this.registry.decide({ type: 'PublishSplitPolicy', version: 2, policy, time: TIME, provenance: WHO });
  }

  get nowMs(): number {
    return this.scene.clock.now();
  }

  /** So many milliseconds after the first instant, as RFC 3339. */
  at(ms: number): string {
    return new Date(TIME_MS + ms).toISOString();
  }

  /** Lets it be so many milliseconds after the first instant; whatever is due acts. */
  goTo(ms: number): this {
    this.all(this.scene.passTime(TIME_MS + ms - this.nowMs));
    return this;
  }

  all(asks: Iterable<Ask>): void {
    for (const ask of asks) this.decide(ask);
  }

  mint(holder: string, amount: bigint): void {
    this.decide(this.scene.askHolder(holder, { type: 'MintTokens', holder, amount: atto(amount), reason: 'test' }));
  }

  /** What is staked is minted first. */
  stake(holder: string, amount: bigint): void {
    this.mint(holder, amount);
    this.decide(this.scene.askHolder(holder, { type: 'StakeTokens', holder, amount: atto(amount) }));
  }

  unstake(holder: string, amount: bigint): void {
    this.decide(this.scene.askHolder(holder, { type: 'UnstakeTokens', holder, amount: atto(amount) }));
  }

  slash(holder: string, amount: bigint): void {
    const command = { type: 'SlashStake', holder, amount: atto(amount), reason: 'a fault' } as const;
    this.decide(this.scene.askHolder(holder, command));
  }

  compound(holder: string, compounding = true): void {
    this.decide(this.scene.askHolder(holder, { type: 'SetCompounding', holder, compounding }));
  }

  /** Stakers are due so many atto-tokens more, in the shard of a customer. @returns the charge */
  reward(customer: string, amount: bigint, isPaid = true): string {
    if (isPaid) this.mint(customer, amount);
    const time = this.scene.clock.stamp();
    const one = report({
      id: `reward-${this.charges++}`,
      customer,
      provider: PROVIDER,
      time,
      meters: { odd: `${amount}` },
    });
    const command = { ...usage([one]), time, receivedAtMs: this.nowMs };
    const shard = this.scene.shardOf(customer);
    this.ledgers[shard]!.decide(command);
    return entryId(this.ledgers[shard]!.recorded.findLast(({ event }) => event.type === 'UsageCharged')!.position);
  }

  reverse(shard: number, charge: string): void {
    const entries = this.scene.entries[shard]!;
    this.decide(
      this.scene.askShard(
        shard,
        reversalOf(this.ledgers[shard]!.state, (id) => entries.get(id)!, charge),
      ),
    );
  }

  /** @returns the distribution */
  open(from: string, to: string): string {
    this.decide(this.scene.askRegistry({ type: 'OpenYield', from, to }));
    return entryId(this.registry.recorded.at(-1)!.position);
  }

  /** Takes the distribution under way a step further. @returns whether there was one */
  step(): boolean {
    const ask = nextOfRound(this.scene, ROUNDS.yield, undefined);
    if (ask !== undefined) this.decide(ask);
    return ask !== undefined;
  }

  /** Distributes an epoch to its end, in milliseconds after the first instant. */
  distribute(fromMs: number, toMs: number): string {
    const id = this.open(this.at(fromMs), this.at(toMs));
    while (this.step());
    return id;
  }

  plan(id: string): YieldPlanned {
    return this.registry.state.distributions.byId.get(id)!.planned!;
  }

  /** What a plan says, in atto-tokens: funded, paid, carried. */
  figures(id: string): string {
    const { funded, paid, carried } = this.plan(id);
    return `${funded} ${paid} ${carried}`;
  }

  get events(): readonly { readonly event: JournalEvent; readonly position: EntryPosition }[] {
    return this.desks.flatMap(
      ({ recorded }) => recorded as readonly { event: JournalEvent; position: EntryPosition }[],
    );
  }

  /** What each holder was paid by a distribution, atto-tokens. */
  shares(id: string): Record<string, bigint> {
    const paid = this.events.flatMap(({ event }) =>
      event.type === 'YieldPaid' && event.distribution === id ? [event] : [],
    );
    return Object.fromEntries(paid.map(({ holder, amount }: YieldPaid) => [holder, BigInt(amount)]));
  }

  /** Of an account over all shards, atto-tokens. */
  total(account: string): bigint {
    return this.desks.reduce((sum, { state }) => sum + state.balance(account), 0n);
  }
}
