import type { Command } from 'commander'
import type { Shell } from '../commands/completion.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { type CommandNode, commandTree } from './tree.ts'
import { zshCompletion } from './zsh.ts'

const makers: Readonly<Record<Shell, (nodes: readonly CommandNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** A script that completes every command, option and fixed value of a program. */
export function completionOf(program: Command, shell: Shell): string {
  return makers[shell](commandTree(program))
}
