# shellcheck shell=bash
# Completion for bash: verbs, options and files of `harapan`. The words come from the program itself (src/cli/verbs.inc).
#   source tools/completion.bash          (or copy it to /usr/share/bash-completion/completions/harapan)
_harapan() {
    local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} verb=""
    [ "$COMP_CWORD" -gt 1 ] && verb=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ -z "$verb" ] || [[ $word == --* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --complete ${verb:+"$verb"} 2>/dev/null)" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _harapan harapan
