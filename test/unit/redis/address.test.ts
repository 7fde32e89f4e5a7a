import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRedisUrl } from '../../../src/redis/address.ts'

const read = (text: string) => {
  const address = parseRedisUrl(text)
  assert.ok(address, text)
  return address
}

test('reads host, port, database and credentials', () => {
  const { kind, nodes, tls, username, password, db, label } = read('rediss://app:p%40ss:word@redis.example:6380/3')
  assert.deepEqual(
    { kind, nodes, tls, username, password, db, label },
    {
      kind: 'single',
      nodes: [{ host: 'redis.example', port: 6380 }],
      tls: true,
      username: 'app',
      password: 'p@ss:word',
      db: 3,
      label: 'redis.example:6380',
    },
  )
  assert.deepEqual(read('redis://:secret@h').password, 'secret')
  assert.deepEqual(read('redis://:secret@h').username, null)
  assert.deepEqual(read('redis://[::1]:7000/').nodes, [{ host: '::1', port: 7000 }])
  assert.equal(read('redis://[::1]:7000').label, '[::1]:7000')
})

test('reads the nodes of a Cluster, Sentinels and a socket', () => {
  const cluster = read('rediss://:pw@a:7000,b:7001,c/?cluster=true')
  assert.deepEqual([cluster.kind, cluster.nodes.map(({ port }) => port)], ['cluster', [7000, 7001, 6379]])
  const sentinel = read('redis://:pw@s1,s2:5000/2?sentinel=main&sentinelPassword=q')
  assert.deepEqual(sentinel.sentinel, { name: 'main', username: null, password: 'q' })
  assert.deepEqual([sentinel.db, sentinel.nodes.map(({ port }) => port)], [2, [26_379, 5000]])
  assert.equal(sentinel.label, 'main of the Sentinels s1:26379,s2:5000')
  const socket = read('unix:///var/run/redis%20a.sock?db=4')
  assert.deepEqual([socket.kind, socket.path, socket.db], ['socket', '/var/run/redis a.sock', 4])
})

test('shows no credentials', () => {
  for (const text of [
    'redis://u:hunter2@h:1',
    'redis://u:hunter2@a,b?cluster=true',
    'redis://a?sentinel=m&sentinelPassword=hunter2',
  ])
    assert.ok(!read(text).label.includes('hunter2'))
})

test('refuses what is no such URL', () => {
  for (const text of [
    '',
    'http://h',
    'redis://',
    'redis://h/x',
    'redis://h:0',
    'redis://h:70000',
    'redis://a,b',
    'redis://h?cluster=yes',
    'redis://h?sentinel=',
    'redis://h?unknown=1',
    'redis://a,b/3?cluster=true',
    'redis://h:1 h:2',
    'redis://h#x',
    'redis://%zz@h',
    'unix://host/path',
    'unix:///',
    'redis://[zz]:1',
  ])
    assert.equal(parseRedisUrl(text), null, text)
})
