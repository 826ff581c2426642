/** Answers that go on until somebody ends them. A service that stops ends them first: nothing would wait for them otherwise. */
import type { FastifyInstance } from 'fastify';

/** What an answer is written from. */
interface Endless {
  once(event: 'close', listener: () => void): unknown;
  /** Of a stream that is written here; one that is handed on is given up. */
  end?(): unknown;
  destroy(): unknown;
}

const isStream = (payload: unknown): payload is Endless =>
  typeof payload === 'object' && payload !== null && 'destroy' in payload && 'once' in payload;

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

export function endWithTheService(fastify: FastifyInstance): void {
  const open = new Set<Endless>();
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    if (isStream(payload) && typeof type === 'string' && type.startsWith(EVENT_STREAM)) {
      open.add(payload);
      payload.once('close', () => open.delete(payload));
    }
    done();
  });
  fastify.addHook('preClose', (done) => {
    for (const payload of open) {
      if (payload.end === undefined) payload.destroy();
      else payload.end();
    }
    done();
  });
}
