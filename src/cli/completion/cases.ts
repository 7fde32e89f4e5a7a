import type { CommandNode, Values } from './tree.ts'

/** What bash and zsh have in common: patterns of `case` over `"$at $word"`, `at` being the command so far. */

export const pathOf = ({ path }: CommandNode): string => path.join(' ')

/** For a word that was written before: a command leads on, an option with a value takes the next word too. */
export function walkCases(nodes: readonly CommandNode[], skip: string): string {
  return nodes
    .flatMap((node) => {
      const at = pathOf(node)
      const valued = node.options.filter(({ values }) => values !== null).flatMap(({ names }) => names)
      return [
        ...node.children.map(
          ({ name }) => `      ${patterns(at, [name])}) at=${quoted([...node.path, name].join(' '))} ;;`,
        ),
        ...(valued.length > 0 ? [`      ${patterns(at, valued)}) ${skip} ;;`] : []),
      ]
    })
    .join('\n')
}

/** For the word that is being written, after an option with a value. */
export function valueCases(nodes: readonly CommandNode[], complete: (values: Values) => string): string {
  return nodes
    .flatMap((node) =>
      node.options.flatMap(({ names, values }) =>
        values === null ? [] : [`    ${patterns(pathOf(node), names)}) ${complete(values)}; return ;;`],
      ),
    )
    .join('\n')
}

function patterns(at: string, words: readonly string[]): string {
  return words.map((word) => quoted(`${at} ${word}`)).join('|')
}

/** For any POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** As much of a description as goes beside a name. */
export function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 70 ? `${line.slice(0, 69)}…` : line
}
