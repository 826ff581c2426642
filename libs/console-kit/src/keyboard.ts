/** Keys of the whole console. Off inside of fields. */

interface Bound {
  readonly key: string;
  readonly what: string;
  readonly act: () => void;
}

const bound: Bound[] = [];
const LEADER_MS = 1_500;
let leaderAt = Number.NEGATIVE_INFINITY;

/**
 * Binds a key, or two as `g h`.
 *
 * @param what it does, for the list of keys
 * @returns unbinds it
 */
export function onKey(key: string, what: string, act: () => void): () => void {
  const binding = { key, what, act };
  bound.push(binding);
  return () => void bound.splice(bound.indexOf(binding), 1);
}

/** What is bound now, for the list of keys. */
export function boundKeys(): readonly Pick<Bound, 'key' | 'what'>[] {
  return [...bound].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Listens for as long as the page lives. */
export function listenToKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    const isFind = event.key === 'k' && (event.ctrlKey || event.metaKey);
    if (!isFind && (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey)) return;
    // A dialog has the keys for itself.
    if (document.querySelector('[role=dialog]') !== null) return;
    const pressed = isFind ? '/' : event.key;
    if (pressed === 'g' && event.timeStamp - leaderAt > LEADER_MS) {
      leaderAt = event.timeStamp;
      return;
    }
    const isLed = event.timeStamp - leaderAt <= LEADER_MS;
    leaderAt = Number.NEGATIVE_INFINITY;
    const binding = bound.findLast(({ key }) => key === (isLed ? `g ${pressed}` : pressed));
    if (binding === undefined) return;
    event.preventDefault();
    binding.act();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}
