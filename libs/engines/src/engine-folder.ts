import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeDurably } from './durable-file.js';
import { EngineError } from './engine.js';
import { findFreePort, isPortFree } from './free-port.js';
import { identifyProcess, isAlive, stopByIdentity, type ProcessIdentity, type StopStep } from './process-identity.js';

/** What one run leaves for the next: its ports, and who runs, so that a crash of the owner orphans nothing for good. */
export interface EngineRecord {
  readonly ports: Readonly<Record<string, number>>;
  readonly owner: ProcessIdentity | undefined;
  readonly program: ProcessIdentity | undefined;
}

const RECORD_FILE = 'engine.json';
const EMPTY_RECORD: EngineRecord = { ports: {}, owner: undefined, program: undefined };

/** Folders in use by this very process; the record on disk cannot tell two starts of one process apart. */
const claimed = new Set<string>();

/**
 * The folder of one engine: at most one living process owns it at a time, and an owner that was killed leaves enough
 * behind for its successor to stop the orphaned program before it starts its own.
 */
export class EngineFolder {
  private record: EngineRecord = EMPTY_RECORD;
  private released = false;

  private constructor(
    readonly path: string,
    private readonly engineName: string,
  ) {}

  /**
   * Takes possession of the folder.
   * @throws EngineError when a living process owns it, or when an orphan of the last owner cannot be stopped
   */
  static async claim(
    dataDir: string,
    engineName: string,
    stopSteps: readonly StopStep[],
    onEvent: (message: string) => void,
  ): Promise<EngineFolder> {
    const path = resolve(dataDir);
    if (claimed.has(path)) throw new EngineError(`${engineName} already runs on ${path} in this process.`);
    claimed.add(path);
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const folder = new EngineFolder(path, engineName);
      folder.record = await readRecord(folder.file(RECORD_FILE));
      await folder.takeOver(stopSteps, onEvent);
      return folder;
    } catch (error) {
      claimed.delete(path);
      throw error;
    }
  }

  /** What the folder says about its last run, without taking possession of it. */
  static inspect(dataDir: string): Promise<EngineRecord> {
    return readRecord(join(resolve(dataDir), RECORD_FILE));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * The port for a purpose: the demanded one, else the last run's when free, else a free one; remembered for next time.
   * @throws EngineError when the demanded port is taken
   */
  async choosePort(purpose: string, demanded?: number): Promise<number> {
    if (demanded !== undefined && !(await isPortFree(demanded))) {
      throw new EngineError(
        `Port ${demanded} for ${this.engineName} is taken: stop what listens there or choose another port.`,
      );
    }
    const last = this.record.ports[purpose];
    const port = demanded ?? (last !== undefined && (await isPortFree(last)) ? last : await findFreePort());
    if (port !== last) await this.save({ ports: { ...this.record.ports, [purpose]: port } });
    return port;
  }

  /** Remembers the running program, or that none runs. */
  async rememberProgram(pid: number | undefined): Promise<void> {
    await this.save({ program: pid === undefined ? undefined : await identifyProcess(pid) });
  }

  /** Gives the folder up; the ports stay remembered. Idempotent. */
  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    await this.save({ owner: undefined, program: undefined });
    claimed.delete(this.path);
  }

  private async takeOver(stopSteps: readonly StopStep[], onEvent: (message: string) => void): Promise<void> {
    const { owner, program } = this.record;
    if (owner !== undefined && owner.pid !== process.pid && (await isAlive(owner))) {
      throw new EngineError(
        `${this.engineName} in ${this.path} belongs to the running process ${owner.pid}: stop that process first, or choose another data directory.`,
      );
    }
    if (program !== undefined && (await isAlive(program))) {
      onEvent(
        `${this.engineName}: process ${program.pid} was left over by a killed run; stopping it before starting anew`,
      );
      if (!(await stopByIdentity(program, stopSteps))) {
        throw new EngineError(
          `${this.engineName}: the left-over process ${program.pid} does not stop: kill it by hand.`,
        );
      }
    }
    await this.save({ owner: await identifyProcess(process.pid), program: undefined });
  }

  private async save(change: Partial<EngineRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    await writeDurably(this.file(RECORD_FILE), `${JSON.stringify(this.record)}\n`);
  }
}

async function readRecord(file: string): Promise<EngineRecord> {
  try {
    return parseRecord(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    // A record that cannot be read costs a remembered port, nothing else: it must not stop the start.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return EMPTY_RECORD;
    throw error;
  }
}

function parseRecord(value: unknown): EngineRecord {
  if (typeof value !== 'object' || value === null) return EMPTY_RECORD;
  const { ports, owner, program } = value as Record<string, unknown>;
  const known = Object.entries(typeof ports === 'object' && ports !== null ? ports : {}).filter(
    (entry): entry is [string, number] => Number.isInteger(entry[1]) && entry[1] > 0 && entry[1] < 65_536,
  );
  return { ports: Object.fromEntries(known), owner: parseIdentity(owner), program: parseIdentity(program) };
}

function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startedAt } = value as Record<string, unknown>;
  // Number 1 and below would address the system's first process or whole groups.
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 1 || typeof startedAt !== 'string') return undefined;
  return { pid, startedAt };
}
