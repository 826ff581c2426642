/**
 * One request, one answer, over connections that are kept. Node's `fetch` gives an answer's headers five minutes and has
 * no setting for more; verifying a long journal takes longer, so requests go through `node:http`.
 */
import http from 'node:http';
import https from 'node:https';
import { ServiceUnreachable } from './failures.js';

const CONNECTIONS_MAX = 32;
/** Twenty pages of the journal, each a megabyte before JSON escapes it, fit with room to spare. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
  /** Longest silence of the service, milliseconds. */
  readonly silenceMaxMs: number;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export class Transport {
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX }),
  };

  /** @throws Error with Node's code when the connection fails; ServiceUnreachable when the answer has no end */
  exchange({ method, url, headers, body, silenceMaxMs }: WireRequest): Promise<WireAnswer> {
    const isSecure = url.protocol === 'https:';
    const agent = this.agents[isSecure ? 'https:' : 'http:'];
    const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) };
    return new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...headers, ...length } };
      const request = (isSecure ? https : http).request(url, options, (response) => {
        receive(response).then(resolve, reject);
      });
      request.setTimeout(silenceMaxMs, () => {
        const silence = new Error(`no answer for ${silenceMaxMs / 1_000} s`) as NodeJS.ErrnoException;
        silence.code = 'ETIMEDOUT';
        request.destroy(silence);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}

async function receive(response: http.IncomingMessage): Promise<WireAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new ServiceUnreachable('the answer is larger than this program takes');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}
