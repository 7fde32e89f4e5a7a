import type { Static } from '@sinclair/typebox'
import type { Guard } from '../net/guard.ts'
import { type Composer, createComposer, type Plan } from '../sending/compose.ts'
import { SendingError } from '../sending/errors.ts'
import { runPlan } from '../sending/run.ts'
import { defaultCopies, needsSignature } from '../signing/faults.ts'
import { OperatorError } from './problem.ts'
import type { HeaderView } from './schemas.ts'
import type { SendRequest, SendResult, SentRequest } from './send-schema.ts'
import { type SendContext, targetOf } from './send-target.ts'
import { answerView, requestView } from './send-view.ts'

interface Prepared {
  readonly plan: Plan
  readonly composer: Composer
  /** Null: it goes to the gateway itself. */
  readonly guard: Guard | null
}

const dripMs = 2_000

/**
 * The request as it would be sent, signed. Whatever in it is the secret itself is left out.
 * @throws {OperatorError} 400, 404 or 503 where it cannot be made
 */
export function previewSend(asked: SendRequest, context: SendContext): Static<typeof SentRequest> {
  const { plan, composer } = prepare(asked, context)
  return asOperator(() => requestView(plan, composer.scheme, composer.compose().draft))
}

/**
 * Makes the request, sends it, and says whether what came back is what should. Never throws for what the other side does.
 * @throws {OperatorError} as `previewSend`
 */
export async function sendRequest(asked: SendRequest, context: SendContext): Promise<Static<typeof SendResult>> {
  const { plan, composer, guard } = prepare(asked, context)
  const many = plan.fault === 'concurrent-duplicates' ? defaultCopies : 1
  const run = { count: 1, concurrency: many, timeoutMs: asked.timeoutSeconds * 1000, dripMs }
  const [sent] = await asOperatorAsync(() => runPlan(plan, composer, guard === null ? run : { ...run, guard }))
  if (sent === undefined) throw new OperatorError(503, 'Nothing was sent; the log says why.')
  const { composed, results, problem } = sent
  return {
    request: requestView(plan, composer.scheme, composed.draft),
    ok: problem === null && results.every(({ ok }) => ok),
    problem,
    answers: results.map((result) => answerView(plan, result)),
  }
}

function prepare(asked: SendRequest, context: SendContext): Prepared {
  const { unsigned, secret, fault } = asked
  if (unsigned && secret !== undefined)
    throw new OperatorError(400, 'secret: cannot sign what is unsigned; leave one out.')
  if (unsigned && fault !== undefined && needsSignature(fault)) {
    throw new OperatorError(400, `fault: ${fault} needs a signature; leave out unsigned, or take another fault.`)
  }
  const target = targetOf(asked, context)
  const plan: Plan = {
    ...target.plan,
    schemeName: asked.scheme,
    fault: fault ?? null,
    event: asked.event,
    id: asked.id,
    body: bodyOf(asked),
    headers: asked.headers.map(checkedHeader),
    now: context.now,
  }
  return { plan, guard: target.guard, composer: asOperator(() => createComposer(plan)) }
}

function bodyOf({ body, encoding }: SendRequest): Buffer | null {
  return body === undefined ? null : Buffer.from(body, encoding)
}

/** RFC 9110 §5.1 and §5.5. */
function checkedHeader([given, value]: HeaderView): readonly [string, string] {
  const name = given.toLowerCase()
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name))
    throw new OperatorError(400, `headers: ${JSON.stringify(given)} is no name.`)
  if (['host', 'content-length', 'transfer-encoding', 'connection'].includes(name)) {
    throw new OperatorError(
      400,
      `headers: ${name} follows from where the request goes and what it holds; leave it out.`,
    )
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
    throw new OperatorError(400, `headers: ${name} has a line break or another control character.`)
  return [name, Buffer.from(value).toString('latin1')]
}

/** What the command says of its flags is said of the fields that are named like them. */
function asOperator<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw translated(error)
  }
}

async function asOperatorAsync<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    throw translated(error)
  }
}

const fields: Readonly<Record<string, string>> = { data: 'body', header: 'headers' }

function translated(error: unknown): unknown {
  if (!(error instanceof SendingError)) return error
  const text = error.advice === null ? error.message : `${error.message}. ${error.advice}`
  return new OperatorError(
    400,
    text.replace(/--(fault|event|id|data|header|scheme|unsigned)\b/g, (_, flag: string) => fields[flag] ?? flag),
  )
}
