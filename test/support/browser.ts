import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Why no browser can be started here; false: it can. In CI it has to be there. */
export const noChromium: string | false =
  process.env['CI'] === 'true' || existsSync(executablePath) ? false : `${executablePath} is not installed`

/** Debian's Chromium, without a window, and silent: it asks nobody for anything by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
