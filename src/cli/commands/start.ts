import type { Command } from 'commander'

/** `posthorn start`: what `npm start` does. */
export function addStart(program: Command): void {
  program
    .command('start')
    .summary('run the gateway')
    .description(
      'Runs the gateway until it is told to stop (Ctrl-C, SIGTERM). It is told what to do by environment variables: ' +
        'docs/settings.md lists them. A setting that makes no sense ends it with code 1 and a line that names it.',
    )
    .addHelpText(
      'after',
      `
Examples:
  posthorn start                                        http://localhost:3000, events in ./data, no secret: for trying out
  STRIPE_WEBHOOK_SECRET=whsec_… posthorn start          /webhook/stripe takes what Stripe has signed
  PORT=8080 DATA_DIR=/var/lib/posthorn posthorn start`,
    )
    .action(async () => {
      // Loaded here: the other commands need none of the server.
      const { run } = await import('../../run.ts')
      await run(process.env)
    })
}
