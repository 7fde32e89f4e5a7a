import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Diagnosis } from '../../src/diagnosis/types.ts'
import { type Broken, corpus } from './corpus.ts'
import { explain } from './support.ts'

interface Judged {
  readonly broken: Broken
  readonly diagnosis: Diagnosis
}

const judged: Judged[] = []
for (const broken of await corpus()) judged.push({ broken, diagnosis: await explain(broken) })

describe('broken requests of real senders', () => {
  it('are many, and of many causes', () => {
    assert.ok(judged.length >= 40, String(judged.length))
    assert.ok(new Set(judged.map(({ broken }) => broken.expected)).size >= 25)
  })

  it('are explained rightly', (t) => {
    const wrong = judged.filter(({ broken, diagnosis }) => diagnosis.cause !== broken.expected)
    for (const { broken, diagnosis } of judged) {
      const mark = diagnosis.cause === broken.expected ? 'ok   ' : 'WRONG'
      t.diagnostic(`${mark} ${broken.name.padEnd(62)} ${diagnosis.cause.padEnd(20)} ${diagnosis.certainty}`)
    }
    const right = 1 - wrong.length / judged.length
    t.diagnostic(`${judged.length - wrong.length} of ${judged.length}: ${(right * 100).toFixed(1)} %`)
    const told = wrong.map(
      ({ broken, diagnosis }) => `${broken.name}: ${diagnosis.cause}, not ${broken.expected}: ${diagnosis.sentence}`,
    )
    assert.deepEqual(told, [])
  })

  it('are explained in one or two sentences that say what to do', () => {
    for (const { broken, diagnosis } of judged) {
      assert.match(diagnosis.sentence, /^[A-Z"/].+[.)]$/s, broken.name)
      assert.ok(diagnosis.sentence.length < 700, `${broken.name}: ${diagnosis.sentence}`)
      assert.ok(!/undefined|null|\[object/.test(diagnosis.sentence), diagnosis.sentence)
    }
  })

  it('are explained without any piece of a secret', () => {
    for (const { broken, diagnosis } of judged) {
      const told = JSON.stringify(diagnosis)
      for (const [name, secret] of Object.entries(broken.env)) {
        if (!name.includes('SECRET')) continue
        for (let at = 0; at + 8 <= secret.length; at++) {
          assert.ok(!told.includes(secret.slice(at, at + 8)), `${broken.name}: a piece of ${name} in ${told}`)
        }
      }
    }
  })
})
