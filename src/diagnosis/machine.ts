import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config/types.ts'
import { bringsSecret } from '../handshakes/tokens.ts'
import { checkSpace } from './check-disk.ts'
import { type FileSystem, fileSystemOf } from './file-system.ts'
import { type Finding, fail, ok, warn } from './findings.ts'

/** What a check of the machine looks at, so that a test can hand in another. */
export interface Machine {
  /** `process.version`. */
  readonly node: string
  readonly uid: number | null
  /** The file system that a path is on; null where it cannot be asked. */
  space(path: string): Promise<FileSystem | null>
  /** Its permission bits and owner; null: it is not there. */
  entry(path: string): Promise<{ readonly mode: number; readonly uid: number; readonly isDirectory: boolean } | null>
  writable(path: string): Promise<boolean>
}

export const thisMachine: Machine = {
  node: process.version,
  uid: process.getuid?.() ?? null,
  space: fileSystemOf,
  async entry(path) {
    try {
      const found = await stat(path)
      return { mode: found.mode & 0o777, uid: found.uid, isDirectory: found.isDirectory() }
    } catch {
      return null
    }
  },
  async writable(path) {
    try {
      await access(path, constants.W_OK)
      return true
    } catch {
      return false
    }
  },
}

/** https://nodejs.org/en/about/previous-releases; what `engines` in package.json asks for. */
const leastNode = 24
/** https://man7.org/linux/man-pages/man2/statfs.2.html: file systems that are gone after a restart, or that lie about fsync. */
const volatile: Readonly<Record<number, string>> = { 16914836: 'tmpfs', 2240043254: 'ramfs' }
const remote: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  1702057286: 'FUSE',
}

/** What can be said of the machine that the gateway runs on, with these settings. Looks at files, changes nothing. */
export async function checkMachine(config: Config, machine: Machine = thisMachine): Promise<readonly Finding[]> {
  // With a database it holds nothing but what senders brought in handshakes.
  const used = config.database === null || [...config.sources.values()].some(({ provider }) => bringsSecret(provider))
  return [
    checkNode(machine),
    ...(used ? await checkDirectory(config, machine) : []),
    ...(await checkSecrets(config, machine)),
  ]
}

function checkNode({ node }: Machine): Finding {
  const major = Number(/^v(\d+)/.exec(node)?.[1] ?? 0)
  return major >= leastNode
    ? ok('node', `Node ${node} is recent enough.`)
    : fail('node', `Node ${node} is too old: the gateway needs ${leastNode} or later (npm ci brings one).`)
}

async function checkDirectory({ dataDir, eventRetentionMs }: Config, machine: Machine): Promise<readonly Finding[]> {
  const entry = await machine.entry(dataDir)
  const nearest = entry === null ? await existing(dirname(dataDir), machine) : dataDir
  if (entry !== null && !entry.isDirectory) {
    return [fail('data', `DATA_DIR is ${dataDir}, which is a file: give a directory.`)]
  }
  if (!(await machine.writable(nearest))) {
    const who = machine.uid === null ? 'this user' : `user ${machine.uid}`
    return [
      fail(
        'data',
        `DATA_DIR is ${dataDir}, where ${who} may not write: change its owner (chown), or on Railway set RAILWAY_RUN_UID=0.`,
      ),
    ]
  }
  const findings: Finding[] = [
    entry === null
      ? ok('data', `DATA_DIR is ${dataDir}; it will be made at the first start.`)
      : ok('data', `DATA_DIR is ${dataDir}, and can be written to.`),
  ]
  const space = await machine.space(nearest)
  if (space === null) return findings
  const kept = volatile[space.type]
  if (kept !== undefined) {
    findings.push(
      fail(
        'volume',
        `DATA_DIR is on ${kept}, which is gone after a restart with every event in it: use a disk or a volume.`,
      ),
    )
  }
  const away = remote[space.type]
  if (away !== undefined) {
    findings.push(
      warn(
        'volume',
        `DATA_DIR is on a network file system (${away}): locks and fsync of SQLite may not hold there; use a local disk or a block volume.`,
      ),
    )
  }
  findings.push(checkSpace(space, dataDir, Math.round(eventRetentionMs / 86_400_000)))
  return findings
}

/** Files with secrets or events in them that others on the machine may read. */
async function checkSecrets({ dataDir, configFile }: Config, machine: Machine): Promise<readonly Finding[]> {
  const files = [
    join(dataDir, 'posthorn.db'),
    join(dataDir, 'handshake-secrets.json'),
    ...(configFile === null ? [] : [configFile]),
  ]
  const open: string[] = []
  for (const file of files) {
    const entry = await machine.entry(file)
    if (entry !== null && (entry.mode & 0o006) !== 0 && file !== configFile) open.push(file)
    else if (entry !== null && (entry.mode & 0o002) !== 0) open.push(file)
  }
  return open.length === 0
    ? [ok('permissions', 'Nobody else on this machine may read what is stored.')]
    : open.map((file) =>
        warn('permissions', `${file} can be read or written by everybody on this machine: chmod o-rwx it.`),
      )
}

/** The first directory on the way up that is there. */
async function existing(path: string, machine: Machine): Promise<string> {
  if ((await machine.entry(path)) !== null || dirname(path) === path) return path
  return existing(dirname(path), machine)
}
