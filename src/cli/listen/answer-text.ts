import type { Output } from '../output.ts'
import type { Row } from './session.ts'

type Style = Parameters<Output['style']>[0]

/** What became of an event, in one word, and how it is coloured. */
export function resultOf({ state, answer }: Row): { readonly text: string; readonly colour: Style } {
  if (state === 'waiting') return { text: 'waits', colour: 'dim' }
  if (state === 'sending') return { text: '…', colour: 'dim' }
  if (state === 'gone') return { text: 'no payload', colour: 'dim' }
  if (answer === null) return { text: '', colour: 'dim' }
  if (answer.kind === 'failed') return { text: answer.code, colour: 'red' }
  return { text: String(answer.status), colour: statusColour(answer.status) }
}

function statusColour(status: number): Style {
  if (status < 300) return 'green'
  return status < 400 ? 'yellow' : 'red'
}

export function latencyOf({ answer }: Row): string {
  return answer === null ? '' : `${answer.ms} ms`
}

/** Whether a program took it. */
export function isTaken({ answer }: Row): boolean {
  return answer?.kind === 'answered' && answer.status >= 200 && answer.status < 300
}
