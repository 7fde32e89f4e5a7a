import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit'
import type { Library } from '../harness.ts'

const path = '/webhook/test'

export const library: Library = {
  provider: 'contentful',
  name: '@contentful/node-apps-toolkit',
  verify: ({ url, headers, body, secret }) => {
    const { pathname, search } = new URL(url)
    return verifyRequest(secret, { method: 'POST', path: pathname + search, headers: { ...headers }, body })
  },
  sign: ({ body, secret, nowSeconds }) => {
    const own = { 'content-type': 'application/json', 'x-contentful-topic': 'ContentManagement.Entry.publish' }
    const added = signRequest(secret, { method: 'POST', path, headers: own, body }, nowSeconds * 1000)
    const headers = Object.fromEntries(
      Object.entries({ ...own, ...added }).map(([name, value]) => [name, String(value)]),
    )
    return [{ headers, url: `https://hooks.example.com${path}` }]
  },
}
