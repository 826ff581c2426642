/** Parties, their KYC states and wallets: none of it moves value, and the gate of each batch opens for those who may be paid. */
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartyEvent } from './party.js';

interface AuditedParty {
  readonly roles: readonly string[];
  kyc: string;
  readonly wallets: Map<number, string>;
}

/**
 * - `PartyRegistered`: once for each party. `KycChanged`, `WalletSet`: of a registered party; `from` is the state that it has, `unverified` at first.
 *
 * **The gate.** A provider is `payable` when it is registered with the role `provider`, its KYC state is `verified` or `review_due`, and
 * `wallet` is the newest `WalletSet` of it on the batch's chain; no two payable providers have one wallet, whatever the case of its letters. Who
 * is not stands in `held` with a reason. Nobody stands twice.
 */
export class PartiesAudit implements ConceptAudit<never, PartyEvent> {
  readonly laws = {
    PARTY_WRONG:
      'A party is registered once and goes from the state that it has; a batch opens for whom the gate of section 4 lets through.',
  };

  readonly registry: AuditTable<PartyEvent> = {
    PartyRegistered: ({ party, roles }, place) => {
      if (this.parties.has(party)) this.wrong(place, `${party} is registered a second time`);
      this.parties.set(party, { roles, kyc: 'unverified', wallets: new Map() });
      return [];
    },
    KycChanged: ({ party, from, to }, place) => {
      const known = this.find(party, place);
      if (known === undefined) return [];
      if (known.kyc !== from) this.wrong(place, `${party} is ${known.kyc}, not ${from}`);
      known.kyc = to;
      return [];
    },
    WalletSet: ({ party, chainId, wallet }, place) => {
      this.find(party, place)?.wallets.set(chainId, wallet);
      return [];
    },
  };

  private readonly parties = new Map<string, AuditedParty>();

  constructor(private readonly walk: AuditWalk) {}

  /** Looks at who a batch pays and whom it keeps out. */
  checkGate(
    chainId: number,
    payable: readonly { readonly provider: string; readonly wallet: string }[],
    withheld: readonly { readonly provider: string }[],
    place: Place,
  ): void {
    const wallets = new Set<string>();
    const providers = new Set<string>();
    for (const { provider } of [...payable, ...withheld]) {
      if (providers.has(provider)) this.wrong(place, `${provider} stands in the batch twice`);
      providers.add(provider);
    }
    for (const { provider, wallet } of payable) {
      const { roles = [], kyc, wallets: own } = this.parties.get(provider) ?? {};
      const isOpen = roles.includes('provider') && (kyc === 'verified' || kyc === 'review_due');
      if (!isOpen || own?.get(chainId) !== wallet) this.wrong(place, `${provider} may not be paid to ${wallet}`);
      if (wallets.has(wallet.toLowerCase())) this.wrong(place, `two providers are paid to ${wallet}`);
      wallets.add(wallet.toLowerCase());
    }
  }

  private find(party: string, place: Place): AuditedParty | undefined {
    const known = this.parties.get(party);
    if (known === undefined) this.wrong(place, `${party} is not registered`);
    return known;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('PARTY_WRONG', place, detail);
  }
}
