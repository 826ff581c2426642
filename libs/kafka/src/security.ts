/** TLS and SASL of a Kafka client. Nothing of either is ever logged. */
import type { KafkaConfig, OauthbearerProviderResponse } from 'kafkajs';

/** PEM texts. */
export interface KafkaTls {
  /** Roots in place of the system's. */
  readonly ca?: string;
  /** What this client shows of itself, with its key. */
  readonly cert?: string;
  readonly key?: string;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | OauthClient;

/** Gets tokens by OAuth's client credentials (RFC 6749 section 4.4). */
export interface OauthClient {
  readonly mechanism: 'oauthbearer';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What kafkajs is told of a connection's security. */
export function securityOf({
  tls,
  sasl,
}: {
  readonly tls?: KafkaTls;
  readonly sasl?: KafkaSasl;
}): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

function saslOf(sasl: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism !== 'oauthbearer') {
    const { mechanism, username, password } = sasl;
    // kafkajs types each mechanism for itself.
    return { mechanism, username, password } as NonNullable<KafkaConfig['sasl']>;
  }
  return { mechanism: 'oauthbearer', oauthBearerProvider: () => tokenOf(sasl) };
}

const FETCH_TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** A token is used for this part of its life, so that none expires on its way. */
const LIFE_USED = 0.8;
/** RFC 6750 section 2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

interface Token extends OauthbearerProviderResponse {
  readonly usableUntilMs: number;
}

/** Every connection of a client asks for a token: they share the last one while it lives, and one fetch. */
const tokens = new WeakMap<OauthClient, Promise<Token>>();

async function tokenOf(client: OauthClient): Promise<OauthbearerProviderResponse> {
  const known = await tokens.get(client)?.catch(() => undefined);
  if (known !== undefined && performance.now() < known.usableUntilMs) return { value: known.value };
  const fetching = fetchToken(client);
  tokens.set(client, fetching);
  fetching.catch(() => tokens.delete(client));
  return { value: (await fetching).value };
}

/** @throws Error that quotes neither the answer nor the secret */
async function fetchToken({ tokenUrl, clientId, clientSecret }: OauthClient): Promise<Token> {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(tokenUrl, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
      // No other address than the configured one may see the secret.
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    text = await readBounded(answer);
  } catch (error) {
    const why = error instanceof Error && error.name === 'TimeoutError' ? `not within ${FETCH_TIMEOUT_MS} ms` : 'not';
    throw new Error(`the token endpoint for Kafka answers ${why}`);
  }
  if (!answer.ok) throw new Error(`the token endpoint for Kafka answers ${answer.status}`);
  const { token, lifeSeconds } = readToken(text);
  return { value: token, usableUntilMs: performance.now() + lifeSeconds * 1_000 * LIFE_USED };
}

function readToken(text: string): { readonly token: string; readonly lifeSeconds: number } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { access_token: token, expires_in: life } = (json ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || !TOKEN.test(token)) {
    throw new Error('the token endpoint for Kafka answers without a token');
  }
  // Without a life it is used for the connection at hand only.
  return { token, lifeSeconds: typeof life === 'number' && life > 0 ? life : 0 };
}

async function readBounded({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
