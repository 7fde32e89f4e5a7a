import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nextPage } from '../../../src/operator/next-page.ts'

it('a browser goes back to the page of ours that it asked for', () => {
  const pages = [
    '/console',
    '/console/events?source=github&status=dead',
    '/docs',
    '/openapi.json',
    '/metrics',
    '/api/events',
  ]
  for (const page of pages) assert.equal(nextPage(page), page)
  assert.equal(nextPage('/console/a"b'), '/console/a%22b')
})

it('it is led nowhere else', () => {
  const elsewhere = [
    undefined,
    '',
    'https://evil.example/console',
    '//evil.example/console',
    '/\\evil.example/console',
    '\\/evil.example',
    '/\t/evil.example/console',
    '/console/../..//evil.example',
    '/console\\..\\..\\\\evil.example',
    'javascript:alert(1)',
    'console',
    '/',
    '/consolers',
    '/webhook/github',
    '/health',
    '/console/login?next=/console/login',
    '/console/logout',
    `/console/${'a'.repeat(3000)}`,
    'http://posthorn.invalid/console',
    'http://user@posthorn.invalid/console',
  ]
  for (const page of elsewhere) assert.equal(nextPage(page), '/console', page)
})
