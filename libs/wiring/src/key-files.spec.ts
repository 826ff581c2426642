import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey } from '#signing';
import { ConfigurationError, type Configuration } from '#platform';
import { loadRootKey, loadWriterKey } from './key-files.js';

let folder: string;
const configuration = (settings: Partial<Configuration> = {}) =>
  ({ dataDir: join(folder, 'data'), ...settings }) as Configuration;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'airtime-keys-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the keys of a process', () => {
  it('are made once in the data directory, for its owner alone, and differ', () => {
    const [writer, root] = [loadWriterKey(configuration()), loadRootKey(configuration())!];
    expect(writer.publicKey).not.toBe(root.publicKey);
    expect([loadWriterKey(configuration()).id, loadRootKey(configuration())?.id]).toEqual([writer.id, root.id]);
    for (const name of ['writer.key', 'root.key']) {
      expect(statSync(join(folder, 'data', name)).mode & 0o777).toBe(0o600);
    }
  });

  it('are those of the files that the environment names', () => {
    const { pem, key } = generateSigningKey();
    const file = join(folder, 'mine.pem');
    writeFileSync(file, pem);
    chmodSync(file, 0o644);
    expect(loadWriterKey(configuration({ writerKeyFile: file })).id).toBe(key.id);
    expect(loadRootKey(configuration({ rootKeyFile: file }))?.id).toBe(key.id);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('do not found a journal where only the writer’s is given', () => {
    expect(loadRootKey(configuration({ writerKeyFile: join(folder, 'mine.pem') }))).toBeUndefined();
  });

  it('are refused with the name of the variable, and never shown', () => {
    const file = join(folder, 'damaged.pem');
    expect(() => loadWriterKey(configuration({ writerKeyFile: file }))).toThrow(ConfigurationError);
    writeFileSync(file, 'a secret that is no key');
    expect(() => loadWriterKey(configuration({ writerKeyFile: file }))).toThrow('AIRTIME_WRITER_KEY_FILE');
    expect(() => loadWriterKey(configuration({ writerKeyFile: file }))).not.toThrow('a secret');
    expect(readFileSync(file, 'utf8')).toBe('a secret that is no key');
  });
});
