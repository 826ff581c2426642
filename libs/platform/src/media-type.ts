/** `Content-Type` as HTTP and Kafka headers carry it. Source: RFC 9110 section 8.3. */

export interface MediaType {
  /** Type and subtype in lower case, without parameters: they compare without case. Empty when there is no header. */
  readonly name: string;
  /** Whether its texts are UTF-8, which is also so when it says nothing: JSON is (RFC 8259 section 8.1). */
  readonly isUtf8: boolean;
}

const NONE: MediaType = { name: '', isUtf8: true };

/** Reads a header's value. */
export function readMediaType(header: string | undefined): MediaType {
  if (header === undefined) return NONE;
  const [name = '', ...parameters] = header.split(';');
  return { name: name.trim().toLowerCase(), isUtf8: parameters.every(isUtf8Parameter) };
}

function isUtf8Parameter(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  if (name.trim().toLowerCase() !== 'charset') return true;
  return (
    value
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase() === 'utf-8'
  );
}
