import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant, optional, wholeNumberKey } from './columns.js';

/** A customer, a provider or both, with its present KYC state. */
@Entity({ schema: 'books', name: 'parties' })
export class PartyRow {
  @PrimaryColumn('text')
  party!: string;

  @Column('text', { array: true })
  roles!: string[];

  @Column('text', optional)
  reference!: string | null;

  @Column('text', optional)
  country!: string | null;

  @Column('text')
  kyc!: string;

  @Column('text', { name: 'kyc_reason' })
  kycReason!: string;

  @Column(instant({ name: 'kyc_since' }))
  kycSince!: Date;

  @Column(instant({ name: 'registered_at' }))
  registeredAt!: Date;
}

/** Where a party is paid on a chain. */
@Entity({ schema: 'books', name: 'party_wallets' })
export class PartyWallet {
  @PrimaryColumn('text')
  party!: string;

  @PrimaryColumn(wholeNumberKey({ name: 'chain_id' }))
  chainId!: number;

  @Column('text')
  wallet!: string;

  @Column(instant({ name: 'set_at' }))
  setAt!: Date;
}

/** One change of a party's KYC state. */
@Entity({ schema: 'books', name: 'kyc_changes' })
export class KycChange {
  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @PrimaryColumn('int')
  index!: number;

  @Column('text')
  party!: string;

  @Column('text', { name: 'from_state' })
  fromState!: string;

  @Column('text', { name: 'to_state' })
  toState!: string;

  @Column('text')
  reason!: string;

  @Column('text', optional)
  evidence!: string | null;

  @Column(instant())
  time!: Date;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;

  @Column('text')
  actor!: string;
}
