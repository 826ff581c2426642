import { spawnSync } from 'node:child_process';
import { keccak256 } from './keccak.js';

const LONG = Array.from({ length: 9 }, (_, shard) => `${shard}:${shard * 1_000_003}:${'ab'.repeat(32)}\n`).join('');

/** Of the Keccak team's own vectors and of Ethereum (the empty account, the event of a transfer). */
const KNOWN: Readonly<Record<string, string>> = {
  '': 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  abc: '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  'Transfer(address,address,uint256)': 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
};
/** Around the rate of 136 bytes, over several blocks, with characters beyond ASCII. */
const TEXTS = [
  ...Object.keys(KNOWN),
  ...[1, 134, 135, 136, 137, 271, 272, 273].map((n) => 'a'.repeat(n)),
  LONG,
  'Zürich',
];
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('keccak-256', () => {
  it.each(Object.entries(KNOWN))('of %j is the known one', (text, digest) => {
    expect(keccak256(text)).toBe(digest);
  });

  it('is the same for both verifiers', () => {
    if (!hasPython) return;
    const program = [
      'import json, sys',
      'sys.path.insert(0, sys.argv[1])',
      'from keccak import keccak256',
      'print(json.dumps([keccak256(text.encode()) for text in json.loads(sys.argv[2])]))',
    ];
    const folder = new URL('../../../test/journal-verifier', import.meta.url).pathname;
    const { stdout, stderr } = spawnSync('python3', ['-B', '-c', program.join('\n'), folder, JSON.stringify(TEXTS)]);
    expect(String(stderr)).toBe('');
    expect(JSON.parse(String(stdout))).toEqual(TEXTS.map(keccak256));
  });
});
