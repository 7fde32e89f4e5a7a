import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problemsOf } from './support.ts'

const problemsWith = (filter: unknown) =>
  problemsOf({ destinations: { orders: { url: 'http://127.0.0.1/', secret: false, filter } } })

const circular: Record<string, unknown> = {}
circular['$or'] = [circular]

describe('a filter is checked at start', () => {
  const right: readonly object[] = [
    { 'body.action': 'opened' },
    { 'headers.x-region': { $in: ['eu', /^us-/] }, 'body.total': { $gte: 100, $lt: 1e6 } },
    { $or: [{ 'body.a': 1 }, { $nor: [{ 'body.b': null }] }], $and: [{ 'body.c': true }] },
    { 'body.items': { $elemMatch: { sku: 'x', 'price.amount': { $gt: 5 } } } },
    { 'body.tags': { $all: ['a'], $size: 2, $elemMatch: { $regex: '^a', $options: 'i' } } },
    { 'body.n': { $mod: [2, 0], $type: 'number', $exists: true, $not: { $eq: 4 }, $ne: 6 } },
    { 'body.name': /^A/i, body: { $exists: true }, 'body.o': { $eq: { exactly: 'this' } }, 'body.l': [1, 2] },
  ]
  for (const filter of right) it(`taken: ${JSON.stringify(filter)}`, () => assert.deepEqual(problemsWith(filter), []))

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['body.a', /^destinations\.orders\.filter: "body\.a" is not accepted; give an object of paths/],
    [{}, /filter: is not accepted; give an object with at least one path/],
    [{ 'body.a': undefined }, /filter\["body\.a"\]: is undefined/],
    [{ action: 'x' }, /filter\.action: is not part of an event/],
    [{ type: 'x' }, /filter\.type: is not part of an event/],
    [{ 'headers.X-Region': 'eu' }, /filter\["headers\.X-Region"\]: names a header; give its name in lower case/],
    [{ body: { action: 'opened' } }, /filter\.body: would mean exactly this object/],
    [{ 'body.a': { $gtt: 5 } }, /filter\["body\.a"\]\.\$gtt: is not known here/],
    [{ 'body.a': { $exist: true } }, /\.\$exist: is not known here; did you mean \$exists\?/],
    [{ 'body.a': { $gt: 5, b: 1 } }, /\.b: stands beside operators/],
    [{ 'body.a': { $gt: {} } }, /\.\$gt: is not accepted; give a number or a text/],
    [{ 'body.a': { $in: 'x' } }, /\.\$in: is not accepted; give a list/],
    [{ 'body.a': { $in: ['x', () => 1] } }, /\.\$in\[1\]: a function is not accepted/],
    [{ 'body.a': { $mod: [0, 1] } }, /\.\$mod: is not accepted/],
    [{ 'body.a': { $type: 'object' } }, /\.\$type: is not accepted; give one of string/],
    [{ 'body.a': { $regex: '(' } }, /\.\$regex: is no regular expression/],
    [{ 'body.a': { $regex: 'a'.repeat(501) } }, /\.\$regex: is longer than 500/],
    [{ 'body.a': { $regex: 'a', $options: 'g' } }, /\.\$options: is not accepted; give letters of imsu/],
    [{ 'body.a': { $options: 'i' } }, /\.\$options: is there without \$regex/],
    [{ 'body.a': /x/g }, /has the flag g or y/],
    [{ 'body.a': new Date(0) }, /is not accepted; give a text, a number/],
    [{ 'body.a': Number.NaN }, /NaN.* is not accepted/],
    [{ 'body.a': () => true }, /a function is not accepted/],
    [{ $where: 'process.exit()' }, /filter\.\$where: runs code/],
    [{ 'body.a': { $where: 'process.exit()' } }, /\.\$where: runs code/],
    [{ $or: [] }, /\.\$or: is not accepted; give a list of filters/],
    [{ $or: [{ 'body.a': 1 }, { b: 1 }] }, /\.\$or\[1\]\.b: is not part of an event/],
    [{ 'body.a': { $not: 'x' } }, /\.\$not: is not accepted/],
    [{ 'body.a': { $elemMatch: {} } }, /\.\$elemMatch: is not accepted/],
    [circular, /goes deeper than 20 levels/],
  ]
  for (const [filter, said] of wrong) {
    it(`refused: ${said.source.slice(0, 60)}`, () => {
      const problems = problemsWith(filter)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', said)
    })
  }
})
