import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { CliError } from './errors.ts'
import type { Io } from './io.ts'

/** The bytes of a file, or of standard input where the path is `-`. `flag` is named in errors. */
export async function readInput({ stdin, cwd }: Io, path: string, flag: string): Promise<Buffer> {
  if (path === '-') return await buffer(stdin)
  try {
    return await readFile(resolve(cwd, path))
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error
    throw new CliError(`${flag}: ${path} cannot be read: ${reason instanceof Error ? reason.message : reason}`)
  }
}
