import { createInterface } from 'node:readline/promises'
import type { Io } from '../io.ts'

/** One line from a person; null: they ended the input or pressed Ctrl-C instead. The question is on standard error. */
export async function ask({ stdin, stderr }: Io, question: string): Promise<string | null> {
  const lines = createInterface({ input: stdin, output: stderr })
  const ending = new AbortController()
  lines.once('SIGINT', () => ending.abort())
  lines.once('close', () => ending.abort())
  try {
    return (await lines.question(question, { signal: ending.signal })).trim()
  } catch {
    stderr.write('\n')
    return null
  } finally {
    lines.close()
  }
}
