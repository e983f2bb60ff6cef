import type { CommandEntry } from "./command.ts";
import { flagsOf } from "./command-flags.ts";

/** The shells that have a completion script. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

const program = "mlflow-prompts-mcp";

/**
 * A script that completes commands and their flags in a shell, and files elsewhere. Names of prompts
 * are not completed: that would ask the registry at each press of a key.
 */
export function completionScript(shell: Shell, commands: readonly CommandEntry[]): string {
  return { bash, zsh, fish, powershell }[shell](commands);
}

function bash(commands: readonly CommandEntry[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${wordsOf(command)}" ;;`);
  // Without an offer, -o default completes files.
  return `# bash: source <(${program} completion bash)
_mlflow_prompts_mcp() {
  local words="" current="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${namesOf(commands)} --help --version"
  elif [ "\${current#-}" = "$current" ]; then
    words=""
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _mlflow_prompts_mcp ${program}
`;
}

function zsh(commands: readonly CommandEntry[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map((command) => `    ${command.name}) flags=(${wordsOf(command)}) ;;`);
  return `#compdef ${program}
# zsh: source <(${program} completion zsh)
_mlflow_prompts_mcp() {
  local -a commands flags
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then compadd -- $flags; else _files; fi
}
compdef _mlflow_prompts_mcp ${program}
`;
}

function fish(commands: readonly CommandEntry[]): string {
  const names = commands.map(
    ({ name, summary }) =>
      `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  const flags = commands.flatMap((command) =>
    flagsOf(command).map(
      (flag) =>
        `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}' -l ${flag}`,
    ),
  );
  return `# fish: ${program} completion fish | source\n${[...names, ...flags].join("\n")}\n`;
}

function powershell(commands: readonly CommandEntry[]): string {
  const flags = commands.map((command) => `    '${command.name}' = '${wordsOf(command)}'`);
  return `# PowerShell: ${program} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${program} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $flags = @{
${flags.join("\n")}
  }
  $elements = $commandAst.CommandElements
  $command = if ($elements.Count -gt 1) { $elements[1].ToString() } else { '' }
  $known = if ($flags.ContainsKey($command) -and $command -ne $wordToComplete) { $flags[$command] } else { '${namesOf(commands)}' }
  $known -split ' ' | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function wordsOf(command: CommandEntry): string {
  return flagsOf(command)
    .map((flag) => `--${flag}`)
    .join(" ");
}

function namesOf(commands: readonly CommandEntry[]): string {
  return commands.map(({ name }) => name).join(" ");
}

/** In single quotes, as zsh and fish read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
