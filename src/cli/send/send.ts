import { createComposer } from '../../sending/compose.ts'
import { curlLine } from '../../sending/curl.ts'
import { SendingError } from '../../sending/errors.ts'
import { runPlan } from '../../sending/run.ts'
import { defaultCopies } from '../../signing/faults.ts'
import { environmentOf } from '../environment.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { providerNamed } from '../find-provider.ts'
import type { Io } from '../io.ts'
import { createOutput } from '../output.ts'
import { generateKey } from './generate-key.ts'
import type { SendOptions } from './options.ts'
import { planOf } from './plan.ts'
import { printHead, report } from './report.ts'

/** Does what one `posthorn send` asks for. Throws `CliError` when it makes no sense. */
export async function send(io: Io, name: string, options: SendOptions): Promise<ExitCode> {
  try {
    return await sendAsAsked(io, name, options)
  } catch (error) {
    throw error instanceof SendingError ? new CliError(error.message, error.advice) : error
  }
}

async function sendAsAsked(io: Io, name: string, options: SendOptions): Promise<ExitCode> {
  const provider = providerNamed(name)
  const output = createOutput(io, options.json === true)
  if (options.generateKey !== undefined) {
    const { generateKey: path, scheme, source = provider.name } = options
    generateKey(io, output, provider, source, scheme, path)
    return exitCodes.ok
  }
  const plan = await planOf(io, environmentOf(io), provider, options)
  const composer = createComposer(plan)
  const { fault, count, timeout, drip } = { fault: null, ...options }
  if (options.dryRun) {
    const { draft } = composer.compose()
    const curl = curlLine(draft, plan.url, fault === 'chunked')
    const { headers, body } = draft
    output.document({ method: 'POST', url: plan.url.origin + draft.url, headers, body: body.toString('base64'), curl })
    output.line(curl)
    return exitCodes.ok
  }
  printHead(output, plan, composer.scheme)
  const many = fault === 'concurrent-duplicates' ? defaultCopies : 1
  const run = { count, concurrency: options.concurrency ?? many, timeoutMs: timeout * 1000, dripMs: drip * 1000 }
  const sent = await runPlan(plan, composer, run)
  if (options.show) {
    for (const { composed } of sent) output.line(`  ${curlLine(composed.draft, plan.url, fault === 'chunked')}`)
  }
  return report(output, plan, composer.scheme, sent)
}
