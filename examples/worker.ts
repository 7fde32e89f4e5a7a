import { Worker } from 'bullmq'

/**
 * An application that takes its work from a BullMQ queue into which the gateway puts events. See README.md beside this
 * file. The type of `data` is `QueuedEvent` in src/delivery/queue-destination.ts.
 */
const url = process.env['JOBS_REDIS_URL']
if (url === undefined) throw new Error('JOBS_REDIS_URL is not set: give the Redis that the gateway puts its jobs into')

interface Job {
  readonly id: string
  readonly source: string
  readonly receivedAt: string
  readonly headers: readonly string[]
  readonly body: string
  readonly encoding: 'utf8' | 'base64'
}

const worker = new Worker<Job>(
  process.env['JOBS_QUEUE'] ?? 'events',
  async ({ name, data }) => {
    // The exact bytes that the sender sent; its signature was checked by the gateway.
    const body = Buffer.from(data.body, data.encoding)
    // A job can come twice: `data.id` is the same each time, and makes the second time do nothing where it matters.
    process.stdout.write(`${name} ${data.id} from ${data.source}: ${body.length} bytes\n`)
  },
  { connection: { url, maxRetriesPerRequest: null } },
)
// Without a listener a Redis that is away would end the process; the worker connects again by itself.
worker.on('error', (error) => process.stderr.write(`${error.message}\n`))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void worker.close())
