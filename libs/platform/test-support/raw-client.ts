/** HTTP byte by byte, for what no client library sends. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection of which every byte is ours. */
export class RawClient {
  text = '';
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (this.text += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(...lines: string[]): this {
    this.socket.write(lines.join('\r\n'));
    return this;
  }

  /** Resolves with everything received once it matches; rejects when the connection ends before. */
  async saw(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) {
      if (this.isClosed) throw new Error(`closed after ${JSON.stringify(this.text)}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.text;
  }

  async closed(): Promise<string> {
    // Not `once`: it rejects when the connection is reset, which is one way to close it. What came before has come.
    if (!this.isClosed) await new Promise((resolve) => this.socket.once('close', resolve));
    return this.text;
  }
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
export const codeOf = (answer: string) => (/"code":"(\w+)"/.exec(answer) ?? [])[1];
export const outcomeOf = (answer: string) => [statusOf(answer), codeOf(answer)];

/** A refusal in the words of this service, however early it was made. */
export function expectProblem(answer: string, status: number, code: string): void {
  expect(outcomeOf(answer)).toEqual([status, code]);
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
  const requestId = /x-request-id: (\S+)/i.exec(answer)?.[1];
  expect(requestId).toMatch(/^[\w.-]{10,}$/);
  expect(answer).toContain(`"requestId":"${requestId}"`);
}
