import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createBag } from '../../../src/delivery/bag.ts'

describe('a bag', () => {
  it('holds what was put in and not taken out, as a set does, in whatever order they come and go', () => {
    // A number takes out the one that many places on among those that are in.
    const steps = fc.array(fc.oneof(fc.constant('add'), fc.nat()), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (all) => {
        const bag = createBag<object>()
        const inside = new Map<object, () => void>()
        for (const step of all) {
          if (step === 'add') {
            const item = {}
            inside.set(item, bag.add(item))
          } else {
            const [item, remove] = [...inside][Number(step) % Math.max(inside.size, 1)] ?? []
            if (item === undefined || remove === undefined) continue
            remove()
            inside.delete(item)
          }
          assert.equal(bag.size, inside.size)
          assert.deepEqual(new Set(bag.items()), new Set(inside.keys()))
        }
      }),
    )
  })

  it('takes nothing out for one that is out already', () => {
    const bag = createBag<string>()
    const remove = bag.add('a')
    bag.add('b')
    remove()
    bag.add('c')
    remove()
    assert.deepEqual([...bag.items()].toSorted(), ['b', 'c'])
  })
})
