/** Keys: issuing and revoking moves no value; what a key causes, it must be allowed to cause. */
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { KeyEvent, KeyIssued, KeyRevoked } from './key.js';

/** A key from the height of the registry that issued it to the one that revoked it. */
interface Term {
  readonly role: string;
  /** Whose key it is, of the role `customer`. */
  readonly customer: string | undefined;
  readonly from: number;
  until: number;
}

const ACTOR = 'key:';
/** The key of the configuration, which no event issues; and the role that may cause everything. */
const ADMIN = 'admin';

/**
 * - `KeyIssued`: `hash` is the SHA-256 of the secret. No key in force has that `key`. `customer` stands if and only if `role` is `customer`.
 *   `KeyRevoked`: of a key in force.
 *
 * **Who causes what.** An `actor` that begins with `key:` names a caller's key. `key:admin` is the key of the configuration: it stands in no event and
 * may cause everything. Any other is a key that is in force as the registry stood at the height that the page names, and its `role` is `admin` or one of:
 * `operator` for `UsageCharged`, `UsageConflicted`, `UsageBatchAnswered`, `ReceivablesCovered`, `Minted`, `Burned`, `TransferSent`, `TransferReceived`,
 * `TransferCompleted`, `GrantIssued`, `MintAllowed`, `GrantVoided`, `HoldReserved`, `HoldExtended`, `HoldCaptured`, `HoldReleased`, `PriceBookPublished`, `SplitPolicyPublished`, `UsdRatePublished`, `EmissionPolicyPublished`, `TokensBoughtBack`, `CustomerTermsSet`, `TierSet`, `ProposalOpened`; `operator` or `compliance` for `PartyRegistered`, `WalletSet`; `compliance` for
 * `KycChanged`; `operator` or `finance` for `SettlementOpened`, `ReconciliationRecorded`, `YieldOpened`; `operator` for `Slashed`, `RewardReceived`, `RewardCompleted`, `StakingPolicyPublished`;
 * `operator` or `customer` for `Staked`, `Unstaked`, `VoteCast`, `CompoundingSet`, whose `holder` is the `customer` of a key of that role; no other role for any other event.
 */
export class KeysAudit implements ConceptAudit<never, KeyEvent> {
  readonly laws = {
    KEY_WRONG:
      'A caller’s key is in force at the height of the registry that the page names, and its role may cause the event; a customer’s key names its customer.',
  };

  readonly registry: AuditTable<KeyEvent> = {
    KeyIssued: (event, place) => {
      if (this.terms.get(event.key)?.at(-1)?.until === Infinity)
        this.wrong(place, `key ${event.key} is in force and issued once more`);
      if ((event.role === 'customer') !== (event.customer !== undefined))
        this.wrong(place, `key ${event.key} has the role ${event.role} and the customer ${event.customer}`);
      this.issue(event, place);
      return [];
    },
    KeyRevoked: (event, place) => {
      if (this.terms.get(event.key)?.at(-1)?.until !== Infinity) this.wrong(place, `no key ${event.key} is in force`);
      this.revoke(event, place);
      return [];
    },
  };

  readonly later = {
    KeyIssued: (event: KeyIssued, place: Place): void => this.issue(event, place),
    KeyRevoked: (event: KeyRevoked, place: Place): void => this.revoke(event, place),
  };

  private readonly terms = new Map<string, Term[]>();

  /** @param callers the roles beside `admin` whose keys may cause an event, by its type */
  constructor(
    private readonly walk: AuditWalk,
    private readonly callers: ReadonlyMap<string, readonly string[]>,
  ) {}

  beforeEach(
    { type, actor, holder }: { readonly type: string; readonly actor: string; readonly holder?: unknown },
    place: Place,
  ): void {
    if (typeof actor !== 'string' || !actor.startsWith(ACTOR)) return;
    const key = actor.slice(ACTOR.length);
    if (key === ADMIN) return;
    const { restsOn } = this.walk;
    const term = this.terms.get(key)?.find(({ from, until }) => from <= restsOn && restsOn < until);
    if (term === undefined) this.wrong(place, `key ${key} is not in force at height ${restsOn} of the registry`);
    else if (term.role !== ADMIN && this.callers.get(type)?.includes(term.role) !== true)
      this.wrong(place, `key ${key} has the role ${term.role}, which may cause no ${type}`);
    else if (term.role === 'customer' && term.customer !== holder)
      this.wrong(place, `key ${key} is one of ${term.customer}, and causes what ${String(holder)} does`);
  }

  private issue({ key, role, customer }: KeyIssued, { height }: Place): void {
    const terms = this.terms.get(key) ?? [];
    terms.push({ role, customer, from: height, until: Infinity });
    this.terms.set(key, terms);
  }

  private revoke({ key }: KeyRevoked, { height }: Place): void {
    const term = this.terms.get(key)?.at(-1);
    if (term?.until === Infinity) term.until = height;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('KEY_WRONG', place, detail);
  }
}
