import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { cli } from '../../support/cli.ts'
import { tempDir } from '../../support/temp-dir.ts'

const has = (shell: string) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0
const without = (shell: string) => (has(shell) ? false : `there is no ${shell}`)

async function scriptFor(shell: string): Promise<string> {
  const { code, out } = await cli(['completion', shell])
  assert.equal(code, 0)
  const path = join(tempDir(), `_posthorn.${shell}`)
  writeFileSync(path, out)
  return path
}

/** Command lines up to the cursor, and some of what must and must not be offered there. */
const cases = [
  ['posthorn ', ['events', 'listen', 'start', 'help'], ['bash', '--json']],
  ['posthorn ev', ['events'], ['listen']],
  ['posthorn events --', ['--status', '--url', '--json'], ['--forward-to']],
  ['posthorn events --status ', ['dead', 'none'], ['events']],
  ['posthorn events --url http://x --status d', ['dead', 'done', 'discarded'], ['none']],
  ['posthorn send str', ['stripe', 'strava'], ['github']],
  ['posthorn send --fault st', ['stale'], ['stripe']],
  ['posthorn st', ['start', 'status'], ['events']],
  ['posthorn settings --', ['--changed', '--json', '--url'], ['--status']],
  ['posthorn sources --', ['--json'], ['--changed']],
  ['posthorn destinations ', ['pause', 'resume', 'enable', 'try'], ['events']],
  ['posthorn destinations pause --', ['--json'], ['--status']],
  ['posthorn completion ', ['bash', 'zsh', 'fish'], []],
  ['posthorn help ', ['send', 'replay'], ['help']],
] as const

function check(shell: string, offered: (line: string) => readonly string[]): void {
  for (const [line, wanted, unwanted] of cases) {
    const words = offered(line)
    for (const word of wanted) assert.ok(words.includes(word), `${shell}: "${line}" → ${word}: ${words.join(' ')}`)
    for (const word of unwanted) assert.ok(!words.includes(word), `${shell}: "${line}" not → ${word}`)
  }
}

describe('posthorn completion', () => {
  it('is for the shells that it knows', async () => {
    const { code, err } = await cli(['completion', 'tcsh'])
    assert.deepEqual([code, /Allowed choices are bash, zsh, fish/.test(err)], [2, true])
  })

  it('completes in bash', { skip: without('bash') }, async () => {
    const path = await scriptFor('bash')
    check('bash', (line) => {
      const words = line.split(' ')
      const script = `source '${path}'
        COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
        _posthorn; printf '%s\\n' "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['--norc', '-uc', script], { encoding: 'utf8' }).split('\n')
    })
    const folder = tempDir()
    writeFileSync(join(folder, 'my-token'), '')
    const files = `source '${path}'; COMP_WORDS=(posthorn events --token-file my); COMP_CWORD=3; _posthorn; echo "$COMPREPLY"`
    assert.equal(execFileSync('bash', ['--norc', '-c', files], { encoding: 'utf8', cwd: folder }), 'my-token\n')
  })

  it('completes in fish', { skip: without('fish') }, async () => {
    const path = await scriptFor('fish')
    check('fish', (line) =>
      execFileSync('fish', ['--no-config', '-c', `source '${path}'; complete -C '${line}'`], {
        encoding: 'utf8',
        env: { ...process.env, HOME: tempDir() },
      })
        .split('\n')
        .map((offer) => offer.split('\t')[0] ?? ''),
    )
  })

  it('completes in zsh', { skip: without('zsh') }, async () => {
    const path = await scriptFor('zsh')
    check('zsh', (line) => {
      const words = line.split(' ')
      // The functions that offer something, replaced by ones that print it.
      const script = `compdef() { }
        source '${path}'
        _describe() { local name=\${@[-1]}; print -l -- \${(P)name} }
        compadd() { shift; print -l -- "$@" }
        words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}
        _posthorn`
      return execFileSync('zsh', ['-fc', script], { encoding: 'utf8' })
        .split('\n')
        .map((offer) => offer.split(':')[0] ?? '')
        .filter((offer) => offer.startsWith(words.at(-1) ?? ''))
    })
  })
})
