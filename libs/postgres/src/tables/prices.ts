import type { PriceBook } from '#domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from './columns.js';

/** A published price book. */
@Entity({ schema: 'books', name: 'price_books' })
export class PriceBookRow {
  @PrimaryColumn('int')
  version!: number;

  @Column(instant({ name: 'effective_at' }))
  effectiveAt!: Date;

  @Column(instant({ name: 'published_at' }))
  publishedAt!: Date;

  @Column('jsonb')
  book!: PriceBook;
}

/** A published split policy; shares are basis points. */
@Entity({ schema: 'books', name: 'split_policies' })
export class SplitPolicyRow {
  @PrimaryColumn('int')
  version!: number;

  @Column(instant({ name: 'effective_at' }))
  effectiveAt!: Date;

  @Column(instant({ name: 'published_at' }))
  publishedAt!: Date;

  @Column('int')
  provider!: number;

  @Column('int')
  treasury!: number;

  @Column('int')
  stakers!: number;

  @Column('int')
  burn!: number;
}
