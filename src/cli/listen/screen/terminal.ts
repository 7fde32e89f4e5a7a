import { emitKeypressEvents } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { ReadStream, WriteStream } from 'node:tty'
import { widthOf } from '../../show/text.ts'
import type { Size } from './render.ts'
import type { Key } from './view.ts'

/** A whole terminal for one command, given back as it was: however the command ends. */
export interface Terminal {
  size(): Size
  /** Shows these lines, writing only those that are others than before. */
  draw(lines: readonly string[]): void
  close(): void
}

export interface TerminalEvents {
  key(key: Key): void
  /** Of another size, or back after it was another command's: everything has to be drawn. */
  changed(): void
}

const csi = '\u001b['
/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: the alternate screen, no cursor, no wrapping of lines. */
const enter = `${csi}?1049h${csi}?25l${csi}?7l${csi}2J`
const leave = `${csi}0m${csi}?7h${csi}?25h${csi}?1049l`

export function openTerminal(stdin: Readable, stdout: Writable, events: TerminalEvents): Terminal {
  if (!(stdin instanceof ReadStream) || !(stdout instanceof WriteStream)) throw new Error('not a terminal')
  const input = stdin
  const screen = stdout
  let shown: readonly string[] = []
  let open = false

  function begin(): void {
    open = true
    shown = []
    input.setRawMode(true)
    input.resume()
    screen.write(enter)
  }

  /** Written at once where the process ends just now. */
  function end(): void {
    if (!open) return
    open = false
    screen.write(leave)
    input.setRawMode(false)
    input.pause()
  }

  function press(_: string | undefined, key: Key): void {
    if (key.ctrl && key.name === 'z' && process.platform !== 'win32') suspend()
    else events.key(key)
  }

  /** As a shell's job control has it: until `fg`. */
  function suspend(): void {
    end()
    process.once('SIGCONT', () => {
      begin()
      events.changed()
    })
    process.kill(process.pid, 'SIGTSTP')
  }

  function resized(): void {
    shown = []
    screen.write(`${csi}2J`)
    events.changed()
  }

  emitKeypressEvents(input)
  input.on('keypress', press)
  screen.on('resize', resized)
  process.on('exit', end)
  begin()

  return {
    size: () => ({ columns: screen.columns || 80, rows: screen.rows || 24 }),
    draw(lines) {
      if (!open) return
      const { columns } = screen
      let text = ''
      for (const [index, line] of lines.entries()) {
        if (line === shown[index]) continue
        // Behind a line that fills the screen the cursor stands on its last character, which would be erased.
        text += `${csi}${index + 1};1H${line}${csi}0m${widthOf(line) < columns ? `${csi}K` : ''}`
      }
      if (lines.length < shown.length) text += `${csi}${lines.length + 1};1H${csi}J`
      shown = lines
      if (text !== '') screen.write(text)
    },
    close() {
      end()
      input.off('keypress', press)
      screen.off('resize', resized)
      process.off('exit', end)
    },
  }
}
