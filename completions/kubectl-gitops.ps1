# PowerShell completion of kubectl-gitops and of its commands under their own names.
#
# The program itself is asked for every candidate. What it answers is text: it is never read as a command, and what
# PowerShell would read otherwise is quoted before it stands on the line.

Register-ArgumentCompleter -Native -CommandName @('kubectl-gitops', 'kubectl-gitops.exe', 'kubectl-gitops_setup', 'kubectl-gitops_setup.exe', 'kubectl-gitops_status', 'kubectl-gitops_status.exe', 'kubectl-gitops_reconcile', 'kubectl-gitops_reconcile.exe', 'kubectl-gitops_cleanup', 'kubectl-gitops_cleanup.exe', 'kubectl-gitops_lab', 'kubectl-gitops_lab.exe') -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $elements = @($commandAst.CommandElements)
    $before = @($elements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    if ($before.Count -eq 0) { return }
    $program = $before[0]
    # An alias has another name than the program.
    if (-not (Get-Command -Name $program -CommandType Application -ErrorAction SilentlyContinue)) {
        $program = 'kubectl-gitops'
    }
    $words = @($before | Select-Object -Skip 1)
    $current = "$wordToComplete".Trim("'", '"')
    # PowerShell leaves empty arguments out: the word that is completed is part of another.
    $answer = @(& $program __complete "--last=$current" '--' @words 2>$null)
    if ($answer.Count -eq 0 -or $answer[-1] -notmatch '^:[0-9]+$') { return }
    $directive = [int]$answer[-1].Substring(1)
    if ($directive -band 1) { return }

    # What is answered for `--flag=` is the value alone.
    $flag = if ($current -match '^-[^=]*=') { $Matches[0] } else { '' }
    $blank = if ($directive -band 2) { '' } else { ' ' }
    $candidates = @($answer | Select-Object -SkipLast 1 | Where-Object { $_ } | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        if (-not $description) { $description = $value }
        $whole = if ($value.StartsWith('-')) { $value } else { $flag + $value }
        $text = if ($whole -match '^[A-Za-z0-9_.:/=+-]+$') { $whole } else { "'" + $whole.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text + $blank, $value, 'ParameterValue', $description)
    })
    if ($candidates.Count -gt 0) { return $candidates }
    # Nothing at all makes PowerShell offer files.
    if ($directive -band 4) { return '' }
    if ($directive -band 16) {
        Get-ChildItem -Directory -Path ($current.Substring($flag.Length) + '*') -ErrorAction SilentlyContinue |
            ForEach-Object { $flag + (Resolve-Path -Relative -LiteralPath $_.FullName) }
    }
}
