import { pathOf, quoted, valueCases, walkCases } from './cases.ts'
import type { CommandNode, Values } from './tree.ts'

/** For bash 3.2 and later, with or without the package bash-completion. */
export function bashCompletion(nodes: readonly CommandNode[]): string {
  return `# Completions of posthorn for bash: source <(posthorn completion bash)
_posthorn() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' i=1
  COMPREPLY=()
  while (( i < COMP_CWORD )); do
    case "$at \${COMP_WORDS[i]}" in
${walkCases(nodes, '(( i++ ))')}
    esac
    (( i++ ))
  done
  case "$at $prev" in
${valueCases(nodes, replies)}
  esac
  local words='' options=''
  case "$at" in
${nodes.map(nodeCase).join('\n')}
  esac
  if [[ $cur == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _posthorn posthorn
`
}

function nodeCase(node: CommandNode): string {
  const own = node.values?.kind === 'words' ? node.values.words : []
  const words = [...node.children.map(({ name }) => name), ...own]
  const options = node.options.flatMap(({ names }) => names)
  return `    ${quoted(pathOf(node))}) words=${quoted(words.join(' '))} options=${quoted(options.join(' '))} ;;`
}

function replies(values: Values): string {
  if (values.kind === 'files') return 'COMPREPLY=($(compgen -f -- "$cur"))'
  return values.kind === 'words' ? `COMPREPLY=($(compgen -W ${quoted(values.words.join(' '))} -- "$cur"))` : ':'
}
