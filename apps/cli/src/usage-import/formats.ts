import { alibabaGenai } from './alibaba-genai.js';
import { azureLlm } from './azure-llm.js';
import { cloudevents } from './cloudevents.js';
import type { UsageFormat } from './row.js';

/** The formats that `airtime usage import` reads, by name. */
export const FORMATS: Readonly<Record<string, UsageFormat>> = Object.fromEntries(
  [cloudevents, azureLlm, alibabaGenai].map((format) => [format.name, format]),
);
