import { signsUrl } from '../../verification/scheme.ts'
import type { Bench } from '../bench.ts'
import type { Diagnosis } from '../types.ts'
import { urlForms } from '../url-forms.ts'
import { likely, proven, sourceLabel } from '../words.ts'

/** The sender signs the URL, and knows us by another one. */
export async function otherUrl(bench: Bench): Promise<Diagnosis | null> {
  const { subject, source, knowledge } = bench
  const { publicUrl } = knowledge
  const concerned = source.provider.schemes.some((scheme) => signsUrl(scheme) || signsPath(scheme))
  if (!concerned) return null
  const ours = publicUrl === null ? null : shown(publicUrl + subject.request.url)
  const needed = source.provider.schemes.some(signsUrl)
  for (const { base, path } of urlForms(subject.request, publicUrl)) {
    if (base === publicUrl && path === subject.request.url) continue
    if (!(await bench.fits({ publicUrl: base, request: { ...subject.request, url: path } }))) {
      if (bench.exhausted()) break
      continue
    }
    const signed = { name: 'signed URL', value: shown(base + path) }
    if (publicUrl === null && needed) {
      const sentence = `${source.provider.title} signs the URL that it posts to, and PUBLIC_URL is not set: set it to ${base}.`
      return proven('public_url_missing', sentence, [signed])
    }
    const facts = [signed, { name: 'our URL', value: ours ?? shown(subject.request.url) }]
    const changed =
      base === publicUrl
        ? 'a proxy changes the path or the query on the way: have it pass them on as they are, or give the sender the URL that arrives'
        : path === subject.request.url
          ? `set PUBLIC_URL to ${base}, or give the sender a URL that begins with ours`
          : `set PUBLIC_URL to ${base}, and have the proxy pass on path and query as they are`
    const sentence = `The sender signed another URL than ours (${differences(publicUrl, base, subject.request.url, path)}): ${changed}.`
    return proven('url_differs', sentence, facts)
  }
  if (publicUrl !== null || !needed) return null
  const sentence = `${source.provider.title} signs the URL that it posts to: set PUBLIC_URL to this gateway's address as ${sourceLabel(source.name)}'s sender has it.`
  return likely('public_url_missing', sentence)
}

function signsPath(scheme: Bench['source']['provider']['schemes'][number]): boolean {
  return 'signed' in scheme && /\{(?:path|query)/.test(scheme.signed)
}

/** What of two URLs is not the same, in words. */
function differences(publicUrl: string | null, base: string, ourPath: string, path: string): string {
  const words: string[] = []
  const ours = publicUrl === null ? null : new URL(publicUrl)
  const theirs = new URL(base)
  if (ours !== null) {
    if (ours.protocol !== theirs.protocol) words.push('scheme')
    if (ours.hostname !== theirs.hostname) words.push('host')
    if (ours.host !== theirs.host && ours.hostname === theirs.hostname) words.push('port')
    if (ours.pathname !== theirs.pathname) words.push('path before /webhook')
  } else words.push('address')
  const [before, query] = ourPath.split(/\?(.*)/s, 2)
  const [otherBefore, otherQuery] = path.split(/\?(.*)/s, 2)
  if (before !== otherBefore)
    words.push(before === `${otherBefore}/` || `${before}/` === otherBefore ? 'slash at the end' : 'path')
  if (query !== otherQuery) words.push('query')
  return words.length === 0 ? 'port written out' : words.join(', ')
}

/** Without what may be a secret in it. */
function shown(url: string): string {
  return url.replace(/([?&#][^=&#]*(?:token|secret|key|password|sig)[^=&#]*=)[^&#]*/gi, '$1[hidden]').slice(0, 300)
}
