/**
 * For `node --import`: the wall clock of one process, ahead of the machine's by as many milliseconds as the file says that
 * `SPEC_CLOCK_FILE` names; it may change while the process runs. Timers and the monotonic clock stay as they are.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 20;
const file = process.env['SPEC_CLOCK_FILE'];
const MachineDate = Date;

const readAheadMs = () => Number(readFileSync(file, 'utf8'));
let aheadMs = readAheadMs();
setInterval(() => {
  aheadMs = readAheadMs();
}, LOOK_EVERY_MS).unref();

globalThis.Date = class Date extends MachineDate {
  constructor(...values) {
    if (values.length === 0) super(MachineDate.now() + aheadMs);
    else super(...values);
  }

  static now() {
    return MachineDate.now() + aheadMs;
  }
};
