/** `airtime kafka register`: takes usage from a topic under a new name. */
import type { ApiClient } from '#client';
import { describeAnswer } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

export async function registerTopic(
  client: ApiClient,
  terminal: Terminal,
  name: string,
  topic: string,
): Promise<ExitCode> {
  const answer = await client.post('/v1/kafka/topics', { body: { name, topic } });
  terminal.result(answer, `the topic is registered\n${describeAnswer(answer)}`);
  return EXIT.fine;
}
