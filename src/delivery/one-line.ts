const MAX_LENGTH = 300

/** The first line of a text with control characters blanked, cut to a length that fits a list. */
export function firstLine(text: string, maxLength = MAX_LENGTH): string {
  const line = text.trim().split(/[\r\n]/, 1)[0] ?? ''
  return cut(blankControls(line), maxLength)
}

/** A whole text on one line, cut to a length that fits a list. */
export function oneLine(text: string, maxLength = MAX_LENGTH): string {
  return cut(blankControls(text).trim(), maxLength)
}

/** What went wrong, in one line, whatever was thrown. */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return firstLine(describeOther(thrown)) || 'no error given'
  if (thrown.message !== '') return firstLine(thrown.message)
  // A host with several addresses fails with an AggregateError that has no message of its own.
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return describeError(thrown.errors[0])
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
}

function describeOther(thrown: unknown): string {
  if (thrown === undefined || thrown === null) return ''
  if (typeof thrown === 'object') return 'something that is not an Error was thrown'
  return String(thrown)
}

function blankControls(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).toWellFormed()}…`
}
