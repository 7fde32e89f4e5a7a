import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lack, needsFile } from './machine.ts'

const arch: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }
const library = `/usr/lib/${arch[process.arch] ?? process.arch}-linux-gnu/faketime/libfaketimeMT.so.1`

/** The clock of a process, which jumps while it runs; how fast time passes stays as it is. */
export interface FakeClock {
  /** Settings of the process. */
  readonly env: Readonly<Record<string, string>>
  /** @param offset from the true time: `+2h`, `-3d`, `+0` */
  set(offset: string): void
}

export function needsFaketime(): Lack {
  return needsFile(library, 'libfaketime')
}

/** @param directory for a file of its own */
export function createFakeClock(directory: string): FakeClock {
  const file = join(directory, 'clock')
  const set = (offset: string) => {
    // In one step: the process reads it whenever it wants to know the time.
    writeFileSync(`${file}.new`, `${offset}\n`)
    renameSync(`${file}.new`, file)
  }
  set('+0')
  return {
    set,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  }
}
