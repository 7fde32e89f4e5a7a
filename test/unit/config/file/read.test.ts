import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { findJsonFault } from '../../../../src/config/file/json-fault.ts'
import { readConfigFile } from '../../../../src/config/file/read.ts'
import { tempDir } from '../../../support/temp-dir.ts'

/** A directory with these files. */
function directory(files: Readonly<Record<string, string>>): string {
  const dir = tempDir()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

async function problemOf(files: Readonly<Record<string, string>>, env = {}): Promise<string> {
  const dir = directory(files)
  const read = await readConfigFile(env, dir)
  assert.ok('problem' in read)
  assert.equal(read.problem.split('\n').length, 1, read.problem)
  return read.problem.replaceAll(dir, '<dir>')
}

describe('the configuration file', () => {
  for (const ending of ['ts', 'mts', 'js', 'mjs']) {
    it(`is found and run as .${ending}`, async () => {
      const typed = ending.endsWith('ts') ? ' as object' : ''
      const dir = directory({ [`posthorn.config.${ending}`]: `export default { sources: {} }${typed}\n` })
      const read = await readConfigFile({}, dir)
      const name = `posthorn.config.${ending}`
      assert.deepEqual(read, { file: { path: join(dir, name), name, value: { sources: {} } } })
    })
  }

  it('is found as .json, a byte order mark before it or not', async () => {
    for (const text of ['{"sources":{}}', '\uFEFF{"sources":{}}']) {
      const read = await readConfigFile({}, directory({ 'posthorn.config.json': text }))
      assert.ok('file' in read)
      assert.deepEqual(read.file?.value, { sources: {} })
    }
  })

  it('need not be there', async () => {
    assert.deepEqual(await readConfigFile({}, directory({})), { file: null })
    assert.deepEqual(await readConfigFile({ CONFIG: ' ' }, directory({})), { file: null })
  })

  it('is where CONFIG says, and must be there then', async () => {
    const dir = directory({
      'conf/mine.ts': 'export default {}',
      'posthorn.config.ts': 'throw 1',
      'conf/mine.yaml': '',
    })
    const read = await readConfigFile({ CONFIG: 'conf/mine.ts' }, dir)
    assert.ok('file' in read)
    assert.equal(read.file?.name, 'conf/mine.ts')
    for (const [CONFIG, said] of [
      ['nowhere.ts', /^CONFIG: .*nowhere\.ts cannot be read \(ENOENT\)/],
      ['conf', /^CONFIG: .*conf is not a file/],
      ['conf/mine.yaml', /^CONFIG: .*mine\.yaml does not end in \.ts/],
    ] as const) {
      const refused = await readConfigFile({ CONFIG }, dir)
      assert.ok('problem' in refused)
      assert.match(refused.problem, said)
    }
  })

  it('is not overlooked where a container engine has made a directory in its place', async () => {
    assert.match(await problemOf({ 'posthorn.config.ts/x': '' }), /^posthorn\.config\.ts: .* is not a file/)
  })

  it('is one: two are refused', async () => {
    const two = { 'posthorn.config.ts': 'export default {}', 'posthorn.config.json': '{}' }
    assert.match(await problemOf(two), /^posthorn\.config\.ts and posthorn\.config\.json: keep one/)
  })
})

describe('a configuration file that cannot be read is named, with the line', () => {
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['posthorn.config.ts', 'const a: number = 1\nexport default { a: , }\n', /^posthorn\.config\.ts:2: SyntaxError: /],
    [
      'posthorn.config.js',
      'const a = 1\n\nexport default { a: , }\n',
      /^posthorn\.config\.js:3: SyntaxError: Unexpected token/,
    ],
    ['posthorn.config.ts', 'enum A { B }\nexport default A\n', /^posthorn\.config\.ts:1: SyntaxError: .*enum/],
    [
      'posthorn.config.ts',
      '\nimport { nothing } from "node:fs"\nexport default nothing\n',
      /^posthorn\.config\.ts:2: SyntaxError: .*nothing/,
    ],
    ['posthorn.config.ts', 'export default {}\nthrow new Error("not today")\n', /^posthorn\.config\.ts:2: not today$/],
    [
      'posthorn.config.ts',
      'import "./gone.ts"\nexport default {}\n',
      /^posthorn\.config\.ts: Cannot find module .*gone\.ts/,
    ],
    ['posthorn.config.ts', 'export const config = {}\n', /^posthorn\.config\.ts: there is no default export/],
    [
      'posthorn.config.json',
      '{\n  "sources": {,}\n}',
      /^posthorn\.config\.json:2:15: this is not JSON; expected here is a key in double quotes/,
    ],
    ['posthorn.config.json', '', /^posthorn\.config\.json:1:1: this is not JSON/],
  ]
  for (const [name, text, said] of faults) {
    it(`${name}: ${JSON.stringify(text.slice(0, 40))}`, async () =>
      assert.match(await problemOf({ [name]: text }), said))
  }

  it('and so is a file that it imports', async () => {
    const files = { 'posthorn.config.ts': 'import "./more.ts"\nexport default {}\n', 'more.ts': '\n\nlet x = ;\n' }
    assert.match(await problemOf(files), /^<dir>\/more\.ts:3: SyntaxError/)
  })

  it('without quoting what may be a secret', async () => {
    assert.doesNotMatch(await problemOf({ 'posthorn.config.json': '{"secret": hunter2secret}' }), /hunter2/)
  })
})

describe('a fault in JSON', () => {
  const faults: readonly (readonly [string, number, number])[] = [
    ['{"a":1,}', 1, 8],
    ['{"a":[1,2,]}', 1, 11],
    ['{"a" 1}', 1, 6],
    ['{"a":1 "b":2}', 1, 8],
    ['// x\n{}', 1, 1],
    ['{\n "ä": tru\n}', 2, 7],
    ['{"a":"x\ny"}', 1, 6],
    ['{"a":01}', 1, 6],
    ['{} {}', 1, 4],
    ['[1', 1, 3],
  ]
  for (const [text, line, column] of faults) {
    it(`is found in ${JSON.stringify(text)}`, () => {
      const fault = findJsonFault(text)
      assert.deepEqual([fault?.line, fault?.column], [line, column], fault?.expected)
    })
  }
  it('is not found where there is none', () =>
    assert.equal(findJsonFault(' {"a":[1,-2.5e3,"\\u00e4",null,true,{}]} '), null))
})
