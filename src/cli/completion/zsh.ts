import { brief, pathOf, quoted, valueCases, walkCases } from './cases.ts'
import type { CommandNode, Values } from './tree.ts'

/** For zsh, sourced after compinit or as `_posthorn` in a folder of `fpath`. */
export function zshCompletion(nodes: readonly CommandNode[]): string {
  return `#compdef posthorn
# Completions of posthorn for zsh: source <(posthorn completion zsh)
_posthorn() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} at='' i=2
  local -a names options
  while (( i < CURRENT )); do
    case "$at \${words[i]}" in
${walkCases(nodes, '(( i++ ))')}
    esac
    (( i++ ))
  done
  case "$at $prev" in
${valueCases(nodes, replies)}
  esac
  case "$at" in
${nodes.map(nodeCase).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    _describe -o option options
  elif (( \${#names} > 0 )); then
    _describe posthorn names
  fi
}
if [[ \${funcstack[1]} == _posthorn ]]; then _posthorn "$@"; else compdef _posthorn posthorn; fi
`
}

function nodeCase(node: CommandNode): string {
  const own = node.values?.kind === 'words' ? node.values.words : []
  const names = [
    ...node.children.map(({ name, description }) => entry(name, description)),
    ...own.map((word) => entry(word)),
  ]
  const options = node.options.flatMap((option) => option.names.map((name) => entry(name, option.description)))
  return `    ${quoted(pathOf(node))}) names=(${names.join(' ')}) options=(${options.join(' ')}) ;;`
}

/** A colon divides a name from its description. */
function entry(name: string, description = ''): string {
  const escaped = name.replaceAll(':', '\\:')
  return quoted(description === '' ? escaped : `${escaped}:${brief(description)}`)
}

function replies(values: Values): string {
  if (values.kind === 'files') return '_files'
  return values.kind === 'words' ? `compadd -- ${values.words.map(quoted).join(' ')}` : ':'
}
