import { type CompletionModel, commandsByWord, firstWords, flagsByKind, quoted } from './completion-model.ts';

const HEAD = `# Completion of baton for bash 3.2 and later. To have it in every shell, put this into ~/.bashrc:
#   eval "$(baton completion bash)"
# or, with the package bash-completion, once:
#   baton completion bash > ~/.local/share/bash-completion/completions/baton

# Adds those words of a list that begin with the word before the cursor.
_baton_add() {
  local item
  for item in $1; do
    [[ $item == "$cur"* ]] && COMPREPLY+=("$item")
  done
}

# What the engine answers is text, and never looked at as shell code.
_baton_ask() {
  local item quoted
  while IFS= read -r item; do
    [[ -n $item && $item == "$cur"* ]] || continue
    printf -v quoted '%q' "$item"
    COMPREPLY+=("$quoted")
  done < <("$program" completion "$1" \${engine[@]+"\${engine[@]}"} 2>/dev/null)
}

_baton_files() {
  local item
  compopt -o filenames 2>/dev/null
  while IFS= read -r item; do
    COMPREPLY+=("$item")
  done < <(compgen "$1" -- "$cur")
}
`;

const BODY = `
_baton() {
  local program=\${COMP_WORDS[0]} line=\${COMP_LINE:0:COMP_POINT}
  local cur='' whole command='' word flag='' kind='' attached='' head='' longest='' mark i last
  local -a words engine
  COMPREPLY=()
  line=\${program}\${line#*"$program"}
  read -ra words <<<"$line"
  last=\${#words[@]}
  if [[ $line != *[[:space:]] ]]; then
    last=$((last - 1))
    cur=\${words[last]}
  fi
  whole=$cur
  for ((i = 1; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $flag ]]; then
      _baton_flag "$flag" "$word"
      flag=''
    elif [[ $word == -*=* ]]; then
      _baton_flag "\${word%%=*}" "\${word#*=}"
    elif [[ $word == -* ]]; then
      _baton_kind "$word"
      [[ -n $kind ]] && flag=$word
    elif [[ -z $command ]]; then
      command=$word
    elif _baton_group; then
      command="$command $word"
    fi
  done
  kind=''
  if [[ -n $flag ]]; then
    _baton_kind "$flag"
  elif [[ $cur == -*=* ]]; then
    attached=\${cur%%=*}=
    cur=\${cur#*=}
    _baton_kind "\${attached%=}"
  elif [[ $cur == -* ]]; then
    _baton_flags
  elif [[ -z $command ]]; then
    kind=command
  elif _baton_group; then
    _baton_seconds
  else
    _baton_word
  fi
  case $kind in
    command) _baton_commands ;;
    instance) _baton_ask instances ;;
    cluster) _baton_ask clusters ;;
    file) _baton_files -f ;;
    folder) _baton_files -d ;;
    'words '*) _baton_add "\${kind#words }" ;;
  esac
  # Readline replaces only what follows the last of its word breaks, such as the colon of host:port.
  [[ -n $attached ]] && COMPREPLY=("\${COMPREPLY[@]/#/$attached}")
  for mark in : =; do
    if [[ $COMP_WORDBREAKS == *"$mark"* && $whole == *"$mark"* ]]; then
      head=\${whole%"$mark"*}$mark
      ((\${#head} > \${#longest})) && longest=$head
    fi
  done
  [[ -n $longest ]] && COMPREPLY=("\${COMPREPLY[@]#"$longest"}")
  return 0
}

complete -F _baton baton
`;

/** A script for bash: what is known of commands and flags is in it, and names of servers and clusters are asked for. */
export function bashCompletion(model: CompletionModel): string {
  const list = (texts: readonly string[]): string => quoted(texts.join(' '));
  const names = firstWords(model).map(({ name }) => name);
  const groups = [...model.groups];
  return [
    HEAD,
    `_baton_commands() {\n  _baton_add ${list(names)}\n}\n`,
    '# Whether the command so far is the first of two words.',
    `_baton_group() {\n  case $command in\n    ${groups.map(([name]) => quoted(name)).join(' | ')}) return 0 ;;\n  esac\n  return 1\n}\n`,
    `_baton_seconds() {\n  case $command in\n${groups.map(([name, seconds]) => `    ${quoted(name)}) _baton_add ${list(seconds)} ;;`).join('\n')}\n  esac\n}\n`,
    '# What the value of a flag is; empty for a flag without one.',
    `_baton_kind() {\n  kind=''\n  case $1 in\n${flagsByKind(model)
      .map(([kind, flags]) => `    ${flags.join(' | ')}) kind=${quoted(kind)} ;;`)
      .join('\n')}\n  esac\n}\n`,
    '# Takes note of a flag that matters for what follows.',
    `_baton_flag() {\n  _baton_kind "$1"\n  [[ $kind == command ]] && command=$2\n  case $1 in\n    ${model.engineFlags.join(' | ')}) engine+=("$1" "$2") ;;\n  esac\n}\n`,
    `_baton_word() {\n  case $command in\n${commandsByWord(model)
      .map(([kind, commands]) => `    ${commands.map(quoted).join(' | ')}) kind=${quoted(kind)} ;;`)
      .join('\n')}\n  esac\n}\n`,
    `_baton_flags() {\n  case $command in\n${model.commands
      .filter(({ flags }) => flags.length > 0)
      .map(({ name, flags }) => `    ${quoted(name)}) _baton_add ${list(flags)} ;;`)
      .join('\n')}\n    '') _baton_add '--command --version' ;;\n  esac\n  _baton_add ${list(model.everywhere)}\n}`,
    BODY,
  ].join('\n');
}
