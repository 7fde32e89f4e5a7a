import type { Command } from 'commander'
import { wordOf } from '../arguments.ts'
import type { MigrateOptions } from '../migrate/options.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn migrate`: from the embedded store to Postgres. */
export function addMigrate(program: Command, { io, exit }: CommandContext): void {
  program
    .command('migrate')
    .summary('move everything from the embedded store to Postgres')
    .description(
      'Copies events with their ids, deliveries with their state, attempts, destinations, rejected requests and counts from a ' +
        'data directory into a PostgreSQL, then compares every row of both. The gateway has to be stopped meanwhile. It can ' +
        'be ended at any moment and run again: it goes on from there, and moves nothing twice. The data directory stays as ' +
        'it is, but for a note that keeps a gateway from working with it by mistake.',
    )
    .option('--from <dir>', 'the data directory (DATA_DIR, or ./data)', wordOf)
    .option('--to <url>', 'the database: postgres://… (DATABASE_URL, which others on this machine cannot see)', wordOf)
    .option('--dry-run', 'change nothing: say how much there is and about how long it takes')
    .optionsGroup('Output:')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
DATABASE_URL, DATABASE_SCHEMA and DATA_DIR are taken from the environment or a .env in the current folder.

Exit codes: 0 everything is there and the same, 1 it is not (something differs, a gateway is running, the database has other
events, Ctrl-C), 2 the command line makes no sense, 3 the database could not be reached.

Examples:
  DATABASE_URL=postgres://… posthorn migrate --dry-run
  DATABASE_URL=postgres://… posthorn migrate --from /var/lib/posthorn`,
    )
    .action(async (options: MigrateOptions) => {
      const { migrate } = await import('../migrate/migrate.ts')
      exit(await migrate(io, options))
    })
}
