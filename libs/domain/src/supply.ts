/** Minting and burning: the only two movements that change the supply besides the burn share of usage. */
import { posting } from './account.js';
import { customerAvailable, ISSUANCE } from './chart.js';
import type { Amount } from './amount.js';
import type { Catalogue } from './catalogue.js';
import { DomainError } from './errors.js';
import { formatAmount } from './amount.js';
import type { Burned, Minted, Provenance, RequestIdentity } from './events.js';
import type { LedgerState } from './ledger-state.js';

export interface SupplyCommand {
  readonly holder: string;
  readonly amount: Amount;
  readonly reason: string;
  readonly time: string;
  readonly provenance: Provenance;
  readonly request?: RequestIdentity;
}

/** Issues new tokens to a registered holder. */
export function decideMint(catalogue: Catalogue, command: SupplyCommand): Minted {
  catalogue.party(command.holder, 'holder');
  return {
    type: 'Minted',
    ...recordedFields(command),
    postings: [posting(ISSUANCE, customerAvailable(command.holder), command.amount)],
  };
}

/** Takes tokens of a holder out of existence. @throws DomainError `INSUFFICIENT_FUNDS` */
export function decideBurn(state: LedgerState, catalogue: Catalogue, command: SupplyCommand): Burned {
  catalogue.party(command.holder, 'holder');
  requireFunds(state, command.holder, command.amount);
  return {
    type: 'Burned',
    ...recordedFields(command),
    postings: [posting(customerAvailable(command.holder), ISSUANCE, command.amount)],
  };
}

/** @throws DomainError `INSUFFICIENT_FUNDS` with what is there */
export function requireFunds(state: LedgerState, holder: string, amount: bigint): void {
  const available = state.balance(customerAvailable(holder));
  if (available < amount) {
    throw new DomainError(
      'INSUFFICIENT_FUNDS',
      `${holder} has ${formatAmount(available)} available, less than ${formatAmount(amount)}.`,
      'amount',
    );
  }
}

function recordedFields(command: SupplyCommand) {
  return {
    time: command.time,
    ...command.provenance,
    ...(command.request === undefined ? {} : { request: command.request }),
    holder: command.holder,
    amount: command.amount.toString(),
    reason: command.reason,
  };
}
