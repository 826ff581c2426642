/** `node dist/libs/eventstoredb/test-support/main.js [--port 2113] [--data FOLDER] [--deny-access]`: the test server as a process. */
import { parseArgs } from 'node:util';
import { startEventStoreServer } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '2113' },
    data: { type: 'string' },
    'deny-access': { type: 'boolean', default: false },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new RangeError('--port takes 0 to 65535 (0: a free one)');

const server = await startEventStoreServer({
  port,
  deniesAccess: values['deny-access'],
  ...(values.data === undefined ? {} : { dataDir: values.data }),
});
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.stop());
