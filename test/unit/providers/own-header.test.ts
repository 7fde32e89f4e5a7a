import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { withOwnHeader } from '../../../src/providers/own-header.ts'
import type { Provider } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { fromWire, providerNamed, requestOf } from '../verification/requests.ts'

const current = 'c0ffee00c0ffee00c0ffee00c0ffee00'
const previous = 'facade00facade00facade00facade00'
const body = '{"type":"order.paid","note":"é"}'

function own(name: string, header: string): Provider {
  const provider = withOwnHeader(providerNamed(name), header)
  assert.ok(provider)
  return provider
}

const verifierOf = (name: string, header: string) =>
  compileVerifier(own(name, header), { current, previous }, { toleranceSeconds: null })

const hmac = (secret: string, hash: string, encoding: 'hex' | 'base64' | 'base64url', text = body) =>
  createHmac(hash, secret).update(text).digest(encoding)

describe('an HMAC in a header of the operator’s choice', () => {
  const verify = verifierOf('generic', 'x-acme-sig')
  const outcome = (value: string, text = body) => {
    const verdict = verify(requestOf({ 'x-acme-sig': value }, text), 0)
    return verdict.ok ? verdict.secret : verdict.cause
  }

  it('may be of either hash and encoding, with the name of its hash before it or not', () => {
    for (const hash of ['sha256', 'sha512'] as const) {
      for (const encoding of ['hex', 'base64'] as const) {
        for (const prefix of ['', `${hash}=`]) {
          assert.equal(outcome(prefix + hmac(current, hash, encoding)), 'current', `${prefix}${hash} ${encoding}`)
          assert.equal(outcome(prefix + hmac(previous, hash, encoding)), 'previous')
          assert.equal(outcome(prefix + hmac('another secret', hash, encoding)), 'mismatch')
          assert.equal(outcome(prefix + hmac(current, hash, encoding), `${body} `), 'mismatch')
        }
      }
    }
    assert.equal(outcome(hmac(current, 'sha256', 'hex').toUpperCase()), 'current')
  })

  it('is refused when it is anything else', () => {
    const right = hmac(current, 'sha256', 'hex')
    const others = [
      '', 'sha256=', right.slice(1), `${right}0`, ` ${right}`, `sha1=${hmac(current, 'sha1', 'hex')}`,
      hmac(current, 'sha1', 'hex'), `sha512=${right}`, `md5=${right}`, `SHA256=${right}`, `v1=${right}`,
      hmac(current, 'sha256', 'base64url'), right.replace(/.$/, 'g'), current, `Bearer ${current}`,
    ] // biome-ignore format: a list
    for (const value of others) assert.notEqual(outcome(value), 'current', value)
    const doubled = fromWire(['X-Acme-Sig', right, 'x-acme-sig', right], body)
    assert.deepEqual([verify(doubled, 0).ok, verify(requestOf({}, body), 0).ok], [false, false])
  })

  it('is looked for in that header alone', () => {
    for (const header of ['x-webhook-signature', 'x-acme-signature', 'authorization']) {
      assert.equal(verify(requestOf({ [header]: `sha256=${hmac(current, 'sha256', 'hex')}` }, body), 0).ok, false)
    }
    const timed = requestOf({ 'x-hookmesh-signature': `t=0,v1=${hmac(current, 'sha256', 'hex', `0.${body}`)}` }, body)
    assert.equal(verify(timed, 0).ok, false)
  })

  it('cannot be one that was made for a scheme with a time limit', () => {
    const signed = `1750000000.${body}`
    assert.equal(outcome(hmac(current, 'sha256', 'hex', signed), signed), 'malformed')
  })

  it('covers the body, and is remembered in one spelling', () => {
    const signature = (value: string) => {
      const verdict = verify(requestOf({ 'x-acme-sig': value }, body), 0)
      assert.ok(verdict.ok && verdict.unsignedBody === undefined)
      return verdict.signature
    }
    const hex = hmac(current, 'sha256', 'hex')
    assert.equal(signature(hex), signature(`sha256=${hex.toUpperCase()}`))
  })
})

describe('a secret in a header of the operator’s choice', () => {
  it('may be called a bearer token, and is looked for nowhere else', () => {
    const verify = verifierOf('railway', 'x-key')
    const outcome = (headers: Readonly<Record<string, string>>, url?: string) =>
      verify(requestOf(headers, body, url), 0).ok
    assert.ok(
      outcome({ 'x-key': current }) && outcome({ 'x-key': `Bearer ${current}` }) && outcome({ 'x-key': previous }),
    )
    assert.ok(
      !outcome({ 'x-key': `${current}0` }) && !outcome({ 'x-key': `Basic ${current}` }) && !outcome({ 'x-key': '' }),
    )
    assert.ok(!outcome({ authorization: `Bearer ${current}` }) && !outcome({ 'x-webhook-token': current }))
    assert.ok(!outcome({}, `/webhook/railway?token=${current}`))
    assert.ok(!verify(fromWire(['X-Key', current, 'X-Key', current], body), 0).ok)
  })

  it('may be user and password where that header is Authorization', () => {
    const credentials = `hooks:${current}`
    const provider = own('freshdesk', 'authorization')
    const verify = compileVerifier(provider, { current: credentials, previous: null }, { toleranceSeconds: null })
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
    assert.ok(verify(requestOf(basic(credentials), body), 0).ok)
    assert.ok(!verify(requestOf(basic(`hooks:${previous}`), body), 0).ok)
    assert.ok(verify(requestOf({ authorization: credentials }, body), 0).ok)
  })
})

describe('a header of the operator’s choice', () => {
  it('is for no provider that has its own', () => {
    for (const name of ['github', 'standard-webhooks', 'okta'])
      assert.equal(withOwnHeader(providerNamed(name), 'x'), null)
  })

  it('changes no row for others', () => {
    const before = JSON.stringify(providerNamed('generic'))
    own('generic', 'x-acme-sig')
    assert.equal(JSON.stringify(providerNamed('generic')), before)
  })
})
