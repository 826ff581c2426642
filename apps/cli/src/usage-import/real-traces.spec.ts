/**
 * The published traces, where somebody put them beside the repository. They are not ours to ship, so a machine without
 * them is as good as one with: the test then says so and passes.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freshCommandLine } from '../../test-support/fresh-command-line.js';

const TRACES = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const AZURE = `${TRACES}AzureLLMInferenceTrace_code.csv`;
const ALIBABA = `${TRACES}lora_request_trace_first_half.csv`;

describe('published traces', () => {
  const cli = freshCommandLine();

  const importTwice = async (format: string, file: string) => {
    const argv = ['usage', 'import', '--format', format, file, '--json'];
    const first = await cli.ask(argv);
    const second = await cli.ask(argv);
    expect([first.code, second.code]).toEqual([0, 0]);
    return [first, second].map(({ stdout }) => JSON.parse(stdout) as Record<string, number>);
  };

  it('azure-llm: 8,819 calls with 18,059,974 input and 245,896 output tokens, each charged once', async () => {
    if (isAbsent(AZURE)) return;
    const [first, second] = await importTwice('azure-llm', AZURE);
    expect(first).toMatchObject({
      rows: 8_819,
      accepted: 8_819,
      duplicates: 0,
      meters: { recorded: { input_tokens: '18059974', output_tokens: '245896' } },
    });
    expect(second).toMatchObject({ rows: 8_819, accepted: 0, duplicates: 8_819 });
  }, 120_000);

  it('alibaba-genai: every request is charged, or classed as failed, unfinished or blank', async () => {
    if (isAbsent(ALIBABA)) return;
    const [first, second] = await importTwice('alibaba-genai', ALIBABA);
    expect(first).toMatchObject({
      rows: 13_412,
      accepted: 13_172,
      duplicates: 0,
      rejected: 0,
      skipped: 240,
      skippedByClass: { failed: { count: 231 }, unfinished: { count: 9 } },
      addsUp: true,
    });
    expect(second).toMatchObject({ accepted: 0, duplicates: 13_172, skipped: 240 });
  }, 120_000);
});

function isAbsent(file: string): boolean {
  if (existsSync(file)) return false;
  process.stderr.write(`not checked: ${file} is absent; apps/cli/README.md says where the trace is published\n`);
  return true;
}
