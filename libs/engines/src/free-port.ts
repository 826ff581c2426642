import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which operating systems number outgoing connections (Linux 32768, IANA 49152): a port found
// there could be taken by any client between finding and listening.
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

/** Whether a server could listen on 127.0.0.1:`port` now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A TCP port (20,000 to 32,000) on which nothing listens now. Drawn at random, so that parallel callers rarely meet. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isPortFree(port)) return port;
  }
  throw new Error(
    `No free TCP port between ${PORT_MIN} and ${PORT_MAX} on 127.0.0.1: stop some servers and try again.`,
  );
}
