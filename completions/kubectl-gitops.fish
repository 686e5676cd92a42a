# fish completion of kubectl-gitops and of its commands under their own names.
#
# The program itself is asked for every candidate. What it answers is text: it is never read as a command, and fish
# quotes what stands on the line.

function __kubectl_gitops_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l current (string unescape -- "$typed"; or printf '%s\n' "$typed")
    # An alias has another name than the program.
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    type -q -f -- $program; or set program kubectl-gitops
    set -e words[1]
    set -l answer (command $program __complete $words "$current" </dev/null 2>/dev/null)
    or return
    string match -qr '^:[0-9]+$' -- $answer[-1]; or return
    set -l directive (string sub -s 2 -- $answer[-1])
    set -e answer[-1]
    test (math "$directive % 2") -eq 1; and return

    # What is answered for `--flag=` is the value alone.
    set -l flag (string match -r -- '^-[^=]*=' $current)
    for line in $answer
        if string match -q -- '-*' $line
            printf '%s\n' $line
        else
            printf '%s\n' "$flag$line"
        end
    end
    set -l rest (string sub -s (math (string length -- "$flag") + 1) -- "$current")
    if test (math "floor($directive / 16) % 2") -eq 1
        __fish_complete_directories "$rest" | string replace -r '^' -- "$flag"
    else if test (math "floor($directive / 4) % 2") -eq 0; and test (count $answer) -eq 0
        __fish_complete_path "$rest" | string replace -r '^' -- "$flag"
    end
end

for program in kubectl-gitops kubectl-gitops_setup kubectl-gitops_status kubectl-gitops_reconcile kubectl-gitops_cleanup kubectl-gitops_lab
    complete -c $program -k -f -a '(__kubectl_gitops_complete)'
end
