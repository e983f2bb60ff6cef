import { oneOf } from "../test/support/random.ts";

/** The state of a prompt. It is immutable: a write creates a new state. */
export interface State {
  /** The number that the next version has. */
  readonly next: number;
  readonly versions: Readonly<Record<number, { readonly text: string; readonly tag?: string }>>;
  readonly aliases: Readonly<Record<string, number>>;
  readonly tag?: string;
}

export const emptyState: State = { next: 1, versions: {}, aliases: {} };

/** A call of a tool that writes, and the state of the prompt after it. */
export interface Write {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly after: State;
}

const aliases = ["candidate", "staging"];

/** A random write that is possible in this state. A run uses each word once. */
export function anyWrite(name: string, state: State, words: string, random: () => number): Write {
  const numbers = Object.keys(state.versions).map(Number);
  if (numbers.length === 0 || random() < 0.5) return register(name, state, words);
  const version = oneOf(numbers, random);
  const dice = random();
  if (dice < 0.4) return move(name, state, oneOf(aliases, random), version);
  if (dice < 0.6) return tagPrompt(name, state, words);
  if (dice < 0.8) return tagVersion(name, state, version, words);
  return deleteVersion(name, state, version);
}

function register(name: string, state: State, text: string): Write {
  const base_version = Math.max(0, ...Object.keys(state.versions).map(Number));
  // Tags carry over from the base version.
  const versions = { ...state.versions, [state.next]: { ...state.versions[base_version], text } };
  return {
    tool: "register_prompt",
    args: { name, template: text, commit_message: `Says ${text}`, base_version },
    after: { ...state, versions, next: state.next + 1 },
  };
}

function move(name: string, state: State, alias: string, version: number): Write {
  return {
    tool: "set_prompt_alias",
    args: { name, alias, version },
    after: { ...state, aliases: { ...state.aliases, [alias]: version } },
  };
}

function tagPrompt(name: string, state: State, tag: string): Write {
  return {
    tool: "update_prompt",
    args: { name, tags: { mark: tag } },
    after: { ...state, tag },
  };
}

function tagVersion(name: string, state: State, version: number, tag: string): Write {
  const text = state.versions[version]?.text ?? "";
  return {
    tool: "update_prompt",
    args: { name, version, tags: { mark: tag } },
    after: { ...state, versions: { ...state.versions, [version]: { text, tag } } },
  };
}

/** The aliases that point at the version are deleted with it. */
function deleteVersion(name: string, state: State, version: number): Write {
  const { [version]: _, ...versions } = state.versions;
  const kept = Object.entries(state.aliases).filter(([, to]) => to !== version);
  return {
    tool: "delete_prompt_version",
    args: { name, version, confirm: name },
    after: { ...state, versions, aliases: Object.fromEntries(kept) },
  };
}
