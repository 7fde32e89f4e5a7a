import { type Answer, openConnection } from '../load/connection.ts'
import { createRequestPool, type SignedRequest } from '../load/request-pool.ts'
import { type Contender, secret } from './contenders.ts'
import { type Cores, startContender } from './contest.ts'

/** The same request with one byte of its body changed, so that its signature is wrong. */
function tampered({ own, shared }: SignedRequest): SignedRequest {
  const copy = Buffer.from(own)
  const at = copy.lastIndexOf('evt_') + 'evt_'.length
  copy[at] = copy[at] === 0x61 ? 0x62 : 0x61
  return { own: copy, shared }
}

/**
 * Sends a new event, the same one again and a forged one. A server that skips the work it is measured for would win.
 * @throws {Error} naming what the server answered wrongly.
 */
export async function checkContender(contender: Contender, cores: Cores): Promise<void> {
  const started = await startContender(contender, { cores })
  const pool = createRequestPool({
    port: started.server.port,
    serverPid: started.server.pid,
    companionPids: [],
    path: contender.path,
    signing: contender.signing,
    secret,
    bodySize: 1024,
    connections: 1,
    warmupSeconds: 0,
    seconds: 0,
    rate: null,
  })
  let settle: (answer: Answer) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const connection = await openConnection(started.server.port, {
    onAnswer: (answer) => settle(answer),
    onProblem: (message) => fail(new Error(`${contender.name}: ${message}`)),
  })
  const ask = (request: SignedRequest) =>
    new Promise<Answer>((resolve, reject) => {
      settle = resolve
      fail = reject
      connection.send(request)
    })
  function expect(what: string, answer: Answer, status: number, duplicate: boolean): void {
    if (answer.status !== status || answer.duplicate !== duplicate) {
      throw new Error(`${contender.name} answered ${JSON.stringify(answer)} to ${what}; wanted status ${status}.`)
    }
  }

  try {
    const event = pool.next()
    expect('a new event', await ask(event), 200, false)
    expect('the same event again', await ask(event), 200, contender.deduplicates)
    expect('a forged event', await ask(tampered(pool.next())), contender.verifies ? 401 : 200, false)
  } finally {
    connection.close()
    await started.stop()
  }
}
