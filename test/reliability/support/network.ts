import { type Lack, needsProgram, run } from './machine.ts'

/** A network of its own that one link leads to, and what goes over the link can be dropped. */
export interface Network {
  /** What is in there is reached at this address. */
  readonly host: string
  /** A program and its arguments that start another in there. */
  readonly under: readonly [string, ...string[]]
  /** Drops what comes out, or what goes in too: nobody is told, as with a cable that is cut. */
  cut(what: 'answers' | 'everything'): void
  heal(): void
  remove(): void
}

/** Private ones, which a gateway may contact; hardly anybody's network has these. */
const subnet = `10.213.${process.pid % 256}`

export function needsNetwork(): Lack {
  const missing = needsProgram('ip') ?? needsProgram('nft')
  if (missing !== null) return missing
  if (process.getuid?.() !== 0) return { reason: 'only root can make a network', canBeInstalled: false }
  try {
    const network = createNetwork()
    try {
      run(...network.under, 'nft', 'add', 'table', 'inet', 'probe')
    } finally {
      network.remove()
    }
    return null
  } catch (error) {
    return { reason: `this machine lets nobody make a network: ${String(error)}`, canBeInstalled: false }
  }
}

let made = 0

export function createNetwork(): Network {
  // A name that is gone may still be in use for a moment.
  const own = `${process.pid}-${++made}`
  const name = `posthorn-${own}`
  const [outer, inner] = [`ph${own}a`, `ph${own}b`]
  const inside = (...command: readonly string[]) => void run('ip', 'netns', 'exec', name, ...command)
  run('ip', 'netns', 'add', name)
  let linked = false
  const remove = () => {
    process.off('exit', remove)
    if (linked) run('ip', 'link', 'delete', outer)
    run('ip', 'netns', 'delete', name)
  }
  process.once('exit', remove)
  try {
    run('ip', 'link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name)
    linked = true
    run('ip', 'address', 'add', `${subnet}.1/30`, 'dev', outer)
    run('ip', 'link', 'set', outer, 'up')
    inside('ip', 'address', 'add', `${subnet}.2/30`, 'dev', inner)
    inside('ip', 'link', 'set', inner, 'up')
    inside('ip', 'link', 'set', 'lo', 'up')
  } catch (error) {
    remove()
    throw error
  }
  return {
    host: `${subnet}.2`,
    under: ['ip', 'netns', 'exec', name],
    cut(what) {
      const hooks = what === 'everything' ? ['output', 'input'] : ['output']
      const drops = hooks.map(
        (hook) => `add chain inet cut ${hook} { type filter hook ${hook} priority 0; policy drop; }`,
      )
      inside('nft', ['add table inet cut', ...drops].join('\n'))
    },
    heal: () => inside('nft', 'delete table inet cut'),
    remove,
  }
}
