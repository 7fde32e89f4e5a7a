import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium, noChromium } from '../support/browser.ts'
import { testAccess } from './suites/access.ts'
import { testAccessibility } from './suites/accessibility.ts'
import { testDeadLetters } from './suites/dead-letters.ts'
import { testEvents } from './suites/events.ts'
import { testHostile } from './suites/hostile.ts'
import { testLive } from './suites/live.ts'
import { testPages } from './suites/pages.ts'
import { testRejected } from './suites/rejected.ts'
import { testSend } from './suites/send.ts'

// One browser for all of them: it is what costs.
describe('the console in a browser', { skip: noChromium, timeout: 900_000 }, () => {
  let browser: Browser | null = null
  const open = (): Browser => {
    assert.ok(browser !== null)
    return browser
  }
  before(async () => {
    browser = await launchChromium()
  })
  after(() => browser?.close())

  describe('access', () => testAccess(open))
  describe('events', () => testEvents(open))
  describe('the live list', () => testLive(open))
  describe('dead letters', () => testDeadLetters(open))
  describe('rejected', () => testRejected(open))
  describe('other pages', () => testPages(open))
  describe('sending', () => testSend(open))
  describe('hostile payloads', () => testHostile(open))
  describe('accessibility', () => testAccessibility(open))
})
