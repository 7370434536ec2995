import { type CompletionModel, commandsByWord, firstWords, flagsByKind } from './completion-model.ts';

const HEAD = `# Completion of baton for fish 3 and later. To have it in every shell, once:
#   baton completion fish > ~/.config/fish/completions/baton.fish
`;

const BODY = `
function __baton_complete
    set -l tokens (commandline -opc)
    set -l cur (commandline -ct)
    set -l program $tokens[1]
    set -l command ''
    set -l flag ''
    set -l engine
    for word in $tokens[2..-1]
        if test -n "$flag"
            set -l kind (__baton_kind $flag)
            test "$kind" = command; and set command $word
            contains -- $flag $__baton_engine_flags; and set -a engine $flag $word
            set flag ''
        else if string match -q -- '-*=*' $word
            set -l parts (string split -m 1 = -- $word)
            test (__baton_kind $parts[1]) = command; and set command $parts[2]
            contains -- $parts[1] $__baton_engine_flags; and set -a engine $parts
        else if string match -q -- '-*' $word
            test -n "$(__baton_kind $word)"; and set flag $word
        else if test -z "$command"
            set command $word
        else if __baton_group $command
            set command "$command $word"
        end
    end
    set -l attached ''
    set -l kind ''
    if test -n "$flag"
        set kind (__baton_kind $flag)
    else if string match -q -- '-*=*' $cur
        set -l parts (string split -m 1 = -- $cur)
        set attached "$parts[1]="
        set cur $parts[2]
        set kind (__baton_kind $parts[1])
    else if string match -q -- '-*' $cur
        __baton_flags $command
    else if test -z "$command"
        set kind command
    else if __baton_group $command
        __baton_seconds $command
    else
        set kind (__baton_word $command)
    end
    switch "$kind"
        case command
            __baton_commands
        case instance
            printf '%s\\n' $attached($program completion instances $engine 2>/dev/null)
        case cluster
            printf '%s\\n' $attached($program completion clusters $engine 2>/dev/null)
        case file
            printf '%s\\n' $attached(__fish_complete_path $cur)
        case folder
            printf '%s\\n' $attached(__fish_complete_directories $cur)
        case 'words *'
            printf '%s\\n' $attached(string split ' ' -- (string replace 'words ' '' -- $kind))
    end
end

complete -c baton -e
complete -c baton -f -a '(__baton_complete)'
`;

/** A script for fish, made as the one for bash. */
export function fishCompletion(model: CompletionModel): string {
  const list = (texts: readonly string[]): string => texts.map(fishQuoted).join(' ');
  const groups = [...model.groups];
  const cases = (rows: readonly (readonly [readonly string[], string])[]): string =>
    rows.map(([texts, does]) => `        case ${list(texts)}\n            ${does}`).join('\n');
  const described = firstWords(model).map(({ name, summary }) => fishQuoted(`${name}\t${summary}`));
  const body = (name: string, over: string, rows: readonly (readonly [readonly string[], string])[]): string =>
    `function ${name}\n    switch ${over}\n${cases(rows)}\n    end\nend\n`;
  const echo = (text: string): string => `echo ${fishQuoted(text)}`;
  return [
    HEAD,
    `set -g __baton_engine_flags ${list(model.engineFlags)}\n`,
    `function __baton_commands\n    printf '%s\\n' \\\n        ${described.join(' \\\n        ')}\nend\n`,
    `function __baton_group\n    contains -- $argv[1] ${list(groups.map(([name]) => name))}\nend\n`,
    body(
      '__baton_seconds',
      '$argv[1]',
      groups.map(([name, seconds]) => [[name], `printf '%s\\n' ${list(seconds)}`]),
    ),
    body(
      '__baton_kind',
      '$argv[1]',
      flagsByKind(model).map(([kind, flags]) => [flags, echo(kind)]),
    ),
    body(
      '__baton_word',
      '$argv[1]',
      commandsByWord(model).map(([kind, commands]) => [commands, echo(kind)]),
    ),
    `${body('__baton_own_flags', '"$argv[1]"', [
      ...model.commands
        .filter(({ flags }) => flags.length > 0)
        .map(({ name, flags }) => [[name], `printf '%s\\n' ${list(flags)}`] as const),
      [[''], "printf '%s\\n' '--command' '--version'"] as const,
    ])}\nfunction __baton_flags\n    __baton_own_flags "$argv[1]"\n    printf '%s\\n' ${list(model.everywhere)}\nend`,
    BODY,
  ].join('\n');
}

/** In fish, a backslash and a single quote are the two that single quotes don't take literally. */
function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, (letter) => `\\${letter}`)}'`;
}
