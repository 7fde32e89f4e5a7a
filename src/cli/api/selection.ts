import { type Command, Option } from 'commander'
import { compilePattern } from '../../delivery/pattern.ts'
import { encodeEventId, firstSequenceAt, isEventId } from '../../store/event-id.ts'
import { wordOf } from '../arguments.ts'
import type { SeenEvent } from './answers.ts'
import { momentHelp, momentOf } from './moment.ts'

/** Which events of a stream somebody wants. */
export interface SelectionOptions {
  /** Names, in which `*` stands for anything. */
  readonly source?: readonly string[]
  readonly type?: readonly string[]
}

export function addSelectionOptions(command: Command): Command {
  const several = (text: string, before: readonly string[] = []) => [...before, wordOf(text)]
  return command
    .addOption(
      new Option('--source <name>', 'of this source; can be given several times, "*" is anything').argParser(several),
    )
    .addOption(
      new Option('--type <type>', 'of this type, such as "invoice.*"; can be given several times').argParser(several),
    )
}

export interface Selection {
  readonly takes: (event: Pick<SeenEvent, 'source' | 'type'>) => boolean
  /** What the gateway itself can leave out. */
  readonly source: string | undefined
  readonly type: string | undefined
}

export function selectionOf({ source = [], type = [] }: SelectionOptions): Selection {
  const sources = source.map(compilePattern)
  const types = type.map(compilePattern)
  return {
    takes: (event) =>
      (sources.length === 0 || sources.some((matches) => matches(event.source))) &&
      (types.length === 0 || types.some((matches) => matches(event.type))),
    source: exact(source),
    type: exact(type),
  }
}

function exact(names: readonly string[]): string | undefined {
  const [first] = names
  return names.length === 1 && first !== undefined && !first.includes('*') ? first : undefined
}

export const sinceHelp = `begin with what was stored then: ${momentHelp}; or after the event with that id`

/** The id after which to begin: what `--since` says, as an id. */
export function idBefore(since: string, now: number): string {
  if (isEventId(since)) return since
  return encodeEventId(Math.max(0, firstSequenceAt(momentOf(since, now)) - 1))
}
