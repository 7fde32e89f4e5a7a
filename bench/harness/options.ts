import { parseArgs } from 'node:util'
import { type Contender, contenders, findContenders } from './contenders.ts'
import { type Cores, chooseCores } from './contest.ts'

export const suiteNames = ['throughput', 'latency', 'forwarding', 'blocking', 'start'] as const
export type SuiteName = (typeof suiteNames)[number]

export interface Options {
  readonly suites: readonly SuiteName[]
  readonly contenders: readonly Contender[]
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly seconds: number
  readonly warmupSeconds: number
  readonly connections: number
  readonly cores: Cores
  /** Put the tables into RESULTS.md. */
  readonly write: boolean
}

export const usage = `Usage: npm run bench -- [suite …] [options]

Suites: ${suiteNames.join(', ')} (all of them when none is named)
Servers: ${contenders.map((contender) => contender.name).join(', ')}

  --servers a,b      only these (default: all)
  --sizes 1k,64k,1m  body sizes of the throughput suite
  --rounds 3         every server is measured once per round, in turn
  --seconds 3        measured window
  --warmup 3         seconds of saturating load before it
  --connections 64
  --cores one|both   cores of the server; the generator always has core 1
  --write            put the tables into bench/RESULTS.md`

function parseSize(text: string): number {
  const match = /^(\d+)([km]?)$/i.exec(text)
  const unit = { '': 1, k: 1024, m: 1024 * 1024 }[match?.[2]?.toLowerCase() ?? ''] ?? 1
  const size = Number(match?.[1]) * unit
  if (!(size >= 512)) throw new Error(`--sizes: "${text}" is no size of at least 512 bytes, such as 1k, 64k or 1m.`)
  return size
}

function parseNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!(value >= least)) throw new Error(`--${name}: "${text}" is not a number of at least ${least}.`)
  return value
}

function parseSuites(names: readonly string[]): readonly SuiteName[] {
  if (names.length === 0) return suiteNames
  return names.map((name) => {
    const suite = suiteNames.find((each) => each === name)
    if (suite === undefined) throw new Error(`No suite "${name}". There are: ${suiteNames.join(', ')}.`)
    return suite
  })
}

/**
 * @returns null when the user asked for help.
 * @throws {Error} naming the option that cannot be used.
 */
export function parseOptions(argv: readonly string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      servers: { type: 'string' },
      sizes: { type: 'string', default: '1k,64k,1m' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      warmup: { type: 'string', default: '3' },
      connections: { type: 'string', default: '64' },
      cores: { type: 'string', default: 'one' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.cores !== 'one' && values.cores !== 'both') throw new Error('--cores: one or both.')
  return {
    suites: parseSuites(positionals),
    contenders: values.servers === undefined ? contenders : findContenders(values.servers.split(',')),
    sizes: values.sizes.split(',').map(parseSize),
    rounds: Math.floor(parseNumber('rounds', values.rounds, 1)),
    seconds: parseNumber('seconds', values.seconds, 0.5),
    warmupSeconds: parseNumber('warmup', values.warmup, 0.1),
    connections: Math.floor(parseNumber('connections', values.connections, 1)),
    cores: chooseCores(values.cores === 'both'),
    write: values.write,
  }
}
