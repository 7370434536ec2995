import { type CompletionModel, commandsByWord, firstWords, flagsByKind, quoted } from './completion-model.ts';

const HEAD = `#compdef baton
# Completion of baton for zsh. To have it in every shell, put this into ~/.zshrc, after compinit:
#   eval "$(baton completion zsh)"
# or, once, into a folder of $fpath:
#   baton completion zsh > "\${fpath[1]}/_baton"
`;

/** Walks the words as the script for bash does; the two shells differ line by line, so neither is made from the other. */
const BODY = `
_baton_ask() {
  local -a items
  items=("\${(@f)$("$program" completion "$1" "\${engine[@]}" 2>/dev/null)}")
  items=("\${(@)items:#}")
  compadd -a items
}

_baton() {
  local program=\${words[1]} cur=\${words[CURRENT]} command='' word='' flag='' kind=''
  local -a engine
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${(Q)words[i]}
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
    _baton_kind "\${cur%%=*}"
    compset -P '*='
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
    file) _files ;;
    folder) _files -/ ;;
    'words '*) compadd -- \${=kind#words } ;;
  esac
}

if [[ \${funcstack[1]} == _baton ]]; then
  _baton "$@"
else
  compdef _baton baton
fi
`;

/** A script for zsh, made as the one for bash. */
export function zshCompletion(model: CompletionModel): string {
  const list = (texts: readonly string[]): string => texts.map(quoted).join(' ');
  const described = firstWords(model).map(({ name, summary }) => quoted(`${name}:${summary}`));
  const groups = [...model.groups];
  return [
    HEAD,
    `_baton_commands() {\n  local -a commands\n  commands=(\n    ${described.join('\n    ')}\n  )\n  _describe -t commands command commands\n}\n`,
    `_baton_group() {\n  case $command in\n    (${groups.map(([name]) => quoted(name)).join('|')}) return 0 ;;\n  esac\n  return 1\n}\n`,
    `_baton_seconds() {\n  case $command in\n${groups.map(([name, seconds]) => `    (${quoted(name)}) compadd -- ${list(seconds)} ;;`).join('\n')}\n  esac\n}\n`,
    `_baton_kind() {\n  kind=''\n  case $1 in\n${flagsByKind(model)
      .map(([kind, flags]) => `    (${flags.join('|')}) kind=${quoted(kind)} ;;`)
      .join('\n')}\n  esac\n}\n`,
    `_baton_flag() {\n  _baton_kind "$1"\n  [[ $kind == command ]] && command=$2\n  case $1 in\n    (${model.engineFlags.join('|')}) engine+=("$1" "$2") ;;\n  esac\n}\n`,
    `_baton_word() {\n  case $command in\n${commandsByWord(model)
      .map(([kind, commands]) => `    (${commands.map(quoted).join('|')}) kind=${quoted(kind)} ;;`)
      .join('\n')}\n  esac\n}\n`,
    `_baton_flags() {\n  case $command in\n${model.commands
      .filter(({ flags }) => flags.length > 0)
      .map(({ name, flags }) => `    (${quoted(name)}) compadd -- ${list(flags)} ;;`)
      .join('\n')}\n    ('') compadd -- --command --version ;;\n  esac\n  compadd -- ${list(model.everywhere)}\n}`,
    BODY,
  ].join('\n');
}
