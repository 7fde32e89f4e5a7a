import type { Command } from 'commander'
import type { CommandContext } from '../program.ts'

/** `posthorn providers [search]`: the senders that the gateway knows. */
export function addProviders(program: Command, { io, exit }: CommandContext): void {
  program
    .command('providers')
    .summary('list the senders that the gateway knows, search them, or show one')
    .description(
      'Lists the senders whose signatures the gateway verifies. An exact name shows that one with its set-up; anything ' +
        'else is searched for in names, titles, and the headers and fields that hold signatures.',
    )
    .argument('[search]', 'a name, or part of one, or of a header')
    .option('--json', 'print JSON, with everything that is known of each')
    .addHelpText(
      'after',
      `
Examples:
  posthorn providers                        all of them
  posthorn providers x-hub-signature        who signs with that header?
  posthorn providers stripe                 what to set, where the secret is found, how it is verified
  posthorn providers --json | jq -r '.[] | select(.needsPublicUrl) | .name'`,
    )
    .action(async (search: string | undefined, options: { readonly json?: true }) => {
      // Loaded here: the other commands need none of it.
      const { listProviders } = await import('../providers/list.ts')
      exit(listProviders(io, search, options.json === true))
    })
}
