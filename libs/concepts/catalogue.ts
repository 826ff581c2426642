/**
 * What every shard must know to decide: price books, split policies, parties, keys and chains. It is a fold of the
 * registry shard's events; each process keeps its own copy up to date. One line per concept in every list.
 */
import { evolveBy, lookupTable, type EntryPosition, type Evolve, type Typed, type UndoLog } from '#domain';
import { ChainsPart, evolveChains, type ChainEvent, type ChainsState } from './chains/chain.js';
import { evolveKeys, KeysPart, type KeyEvent, type KeysState } from './keys/key.js';
import { evolveParties, PartiesPart, type PartiesState, type PartyEvent } from './parties/party.js';
import { evolveRating, RatingPart, type RatingEvent, type RatingState } from './rating/rating.js';

/** The events that every process follows. */
export type CatalogueEvent = RatingEvent | PartyEvent | KeyEvent | ChainEvent;

export class Catalogue implements RatingState, PartiesState, KeysState, ChainsState {
  readonly rating: RatingPart;
  readonly parties: PartiesPart;
  readonly keysByHash: KeysPart;
  readonly chains: ChainsPart;

  /** @param undo takes changes back; without it they are for good, as in a copy that follows durable pages */
  constructor(undo?: UndoLog) {
    this.rating = new RatingPart(undo);
    this.parties = new PartiesPart(undo);
    this.keysByHash = new KeysPart(undo);
    this.chains = new ChainsPart(undo);
  }

  /** Applies one event of the registry shard; what is no {@link CatalogueEvent} changes nothing here. */
  evolve(event: CatalogueEvent | Typed, position: EntryPosition = NOWHERE): void {
    evolveBy<CatalogueEvent, Catalogue>(EVOLVE_CATALOGUE, this, event, position);
  }
}

/** The place of an event for a fold that keeps no places. */
const NOWHERE: EntryPosition = { shard: 0, height: 0, index: 0 };

export const EVOLVE_CATALOGUE = lookupTable({
  ...evolveRating,
  ...evolveParties,
  ...evolveKeys,
  ...evolveChains,
} satisfies Evolve<CatalogueEvent, Catalogue>);
