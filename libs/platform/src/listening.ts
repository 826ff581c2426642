/** Taking a port, and saying in one line why it cannot be taken. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Where a server is to listen, and the variable that says so. */
export interface ListenAddress {
  readonly variable: 'PORT' | 'MANAGEMENT_PORT';
  readonly port: number;
  readonly host: string;
}

/** The system refuses the address. The message is one line, names the variable and says what to do. */
export class ListenFailed extends Error {
  constructor({ variable, port, host }: ListenAddress, code: string) {
    super(describe(variable, port, host, code));
    this.name = 'ListenFailed';
  }
}

function describe(variable: string, port: number, host: string, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${variable}: port ${port} is taken; set ${variable} to a free one`;
    case 'EACCES':
      return `${variable}: this user may not listen on port ${port}; set ${variable} to one above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: this machine has no address ${host}; set HOST to one that it has, or 0.0.0.0 for all`;
    default:
      return `${variable}: cannot listen on ${host}, port ${port} (${code}); set HOST and ${variable} to an address that is free`;
  }
}

/** Runs what makes a server listen. @throws ListenFailed for what the system refuses */
export async function orListenFailed<T>(address: ListenAddress, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo')) {
      throw new ListenFailed(address, code);
    }
    throw error;
  }
}

/** @throws ListenFailed */
export function listen(server: Server, address: ListenAddress): Promise<void> {
  return orListenFailed(address, async () => {
    server.listen({ port: address.port, host: address.host });
    await once(server, 'listening');
  });
}

/**
 * Takes the address for a moment: better known before engines are started than after.
 *
 * @throws ListenFailed
 */
export async function assertCanListen(address: ListenAddress): Promise<void> {
  if (address.port === 0) return;
  const server = createServer();
  await listen(server, address);
  server.close();
  await once(server, 'close');
}
