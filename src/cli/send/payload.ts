import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isJson } from '../../sending/json-text.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { plain } from '../output.ts'
import { readInput } from '../read-input.ts'

/** What `--data` gives: JSON itself, a file, or standard input (`-`). */
export async function readData(io: Io, given: string): Promise<Buffer> {
  if (given === '-') return await readInput(io, given, '--data')
  if (given.startsWith('@')) return await readInput(io, given.slice(1), '--data')
  if (existsSync(resolve(io.cwd, given))) return await readInput(io, given, '--data')
  if (isJson(given)) return Buffer.from(given)
  throw new CliError(
    `--data: ${plain(given, 60)} is neither JSON nor a file`,
    'Give JSON, the path of a file, or "-" for standard input.',
  )
}
