import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cleanup } from './gateway.ts'

/** A command on a pseudo-terminal, as somebody sees it. */
export interface TestTerminal {
  /** The lines that are seen just now. */
  screen(): readonly string[]
  /** Everything that was written, with what only a terminal understands. */
  raw(): string
  /** Resolves once the screen is so; fails when the command ends before. */
  until(isSo: (text: string) => boolean): Promise<void>
  type(keys: string): void
  signal(name: NodeJS.Signals): void
  readonly exited: Promise<number | null>
}

/** Of util-linux: runs a command on a pseudo-terminal of its own. */
export const hasTerminals = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

const root = join(import.meta.dirname, '..', '..')
const columns = 100
export const up = '\u001b[A'

/** Runs `posthorn` on a terminal of 24 lines and 100 columns. */
export function openTestTerminal(
  t: Cleanup,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): TestTerminal {
  const quoted = [process.execPath, join(root, 'posthorn.js'), ...args].map(
    (arg) => `'${arg.replaceAll("'", "'\\''")}'`,
  )
  const child: ChildProcess = spawn(
    'script',
    ['-qefc', `stty rows 24 cols ${columns}; exec ${quoted.join(' ')}`, '/dev/null'],
    {
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit').then(() => child.exitCode)
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  if (child.stdout === null || child.stdin === null) throw new Error('the terminal has no streams')
  const { stdin } = child
  let raw = ''
  let ended = false
  const waiting: (() => void)[] = []
  const news = () => {
    for (const wake of waiting.splice(0)) wake()
  }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk
    news()
  })
  child.once('close', () => {
    ended = true
    news()
  })
  return {
    screen: () => screenOf(raw),
    raw: () => raw,
    async until(isSo) {
      while (!isSo(screenOf(raw).join('\n'))) {
        if (ended) throw new Error(`it ended before that was seen:\n${screenOf(raw).join('\n')}`)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    type: (keys) => void stdin.write(keys),
    signal: (name) => void child.kill(name),
    exited,
  }
}

/** What a terminal would show, of the few sequences that are used here. Throws at any other. */
function screenOf(raw: string): readonly string[] {
  let lines: string[] = []
  let saved: string[] = []
  let row = 0
  let column = 0
  const put = (text: string) => {
    const line = (lines[row] ?? '').padEnd(column)
    lines[row] = line.slice(0, column) + text + line.slice(column + text.length)
    column += text.length
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what it is about
  for (const [token, sequence, text] of raw.matchAll(/\u001b\[([?\d;]*[A-Za-z])|([^\u0000-\u001f]+)|[\s\S]/g)) {
    if (text !== undefined) put(text)
    else if (token === '\n') row++
    else if (token === '\r') column = 0
    else if (sequence === undefined) throw new Error(`written to the terminal: ${JSON.stringify(token)}`)
    else if (sequence === '?1049h') [saved, lines, row, column] = [lines, [], 0, 0]
    else if (sequence === '?1049l') [lines, row, column] = [saved, saved.length, 0]
    else if (sequence === '2J') lines = []
    else if (sequence === 'J' || sequence === '0J')
      lines = [...lines.slice(0, row), (lines[row] ?? '').slice(0, column)]
    else if (sequence.endsWith('G')) column = Number(sequence.slice(0, -1)) - 1
    else if (sequence === 'K') lines[row] = (lines[row] ?? '').slice(0, Math.min(column, columns - 1))
    else if (sequence.endsWith('H')) {
      const [line = 1, at = 1] = sequence.slice(0, -1).split(';').map(Number)
      row = line - 1
      column = at - 1
    }
  }
  return Array.from(lines, (line = '') => line.trimEnd())
}
