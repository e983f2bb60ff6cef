import { signal } from "@preact/signals";
import { parseExact, spellJson } from "../../text/exact-json.ts";
import type { Draft, Version } from "./draft.ts";

/** What a person has not saved yet. */
export interface Work {
  /** The prompt's name. "" while a new prompt has none. */
  readonly name: string;
  readonly draft: Draft;
  /** The version that the draft follows: the newest, when they began. Undefined for a new prompt. */
  readonly base: Version | undefined;
  /** What they set aside for somebody else's version. */
  readonly aside?: Draft;
}

export interface StoredWork {
  readonly work: Work;
  /** ISO 8601. */
  readonly at: string;
}

/** Whether the browser keeps drafts for a reload. Hosts give the view no storage. */
export const keepsDrafts = signal(true);

/** For as long as the page lives, with or without storage. */
const kept = new Map<string, StoredWork>();
const prefix = "draft 1 ";

export function findWork(key: string): StoredWork | undefined {
  return kept.get(key) ?? readStored(key);
}

export function keepWork(key: string, work: Work): void {
  const stored = { work, at: new Date().toISOString() };
  kept.set(key, stored);
  keepsDrafts.value = tryStorage((storage) => storage.setItem(prefix + key, spellJson(stored)));
}

export function forgetWork(key: string): void {
  kept.delete(key);
  tryStorage((storage) => storage.removeItem(prefix + key));
}

function readStored(key: string): StoredWork | undefined {
  let text: string | null = null;
  tryStorage((storage) => {
    text = storage.getItem(prefix + key);
  });
  // Only `keepWork` of the same form writes these keys.
  return text === null ? undefined : (parseExact(text) as StoredWork);
}

/** Storage throws where a host forbids it, and when it is full. */
function tryStorage(use: (storage: Storage) => void): boolean {
  try {
    use(sessionStorage);
    return true;
  } catch {
    return false;
  }
}
