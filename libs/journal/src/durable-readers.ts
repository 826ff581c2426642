/** Whoever waits to read a shard's state at a moment when all of it is durable. */
interface Reader<State> {
  readonly read: (state: State) => void;
  readonly reject: (error: unknown) => void;
}

export class DurableReaders<State> {
  private waiting: Reader<State>[] = [];

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Resolves with what was read when {@link serve} is called next. */
  add<T>(read: (state: State) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (state: State): void => {
        resolve(read(state));
      };
      this.waiting.push({ read: answer, reject });
    });
  }

  /** @param hindrance why nothing can be read, if so */
  serve(state: State, hindrance: Error | undefined): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { read, reject } of waiting) {
      try {
        if (hindrance !== undefined) throw hindrance;
        read(state);
      } catch (error) {
        reject(error);
      }
    }
  }
}
