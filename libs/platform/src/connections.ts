/** The connections of a listener: few enough, and those of strangers give way to those of callers. */
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './client-address.js';
import { describeProblem, RequestError, Unavailable, type ProblemAnswer } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import { newRequestId } from './request-context.js';

/** How long a client may take, in milliseconds. */
export interface ConnectionTimes {
  /** Time limit for a request's head. */
  readonly headersTimeoutMs: number;
  /** Time limit for a whole request. */
  readonly requestTimeoutMs: number;
  /** An answer is given up when the client reads none of it for this long. */
  readonly stalledAnswerMs: number;
  /** How often one looks for any of these. */
  readonly checkMs: number;
}

export const CONNECTION_TIMES_DEFAULT: ConnectionTimes = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  stalledAnswerMs: 30_000,
  checkMs: 2_000,
};

export interface ConnectionLimits extends ConnectionTimes {
  /** Connections at most. */
  readonly max: number;
  /** Of these, from one network address. */
  readonly maxPerAddress: number;
}

/** Idle connections are kept this long: longer than a load balancer's usual minute, so that it closes first. */
export const KEEP_ALIVE_MS = 72_000;

interface Connection {
  readonly socket: Socket;
  readonly network: string;
  /** Answers that are not finished. */
  readonly answers: Set<ServerResponse>;
  /** Whether a known key came over it. */
  isRecognised: boolean;
  /** Whether what came last could not be read: nothing that follows can. */
  isRefused: boolean;
  bytesWritten: number;
  writtenAtMs: number;
}

/** In this order connections give way: what has shown no request, what is idle, what a stranger waits for. */
const GIVING_WAY = ['strangers', 'idle', 'answering'] as const;
type Standing = (typeof GIVING_WAY)[number] | 'callers';

/**
 * Bounds a listener's connections. When there is no room, the oldest that matters least is closed for the new one: thousands
 * of half-open connections keep nobody out who sends a request. A caller with a known key that waits for its answer is
 * never closed.
 */
export class Connections {
  private readonly all = new Map<Socket, Connection>();
  /** Sets keep the order of insertion: the first is the oldest. */
  private readonly byStanding: Readonly<Record<Standing, Set<Connection>>> = {
    strangers: new Set(),
    idle: new Set(),
    answering: new Set(),
    callers: new Set(),
  };
  private readonly perNetwork = new Map<string, number>();
  private readonly sweep: NodeJS.Timeout;

  constructor(
    private readonly limits: ConnectionLimits,
    /** Counts a request that Node refuses by itself; throws when there were too many. */
    private readonly countRefusal: (network: string) => void = () => undefined,
  ) {
    this.sweep = setInterval(() => this.endStalledAnswers(), limits.checkMs).unref();
  }

  /** How many there are now. */
  get count(): number {
    return this.all.size;
  }

