import { documentOf, limitOf, proofOf } from '../../providers/describe.ts'
import { findProvider, providers } from '../../providers/registry.ts'
import type { Provider } from '../../providers/types.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'

/** Shows the provider of that name, or those that a search finds; without one, all. */
export function listProviders(io: Io, search: string | undefined, json: boolean): ExitCode {
  const output = createOutput(io, json)
  const exact = search === undefined ? undefined : findProvider(search.toLowerCase())
  if (exact !== undefined) {
    showOne(output, exact)
    return exitCodes.ok
  }
  const found = [...providers.values()].filter((provider) => search === undefined || matches(provider, search))
  output.document(found.map(documentOf))
  if (found.length === 0) {
    io.stderr.write(
      `posthorn: no provider matches "${plain(search ?? '', 60)}". A sender of your own is "generic": ` +
        'see "posthorn providers generic".\n',
    )
    return exitCodes.unexpected
  }
  showList(output, found)
  return exitCodes.ok
}

function matches(provider: Provider, search: string): boolean {
  // Short words are in many a header.
  const places = /[-_:/]/.test(search) ? provider.schemes.map(({ at }) => at) : []
  const texts = [provider.name, provider.title, ...places]
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()))
}

function showList(output: Output, found: readonly Provider[]): void {
  const head = ['NAME', 'TITLE', 'PROOF', 'TIME LIMIT', 'EVIDENCE', 'SETTING'].map((text) => output.style('bold', text))
  const rows = found.map((provider) => {
    const { name, title, schemes, confidence } = provider
    const [proof = '', ...more] = [...new Set(schemes.map(proofOf))]
    const limits = [...new Set(schemes.map(limitOf))]
    return [
      output.style('cyan', name),
      title,
      more.length === 0 ? proof : `${proof} +${more.length}`,
      limits.length === 1 ? (limits[0] ?? '') : `${limits[0]}…`,
      confidence + (provider.secondHand ? '*' : ''),
      documentOf(provider).setting,
    ]
  })
  for (const line of table([head, ...rows])) output.line(line)
  if (output.json) return
  output.line()
  output.line(
    output.style(
      'dim',
      `${found.length} of ${providers.size}. More about one: posthorn providers <name>. * the rule was read second hand.`,
    ),
  )
}

function showOne(output: Output, provider: Provider): void {
  const document = documentOf(provider)
  output.document(document)
  const { name, title, docs, confidence, secondHand, setting, path, needsPublicUrl, setup } = document
  output.line(`${output.style('bold', title)} (${name})`)
  output.line()
  const facts: string[][] = [
    ['URL', `https://your-host${path}`],
    ['Setting', `${setting}=…`],
    ['Secret', setup],
  ]
  if (needsPublicUrl) facts.push(['Also set', "PUBLIC_URL, the gateway's address as the sender knows it: it is signed"])
  facts.push(
    ['Docs', docs],
    ['Evidence', confidence + (secondHand ? ', read second hand' : '')],
    ['Event type', document.type.join(', ') || 'none'],
    ['Event id', document.id.join(', ') || 'none'],
  )
  if (document.known !== null) facts.push(['Known', document.known])
  if (document.addresses !== null) facts.push(['Sends from', document.addresses])
  if (document.deadlineSeconds !== null) facts.push(['Answer in', `${document.deadlineSeconds} s`])
  if (document.retries !== null) facts.push(['Tries again', document.retries])
  for (const line of table(facts.map(([label = '', text = '']) => [output.style('dim', label), text])))
    output.line(line)
  output.line()
  output.line(output.style('bold', 'What proves a request'))
  const schemes = provider.schemes.map((scheme) => [
    output.style('cyan', scheme.name),
    proofOf(scheme),
    scheme.at,
    `time limit ${limitOf(scheme)}`,
  ])
  for (const line of table(schemes, '  ')) output.line(line)
  output.line()
  if (document.sendable) output.line(`Try it: posthorn send ${name}`)
  else output.line(`Only ${title} can sign its events: "posthorn send ${name}" says what to do instead.`)
}
