import { describeError } from '../delivery/one-line.ts'
import type { Confirmation } from '../providers/types.ts'
import type { KeyService } from './service.ts'

const timeoutMs = 3_000

/** Null: confirmed. Otherwise why not, in one sentence for the operator. */
export type Confirm = (url: string) => Promise<string | null>

/** Says yes to a sender that asks whether its events are wanted, by a GET of the URL that its signed request holds. */
export function compileConfirmation({ pattern }: Confirmation, service: string, keys: KeyService): Confirm {
  const allowed = new RegExp(`^(?:${pattern})$`)
  return async (url) => {
    if (!allowed.test(url)) return `${service} asks for a URL that is not its own: it was left alone`
    if (!keys.limiter.take(`${service} confirmations`, keys.now())) return `${service} asked too often lately`
    try {
      const { status } = await keys.publicClient.request({ url, timeoutMs })
      return status >= 200 && status < 300 ? null : `${service} answered ${status} to the confirmation`
    } catch (error) {
      return `${service} cannot be reached to confirm: ${describeError(error)}`
    }
  }
}
