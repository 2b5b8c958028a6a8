# SPDX-License-Identifier: MIT
#
# fish completion for git orch, beside fish's own of git. What may come is asked
# of git orch, which reads it from what its programs say of themselves. It lies
# where fish reads it at its start: fish looks for completions of `git` in one
# file, which is not ours.

function __fish_git_orch
    set -l words (commandline -opc)
    while set -q words[1]; and not string match -qr '^(git-)?orch$' -- $words[1]
        set -e words[1]
    end
    set -l typed (commandline -ct)
    for line in (__fish_git orch --complete $words[2..-1] "$typed")
        switch $line
            case ':files*'
                __fish_complete_path "$typed"
            case ':directories*'
                __fish_complete_directories "$typed"
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c git -n __fish_git_needs_command -f -a orch \
    -d 'Run a team of coding agents on one repository'
complete -c git -n '__fish_git_using_command orch' -f -a '(__fish_git_orch)'
complete -c git-orch -f -a '(__fish_git_orch)'
