import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bytesOf, formFields, hexDump } from '../../../console/text/body.ts'
import { curlLine } from '../../../console/text/curl.ts'
import { ago, bytes, duration, span } from '../../../console/text/format.ts'
import { indentJson } from '../../../console/text/json.ts'
import { webLink } from '../../../console/text/links.ts'
import { stateOfEvent } from '../../../console/text/states.ts'

const indented = (source: string) =>
  indentJson(source)
    ?.map(({ text }) => text)
    .join('')

describe('indented JSON', () => {
  it('has lines', () => {
    assert.equal(
      indented('{"a":[1,{"b":null}],"c":{}}'),
      '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {}\n}',
    )
  })

  it('keeps every digit and every escape, names that come twice too', () => {
    assert.equal(
      indented('{"n":12345678901234567890.10,"n":1e400,"s":"\\u00e9\\/"}'),
      '{\n  "n": 12345678901234567890.10,\n  "n": 1e400,\n  "s": "\\u00e9\\/"\n}',
    )
  })

  it('is null for what is not JSON', () => {
    for (const source of ['', '{', '{"a":1}x', "{'a':1}", '[01]']) assert.equal(indentJson(source), null, source)
  })

  it('means what it meant, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (source) => {
        assert.deepEqual(JSON.parse(indented(source) ?? ''), JSON.parse(source))
      }),
    )
  })
})

describe('a body', () => {
  it('is shown byte by byte as hexdump does', () => {
    const shown = hexDump(new TextEncoder().encode('0123456789abcdef\n<é>'), 0, 4096)
    assert.equal(
      shown,
      '00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n' +
        '00000010  0a 3c c3 a9 3e                                    .<..>',
    )
  })

  it('is the same bytes in either encoding', () => {
    const bytes = Uint8Array.of(0, 255, 128, 10)
    assert.deepEqual(bytesOf({ encoding: 'base64', text: Buffer.from(bytes).toString('base64') }), bytes)
    assert.deepEqual(Buffer.from(bytesOf({ encoding: 'utf8', text: 'é\0' })), Buffer.from('é\0'))
  })

  it('is a list of fields where it is a form', () => {
    assert.deepEqual(formFields('application/x-www-form-urlencoded; charset=utf-8', 'a=1+2&b=%3C&a='), [
      ['a', '1 2'],
      ['b', '<'],
      ['a', ''],
    ])
    assert.equal(formFields('application/json', 'a=1'), null)
  })
})

describe('a curl command', () => {
  const request = {
    method: 'POST',
    url: 'http://localhost/webhook/x',
    bytesUrl: 'http://localhost/api/events/evt_1/body',
  }
  const text = (body: string) => ({ encoding: 'utf8', text: body, truncated: false }) as const

  it('is read by a shell as what it stands for, whatever a sender wrote', () => {
    const hostile = `'; touch /tmp/owned; echo "$(id)" \`id\` \\ ! \n' && é`
    const line = curlLine({ ...request, headers: [['X-Quote', "it's"]], body: text(hostile) })
    const print = 'curl() { for word in "$@"; do printf "%s\\0" "$word"; done; }\n'
    const words = execFileSync('/bin/sh', ['-c', print + line], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)
    assert.deepEqual(words, ['-X', 'POST', request.url, '-H', "X-Quote: it's", '--data-binary', hostile])
  })

  it('leaves out what is hidden and what belonged to the connection', () => {
    const headers: [string, string][] = [
      ['Host', 'x'],
      ['Content-Length', '2'],
      ['X-Forwarded-For', '1.2.3.4'],
      ['Authorization', '[hidden]'],
      ['X-Kept', '1'],
    ]
    assert.equal(
      curlLine({ ...request, headers, body: null }),
      "curl -X POST 'http://localhost/webhook/x' \\\n  -H 'X-Kept: 1'",
    )
  })

  it('fetches bytes that no shell can write', () => {
    for (const body of [
      text('a\0b'),
      { encoding: 'base64', text: '/w==', truncated: false },
      { ...text('x'), truncated: true },
    ] as const) {
      const line = curlLine({ ...request, headers: [], body })
      assert.match(line, /-o body\.bin\ncurl/)
      assert.match(line, /--data-binary @body\.bin$/)
    }
  })

  it('sends a body that begins with @ as it is', () => {
    assert.match(curlLine({ ...request, headers: [], body: text('@/etc/passwd') }), /--data-raw '@\/etc\/passwd'$/)
  })
})

describe('words', () => {
  it('say how long', () => {
    assert.deepEqual([0, 850, 12_345, 185_000, 7_200_000, 200_000_000].map(span), [
      '0 ms',
      '850 ms',
      '12 s',
      '3 min',
      '2 h',
      '2 d',
    ])
    assert.deepEqual([0.84, 12.4, 1250].map(duration), ['0.8 ms', '12 ms', '1.25 s'])
    assert.deepEqual([ago(0, 1000), ago(0, 61_000), ago(61_000, 0)], ['now', '1 min ago', 'in 1 min'])
    assert.deepEqual([5, 1536, 5 * 1024 ** 2, 77 * 1024 ** 3].map(bytes), ['5 B', '1.5 KiB', '5 MiB', '77 GiB'])
  })

  it('name the worst state of an event', () => {
    const delivery = (state: 'pending' | 'leased' | 'done' | 'dead' | 'discarded', retrying = false) => ({
      destination: 'app',
      state,
      retrying,
      attempts: 1,
      dueAt: '',
      lastStatus: null,
      lastError: null,
      orderingKey: null,
    })
    assert.equal(stateOfEvent([]), 'none')
    assert.equal(stateOfEvent([delivery('done'), delivery('pending')]), 'pending')
    assert.equal(stateOfEvent([delivery('pending', true), delivery('pending')]), 'retrying')
    assert.equal(stateOfEvent([delivery('done'), delivery('dead'), delivery('leased')]), 'dead')
  })
})

describe('a link', () => {
  it('leads to the web or nowhere', () => {
    assert.equal(webLink('https://example.com/a'), 'https://example.com/a')
    for (const text of ['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', '//x', 'x', '']) {
      assert.equal(webLink(text), null, text)
    }
  })
})
