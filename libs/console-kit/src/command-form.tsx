/** A form that sends one command: however often it is sent, it acts once. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { queryClient } from './api.js';
import { Failed } from './states.js';

interface Written {
  readonly id?: string | null;
  /** Where it was written, of what stands in the journal. */
  readonly position?: { readonly shard: number; readonly height: number };
}

export interface CommandFormProps<Answer extends Written> {
  /** What the button does, as a verb: Grant. */
  readonly act: string;
  /** Sends the command under this Idempotency-Key, which stays the same until it was answered. */
  readonly send: (idempotencyKey: string) => Promise<Answer>;
  /** Told what was written: reads ask for its position from then on. */
  readonly done: (answer: Answer) => void;
  readonly cancel: () => void;
  readonly children: ReactNode;
}

/**
 * The key is made when the form opens and kept over every try, also when the network went away in the middle or the session ended: sent
 * again it is one entry. A refusal leaves what was typed, and a changed command gets a key of its own.
 */
export function CommandForm<Answer extends Written>({ act, send, done, cancel, children }: CommandFormProps<Answer>) {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [isUncertain, setUncertain] = useState(false);
  const command = useMutation({
    mutationFn: () => send(key),
    onSuccess: async (answer) => {
      done(answer);
      await queryClient.invalidateQueries();
    },
    // Without an answer nobody knows whether it acted, so the same one is sent again; what was refused has not acted.
    onError: (error: unknown) => setUncertain(typeof error !== 'object' || error === null || !('code' in error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.mutate();
  };
  const changed = () => {
    if (command.isError && !isUncertain) {
      setKey(crypto.randomUUID());
      command.reset();
    }
  };
  return (
    <form className="command" onSubmit={submit} onChange={changed} data-idempotency-key={key}>
      {/* What may have been sent is sent again as it was. */}
      <fieldset disabled={command.isPending || isUncertain}>{children}</fieldset>
      {command.isError ? <Failed error={command.error} /> : null}
      {isUncertain ? <p>No answer came, so it may have been done or not. Sent again it is still done once.</p> : null}
      <div className="command-buttons">
        <Button type="submit" loading={command.isPending}>
          {isUncertain ? 'Send again' : act}
        </Button>
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
