import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import autoload from '@fastify/autoload'
import type { TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import fastify from 'fastify'
import { loadConfig } from '../../src/config/load.ts'

const api = join(import.meta.dirname, '..', '..', 'routes', 'api')

it('every schema of the API can be compiled, which a gateway does only when it needs one', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  let inputs = 0
  let answers = 0
  app.setValidatorCompiler<TSchema>(({ schema }) => {
    TypeCompiler.Compile(schema)
    inputs++
    return () => true
  })
  app.addHook('onRoute', ({ schema }) => {
    answers += Object.keys(schema?.response ?? {}).length
  })
  // Nobody asks, so nothing is behind the routes but what they read when they are loaded.
  const config = loadConfig({}, { cwd: api })
  const options = { operator: { config }, captured: {}, quarantine: {}, below: '' }
  await app.register(autoload, { dir: api, forceESM: true, routeParams: true, options })
  await app.ready()
  assert.ok(inputs > 50 && answers > 150, `${inputs} inputs, ${answers} answers`)
})
