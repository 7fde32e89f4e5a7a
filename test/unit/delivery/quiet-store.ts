import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from '../../../src/store/types.ts'

/** Turns of the event loop after which nothing follows any more from what a store has answered. */
const quietTurns = 12

/** A store, and a way to wait until nobody is waiting for it: its answers come from threads, at no time of the test's. */
export function quietStore(inner: Store): { readonly store: Store; quiet(): Promise<void> } {
  let asked = 0
  const counted =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      asked += 1
      return call(...args).finally(() => {
        asked -= 1
      })
    }
  return {
    store: { ...inner, accept: counted(inner.accept), claim: counted(inner.claim), settle: counted(inner.settle) },
    async quiet() {
      for (let turns = 0; turns < quietTurns; turns += 1) {
        await nextTurn()
        if (asked > 0) turns = 0
      }
    },
  }
}
