/** Parties, their KYC states and wallets: none of it moves value; who may use, send and be paid follows from it. */
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { CustomerTerms, CustomerTermsSet, KycChanged, PartyEvent, PartyRegistered } from './party.js';

interface AuditedParty {
  readonly roles: readonly string[];
  /** Of the registry's page that registered it. */
  readonly height: number;
  kyc: string;
  readonly changes: { readonly to: string; readonly height: number; readonly atMs: number }[];
  readonly wallets: Map<number, string>;
  /** What was agreed with it, by the height of the registry's page that says so, ascending. */
  readonly terms: { readonly height: number; readonly said: CustomerTerms }[];
}

/** States in which a party neither uses nor sends, and the one that leaves that as it was. */
const BARRING = ['suspended', 'offboarded'];
const UNCHANGING = 'rejected';

/** Why a provider is not paid, by its KYC state. */
const GROUNDS: Readonly<Record<string, string>> = {
  ...{ unverified: 'kyc_unverified', pending: 'kyc_pending', expired: 'kyc_expired', rejected: 'kyc_rejected' },
  ...{ suspended: 'suspended', offboarded: 'offboarded' },
};

/** Reasons that rest on more than parties say; why an address is none that is paid is not derived again. */
const OTHER_REASONS: readonly string[] = [
  ...['wallet_malformed', 'wallet_burns', 'wallet_reserved', 'wallet_is_contract', 'wallet_is_signer'],
  ...['wallet_key_published', 'AMOUNT_TOO_LARGE'],
];

/**
 * - `PartyRegistered`: once for each party. `KycChanged`, `WalletSet`: of a registered party; `from` is the state that it has, `unverified` at first.
 *   `creditLimit` is the most that a customer may owe from then on, and any amount where there is none; `CustomerTermsSet`: of a registered customer, and it replaces what was agreed. `topUpThreshold` is what it is topped up
 *   below. Whoever is no customer has neither.
 *
 * **Suspended.** A suspension begins at the `time` of a `KycChanged` to `suspended` or `offboarded`, unless one lasts, and ends at the `time` of the next
 * `KycChanged` of the party to another state than these two and `rejected`. It includes its first instant and not its last.
 *
 * **The gate** looks at the registry as it stands before the event. A provider that is not registered has the ground `not_registered`; one without the role
 * `provider`, `not_a_provider`; one whose KYC state is `unverified`, `pending`, `expired` or `rejected`, `kyc_` and that state; one that is `suspended` or
 * `offboarded`, that word; one without a `WalletSet` on the batch's chain, `no_wallet`. Whoever has a ground stands in `withheld` with it as `reason`.
 * `payable` has only providers without one, each with its newest wallet on the chain; no two of them have one wallet, whatever the case of its letters. A
 * provider without a ground may be withheld as `wallet_shared`, when a payable one has its wallet, or as `wallet_malformed`, `wallet_burns`,
 * `wallet_reserved`, `wallet_is_contract`, `wallet_is_signer`, `wallet_key_published` or `AMOUNT_TOO_LARGE`, which a checker takes as told. Nobody stands twice.
 */
export class PartiesAudit implements ConceptAudit<never, PartyEvent> {
  readonly laws = {
    PARTY_WRONG:
      'A party is registered once and goes from the state that it has; who is charged, mints, burns and sends may do so as the registry stood; a batch opens for whom the gate of section 4 lets through.',
  };

  readonly registry: AuditTable<PartyEvent> = {
    PartyRegistered: (event, place) => {
      this.register(event, place);
      return [];
    },
    KycChanged: (event, place) => {
      this.change(event, place);
      return [];
    },
    WalletSet: ({ party, chainId, wallet }, place) => {
      this.find(party, place)?.wallets.set(chainId, wallet);
      return [];
    },
    CustomerTermsSet: (event, place) => {
      this.agree(event, place);
      return [];
    },
  };

  readonly later = {
    PartyRegistered: (event: PartyRegistered, place: Place): void => this.register(event, place),
    KycChanged: (event: KycChanged, place: Place): void => this.change(event, place),
    CustomerTermsSet: (event: CustomerTermsSet, place: Place): void => this.agree(event, place),
  };

  private readonly parties = new Map<string, AuditedParty>();

  constructor(private readonly walk: AuditWalk) {}

  /** Whether the page being read rests on a registry in which the party stands. */
  checkRegistered(party: string, place: Place): void {
    if (this.known(party) === undefined)
      this.wrong(place, `${party} is not registered at height ${this.walk.restsOn} of the registry`);
  }

  /** Likewise, and with this role. */
  checkRole(party: string, role: string, place: Place): void {
    if (this.known(party)?.roles.includes(role) !== true)
      this.wrong(place, `${party} is no ${role} at height ${this.walk.restsOn} of the registry`);
  }

