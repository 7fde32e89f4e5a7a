import { buildApp } from './app.ts'

function required(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new Error(`${name} is not set`)
}

const app = await buildApp({
  dataDir: process.env['DATA_DIR'] ?? './data',
  webhookSecret: required('WEBHOOK_SECRET'),
  githubSecret: required('GITHUB_WEBHOOK_SECRET'),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close())
const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
process.stdout.write(`listening on ${address}\n`)
