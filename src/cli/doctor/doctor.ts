import { ConfigError, readConfig } from '../../config/load.ts'
import { checkStore } from '../../diagnosis/check-store.ts'
import { checkConfig } from '../../diagnosis/checks.ts'
import { type Finding, fail, worst } from '../../diagnosis/findings.ts'
import { checkMachine } from '../../diagnosis/machine.ts'
import { type GatewayOptions, gatewayOf } from '../api/gateway.ts'
import { environmentOf } from '../environment.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, table } from '../output.ts'
import { checkGateway } from './gateway.ts'

/** What `posthorn doctor` was told. Without a URL: what a gateway that is started here would find. */
export interface DoctorOptions extends GatewayOptions {
  readonly json?: true
}

/** Says what is doubtful about a deployment. */
export async function doctor(io: Io, options: DoctorOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  const findings =
    options.url === undefined ? await checkHere(io) : await checkGateway(io, await gatewayOf(io, options))
  const level = worst(findings)
  output.document({ level, findings })
  show(output, findings)
  return level === 'ok' ? exitCodes.ok : exitCodes.unexpected
}

async function checkHere(io: Io): Promise<readonly Finding[]> {
  try {
    const config = await readConfig(environmentOf(io), { cwd: io.cwd })
    return [...checkConfig(config), ...(await checkStore(config, io.now)), ...(await checkMachine(config))]
  } catch (error) {
    // A gateway would not start; it says the same.
    if (error instanceof ConfigError) return error.problems.map((problem) => fail('settings', problem))
    throw error
  }
}

const order = { fail: 0, warn: 1, ok: 2 } as const
const looks = { fail: ['✗', 'red'], warn: ['!', 'yellow'], ok: ['✓', 'green'] } as const

/** The gravest first. */
function show(output: Output, findings: readonly Finding[]): void {
  const sorted = [...findings].sort((a, b) => order[a.level] - order[b.level])
  const rows = sorted.map(({ level, check, sentence }) => {
    const [mark, colour] = looks[level]
    return [output.style(colour, mark), output.style('dim', check), sentence]
  })
  for (const line of table(rows)) output.line(line)
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length
  output.line()
  output.line(
    worst(findings) === 'ok'
      ? 'Everything that was looked at is as it should be.'
      : `${count('fail')} to mend, ${count('warn')} doubtful, ${count('ok')} as they should be.`,
  )
}
