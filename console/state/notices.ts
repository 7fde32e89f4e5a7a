import { createValue } from './value.ts'

/** Something that was done, or was not, said once. */
export interface Notice {
  readonly id: number
  readonly text: string
  readonly bad: boolean
}

const shownMs = 6_000
let last = 0

export const notices = createValue<readonly Notice[]>([])

export function say(text: string, { bad = false } = {}): void {
  last += 1
  const id = last
  notices.set([...notices.get().slice(-3), { id, text, bad }])
  setTimeout(() => dismiss(id), bad ? shownMs * 2 : shownMs)
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id))
}
