import { chainRefusal } from '#concepts';
import { freshCommandLine } from '../test-support/fresh-command-line.js';

const CONTRACTS = {
  chainId: 31337,
  genesisHash: `0x${'d'.repeat(64)}`,
  token: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  tokenCodeHash: `0x${'e'.repeat(64)}`,
  vault: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  vaultCodeHash: `0x${'f'.repeat(64)}`,
  signer: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  deployBlock: '2',
};

describe('airtime chain register', () => {
  const cli = freshCommandLine();

  beforeEach(() => {
    cli.server.answers.set('POST /v1/chains', {
      ...CONTRACTS,
      isNew: true,
      entry: '4-17-0',
      position: { shard: 4, height: 17 },
    });
  });

  const register = (...argv: string[]) => cli.ask(['chain', 'register', ...argv]);
  const bodies = () => cli.server.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as object);

  it('deploys with the roles given, and says in words what stands now', async () => {
    const { code, stdout } = await register('--deploy', '--admin', CONTRACTS.token, '--guardian', CONTRACTS.vault);
    expect(code).toBe(0);
    expect(bodies()).toEqual([{ deploy: true, admin: CONTRACTS.token, guardian: CONTRACTS.vault }]);
    expect(stdout.split('\n')).toEqual([
      'the chain is registered',
      'chain              31337',
      `first block        ${CONTRACTS.genesisHash}`,
      `token              ${CONTRACTS.token}`,
      `token code hash    ${CONTRACTS.tokenCodeHash}`,
      `vault              ${CONTRACTS.vault}`,
      `vault code hash    ${CONTRACTS.vaultCodeHash}`,
      `signer             ${CONTRACTS.signer}`,
      'deployed in block  2',
      'registered now     yes',
      'entry              4-17-0',
      'included           shard 4 page 17',
      '',
    ]);
  });

  it('registers a vault that stands already', async () => {
    expect(await register('--vault', CONTRACTS.vault)).toMatchObject({ code: 0 });
    expect(bodies()).toEqual([{ vault: CONTRACTS.vault }]);
  });

  it('prints the answer as it is for machines', async () => {
    const { stdout } = await register('--deploy', '--json');
    expect(JSON.parse(stdout)).toEqual(cli.server.answers.get('POST /v1/chains'));
  });

  it('says that the chain was registered before, which is fine', async () => {
    cli.server.answers.set('POST /v1/chains', { ...CONTRACTS, isNew: false });
    const { code, stdout } = await register('--deploy');
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'the chain was registered before']);
  });

  it.each([
    ['neither a deployment nor a vault', []],
    ['both', ['--deploy', '--vault', CONTRACTS.vault]],
  ])('asks nobody and ends with 2 when %s is said', async (_, argv) => {
    const { code, stderr } = await register(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain('say either --deploy');
    expect(cli.server.requests).toEqual([]);
  });

  it('ends with 2 and the reason when the chain is refused', async () => {
    cli.server.answers.set('POST /v1/chains', chainRefusal('CHAIN_UNFIT', 'The vault was used before.'));
    expect(await register('--vault', CONTRACTS.vault)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'airtime: CHAIN_UNFIT: The vault was used before.\n',
    });
  });

  it('makes one registration of a request whose answer was lost', async () => {
    cli.server.disturb = () => (cli.server.requests.length === 1 ? 'cut after' : undefined);
    expect(await register('--deploy')).toMatchObject({ code: 0 });
    const keys = cli.server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.any(String), keys[0]]);
  });
});
