/** What is minted less what is burned, added up from the amounts of events and never from postings. */
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, call, move, tokens } from '../postings.audit.js';
import type { Burned, Minted, SupplyEvent } from './supply.js';

/**
 * - `Minted`: `issuance` → `customer:<holder>:available`: amount. `Burned`: the same backwards. Of either, `holder` is registered as the registry
 *   stood at the height that the page names.
 */
export class SupplyAudit implements ConceptAudit<SupplyEvent> {
  readonly sums = [
    'minus `issuance` = minted + granted + emitted − burned − bought back − voided − slashed without rewards − the burn shares that were paid or covered',
  ];

  readonly accounts = [
    { pattern: 'issuance', supply: 'issued', belowZero: 'yes' },
    { pattern: 'customer:{holder}:available', supply: 'holders', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<SupplyEvent> = {
    Minted: ({ holder, amount }, place) => {
      this.parties.checkRegistered(holder, place);
      this.issue(BigInt(amount));
      return [move('issuance', available(holder), BigInt(amount))];
    },
    Burned: ({ holder, amount }, place) => {
      this.parties.checkRegistered(holder, place);
      this.burn(BigInt(amount));
      return [move(available(holder), 'issuance', BigInt(amount))];
    },
  };

  readonly takeBack = {
    Minted: ({ holder, amount }: Minted): string =>
      `if the second is not wanted, burn it: ${call('burns', { holder, amount: tokens(amount) })}`,
    Burned: ({ holder, amount }: Burned): string =>
      `if the second is not wanted, mint it again: ${call('mints', { holder, amount: tokens(amount) })}`,
  };

  private supply = 0n;

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
  ) {}

  /** Grants are issued, too, and epochs emit. */
  issue(amount: bigint): void {
    this.supply += amount;
  }

  /** Usage burns a share of what it costs. */
  burn(amount: bigint): void {
    this.supply -= amount;
  }

  check(totals: AuditedBalances): void {
    this.walk.expectSum('minted minus burned', -totals.sumOf('issued'), this.supply);
  }
}
