import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { defineHandler } from 'posthorn'

const UserCreated = Type.Object({ data: Type.Object({ name: Type.String() }) })
const outbox = process.env['OUTBOX_DIR'] ?? 'outbox'

/** Puts a welcome note into an outbox that another program sends from. */
export default defineHandler(async (event, { idempotencyKey, signal, log }) => {
  const payload = event.json()
  if (!Value.Check(UserCreated, payload)) {
    // No attempt would end otherwise, so the delivery is done. An error would be tried again for three days.
    log.warn({}, 'left out: the event has no data.name')
    return
  }

  await mkdir(outbox, { recursive: true })
  // Named by the key and put into place in one step: whoever does it twice has done it once.
  const file = join(outbox, `${idempotencyKey}.json`)
  await writeFile(`${file}.part`, JSON.stringify({ text: `Welcome, ${payload.data.name}!` }), { signal })
  await rename(`${file}.part`, file)
  log.info({ file }, 'note written')
})
