import { CALL } from '#concepts/testing';

/** A usage event of `calls` calls at the provider `p7`, as a producer sends it. */
export function callEvent(id: string, subject: string, calls = '1', over: object = {}) {
  return {
    specversion: '1.0',
    id,
    source: 'spec/gateway',
    type: CALL,
    time: '2026-01-02T03:04:05Z',
    subject,
    data: { provider: 'p7', model: 'm', meters: { calls } },
    ...over,
  };
}
