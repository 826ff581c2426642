/** A ledger's foundation, laid through the public interface. */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '#client';
import type { FoundationCommand } from '#concepts/testing';

/**
 * Sends each command of a foundation to the service as its operators would: what other specs give to the registry.
 *
 * @throws Error when there is a chain in it, which only the settlement service registers
 */
export async function layFoundation(client: ApiClient, commands: readonly FoundationCommand[]): Promise<void> {
  for (const command of commands) await send(client, command);
}

async function send(client: ApiClient, command: FoundationCommand): Promise<unknown> {
  const idempotencyKey = randomUUID();
  switch (command.type) {
    case 'PublishPriceBook':
      return client.put('/v1/price-books/{version}', { path: { version: command.version }, body: command.book });
    case 'PublishSplitPolicy':
      return client.put('/v1/policies/split/{version}', { path: { version: command.version }, body: command.policy });
    case 'RegisterParty': {
      const { party, roles, country } = command;
      const body = { id: party, roles: [...roles], ...(country === undefined ? {} : { country }) };
      return client.post('/v1/parties', { body, idempotencyKey });
    }
    case 'ChangeKyc': {
      const { party, to, reason } = command;
      return client.post('/v1/parties/{id}/kyc', { path: { id: party }, body: { state: to, reason }, idempotencyKey });
    }
    case 'SetWallet': {
      const { party, chainId, wallet } = command;
      const body = { chainId, wallet };
      return client.post('/v1/parties/{id}/wallets', { path: { id: party }, body, idempotencyKey });
    }
    case 'RegisterChain':
      throw new Error('the settlement service registers chains');
  }
}
