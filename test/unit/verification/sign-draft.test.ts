import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Draft, requestOf, withoutValue } from '../../../src/signing/draft.ts'
import { generateSecret } from '../../../src/signing/keys.ts'
import { signDraft } from '../../../src/signing/sign-draft.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { providerNamed, readVectors, type Vector, vectorFiles } from './requests.ts'

const nowSeconds = 1_750_000_000

function draftOf({ url = '/webhook/test', headers, body }: Vector): Draft {
  return { url, headers, body: Buffer.from(body) }
}

describe('signDraft', () => {
  for (const name of vectorFiles()) {
    it(`signs what ${name} sends, by each scheme of a vector, so that it verifies`, () => {
      const provider = providerNamed(name)
      for (const vector of readVectors(name)) {
        const scheme = provider.schemes.find((one) => one.name === vector.scheme)
        assert.ok(scheme)
        const { signWith, verifyWith } = generateSecret(scheme)
        const publicUrl = vector.publicUrl ?? 'https://hooks.example.com'
        const bare = withoutValue(draftOf(vector), scheme.at)
        const context = { id: 'msg_1', nowSeconds, publicUrl }
        const signed = signDraft(provider, scheme.name, signWith, bare, context)
        assert.equal(signed.verifiedBy, verifyWith)
        const row = { ...provider, schemes: [scheme] }
        const secrets = { current: verifyWith, previous: null }
        const verify = compileVerifier(row, secrets, { toleranceSeconds: null, publicUrl })
        const verdict = verify(requestOf(signed.draft), nowSeconds * 1000)
        assert.ok(verdict.ok, JSON.stringify({ verdict, vector: vector.label }))
      }
    })
  }
})
