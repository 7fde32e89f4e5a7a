import { Argument, type Command } from 'commander'
import type { CommandContext } from '../program.ts'

const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** `posthorn completion <shell>`: what a shell needs to complete command lines. */
export function addCompletion(program: Command, { io }: CommandContext): void {
  program
    .command('completion')
    .summary('print what a shell needs to complete the commands, options and senders')
    .description('Prints a script that has a shell complete the command lines of posthorn.')
    .addArgument(new Argument('<shell>', 'which one').choices([...shells]))
    .addHelpText(
      'after',
      `
Examples:
  source <(posthorn completion bash)                          in ~/.bashrc
  source <(posthorn completion zsh)                           in ~/.zshrc, after compinit
  posthorn completion fish > ~/.config/fish/completions/posthorn.fish

It completes the command "posthorn", so that has to be installed, or an alias: alias posthorn="npx posthorn".`,
    )
    .action(async (shell: Shell) => {
      const { completionOf } = await import('../completion/completion.ts')
      io.stdout.write(completionOf(program, shell))
    })
}
