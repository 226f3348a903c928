// Decision: docs/decisions/0009. Each script asks `lintel complete`; where nothing is answered, the shell completes files.

export type Shell = "bash" | "zsh" | "fish";

const bash = `# bash completion for lintel
_lintel() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _lintel lintel
`;

const zsh = `#compdef lintel
_lintel() {
  local line
  local -a lines described
  lines=("\${(@f)$(\${words[1]} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${lines[1]}" ]]; then
    _files
    return
  fi
  for line in "\${lines[@]}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -t lintel lintel described
}
if [[ "\${funcstack[1]}" == _lintel ]]; then
  _lintel "$@"
else
  compdef _lintel lintel
fi
`;

const fish = `# fish completion for lintel
function __lintel_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l found ($before[1] complete -- $before[2..-1] "$word" 2>/dev/null)
    if test (count $found) -eq 0
        __fish_complete_path "$word"
    else
        printf '%s\\n' $found
    end
end
complete -c lintel -f -a '(__lintel_complete)'
`;

/** By shell. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
