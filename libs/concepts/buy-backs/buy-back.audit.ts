/** Buy-backs: what is bought is burned, and pays for itself outside of the ledger. */
import type { AuditTable, ConceptAudit } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, call, move, tokens } from '../postings.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { BuyBackEvent, TokensBoughtBack } from './buy-back.js';

/**
 * - `TokensBoughtBack`: `customer:<holder>:available` → `issuance`: amount; `holder` is registered and not suspended as the registry
 *   stood at the height that the page names.
 *   `paid` is what all of them together cost in dollars, outside of the journal.
 */
export class BuyBacksAudit implements ConceptAudit<BuyBackEvent> {
  readonly ledger: AuditTable<BuyBackEvent> = {
    TokensBoughtBack: ({ holder, amount }, place) => {
      this.parties.checkRegistered(holder, place);
      this.parties.checkSending(holder, place);
      this.supply.burn(BigInt(amount));
      return [move(available(holder), 'issuance', BigInt(amount))];
    },
  };

  readonly takeBack = {
    TokensBoughtBack: ({ holder, amount }: TokensBoughtBack): string =>
      `if the second is not wanted, mint it again: ${call('mints', { holder, amount: tokens(amount) })}`,
  };

  constructor(
    private readonly parties: PartiesAudit,
    private readonly supply: SupplyAudit,
  ) {}
}
