import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { plain } from '../output.ts'
import { readInput } from '../read-input.ts'
import { type CapturedRequest, headerText, splitUrl } from './captured.ts'
import { shellWords } from './shell-words.ts'

/** What options of curl mean here; those that are not listed take nothing and change nothing. https://curl.se/docs/manpage.html */
const meanings: Readonly<
  Record<string, 'method' | 'header' | 'url' | 'data' | 'user' | 'cookie' | 'agent' | 'referer' | 'form' | 'skip'>
> = {
  '-X': 'method',
  '--request': 'method',
  '-H': 'header',
  '--header': 'header',
  '--url': 'url',
  '-d': 'data',
  '--data': 'data',
  '--data-ascii': 'data',
  '--data-raw': 'data',
  '--data-binary': 'data',
  '--data-urlencode': 'data',
  '--json': 'data',
  '-u': 'user',
  '--user': 'user',
  '-b': 'cookie',
  '--cookie': 'cookie',
  '-A': 'agent',
  '--user-agent': 'agent',
  '-e': 'referer',
  '--referer': 'referer',
  '-F': 'form',
  '--form': 'form',
  '-o': 'skip',
  '--output': 'skip',
  '-m': 'skip',
  '--max-time': 'skip',
  '--connect-timeout': 'skip',
  '-x': 'skip',
  '--proxy': 'skip',
  '--resolve': 'skip',
  '-w': 'skip',
  '--write-out': 'skip',
  '--cacert': 'skip',
  '--cert': 'skip',
  '--key': 'skip',
  '-c': 'skip',
  '--cookie-jar': 'skip',
  '--retry': 'skip',
}

interface Option {
  readonly name: string
  readonly value: string
}

/** Whether a text is a command line for curl. */
export function isCurl(text: string): boolean {
  return /^\s*(?:\$ )?curl(?:\.exe)?\s/.test(text)
}

/** The request that a command line for curl would make. Files that it names are read. */
export async function parseCurl(io: Io, text: string): Promise<CapturedRequest> {
  const [, ...words] = shellWords(text.trim().replace(/^\$ /, ''))
  const { options, targets } = readOptions(words)
  const all = (meaning: string) => options.filter(({ name }) => meanings[name] === meaning)
  const target = all('url')[0]?.value ?? targets[0]
  if (target === undefined) throw new CliError('the command for curl has no URL')
  if (all('form').length > 0) {
    throw new CliError(
      'the command for curl makes up a multipart body (-F), whose boundary is another one each time',
      'Save the request as it came, and give that file.',
    )
  }
  const pieces: Buffer[] = []
  for (const option of all('data')) pieces.push(await dataOf(io, option))
  const json = options.some(({ name }) => name === '--json')
  const inQuery = words.includes('-G') || words.includes('--get')
  const given = all('header').flatMap(({ value }) => headerOf(value))
  const has = (wanted: string) => given.some((text, index) => index % 2 === 0 && text.toLowerCase() === wanted)
  const joined = Buffer.concat(
    pieces.flatMap((piece, index) => (index === 0 || json ? [piece] : [Buffer.from('&'), piece])),
  )
  const added = [
    ...all('user').flatMap(({ value }) => ['Authorization', `Basic ${Buffer.from(value).toString('base64')}`]),
    ...all('cookie').flatMap(({ value }) => ['Cookie', headerText(value)]),
    ...all('agent').flatMap(({ value }) => ['User-Agent', headerText(value)]),
    ...all('referer').flatMap(({ value }) => ['Referer', headerText(value)]),
    ...(pieces.length > 0 && !inQuery && !has('content-type')
      ? ['Content-Type', json ? 'application/json' : 'application/x-www-form-urlencoded']
      : []),
  ]
  const { url, origin } = splitUrl(/^[a-z]+:\/\//i.test(target) ? target : `http://${target}`)
  const method = all('method')[0]?.value.toUpperCase() ?? (pieces.length > 0 && !inQuery ? 'POST' : 'GET')
  const query = inQuery && joined.length > 0 ? `${url.includes('?') ? '&' : '?'}${joined.toString('latin1')}` : ''
  return {
    method,
    url: url + query,
    origin,
    rawHeaders: [...given, ...added],
    body: inQuery ? Buffer.alloc(0) : joined,
    receivedAt: null,
    notes: [],
  }
}

function readOptions(words: readonly string[]): {
  readonly options: readonly Option[]
  readonly targets: readonly string[]
} {
  const options: Option[] = []
  const targets: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (!word.startsWith('-') || word === '-') {
      targets.push(word)
      continue
    }
    const [long = '', attached] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : shortOf(word)
    if (meanings[long] === undefined) continue
    const value = attached ?? words[++index]
    if (value === undefined) throw new CliError(`the command for curl ends after ${plain(long, 40)}`)
    options.push({ name: long, value })
  }
  return { options, targets }
}

/** `-XPOST`, and `-sSd …`: of letters in one word the last may take a value. */
function shortOf(word: string): [name: string, value?: string] {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word[at]}`
    if (meanings[name] === undefined) continue
    const rest = word.slice(at + 1)
    return rest === '' ? [name] : [name, rest]
  }
  return [word]
}

function headerOf(text: string): readonly string[] {
  const [, name, value = ''] = /^([^\s:;]+)\s*[:;]\s*(.*)$/s.exec(text) ?? []
  return name === undefined ? [] : [name, headerText(value)]
}

async function dataOf(io: Io, { name, value }: Option): Promise<Buffer> {
  if (name === '--data-raw' || !value.includes('@')) return encoded(name, value)
  const [, field = '', path = ''] = /^([^@]*)@(.*)$/s.exec(value) ?? []
  if (name === '--data-urlencode') {
    if (field.includes('=')) return encoded(name, value)
    const content = encodeURIComponent((await readInput(io, path, name)).toString('utf8'))
    return Buffer.from(field === '' ? content : `${field}=${content}`)
  }
  if (field !== '') return Buffer.from(value)
  const bytes = await readInput(io, path, name)
  // Of a file that is no binary one curl leaves out what ends lines.
  return name === '--data-binary' || name === '--json'
    ? bytes
    : Buffer.from(bytes.toString('latin1').replace(/[\r\n\0]/g, ''), 'latin1')
}

function encoded(name: string, value: string): Buffer {
  if (name !== '--data-urlencode') return Buffer.from(value)
  const [, field = '', content = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? []
  if (!value.includes('=')) return Buffer.from(encodeURIComponent(value))
  return Buffer.from(field === '' ? encodeURIComponent(content) : `${field}=${encodeURIComponent(content)}`)
}
