/**
 * Texts that people and programs choose freely: usage ids, sources, reasons, references. Every character that a
 * CloudEvents String allows is allowed: joiners, right-to-left marks, private use, characters younger than this program.
 * Source: CloudEvents 1.0.2, "Type System": no control characters (U+0000-001F, U+007F-009F), no noncharacters, no
 * unpaired surrogates.
 */

/** The form of a free text of 1 to so many characters (Unicode code points). */
export function freeText(charactersMax: number): RegExp {
  return new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Noncharacter_Code_Point}]{1,${charactersMax}}$`, 'u');
}

/** A usage event's `id` and its `source`. */
export const USAGE_ID = freeText(200);
/** Why something was done, and what another system calls a party. */
export const REASON = freeText(500);
