# bash completion of kubectl-gitops and of its commands under their own names.
#
# The program itself is asked for every candidate. What it answers is text: it is never read as a command, and what the
# shell would read otherwise is quoted before it stands on the line. Works with and without the package bash-completion,
# in bash 3.2 and newer.

# A word without its quotes, as the shell would read it; `~`, `$` and the like stay what they are. Sets REPLY.
__kubectl_gitops_unquote() {
    local word=$1 quote="" character index
    REPLY=""
    for ((index = 0; index < ${#word}; index++)); do
        character=${word:index:1}
        if [[ $character == "\\" && $quote != "'" ]]; then
            index=$((index + 1))
            REPLY+=${word:index:1}
        elif [[ -n $quote && $character == "$quote" ]]; then
            quote=""
        elif [[ -z $quote && ($character == "'" || $character == '"') ]]; then
            quote=$character
        else
            REPLY+=$character
        fi
    done
}

# A text as it has to be typed, where the quote $2 is open before it. Sets REPLY.
__kubectl_gitops_quote() {
    local text=$1 quote=$2 character index
    REPLY=""
    if [[ -z $text ]]; then return; fi
    if [[ -z $quote ]]; then
        printf -v REPLY "%q" "$text"
        return
    fi
    for ((index = 0; index < ${#text}; index++)); do
        character=${text:index:1}
        if [[ $quote == "'" && $character == "'" ]]; then
            character="'\\''"
        elif [[ $quote == '"' && $character == [\\\"\$\`] ]]; then
            character="\\$character"
        fi
        REPLY+=$character
    done
}

# The words before the cursor, quotes and all, where COMP_WORDS parts them at COMP_WORDBREAKS too. Sets `words`.
__kubectl_gitops_words() {
    local line=${COMP_LINE:0:COMP_POINT} blank word index
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        blank=${line%%[![:space:]]*}
        line=${line:${#blank}}
        word=${COMP_WORDS[index]}
        # The cursor may stand within the last word.
        if ((index == COMP_CWORD)); then word=$line; fi
        if ((index == 0)) || [[ -n $blank ]]; then
            words[${#words[@]}]=$word
        else
            words[${#words[@]} - 1]+=$word
        fi
        line=${line:${#word}}
    done
}

# The part of a word that readline keeps, because to it a new word begins behind a quote or one of COMP_WORDBREAKS.
# Sets `fixed`, and `quote` to the quote that is open.
__kubectl_gitops_fixed_part() {
    local word=$1 character index
    fixed="" quote=""
    for ((index = 0; index < ${#word}; index++)); do
        character=${word:index:1}
        if [[ $character == "\\" && $quote != "'" ]]; then
            index=$((index + 1))
        elif [[ -n $quote ]]; then
            if [[ $character == "$quote" ]]; then
                quote="" fixed=${word:0:index+1}
            fi
        elif [[ $character == "'" || $character == '"' ]]; then
            quote=$character fixed=${word:0:index+1}
        elif [[ $character == "@" && $COMP_WORDBREAKS == *@* ]]; then
            # The one that belongs to the word behind it.
            fixed=${word:0:index}
        elif [[ $COMP_WORDBREAKS == *"$character"* ]]; then
            fixed=${word:0:index+1}
        fi
    done
}

__kubectl_gitops() {
    local words program answer line current flag="" fixed quote index directive=0 tab=$'\t' has_compopt=1 space=""
    local -a arguments candidates
    COMPREPLY=()
    __kubectl_gitops_words
    arguments=()
    for ((index = 1; index < ${#words[@]}; index++)); do
        __kubectl_gitops_unquote "${words[index]}"
        arguments[${#arguments[@]}]=$REPLY
    done
    current=$REPLY
    __kubectl_gitops_fixed_part "${words[${#words[@]} - 1]}"

    __kubectl_gitops_unquote "${words[0]}"
    program=$REPLY
    case $program in "~/"*) program=$HOME/${program:2} ;; esac
    # An alias has another name than the program.
    type -P -- "$program" >/dev/null || program=kubectl-gitops
    # bash 3.2 has no compopt: there files are offered whenever nothing else is.
    type compopt >/dev/null 2>&1 || has_compopt=0
    if ((has_compopt)); then compopt +o default; fi
    answer=$("$program" __complete "${arguments[@]}" </dev/null 2>/dev/null) || return

    candidates=()
    while IFS= read -r line; do
        line=${line%$'\r'}
        if [[ $line == :* ]]; then
            directive=${line:1}
        elif [[ -n $line ]]; then
            candidates[${#candidates[@]}]=${line%%"$tab"*}
        fi
    done <<<"$answer"
    case $directive in "" | *[!0-9]*) return ;; esac
    if ((directive & 1)); then return; fi

    # Without compopt the blank behind a candidate is one of its own.
    if ((!has_compopt && !(directive & 2))); then space=" "; fi
    if ((has_compopt)); then
        if ((directive & 2)); then compopt -o nospace; fi
        if ((directive & 16)); then
            compopt -o dirnames
        elif ((!(directive & 4))); then
            compopt -o default
        fi
        # bash 4.3 and older sort.
        if ((directive & 32)); then compopt -o nosort 2>/dev/null; fi
    fi

    # What is answered for `--flag=` is the value alone.
    case $current in -*=*) flag=${current%%=*}= ;; esac
    __kubectl_gitops_unquote "$fixed"
    fixed=$REPLY
    for ((index = 0; index < ${#candidates[@]}; index++)); do
        line=${candidates[index]}
        case $line in -*) ;; *) line=$flag$line ;; esac
        if [[ $line == "$current"* && $line == "$fixed"* ]]; then
            __kubectl_gitops_quote "${line:${#fixed}}" "$quote"
            COMPREPLY[${#COMPREPLY[@]}]=$REPLY$space
        fi
    done
}

if type compopt >/dev/null 2>&1; then
    complete -o default -F __kubectl_gitops kubectl-gitops kubectl-gitops_setup kubectl-gitops_status kubectl-gitops_reconcile kubectl-gitops_cleanup kubectl-gitops_lab
else
    complete -o default -o nospace -F __kubectl_gitops kubectl-gitops kubectl-gitops_setup kubectl-gitops_status kubectl-gitops_reconcile kubectl-gitops_cleanup kubectl-gitops_lab
fi
