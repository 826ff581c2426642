import { methodNotAllowed, type RequestError, routeNotFound } from './problem.js';

interface RoutePattern {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** The service's routes by path, to tell a wrong method on a known path (405) from an unknown path (404). */
export class RouteTable {
  private readonly patterns = new Map<string, RoutePattern>();

  /** @param pattern e.g. `/v1/holders/:id/balance`; a last `*` stands for one segment or more */
  add(methods: string | readonly string[], pattern: string): void {
    const route = this.patterns.get(pattern) ?? { segments: pattern.split('/'), methods: new Set<string>() };
    for (const method of typeof methods === 'string' ? [methods] : methods) route.methods.add(method);
    this.patterns.set(pattern, route);
  }

  /** What to answer when no route takes the method on this path. */
  refusalOf(method: string, url: string): RequestError {
    const path = url.split('?', 1)[0] ?? '';
    const segments = path.split('/');
    const allowed = new Set<string>();
    for (const route of this.patterns.values()) {
      if (matches(route.segments, segments)) for (const known of route.methods) allowed.add(known);
    }
    return allowed.size === 0 ? routeNotFound(method, path) : methodNotAllowed(method, path, [...allowed].sort());
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    (pattern.length === segments.length || (pattern.at(-1) === '*' && pattern.length < segments.length)) &&
    pattern.every((part, index) =>
      part.startsWith(':') || part === '*' ? segments[index] !== '' : part === segments[index],
    )
  );
}