  /** Watches over a server; call it before it listens. */
  guard(server: Server): void {
    server.headersTimeout = this.limits.headersTimeoutMs;
    server.requestTimeout = this.limits.requestTimeoutMs;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    // Node would leave out what stands behind the first 2,000 headers. A head has 16 kB at most, whatever their number.
    server.maxHeadersCount = 0;
    server.on('connection', (socket: Socket) => this.admit(socket));
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.follow(request, response);
    });
    server.removeAllListeners('clientError');
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.refuse(error, socket));
    server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      answer(response, describeRefusal(new RequestError('EXPECTATION_FAILED', 'Send no Expect but 100-continue.')));
    });
    server.on('connect', (_request: IncomingMessage, socket: Socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(rawAnswer(describeRefusal(new RequestError('BAD_REQUEST', 'This is no proxy; send a path.'))));
    });
    server.once('close', () => clearInterval(this.sweep));
  }

  /** A known key came over the connection: it gives way later than others. */
  recognise(socket: Socket): void {
    const connection = this.all.get(socket);
    if (connection === undefined || connection.isRecognised) return;
    connection.isRecognised = true;
    this.place(connection);
  }

  private admit(socket: Socket): void {
    const network = networkOf(socket.remoteAddress);
    const ofNetwork = this.perNetwork.get(network) ?? 0;
    const isRoomy =
      (ofNetwork < this.limits.maxPerAddress || this.makeRoom(network)) &&
      (this.all.size < this.limits.max || this.makeRoom());
    if (!isRoomy) {
      socket.on('error', () => socket.destroy());
      socket.end(rawAnswer(describeRefusal(new Unavailable('Too many connections; send the request again.'))));
      socket.destroySoon();
      return;
    }
    const connection: Connection = {
      socket,
      network,
      answers: new Set(),
      isRecognised: false,
      isRefused: false,
      bytesWritten: 0,
      writtenAtMs: performance.now(),
    };
    this.all.set(socket, connection);
    this.perNetwork.set(network, (this.perNetwork.get(network) ?? 0) + 1);
    this.place(connection);
    socket.once('close', () => this.forget(connection));
  }

  /** Closes the oldest connection, of one address or of all, that may give way. */
  private makeRoom(network?: string): boolean {
    for (const standing of GIVING_WAY) {
      for (const connection of this.byStanding[standing]) {
        if (network !== undefined && connection.network !== network) continue;
        this.forget(connection);
        connection.socket.destroy();
        return true;
      }
    }
    return false;
  }

  private forget(connection: Connection): void {
    if (!this.all.delete(connection.socket)) return;
    for (const set of Object.values(this.byStanding)) set.delete(connection);
    const left = (this.perNetwork.get(connection.network) ?? 1) - 1;
    if (left <= 0) this.perNetwork.delete(connection.network);
    else this.perNetwork.set(connection.network, left);
  }

  private follow({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = this.all.get(socket);
    if (connection === undefined) return;
    connection.answers.add(response);
    this.place(connection);
    response.once('close', () => {
      connection.answers.delete(response);
      if (this.all.has(socket)) this.place(connection);
    });
  }

  private place(connection: Connection): void {
    for (const set of Object.values(this.byStanding)) set.delete(connection);
    const isBusy = connection.answers.size > 0;
    const standing = connection.isRecognised ? (isBusy ? 'callers' : 'idle') : isBusy ? 'answering' : 'strangers';
    this.byStanding[standing].add(connection);
  }

  private endStalledAnswers(): void {
    const nowMs = performance.now();
    for (const connection of this.all.values()) {
      const { socket } = connection;
      if (socket.writableLength === 0 || socket.bytesWritten - socket.writableLength !== connection.bytesWritten) {
        connection.bytesWritten = socket.bytesWritten - socket.writableLength;
        connection.writtenAtMs = nowMs;
      } else if (nowMs - connection.writtenAtMs > this.limits.stalledAnswerMs) {
        socket.destroy();
      }
    }
  }

  /**
   * What Node cannot read, or waited for too long. Requests before it on the same connection are answered first: whoever
   * waits for one of them would take this refusal for its answer.
   */
  private refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = this.all.get(socket);
    if (connection?.isRefused === true) return;
    const answers = [...(connection?.answers ?? [])];
    const last = answers.findLast(({ req }) => req.complete);
    // Bytes in the middle of another answer would be taken for a part of it.
    const hasBegun = answers.some(({ req, headersSent }) => !req.complete && headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegun) {
      socket.destroy();
      return;
    }
    if (connection !== undefined) connection.isRefused = true;
    if (last === undefined) this.sayRefused(error, socket);
    else last.once('close', () => this.sayRefused(error, socket));
  }

  private sayRefused(error: NodeJS.ErrnoException, socket: Socket): void {
    try {
      this.countRefusal(networkOf(socket.remoteAddress));
    } catch {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(describeRefusal(refusalOf(error))));
    socket.destroySoon();
  }
}

function refusalOf({ code }: NodeJS.ErrnoException): RequestError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RequestError(
      'REQUEST_TIMEOUT',
      'The request did not come in time; send it faster, or in smaller parts.',
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RequestError('HEADERS_TOO_LARGE', 'The path and headers are longer than 16 kB; send shorter ones.');
  }
  return new RequestError('BAD_REQUEST', 'The request is not valid HTTP/1.1; mend its first line or headers.');
}

function describeRefusal(error: Error): ProblemAnswer {
  return describeProblem(error, newRequestId());
}

/** An answer for a connection on which no request could be read. */
function rawAnswer({ problem, retryAfterSeconds }: ProblemAnswer): string {
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${problem.requestId ?? ''}`,
    ...(retryAfterSeconds === undefined ? [] : [`retry-after: ${retryAfterSeconds}`]),
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function answer(response: ServerResponse, { problem }: ProblemAnswer): void {
  response.writeHead(problem.status, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'x-request-id': problem.requestId ?? '',
    connection: 'close',
  });
  response.end(JSON.stringify(problem));
}
