/**
 * Where every spec runs: Node's environment with one time budget for all tests and hooks, whatever budget a spec names.
 * A budget ends a hang; it never judges how fast a machine is, so none is tuned to one spec or to one machine.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

// Jest brings it along: it is no dependency of ours.
const { TestEnvironment } = createRequire(createRequire(import.meta.url).resolve('jest'))('jest-environment-node');

/** Longer than any wait inside a test (`waiting.ts`), so that whoever waits can say for what. */
export const TEST_HANG_MS = 10 * 60_000;

export default class PatientEnvironment extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'hook_start') event.hook.timeout = TEST_HANG_MS;
    if (event.name === 'test_fn_start') event.test.timeout = TEST_HANG_MS;
    if (PROGRESS.has(event.name)) tellProgress();
  }
}

const PROGRESS = new Set(['hook_start', 'hook_success', 'test_fn_start', 'test_done']);

/** Whoever watches this run ends it when nothing comes for longer than a hang takes (`test/run.mjs`). */
function tellProgress() {
  const file = process.env['JEST_PROGRESS_FILE'];
  if (file === undefined) return;
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, String(Date.now()));
  closeSync(descriptor);
}
