/** Transfers between holders: what leaves one shard arrives once in the other, as it was sent. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, call, move, tokens, wholeOf } from '../postings.audit.js';
import type { TransferEvent, TransferReceived, TransferSent } from './transfer.js';

interface At<Event> {
  readonly event: Event;
  readonly place: Place;
}

/**
 * - `TransferSent`: `toShard` is the shard of `to`. In the same shard `customer:<from>:available` → `customer:<to>:available`, else
 *   `customer:<from>:available` → `transit`: amount. `from` and `to` are two, both registered, and `from` is not suspended, as the registry stood at
 *   the height that the page names.
 * - `TransferReceived`: `transit` → `customer:<to>:available`: amount; in the shard `toShard` of its `TransferSent`, with the same `from`, `to` and
 *   `amount`, once. `TransferCompleted` stands in the sender's shard after its `TransferSent`, once: the sender knows that it arrived.
 */
export class TransfersAudit implements ConceptAudit<TransferEvent> {
  readonly laws = {
    TRANSFER_WRONG:
      'Every `TransferReceived` has its `TransferSent`, once and alike. One that was sent and has not arrived is open, not wrong.',
  };

  readonly sums = ['`transit` = the amounts of open transfers'];

  readonly accounts = [{ pattern: 'transit', supply: 'transfers', belowZero: 'never over all shards' }] as const;

  readonly ledger: AuditTable<TransferEvent> = {
    TransferSent: (event, place) => this.send(event, place),
    TransferReceived: (event, place) => this.receive(event, place),
    TransferCompleted: ({ transfer }, place) => {
      if (this.sent.get(transfer)?.place.shard !== place.shard)
        this.wrong(place, `transfer ${transfer} is completed and was not sent here`);
      if (this.completed.has(transfer)) this.wrong(place, `transfer ${transfer} is completed a second time`);
      this.completed.add(transfer);
      return [];
    },
  };

  readonly takeBack = {
    TransferSent: ({ from, to, amount }: TransferSent): string =>
      `if the second is not wanted, send it back: ${call('transfers', { from: to, to: from, amount: tokens(amount) })}`,
  };

  readonly laterInLedger = {
    TransferSent: (event: TransferSent, place: Place): void => {
      if (this.received.has(event.transfer)) this.sentLater.set(event.transfer, { event, place });
    },
  };

  private readonly sent = new Map<string, At<TransferSent>>();
  /** First entries that were written after their shard was read, of transfers that arrived in what was read. */
  private readonly sentLater = new Map<string, At<TransferSent>>();
  private readonly received = new Map<string, At<TransferReceived>>();
  private readonly completed = new Set<string>();

  /** @param concepts the audits of this verification: others send value between shards too */
  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly concepts: () => readonly ConceptAudit[],
  ) {}

  /** Transfers between shards whose second entry is not booked yet. */
  get open(): readonly TransferSent[] {
    return [...this.sent.values()].filter(({ event }) => !this.received.has(event.transfer)).map(({ event }) => event);
  }

  isIncomplete(): boolean {
    return [...this.received.keys()].some((transfer) => !this.sent.has(transfer));
  }

  betweenShards(): bigint {
    let between = this.open.reduce((total, { amount }) => total + wholeOf(amount), 0n);
    // They arrived in what was read, and left in what was written since.
    for (const { event } of this.sentLater.values()) between -= wholeOf(event.amount);
    return between;
  }

  check(totals: AuditedBalances): void {
    for (const [id, { event, place }] of this.received) {
      const first = (this.sent.get(id) ?? this.sentLater.get(id))?.event;
      if (first === undefined) this.wrong(place, `transfer ${id} arrives and was never sent`);
      else if (
        first.from !== event.from ||
        first.to !== event.to ||
        first.amount !== event.amount ||
        first.toShard !== place.shard
      ) {
        this.wrong(place, `transfer ${id} arrives otherwise than it was sent`);
      }
    }
    const between = this.concepts().reduce((total, concept) => total + (concept.betweenShards?.() ?? 0n), 0n);
    this.walk.expectSum('what lies between shards', totals.sumOf('transfers'), between);
  }

  private send(event: TransferSent, place: Place): Posting[] {
    this.parties.checkRegistered(event.from, place);
    this.parties.checkRegistered(event.to, place);
    this.parties.checkSending(event.from, place);
    if (event.from === event.to) this.wrong(place, `${event.from} sends to itself`);
    const toShard = this.walk.homeOf(event.to);
    if (toShard !== event.toShard) this.wrong(place, `${event.to} lives in shard ${toShard}`);
    if (this.sent.has(event.transfer)) this.wrong(place, `transfer ${event.transfer} is sent a second time`);
    else if (toShard !== place.shard) this.sent.set(event.transfer, { event, place });
    const to = toShard === place.shard ? available(event.to) : 'transit';
    return [move(available(event.from), to, BigInt(event.amount))];
  }

  private receive(event: TransferReceived, place: Place): Posting[] {
    if (this.received.has(event.transfer)) this.wrong(place, `transfer ${event.transfer} arrives a second time`);
    this.received.set(event.transfer, { event, place });
    return [move('transit', available(event.to), BigInt(event.amount))];
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('TRANSFER_WRONG', place, detail);
  }
}
