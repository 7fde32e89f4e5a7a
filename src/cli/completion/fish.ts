import { brief, pathOf } from './cases.ts'
import type { CommandNode } from './tree.ts'

/** For fish 3 and later. */
export function fishCompletion(nodes: readonly CommandNode[]): string {
  return `# Completions of posthorn for fish: posthorn completion fish > ~/.config/fish/completions/posthorn.fish
function __posthorn_at
    set -l at
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch (string join ' ' -- $at $word)
${nodes.flatMap(walkCases).join('\n')}
        end
    end
    test "$at" = "$argv[1]"
end
complete -c posthorn -f
${nodes.flatMap(nodeLines).join('\n')}
`
}

function walkCases(node: CommandNode): readonly string[] {
  const at = [...node.path, ''].join(' ')
  const valued = node.options.filter(({ values }) => values !== null).flatMap(({ names }) => names)
  return [
    ...node.children.map(
      ({ name }) => `            case ${quoted(at + name)}\n                set -a at ${quoted(name)}`,
    ),
    ...(valued.length > 0
      ? [`            case ${valued.map((name) => quoted(at + name)).join(' ')}\n                set skip 1`]
      : []),
  ]
}

function nodeLines(node: CommandNode): readonly string[] {
  const when = `complete -c posthorn -n ${quoted(`__posthorn_at ${quoted(pathOf(node))}`)}`
  const own = node.values?.kind === 'words' ? [`${when} -a ${quoted(node.values.words.join(' '))}`] : []
  return [
    ...node.children.map(({ name, description }) => `${when} -a ${name} -d ${quoted(brief(description))}`),
    ...own,
    ...node.options.map(({ names, description, values }) => {
      const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      const value = values === null ? '' : values.kind === 'files' ? ' -r -F' : ' -x'
      const words = values?.kind === 'words' ? ` -a ${quoted(values.words.join(' '))}` : ''
      return `${when} ${flags.join(' ')}${value}${words} -d ${quoted(brief(description))}`
    }),
  ]
}

/** Of all shells, fish alone takes backslashes in single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
