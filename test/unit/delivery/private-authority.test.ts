import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createDestinations } from '../../../src/delivery/destinations.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { configOf } from '../config/file/support.ts'
import { context, event, portOf } from './support.ts'

const missing = spawnSync('openssl', ['version']).status !== 0
const skip = process.env['CI'] !== 'true' && missing ? 'needs openssl' : false

/** An https server whose certificate nobody knows. */
async function server(t: TestContext): Promise<{ readonly url: string; readonly certificate: string }> {
  const dir = tempDir()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=receiver', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  )
  const https = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    request.resume()
    response.writeHead(204).end()
  })
  https.listen(0, '127.0.0.1')
  await once(https, 'listening')
  t.after(() => {
    https.closeAllConnections()
    https.close()
  })
  return { url: `https://127.0.0.1:${portOf(https.address())}/`, certificate: cert }
}

describe('a destination with a certificate authority of its own', { skip }, () => {
  it('is trusted, and without it is not', async (t) => {
    const { url, certificate } = await server(t)
    for (const [ca, result] of [
      [certificate, 'delivered'],
      [readFileSync(certificate, 'utf8'), 'delivered'],
      [undefined, 'failed'],
    ] as const) {
      const destination = { url, secret: false, ...(ca === undefined ? {} : { ca }) }
      const { list, close } = await createDestinations({
        ...configOf({ destinations: { orders: destination } }),
        handlersDir: join(tempDir(), 'none'),
      })
      t.after(close)
      const outcome = await list[0]?.attempt(event(), context())
      assert.equal(outcome?.result, result, JSON.stringify(outcome))
    }
  })
})
