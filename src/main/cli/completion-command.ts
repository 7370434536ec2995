import { UsageError } from '../client/client-error.ts';
import type { Command, CommandCall } from './command.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { type CompletionModel, completionModel } from './completion-model.ts';
import { completionValues } from './completion-values.ts';
import { zshCompletion } from './completion-zsh.ts';

const SCRIPTS: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const INSTALL = `Name a shell:
  bash: put  eval "$(baton completion bash)"  into ~/.bashrc
  zsh:  put  eval "$(baton completion zsh)"  into ~/.zshrc, after compinit
  fish: run  baton completion fish > ~/.config/fish/completions/baton.fish`;

/** Completion of commands, flags, and the names that an engine knows. */
export const COMPLETION_COMMANDS: readonly Command[] = [
  {
    name: 'completion',
    group: 'Engine',
    summary: "Print a script with which a shell completes baton's commands, flags, servers and clusters",
    flags: ['shell'],
    word: 'shell',
    example: 'baton completion bash',
    run: completion,
  },
];

/** `instances` and `clusters` are what the scripts ask for. */
async function completion({ input, io, endpoints, commands }: CommandCall): Promise<number> {
  const wanted = input.optional('shell');
  if (wanted === 'instances' || wanted === 'clusters') {
    const values = await completionValues(endpoints(), wanted);
    io.out.write(values.map((value) => `${value}\n`).join(''));
    return 0;
  }
  const script = Object.hasOwn(SCRIPTS, wanted) ? SCRIPTS[wanted] : undefined;
  if (script === undefined) throw new UsageError(INSTALL);
  io.out.write(script(completionModel(commands)));
  return 0;
}
