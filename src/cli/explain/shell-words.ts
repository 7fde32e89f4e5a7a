import { parse } from 'shell-quote'
import { CliError } from '../errors.ts'

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', a: '\u0007', v: '\v' }

/**
 * The words of a command line as a shell would split it. Browsers quote bodies as `$'…'`, which only bash knows: those are
 * read here. Nothing is run, and no variable is looked up.
 */
export function shellWords(line: string): readonly string[] {
  const held: string[] = []
  const prepared = line
    // A line that goes on, of a Unix shell and of Windows.
    .replace(/[ \t]*[\\^]\r?\n[ \t]*/g, ' ')
    .replace(/\$'((?:[^'\\]|\\.)*)'/gs, (_, text: string) => {
      held.push(ansiText(text))
      return `posthorn-held-${held.length - 1}-`
    })
  const words: string[] = []
  for (const entry of parse(prepared, (name) => `$${name}`)) {
    if (typeof entry === 'string') words.push(entry)
    else if ('pattern' in entry) words.push(entry.pattern)
    else if ('op' in entry) {
      throw new CliError(
        `the command has ${JSON.stringify(entry.op)} outside quotes, where a shell would end it`,
        'Put the URL and the body into single quotes, or save the command in a file and give that.',
      )
    }
  }
  return words.map((word) => word.replace(/posthorn-held-(\d+)-/g, (_, index: string) => held[Number(index)] ?? ''))
}

/** https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html */
function ansiText(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))/gs,
    (_, hex?: string, short?: string, long?: string, octal?: string, other = '') => {
      const code = hex ?? short ?? long
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return escapes[other] ?? other
    },
  )
}