  /** What is agreed with a customer as the page being read knows it, atto-tokens; undefined: nothing. */
  termOf(party: string, term: keyof CustomerTerms): bigint | undefined {
    const agreed = this.known(party)?.terms.findLast(({ height }) => height <= this.walk.restsOn)?.said[term];
    return agreed === undefined ? undefined : BigInt(agreed);
  }

  /** A party uses nothing while it is suspended. @param usedAtMs milliseconds since 1970 */
  checkUsing(party: string, usedAtMs: number, place: Place): void {
    const known = this.known(party);
    if (known === undefined || known.changes.length === 0) return;
    for (const { fromMs, untilMs } of this.suspensions(known)) {
      if (usedAtMs >= fromMs && usedAtMs < untilMs) this.wrong(place, `${party} was suspended when this was used`);
    }
  }

  isSuspended(party: string): boolean {
    const known = this.known(party);
    return known !== undefined && this.suspensions(known).some(({ untilMs }) => untilMs === Infinity);
  }

  /** A party sends nothing while it is suspended. */
  checkSending(party: string, place: Place): void {
    if (this.isSuspended(party))
      this.wrong(place, `${party} is suspended at height ${this.walk.restsOn} of the registry`);
  }

  /** Looks at who a batch pays and whom it keeps out. */
  checkGate(
    chainId: number,
    payable: readonly { readonly provider: string; readonly wallet: string }[],
    withheld: readonly { readonly provider: string; readonly reason: string }[],
    place: Place,
  ): void {
    const wallets = new Set<string>();
    const providers = new Set<string>();
    for (const { provider } of [...payable, ...withheld]) {
      if (providers.has(provider)) this.wrong(place, `${provider} stands in the batch twice`);
      providers.add(provider);
    }
    for (const { provider, wallet } of payable) {
      const isOpen = this.groundAgainst(provider, chainId) === undefined;
      if (!isOpen || this.parties.get(provider)?.wallets.get(chainId) !== wallet)
        this.wrong(place, `${provider} may not be paid to ${wallet}`);
      if (wallets.has(wallet.toLowerCase())) this.wrong(place, `two providers are paid to ${wallet}`);
      wallets.add(wallet.toLowerCase());
    }
    for (const { provider, reason } of withheld) {
      const ground = this.groundAgainst(provider, chainId);
      const own = this.parties.get(provider)?.wallets.get(chainId)?.toLowerCase();
      const isOther = OTHER_REASONS.includes(reason) || (reason === 'wallet_shared' && wallets.has(own ?? ''));
      if (ground === undefined ? !isOther : reason !== ground)
        this.wrong(place, `${provider} is kept out as ${reason}, and what is known of it is ${ground ?? 'no ground'}`);
    }
  }

  private groundAgainst(provider: string, chainId: number): string | undefined {
    const party = this.parties.get(provider);
    if (party === undefined) return 'not_registered';
    if (!party.roles.includes('provider')) return 'not_a_provider';
    return GROUNDS[party.kyc] ?? (party.wallets.has(chainId) ? undefined : 'no_wallet');
  }

  /** The party as the page being read knows it. */
  private known(party: string): AuditedParty | undefined {
    const known = this.parties.get(party);
    return known === undefined || known.height > this.walk.restsOn ? undefined : known;
  }

  private suspensions({ changes }: AuditedParty): { readonly fromMs: number; untilMs: number }[] {
    const all: { readonly fromMs: number; untilMs: number }[] = [];
    for (const { to, height, atMs } of changes) {
      if (height > this.walk.restsOn) break;
      const open = all.at(-1)?.untilMs === Infinity ? all.at(-1) : undefined;
      if (BARRING.includes(to)) {
        if (open === undefined) all.push({ fromMs: atMs, untilMs: Infinity });
      } else if (open !== undefined && to !== UNCHANGING) open.untilMs = atMs;
    }
    return all;
  }

  private register(event: PartyRegistered, place: Place): void {
    const { party, roles } = event;
    if (this.parties.has(party)) {
      this.wrong(place, `${party} is registered a second time`);
      return;
    }
    const { height } = place;
    this.parties.set(party, { roles, height, kyc: 'unverified', changes: [], wallets: new Map(), terms: [] });
    this.agree(event, place);
  }

  private change({ party, from, to, time }: KycChanged, place: Place): void {
    const known = this.find(party, place);
    if (known === undefined) return;
    if (known.kyc !== from) this.wrong(place, `${party} is ${known.kyc}, not ${from}`);
    known.kyc = to;
    known.changes.push({ to, height: place.height, atMs: this.walk.instantOf(time) ?? NaN });
  }

  private agree(event: CustomerTerms & { readonly party: string }, place: Place): void {
    const { party, creditLimit, topUpThreshold } = event;
    const known = this.find(party, place);
    if (known === undefined) return;
    if (!known.roles.includes('customer') && (creditLimit ?? topUpThreshold) !== undefined)
      this.wrong(place, `${party} is no customer, and terms are agreed with it`);
    known.terms.push({ height: place.height, said: event });
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
