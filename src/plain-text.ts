import { stripVTControlCharacters } from 'node:util'

/*
 * What comes from elsewhere never reaches a terminal as it is: a sequence that a terminal obeys can change its title, its
 * colours, what was printed before, or in some of them type for the user. https://cwe.mitre.org/data/definitions/150.html
 */

/** Controls, and the characters that turn the direction of a line or hide in it (https://trojansource.codes). */
export const unsafe = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu
const unsafeRuns = new RegExp(`(?:${unsafe.source})+`, 'gu')

/** Text from elsewhere as it may stand on a terminal: on one line, without control characters, and cut where it is long. */
export function plain(text: string, length = 200): string {
  const line = stripVTControlCharacters(text).toWellFormed().replace(unsafeRuns, ' ')
  return line.length > length ? `${line.slice(0, length).toWellFormed()}…` : line
}
