/** Parties with their KYC state and wallets, price books, split policies and chains. */
import type {
  ChainRegistered,
  KycChanged,
  PartyRegistered,
  PriceBookPublished,
  SplitPolicyPublished,
  WalletSet,
} from '#concepts';
import type { EntryPosition } from '#domain';
import type { Statement } from './statement.js';
import { instantText, integer, integerText, jsonText } from './text.js';

type CatalogueEvent =
  PartyRegistered | KycChanged | WalletSet | PriceBookPublished | SplitPolicyPublished | ChainRegistered;

export function projectCatalogue(event: CatalogueEvent, position: EntryPosition, recordedAt: string): Statement[] {
  // What the registry records it has timed itself; a time that cannot be read is then that of its page.
  const time = instantText(event.time) ?? recordedAt;
  switch (event.type) {
    case 'PartyRegistered':
      return [
        {
          text: `
            INSERT INTO parties (party, roles, reference, country, kyc, kyc_reason, kyc_since, registered_at)
            VALUES ($1, $2, $3, $4, 'unverified', 'registered', $5, $5)`,
          values: [event.party, event.roles, event.reference ?? null, event.country ?? null, time],
          rows: 1,
        },
      ];
    case 'KycChanged':
      return [
        {
          text: 'UPDATE parties SET kyc = $2, kyc_reason = $3, kyc_since = $4 WHERE party = $1',
          values: [event.party, event.to, event.reason, time],
          rows: 1,
        },
        {
          text: `
            INSERT INTO kyc_changes (shard, height, index, party, from_state, to_state, reason, evidence, time, recorded_at, actor)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
          values: [
            position.shard,
            position.height,
            position.index,
            event.party,
            event.from,
            event.to,
            event.reason,
            event.evidence ?? null,
            time,
            recordedAt,
            event.actor,
          ],
          rows: 1,
        },
      ];
    case 'WalletSet':
      return [
        {
          text: `
            INSERT INTO party_wallets (party, chain_id, wallet, set_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (party, chain_id) DO UPDATE SET wallet = excluded.wallet, set_at = excluded.set_at`,
          values: [event.party, event.chainId, event.wallet, time],
          rows: 1,
        },
      ];
    case 'PriceBookPublished':
      return [
        {
          text: 'INSERT INTO price_books (version, effective_at, published_at, book) VALUES ($1, $2, $3, $4)',
          values: [event.version, instantText(event.book.effectiveAt) ?? time, time, jsonText(event.book)],
          rows: 1,
        },
      ];
    case 'SplitPolicyPublished': {
      const { effectiveAt, provider, treasury, stakers, burn } = event.policy;
      return [
        {
          text: `
            INSERT INTO split_policies (version, effective_at, published_at, provider, treasury, stakers, burn)
            VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          values: [event.version, instantText(effectiveAt) ?? time, time, provider, treasury, stakers, burn],
          rows: 1,
        },
      ];
    }
    case 'ChainRegistered':
      return [
        {
          text: `
            INSERT INTO chains (chain_id, token, vault, signer, deploy_block, registered_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (chain_id) DO UPDATE SET token = excluded.token, vault = excluded.vault, signer = excluded.signer,
              deploy_block = excluded.deploy_block, registered_at = excluded.registered_at`,
          values: [
            integer(event.chainId),
            event.token,
            event.vault,
            event.signer,
            integerText(event.deployBlock),
            time,
          ],
          rows: 1,
        },
      ];
  }
}
