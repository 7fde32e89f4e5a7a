import { type Command, InvalidArgumentError, Option } from 'commander'
import { urlOf } from '../arguments.ts'
import { environmentOf } from '../environment.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'

/** Where a gateway's operator API is, and what lets one in. */
export interface Gateway {
  /** Without a slash at its end. */
  readonly url: string
  /** For messages. */
  readonly host: string
  readonly token: Token | null
}

export interface Token {
  readonly text: string
  /** Where it came from, for messages. */
  readonly from: string
}

export interface GatewayOptions {
  readonly url?: string
  readonly tokenFile?: string
}

/** What `--help` says of every command that asks a gateway. */
export const gatewayHelp = `
Which gateway: --url, else POSTHORN_URL, else http://localhost:3000. The token: --token-file, else POSTHORN_TOKEN or
ADMIN_TOKEN, from the environment or from .env here. None is needed on the gateway's own machine while it has none.`

export function addGatewayOptions(
  command: Command,
  url = 'of the gateway; http://localhost:3000 if not given',
): Command {
  return command
    .optionsGroup('Gateway:')
    .addOption(new Option('--url <url>', url).argParser(gatewayUrlOf))
    .option('--token-file <path>', 'a file with the ADMIN_TOKEN of the gateway; "-" is standard input')
}

/** Throws `CliError` where a setting makes no sense. */
export async function gatewayOf(io: Io, { url, tokenFile }: GatewayOptions): Promise<Gateway> {
  const env = environmentOf(io)
  const given = url ?? urlFromEnvironment(env['POSTHORN_URL']) ?? `http://localhost:${portOf(env['PORT'])}`
  const token = tokenFile === undefined ? tokenFrom(env) : await tokenIn(io, tokenFile)
  const { host, protocol, hostname } = new URL(given)
  if (token !== null && protocol === 'http:' && !isNear(hostname)) {
    io.stderr.write(`posthorn: ${host} is asked over http: who listens on the way can read the token. Give https.\n`)
  }
  return { url: given, host, token }
}

function gatewayUrlOf(text: string): string {
  const hasScheme = /^[a-z]+:\/\//i.test(text)
  const parsed = urlOf(hasScheme ? text : `https://${text}`)
  if (!hasScheme && isNear(parsed.hostname)) parsed.protocol = 'http:'
  if (parsed.search !== '') throw new InvalidArgumentError('Give the URL of the gateway, without a query.')
  // What people copy from the address bar.
  return `${parsed.origin}${parsed.pathname}`.replace(/(?:\/(?:api|console|health))?\/*$/, '')
}

function urlFromEnvironment(text = ''): string | null {
  if (text.trim() === '') return null
  try {
    return gatewayUrlOf(text.trim())
  } catch (error) {
    throw new CliError(`POSTHORN_URL: ${error instanceof Error ? error.message : 'is no URL'}`)
  }
}

/** The gateway on this machine listens where PORT says. */
function portOf(text = ''): string {
  return /^\d{1,5}$/.test(text.trim()) && Number(text) > 0 ? text.trim() : '3000'
}

function tokenFrom(env: Readonly<Record<string, string | undefined>>): Token | null {
  for (const name of ['POSTHORN_TOKEN', 'ADMIN_TOKEN']) {
    const text = env[name]?.trim()
    if (text) return { text: checked(text, name), from: name }
  }
  return null
}

async function tokenIn(io: Io, path: string): Promise<Token> {
  const text = (await readInput(io, path, '--token-file')).toString('utf8').trim()
  if (text === '') throw new CliError('--token-file: is empty')
  return { text: checked(text, '--token-file'), from: '--token-file' }
}

/** What else is in a header ends the request with an error that names neither the token nor what is wrong. */
function checked(text: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new CliError(
    `${from}: has characters that no token has`,
    'Give the ADMIN_TOKEN of the gateway, and nothing else.',
  )
}

/** This machine, or a private name that only a private network knows. */
function isNear(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\]|[^.:]+|.*\.(?:internal|local|lan))$/i.test(hostname)
}
