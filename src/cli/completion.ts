import { settingSources } from "../config/settings.ts";
import type { CommandEntry } from "./command.ts";
import { flagsOf } from "./command-flags.ts";

/** The shells that have a completion script. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

const program = "mlflow-prompts-mcp";

/** What stands before a command and takes the next word, which is no command then. */
const flagsWithValues: readonly string[] = settingSources.flatMap(({ flag, placeholder }) =>
  flag !== undefined && placeholder !== undefined ? [`--${flag}`] : [],
);

/**
 * A script that completes commands, their flags and words in a shell, and files elsewhere. Names of
 * prompts are not completed: that would ask the registry at each press of a key.
 */
export function completionScript(shell: Shell, commands: readonly CommandEntry[]): string {
  const help = {
    name: "help",
    arguments: [{ name: "COMMAND", help: "", values: commands.map(({ name }) => name) }],
    options: [],
    summary: "show the help of a command",
    example: [],
  };
  return { bash, zsh, fish, powershell }[shell]([...commands, help]);
}

function bash(commands: readonly CommandEntry[]): string {
  const cases = commands.map(
    (command) =>
      `    ${command.name}) words="${wordsOf(command)}"; values="${valuesOf(command)}" ;;`,
  );
  // Without an offer, -o default completes files. bash makes three words of --flag=value.
  return `# bash: source <(${program} completion bash)
_mlflow_prompts_mcp() {
  local words="" values="" command="" skip="" word index current="\${COMP_WORDS[COMP_CWORD]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [ "$word" = "=" ]; then skip=1; continue; fi
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$word" in
      ${flagsWithValues.join("|")}) skip=1 ;;
      -*) ;;
      *) command="$word"; break ;;
    esac
  done
  case "$command" in
    "") words="--help --version"; values="${namesOf(commands)}" ;;
${cases.join("\n")}
  esac
  if [ "\${current#-}" = "$current" ]; then words="$values"; fi
  if [ -z "$command" ] && [ -n "$skip" ]; then words=""; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _mlflow_prompts_mcp ${program}
`;
}

function zsh(commands: readonly CommandEntry[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map(
    (command) =>
      `    ${command.name}) flags=(${wordsOf(command)}); values=(${valuesOf(command)}) ;;`,
  );
  return `#compdef ${program}
# zsh: source <(${program} completion zsh)
_mlflow_prompts_mcp() {
  local -a commands flags values
  local command="" skip="" word
  commands=(
${names.join("\n")}
  )
  for word in \${words[2,CURRENT-1]}; do
    if [[ -n "$skip" ]]; then skip=""; continue; fi
    case "$word" in
      ${flagsWithValues.join("|")}) skip=1 ;;
      -*) ;;
      *) command="$word"; break ;;
    esac
  done
  if [[ -z "$command" ]]; then
    if [[ -n "$skip" ]]; then _files
    elif [[ "$PREFIX" == -* ]]; then compadd -- --help --version
    else _describe command commands
    fi
    return
  fi
  case "$command" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then compadd -- $flags
  elif (( $#values )); then compadd -- $values
  else _files
  fi
}
compdef _mlflow_prompts_mcp ${program}
`;
}

function fish(commands: readonly CommandEntry[]): string {
  const none = `'not __fish_seen_subcommand_from ${namesOf(commands)}'`;
  const names = commands.map(
    ({ name, summary }) => `complete -c ${program} -n ${none} -f -a ${name} -d ${quoted(summary)}`,
  );
  const words = commands.flatMap((command) => {
    const start = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
    const values = valuesOf(command);
    return [
      ...flagsOf(command).map((flag) => `${start} -l ${flag}`),
      ...(values === "" ? [] : [`${start} -f -a '${values}'`]),
    ];
  });
  return `# fish: ${program} completion fish | source\n${[...names, ...words].join("\n")}\n`;
}

function powershell(commands: readonly CommandEntry[]): string {
  const flags = commands.map((command) => `    '${command.name}' = '${wordsOf(command)}'`);
  const values = commands.flatMap((command) => {
    const words = valuesOf(command);
    return words === "" ? [] : [`    '${command.name}' = '${words}'`];
  });
  return `# PowerShell: ${program} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${program} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $flags = @{
${flags.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $withValues = '${flagsWithValues.join(" ")}' -split ' '
  $command = ''
  $skip = $false
  foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $text = $element.ToString()
    if ($skip) { $skip = $false }
    elseif ($withValues -contains $text) { $skip = $true }
    elseif ($text -notlike '-*') { $command = $text; break }
  }
  $known = if (-not $flags.ContainsKey($command)) { '${namesOf(commands)}' }
    elseif ($values.ContainsKey($command) -and $wordToComplete -notlike '-*') { $values[$command] }
    else { $flags[$command] }
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

/** The words that its arguments may be. */
function valuesOf(command: CommandEntry): string {
  return command.arguments.flatMap(({ values = [] }) => values).join(" ");
}

function namesOf(commands: readonly CommandEntry[]): string {
  return commands.map(({ name }) => name).join(" ");
}

/** In single quotes, as zsh and fish read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
