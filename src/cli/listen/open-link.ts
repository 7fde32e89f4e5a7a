import { spawn } from 'node:child_process'
import type { Io } from '../io.ts'

/** Opens an event in the gateway's console, where there is a browser, and says where it is. */
export function openLink({ env }: Pick<Io, 'env'>, gateway: string, id: string): string {
  const link = `${gateway}/console/events/${encodeURIComponent(id)}`
  const browser = browserOf(env)
  if (browser === null) return link
  const [command, ...args] = browser
  // Whether there is one, and what it says, is no matter: the link is shown too.
  spawn(command, [...args, link], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
  return `Opened ${link}`
}

/** The program that opens links; null: this is somebody's terminal on another machine. */
function browserOf(env: Io['env']): readonly [string, ...string[]] | null {
  if (env['SSH_CONNECTION'] || env['SSH_TTY']) return null
  if (env['BROWSER']) return [env['BROWSER']]
  if (process.platform === 'darwin') return ['open']
  // "start" takes a first argument in quotes for a title.
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null
}
