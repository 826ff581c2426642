/** A third-party program (database, chain node, broker) that this process started, watches and stops. */
export interface Engine {
  readonly name: string;
  /** The operating system's process number; undefined while the engine is down (being restarted, or stopped). */
  readonly processId: number | undefined;
  /** Stops the program in an orderly way, by force if it does not answer. Idempotent; leaves no process behind. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Folder that belongs to this engine alone. Created when missing; everything the engine must remember is in it. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1. Without it the port of the last run is used again if free, else any free one. */
  readonly port?: number;
  /** Receives one line for everything an operator would want to know: restarts, take-overs, places of data. */
  readonly onEvent?: (message: string) => void;
}

/** The engine cannot be started, and the message says what to do about it. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
