import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { openClient, withPatience } from './client.js';
import { createEventStoreDbJournal } from './index.js';

const PATIENCE = 'keepAliveInterval=1500&keepAliveTimeout=1500&gossipTimeout=2';

describe('createEventStoreDbJournal', () => {
  it.each([
    'http://user:s3cret@localhost:2113',
    'esdb://user:s3cret@localhost:2113?tls=perhaps',
    'esdb://user:s3cret@localhost:port',
    'esdb://user:s3cret@localhost:2113?tlss=false',
    'esdb://user:s3cret@localhost:2113?tlsVerifyCert=false',
    'esdb://user:s3cret@localhost:2113?tls',
  ])('refuses a connection string without repeating the password in it: %s', (connectionString) => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    let refused: unknown;
    try {
      createEventStoreDbJournal(connectionString);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(Error);
    expect((refused as Error).message).toContain('the EventStoreDB connection string is not valid');
    expect(inspect(refused, { depth: Infinity, showHidden: true })).not.toContain('s3cret');
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it.each([
    'esdb://localhost:2113?tls=false',
    'esdb+discover://admin:changeit@cluster.example:2113?nodePreference=leader&keepAliveInterval=10000',
    'esdb://admin:changeit@one:2113,two:2113,three:2113?tls=true&connectionName=ledger',
  ])('accepts %s', async (connectionString) => {
    const journal = createEventStoreDbJournal(connectionString);
    expect(journal).toBeDefined();
    if (connectionString.startsWith('esdb://localhost')) await journal.close();
  });
});

describe('the patience with a server that says nothing', () => {
  it.each([
    ['esdb://a:2113', `esdb://a:2113?${PATIENCE}`],
    ['esdb://a:2113/', `esdb://a:2113?${PATIENCE}`],
    ['esdb://a:2113?', `esdb://a:2113?${PATIENCE}`],
    ['esdb+discover://u:p@a:2113?tls=false', `esdb+discover://u:p@a:2113?tls=false&${PATIENCE}`],
  ])('is three seconds for a frozen connection and two for gossip: %s', (given, expected) => {
    expect(withPatience(given)).toBe(expected);
  });

  it.each(['keepAliveInterval=20000', 'KeepAlive_Interval=20000', 'keep-alive-interval=20000'])(
    'is what the connection string says where it says it: %s',
    (option) => {
      expect(withPatience(`esdb://a:2113?${option}`)).toBe(
        `esdb://a:2113?${option}&keepAliveTimeout=1500&gossipTimeout=2`,
      );
    },
  );

  it('is not answered by the client with advice on the console', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    openClient('esdb://a:2113?tls=false');
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});
