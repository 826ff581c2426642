const TIMEOUT_MS = 30_000;

/** One JSON-RPC call over HTTP. The answer's shape is the caller's knowledge; an error answer throws. */
export async function callJsonRpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message} (${answer.error.code})`);
  return answer.result;
}
