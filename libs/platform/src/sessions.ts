/** Callers who show a browser's cookie instead of a key: what the cookie is called where, and which requests it may speak for. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hashKey } from './keys.js';
import { RequestError } from './problem.js';

/** Sessions by {@link hashKey} of the cookie's value. */
export interface Sessions {
  /** {@link hashKey} of the key that the session was signed in with; undefined for one that is over. */
  keyOf(cookieHash: string): Promise<string | undefined>;
  /** Whether a session is not over. It is not used by this. */
  isInForce(cookieHash: string): Promise<boolean>;
}

/** Injection token of the {@link Sessions}; a service without one knows keys only. */
export const SESSIONS = Symbol('SESSIONS');

/** Sent by whoever writes by cookie from a browser that says nothing of where its page came from. */
export const CONSOLE_HEADER = 'x-airtime-console';

const SECURE_NAME = '__Host-airtime-console';
const VALUE = /^[A-Za-z0-9_-]{43}$/;
const LOOPBACK_HOST = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i;

/** What a browser is given to show from now on; 256 random bits. */
export function newCookieValue(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a request names this machine itself as the one that it goes to. */
export function isForLoopback({ host }: IncomingHttpHeaders): boolean {
  return LOOPBACK_HOST.test(host ?? '');
}

/**
 * Cookies of one host are the same on all of its ports, and on http anybody between could read one: so it has a name of the port on
 * this machine, and elsewhere the name that browsers keep for https.
 */
function plainNameOf({ host }: IncomingHttpHeaders): string | undefined {
  const found = LOOPBACK_HOST.exec(host ?? '');
  return found === null ? undefined : `airtime-console-${found[2] ?? '80'}`;
}

/**
 * The cookie with which a browser is signed in, or, without a value, signed out.
 *
 * @throws RequestError `FORBIDDEN` where a cookie would travel in clear
 */
export function cookieFor(headers: IncomingHttpHeaders, value: string | undefined): string {
  const end = value === undefined ? '; Max-Age=0' : '';
  const rest = `=${value ?? ''}; HttpOnly; SameSite=Strict; Path=/${end}`;
  if (headers.origin?.startsWith('https://') === true) return `${SECURE_NAME}${rest}; Secure`;
  const name = plainNameOf(headers);
  if (name === undefined) {
    throw new RequestError(
      'FORBIDDEN',
      'Signing in works on https, and on this machine by the name localhost; put the console behind https.',
    );
  }
  return `${name}${rest}`;
}

/** {@link hashKey} of the cookie that a request shows; undefined where it shows none that can be one. */
export function cookieHashOf(headers: IncomingHttpHeaders): string | undefined {
  const { cookie } = headers;
  if (cookie === undefined) return undefined;
  const names = [SECURE_NAME, plainNameOf(headers)];
  for (const part of cookie.split(';')) {
    const equals = part.indexOf('=');
    const value = part.slice(equals + 1).trim();
    if (equals > 0 && names.includes(part.slice(0, equals).trim()) && VALUE.test(value)) return hashKey(value);
  }
  return undefined;
}

/**
 * Whether a browser's cookie may speak for a request: never for one that another site's page made. The header is one that such a page
 * cannot send.
 */
export function isFromOwnPage(method: string, headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || (site === undefined && headers[CONSOLE_HEADER] !== undefined)) return true;
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && (site === undefined || site === 'none');
}
