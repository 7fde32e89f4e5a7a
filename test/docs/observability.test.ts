import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { createMetrics } from '../../src/operator/metrics.ts'
import { tempDir } from '../support/temp-dir.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')
const read = (file: string) => readFileSync(join(docs, file), 'utf8')

interface Described {
  readonly name: string
  readonly type: string
  readonly labels: string
  readonly help: string
}

/** A scrape after everything that is counted has happened once. */
async function scrape(): Promise<string> {
  const dataDir = tempDir()
  const config = loadConfig({ SLACK_WEBHOOK_SECRET: 's' }, { cwd: dataDir })
  const metrics = createMetrics({
    sources: [config.defaultSource, ...config.sources.values()],
    destinations: async () => [
      {
        ...{ name: 'app', configured: true, state: 'active', reason: null, since: null },
        ...{ pending: 1, retrying: 0, leased: 0, dead: 0, oldestDueAt: null, ageSeconds: 0 },
      },
    ],
    breaker: () => 'closed',
    store: { status: () => ({ state: 'ready', error: null }), backlog: () => ({ events: 2, bytes: 3 }) },
    dataDir,
  })
  metrics.request('slack', { outcome: 'accepted', bytes: 7 }, 3.5)
  metrics.request('slack', { outcome: 'duplicate', bytes: 7 }, 0.1)
  metrics.request(null, { outcome: 'rejected', code: 'RATE_LIMITED', cause: '' }, 0.1)
  const of = { eventId: 'evt_1', source: 'slack', type: 'x', destination: 'app' }
  metrics.attempt({ ...of, attempt: 1, outcome: 'done', status: 200, error: null, ms: 5, dueAt: null, traceId: null })
  metrics.breaker('app', 'opened')
  metrics.breaker('app', 'closed')
  metrics.commit(3, 0.002)
  return metrics.text()
}

function describe(text: string): readonly Described[] {
  return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n((?:(?!#).*\n)*)/gm)].map(
    ([, name = '', help = '', type = '', samples = '']) => {
      const labels = new Set([...samples.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label))
      labels.delete('le')
      return { name, type, help, labels: [...labels].map((label) => `\`${label}\``).join(', ') }
    },
  )
}

const text = await scrape()
const described = describe(text)
const own = described.filter(({ name }) => name.startsWith('posthorn_'))

/** Names as queries have them: a histogram is three series. */
const names = new Set(
  described.flatMap(({ name, type }) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  ),
)

const namesIn = (query: string): string[] => query.match(/\b(?:posthorn|nodejs|process)_\w+/g) ?? []

test('what happened is counted once, and an answer after the sender’s deadline is late', () => {
  for (const sample of [
    'posthorn_late_answers_total{source="slack"} 1',
    'posthorn_received_bytes_total{source="slack"} 14',
    'posthorn_answer_seconds_bucket{le="3",source="slack"} 1',
    'posthorn_sender_deadline_seconds{source="slack"} 3',
    'posthorn_breaker_openings_total{destination="app"} 1',
    'posthorn_breaker_state{destination="app",state="closed"} 1',
    'posthorn_breaker_state{destination="app",state="open"} 0',
    'posthorn_store_waiting_events 2',
    'posthorn_store_waiting_bytes 3',
    'posthorn_commit_events_sum 3',
  ]) {
    assert.ok(text.includes(`${sample}\n`), sample)
  }
})

test('docs/observability.md has one row for every metric, in the words of the registry, and no other', () => {
  const rows = read('observability.md')
    .split('\n')
    .filter((line) => line.startsWith('| `posthorn_'))
  assert.deepEqual(
    rows,
    own.map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels || '–'} | ${help} |`),
  )
})

test('the Grafana dashboard asks for metrics that exist, by its data source, and shows all of them', () => {
  const dashboard = JSON.parse(read('grafana-dashboard.json'))
  const variables: readonly { name: string; type: string; definition?: string }[] = dashboard.templating.list
  assert.equal(variables[0]?.type, 'datasource')
  const queries = variables.map(({ definition = '' }) => definition)
  const ids = new Set<number>()
  for (const { id, type, title, datasource, targets = [], gridPos } of dashboard.panels) {
    assert.ok(!ids.has(id), `two panels have the id ${id}`)
    ids.add(id)
    assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title)
    if (type === 'row') continue
    assert.ok(targets.length > 0, title)
    assert.equal(datasource.uid, `\${${variables[0]?.name}}`, title)
    for (const { expr } of targets) {
      assert.ok(namesIn(expr).length > 0, title)
      queries.push(expr)
    }
  }
  const asked = new Set(queries.flatMap(namesIn))
  assert.deepEqual(
    [...asked].filter((name) => !names.has(name)),
    [],
  )
  const known = new Set(variables.map(({ name }) => name))
  for (const [, name = ''] of queries.join(' ').matchAll(/\$(?!__)(\w+)/g)) assert.ok(known.has(name), name)
  const series = (name: string) => [name, `${name}_bucket`, `${name}_sum`]
  const missing = own.filter(({ name }) => !series(name).some((one) => asked.has(one)))
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  )
})

test('the alert rules ask for metrics that exist, and say what to do', () => {
  const { groups } = parse(read('prometheus-rules.yml'))
  const rules: readonly Record<string, unknown>[] = groups.flatMap(({ rules: some }: { rules: unknown }) => some)
  assert.ok(rules.length > 0)
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, expr, annotations } of rules) {
    const asked = namesIn(String(expr))
    assert.ok(asked.length > 0, String(alert))
    assert.deepEqual(
      asked.filter((name) => !names.has(name)),
      [],
      String(alert),
    )
    assert.deepEqual(Object.keys(Object(annotations)), ['summary', 'description'], String(alert))
  }
})
