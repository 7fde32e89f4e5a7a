// Takes deliveries and answers 204: the other end of FORWARD_URL. GET / tells how many came; /hang never answers.
import { createServer } from 'node:http'

let received = 0

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    if (request.url === '/hang') return
    if (request.method === 'POST') received += 1
    if (request.method === 'GET') response.end(JSON.stringify({ received }))
    else response.writeHead(204).end()
  })
})

server.listen(Number(process.env['PORT']), '127.0.0.1')
