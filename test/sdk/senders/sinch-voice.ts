// Not by its name: its entry wants the whole of Sinch.

import type { Library } from '../harness.ts'
import {
  generateAuthorizationHeader,
  validateAuthenticationHeader,
} from '../node_modules/@sinch/sdk-client/dist/utils/authorization.helper.js'

const key = '5F5C418A-1F1F'
const path = '/webhook/test'

export const library: Library = {
  provider: 'sinch-voice',
  name: '@sinch/sdk-client',
  verify: ({ url, headers, body, secret }) =>
    validateAuthenticationHeader(key, secret, headers, body, new URL(url).pathname, 'POST'),
  sign: ({ body, secret, nowSeconds }) => {
    const type = 'application/json; charset=utf-8'
    const time = new Date(nowSeconds * 1000).toISOString().replace('.000Z', 'Z')
    const authorization = generateAuthorizationHeader('POST', body, type, `x-timestamp:${time}`, path, key, secret)
    const headers = { 'content-type': type, 'x-timestamp': time, authorization }
    return [{ headers, url: `https://hooks.example.com${path}` }]
  },
}
