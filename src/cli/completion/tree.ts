import type { Argument, Command, Option } from 'commander'
import { providers } from '../../providers/registry.ts'

/** What may be written next. */
export type Values = { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'files' | 'free' }

export interface OptionNode {
  /** `--url`, and `-h` where there is a short one. */
  readonly names: readonly string[]
  readonly description: string
  /** Null: it takes no value. */
  readonly values: Values | null
}

export interface CommandNode {
  /** Words after the program's name; empty: the program itself. */
  readonly path: readonly string[]
  readonly description: string
  readonly children: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly OptionNode[]
  /** Of its first argument; null: it takes none. */
  readonly values: Values | null
}

/** Every command of a program, it first: what completions are made of. */
export function commandTree(command: Command, path: readonly string[] = []): readonly CommandNode[] {
  const help = command.createHelp()
  const visible = help.visibleCommands(command)
  const children = visible.map((child) => ({ name: child.name(), description: help.subcommandDescription(child) }))
  const [first] = command.registeredArguments
  const node: CommandNode = {
    path,
    description: help.subcommandDescription(command),
    children,
    options: help.visibleOptions(command).map(optionNode),
    values: first === undefined ? null : argumentValues(first),
  }
  const below = visible.flatMap((child) =>
    child.name() === 'help' ? [helpNode(child, path, children)] : commandTree(child, [...path, child.name()]),
  )
  return [node, ...below]
}

/** `posthorn help <command>` is Commander's own, and knows nothing of what it takes. */
function helpNode(help: Command, path: readonly string[], siblings: CommandNode['children']): CommandNode {
  const words = siblings.map(({ name }) => name).filter((name) => name !== 'help')
  return { path: [...path, help.name()], description: '', children: [], options: [], values: { kind: 'words', words } }
}

function optionNode({ long, short, description, required, optional, argChoices, flags }: Option): OptionNode {
  const takesValue = required || optional
  const values: Values =
    argChoices !== undefined
      ? { kind: 'words', words: argChoices }
      : { kind: /[<|]path\b/.test(flags) ? 'files' : 'free' }
  return {
    names: [long, short].filter((name) => name !== undefined && name !== null),
    description,
    values: takesValue ? values : null,
  }
}

function argumentValues(argument: Argument): Values {
  if (argument.argChoices !== undefined) return { kind: 'words', words: argument.argChoices }
  if (['provider', 'search'].includes(argument.name())) return { kind: 'words', words: [...providers.keys()] }
  return { kind: 'free' }
}
