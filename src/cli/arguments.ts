import { InvalidArgumentError } from 'commander'

/* What several commands take as an argument: each gives the value, or says what to give instead. */

export function urlOf(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidArgumentError('Give an http or https URL, such as http://localhost:3000/webhook/stripe.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('Give user and password as --header "authorization: Basic …", not in the URL.')
  }
  url.hash = ''
  return url
}

export function wordOf(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be in a name
  if (text !== '' && !/[\u0000-\u001f\u007f]/.test(text)) return text
  throw new InvalidArgumentError('Give text on one line.')
}

export function headersOf(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/s.exec(text) ?? []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be in a header
  if (name === '' || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw new InvalidArgumentError(
      'Give a name, a colon and a value on one line, such as "x-event-type: user.created".',
    )
  }
  return [...before, [name.toLowerCase(), Buffer.from(value, 'utf8').toString('latin1')] as const]
}

export function integerOf(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}

export function secondsOf(text: string): number {
  const value = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (value > 0 && value <= 3600) return value
  throw new InvalidArgumentError('Give seconds, from 0.001 to 3600.')
}

/** @param things what the rate is of, for the error */
export function rateOf(things: string, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
    if (value > 0 && value <= most) return value
    throw new InvalidArgumentError(`Give ${things} per second, up to ${most}; 0.5 is one every two seconds.`)
  }
}
